"""Firewalls: inheritance and order, and doubt where a part is missing."""

from azure_builders import Json, at_level, convert, resource, resource_id
from seawall.model.diagnostic import Level
from seawall.model.filter import Access, ServiceTag, UnreadableTerm
from seawall.model.firewall import (
    ApplicationRule,
    CollectionType,
    Firewall,
    NatRule,
    NetworkRule,
)

PARENT, CHILD = (resource_id("firewallPolicies", name) for name in ("parent", "child"))


def firewall(**properties: object) -> Json:
    return resource(
        "azureFirewalls",
        "fw",
        ipConfigurations=[
            {"name": "c", "properties": {"privateIPAddress": "10.0.0.4"}}
        ],
        **properties,
    )


def group(policy: str, name: str, priority: object, *collections: Json) -> Json:
    return resource(
        "firewallPolicies/ruleCollectionGroups",
        policy,
        name,
        priority=priority,
        ruleCollections=list(collections),
    )


def collection(name: str, priority: int, rules: list[Json], action: str) -> Json:
    return {
        "name": name,
        "priority": priority,
        "action": {"type": action},
        "rules": rules,
    }


NETWORK: Json = {
    "ruleType": "NetworkRule",
    "name": "ntp",
    "ipProtocols": ["UDP"],
    "sourceAddresses": ["10.0.0.0/8"],
    "destinationAddresses": ["AzureCloud.WestEurope"],
    "destinationFqdns": ["NTP.ubuntu.com"],
    "destinationPorts": ["123"],
}
APPLICATION: Json = {
    "ruleType": "ApplicationRule",
    "name": "aks",
    "sourceAddresses": ["*"],
    "protocols": [{"protocolType": "Https", "port": 443}, {"protocolType": "Http"}],
    "targetFqdns": ["*.Contoso.com"],
    "fqdnTags": ["AzureKubernetesService"],
}
NAT: Json = {
    "ruleType": "NatRule",
    "name": "in",
    "ipProtocols": ["TCP"],
    "sourceAddresses": ["*"],
    "destinationAddresses": ["20.1.1.1"],
    "destinationPorts": ["443"],
    "translatedAddress": "10.0.1.4",
    "translatedPort": "8443",
}


def read(*values: Json) -> Firewall:
    (found,) = convert(list(values)).fabric.firewalls
    return found


def test_rules_of_every_type_are_read() -> None:
    found = read(
        firewall(firewallPolicy={"id": CHILD}),
        resource("firewallPolicies", "child", dnsSettings={"enableProxy": True}),
        group(
            "child",
            "g",
            200,
            collection("mixed", 300, [NETWORK, APPLICATION], "Allow"),
            collection("in", 100, [NAT], "DNAT"),
        ),
    )
    assert found.complete.is_surely(value=True)
    assert found.dns_proxy.is_surely(value=True)
    assert found.threat_intelligence.is_surely("Alert")
    by_type = {item.type: item for item in found.collections}
    (network,) = by_type[CollectionType.NETWORK].rules
    assert isinstance(network, NetworkRule)
    assert network.destinations == (ServiceTag("AzureCloud.WestEurope"),)
    assert network.destination_names == ("ntp.ubuntu.com",)
    assert network.protocols == (17,)
    (application,) = by_type[CollectionType.APPLICATION].rules
    assert isinstance(application, ApplicationRule)
    assert application.ports == (("https", 443), ("http", 80))
    (nat,) = by_type[CollectionType.NAT].rules
    assert isinstance(nat, NatRule)
    assert (str(nat.translated_address), nat.translated_port) == ("10.0.1.4", 8443)


def test_a_parent_policy_comes_before_its_child() -> None:
    deny = collection("c", 500, [NETWORK], "Deny")
    found = read(
        firewall(firewallPolicy={"id": CHILD}),
        resource("firewallPolicies", "child", basePolicy={"id": PARENT}),
        resource("firewallPolicies", "parent"),
        group("child", "cg", 100, deny),
        group("parent", "pg", 900, deny),
    )
    assert sorted((item.order, item.group) for item in found.collections) == [
        ((0, 900, 500), "pg"),
        ((1, 100, 500), "cg"),
    ]
    assert {item.access for item in found.collections} == {Access.DENY}


def test_a_missing_policy_or_group_leaves_the_firewall_incomplete() -> None:
    assert not read(firewall(firewallPolicy={"id": CHILD})).complete.known
    listed = [{"id": f"{CHILD}/ruleCollectionGroups/gone"}]
    found = read(
        firewall(firewallPolicy={"id": CHILD}),
        resource("firewallPolicies", "child", ruleCollectionGroups=listed),
    )
    assert "gone" in found.complete.why
    parentless = read(
        firewall(firewallPolicy={"id": CHILD}),
        resource("firewallPolicies", "child", basePolicy={"id": PARENT}),
    )
    assert not parentless.complete.known


def test_policies_that_inherit_in_a_circle_do_not_hang() -> None:
    found = read(
        firewall(firewallPolicy={"id": CHILD}),
        resource("firewallPolicies", "child", basePolicy={"id": PARENT}),
        resource("firewallPolicies", "parent", basePolicy={"id": CHILD}),
    )
    assert not found.complete.known


def test_ip_groups_are_expanded_and_an_empty_one_skips_its_rule() -> None:
    groups = {
        name: resource("ipGroups", name, ipAddresses=addresses)
        for name, addresses in (("full", ["10.1.0.0/16"]), ("empty", []))
    }
    rules = [
        NETWORK | {"name": name, "sourceAddresses": [], "sourceIpGroups": [value["id"]]}
        for name, value in groups.items()
    ]
    found = read(
        firewall(firewallPolicy={"id": CHILD}),
        resource("firewallPolicies", "child"),
        group("child", "g", 200, collection("c", 1, rules, "Allow")),
        *groups.values(),
    )
    (only,) = found.collections[0].rules
    assert [str(item) for item in only.sources] == ["10.1.0.0/16"]


def test_classic_collections_belong_to_the_firewall() -> None:
    classic = {
        "name": "c",
        "properties": {
            "priority": 200,
            "action": {"type": "Deny"},
            "rules": [
                {
                    "name": "r",
                    "protocols": ["Any"],
                    "sourceAddresses": ["*"],
                    "destinationAddresses": ["10.0.0.1-10.0.0.9"],
                    "destinationPorts": ["*"],
                }
            ],
        },
    }
    found = read(firewall(networkRuleCollections=[classic]))
    (only,) = found.collections
    assert (only.order, only.access, only.group) == ((0, 0, 200), Access.DENY, "")
    (rule,) = only.rules
    assert isinstance(rule, NetworkRule)
    assert rule.protocols is None


def test_what_cannot_be_read_in_a_policy_is_doubt_about_all_of_it() -> None:
    for broken in (
        NETWORK | {"destinationPorts": ["high"]},
        NETWORK | {"ipProtocols": ["GRE"]},
        NETWORK | {"ruleType": "MagicRule"},
        APPLICATION | {"protocols": [{"protocolType": "Gopher", "port": 70}]},
    ):
        part = convert(
            [
                firewall(firewallPolicy={"id": CHILD}),
                resource("firewallPolicies", "child"),
                group("child", "g", 200, collection("c", 1, [broken], "Allow")),
            ]
        )
        assert not part.fabric.firewalls[0].complete.known
        assert at_level(part, Level.UNMODELLED)


def test_private_ranges_can_be_changed() -> None:
    found = read(
        firewall(firewallPolicy={"id": CHILD}),
        resource(
            "firewallPolicies",
            "child",
            snat={"privateRanges": ["IANAPrivateRanges", "20.0.0.0/8"]},
        ),
    )
    assert [str(item) for item in found.snat_private_ranges.value or ()] == [
        "10.0.0.0/8",
        "100.64.0.0/10",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "20.0.0.0/8",
    ]


def rule_with(changes: Json) -> Firewall:
    broken = APPLICATION | changes if "targetFqdns" in changes else NETWORK | changes
    return read(
        firewall(firewallPolicy={"id": CHILD}),
        resource("firewallPolicies", "child"),
        group("child", "g", 200, collection("c", 1, [broken], "Allow")),
    )


def test_a_name_that_is_not_known_may_be_any() -> None:
    names = ["a.example", "[reference('x').host]"]
    (application,) = rule_with({"targetFqdns": names}).collections[0].rules
    assert isinstance(application, ApplicationRule)
    assert application.names == ("a.example",)
    assert application.categories
    (network,) = rule_with({"destinationFqdns": names}).collections[0].rules
    assert isinstance(network, NetworkRule)
    assert isinstance(network.destinations[-1], UnreadableTerm)


def test_a_protocol_that_is_not_known_is_doubt() -> None:
    found = rule_with({"ipProtocols": ["TCP", "[parameters('p')]"]})
    assert not found.complete.known


def planned_firewall(*prefixes: str, **configuration: object) -> tuple[Json, Json]:
    """Return a network with a subnet for a firewall, and a firewall in it."""
    network = resource(
        "virtualNetworks",
        "hub",
        subnets=[
            {"name": "other", "properties": {"addressPrefix": "10.9.0.0/26"}},
            {
                "name": "AzureFirewallSubnet",
                "properties": {"addressPrefixes": list(prefixes)},
            },
        ],
    )
    subnet = f"{resource_id('virtualNetworks', 'hub')}/subnets/AzureFirewallSubnet"
    inner = {"subnet": {"id": subnet}, **configuration}
    return network, resource(
        "azureFirewalls", "fw", ipConfigurations=[{"name": "c", "properties": inner}]
    )


def test_a_firewall_that_is_yet_to_be_made_gets_the_first_free_address() -> None:
    part = convert(list(planned_firewall("10.0.0.64/26")))
    (found,) = part.fabric.firewalls
    assert str(found.address) == "10.0.0.68"
    (assumed,) = [it for it in part.assumptions if it.id == "firewall-address"]
    assert "10.0.0.68" in assumed.text


def test_an_address_that_is_stated_holds() -> None:
    part = convert(list(planned_firewall("10.0.0.64/26", privateIPAddress="10.0.0.70")))
    (found,) = part.fabric.firewalls
    assert str(found.address) == "10.0.0.70"
    assert not [it for it in part.assumptions if it.id == "firewall-address"]


def test_a_firewall_in_a_subnet_that_is_not_known_has_no_address() -> None:
    (found,) = convert(list(planned_firewall())).fabric.firewalls
    assert found.address is None
    _, alone = planned_firewall("10.0.0.64/26")
    (found,) = convert([alone]).fabric.firewalls
    assert found.address is None
