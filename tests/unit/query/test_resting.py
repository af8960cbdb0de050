"""Which assumptions are told beside an answer: those that it may rest on."""

from dataclasses import replace

import pytest

import fabrics as fab
from seawall.model.diagnostic import Assumption
from seawall.model.end import AddressEnd, End, InternetEnd, NodeEnd, SubnetEnd
from seawall.model.packet import PortRange, Protocol
from seawall.model.snapshot import Fabric, Snapshot
from seawall.query.ask import ask
from seawall.query.case import Case
from seawall.query.trace.resting import resting
from seawall.query.words.port import PortText

HTTPS = PortText(Protocol.TCP, PortRange(443, 443))
IDS = (
    "in-no-perimeter",
    "managed-security-group",
    "public-load-balancer",
    "firewall-threat-lists",
    "policies-are-enforced",
    "public-cloud",
    "nobody-knows-what-this-is",
)


def net() -> Snapshot:
    nodes = fab.subnet("nodes", "net", "10.1.0.0/24", default_outbound=fab.known(True))
    fabric = Fabric(
        networks=(fab.network("net", "10.1.0.0/16"),),
        subnets=(nodes, fab.subnet("jump", "net", "10.1.1.0/24")),
        security_groups=(fab.group("aks"),),
    )
    pool = fab.pool("sys", "nodes", nic_security_group=fab.known("aks"))
    return fab.snapshot(fabric, fab.cluster(pool))


def told(source: End, target: End) -> set[str]:
    made = tuple(Assumption(name, "so it is", "nowhere") for name in IDS)
    snapshot = replace(net(), assumptions=made)
    asked = ask(Case(snapshot), source, target, HTTPS)
    found = [item.id for item in resting([asked], made)]
    assert found == sorted(found)
    return set(found)


@pytest.mark.parametrize(
    ("source", "target", "wanted"),
    [
        (SubnetEnd("jump"), SubnetEnd("jump"), set()),
        (SubnetEnd("jump"), NodeEnd("sys"), {"managed-security-group"}),
        (
            NodeEnd("sys"),
            InternetEnd(),
            {"managed-security-group", "public-load-balancer"},
        ),
        (
            SubnetEnd("jump"),
            AddressEnd((fab.cidr("10.1.1.9"),)),
            {"public-load-balancer"},
        ),
    ],
)
def test_an_answer_rests_on_what_its_ways_pass_and_its_ends_are(
    source: End, target: End, wanted: set[str]
) -> None:
    assert told(source, target) == {*wanted, "nobody-knows-what-this-is"}
