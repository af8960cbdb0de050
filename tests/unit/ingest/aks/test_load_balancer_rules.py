"""The rules that the cloud provider writes for Services, each by its letter.

Source: kubernetes-sigs/cloud-provider-azure, pkg/provider/loadbalancer,
accesscontrol.go and configuration.go, commits 1631143 and 1294543; AKS docs,
configure-load-balancer-standard, read 2026-08.
"""

from dataclasses import replace
from typing import Any

import pytest

from aks_builders import (
    NETWORK,
    assumed,
    cluster,
    completed,
    fabric,
    managed,
    nic_group,
    own_rules,
    subnet,
)
from aks_builders import service as plain_service
from seawall.engine.path import PathModel
from seawall.flowspace import FlowSet
from seawall.ingest.default_rules import default_rules
from seawall.ingest.documents import AzurePart
from seawall.model.address import AddressRange
from seawall.model.cluster import Cluster
from seawall.model.dataplane import PolicyEngine
from seawall.model.diagnostic import Level
from seawall.model.end import AddressEnd, End, InternetEnd, SubnetEnd
from seawall.model.filter import Access, SecurityGroup, ServiceTag, UnreadableTerm
from seawall.model.origin import Origin
from seawall.model.policy import Direction
from seawall.model.selector import Operator, Requirement, Selector
from seawall.model.service import Service
from seawall.model.setting import Setting
from seawall.model.snapshot import KubernetesObjects, Snapshot
from seawall.model.trace import Verdict
from seawall.model.workload import Workload

ALLOWED, DENIED, UNKNOWN = Verdict.ALLOWED, Verdict.DENIED, Verdict.UNKNOWN
PUBLIC = {"azure-load-balancer-ipv4": "203.0.113.9"}
INTERNAL = {
    "azure-load-balancer-internal": "true",
    "azure-load-balancer-ipv4": "10.1.0.9",
}
DENY = {"azure-deny-all-except-load-balancer-source-ranges": "true"}
HTTPS = FlowSet.box(protocols=[(6, 6)], destination_ports=[(443, 443)])
WEB = Workload("shop", "web", "Deployment", (("app", "web"),), Origin("shop.yaml"))
SELECTS = Selector((Requirement("app", Operator.IN, frozenset({"web"})),))
CLIENTS = subnet("clients", "10.1.2.0/24")
AROUND = fabric(subnets=(*fabric().subnets, CLIENTS))


def service(*ports: int, **changed: Any) -> Service:
    """Return a Service that selects the workload."""
    return plain_service(*ports, selector=SELECTS, **changed)


def under(engine: PolicyEngine) -> Cluster:
    return replace(cluster(), policy_engine=Setting.stated(engine))


def built(*services: Service, engine: PolicyEngine = PolicyEngine.NONE) -> AzurePart:
    return completed(*services, of=under(engine), around=AROUND)


def verdict(
    *services: Service,
    source: End | None = None,
    to: str = "10.1.0.9",
    port: FlowSet = HTTPS,
    engine: PolicyEngine = PolicyEngine.NONE,
) -> Verdict:
    """Ask whether a client in the network comes to a front end."""
    part = built(*services, engine=engine)
    objects = KubernetesObjects(workloads=(WEB,), services=services)
    model = PathModel.build(
        Snapshot(cluster=part.cluster, objects=objects, fabric=part.fabric)
    )
    end = AddressEnd((AddressRange.parse(to),))
    answer = model.partition(source or SubnetEnd(CLIENTS.id), end, services=port)
    assert answer.partition.flows
    return answer.partition.verdict()


def from_internet(*services: Service) -> Verdict:
    return verdict(*services, source=InternetEnd(), to="203.0.113.9")


def test_l_01_a_public_service_without_ranges_or_tags_is_open_to_the_internet() -> None:
    plain = service(443, annotations=PUBLIC)
    [rule] = own_rules(built(plain))
    assert rule.sources == (ServiceTag("Internet"),)
    assert from_internet(plain) is ALLOWED


def test_l_02_an_internal_service_without_ranges_rests_on_the_default_rules() -> None:
    plain = service(443, annotations=INTERNAL)
    assert own_rules(built(plain)) == ()
    assert verdict(plain) is ALLOWED


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"source_ranges": ("10.9.0.0/16",)}, DENIED),
        ({"annotations": {"azure-allowed-ip-ranges": "10.9.0.0/16"}}, ALLOWED),
    ],
)
def test_l_03_ranges_alone_do_not_keep_the_network_out_of_an_internal_service(
    given: dict[str, object], expected: Verdict
) -> None:
    """Only the nodes drop others, and only for ranges in the spec."""
    changes = dict(given)
    annotations = changes.pop("annotations", {})
    assert isinstance(annotations, dict)
    weak = service(443, annotations=INTERNAL | annotations, **changes)
    assert [rule.access for rule in own_rules(built(weak))] == [Access.ALLOW]
    assert verdict(weak) is expected
    strong = service(443, annotations=INTERNAL | annotations | DENY, **changes)
    assert verdict(strong) is DENIED


def test_l_04_every_address_in_the_ranges_opens_an_internal_service_by_a_rule() -> None:
    wide = service(443, annotations=INTERNAL, source_ranges=("0.0.0.0/0",))
    [rule] = own_rules(built(wide))
    assert [str(term) for term in rule.sources] == ["0.0.0.0/0"]
    assert [str(term) for term in rule.destinations] == ["10.1.0.9"]
    assert verdict(wide) is ALLOWED


@pytest.mark.parametrize(
    "text", ["office", "10.9.0.0/33", "10.9.0.1/16", "10.9.0.1", ""]
)
def test_l_05_one_range_that_cannot_be_read_denies_everything_else(text: str) -> None:
    broken = service(
        443,
        annotations=PUBLIC | {"azure-allowed-ip-ranges": f"198.51.100.0/24,{text}"},
    )
    part = built(broken)
    allow, deny = own_rules(part)
    assert [str(term) for term in allow.sources] == ["198.51.100.0/24"]
    assert (deny.access, deny.priority) == (Access.DENY, 4095)
    assert any(item.level is Level.ERROR for item in part.diagnostics)
    assert from_internet(broken) is not ALLOWED


def test_l_05_an_annotation_that_is_there_and_empty_closes_the_service() -> None:
    """The controller splits the empty text into one empty entry."""
    broken = service(443, annotations=PUBLIC | {"azure-allowed-ip-ranges": ""})
    [deny] = own_rules(built(broken))
    assert deny.access is Access.DENY
    assert from_internet(broken) is DENIED


def test_l_06_ranges_in_the_spec_hold_at_the_nodes_as_well() -> None:
    ranged = service(443, annotations=PUBLIC, source_ranges=("198.51.100.0/24",))
    assert from_internet(ranged) is UNKNOWN  # some of the internet, not all
    elsewhere = service(443, annotations=INTERNAL, source_ranges=("10.1.2.0/24",))
    assert verdict(elsewhere) is ALLOWED
    assert verdict(elsewhere, source=SubnetEnd(f"{NETWORK}/nodes")) is DENIED


def test_l_07_services_that_share_a_front_end_share_its_address_in_the_rules() -> None:
    web = service(443, name="a", annotations=PUBLIC)
    plain = service(80, name="b", annotations=PUBLIC)
    rules = own_rules(built(web, plain))
    assert {str(rule.destinations[0]) for rule in rules} == {"203.0.113.9"}
    both = FlowSet.box(protocols=[(6, 6)], destination_ports=[(80, 80), (443, 443)])
    found = verdict(web, plain, source=InternetEnd(), to="203.0.113.9", port=both)
    assert found is ALLOWED


def test_l_07_a_denial_for_one_service_reaches_no_allowance_of_another() -> None:
    """Denials stand at the end of the window, after every allowance."""
    closed = service(
        443,
        name="a",
        annotations=PUBLIC | DENY,
        source_ranges=("198.51.100.0/24",),
    )
    open_ = service(80, name="b", annotations=PUBLIC)
    rules = sorted(own_rules(built(closed, open_)), key=lambda rule: rule.priority)
    assert [rule.access for rule in rules] == [Access.ALLOW] * 2 + [Access.DENY]


def test_l_09_the_group_in_the_input_decides_and_nothing_is_predicted() -> None:
    """What somebody changed by hand stays until the controller comes by again."""
    real = SecurityGroup(
        id=managed("nsg", "aks-agentpool-1234-nsg"),
        name="aks-agentpool-1234-nsg",
        rules=default_rules(Origin("nsg.json")),
        origin=Origin("nsg.json"),
    )
    plain = service(443, annotations=PUBLIC)
    part = completed(
        plain,
        of=under(PolicyEngine.NONE),
        around=replace(AROUND, security_groups=(real,)),
    )
    assert nic_group(part) == real
    assert "managed-security-group" not in assumed(part)
    assert [item.id for item in part.fabric.security_groups] == [real.id]
    assert not [
        rule
        for rule in nic_group(part).rules
        if not rule.is_default and rule.direction is Direction.INGRESS
    ]


def test_l_10_whether_nodes_drop_by_range_under_cilium_is_not_known() -> None:
    ranged = service(443, annotations=INTERNAL, source_ranges=("10.9.0.0/16",))
    assert verdict(ranged, engine=PolicyEngine.CILIUM) is UNKNOWN
    assert verdict(ranged, engine=PolicyEngine.NONE) is DENIED


def test_tags_close_a_public_service_and_each_has_a_rule() -> None:
    tagged = service(
        443, annotations=PUBLIC | {"azure-allowed-service-tags": "Storage, Sql"}
    )
    rules = own_rules(built(tagged))
    assert [rule.sources for rule in rules] == [
        (ServiceTag("Storage"),),
        (ServiceTag("Sql"),),
    ]


@pytest.mark.parametrize(
    "annotations",
    [
        {"azure-allowed-service-tags": "Storage,"},
        {"azure-allowed-service-tags": ""},
        {"azure-additional-public-ips": "203.0.113.10, somewhere"},
    ],
)
def test_what_the_controller_refuses_leaves_the_sources_unknown(
    annotations: dict[str, str],
) -> None:
    part = built(service(443, annotations=PUBLIC | annotations))
    assert all(isinstance(rule.sources[0], UnreadableTerm) for rule in own_rules(part))
    assert own_rules(part)
    assert any(item.level is Level.ERROR for item in part.diagnostics)


def test_additional_addresses_are_destinations_too() -> None:
    more = service(
        443, annotations=PUBLIC | {"azure-additional-public-ips": "203.0.113.10"}
    )
    [rule] = own_rules(built(more))
    assert [str(term) for term in rule.destinations] == ["203.0.113.9", "203.0.113.10"]


def test_every_ipv4_address_alone_says_nothing_sure_about_ipv6() -> None:
    both = service(
        443,
        annotations=PUBLIC | {"azure-load-balancer-ipv6": "2001:db8::9"},
        source_ranges=("0.0.0.0/0",),
    )
    sources = {
        str(rule.destinations[0]): rule.sources[0] for rule in own_rules(built(both))
    }
    assert str(sources["203.0.113.9"]) == "0.0.0.0/0"
    assert isinstance(sources["2001:db8::9"], UnreadableTerm)


def test_the_break_glass_annotation_leaves_no_rule_and_so_no_way_in() -> None:
    silent = service(
        443, annotations=PUBLIC | {"azure-disable-load-balancer-nsg-rule": "true"}
    )
    assert own_rules(built(silent)) == ()
    assert from_internet(silent) is DENIED
