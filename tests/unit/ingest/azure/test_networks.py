"""Networks, subnets, peerings, routes, gateways, public addresses."""

import pytest

from azure_builders import Json, at_level, convert, flattened, resource, resource_id
from seawall.model.address import AddressRange
from seawall.model.diagnostic import Level
from seawall.model.filter import ServiceTag
from seawall.model.network import NextHop, Peering
from seawall.model.setting import State

NETWORK = resource_id("virtualNetworks", "v")


def vnet(**properties: object) -> dict[str, object]:
    return resource(
        "virtualNetworks",
        "v",
        addressSpace={"addressPrefixes": ["10.0.0.0/16"]},
        **properties,
    )


def inline(name: str, **properties: object) -> dict[str, object]:
    return {
        "name": name,
        "id": f"{NETWORK}/subnets/{name}",
        "properties": {"addressPrefix": "10.0.1.0/24", **properties},
    }


def test_a_subnet_without_references_has_none_by_default() -> None:
    (found,) = convert(vnet(subnets=[inline("s")])).fabric.subnets
    assert found.network == NETWORK.lower()
    assert found.prefixes == (AddressRange.parse("10.0.1.0/24"),)
    for setting in (found.security_group, found.route_table, found.nat_gateway):
        assert (setting.state, setting.value) == (State.DEFAULTED, None)
    assert found.endpoint_policies.is_surely("Disabled")


def test_default_outbound_access_that_is_not_stated_is_unknown() -> None:
    (found,) = convert(vnet(subnets=[inline("s")])).fabric.subnets
    assert not found.default_outbound.known
    stated = inline("s", defaultOutboundAccess=False)
    (found,) = convert(vnet(subnets=[stated])).fabric.subnets
    assert found.default_outbound.is_surely(value=False)


def test_a_subnet_of_its_own_wins_over_the_inline_one() -> None:
    own = resource(
        "virtualNetworks/subnets",
        "v",
        "S",
        addressPrefixes=["10.0.2.0/24"],
        serviceEndpoints=[{"service": "Microsoft.Storage"}],
        delegations=[{"properties": {"serviceName": "Microsoft.Web/x"}}],
    )
    (found,) = convert([vnet(subnets=[inline("s")]), own]).fabric.subnets
    assert found.prefixes == (AddressRange.parse("10.0.2.0/24"),)
    assert found.service_endpoints == ("Microsoft.Storage",)
    assert found.delegations == ("Microsoft.Web/x",)


def test_a_reference_to_what_is_not_there_is_kept_and_reported_once() -> None:
    group = resource_id("networkSecurityGroups", "gone")
    reference = {"networkSecurityGroup": {"id": group}}
    part = convert(vnet(subnets=[inline("a", **reference), inline("b", **reference)]))
    assert {item.security_group.value for item in part.fabric.subnets} == {
        group.lower()
    }
    (found,) = at_level(part, Level.ERROR)
    assert "`gone`" in found.what
    assert "and 1 more" in found.what
    assert "az network nsg show" in found.mend


def test_a_subnet_whose_network_is_not_there_is_reported() -> None:
    alone = resource("virtualNetworks/subnets", "v", "s", addressPrefix="10.0.1.0/24")
    part = convert(alone)
    assert part.fabric.subnets[0].network == NETWORK.lower()
    assert any("virtual network" in item.what for item in at_level(part, Level.ERROR))


def test_custom_dns_servers_are_stated_and_none_is_azures_own() -> None:
    stated = convert(vnet(dhcpOptions={"dnsServers": ["10.9.0.4"]}))
    (network,) = stated.fabric.networks
    assert [str(item) for item in network.dns_servers.value or ()] == ["10.9.0.4"]
    (network,) = convert(vnet()).fabric.networks
    assert network.dns_servers.is_surely(())


def test_a_network_without_addresses_is_said_to_be_unknown() -> None:
    part = convert(resource("virtualNetworks", "v"))
    (found,) = at_level(part, Level.UNMODELLED)
    assert "address space" in found.what


def test_a_peering_keeps_its_flags_and_its_state() -> None:
    peering = {
        "name": "p",
        "properties": {
            "remoteVirtualNetwork": {"id": resource_id("virtualNetworks", "HUB")},
            "peeringState": "Connected",
            "allowForwardedTraffic": True,
            "remoteAddressSpace": {"addressPrefixes": ["10.9.0.0/16"]},
        },
    }
    (found,) = convert(vnet(virtualNetworkPeerings=[peering])).fabric.peerings
    assert found.remote == resource_id("virtualNetworks", "hub").lower()
    assert found.connected.is_surely(value=True)
    assert found.allows_forwarded.is_surely(value=True)
    assert found.allows_access.state is State.DEFAULTED
    assert found.remote_space == (AddressRange.parse("10.9.0.0/16"),)


@pytest.mark.parametrize(
    ("there", "is_known"),
    [
        ({}, True),
        ({"virtualNetworkPeerings": []}, False),
        ({"virtualNetworkPeerings": ["other"]}, False),
        ({"virtualNetworkPeerings": ["v"]}, True),
    ],
)
def test_a_connected_peering_that_the_other_network_does_not_list_is_in_doubt(
    there: dict[str, list[str]], *, is_known: bool
) -> None:
    """Source: Azure docs, virtual-network-manage-peering."""

    def half(remote: str) -> Json:
        meant = {"id": resource_id("virtualNetworks", remote)}
        stated = {"remoteVirtualNetwork": meant, "peeringState": "Connected"}
        return {"name": f"to-{remote}", "properties": stated}

    listed = {key: [half(each) for each in names] for key, names in there.items()}
    hub = resource(
        "virtualNetworks",
        "hub",
        addressSpace={"addressPrefixes": ["10.9.0.0/16"]},
        **listed,
    )
    fabric = convert(vnet(virtualNetworkPeerings=[half("hub")]), hub).fabric
    found = next(each for each in fabric.peerings if each.name == "to-hub")
    assert found.connected.known is is_known
    assert is_known or "one of them is out of date" in found.connected.why


def test_routes_are_read_with_tags_and_appliances() -> None:
    table = resource(
        "routeTables",
        "t",
        disableBgpRoutePropagation=True,
        routes=[
            {
                "name": "out",
                "properties": {
                    "addressPrefix": "0.0.0.0/0",
                    "nextHopType": "VirtualAppliance",
                    "nextHopIpAddress": "10.9.0.4",
                },
            },
            {"name": "tag", "addressPrefix": "AzureCloud", "nextHopType": "internet"},
        ],
    )
    part = convert(table)
    (found,) = part.fabric.route_tables
    assert found.propagates_gateway_routes.is_surely(value=False)
    out, tag = found.routes
    assert (out.next_hop, str(out.appliance)) == (
        NextHop.VIRTUAL_APPLIANCE,
        "10.9.0.4",
    )
    assert (tag.next_hop, tag.destination) == (
        NextHop.INTERNET,
        ServiceTag("AzureCloud"),
    )
    assert not part.diagnostics


def test_a_route_that_cannot_be_read_may_lead_anywhere() -> None:
    table = resource("routeTables", "t", routes=[{"name": "r", "addressPrefix": "?"}])
    part = convert(table)
    (route,) = part.fabric.route_tables[0].routes
    assert route.destination is None
    assert route.next_hop is NextHop.UNKNOWN
    assert len(at_level(part, Level.ERROR)) == 2


def test_a_gateway_knows_what_its_connections_lead_to() -> None:
    gateway = resource(
        "virtualNetworkGateways",
        "vpn",
        ipConfigurations=[
            {"name": "c", "properties": {"subnet": {"id": f"{NETWORK}/subnets/gw"}}}
        ],
    )
    local = resource(
        "localNetworkGateways",
        "office",
        localNetworkAddressSpace={"addressPrefixes": ["192.168.0.0/24"]},
    )
    connection = resource(
        "connections",
        "c",
        virtualNetworkGateway1={"id": gateway["id"]},
        localNetworkGateway2={"id": local["id"]},
    )
    (found,) = convert([gateway, local, connection]).fabric.gateways
    assert found.network == NETWORK.lower()
    assert found.remote_ranges == (AddressRange.parse("192.168.0.0/24"),)


def test_clients_of_a_vpn_lie_behind_its_gateway() -> None:
    gateway = resource(
        "virtualNetworkGateways",
        "vpn",
        gatewayType="Vpn",
        vpnClientConfiguration={
            "vpnClientAddressPool": {"addressPrefixes": ["10.250.0.0/24"]}
        },
    )
    (found,) = convert([gateway]).fabric.gateways
    assert [str(it) for it in found.remote_ranges] == ["10.250.0.0/24"]
    assert found.is_open, "which sites are connected is not stated"


def test_a_site_that_is_not_in_the_input_leaves_open_what_lies_behind() -> None:
    gateway = resource("virtualNetworkGateways", "vpn", gatewayType="Vpn")
    local = resource(
        "localNetworkGateways",
        "office",
        localNetworkAddressSpace={"addressPrefixes": ["192.168.0.0/24"]},
    )
    ways = [
        resource(
            "connections",
            name,
            virtualNetworkGateway1={"id": gateway["id"]},
            localNetworkGateway2={"id": resource_id("localNetworkGateways", name)},
        )
        for name in ("office", "branch")
    ]
    (known,) = convert([gateway, local, ways[0]]).fabric.gateways
    assert not known.is_open
    (found,) = convert([gateway, local, *ways]).fabric.gateways
    assert [str(it) for it in found.remote_ranges] == ["192.168.0.0/24"]
    assert found.is_open


def test_a_nat_gateway_names_its_addresses() -> None:
    address = resource("publicIPAddresses", "ip", ipAddress="20.1.2.3")
    gateway = resource("natGateways", "nat", publicIpAddresses=[{"id": address["id"]}])
    part = convert([address, gateway])
    (found,) = part.fabric.nat_gateways
    assert found.public_addresses.is_surely((str(address["id"]).lower(),))
    (public,) = part.fabric.public_addresses
    assert public.ranges == (AddressRange.parse("20.1.2.3"),)


def test_members_of_application_groups_come_from_interfaces() -> None:
    asg = resource_id("applicationSecurityGroups", "web")
    interface = resource(
        "networkInterfaces",
        "nic",
        ipConfigurations=[
            {
                "name": "c",
                "properties": {
                    "privateIPAddress": "10.0.1.9",
                    "applicationSecurityGroups": [{"id": asg}],
                },
            }
        ],
    )
    found = convert(interface).fabric.application_groups
    assert found.value == ((asg.lower(), "10.0.1.9"),)
    assert not convert(vnet()).fabric.application_groups.known


def test_a_load_balancer_is_read_with_rules_and_ways_out() -> None:
    base = resource_id("loadBalancers", "lb")
    front = {"id": f"{base}/frontendIPConfigurations/Front"}
    balancer = resource(
        "loadBalancers",
        "lb",
        frontendIPConfigurations=[
            {
                "name": "Front",
                "properties": {"publicIPAddress": {"id": "/x/ip"}},
            }
        ],
        loadBalancingRules=[
            {
                "name": "r",
                "properties": {
                    "protocol": "Tcp",
                    "frontendPort": 443,
                    "backendPort": 8443,
                    "enableFloatingIP": True,
                    "disableOutboundSnat": True,
                    "frontendIPConfiguration": front,
                    "backendAddressPool": {"id": f"{base}/backendAddressPools/p"},
                },
            },
            {
                "name": "ha",
                "properties": {
                    "protocol": "All",
                    "frontendPort": 0,
                    "backendPort": 0,
                    "frontendIPConfiguration": front,
                },
            },
        ],
        outboundRules=[
            {"name": "o", "properties": {"frontendIPConfigurations": [front]}}
        ],
    )
    (found,) = convert(balancer).fabric.load_balancers
    assert [item.name for item in found.front_ends] == ["front"]
    assert found.front_ends[0].is_public
    assert found.outbound_front_ends == ("front",)
    one, every = found.rules
    assert (one.front_end, one.pool, one.protocol) == ("front", "p", 6)
    assert (one.floating, one.source_nat, one.back_port) == (True, False, 8443)
    assert (every.protocol, every.front_port.last, every.back_port) == (
        None,
        65535,
        None,
    )


def test_an_application_gateway_is_read_with_listeners_and_backends() -> None:
    base = resource_id("applicationGateways", "agw")
    gateway = resource(
        "applicationGateways",
        "agw",
        gatewayIPConfigurations=[
            {"name": "g", "properties": {"subnet": {"id": f"{NETWORK}/subnets/agw"}}}
        ],
        frontendIPConfigurations=[
            {"name": "f", "properties": {"publicIPAddress": {"id": "/x/ip"}}}
        ],
        frontendPorts=[
            {"name": "https", "properties": {"port": 443}},
            {"name": "unused", "properties": {"port": 81}},
        ],
        httpListeners=[
            {
                "name": "l",
                "properties": {"frontendPort": {"id": f"{base}/frontendPorts/https"}},
            }
        ],
        backendAddressPools=[
            {
                "name": "b",
                "properties": {
                    "backendAddresses": [
                        {"ipAddress": "10.0.1.4"},
                        {"fqdn": "App.Contoso.com"},
                    ]
                },
            }
        ],
        backendHttpSettingsCollection=[{"name": "s", "properties": {"port": 8080}}],
        webApplicationFirewallConfiguration={
            "enabled": True,
            "firewallMode": "Detection",
        },
    )
    (found,) = convert(gateway).fabric.application_gateways
    assert found.listener_ports == (443,)
    assert found.backend_ports == (8080,)
    assert found.backend_addresses == (AddressRange.parse("10.0.1.4"),)
    assert found.backend_names == ("app.contoso.com",)
    assert found.firewall_mode.is_surely("Detection")


def test_parts_of_a_list_that_are_not_known_are_reported() -> None:
    part = convert(vnet(subnets=[inline("s"), "[variables('more')]"]))
    (found,) = at_level(part, Level.UNMODELLED)
    assert "`subnets`" in found.what


def test_service_endpoints_that_are_not_known_are_reported() -> None:
    part = convert(vnet(subnets=[inline("s", serviceEndpoints="[parameters('e')]")]))
    (found,) = at_level(part, Level.UNMODELLED)
    assert "service endpoints" in found.what


def test_a_peering_of_which_it_is_unknown_whether_it_is_whole_is_not() -> None:
    for written, whole in ((None, True), (True, True), (False, False), ("[x]", False)):
        peering = {
            "name": "p",
            "properties": {
                "remoteVirtualNetwork": {"id": "/v"},
                "peerCompleteVnets": written,
            },
        }
        (found,) = convert(vnet(virtualNetworkPeerings=[peering])).fabric.peerings
        assert found.complete is whole


def test_an_interface_tells_whether_it_forwards_and_forwards_nothing_unless_told() -> (
    None
):
    spoken = resource(
        "networkInterfaces",
        "nva",
        enableIPForwarding=True,
        networkSecurityGroup={"id": resource_id("networkSecurityGroups", "g")},
        ipConfigurations=[
            {
                "name": "one",
                "properties": {
                    "privateIPAddress": "10.0.1.9",
                    "subnet": {"id": f"{NETWORK}/subnets/s"},
                },
            }
        ],
    )
    silent = resource("networkInterfaces", "other", ipConfigurations=[])
    broken = resource("networkInterfaces", "third", enableIPForwarding="perhaps")
    part = convert([flattened(spoken), silent, broken])
    nva, other, third = part.fabric.interfaces
    assert nva.forwards.is_surely(value=True)
    assert [str(each) for each in nva.addresses] == ["10.0.1.9"]
    assert nva.subnet == f"{NETWORK}/subnets/s".lower()
    assert nva.security_group.value == resource_id("networkSecurityGroups", "g").lower()
    assert (other.forwards.state, other.forwards.value) == (State.DEFAULTED, False)
    assert not third.forwards.known
    assert at_level(part, Level.ERROR)


def test_a_route_that_overrides_learned_ones_says_so() -> None:
    table = resource(
        "routeTables",
        "t",
        routes=[
            {
                "name": name,
                "properties": {
                    "addressPrefix": "10.0.0.0/8",
                    "nextHopType": "None",
                    "hasBgpOverride": stated,
                },
            }
            for name, stated in (("a", True), ("b", False), ("c", None))
        ],
    )
    (found,) = convert(table).fabric.route_tables
    assert [route.beats_learned for route in found.routes] == [True, False, False]


def test_a_peering_of_subnets_names_them() -> None:
    def peering(**properties: object) -> dict[str, object]:
        remote = {"id": resource_id("virtualNetworks", "w")}
        body = {"remoteVirtualNetwork": remote, **properties}
        return {"name": "p", "properties": body}

    def read(**properties: object) -> Peering:
        part = convert(vnet(virtualNetworkPeerings=[peering(**properties)]))
        return part.fabric.peerings[0]

    listed = read(
        peerCompleteVnets=False, localSubnetNames=["Nodes"], remoteSubnetNames=["jump"]
    )
    assert (listed.local_subnets, listed.remote_subnets) == (("nodes",), ("jump",))
    assert not listed.complete
    assert listed.is_sure
    narrow = read(enableOnlyIPv6Peering=True, localSubnetNames=["Nodes"])
    assert not narrow.complete
    assert not narrow.local_subnets


def test_a_peering_that_is_not_in_sync_is_told_of() -> None:
    remote = {"id": resource_id("virtualNetworks", "w")}
    body = {"remoteVirtualNetwork": remote, "peeringSyncLevel": "RemoteNotInSync"}
    part = convert(vnet(virtualNetworkPeerings=[{"name": "p", "properties": body}]))
    told = [item for item in at_level(part, Level.WARNING) if "in sync" in item.what]
    assert "az network vnet peering sync" in told[0].mend


def test_it_is_said_that_addresses_are_taken_for_those_of_no_service() -> None:
    table = {"id": resource_id("routeTables", "t")}
    endpoints = [{"service": "Microsoft.Storage"}]
    open_ = inline("s", serviceEndpoints=endpoints, routeTable=table)
    part = convert([vnet(subnets=[open_]), resource("routeTables", "t", routes=[])])
    assert [each.id for each in part.assumptions] == ["public-addresses-of-no-service"]
    part = convert(vnet(subnets=[inline("s", serviceEndpoints=endpoints)]))
    assert not part.assumptions
