"""What default routes to a firewall take, and by which routes the replies come back.

Source: Azure docs, virtual-networks-udr-overview, "Routing example": where a user route
to 0.0.0.0/0 is added, Azure removes the routes that drop private addresses.
"""

from dataclasses import replace

import pytest
from test_way_vectors import answered

from fabrics import (
    ALLOW,
    HERE,
    cidr,
    collection,
    firewall,
    hub_and_spoke,
    known,
    network,
    network_rule,
    peered,
    route,
    snapshot,
    subnet,
    table,
)
from seawall.engine.path import PathModel
from seawall.model.end import AddressEnd, SubnetEnd
from seawall.model.network import NetworkGateway, NextHop, Route
from seawall.model.snapshot import Snapshot
from seawall.model.trace import Reply, Verdict
from ways import A, D, ask

APPLIANCE, AT = NextHop.VIRTUAL_APPLIANCE, "10.0.0.4"
EVERYTHING = route("all", "0.0.0.0/0", APPLIANCE, AT)
HALVES = (
    route("low", "0.0.0.0/1", APPLIANCE, AT),
    route("high", "128.0.0.0/1", APPLIANCE, AT),
)
OTHER = "10.2.0.9"


def spokes(*routes: Route, allowed: str = "10.2.0.0/24") -> Snapshot:
    """Return two spokes of one hub, each with the same routes."""
    base = hub_and_spoke()
    passing = network_rule("r", allowed, "443")
    return snapshot(
        replace(
            base,
            networks=(*base.networks, network("other", "10.2.0.0/16")),
            subnets=(
                *base.subnets,
                subnet("data", "other", "10.2.0.0/24", route_table=known("rt")),
            ),
            peerings=(*base.peerings, *peered("hub", "other")),
            route_tables=(table("rt", *routes),),
            firewalls=(firewall(collection("n", 100, ALLOW, passing)),),
        )
    )


def test_a_default_route_leads_from_spoke_to_spoke_through_the_firewall() -> None:
    assert ask(spokes(EVERYTHING), SubnetEnd("nodes"), OTHER) is A
    closed = spokes(EVERYTHING, allowed="10.3.0.0/24")
    assert ask(closed, SubnetEnd("nodes"), OTHER) is D


def test_its_reply_takes_the_same_way() -> None:
    model = PathModel.build(spokes(EVERYTHING))
    answer = model.partition(SubnetEnd("nodes"), AddressEnd((cidr(OTHER),)))
    header = answer.allowed.witness()
    assert header is not None
    assert model.replies(answer, header)[0] is Reply.RETURNS


@pytest.mark.parametrize(
    ("routes", "wanted"),
    [
        ((), D),
        (HALVES, D),
        ((route("all", "::/0", APPLIANCE, "fd00::4"),), D),
        ((route("all", "0.0.0.0/0", NextHop.NONE),), D),
        ((route("all", "0.0.0.0/0", NextHop.INTERNET),), D),
        ((*HALVES, route("rest", "10.0.0.0/8", APPLIANCE, AT)), A),
    ],
)
def test_only_that_very_route_takes_the_place_of_those_that_drop(
    routes: tuple[Route, ...], wanted: Verdict
) -> None:
    assert ask(spokes(*routes), SubnetEnd("nodes"), OTHER) is wanted


def on_premises(*back: Route, fast_path: bool = False) -> Snapshot:
    """Return a spoke whose way on premises passes a firewall, and the gateway's routes.

    Source: Azure docs, firewall tutorial-hybrid-portal: the subnet of the gateway needs
    a route to each spoke through the firewall.
    """
    base = spokes(EVERYTHING, allowed="192.168.0.0/16").fabric
    behind = (cidr("192.168.0.0/16"),)
    gateway = NetworkGateway("gw", "gw", "hub", behind, HERE, takes_fast_path=fast_path)
    door = subnet("GatewaySubnet", "hub", "10.0.2.0/27", route_table=known("back"))
    return snapshot(
        replace(
            base,
            subnets=(*base.subnets, door),
            gateways=(gateway,),
            route_tables=(*base.route_tables, table("back", *back)),
        )
    )


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        (on_premises(), Reply.LOST),
        (on_premises(route("s", "10.1.0.0/16", APPLIANCE, AT)), Reply.RETURNS),
        (on_premises(route("s", "10.9.0.0/16", APPLIANCE, AT)), Reply.LOST),
        (on_premises(fast_path=True), Reply.RETURNS),
    ],
)
def test_a_reply_from_premises_must_come_back_through_the_firewall(
    asked: Snapshot, wanted: Reply
) -> None:
    ends = (SubnetEnd("nodes"), "10.1.0.9", "192.168.7.7", 443)
    assert answered(asked, *ends) is wanted


def test_a_reply_from_premises_is_lost_at_a_firewall_that_the_packet_did_not_pass() -> (
    None
):
    by_firewall = on_premises(route("s", "10.1.0.0/16", APPLIANCE, AT))
    straight = by_firewall.fabric
    free = replace(
        straight,
        subnets=tuple(
            replace(each, route_table=known(None)) if each.name == "nodes" else each
            for each in straight.subnets
        ),
        peerings=tuple(
            replace(
                each,
                uses_remote_gateways=known(True),
                allows_gateway_transit=known(True),
            )
            for each in straight.peerings
        ),
    )
    ends = (SubnetEnd("nodes"), "10.1.0.9", "192.168.7.7", 443)
    assert answered(snapshot(free), *ends) is Reply.LOST
