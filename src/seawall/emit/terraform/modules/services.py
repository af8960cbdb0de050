"""Private DNS zones, identities, and the firewall with its policy."""

from seawall.emit.terraform.modules.shape import (
    Fold,
    Module,
    every,
    gathered,
    nested,
    or_null,
)
from seawall.emit.terraform.shape import attr, implied, listed, word

_ZONE = "Microsoft.Network/privateDnsZones"

SERVICES = {
    _ZONE: Module(
        "Azure/avm-res-network-privatednszone/azurerm",
        "0.5.0",
        (implied("location", "global"),),
        named="domain_name",
        group="parent_id",
        located=False,
        folds={
            f"{_ZONE}/virtualNetworkLinks": Fold(
                "virtual_network_links",
                (
                    implied("location", "global"),
                    attr("properties.virtualNetwork.id", "virtual_network_id"),
                    attr("properties.registrationEnabled", "registration_enabled"),
                ),
            ),
            f"{_ZONE}/A": Fold(
                "a_records",
                (
                    attr("properties.ttl", "ttl"),
                    listed("properties.aRecords", "ipv4Address", "records"),
                ),
            ),
        },
    ),
    "Microsoft.ManagedIdentity/userAssignedIdentities": Module(
        "Azure/avm-res-managedidentity-userassignedidentity/azurerm",
        "0.5.2",
        (),
        reads={
            "name": "resource_name",
            "properties.principalId": "principal_id",
            "properties.clientId": "client_id",
            "properties.tenantId": "tenant_id",
        },
    ),
    "Microsoft.Network/azureFirewalls": Module(
        "Azure/avm-res-network-azurefirewall/azurerm",
        "0.3.0",
        (
            attr("properties.sku.name", "firewall_sku_name"),
            attr("properties.sku.tier", "firewall_sku_tier"),
            attr("properties.firewallPolicy.id", "firewall_policy_id"),
            # It would take three zones, also where a region has none.
            or_null("zones", "firewall_zones"),
            every(
                "properties.ipConfigurations",
                "firewall_ip_configuration",
                attr("name", "name"),
                attr("properties.subnet.id", "subnet_id"),
                attr("properties.publicIPAddress.id", "public_ip_address_id"),
            ),
            nested(
                "properties.managementIpConfiguration",
                "firewall_management_ip_configuration",
                attr("name", "name"),
                attr("properties.subnet.id", "subnet_id"),
                attr("properties.publicIPAddress.id", "public_ip_address_id"),
            ),
        ),
        reads={},
    ),
    "Microsoft.Network/firewallPolicies": Module(
        "Azure/avm-res-network-firewallpolicy/azurerm",
        "0.3.3",
        (
            attr("properties.sku.tier", "firewall_policy_sku"),
            attr("properties.basePolicy.id", "firewall_policy_base_policy_id"),
            attr(
                "properties.threatIntelMode", "firewall_policy_threat_intelligence_mode"
            ),
            attr("properties.snat.privateRanges", "firewall_policy_private_ip_ranges"),
            word(
                "properties.snat.autoLearnPrivateRanges",
                "firewall_policy_auto_learn_private_ranges_enabled",
            ),
            attr(
                "properties.sql.allowSqlRedirect",
                "firewall_policy_sql_redirect_allowed",
            ),
            gathered(
                "firewall_policy_dns",
                attr("properties.dnsSettings.enableProxy", "proxy_enabled"),
                attr("properties.dnsSettings.servers", "servers"),
                implied("properties.dnsSettings.requireProxyForNetworkRules", True),  # noqa: FBT003
            ),
            gathered(
                "firewall_policy_intrusion_detection",
                attr("properties.intrusionDetection.mode", "mode"),
            ),
        ),
        reads={},
    ),
}
