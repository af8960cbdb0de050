"""Labels of namespaces that are not certain: what asks for them is unknown."""

from pathlib import Path

import pytest

from reading import read
from seawall.engine.policy import PolicyTable
from seawall.model.dataplane import DATAPLANES, PolicyEngine
from seawall.model.packet import Protocol
from seawall.model.snapshot import Snapshot
from seawall.model.trace import Verdict
from seawall.reference.policy import PodAt, PolicyQuestion, decide

ALLOWED, DENIED, UNKNOWN = Verdict.ALLOWED, Verdict.DENIED, Verdict.UNKNOWN
PODS = """
apiVersion: v1
kind: Namespace
metadata: {name: y, labels: {team: blue}}
---
apiVersion: v1
kind: Namespace
metadata: {name: sure, labels: {team: red}}
---
""" + "".join(
    f"""
apiVersion: v1
kind: Pod
metadata: {{name: {name}, namespace: {space}, labels: {{app: {name}}}}}
spec: {{containers: [{{name: a, image: i}}]}}
---
"""
    for space, name in (("x", "client"), ("sure", "known"), ("y", "server"))
)
NAMESPACE = (
    "apiVersion: v1\nkind: Namespace\nmetadata: {name: x, labels: LABELS}\n---\n"
)
TWICE = [
    NAMESPACE.replace("LABELS", labels)
    for labels in ("{team: red, env: a}", "{team: green, env: a}")
]
UNREADABLE = NAMESPACE.replace("LABELS", "{team: [red], env: a}")
NOT_LABELS = NAMESPACE.replace("LABELS", "[red]")
PEER = "{matchExpressions: [{key: KEY, operator: OPERATOR, values: [red, a]}]}"
KUBERNETES = f"""
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {{name: p, namespace: y}}
spec:
  podSelector: {{}}
  ingress: [{{from: [{{namespaceSelector: {PEER}}}]}}]
"""
CILIUM = f"""
apiVersion: cilium.io/v2
kind: CiliumClusterwideNetworkPolicy
metadata: {{name: p}}
spec:
  endpointSelector: {{matchLabels: {{app: server}}}}
  ingress:
  - fromEndpoints: [{PEER.replace("KEY", "io.cilium.k8s.namespace.labels.KEY")}]
"""
CALICO = """
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: {name: p}
spec:
  selector: app == 'server'
  types: [Ingress]
  ingress:
  - {action: Allow, source: {namespaceSelector: "KEY OPERATOR {'red', 'a'}"}}
"""
LANGUAGES = {
    PolicyEngine.NPM: (KUBERNETES, {"In": "In", "NotIn": "NotIn"}),
    PolicyEngine.CILIUM: (CILIUM, {"In": "In", "NotIn": "NotIn"}),
    PolicyEngine.CALICO: (CALICO, {"In": "in", "NotIn": "not in"}),
}


def asked(
    folder: Path, engine: PolicyEngine, key: str, operator: str, spaces: str
) -> Snapshot:
    text, words = LANGUAGES[engine]
    text = text.replace("KEY", key).replace("OPERATOR", words[operator])
    return read(folder, PODS + spaces + text)


def verdict(snapshot: Snapshot, engine: PolicyEngine, source: str) -> Verdict:
    """Return what engine and definition say of packets to the server."""
    pods = {item.name: item for item in snapshot.objects.workloads}
    plane = DATAPLANES[engine]
    ends = (PodAt(pods[name], None, None) for name in (source, "server"))
    found = decide(
        snapshot.objects, plane, PolicyQuestion(*ends, Protocol.TCP, 80)
    ).verdict
    table = PolicyTable.build(snapshot.objects, plane)
    answer = table.between(pods[source], pods["server"])
    bit = table.services.mask_of(Protocol.TCP, 80)
    sets = DENIED
    if answer.possible & bit:
        sets = ALLOWED if answer.allowed & bit else UNKNOWN
    assert sets is found
    return found


@pytest.mark.parametrize("engine", LANGUAGES)
@pytest.mark.parametrize("operator", ["In", "NotIn"])
@pytest.mark.parametrize("spaces", ["".join(TWICE), UNREADABLE, NOT_LABELS])
def test_what_asks_for_an_uncertain_label_of_a_namespace_is_unknown(
    tmp_path: Path, engine: PolicyEngine, operator: str, spaces: str
) -> None:
    snapshot = asked(tmp_path, engine, "team", operator, spaces)
    assert verdict(snapshot, engine, "client") is UNKNOWN


@pytest.mark.parametrize("engine", LANGUAGES)
def test_labels_that_all_declarations_share_are_certain(
    tmp_path: Path, engine: PolicyEngine
) -> None:
    snapshot = asked(tmp_path, engine, "env", "In", "".join(TWICE))
    assert verdict(snapshot, engine, "client") is ALLOWED


@pytest.mark.parametrize("engine", [PolicyEngine.CILIUM, PolicyEngine.CALICO])
def test_other_namespaces_are_judged_by_their_own_labels(
    tmp_path: Path, engine: PolicyEngine
) -> None:
    snapshot = asked(tmp_path, engine, "team", "In", "".join(TWICE))
    assert verdict(snapshot, engine, "known") is ALLOWED
