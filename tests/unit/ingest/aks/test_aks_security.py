from dataclasses import replace

import pytest

from aks_builders import (
    assumed,
    cluster,
    completed,
    fabric,
    in_managed_network,
    managed,
    nic_group,
    own_rules,
    service,
)
from seawall.ingest.default_rules import default_rules
from seawall.model.cluster import NodePool
from seawall.model.filter import (
    Access,
    AddressTerm,
    SecurityGroup,
    SecurityRule,
    ServiceTag,
    UnreadableTerm,
)
from seawall.model.origin import Origin
from seawall.model.packet import PortRange, Protocol
from seawall.model.policy import Direction
from seawall.model.setting import Setting

INTERNAL = {
    "azure-load-balancer-internal": "true",
    "azure-load-balancer-ipv4": "10.1.0.9",
}
PUBLIC = {"azure-load-balancer-ipv4": "203.0.113.9"}
DENY = {"azure-deny-all-except-load-balancer-source-ranges": "true"}


def texts(terms: tuple[AddressTerm, ...]) -> list[str]:
    return [str(term) for term in terms]


def test_without_services_the_group_holds_the_default_rules_alone() -> None:
    part = completed()
    assert own_rules(part) == ()
    assert len(nic_group(part).rules) == 6
    assert nic_group(part).predicted
    assert "managed-security-group" in assumed(part)


def test_a_public_service_opens_its_port_on_its_front_end() -> None:
    [rule] = own_rules(completed(service(443, annotations=PUBLIC)))
    assert rule.access is Access.ALLOW
    assert rule.priority == 500
    assert rule.sources == (ServiceTag("Internet"),)
    assert texts(rule.destinations) == ["203.0.113.9"]
    assert rule.destination_ports == (PortRange(443, 443),)
    assert str(rule.origin) == "shop.yaml#/web"


def test_an_internal_service_without_ranges_gets_no_rule() -> None:
    assert own_rules(completed(service(annotations=INTERNAL))) == ()


def test_an_internal_service_with_ranges_still_leaves_the_network_in() -> None:
    restricted = service(annotations=INTERNAL, source_ranges=("10.9.0.0/16",))
    [rule] = own_rules(completed(restricted))
    assert rule.access is Access.ALLOW
    assert texts(rule.sources) == ["10.9.0.0/16"]


def test_the_deny_annotation_adds_a_denial_at_the_end_of_the_window() -> None:
    restricted = service(annotations=INTERNAL | DENY, source_ranges=("10.9.0.0/16",))
    allow, deny = own_rules(completed(restricted))
    assert (allow.priority, deny.priority) == (500, 4095)
    assert deny.access is Access.DENY
    assert texts(deny.destinations) == ["10.1.0.9"]


def test_one_unreadable_range_denies_the_rest_and_keeps_the_readable() -> None:
    broken = service(annotations=PUBLIC, source_ranges=("198.51.100.0/24", "office"))
    allow, deny = own_rules(completed(broken))
    assert texts(allow.sources) == ["198.51.100.0/24"]
    assert deny.access is Access.DENY


def test_without_floating_addresses_the_rule_names_nodes_and_node_ports() -> None:
    plain = service(
        443, annotations=PUBLIC | {"azure-disable-load-balancer-floating-ip": "true"}
    )
    [rule] = own_rules(completed(plain))
    assert texts(rule.destinations) == ["10.1.0.0/24"]
    assert rule.destination_ports == (PortRange(30443, 30443),)


def test_a_node_port_that_is_not_known_leaves_the_port_open() -> None:
    plain = service(
        annotations=PUBLIC | {"azure-disable-load-balancer-floating-ip": "true"}
    )
    ports = tuple(replace(port, node_port=None) for port in plain.ports)
    [rule] = own_rules(completed(replace(plain, ports=ports)))
    assert rule.destination_ports is None


def test_the_break_glass_annotation_leaves_no_rule() -> None:
    silent = service(
        annotations=PUBLIC | {"azure-disable-load-balancer-nsg-rule": "true"}
    )
    assert own_rules(completed(silent)) == ()


def test_each_tag_has_a_rule_of_its_own() -> None:
    tagged = service(annotations=PUBLIC | {"azure-allowed-service-tags": "Sql,Storage"})
    rules = own_rules(completed(tagged))
    assert [rule.sources for rule in rules] == [
        (ServiceTag("Sql"),),
        (ServiceTag("Storage"),),
    ]
    assert [rule.priority for rule in rules] == [500, 501]


def test_families_are_kept_apart() -> None:
    both = service(
        annotations=PUBLIC | {"azure-load-balancer-ipv6": "2001:db8::9"},
        source_ranges=("198.51.100.0/24", "2001:db8:1::/48"),
    )
    rules = own_rules(completed(both))
    assert [(texts(rule.sources), texts(rule.destinations)) for rule in rules] == [
        (["198.51.100.0/24"], ["203.0.113.9"]),
        (["2001:db8:1::/48"], ["2001:db8::9"]),
    ]


def test_a_front_end_to_come_is_any_public_address_but_those_of_others() -> None:
    [known, coming] = own_rules(
        completed(
            service(443, name="a", annotations=PUBLIC),
            service(80, name="b"),
        )
    )
    assert texts(known.destinations) == ["203.0.113.9"]
    covered = [item for item in coming.destinations if hasattr(item, "first")]
    assert len(covered) == len(coming.destinations)
    for text, wanted in (
        ("8.8.8.8", True),
        ("203.0.113.9", False),
        ("10.1.0.4", False),
    ):
        point = replace(covered[0]).parse(text)
        assert any(item.covers(point) for item in covered) is wanted


def test_two_front_ends_to_come_that_admit_others_may_match() -> None:
    rules = own_rules(
        completed(
            service(443, name="a"),
            service(443, name="b", source_ranges=("198.51.100.0/24",)),
        )
    )
    assert all(isinstance(rule.destinations[0], UnreadableTerm) for rule in rules)


def test_contradicting_ranges_leave_the_sources_unknown() -> None:
    unclear = service(
        annotations=PUBLIC | {"azure-allowed-ip-ranges": "10.0.0.0/8"},
        source_ranges=("10.0.0.0/8",),
    )
    [rule] = own_rules(completed(unclear))
    assert isinstance(rule.sources[0], UnreadableTerm)


def test_the_real_group_is_used_when_it_is_in_the_input() -> None:
    real = SecurityGroup(
        id=managed("nsg", "aks-agentpool-1234-nsg"),
        name="aks-agentpool-1234-nsg",
        rules=default_rules(Origin("nsg.json")),
        origin=Origin("nsg.json"),
    )
    part = completed(service(), around=fabric(security_groups=(real,)))
    assert nic_group(part) == real
    assert "managed-security-group" not in assumed(part)


def test_a_group_that_the_interfaces_are_known_to_have_stays() -> None:
    plain = cluster()
    known = Setting.stated("/other")
    pools = tuple(replace(pool, nic_security_group=known) for pool in plain.pools)
    part = completed(of=replace(plain, pools=pools))
    assert part.cluster is not None
    assert part.cluster.pools[0].nic_security_group == known
    assert part.fabric.security_groups == ()


def test_in_a_managed_network_the_group_is_on_the_subnet_too() -> None:
    part = completed(of=in_managed_network(cluster()), managed_network=True)
    [subnet] = [item for item in part.fabric.subnets if item.name == "aks-subnet"]
    assert subnet.security_group.value == nic_group(part).id


def test_a_subnet_of_ones_own_gets_no_group() -> None:
    part = completed(service())
    assert part.fabric.subnets[0].security_group.value is None


def opening(name: str, *ports: str, unknown: str = "") -> NodePool:
    pool = replace(cluster().pools[0], name=name)
    listed = Setting[tuple[str, ...]].unknown(unknown, pool.origin)
    if not unknown:
        listed = Setting.stated(ports, pool.origin)
    return replace(pool, host_ports=listed)


def opened(*pools: NodePool) -> dict[str, list[SecurityRule]]:
    part = completed(of=replace(cluster(), pools=pools))
    assert part.cluster is not None
    groups = {group.id: group for group in part.fabric.security_groups}
    return {
        pool.name: [
            rule
            for rule in groups[pool.nic_security_group.value or ""].rules
            if not rule.is_default
        ]
        for pool in part.cluster.pools
    }


def test_host_ports_of_a_pool_are_open_to_the_internet() -> None:
    (rule,) = opened(opening("games", "UDP 7000-7100"))["games"]
    assert rule.access is Access.ALLOW
    assert rule.direction is Direction.INGRESS
    assert rule.protocol == int(Protocol.UDP)
    assert rule.sources == (ServiceTag("Internet"),)
    assert rule.destination_ports == (PortRange(7000, 7100),)


def test_host_ports_of_one_pool_are_not_open_on_another() -> None:
    found = opened(opening("games", "TCP 80", "TCP 443"), opening("system"))
    assert len(found["games"]) == 2
    assert found["system"] == []


@pytest.mark.parametrize(
    "pool", [opening("p", unknown="a parameter"), opening("p", "TCP None")]
)
def test_host_ports_that_cannot_be_read_are_not_known_to_be_closed(
    pool: NodePool,
) -> None:
    (rule,) = opened(pool)["p"]
    assert isinstance(rule.sources[0], UnreadableTerm)
    assert rule.destination_ports == (PortRange(0, 65535),)
    assert rule.protocol is None
