"""DNS private resolvers, rulesets, their rules and links."""

from seawall.ingest.terraform.shape import Kind, Parent, each, link, words

_RESOLVER = "azurerm_private_dns_resolver"
_RESOLVERS = "microsoft.network/dnsresolvers"
_RULESET = f"{_RESOLVER}_dns_forwarding_ruleset"
_RULESETS = "microsoft.network/dnsforwardingrulesets"
_NETWORK = link("virtual_network_id", "azurerm_virtual_network")
_PARENT = Parent((_RULESET,), id="dns_forwarding_ruleset_id")

RESOLVER = {
    _RESOLVER: Kind(_RESOLVERS, {"virtualNetwork": _NETWORK}),
    f"{_RESOLVER}_inbound_endpoint": Kind(
        f"{_RESOLVERS}/inboundendpoints",
        {
            "ipConfigurations": each(
                "ip_configurations", {"privateIpAddress": "private_ip_address"}
            )
        },
        Parent((_RESOLVER,), id="private_dns_resolver_id"),
    ),
    _RULESET: Kind(_RULESETS, {"configured": "name"}),
    f"{_RESOLVER}_forwarding_rule": Kind(
        f"{_RULESETS}/forwardingrules",
        {
            "domainName": "domain_name",
            "forwardingRuleState": words("Enabled", "Disabled", "enabled"),
            "targetDnsServers": each("target_dns_servers", {"ipAddress": "ip_address"}),
        },
        _PARENT,
    ),
    f"{_RESOLVER}_virtual_network_link": Kind(
        f"{_RULESETS}/virtualnetworklinks", {"virtualNetwork": _NETWORK}, _PARENT
    ),
}
