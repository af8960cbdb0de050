"""Where source ports decide, the answer names them."""

from dataclasses import replace

from fabrics import DENY, IN, cidr, group, known, network, rule, snapshot, subnet
from seawall.model.end import AddressEnd, SubnetEnd
from seawall.model.packet import PortRange
from seawall.model.snapshot import Fabric
from seawall.query.case import Case
from seawall.query.trace.answer import document, trace
from seawall.query.words.port import parse_port


def test_the_source_ports_that_decide_are_told() -> None:
    """Azure docs, network-security-groups-overview: rules have source ports too."""
    closed = replace(
        rule("high", 100, IN, DENY, port="443"), source_ports=(PortRange(1024, 65535),)
    )
    fabric = Fabric(
        networks=(network("net", "10.1.0.0/16"),),
        subnets=(
            subnet("from", "net", "10.1.0.0/24"),
            subnet("to", "net", "10.1.1.0/24", security_group=known("g")),
        ),
        security_groups=(group("g", closed),),
    )
    case = Case(snapshot(fabric))
    there = AddressEnd((cidr("10.1.1.9"),))
    answer = trace(case, "q", (SubnetEnd("from"),), (there,), port=parse_port("443"))
    assert "only TCP 443 from source ports 0-1023 arrives" in answer.sentence
    parts = document(case, answer)["partition"]
    assert parts == {
        "allowed": [{"protocol": "TCP", "ports": "443", "sourcePorts": "0-1023"}],
        "denied": [{"protocol": "TCP", "ports": "443", "sourcePorts": "1024-65535"}],
        "unknown": [],
    }
