"""Virtual networks, subnets, peerings, security groups, routes."""

from seawall.ingest.terraform.shape import (
    Kind,
    Parent,
    Shape,
    both,
    each,
    either,
    first_of,
    given_or,
    inverted,
    link,
    links_of,
    listed,
    one,
    within,
    words,
    write_only,
)

_PROVIDER = "the provider's default"
_NETWORK = ("azurerm_virtual_network",)
_NSG = "azurerm_network_security_group"
_TABLE = "azurerm_route_table"
_ASG = "azurerm_application_security_group"

_HUB_TABLE = "azurerm_virtual_hub_route_table"
_HUB_TABLES = (_HUB_TABLE, "azurerm_virtual_hub")
"""A hub stands for its default table."""

_HUB_ROUTE: Shape = {
    "name": "name",
    "destinationType": "destinations_type",
    "destinations": "destinations",
    "nextHop": link("next_hop", "azurerm_virtual_hub_connection", "azurerm_firewall"),
}
_HUB_ROUTING: Shape = {
    "associatedRouteTable": link("associated_route_table_id", *_HUB_TABLES),
    "inboundRouteMap": link("inbound_route_map_id"),
    "outboundRouteMap": link("outbound_route_map_id"),
    "propagatedRouteTables": one(
        "propagated_route_table",
        {"labels": "labels", "ids": links_of("route_table_ids", *_HUB_TABLES)},
    ),
    "vnetRoutes": {"staticRoutes": each("static_vnet_route", {"name": "name"})},
}

_SUBNET: Shape = {
    "addressPrefixes": "address_prefixes",
    "addressPrefix": "address_prefix",
    "networkSecurityGroup": first_of(
        link("security_group", _NSG),
        link("network_security_group_id", _NSG),
        write_only("network_security_group_id_wo", _NSG),
    ),
    "routeTable": first_of(
        link("route_table_id", _TABLE), write_only("route_table_id_wo", _TABLE)
    ),
    "privateEndpointNetworkPolicies": first_of(
        either("private_endpoint_network_policies"),
        words("Enabled", "Disabled", "private_endpoint_network_policies_enabled"),
        words("Disabled", "Enabled", "enforce_private_link_endpoint_network_policies"),
    ),
    "defaultOutboundAccess": given_or(
        either("default_outbound_access_enabled"), value=True, why=_PROVIDER
    ),
    "serviceEndpoints": both(
        listed("service_endpoints", "service"),
        each("service_endpoint", {"service": "service"}),
    ),
    "serviceEndpointPolicies": links_of(
        "service_endpoint_policy_ids", "azurerm_subnet_service_endpoint_storage_policy"
    ),
    "delegations": each(
        "delegation", {"serviceName": within("service_delegation", "name")}
    ),
}

_RULE: Shape = {
    "name": "name",
    "priority": "priority",
    "direction": "direction",
    "access": "access",
    "protocol": "protocol",
    "sourceAddressPrefix": "source_address_prefix",
    "sourceAddressPrefixes": "source_address_prefixes",
    "sourceApplicationSecurityGroups": links_of(
        "source_application_security_group_ids", _ASG
    ),
    "sourcePortRange": "source_port_range",
    "sourcePortRanges": "source_port_ranges",
    "destinationAddressPrefix": "destination_address_prefix",
    "destinationAddressPrefixes": "destination_address_prefixes",
    "destinationApplicationSecurityGroups": links_of(
        "destination_application_security_group_ids", _ASG
    ),
    "destinationPortRange": "destination_port_range",
    "destinationPortRanges": "destination_port_ranges",
}

_ROUTE: Shape = {
    "name": "name",
    "addressPrefix": "address_prefix",
    "nextHopType": "next_hop_type",
    "nextHopIpAddress": "next_hop_in_ip_address",
}

NETWORK = {
    "azurerm_virtual_network": Kind(
        "microsoft.network/virtualnetworks",
        {
            "addressSpace": {"addressPrefixes": "address_space"},
            "dhcpOptions": {"dnsServers": "dns_servers"},
            "subnets": each("subnet", {"id": "id", "name": "name", **_SUBNET}),
        },
    ),
    "azurerm_subnet": Kind(
        "microsoft.network/virtualnetworks/subnets",
        _SUBNET,
        Parent(_NETWORK, name="virtual_network_name"),
    ),
    "azurerm_virtual_network_peering": Kind(
        "microsoft.network/virtualnetworks/virtualnetworkpeerings",
        {
            "remoteVirtualNetwork": link("remote_virtual_network_id", *_NETWORK),
            "allowVirtualNetworkAccess": given_or(
                either("allow_virtual_network_access"), value=True, why=_PROVIDER
            ),
            "allowForwardedTraffic": "allow_forwarded_traffic",
            "allowGatewayTransit": "allow_gateway_transit",
            "useRemoteGateways": "use_remote_gateways",
            "peerCompleteVnets": "peer_complete_virtual_networks_enabled",
            "localSubnetNames": "local_subnet_names",
            "remoteSubnetNames": "remote_subnet_names",
            "enableOnlyIPv6Peering": "only_ipv6_peering_enabled",
        },
        Parent(_NETWORK, id="virtual_network_id", name="virtual_network_name"),
    ),
    _NSG: Kind(
        "microsoft.network/networksecuritygroups",
        {"securityRules": each("security_rule", _RULE)},
    ),
    "azurerm_network_security_rule": Kind(
        "microsoft.network/networksecuritygroups/securityrules",
        _RULE,
        Parent(
            (_NSG,),
            id="network_security_group_id",
            name="network_security_group_name",
        ),
    ),
    _ASG: Kind("microsoft.network/applicationsecuritygroups", {}),
    _TABLE: Kind(
        "microsoft.network/routetables",
        {
            "routes": each("route", _ROUTE),
            "disableBgpRoutePropagation": first_of(
                inverted("bgp_route_propagation_enabled"),
                either("disable_bgp_route_propagation"),
            ),
        },
    ),
    "azurerm_route": Kind(
        "microsoft.network/routetables/routes",
        _ROUTE,
        Parent((_TABLE,), id="route_table_id", name="route_table_name"),
    ),
    "azurerm_virtual_network_gateway": Kind(
        "microsoft.network/virtualnetworkgateways",
        {
            "gatewayType": "type",
            "enableBgp": either("bgp_enabled", "enable_bgp"),
            "ipConfigurations": each(
                "ip_configuration", {"subnet": link("subnet_id", "azurerm_subnet")}
            ),
            "vpnClientConfiguration": one(
                "vpn_client_configuration",
                {"vpnClientAddressPool": {"addressPrefixes": "address_space"}},
            ),
        },
    ),
    "azurerm_network_manager_connectivity_configuration": Kind(
        "microsoft.network/networkmanagers/connectivityconfigurations",
        {
            "connectivityTopology": "connectivity_topology",
            "isGlobal": "global_mesh_enabled",
            "hubs": each("hub", {"resourceId": link("resource_id", *_NETWORK)}),
            "appliesToGroups": each(
                "applies_to_group",
                {
                    "networkGroupId": link(
                        "network_group_id", "azurerm_network_manager_network_group"
                    ),
                    "groupConnectivity": "group_connectivity",
                    "isGlobal": "global_mesh_enabled",
                    "useHubGateway": "use_hub_gateway",
                },
            ),
        },
        Parent(("azurerm_network_manager",), id="network_manager_id"),
    ),
    "azurerm_virtual_hub": Kind(
        "microsoft.network/virtualhubs",
        {
            "addressPrefix": "address_prefix",
            "sku": "sku",
            "virtualWan": link("virtual_wan_id", "azurerm_virtual_wan"),
            "routeTable": each("route", {"addressPrefixes": "address_prefixes"}),
        },
    ),
    "azurerm_virtual_hub_routing_intent": Kind(
        "microsoft.network/virtualhubs/routingintent",
        {
            "routingPolicies": each(
                "routing_policy",
                {
                    "name": "name",
                    "destinations": "destinations",
                    "nextHop": link("next_hop", "azurerm_firewall"),
                },
            )
        },
        Parent(("azurerm_virtual_hub",), id="virtual_hub_id"),
    ),
    _HUB_TABLE: Kind(
        "microsoft.network/virtualhubs/hubroutetables",
        {"labels": "labels", "routes": each("route", _HUB_ROUTE)},
        Parent(("azurerm_virtual_hub",), id="virtual_hub_id"),
    ),
    f"{_HUB_TABLE}_route": Kind(
        "microsoft.network/virtualhubs/hubroutetables/routes",
        _HUB_ROUTE,
        Parent(_HUB_TABLES, id="route_table_id"),
    ),
    "azurerm_virtual_hub_connection": Kind(
        "microsoft.network/virtualhubs/hubvirtualnetworkconnections",
        {
            "remoteVirtualNetwork": link("remote_virtual_network_id", *_NETWORK),
            "enableInternetSecurity": given_or(
                either("internet_security_enabled"), value=False, why=_PROVIDER
            ),
            "routingConfiguration": one("routing", _HUB_ROUTING),
        },
        Parent(("azurerm_virtual_hub",), id="virtual_hub_id"),
    ),
    "azurerm_local_network_gateway": Kind(
        "microsoft.network/localnetworkgateways",
        {"localNetworkAddressSpace": {"addressPrefixes": "address_space"}},
    ),
    "azurerm_virtual_network_gateway_connection": Kind(
        "microsoft.network/connections",
        {
            "enableBgp": either("bgp_enabled", "enable_bgp"),
            "expressRouteGatewayBypass": "express_route_gateway_bypass",
            "virtualNetworkGateway1": link(
                "virtual_network_gateway_id", "azurerm_virtual_network_gateway"
            ),
            "localNetworkGateway2": link(
                "local_network_gateway_id", "azurerm_local_network_gateway"
            ),
        },
    ),
    "azurerm_network_interface": Kind(
        "microsoft.network/networkinterfaces",
        {
            "enableIPForwarding": given_or(
                either("ip_forwarding_enabled", "enable_ip_forwarding"),
                value=False,
                why=_PROVIDER,
            ),
            "ipConfigurations": each(
                "ip_configuration",
                {
                    "name": "name",
                    "privateIPAddress": "private_ip_address",
                    "subnet": link("subnet_id", "azurerm_subnet"),
                    "publicIPAddress": link(
                        "public_ip_address_id", "azurerm_public_ip"
                    ),
                },
            ),
        },
    ),
}
