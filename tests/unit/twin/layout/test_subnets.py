"""What stands before a subnet, and where it leads, as text and data."""

from dataclasses import replace
from ipaddress import ip_address

import pytest

from fabrics import ALLOW, DENY, IN, OUT, cidr, known, network, peered, subnet, term
from seawall.model.endpoint import PrivateEndpoint
from seawall.model.filter import Access, SecurityGroup, SecurityRule
from seawall.model.network import NetworkGateway, NextHop, Route, RouteTable
from seawall.model.origin import Origin
from seawall.model.packet import EVERY_PORT, PortRange
from seawall.model.policy import Direction
from seawall.model.snapshot import Fabric
from seawall.twin.layout.draft import Draft
from seawall.twin.layout.filters import Terms, group_lines
from seawall.twin.layout.routing import Hop, leads_of
from seawall.twin.layout.way_back import lead_errors_back
from seawall.twin.line import Does, Marks

HERE = Origin("network.json")
NETS = (network("shop", "10.0.0.0/16"), network("hub", "10.1.0.0/16"))
HOME = subnet("nodes", "shop", "10.0.0.0/24", route_table=known("table"))


def fabric(*routes: Route, **more: object) -> Fabric:
    table = RouteTable("table", "table", routes, known(True), HERE)
    plain = Fabric(
        networks=NETS,
        subnets=(HOME,),
        peerings=peered("shop", "hub"),
        route_tables=(table,),
    )
    return replace(plain, **more)


def route(to: str, hop: NextHop = NextHop.NONE, appliance: str | None = None) -> Route:
    at = ip_address(appliance) if appliance else None
    return Route("own", cidr(to), hop, at, HERE)


def security_rule(  # noqa: PLR0913
    priority: int,
    access: Access = ALLOW,
    *,
    source: str = "*",
    target: str = "*",
    protocol: int | None = 6,
    ports: tuple[PortRange, ...] = (EVERY_PORT,),
    way: Direction = IN,
) -> SecurityRule:
    return SecurityRule(
        f"r{priority}",
        priority,
        way,
        access,
        protocol,
        (term(source),),
        (EVERY_PORT,),
        (term(target),),
        ports,
        HERE,
    )


def lines(*rules: SecurityRule, on: Fabric | None = None) -> list[tuple[str, Does]]:
    marks = Marks()
    terms = Terms.at(on or fabric(), HOME)
    group = SecurityGroup("g", "g", rules, HERE)
    found = [
        (" ".join(line.matches), line.does)
        for line in group_lines(marks, terms, group, IN)
    ]
    for ranges, name in marks.sets.names.items():
        named = ",".join(map(str, ranges))
        found = [(text.replace(f"@{name}", named), does) for text, does in found]
    return found


def test_rules_go_by_priority_and_the_other_direction_is_left_out() -> None:
    found = lines(
        security_rule(200, DENY, protocol=None),
        security_rule(100, ports=(PortRange(443, 443),)),
        security_rule(50, way=OUT),
    )
    assert found == [("meta l4proto 6 th dport { 443 }", Does.ALLOW), ("", Does.DENY)]


def test_ports_without_a_protocol_are_for_those_that_have_ports() -> None:
    ports = (PortRange(80, 81), PortRange(82, 90))
    found = lines(security_rule(100, protocol=None, ports=ports))
    assert found == [("meta l4proto { tcp, udp, sctp } th dport { 80-90 }", Does.ALLOW)]


def test_virtual_network_is_its_own_space_and_that_of_peers() -> None:
    ((text, _),) = lines(security_rule(100, source="VirtualNetwork"))
    assert text.startswith("ip saddr 10.0.0.0/15,168.63.129.16 ")


@pytest.mark.parametrize(
    ("hop", "everything"),
    [(NextHop.VIRTUAL_APPLIANCE, True), (NextHop.INTERNET, False)],
)
def test_a_default_route_to_an_appliance_makes_everything_virtual_network(
    hop: NextHop,
    everything: bool,  # noqa: FBT001
) -> None:
    on = fabric(route("0.0.0.0/0", hop, "10.1.0.4"))
    ((text, _),) = lines(security_rule(100, source="VirtualNetwork"), on=on)
    assert ("saddr" not in text) is everything


def test_the_internet_is_neither_private_nor_in_a_network() -> None:
    terms = Terms.at(fabric(), HOME)
    found = terms.of(term("Internet")) or ()
    assert any(ip_address("8.8.8.8") in item for item in found)
    for inside in ("10.9.9.9", "169.254.169.254", "168.63.129.16"):
        assert not any(ip_address(inside) in item for item in found)


def test_a_tag_whose_addresses_are_not_given_is_a_gap() -> None:
    marks = Marks()
    group = SecurityGroup("g", "g", (security_rule(100, source="Storage"),), HERE)
    terms = Terms.at(fabric(), HOME)
    assert not list(group_lines(marks, terms, group, IN))
    (gap,) = marks.gaps.values()
    assert "`Storage`" in gap.why


def leads(*routes: Route, **more: object) -> dict[str, Hop]:
    found = leads_of(fabric(*routes, **more), HOME, Marks())
    return {str(item): lead.hop for item, lead in found.items()}


def test_system_routes_lead_to_the_network_its_peers_and_the_internet() -> None:
    found = leads()
    assert found["10.0.0.0/15"] is Hop.NETWORK
    assert found["10.0.0.0/8"] is Hop.NOWHERE
    assert found["0.0.0.0/0"] is Hop.INTERNET


def test_a_user_route_takes_the_place_of_a_system_route() -> None:
    found = leads(route("0.0.0.0/0", NextHop.VIRTUAL_APPLIANCE, "10.1.0.4"))
    assert found["0.0.0.0/0"] is Hop.APPLIANCE


def test_a_route_whose_next_hop_is_not_known_is_a_gap() -> None:
    marks = Marks()
    leads_of(fabric(route("8.0.0.0/8", NextHop.UNKNOWN)), HOME, marks)
    assert [gap.id for gap in marks.gaps.values()] == ["route-not-shown"]


@pytest.mark.parametrize(
    ("policies", "prefix", "is_endpoint_route"),
    [
        ("Disabled", "10.1.0.0/16", True),
        ("Enabled", "10.1.0.0/16", False),
        ("Enabled", "10.0.0.0/8", True),
    ],
)
def test_a_private_endpoint_has_a_route_unless_a_user_route_may_take_its_place(
    policies: str,
    prefix: str,
    is_endpoint_route: bool,  # noqa: FBT001
) -> None:
    home = subnet("ends", "hub", "10.1.3.0/24", endpoint_policies=known(policies))
    endpoint = PrivateEndpoint(
        "pe",
        "pe",
        "ends",
        ip_address("10.1.3.4"),
        "vault",
        (),
        known(True),
        (),
        HERE,
    )
    found = leads(
        route(prefix, NextHop.VIRTUAL_APPLIANCE, "10.1.0.4"),
        subnets=(HOME, home),
        private_endpoints=(endpoint,),
    )
    assert ("10.1.3.4" in found) is is_endpoint_route


def test_what_is_local_outside_the_network_leads_nowhere() -> None:
    found = leads(route("8.0.0.0/8", NextHop.VNET_LOCAL))
    assert found["8.0.0.0/8"] is Hop.NOWHERE
    assert leads(route("10.0.1.0/24", NextHop.VNET_LOCAL))["10.0.1.0/24"] is Hop.NETWORK


@pytest.mark.parametrize("lent", [True, False])
def test_what_lies_behind_a_gateway_of_a_peer_counts_if_that_is_lent(
    lent: bool,  # noqa: FBT001
) -> None:
    gateway = NetworkGateway("gw", "gw", "hub", (cidr("10.9.0.0/16"),), HERE)
    one, other = peered("shop", "hub")
    sides = (
        replace(one, uses_remote_gateways=known(lent)),
        replace(other, allows_gateway_transit=known(True)),
    )
    on = fabric(gateways=(gateway,), peerings=sides)
    virtual = Terms.at(on, HOME).virtual
    assert any(it.covers(cidr("10.9.0.0/16")) for it in virtual) is lent


def test_errors_go_back_over_the_link_that_the_packet_came_by() -> None:
    draft = Draft()
    router = draft.room("r", "a router", forwards=True)
    for name in "ab":
        draft.join(draft.room(name, name), router)
    lead_errors_back(draft)
    assert router.returning == [(1, 1001), (2, 1002)]
    ways = {way.table: way.over.name for way in router.ways if way.over is not None}
    assert ways == {1001: "l0b", 1002: "l1b"}
    assert '"l0b" : 1, "l1b" : 2' in router.texts[0]
    assert not draft.rooms["a"].texts
