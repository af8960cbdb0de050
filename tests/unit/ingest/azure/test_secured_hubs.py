"""Virtual hubs whose routing intent leads through a firewall.

Source: Azure docs, virtual-wan how-to-routing-policies.
"""

import pytest

from azure_builders import (
    Json,
    at_level,
    configured,
    convert,
    plan,
    planned,
    resource,
    resource_id,
)
from seawall.model.diagnostic import Level
from seawall.model.end import InternetEnd, SubnetEnd
from seawall.model.snapshot import Snapshot
from ways import A, D, U, ask

FIREWALL = resource_id("azureFirewalls", "fw")
BOTH = ("Internet", "PrivateTraffic")
PUBLIC = "20.0.0.4"


def network(name: str, prefix: str, **subnet: object) -> Json:
    body = {"addressPrefix": prefix, "defaultOutboundAccess": False, **subnet}
    return resource(
        "virtualNetworks",
        name,
        addressSpace={"addressPrefixes": [prefix]},
        subnets=[{"name": "s", "properties": body}],
    )


def connection(name: str, **properties: object) -> Json:
    remote = {"id": resource_id("virtualNetworks", name)}
    return resource(
        "virtualHubs/hubVirtualNetworkConnections",
        "hub",
        name,
        **{
            "remoteVirtualNetwork": remote,
            "enableInternetSecurity": True,
            **properties,
        },
    )


def intent(*kinds: str, hop: str = FIREWALL) -> Json:
    policies = [
        {"name": kind, "destinations": [kind], "nextHop": hop} for kind in kinds
    ]
    return resource(
        "virtualHubs/routingIntent", "hub", "intent", routingPolicies=policies
    )


def firewall(*allowed: str, translated: str = "") -> list[Json]:
    """Return a hub's firewall that lets TCP 443 pass to some destinations."""
    network_rule = {
        "ruleType": "NetworkRule",
        "name": "r",
        "ipProtocols": ["TCP"],
        "sourceAddresses": ["*"],
        "destinationAddresses": list(allowed),
        "destinationPorts": ["443"],
    }
    nat_rule = {
        "ruleType": "NatRule",
        "name": "n",
        "ipProtocols": ["TCP"],
        "sourceAddresses": ["*"],
        "destinationAddresses": [PUBLIC],
        "destinationPorts": ["443"],
        "translatedAddress": translated,
        "translatedPort": "443",
    }
    rules: list[tuple[str, Json]] = [("Allow", network_rule)] if allowed else []
    rules += [("DNAT", nat_rule)] if translated else []
    collections = [
        {"name": kind, "priority": 100, "action": {"type": kind}, "rules": [rule]}
        for kind, rule in rules
    ]
    group = resource(
        "firewallPolicies/ruleCollectionGroups",
        "policy",
        "g",
        priority=100,
        ruleCollections=collections,
    )
    wall = resource(
        "azureFirewalls",
        "fw",
        sku={"name": "AZFW_Hub", "tier": "Standard"},
        virtualHub={"id": resource_id("virtualHubs", "hub")},
        hubIPAddresses={
            "privateIPAddress": "10.9.0.132",
            "publicIPs": {"addresses": [{"address": PUBLIC}], "count": 1},
        },
        firewallPolicy={"id": resource_id("firewallPolicies", "policy")},
    )
    return [wall, resource("firewallPolicies", "policy"), group]


HUB = resource("virtualHubs", "hub", addressPrefix="10.9.0.0/23")
ONE, TWO = network("one", "10.1.0.0/24"), network("two", "10.2.0.0/24")


def asked(*records: Json) -> Snapshot:
    return Snapshot(fabric=convert(list(records)).fabric)


def subnet(name: str) -> SubnetEnd:
    found = resource_id("virtualNetworks/subnets", name, "s")
    return SubnetEnd(found.lower())


def secured(
    *allowed: str, kinds: tuple[str, ...] = BOTH, translated: str = ""
) -> Snapshot:
    both = (connection("one"), connection("two"))
    wall = firewall(*allowed, translated=translated)
    return asked(HUB, ONE, TWO, *both, intent(*kinds), *wall)


def test_networks_of_a_hub_meet_through_its_firewall() -> None:
    assert ask(secured("10.2.0.0/24"), subnet("one"), "10.2.0.4") is A
    assert ask(secured("10.2.0.0/24"), subnet("one"), "10.2.0.4", 80) is D
    assert ask(secured("10.3.0.0/24"), subnet("one"), "10.2.0.4") is D


def test_the_internet_is_reached_through_the_hub_s_firewall() -> None:
    assert ask(secured("1.1.1.1"), subnet("one"), "1.1.1.1") is A
    assert ask(secured("1.1.1.1"), subnet("one"), "8.8.8.8") is D


def test_further_private_prefixes_lead_to_the_firewall_too() -> None:
    """Static routes of the default table, which routing intent keeps."""
    static = {"name": "private_traffic", "destinations": ["40.0.0.0/24"]}
    table = resource(
        "virtualHubs/hubRouteTables",
        "hub",
        "defaultRouteTable",
        routes=[{**static, "destinationType": "CIDR", "nextHop": FIREWALL}],
    )
    bare = connection("one", enableInternetSecurity=False)
    rest = (HUB, ONE, bare, intent("PrivateTraffic"), *firewall("1.1.1.1"))
    assert ask(asked(*rest, table), subnet("one"), "40.0.0.1") is D
    opened = (HUB, ONE, bare, intent("PrivateTraffic"), *firewall("40.0.0.0/24"))
    assert ask(asked(*opened, table), subnet("one"), "40.0.0.1") is A
    assert ask(asked(*opened), subnet("one"), "40.0.0.1") is D


def test_what_lies_behind_the_hub_otherwise_is_unknown() -> None:
    """Branches and other hubs are not followed."""
    assert ask(secured("192.168.0.0/16"), subnet("one"), "192.168.1.1") is U
    assert ask(secured("10.2.0.0/24"), subnet("one"), "192.168.1.1") is D
    assert ask(secured("100.64.0.1"), subnet("one"), "100.64.0.1") is U


def test_one_policy_alone_takes_its_own_traffic_and_no_other() -> None:
    only = secured("1.1.1.1", "10.2.0.0/24", kinds=("Internet",))
    assert ask(only, subnet("one"), "1.1.1.1") is A
    assert ask(only, subnet("one"), "192.168.1.1") is U
    other = secured("1.1.1.1", "10.2.0.0/24", kinds=("PrivateTraffic",))
    assert ask(other, subnet("one"), "10.2.0.4") is A
    # Nothing announces a default route, and the subnet has no way out of its own.
    assert ask(other, subnet("one"), "1.1.1.1") is D


def test_a_connection_without_internet_security_learns_no_default_route() -> None:
    """Section 3.8: the flag suppresses it."""
    bare = connection("one", enableInternetSecurity=False)
    rest = (HUB, ONE, bare, intent(*BOTH), *firewall("1.1.1.1"))
    assert ask(asked(*rest), subnet("one"), "1.1.1.1") is D
    hidden = connection("one", enableInternetSecurity=None)
    rest = (HUB, ONE, hidden, intent(*BOTH), *firewall("1.1.1.1"))
    assert ask(asked(*rest), subnet("one"), "1.1.1.1") is U


def test_a_user_s_route_comes_before_the_hub_s() -> None:
    """Section 3.3: of equal prefixes a user's wins; a table may learn none."""
    drop = {"addressPrefix": "0.0.0.0/0", "nextHopType": "None"}
    table = resource("routeTables", "rt", routes=[{"name": "no", "properties": drop}])
    own = network("one", "10.1.0.0/24", routeTable={"id": table["id"]})
    rest = (HUB, own, TWO, connection("one"), connection("two"), intent(*BOTH))
    wall = firewall("1.1.1.1", "10.2.0.0/24")
    routed = asked(*rest, table, *wall)
    assert ask(routed, subnet("one"), "1.1.1.1") is D
    assert ask(routed, subnet("one"), "10.2.0.4") is A
    closed = resource("routeTables", "rt", disableBgpRoutePropagation=True)
    assert ask(asked(*rest, closed, *wall), subnet("one"), "10.2.0.4") is D


def wide(name: str, *peers: str) -> Json:
    """Return a network whose space is one of the prefixes that a hub announces."""
    subnets = [
        {"name": each, "properties": {"addressPrefix": prefix}}
        for each, prefix in (("s", "192.168.1.0/24"), ("t", "192.168.9.0/24"))
    ]
    return resource(
        "virtualNetworks",
        name,
        addressSpace={"addressPrefixes": ["192.168.0.0/16"]},
        subnets=subnets,
        virtualNetworkPeerings=[peering(each) for each in peers],
    )


def peering(remote: str) -> Json:
    properties = {
        "remoteVirtualNetwork": {"id": resource_id("virtualNetworks", remote)},
        "peeringState": "Connected",
        "allowVirtualNetworkAccess": True,
    }
    return {"name": remote, "properties": properties}


def test_what_a_hub_announces_does_not_win_inside_a_network() -> None:
    """Virtual-networks-udr-overview: system routes for networks are preferred."""
    rest = (connection("one"), intent(*BOTH), *firewall("1.1.1.1"))
    assert ask(asked(HUB, wide("one"), *rest), subnet("one"), "192.168.9.4") is A
    static = {"name": "p", "destinations": ["10.1.0.0/25"], "nextHop": FIREWALL}
    name = "defaultRouteTable"
    table = resource("virtualHubs/hubRouteTables", "hub", name, routes=[static])
    assert ask(asked(HUB, ONE, table, *rest), subnet("one"), "10.1.0.9") is A


def test_what_a_hub_announces_does_not_win_towards_a_peer() -> None:
    """Virtual-networks-udr-overview: system routes for peerings are preferred."""
    one = resource(
        "virtualNetworks",
        "one",
        addressSpace={"addressPrefixes": ["10.1.0.0/24"]},
        subnets=[{"name": "s", "properties": {"addressPrefix": "10.1.0.0/24"}}],
        virtualNetworkPeerings=[peering("near")],
    )
    rest = (connection("one"), intent(*BOTH), *firewall("1.1.1.1"))
    both = asked(HUB, one, wide("near", "one"), *rest)
    assert ask(both, subnet("one"), "192.168.9.4") is A


def test_the_internet_comes_in_by_translation_at_the_hub_s_firewall() -> None:
    """S4: the addresses that a hub's firewall names are its own."""
    opened = secured("1.1.1.1", translated="10.2.0.4")
    assert ask(opened, InternetEnd(), PUBLIC, sender="8.8.8.8") is A
    assert ask(secured("1.1.1.1"), InternetEnd(), PUBLIC, sender="8.8.8.8") is D


@pytest.mark.parametrize(
    "records",
    [
        [intent(*BOTH, hop=resource_id("networkVirtualAppliances", "nva"))],
        [
            intent(*BOTH),
            connection(
                "one",
                routingConfiguration={"vnetRoutes": {"staticRoutes": [{"name": "s"}]}},
            ),
        ],
        [],
    ],
)
def test_what_a_hub_does_that_cannot_be_told_stays_unknown(records: list[Json]) -> None:
    joined = [] if len(records) > 1 else [connection("one")]
    rest = [HUB, ONE, TWO, connection("two"), *joined, *records, *firewall("1.1.1.1")]
    snapshot = asked(*rest)
    assert ask(snapshot, subnet("one"), "1.1.1.1") is U
    assert ask(snapshot, subnet("one"), "10.2.0.4") is U


def test_a_hub_that_is_followed_is_not_called_unmodelled() -> None:
    part = convert([HUB, ONE, connection("one"), intent(*BOTH), *firewall("1.1.1.1")])
    assert not at_level(part, Level.UNMODELLED)
    part = convert([HUB, ONE, connection("one"), intent(*BOTH)])
    assert any(
        "routing intent" in each.what for each in at_level(part, Level.UNMODELLED)
    )


def test_a_plan_s_routing_intent_leads_to_its_firewall() -> None:
    """The private address comes with the deployment, and decides nothing."""
    written = configured(
        "azurerm_virtual_hub_routing_intent.i",
        virtual_hub_id=["azurerm_virtual_hub.h.id"],
    )
    expressions = written["expressions"]
    assert isinstance(expressions, dict)
    hop = {"references": ["azurerm_firewall.f.id"]}
    expressions["routing_policy"] = [{"next_hop": hop}]
    policies = [{"name": "p", "destinations": ["Internet"]}]
    classic = {
        "name": "c",
        "priority": 100,
        "action": "Allow",
        "azure_firewall_name": "fw",
        "rule": [
            {
                "name": "r",
                "protocols": ["TCP"],
                "source_addresses": ["*"],
                "destination_addresses": ["1.1.1.1"],
                "destination_ports": ["443"],
            }
        ],
    }
    made = plan(
        [
            planned(
                "azurerm_virtual_hub.h",
                {"name": "hub", "address_prefix": "10.9.0.0/23"},
            ),
            planned("azurerm_firewall.f", {"name": "fw", "sku_name": "AZFW_Hub"}),
            planned("azurerm_firewall_network_rule_collection.c", classic),
            planned(
                "azurerm_virtual_network.v",
                {"name": "v", "address_space": ["10.1.0.0/24"]},
            ),
            planned(
                "azurerm_subnet.s",
                {
                    "name": "s",
                    "virtual_network_name": "v",
                    "address_prefixes": ["10.1.0.0/24"],
                    "default_outbound_access_enabled": False,
                },
            ),
            planned(
                "azurerm_virtual_hub_connection.c",
                {"name": "c", "internet_security_enabled": True},
                {"virtual_hub_id": True, "remote_virtual_network_id": True},
            ),
            planned(
                "azurerm_virtual_hub_routing_intent.i",
                {"name": "i", "routing_policy": policies},
                {"virtual_hub_id": True, "routing_policy": [{"next_hop": True}]},
            ),
        ],
        [
            configured("azurerm_virtual_hub.h"),
            configured("azurerm_firewall.f"),
            configured("azurerm_virtual_network.v"),
            configured(
                "azurerm_virtual_hub_connection.c",
                virtual_hub_id=["azurerm_virtual_hub.h.id"],
                remote_virtual_network_id=["azurerm_virtual_network.v.id"],
            ),
            written,
        ],
    )
    part = convert(made)
    snapshot = Snapshot(fabric=part.fabric)
    (home,) = [each for each in part.fabric.subnets if each.name == "s"]
    assert ask(snapshot, SubnetEnd(home.id), "1.1.1.1") is A
    assert ask(snapshot, SubnetEnd(home.id), "8.8.8.8") is D
    assert any("firewall-address" in each.id for each in part.assumptions)
