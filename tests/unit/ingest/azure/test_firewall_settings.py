"""Settings of firewalls beside their rules, and patterns of names."""

import pytest
from test_firewalls import (
    APPLICATION,
    CHILD,
    NETWORK,
    PARENT,
    collection,
    firewall,
    group,
    read,
)

from azure_builders import Json, at_level, convert, resource, resource_id
from seawall.model.diagnostic import Level
from seawall.model.filter import UnreadableTerm
from seawall.model.firewall import ApplicationRule, CollectionType, NetworkRule


def with_policies(child: Json, parent: Json, **properties: object) -> list[Json]:
    return [
        firewall(firewallPolicy={"id": CHILD}, **properties),
        resource("firewallPolicies", "child", basePolicy={"id": PARENT}, **child),
        resource("firewallPolicies", "parent", **parent),
    ]


def test_the_strictest_mode_of_threat_intelligence_holds_and_is_assumed_away() -> None:
    part = convert(
        with_policies({"threatIntelMode": "Alert"}, {"threatIntelMode": "Deny"})
    )
    assert part.fabric.firewalls[0].threat_intelligence.is_surely("Deny")
    assert "firewall-threat-lists" in {item.id for item in part.assumptions}
    quiet = convert(with_policies({}, {"threatIntelMode": "Off"}))
    assert not quiet.assumptions


def test_the_basic_tier_raises_alerts_only_and_has_no_dns_proxy() -> None:
    child: Json = {
        "threatIntelMode": "Deny",
        "sku": {"tier": "Basic"},
        "dnsSettings": {"enableProxy": True},
    }
    part = convert(with_policies(child, {}))
    (found,) = part.fabric.firewalls
    assert found.threat_intelligence.value == "Alert"
    assert not found.dns_proxy.known
    assert any("Basic" in item.what for item in at_level(part, Level.ERROR))


def test_settings_that_only_a_parent_states_are_not_known() -> None:
    above: Json = {
        "dnsSettings": {"enableProxy": True},
        "snat": {"privateRanges": ["20.0.0.0/8"]},
    }
    found = read(*with_policies({}, above))
    assert not found.dns_proxy.known
    assert not found.dns_servers.known
    assert not found.snat_private_ranges.known
    own = read(*with_policies(above, {}))
    assert own.dns_proxy.is_surely(value=True)


def test_the_ports_of_an_explicit_proxy_are_read() -> None:
    proxy: Json = {
        "enableExplicitProxy": True,
        "httpPort": 8080,
        "httpsPort": 8443,
    }
    found = read(*with_policies({"explicitProxySettings": proxy}, {}))
    assert found.proxy_ports.value == (8080, 8443)
    assert read(*with_policies({}, {})).proxy_ports.value == ()


def test_a_management_interface_is_told() -> None:
    where: Json = {"name": "m", "properties": {}}
    managed = read(*with_policies({}, {}, managementIpConfiguration=where))
    assert managed.managed.is_surely(value=True)
    assert read(*with_policies({}, {})).managed.is_surely(value=False)


def rule_with(one: Json) -> tuple[object, list[str]]:
    part = convert(
        [
            firewall(firewallPolicy={"id": CHILD}),
            resource("firewallPolicies", "child"),
            group("child", "g", 200, collection("c", 1, [one], "Allow")),
        ]
    )
    told = [
        item.what
        for level in (Level.ERROR, Level.WARNING)
        for item in at_level(part, level)
    ]
    return part.fabric.firewalls[0].collections[0].rules[0], told


@pytest.mark.parametrize("pattern", ["www.*.com", "contoso.*", "*.contoso.*", "**.x.y"])
def test_a_pattern_that_the_platform_refuses_may_match_any_name(pattern: str) -> None:
    rule, told = rule_with(APPLICATION | {"targetFqdns": [pattern]})
    assert isinstance(rule, ApplicationRule)
    assert rule.names == ()
    assert rule.categories == (pattern,)
    assert any(pattern in what for what in told)


def test_a_pattern_that_catches_look_alikes_is_told() -> None:
    rule, told = rule_with(APPLICATION | {"targetFqdns": ["*contoso.com"]})
    assert isinstance(rule, ApplicationRule)
    assert rule.names == ("*contoso.com",)
    assert any("look-alike" in what for what in told)
    _, quiet = rule_with(APPLICATION | {"targetFqdns": ["*.contoso.com", "*"]})
    assert not quiet


def test_a_wildcard_in_a_network_rule_may_match_anything() -> None:
    rule, told = rule_with(NETWORK | {"destinationFqdns": ["*.contoso.com"]})
    assert isinstance(rule, NetworkRule)
    assert rule.destination_names == ()
    assert isinstance(rule.destinations[-1], UnreadableTerm)
    assert told


def test_sql_rules_may_follow_a_redirection() -> None:
    sql = APPLICATION | {"protocols": [{"protocolType": "Mssql", "port": 1433}]}

    def collections(**policy: object) -> list[CollectionType]:
        found = read(
            firewall(firewallPolicy={"id": CHILD}),
            resource("firewallPolicies", "child", **policy),
            group("child", "g", 200, collection("c", 1, [sql], "Allow")),
        )
        return [item.type for item in found.collections]

    assert collections() == [CollectionType.APPLICATION]
    followed = collections(sql={"allowSqlRedirect": True})
    assert followed == [CollectionType.APPLICATION, CollectionType.NETWORK]


def test_an_ip_group_that_is_missing_may_hold_any_address() -> None:
    gone = resource_id("ipGroups", "gone")
    rule, told = rule_with(NETWORK | {"sourceAddresses": [], "sourceIpGroups": [gone]})
    assert isinstance(rule, NetworkRule)
    assert isinstance(rule.sources[0], UnreadableTerm)
    assert any("IP group" in what for what in told)
