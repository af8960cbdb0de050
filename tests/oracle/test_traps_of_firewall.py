"""What is easily got wrong about Azure Firewall, asked of engine and definition.

Each test names its trap and who documents it.
"""

from dataclasses import replace
from ipaddress import ip_address

import pytest

from azure_builders import Json, convert, resource, resource_id
from fabrics import (
    ALLOW,
    DENY,
    IN,
    application_rule,
    cidr,
    collection,
    firewall,
    group,
    hub_and_spoke,
    known,
    network_rule,
    route,
    rule,
    snapshot,
    subnet,
    table,
    to_firewall,
)
from fabrics import (
    public as fab_public,
)
from seawall.engine.path import PathModel
from seawall.engine.path.firewalls.firewall import ordered
from seawall.model.end import InternetEnd, NameEnd, SubnetEnd
from seawall.model.firewall import CollectionType, Firewall, NatRule, RuleCollection
from seawall.model.network import NextHop
from seawall.model.origin import Origin
from seawall.model.packet import Packet, PortRange, Protocol
from seawall.model.setting import Setting
from seawall.model.snapshot import Fabric, Snapshot
from seawall.model.trace import AccessPath, Verdict
from seawall.model.translation import PublicAddress
from seawall.reference.firewall import rulings
from ways import A, D, U, ask

NODES = SubnetEnd("nodes")
PARENT, CHILD = (resource_id("firewallPolicies", name) for name in ("parent", "child"))
KINDS = {"DNAT": "NatRule", "Network": "NetworkRule", "App": "ApplicationRule"}

VECTOR = (
    "DNATRC1",
    "DNATRC3",
    "ChDNATRC3",
    "NetworkRC1",
    "NetworkRC2",
    "ChNetRC1",
    "ChNetRC2",
    "AppRC2",
    "ChAppRC1",
    "ChAppRC2",
)
"""Source: Azure docs, firewall rule-processing, its example of inheritance."""


def through(*collections: RuleCollection, **changed: object) -> Snapshot:
    wall = replace(firewall(*collections), **changed)  # type: ignore[arg-type]
    return snapshot(hub_and_spoke(firewalls=(wall,)))


def written(name: str, priority: int) -> Json:
    """Return a collection of the vector; its name tells its type."""
    kind = next(
        KINDS[word]
        for word, part in (("DNAT", "DNAT"), ("Network", "Net"), ("App", "App"))
        if part in name
    )
    one: Json = {
        "name": name,
        "ruleType": kind,
        "sourceAddresses": ["*"],
        "ipProtocols": ["TCP"],
        "destinationAddresses": ["*"],
        "destinationPorts": ["443"],
    }
    if kind == "NatRule":
        one |= {
            "destinationAddresses": ["20.1.1.1"],
            "translatedAddress": "10.0.1.4",
            "translatedPort": "443",
        }
    if kind == "ApplicationRule":
        one = {
            "name": name,
            "ruleType": kind,
            "sourceAddresses": ["*"],
            "protocols": [{"protocolType": "Https", "port": 443}],
            "targetFqdns": ["*"],
        }
    action = "DNAT" if kind == "NatRule" else "Allow"
    return {
        "name": name,
        "priority": priority,
        "action": {"type": action},
        "rules": [one],
    }


def rule_group(policy: str, name: str, priority: int, **held: int) -> Json:
    return resource(
        "firewallPolicies/ruleCollectionGroups",
        policy,
        name,
        priority=priority,
        ruleCollections=[written(key, value) for key, value in held.items()],
    )


def of_the_vector() -> Firewall:
    wall = resource(
        "azureFirewalls",
        "fw",
        ipConfigurations=[
            {"name": "c", "properties": {"privateIPAddress": "10.0.0.4"}}
        ],
        firewallPolicy={"id": CHILD},
    )
    part = convert(
        [
            wall,
            resource("firewallPolicies", "parent"),
            resource("firewallPolicies", "child", basePolicy={"id": PARENT}),
            rule_group("parent", "p200", 200, DNATRC1=600, DNATRC3=610, NetworkRC1=800),
            rule_group("parent", "p300", 300, AppRC2=1200, NetworkRC2=1300),
            rule_group("child", "c300", 300, ChNetRC1=700, ChAppRC1=900),
            rule_group(
                "child", "c650", 650, ChNetRC2=1100, ChAppRC2=2000, ChDNATRC3=3000
            ),
        ]
    )
    (found,) = part.fabric.firewalls
    assert found.complete.is_surely(value=True)
    return found


def test_vector_i_the_engine_asks_parents_first_within_a_type_and_types_in_order() -> (
    None
):
    """Source: Azure docs, firewall rule-processing."""
    wall = of_the_vector()
    order = [each.name for kind in CollectionType for each in ordered(wall, kind)]
    assert tuple(order) == VECTOR


def test_vector_i_the_definition_takes_the_first_that_is_left() -> None:
    """Source: Azure docs, firewall rule-processing."""
    wall = replace(of_the_vector(), public_addresses=("pip",))
    pip = PublicAddress("pip", "pip", (cidr("20.1.1.1"),), Origin("x.json"))
    fabric = Fabric(public_addresses=(pip,), firewalls=(wall,))
    packet = Packet(
        ip_address("10.1.0.4"), ip_address("20.1.1.1"), Protocol.TCP, 40000, 443
    )
    taken = []
    left = wall.collections
    while left:
        asked = replace(wall, collections=left)
        first, *_ = rulings(fabric, asked, packet, "a.example")
        name = first.rule.split("/", maxsplit=1)[0]
        taken.append(name)
        left = tuple(each for each in left if each.name != name)
    assert tuple(taken) == VECTOR


def test_a_parent_s_nat_rules_may_hold_in_a_child_or_not() -> None:
    """Source: Azure docs, firewall rule-processing, firewall-manager overview."""
    wall = of_the_vector()
    doubts = {each.name: bool(each.doubt) for each in wall.collections}
    assert {name for name, doubtful in doubts.items() if doubtful} == {
        "DNATRC1",
        "DNATRC3",
    }
    for names, expected in ((("DNATRC1",), U), (("ChDNATRC3",), A), ((), D)):
        held = tuple(each for each in wall.collections if each.name in names)
        fabric = hub_and_spoke(
            public_addresses=(fab_public("pip", "20.1.1.1"),),
            firewalls=(
                replace(
                    wall,
                    collections=held,
                    subnet="AzureFirewallSubnet",
                    public_addresses=("pip",),
                ),
            ),
        )
        asked = Snapshot(fabric=fabric)
        assert ask(asked, InternetEnd(), "20.1.1.1", sender="8.8.8.8") is expected


def test_built_in_rules_may_let_names_of_the_platform_pass() -> None:
    """Section 4.2, step 4. Source: Azure docs, firewall infrastructure-fqdns."""
    name = "pir.blob.core.windows.net"
    assert ask(through(), NODES, name) is U
    assert ask(through(), NODES, name, port=8443) is D
    assert ask(through(), NODES, "x.example") is D
    closed = collection("last", 65000, DENY, application_rule("all", "*"))
    assert ask(through(closed), NODES, name) is D


def test_trap_13_an_allowing_network_rule_shadows_a_denying_application_rule() -> None:
    """Source: Azure docs, firewall rule-processing."""
    asked = through(
        collection("net", 900, ALLOW, network_rule("all", "*", "443")),
        collection("app", 100, DENY, application_rule("no", "x.example")),
    )
    assert ask(asked, NODES, "x.example") is A


@pytest.mark.parametrize(
    ("pattern", "name", "expected"),
    [
        ("*.contoso.com", "contoso.com", D),
        ("*.contoso.com", "a.b.contoso.com", A),
        ("*contoso.com", "evilcontoso.com", A),
        ("contoso.com", "www.contoso.com", D),
    ],
)
def test_trap_14_a_pattern_leaves_out_the_apex_and_catches_look_alikes(
    pattern: str, name: str, expected: Verdict
) -> None:
    """Source: Azure docs, firewall-faq, wildcards in application rules."""
    asked = through(collection("app", 100, ALLOW, application_rule("r", pattern)))
    assert ask(asked, NODES, name) is expected


def test_trap_14_an_application_rule_is_about_the_name_and_not_the_address() -> None:
    """Source: Azure docs, firewall dns-details: the firewall resolves the name itself.

    A packet to the address alone may or may not carry an allowed name: unknown.
    """
    asked = through(collection("app", 100, ALLOW, application_rule("r", "x.example")))
    assert ask(asked, NODES, "1.1.1.1") is U
    assert ask(asked, NODES, "y.example") is D


def hidden_from(
    source: str, *collections: RuleCollection, **changed: object
) -> Verdict:
    """Return what becomes of a packet to a subnet of the hub that denies one source."""
    shut = group("g", rule("no", 100, IN, DENY, source=source))
    base = hub_and_spoke(
        firewalls=(replace(firewall(*collections), **changed),),  # type: ignore[arg-type]
        route_tables=(
            replace(
                to_firewall(),
                routes=(
                    *to_firewall().routes,
                    replace(to_firewall().routes[0], destination=cidr("10.0.1.0/24")),
                ),
            ),
        ),
        security_groups=(shut,),
    )
    guarded = tuple(
        replace(item, security_group=known("g")) if item.name == "jump" else item
        for item in base.subnets
    )
    asked = snapshot(replace(base, subnets=guarded))
    return ask(asked, NODES, "10.0.1.9")


OPEN = collection("net", 100, ALLOW, network_rule("all", "*", "443"))
NAMED = collection("app", 100, ALLOW, application_rule("all", "*"))


def test_trap_15_a_network_rule_keeps_the_source_towards_private_ranges() -> None:
    """Source: Azure docs, snat-private-range."""
    assert hidden_from("10.1.0.0/24", OPEN) is D
    assert hidden_from("10.0.0.0/26", OPEN) is A


def test_trap_15_an_application_rule_shows_the_firewalls_subnet_not_its_address() -> (
    None
):
    """Source: Azure docs, snat-private-range: an instance, not the front end."""
    assert hidden_from("10.1.0.0/24", NAMED) is A
    assert hidden_from("10.0.0.0/26", NAMED) is D
    # The private address of the firewall is only one of many.
    assert hidden_from("10.0.0.63", NAMED) is U


def test_trap_15_private_ranges_may_keep_every_source_or_none() -> None:
    """Source: Azure docs, snat-private-range."""
    never = known((cidr("0.0.0.0/0"),))
    assert hidden_from("10.1.0.0/24", OPEN, snat_private_ranges=never) is D
    always = known((cidr("255.255.255.255/32"),))
    assert hidden_from("10.1.0.0/24", OPEN, snat_private_ranges=always) is A


@pytest.mark.parametrize(
    ("kept", "to", "lent", "expected"),
    [
        ("10.0.0.0/8", "1.1.1.1", None, A),
        ("0.0.0.0/0", "1.1.1.1", None, D),
        ("1.1.1.0/24", "1.1.1.1", None, D),
        ("1.1.1.0/24", "2.2.2.2", None, A),
        ("0.0.0.0/0", "1.1.1.1", "nat", U),
    ],
)
def test_a_source_that_a_firewall_keeps_does_not_get_to_the_internet(
    kept: str, to: str, lent: str | None, expected: Verdict
) -> None:
    """Source: Azure docs, snat-private-range. path.md, W10."""
    base = hub_and_spoke(
        firewalls=(replace(firewall(OPEN), snat_private_ranges=known((cidr(kept),))),)
    )
    subnets = tuple(
        replace(item, nat_gateway=known(lent))
        if item.name == "AzureFirewallSubnet"
        else item
        for item in base.subnets
    )
    assert ask(snapshot(replace(base, subnets=subnets)), NODES, to) is expected


def test_an_application_rule_leads_out_whatever_source_is_kept_elsewhere() -> None:
    """Source: Azure docs, snat-private-range: it always translates."""
    never = replace(firewall(NAMED), snat_private_ranges=known((cidr("0.0.0.0/0"),)))
    asked = snapshot(hub_and_spoke(firewalls=(never,)))
    assert ask(asked, NODES, "1.1.1.1") is A


def test_trap_18_a_subnet_without_routes_or_addresses_reaches_the_internet() -> None:
    """Source: Azure docs, default-outbound-access."""
    plain = Fabric(
        networks=hub_and_spoke().networks,
        subnets=(subnet("vm", "hub", "10.0.1.0/24", default_outbound=known(True)),),
    )
    assert ask(snapshot(plain), SubnetEnd("vm"), "1.1.1.1") is A
    shut = replace(
        plain, subnets=(replace(plain.subnets[0], default_outbound=known(False)),)
    )
    assert ask(snapshot(shut), SubnetEnd("vm"), "1.1.1.1") is D
    open_ = Setting[bool].unknown("the API version is not in the input")
    doubt = replace(plain, subnets=(replace(plain.subnets[0], default_outbound=open_),))
    assert ask(snapshot(doubt), SubnetEnd("vm"), "1.1.1.1") is U


def test_quic_needs_a_network_rule() -> None:
    """Source: Azure docs, firewall rule-processing: application rules are for TCP."""
    assert ask(through(NAMED), NODES, "x.example", protocol=17) is D
    udp = network_rule("udp", "*", "443", protocols=(17,))
    both = through(NAMED, collection("net", 100, ALLOW, udp))
    assert ask(both, NODES, "x.example", protocol=17) is A


def translated(to: str) -> RuleCollection:
    nat = NatRule(
        "in",
        (6,),
        (cidr("0.0.0.0/0"),),
        (cidr(to),),
        (PortRange(8443, 8443),),
        ip_address("10.0.1.9"),
        "",
        443,
        Origin("x.json"),
    )
    return RuleCollection(
        "group", "nat", (0, 0, 1), CollectionType.NAT, ALLOW, (nat,), Origin("x.json")
    )


def test_a_translation_of_the_private_address_is_not_called_denied() -> None:
    """Source: Azure docs, firewall-known-issues of 2023; newer products may differ."""
    asked = through(translated("10.0.0.4"))
    assert ask(asked, NODES, "10.0.0.4", 8443) is U
    assert ask(asked, NODES, "10.0.0.4", 8444) is D
    assert ask(through(translated("52.0.0.1")), NODES, "10.0.0.4", 8443) is D


def test_an_explicit_proxy_answers_at_the_firewalls_own_address() -> None:
    """Source: Azure docs, firewall explicit-proxy."""
    asked = through(proxy_ports=known((8080,)))
    assert ask(asked, NODES, "10.0.0.4", 8080) is U
    assert ask(asked, NODES, "10.0.0.4", 8081) is D


def test_a_route_by_the_firewall_to_the_firewall_ends_at_its_own_address() -> None:
    """Source: Azure docs, firewall dns-details; path.md, W7.

    A spoke that sends the hub's own prefix to the firewall sends its DNS questions so.
    """
    to_hub = route("hub", "10.0.0.0/16", NextHop.VIRTUAL_APPLIANCE, "10.0.0.4")
    fabric = hub_and_spoke(route_tables=(table("rt", to_hub),))
    for on, verdict in ((True, A), (False, D)):
        wall = replace(firewall(), dns_proxy=known(on))
        asked = snapshot(replace(fabric, firewalls=(wall,)))
        assert ask(asked, NODES, "10.0.0.4", 53, protocol=17) is verdict
        assert ask(asked, NODES, "10.0.0.4", 443) is D
    unread = replace(firewall(), complete=known(False), dns_proxy=known(True))
    asked = snapshot(replace(fabric, firewalls=(unread,)))
    assert ask(asked, NODES, "10.0.0.4", 53, protocol=17) is A
    assert ask(asked, NODES, "10.0.0.4", 443) is U


def test_names_resolve_behind_a_route_to_the_firewall_that_answers_dns() -> None:
    """Source: Azure docs, firewall dns-details; path.md, W7 and Q10."""
    to_hub = route("hub", "10.0.0.0/16", NextHop.VIRTUAL_APPLIANCE, "10.0.0.4")
    fabric = hub_and_spoke(route_tables=(table("rt", to_hub),))
    servers = known((ip_address("10.0.0.4"),))
    homes = tuple(replace(each, dns_servers=servers) for each in fabric.networks)
    asked = snapshot(replace(fabric, networks=homes))
    answer = PathModel.build(asked).partition(NODES, NameEnd("www.example.com"))
    assert answer.paths == (AccessPath.PUBLIC,)
