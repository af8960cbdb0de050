"""Inputs that are read wrongly again and again, as manifests, on each engine.

The numbers are those of docs/semantics/engines.md. Each verdict is asked of the engine
and of the definition. What goes through a Service is in test_services_and_engines.py.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from policy_cluster import SCTP, UDP
from policy_witness import ENGINES, Witnesses
from reading import read
from seawall.model.packet import Protocol
from seawall.model.trace import Verdict

ALLOWED, DENIED, UNKNOWN = Verdict.ALLOWED, Verdict.DENIED, Verdict.UNKNOWN
OUTSIDE = "8.8.8.8"
PORTS = (
    "[{name: serve-80-tcp, containerPort: 80}, {name: serve-81-tcp, containerPort: 81}]"
)

Ask = Callable[..., Witnesses]


def space(name: str) -> str:
    return f"""apiVersion: v1
kind: Namespace
metadata: {{name: {name}, labels: {{ns: {name}}}}}
---
"""


def pod(place: str, ports: str = PORTS, spec: str = "", status: str = "") -> str:
    namespace, _, name = place.partition("/")
    return f"""apiVersion: v1
kind: Pod
metadata: {{name: {name}, namespace: {namespace}, labels: {{pod: {name}}}}}
spec: {{{spec}containers: [{{name: c, image: c, ports: {ports}}}]}}
status: {{{status}}}
---
"""


SPACES = "".join(space(name) for name in "xyz")
GRID = SPACES + "".join(pod(f"{name}/{own}") for name in "xyz" for own in "abc")


def network_policy(spec: str, name: str = "p") -> str:
    return f"""apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {{name: {name}, namespace: x}}
spec: {{{spec}}}
---
"""


def admin(name: str, priority: int, body: str, tier: str = "Admin") -> str:
    return f"""apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: {{name: {name}}}
spec:
  tier: {tier}
  priority: {priority}
  subject: {{namespaces: {{matchLabels: {{ns: x}}}}}}
  {body}
---
"""


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def ask(tmp_path: Path, engine: str) -> Ask:
    def asked(*texts: str, on: str = "") -> Witnesses:
        return Witnesses(read(tmp_path, "".join(texts)).objects, on or engine)

    return asked


ON_X_A = "podSelector: {matchLabels: {pod: a}}, "


def test_an_empty_egress_list_without_types_isolates_ingress_alone(ask: Ask) -> None:
    found = ask(GRID, network_policy("podSelector: {}, egress: []"))
    assert found("y/a", "x/a") is DENIED
    assert found("x/a", "y/a") is ALLOWED
    assert found("x/a", OUTSIDE) is ALLOWED


def test_a_type_without_rules_denies_its_whole_direction(ask: Ask) -> None:
    types = "policyTypes: [Ingress, Egress]"
    found = ask(GRID, network_policy(f"podSelector: {{}}, {types}, ingress: [{{}}]"))
    assert found(OUTSIDE, "x/a") is ALLOWED
    assert found("x/a", "y/a") is DENIED
    assert found("x/a", OUTSIDE) is DENIED


def test_an_empty_peer_list_is_everyone_and_an_empty_rule_list_nobody(
    ask: Ask,
) -> None:
    everyone = ask(GRID, network_policy("podSelector: {}, ingress: [{from: []}]"))
    nobody = ask(GRID, network_policy("podSelector: {}, ingress: []"))
    for source in ("x/b", "y/a", OUTSIDE):
        assert everyone(source, "x/a") is ALLOWED
        assert nobody(source, "x/a") is DENIED


def test_selectors_of_one_item_are_anded_and_those_of_two_are_ored(ask: Ask) -> None:
    spaces = "namespaceSelector: {matchLabels: {ns: y}}"
    own = "podSelector: {matchLabels: {pod: b}}"
    one = ask(
        GRID, network_policy(f"{ON_X_A}ingress: [{{from: [{{{spaces}, {own}}}]}}]")
    )
    two = ask(
        GRID, network_policy(f"{ON_X_A}ingress: [{{from: [{{{spaces}}}, {{{own}}}]}}]")
    )
    asked = ("y/a", "y/b", "x/b", "z/b")
    assert [one(item, "x/a") for item in asked] == [DENIED, ALLOWED, DENIED, DENIED]
    assert [two(item, "x/a") for item in asked] == [ALLOWED, ALLOWED, ALLOWED, DENIED]


def test_an_empty_pod_selector_stays_in_its_namespace(ask: Ask) -> None:
    found = ask(
        GRID, network_policy(f"{ON_X_A}ingress: [{{from: [{{podSelector: {{}}}}]}}]")
    )
    asked = ("x/b", "x/c", "y/a", OUTSIDE)
    assert [found(item, "x/a") for item in asked] == [ALLOWED, ALLOWED, DENIED, DENIED]


def test_an_empty_namespace_selector_is_no_outside_address(ask: Ask) -> None:
    found = ask(
        GRID,
        network_policy(f"{ON_X_A}ingress: [{{from: [{{namespaceSelector: {{}}}}]}}]"),
    )
    assert found("z/c", "x/a") is ALLOWED
    assert found(OUTSIDE, "x/a") is DENIED


def not_in(values: str) -> str:
    terms = f"matchExpressions: [{{key: team, operator: NotIn, values: [{values}]}}]"
    peer = f"{{namespaceSelector: {{{terms}}}}}"
    return network_policy(f"{ON_X_A}ingress: [{{from: [{peer}]}}]")


def test_not_in_holds_where_the_label_is_absent(ask: Ask) -> None:
    found = ask(GRID, not_in("red"))
    assert found("y/a", "x/a") is ALLOWED


def test_not_in_with_two_values_may_exclude_nobody_before_the_fix_of_npm(
    ask: Ask, engine: str
) -> None:
    red = GRID.replace("labels: {ns: y}", "labels: {ns: y, team: red}")
    found = ask(red, not_in("red, blue"))
    assert found("y/a", "x/a") is (UNKNOWN if engine == "npm" else DENIED)
    assert found("z/a", "x/a") is ALLOWED


def test_a_peer_that_only_excludes_may_let_the_outside_in(
    ask: Ask, engine: str
) -> None:
    terms = "matchExpressions: [{key: ns, operator: DoesNotExist}]"
    peer = f"{{namespaceSelector: {{{terms}}}}}"
    found = ask(GRID, network_policy(f"{ON_X_A}ingress: [{{from: [{peer}]}}]"))
    assert found("y/a", "x/a") is DENIED
    assert found(OUTSIDE, "x/a") is (DENIED if engine == "calico" else UNKNOWN)


def test_an_empty_port_entry_is_all_of_tcp(ask: Ask) -> None:
    found = ask(GRID, network_policy(f"{ON_X_A}ingress: [{{ports: [{{}}]}}]"))
    assert found("y/a", "x/a", 7) is ALLOWED
    assert found("y/a", "x/a", 7, UDP) is DENIED
    assert found("y/a", "x/a", 7, SCTP) is DENIED
    assert found("y/a", "x/a", 0, Protocol.ICMP) is DENIED


def test_a_port_name_of_another_protocol_stands_for_nothing(ask: Ask) -> None:
    ports = "[{port: serve-81-tcp, protocol: UDP}]"
    found = ask(GRID, network_policy(f"{ON_X_A}ingress: [{{ports: {ports}}}]"))
    assert found("y/a", "x/a", 81) is DENIED
    assert found("y/a", "x/a", 81, UDP) is DENIED


def test_a_port_name_in_egress_is_looked_up_on_each_destination(
    ask: Ask, engine: str
) -> None:
    cluster = (
        SPACES
        + pod("x/a")
        + pod("y/a", "[{name: web, containerPort: 80}]")
        + pod("y/b", "[{name: web, containerPort: 8080}]")
    )
    egress = "policyTypes: [Egress], egress: [{ports: [{port: web}]}]"
    found = ask(cluster, network_policy(f"podSelector: {{}}, {egress}"))
    asked = (("y/a", 80), ("y/a", 8080), ("y/b", 8080), ("y/b", 80))
    certain = [ALLOWED, DENIED, ALLOWED, DENIED]
    verdicts = [found("x/a", *item) for item in asked]
    assert verdicts == ([UNKNOWN] * 4 if engine == "cilium" else certain)
    assert found("x/a", OUTSIDE, 80) is DENIED


def test_both_ends_of_a_port_range_are_meant(ask: Ask) -> None:
    ports = "[{port: 53, endPort: 80}]"
    found = ask(GRID, network_policy(f"{ON_X_A}ingress: [{{ports: {ports}}}]"))
    asked = [found("y/a", "x/a", number) for number in (53, 80, 81)]
    assert asked == [ALLOWED, ALLOWED, DENIED]
    assert found("y/a", "x/a", 53, UDP) is DENIED


def test_an_sctp_rule_is_no_tcp_rule_and_isolates_all_the_same(ask: Ask) -> None:
    ports = "[{port: 81, protocol: SCTP}]"
    found = ask(GRID, network_policy(f"{ON_X_A}ingress: [{{ports: {ports}}}]"))
    assert found("y/a", "x/a", 81) is DENIED


def test_an_exception_holds_in_its_own_item_alone(ask: Ask, engine: str) -> None:
    cluster = (
        SPACES
        + pod("x/a", status="podIP: 10.244.0.1")
        + pod("x/b", status="podIP: 10.244.1.5")
        + pod("x/c", status="podIP: 10.244.2.5")
    )
    block = "{ipBlock: {cidr: 10.244.0.0/16, except: [10.244.1.0/24]}}"
    by_label = "{podSelector: {matchLabels: {pod: b}}}"
    found = ask(
        cluster,
        network_policy(f"{ON_X_A}ingress: [{{from: [{block}]}}]"),
        network_policy(f"{ON_X_A}ingress: [{{from: [{by_label}]}}]", "q"),
    )
    assert found("x/b", "x/a") is ALLOWED
    assert found("x/c", "x/a") is (DENIED if engine == "cilium" else ALLOWED)


def on(node: str, address: str) -> dict[str, str]:
    return {"spec": f"nodeName: {node}, ", "status": f"hostIP: {address}"}


ON_NODES = (
    SPACES
    + pod("x/a", **on("n1", "10.1.0.4"))
    + pod("y/a", **on("n2", "10.1.0.5"))
    + pod("x/host", spec="hostNetwork: true, nodeName: n2, ", status="hostIP: 10.1.0.5")
)


def test_all_addresses_do_not_hold_pods_and_nodes_on_cilium(
    ask: Ask, engine: str
) -> None:
    block = "egress: [{to: [{ipBlock: {cidr: 0.0.0.0/0}}]}]"
    found = ask(ON_NODES, network_policy(f"{ON_X_A}policyTypes: [Egress], {block}"))
    inside = DENIED if engine == "cilium" else ALLOWED
    assert found("x/a", "y/a") is inside
    assert found("x/a", "10.1.0.5") is inside
    assert found("x/a", OUTSIDE) is ALLOWED


def test_probes_come_from_the_own_node_and_from_no_other(ask: Ask) -> None:
    found = ask(ON_NODES, network_policy(f"{ON_X_A}ingress: []"))
    assert found("10.1.0.4", "x/a") is ALLOWED
    assert found("10.1.0.5", "x/a") is DENIED


def test_the_own_kubelet_is_reached_under_denied_egress_on_npm(
    ask: Ask, engine: str
) -> None:
    found = ask(ON_NODES, network_policy(f"{ON_X_A}policyTypes: [Egress]"))
    wanted = ALLOWED if engine == "npm" else DENIED
    assert found("x/a", "10.1.0.4", 10250) is wanted


def test_policies_neither_bind_nor_name_pods_on_the_host_network(ask: Ask) -> None:
    host = "podSelector: {matchLabels: {pod: host}}"
    found = ask(
        ON_NODES,
        network_policy(f"{host}, ingress: []"),
        network_policy(f"{ON_X_A}ingress: [{{from: [{{{host}}}]}}]", "q"),
    )
    assert found("y/a", "x/host") is ALLOWED
    assert found("x/host", "x/a") is DENIED


def test_a_completed_pod_leaves_its_address_without_its_labels(ask: Ask) -> None:
    cluster = (
        SPACES
        + pod("x/a")
        + pod("x/b", status="phase: Succeeded, podIP: 10.244.0.9")
        + pod("z/c", status="phase: Running, podIP: 10.244.0.9")
    )
    peer = "{podSelector: {matchLabels: {pod: b}}}"
    found = ask(cluster, network_policy(f"{ON_X_A}ingress: [{{from: [{peer}]}}]"))
    assert found("z/c", "x/a") is DENIED


FROM_Y = "from: [{namespaces: {matchLabels: {ns: y}}}]"
SHUT = network_policy("podSelector: {}, ingress: []")


def test_the_lower_priority_of_two_admin_policies_decides_alone(ask: Ask) -> None:
    deny = admin("deny", 10, f"ingress: [{{action: Deny, {FROM_Y}}}]")
    accept = admin("accept", 5, f"ingress: [{{action: Accept, {FROM_Y}}}]")
    found = ask(GRID, deny, accept, SHUT, on="spec")
    assert found("y/a", "x/a") is ALLOWED
    assert found("z/a", "x/a") is DENIED


def test_a_network_policy_is_final_and_a_pass_without_one_meets_the_baseline(
    ask: Ask,
) -> None:
    passing = admin("pass", 5, f"ingress: [{{action: Pass, {FROM_Y}}}]")
    everyone = "ingress: [{action: Accept, from: [{namespaces: {}}]}]"
    baseline = admin("base", 5, everyone, "Baseline")
    z = "{namespaceSelector: {matchLabels: {ns: z}}}"
    only_z = network_policy(f"{ON_X_A}ingress: [{{from: [{z}]}}]")
    assert ask(GRID, passing, baseline, only_z, on="spec")("y/a", "x/a") is DENIED
    assert ask(GRID, passing, baseline, on="spec")("y/a", "x/a") is ALLOWED


def test_a_denied_network_of_all_addresses_holds_the_pods_too(ask: Ask) -> None:
    deny = "{action: Deny, to: [{networks: [0.0.0.0/0]}]}"
    passing = "{action: Pass, to: [{namespaces: {}}]}"
    shut = ask(GRID, admin("deny", 5, f"egress: [{deny}]"), on="spec")
    assert shut("x/a", "y/a") is DENIED
    assert shut("x/a", OUTSIDE) is DENIED
    passed = ask(GRID, admin("deny", 5, f"egress: [{passing}, {deny}]"), on="spec")
    assert passed("x/a", "y/a") is ALLOWED
    assert passed("x/a", OUTSIDE) is DENIED


def test_two_admin_policies_of_one_priority_that_disagree_are_not_decided(
    ask: Ask,
) -> None:
    deny = admin("deny", 5, f"ingress: [{{action: Deny, {FROM_Y}}}]")
    accept = admin("accept", 5, f"ingress: [{{action: Accept, {FROM_Y}}}]")
    found = ask(GRID, deny, accept, on="spec")
    assert found("y/a", "x/a") is UNKNOWN
    assert found("z/a", "x/a") is ALLOWED


def test_cluster_network_policies_have_no_effect_on_the_engines_of_aks(
    ask: Ask,
) -> None:
    found = ask(GRID, admin("deny", 10, f"ingress: [{{action: Deny, {FROM_Y}}}]"))
    assert found("y/a", "x/a") is ALLOWED
