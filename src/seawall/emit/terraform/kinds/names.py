"""Private endpoints, private DNS zones, their links and records."""

from seawall.emit.terraform.shape import (
    Kind,
    Rule,
    attr,
    blocks,
    fixed,
    implied,
    listed,
)

_ZONE = "Microsoft.Network/privateDnsZones"
_LINK: tuple[Rule, ...] = (
    attr("name", "name"),
    attr("properties.privateLinkServiceId", "private_connection_resource_id"),
    attr("properties.groupIds", "subresource_names"),
    attr("properties.requestMessage", "request_message"),
)

ZONE_GROUP: tuple[Rule, ...] = (
    listed(
        "properties.privateDnsZoneConfigs",
        "properties.privateDnsZoneId",
        "private_dns_zone_ids",
        "name",
    ),
)
"""A group of zones is a block of its endpoint in Terraform."""


NAMES = {
    "Microsoft.Network/privateEndpoints": Kind(
        "azurerm_private_endpoint",
        "dns.tf",
        (
            attr("properties.subnet.id", "subnet_id"),
            attr(
                "properties.customNetworkInterfaceName", "custom_network_interface_name"
            ),
            blocks(
                "properties.privateLinkServiceConnections",
                "private_service_connection",
                *_LINK,
                fixed("is_manual_connection", False),  # noqa: FBT003
            ),
            blocks(
                "properties.manualPrivateLinkServiceConnections",
                "private_service_connection",
                *_LINK,
                fixed("is_manual_connection", True),  # noqa: FBT003
            ),
            blocks(
                "properties.ipConfigurations",
                "ip_configuration",
                attr("name", "name"),
                attr("properties.privateIPAddress", "private_ip_address"),
                attr("properties.groupId", "subresource_name"),
                attr("properties.memberName", "member_name"),
            ),
        ),
    ),
    _ZONE: Kind(
        "azurerm_private_dns_zone",
        "dns.tf",
        (implied("location", "global"),),
        located=False,
    ),
    f"{_ZONE}/virtualNetworkLinks": Kind(
        "azurerm_private_dns_zone_virtual_network_link",
        "dns.tf",
        (
            implied("location", "global"),
            attr("properties.virtualNetwork.id", "virtual_network_id"),
            attr("properties.registrationEnabled", "registration_enabled"),
            attr("properties.resolutionPolicy", "resolution_policy"),
        ),
        located=False,
        parent="private_dns_zone_name",
    ),
    f"{_ZONE}/A": Kind(
        "azurerm_private_dns_a_record",
        "dns.tf",
        (
            attr("properties.ttl", "ttl"),
            listed("properties.aRecords", "ipv4Address", "records"),
        ),
        located=False,
        parent="zone_name",
    ),
    "Microsoft.Network/dnsResolvers": Kind(
        "azurerm_private_dns_resolver",
        "dns.tf",
        (attr("properties.virtualNetwork.id", "virtual_network_id"),),
    ),
    "Microsoft.Network/dnsResolvers/inboundEndpoints": Kind(
        "azurerm_private_dns_resolver_inbound_endpoint",
        "dns.tf",
        (
            blocks(
                "properties.ipConfigurations",
                "ip_configurations",
                attr("subnet.id", "subnet_id"),
                attr("privateIpAllocationMethod", "private_ip_allocation_method"),
                attr("privateIpAddress", "private_ip_address"),
            ),
        ),
        group=False,
        parent="private_dns_resolver_id",
    ),
}
