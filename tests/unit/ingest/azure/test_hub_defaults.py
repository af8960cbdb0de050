"""Virtual hubs that have no default route to announce.

Source: Azure docs, virtual-wan about-virtual-hub-routing and how-to-routing-policies.
"""

import pytest
from test_plain_hubs import DEFAULT, joined, static, table
from test_secured_hubs import (
    FIREWALL,
    HUB,
    TWO,
    asked,
    connection,
    firewall,
    intent,
    network,
    subnet,
)

from azure_builders import Json, convert, resource, resource_id
from seawall.model.trace import Verdict
from ways import A, U, ask

OUT = network("one", "10.1.0.0/24", defaultOutboundAccess=True)
ANYWHERE = "52.0.0.9"
EVERYTHING = "0.0.0.0/0"


def in_hub(**properties: object) -> Json:
    return resource("virtualHubs", "hub", addressPrefix="10.9.0.0/23", **properties)


def behind(kind: str, *name: str) -> Json:
    return resource(kind, *name, virtualHub={"id": resource_id("virtualHubs", "hub")})


def by_way_of(prefix: str) -> Json:
    """Return a connection with a static route to an appliance in its network."""
    routes = [{"addressPrefixes": [prefix], "nextHopIpAddress": "10.2.0.9"}]
    told = {"vnetRoutes": {"staticRoutes": routes}}
    return connection("two", routingConfiguration=told)


@pytest.mark.parametrize(
    ("records", "wanted"),
    [
        ((HUB, joined("one")), A),
        ((HUB, joined("one"), table(DEFAULT, static("10.3.0.0/24", "nva"))), A),
        ((HUB, joined("one"), by_way_of("10.7.0.0/16")), A),
        ((HUB, joined("one"), intent("PrivateTraffic"), *firewall("10.2.0.4")), A),
        ((joined("one"),), U),
        ((HUB, joined("one"), table(DEFAULT, static(EVERYTHING, "nva"))), U),
        ((HUB, joined("one"), table("red", static(EVERYTHING, "nva"))), U),
        ((HUB, joined("one"), by_way_of(EVERYTHING)), U),
        ((HUB, joined("one"), behind("vpnGateways", "vpn")), U),
        ((HUB, joined("one"), behind("expressRouteGateways", "er")), U),
        ((HUB, joined("one"), behind("virtualHubs/bgpConnections", "hub", "p")), U),
        ((in_hub(vpnGateway={"id": "/vpn"}), joined("one")), U),
        ((HUB, joined("one"), *firewall("10.2.0.4")), U),
        (
            (
                HUB,
                joined("one"),
                intent("PrivateTraffic"),
                table(DEFAULT, static(EVERYTHING, FIREWALL)),
                *firewall("10.2.0.4"),
            ),
            U,
        ),
    ],
)
def test_the_internet_is_reached_directly_unless_the_hub_may_take_everything(
    records: tuple[Json, ...], wanted: Verdict
) -> None:
    snapshot = asked(OUT, TWO, *records)
    assert ask(snapshot, subnet("one"), ANYWHERE) is wanted
    told = {each.id for each in convert([OUT, TWO, *records]).assumptions}
    assert ("virtual-hub-announces-no-default-route" in told) is (wanted is A)
