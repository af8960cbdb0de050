"""Networks with their subnets, security groups, routes, addresses and NAT gateways."""

from seawall.emit.parts import Unsaid
from seawall.emit.terraform.kinds.network import (
    ROUTE_RULES,
    SECURITY_RULES,
    SUBNET_RULES,
)
from seawall.emit.terraform.modules.shape import (
    Fold,
    Module,
    every,
    mapped,
    nested,
    or_null,
)
from seawall.emit.terraform.shape import Rule, attr, inverted, listed
from seawall.emit.tree import Value

_NET = "Microsoft.Network/virtualNetworks"


def _numbers(value: Value) -> Value:
    if not isinstance(value, tuple):
        raise Unsaid("zones are no list")
    return tuple(int(str(each)) for each in value)


_SUBNET: tuple[Rule, ...] = (
    *SUBNET_RULES,
    every(
        "properties.delegations",
        "delegations",
        attr("name", "name"),
        nested("properties", "service_delegation", attr("serviceName", "name")),
    ),
    nested(
        "properties.networkSecurityGroup", "network_security_group", attr("id", "id")
    ),
    nested("properties.routeTable", "route_table", attr("id", "id")),
    nested("properties.natGateway", "nat_gateway", attr("id", "id")),
)

NETWORK = {
    _NET: Module(
        "Azure/avm-res-network-virtualnetwork/azurerm",
        "0.22.1",
        (
            attr("properties.addressSpace.addressPrefixes", "address_space"),
            nested(
                "properties.dhcpOptions",
                "dns_servers",
                attr("dnsServers", "dns_servers"),
            ),
            attr("properties.flowTimeoutInMinutes", "flow_timeout_in_minutes"),
        ),
        group="parent_id",
        folds={
            f"{_NET}/subnets": Fold(
                "subnets",
                _SUBNET,
                id='subnets["{}"].resource_id',
                reads={"name": 'subnets["{}"].name'},
            ),
        },
    ),
    "Microsoft.Network/networkSecurityGroups": Module(
        "Azure/avm-res-network-networksecuritygroup/azurerm",
        "0.5.1",
        (mapped("properties.securityRules", "security_rules", *SECURITY_RULES),),
    ),
    "Microsoft.Network/routeTables": Module(
        "Azure/avm-res-network-routetable/azurerm",
        "0.5.0",
        (
            inverted(
                "properties.disableBgpRoutePropagation", "bgp_route_propagation_enabled"
            ),
            mapped("properties.routes", "routes", *ROUTE_RULES),
        ),
    ),
    "Microsoft.Network/publicIPAddresses": Module(
        "Azure/avm-res-network-publicipaddress/azurerm",
        "0.2.1",
        (
            attr("properties.publicIPAllocationMethod", "allocation_method"),
            attr("sku.name", "sku"),
            attr("sku.tier", "sku_tier"),
            attr("properties.publicIPAddressVersion", "ip_version"),
            attr("properties.idleTimeoutInMinutes", "idle_timeout_in_minutes"),
            attr("properties.dnsSettings.domainNameLabel", "domain_name_label"),
            # It would take all zones of a region that has some.
            or_null("zones", "zones", _numbers),
        ),
        reads={"name": "name", "properties.ipAddress": "public_ip_address"},
    ),
    "Microsoft.Network/natGateways": Module(
        "Azure/avm-res-network-natgateway/azurerm",
        "0.3.2",
        (
            attr("sku.name", "sku_name"),
            attr("properties.idleTimeoutInMinutes", "idle_timeout_in_minutes"),
            attr("zones", "zones"),
            listed("properties.publicIpAddresses", "id", "public_ip_resource_ids"),
            listed(
                "properties.publicIpPrefixes", "id", "public_ip_prefix_resource_ids"
            ),
        ),
        group="parent_id",
        reads={},
    ),
}
