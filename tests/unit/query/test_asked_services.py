"""The headers that a port or protocol in a question stands for."""

import pytest

import fabrics as fab
from seawall.flowspace import Header
from seawall.model.end import InternetEnd, NodeEnd, SubnetEnd
from seawall.model.packet import PortRange, Protocol
from seawall.model.snapshot import Fabric
from seawall.model.trace import Verdict
from seawall.query.ask import ask
from seawall.query.case import Case
from seawall.query.services import asked_services
from seawall.query.words.port import PortText

PING = PortText(int(Protocol.ICMP))


@pytest.mark.parametrize(
    ("family", "protocol", "meant"),
    [
        (4, Protocol.ICMP, True),
        (6, Protocol.ICMPV6, True),
        (4, Protocol.ICMPV6, False),
        (6, Protocol.ICMP, False),
        (4, Protocol.TCP, False),
    ],
)
def test_a_ping_is_that_of_its_address_family(
    family: int, protocol: Protocol, *, meant: bool
) -> None:
    asked = asked_services(PING, InternetEnd())
    assert (Header(family, protocol, 1, 2, 0, 0) in asked) is meant


def test_a_rule_about_pings_of_one_family_opens_them_all() -> None:
    """Nobody sends ICMPv6 over IPv4, so that nobody needs a rule for it."""
    rules = (
        fab.rule("ping", 100, fab.IN, fab.ALLOW, protocol=int(Protocol.ICMP)),
        fab.rule("no", 200, fab.IN, fab.DENY),
    )
    nodes = fab.subnet("nodes", "net", "10.1.0.0/24", security_group=fab.known("nsg"))
    fabric = Fabric(
        networks=(fab.network("net", "10.1.0.0/16"),),
        subnets=(nodes, fab.subnet("jump", "net", "10.1.1.0/24")),
        security_groups=(fab.group("nsg", *rules),),
    )
    shot = fab.snapshot(fabric, fab.cluster(fab.pool("sys", "nodes")))
    found = ask(Case(shot), SubnetEnd("jump"), NodeEnd("sys"), PING)
    assert found.verdict is Verdict.ALLOWED
    assert not found.partition.denied
    https = PortText(Protocol.TCP, PortRange(443, 443))
    tcp = ask(Case(shot), SubnetEnd("jump"), NodeEnd("sys"), https)
    assert tcp.verdict is Verdict.DENIED
