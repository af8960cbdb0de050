"""A default route of a subnet's own takes private addresses that nothing else leads to.

Source: Azure docs, virtual-networks-udr-overview, "Routing example": where a user route
to 0.0.0.0/0 is added, Azure removes the routes that drop private addresses.
"""

from dataclasses import replace

import pytest

from fabrics import (
    ALLOW,
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
from seawall.model.network import NextHop, Route
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
