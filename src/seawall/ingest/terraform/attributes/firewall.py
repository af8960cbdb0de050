"""Azure Firewall, its policies, rule collection groups and IP groups."""

from seawall.ingest.resource import Field
from seawall.ingest.terraform.instance import Block
from seawall.ingest.terraform.links import Links
from seawall.ingest.terraform.shape import (
    Kind,
    Parent,
    Reader,
    Shape,
    both,
    build,
    each,
    either,
    first_of,
    link,
    links_of,
    listed,
    one,
    words,
)

_POLICY = "azurerm_firewall_policy"
_FIREWALL = "azurerm_firewall"
_GROUP = "azurerm_ip_group"


def _constant(value: str) -> Reader:
    def read(block: Block, _links: Links) -> Field:
        return Field(value, block.origin)

    return read


def _single(name: str) -> Reader:
    """Take one value as a list of one."""

    def read(block: Block, _links: Links) -> Field:
        found = block.field(name)
        return Field([found], found.origin) if found.is_given else found

    return read


_SOURCES: Shape = {
    "name": "name",
    "sourceAddresses": "source_addresses",
    "sourceIpGroups": links_of("source_ip_groups", _GROUP),
}
_NETWORK_RULE: Shape = {
    **_SOURCES,
    "ruleType": _constant("NetworkRule"),
    "ipProtocols": "protocols",
    "destinationAddresses": "destination_addresses",
    "destinationIpGroups": links_of("destination_ip_groups", _GROUP),
    "destinationFqdns": "destination_fqdns",
    "destinationPorts": "destination_ports",
}
_APPLICATION_RULE: Shape = {
    **_SOURCES,
    "ruleType": _constant("ApplicationRule"),
    "protocols": first_of(
        each("protocols", {"protocolType": "type", "port": "port"}),
        each("protocol", {"protocolType": "type", "port": "port"}),
    ),
    "targetFqdns": either("destination_fqdns", "target_fqdns"),
    "targetUrls": "destination_urls",
    "fqdnTags": either("destination_fqdn_tags", "fqdn_tags"),
    "webCategories": "web_categories",
    "destinationAddresses": "destination_addresses",
}
_NAT_RULE: Shape = {
    **_SOURCES,
    "ruleType": _constant("NatRule"),
    "ipProtocols": "protocols",
    "destinationAddresses": first_of(
        _single("destination_address"), either("destination_addresses")
    ),
    "destinationPorts": "destination_ports",
    "translatedAddress": "translated_address",
    "translatedFqdn": "translated_fqdn",
    "translatedPort": "translated_port",
}


def _collection(rule: Shape, *names: str) -> Shape:
    return {
        "name": "name",
        "priority": "priority",
        "action": {"type": "action"},
        "rules": first_of(*(each(name, rule) for name in names)),
    }


def _classic(key: str, rule: Shape) -> Kind:
    """A classic collection is a part of its firewall."""
    return Kind(
        f"microsoft.network/azurefirewalls/{key}",
        _collection(rule, "rule"),
        Parent((_FIREWALL,), name="azure_firewall_name"),
    )


def _private_ranges(block: Block, links: Links) -> Field:
    return build({"privateRanges": "private_ip_ranges"}, block, links)


FIREWALL = {
    _FIREWALL: Kind(
        "microsoft.network/azurefirewalls",
        {
            "firewallPolicy": link("firewall_policy_id", _POLICY),
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
            "hubIPAddresses": one(
                "virtual_hub",
                {
                    "privateIPAddress": "private_ip_address",
                    "publicIPs": {
                        "addresses": listed("public_ip_addresses", "address")
                    },
                },
            ),
            "sku": {"tier": "sku_tier"},
            "managementIpConfiguration": one(
                "management_ip_configuration", {"name": "name"}
            ),
            "threatIntelMode": "threat_intel_mode",
            "dnsSettings": {
                "servers": "dns_servers",
                "enableProxy": "dns_proxy_enabled",
            },
            "snat": _private_ranges,
        },
    ),
    "azurerm_firewall_network_rule_collection": _classic(
        "networkrulecollections", _NETWORK_RULE
    ),
    "azurerm_firewall_application_rule_collection": _classic(
        "applicationrulecollections", _APPLICATION_RULE
    ),
    "azurerm_firewall_nat_rule_collection": _classic("natrulecollections", _NAT_RULE),
    _POLICY: Kind(
        "microsoft.network/firewallpolicies",
        {
            "basePolicy": link("base_policy_id", _POLICY),
            "sku": {"tier": "sku"},
            "intrusionDetection": one("intrusion_detection", {"mode": "mode"}),
            "explicitProxySettings": one(
                "explicit_proxy",
                {
                    "enableExplicitProxy": "enabled",
                    "httpPort": "http_port",
                    "httpsPort": "https_port",
                    "pacFilePort": "pac_file_port",
                },
            ),
            "sql": {"allowSqlRedirect": "sql_redirect_allowed"},
            "threatIntelMode": "threat_intelligence_mode",
            "dnsSettings": one(
                "dns", {"servers": "servers", "enableProxy": "proxy_enabled"}
            ),
            "snat": {
                "privateRanges": "private_ip_ranges",
                "autoLearnPrivateRanges": words(
                    "Enabled", "Disabled", "auto_learn_private_ranges_enabled"
                ),
            },
        },
    ),
    "azurerm_firewall_policy_rule_collection_group": Kind(
        "microsoft.network/firewallpolicies/rulecollectiongroups",
        {
            "priority": "priority",
            "ruleCollections": both(
                each("nat_rule_collection", _collection(_NAT_RULE, "rule")),
                each("network_rule_collection", _collection(_NETWORK_RULE, "rule")),
                each(
                    "application_rule_collection",
                    _collection(_APPLICATION_RULE, "rule"),
                ),
            ),
        },
        Parent((_POLICY,), id="firewall_policy_id"),
    ),
    _GROUP: Kind("microsoft.network/ipgroups", {"ipAddresses": "cidrs"}),
}
