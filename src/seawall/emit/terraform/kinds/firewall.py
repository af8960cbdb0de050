"""Azure Firewall, its policies and their rule collection groups."""

from collections.abc import Iterable

from seawall.emit.parts import Absent, Part, Unsaid, bare
from seawall.emit.terraform.hcl import Attribute, Block, Line
from seawall.emit.terraform.names import Names
from seawall.emit.terraform.shape import (
    Kind,
    Rule,
    attr,
    block,
    blocks,
    group,
    implied,
    within,
    word,
)

_SOURCES: tuple[Rule, ...] = (
    implied("ruleType"),
    attr("name", "name"),
    attr("description", "description"),
    attr("sourceAddresses", "source_addresses"),
    attr("sourceIpGroups", "source_ip_groups"),
)
_NETWORK_RULE: tuple[Rule, ...] = (
    *_SOURCES,
    attr("ipProtocols", "protocols"),
    attr("destinationAddresses", "destination_addresses"),
    attr("destinationIpGroups", "destination_ip_groups"),
    attr("destinationFqdns", "destination_fqdns"),
    attr("destinationPorts", "destination_ports"),
)
_APPLICATION_RULE: tuple[Rule, ...] = (
    *_SOURCES,
    attr("destinationAddresses", "destination_addresses"),
    attr("targetFqdns", "destination_fqdns"),
    attr("targetUrls", "destination_urls"),
    attr("fqdnTags", "destination_fqdn_tags"),
    attr("webCategories", "web_categories"),
    attr("terminateTLS", "terminate_tls"),
    blocks(
        "protocols", "protocols", attr("protocolType", "type"), attr("port", "port")
    ),
)


def _only(path: str, name: str) -> Rule:
    """Write a list of one as its only value."""

    def rule(part: Part, names: Names) -> Iterable[Line]:
        found = part.take(path)
        if isinstance(found, Absent):
            return
        held = bare(found)
        if not isinstance(held, tuple) or len(held) != 1:
            raise Unsaid(f"{part.where}.{path} must have one entry in azurerm")
        yield Attribute(name, names.hcl(held[0]))

    return rule


_NAT_RULE: tuple[Rule, ...] = (
    *_SOURCES,
    attr("ipProtocols", "protocols"),
    _only("destinationAddresses", "destination_address"),
    attr("destinationPorts", "destination_ports"),
    attr("translatedAddress", "translated_address"),
    attr("translatedFqdn", "translated_fqdn"),
    attr("translatedPort", "translated_port"),
)
_RULES = {
    "ApplicationRule": ("application_rule_collection", _APPLICATION_RULE),
    "NetworkRule": ("network_rule_collection", _NETWORK_RULE),
    "NatRule": ("nat_rule_collection", _NAT_RULE),
}
_ACTIONS = {"DNAT": "Dnat"}


def _collections(part: Part, names: Names) -> Iterable[Line]:
    """Write each collection as the block that its rules ask for."""
    for inner in part.parts("properties.ruleCollections") or ():
        rules = inner.peek("rules")
        held = bare(rules) if not isinstance(rules, Absent) else ()
        kinds = {
            str(Part(rule, inner.where).peek("ruleType"))
            for rule in (held if isinstance(held, tuple) else ())
        }
        if len(kinds) != 1 or not kinds <= set(_RULES):
            raise Unsaid(f"{inner.where} needs rules of one known kind")
        name, table = _RULES[kinds.pop()]
        lines = within(
            inner,
            names,
            (
                implied("ruleCollectionType"),
                attr("name", "name"),
                attr("priority", "priority"),
                attr("action.type", "action", lambda it: _ACTIONS.get(str(it), it)),
                blocks("rules", "rule", *table),
            ),
        )
        yield Block(name, lines, inner.comment)


FIREWALL = {
    "Microsoft.Network/azureFirewalls": Kind(
        "azurerm_firewall",
        "firewall.tf",
        (
            attr("properties.sku.name", "sku_name"),
            attr("properties.sku.tier", "sku_tier"),
            attr("properties.firewallPolicy.id", "firewall_policy_id"),
            attr("zones", "zones"),
            blocks(
                "properties.ipConfigurations",
                "ip_configuration",
                attr("name", "name"),
                attr("properties.subnet.id", "subnet_id"),
                attr("properties.publicIPAddress.id", "public_ip_address_id"),
            ),
            block(
                "properties.managementIpConfiguration",
                "management_ip_configuration",
                attr("name", "name"),
                attr("properties.subnet.id", "subnet_id"),
                attr("properties.publicIPAddress.id", "public_ip_address_id"),
            ),
        ),
        reads={
            "properties.ipConfigurations.0.properties.privateIPAddress": (
                "ip_configuration[0].private_ip_address"
            ),
        },
    ),
    "Microsoft.Network/firewallPolicies": Kind(
        "azurerm_firewall_policy",
        "firewall.tf",
        (
            attr("properties.sku.tier", "sku"),
            attr("properties.basePolicy.id", "base_policy_id"),
            attr("properties.threatIntelMode", "threat_intelligence_mode"),
            attr("properties.snat.privateRanges", "private_ip_ranges"),
            word(
                "properties.snat.autoLearnPrivateRanges",
                "auto_learn_private_ranges_enabled",
            ),
            attr("properties.sql.allowSqlRedirect", "sql_redirect_allowed"),
            group(
                "dns",
                attr("properties.dnsSettings.enableProxy", "proxy_enabled"),
                attr("properties.dnsSettings.servers", "servers"),
                implied("properties.dnsSettings.requireProxyForNetworkRules", True),  # noqa: FBT003
            ),
            group(
                "intrusion_detection",
                attr("properties.intrusionDetection.mode", "mode"),
            ),
        ),
    ),
    "Microsoft.Network/firewallPolicies/ruleCollectionGroups": Kind(
        "azurerm_firewall_policy_rule_collection_group",
        "firewall.tf",
        (attr("properties.priority", "priority"), _collections),
        group=False,
        located=False,
        parent="firewall_policy_id",
    ),
    "Microsoft.Network/ipGroups": Kind(
        "azurerm_ip_group",
        "firewall.tf",
        (attr("properties.ipAddresses", "cidrs"),),
    ),
}
