"""Virtual networks, subnets, peerings, security groups, routes, NAT gateways."""

from collections.abc import Iterable

from seawall.emit.parts import Part
from seawall.emit.terraform.hcl import Attribute, Line
from seawall.emit.terraform.names import Names
from seawall.emit.terraform.shape import (
    Kind,
    Rule,
    Tie,
    attr,
    block,
    blocks,
    implied,
    inverted,
    listed,
    word,
)
from seawall.emit.tree import Value

_NET = "Microsoft.Network/virtualNetworks"
_NSG = "Microsoft.Network/networkSecurityGroups"
_TABLE = "Microsoft.Network/routeTables"

_JOIN = ("Microsoft.Network/virtualNetworks/subnets/join/action",)
_ACTIONS = {
    "Microsoft.ContainerService/managedClusters": _JOIN,
    "Microsoft.Network/dnsResolvers": _JOIN,
    "Microsoft.ServiceNetworking/trafficControllers": _JOIN,
}
"""What Azure itself adds to a delegation, so that later plans stay empty."""


def _service(part: Part, names: Names) -> Iterable[Line]:
    service = str(part.peek("serviceName"))
    yield from attr("serviceName", "name")(part, names)
    if service in _ACTIONS:
        yield Attribute("actions", _ACTIONS[service])


_DELEGATION: tuple[Rule, ...] = (
    attr("name", "name"),
    block("properties", "service_delegation", _service),
)
SECURITY_RULES: tuple[Rule, ...] = (
    attr("name", "name"),
    *(
        attr(f"properties.{path}", name)
        for path, name in {
            "description": "description",
            "priority": "priority",
            "direction": "direction",
            "access": "access",
            "protocol": "protocol",
            "sourcePortRange": "source_port_range",
            "sourcePortRanges": "source_port_ranges",
            "destinationPortRange": "destination_port_range",
            "destinationPortRanges": "destination_port_ranges",
            "sourceAddressPrefix": "source_address_prefix",
            "sourceAddressPrefixes": "source_address_prefixes",
            "destinationAddressPrefix": "destination_address_prefix",
            "destinationAddressPrefixes": "destination_address_prefixes",
        }.items()
    ),
    listed(
        "properties.sourceApplicationSecurityGroups",
        "id",
        "source_application_security_group_ids",
    ),
    listed(
        "properties.destinationApplicationSecurityGroups",
        "id",
        "destination_application_security_group_ids",
    ),
)
ROUTE_RULES: tuple[Rule, ...] = (
    attr("name", "name"),
    attr("properties.addressPrefix", "address_prefix"),
    attr("properties.nextHopType", "next_hop_type"),
    attr("properties.nextHopIpAddress", "next_hop_in_ip_address"),
)


def _single(value: Value) -> Value:
    return (value,)


SUBNET_RULES: tuple[Rule, ...] = (
    attr("properties.addressPrefix", "address_prefixes", _single),
    attr("properties.addressPrefixes", "address_prefixes"),
    attr("properties.defaultOutboundAccess", "default_outbound_access_enabled"),
    attr(
        "properties.privateEndpointNetworkPolicies",
        "private_endpoint_network_policies",
    ),
    word(
        "properties.privateLinkServiceNetworkPolicies",
        "private_link_service_network_policies_enabled",
    ),
    listed(
        "properties.serviceEndpoints",
        "service",
        "service_endpoints",
        "locations",
    ),
)

NETWORK = {
    _NET: Kind(
        "azurerm_virtual_network",
        "network.tf",
        (
            attr("properties.addressSpace.addressPrefixes", "address_space"),
            attr("properties.dhcpOptions.dnsServers", "dns_servers"),
            attr("properties.flowTimeoutInMinutes", "flow_timeout_in_minutes"),
        ),
    ),
    f"{_NET}/subnets": Kind(
        "azurerm_subnet",
        "network.tf",
        (
            *SUBNET_RULES,
            listed(
                "properties.serviceEndpointPolicies",
                "id",
                "service_endpoint_policy_ids",
            ),
            blocks("properties.delegations", "delegation", *_DELEGATION),
        ),
        located=False,
        parent="virtual_network_name",
        ties=(
            Tie(
                "properties.networkSecurityGroup.id",
                "azurerm_subnet_network_security_group_association",
                "subnet_id",
                "network_security_group_id",
            ),
            Tie(
                "properties.routeTable.id",
                "azurerm_subnet_route_table_association",
                "subnet_id",
                "route_table_id",
            ),
            Tie(
                "properties.natGateway.id",
                "azurerm_subnet_nat_gateway_association",
                "subnet_id",
                "nat_gateway_id",
            ),
        ),
    ),
    f"{_NET}/virtualNetworkPeerings": Kind(
        "azurerm_virtual_network_peering",
        "network.tf",
        (
            attr("properties.remoteVirtualNetwork.id", "remote_virtual_network_id"),
            attr(
                "properties.allowVirtualNetworkAccess", "allow_virtual_network_access"
            ),
            attr("properties.allowForwardedTraffic", "allow_forwarded_traffic"),
            attr("properties.allowGatewayTransit", "allow_gateway_transit"),
            attr("properties.useRemoteGateways", "use_remote_gateways"),
        ),
        located=False,
        parent="virtual_network_name",
    ),
    _NSG: Kind(
        "azurerm_network_security_group",
        "filters.tf",
        (blocks("properties.securityRules", "security_rule", *SECURITY_RULES),),
    ),
    f"{_NSG}/securityRules": Kind(
        "azurerm_network_security_rule",
        "filters.tf",
        SECURITY_RULES[1:],
        located=False,
        parent="network_security_group_name",
    ),
    "Microsoft.Network/applicationSecurityGroups": Kind(
        "azurerm_application_security_group", "filters.tf"
    ),
    _TABLE: Kind(
        "azurerm_route_table",
        "routes.tf",
        (
            inverted(
                "properties.disableBgpRoutePropagation", "bgp_route_propagation_enabled"
            ),
            blocks("properties.routes", "route", *ROUTE_RULES),
        ),
    ),
    f"{_TABLE}/routes": Kind(
        "azurerm_route",
        "routes.tf",
        ROUTE_RULES[1:],
        located=False,
        parent="route_table_name",
    ),
    "Microsoft.Network/publicIPAddresses": Kind(
        "azurerm_public_ip",
        "network.tf",
        (
            attr("properties.publicIPAllocationMethod", "allocation_method"),
            attr("sku.name", "sku"),
            attr("sku.tier", "sku_tier"),
            attr("zones", "zones"),
            attr("properties.publicIPAddressVersion", "ip_version"),
            attr("properties.idleTimeoutInMinutes", "idle_timeout_in_minutes"),
            attr("properties.dnsSettings.domainNameLabel", "domain_name_label"),
        ),
        reads={"properties.ipAddress": "ip_address"},
    ),
    "Microsoft.Network/natGateways": Kind(
        "azurerm_nat_gateway",
        "network.tf",
        (
            attr("sku.name", "sku_name"),
            attr("properties.idleTimeoutInMinutes", "idle_timeout_in_minutes"),
            attr("zones", "zones"),
        ),
        ties=(
            Tie(
                "properties.publicIpAddresses",
                "azurerm_nat_gateway_public_ip_association",
                "nat_gateway_id",
                "public_ip_address_id",
                many=True,
            ),
            Tie(
                "properties.publicIpPrefixes",
                "azurerm_nat_gateway_public_ip_prefix_association",
                "nat_gateway_id",
                "public_ip_prefix_id",
                many=True,
            ),
        ),
    ),
    "Microsoft.Network/publicIPPrefixes": Kind(
        "azurerm_public_ip_prefix",
        "network.tf",
        (
            attr("sku.name", "sku"),
            attr("sku.tier", "sku_tier"),
            attr("zones", "zones"),
            attr("properties.prefixLength", "prefix_length"),
            implied("properties.publicIPAddressVersion", "IPv4"),
        ),
        reads={"properties.ipPrefix": "ip_prefix"},
    ),
}
