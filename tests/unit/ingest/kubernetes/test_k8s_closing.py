"""Kinds that are not modelled and may close what network policies open."""

from pathlib import Path

import pytest

from reading import read
from seawall.engine.policy import PolicyTable
from seawall.model.dataplane import CILIUM, SPEC, Dataplane
from seawall.model.packet import Protocol
from seawall.model.snapshot import Snapshot
from seawall.model.trace import Verdict
from seawall.reference.policy import PodAt, PolicyQuestion, decide

PODS = """
apiVersion: v1
kind: Pod
metadata: {name: a, namespace: x, labels: {app: a}}
spec: {containers: [{name: c, image: c}]}
---
apiVersion: v1
kind: Pod
metadata: {name: b, namespace: y, labels: {app: b}}
spec: {containers: [{name: c, image: c}]}
---
apiVersion: v1
kind: Pod
metadata: {name: c, namespace: z}
spec: {containers: [{name: c, image: c}]}
---
"""
OPEN, UNKNOWN, DENIED = Verdict.ALLOWED, Verdict.UNKNOWN, Verdict.DENIED
ADMITS_B = """
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: admits-b, namespace: x}
spec:
  podSelector: {}
  policyTypes: [Ingress, Egress]
  ingress:
  - from:
    - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: y}}
"""
IN, OUT, BETWEEN = ("b", "a"), ("a", "b"), ("b", "c")


def said(snapshot: Snapshot, dataplane: Dataplane, ends: tuple[str, str]) -> Verdict:
    """Return what engine and definition say of TCP 80 between two pods."""
    table = PolicyTable.build(snapshot.objects, dataplane)
    pods = {item.name: item for item in snapshot.objects.workloads}
    source, target = (pods[name] for name in ends)
    answer = table.between(source, target)
    bit = table.services.mask_of(Protocol.TCP, 80)
    found = OPEN if answer.allowed & bit else UNKNOWN
    found = found if (answer.allowed | answer.unknown) & bit else DENIED
    question = PolicyQuestion(PodAt(source), PodAt(target), Protocol.TCP, 80)
    assert decide(snapshot.objects, dataplane, question).verdict is found
    return found


def given(folder: Path, version: str, kind: str, spec: str = "{}") -> Snapshot:
    head = f"apiVersion: {version}\nkind: {kind}\n"
    return read(
        folder, f"{PODS}{head}metadata: {{name: one, namespace: x}}\nspec: {spec}\n"
    )


@pytest.mark.parametrize(
    ("version", "kind", "doubted"),
    [
        ("crd.antrea.io/v1beta1", "NetworkPolicy", {IN, OUT}),
        ("crd.antrea.io/v1beta1", "ClusterNetworkPolicy", {IN, OUT, BETWEEN}),
        ("k8s.ovn.org/v1", "EgressFirewall", {OUT}),
        ("k8s.ovn.org/v1", "UserDefinedNetwork", {IN, OUT}),
        ("traefik.io/v1alpha1", "IngressRoute", set()),
    ],
)
def test_policies_of_other_networks_count_where_nobody_says_who_enforces(
    tmp_path: Path, version: str, kind: str, doubted: set[tuple[str, str]]
) -> None:
    snapshot = given(tmp_path, version, kind)
    for ends in (IN, OUT, BETWEEN):
        assert said(snapshot, SPEC, ends) is (UNKNOWN if ends in doubted else OPEN)
        assert said(snapshot, CILIUM, ends) is OPEN


@pytest.mark.parametrize(
    ("version", "kind", "spec", "want"),
    [
        ("k8s.ovn.org/v1", "UserDefinedNetwork", "{layer2: {role: Secondary}}", OPEN),
        ("k8s.ovn.org/v1", "UserDefinedNetwork", "{layer3: {role: Primary}}", UNKNOWN),
        (
            "k8s.cni.cncf.io/v1",
            "NetworkAttachmentDefinition",
            """{config: '{"type": "ovn-k8s-cni-overlay", "role": "primary"}'}""",
            UNKNOWN,
        ),
        (
            "k8s.cni.cncf.io/v1",
            "NetworkAttachmentDefinition",
            """{config: '{"type": "macvlan"}'}""",
            OPEN,
        ),
    ],
)
def test_networks_that_are_attached_besides_close_nothing(
    tmp_path: Path, version: str, kind: str, spec: str, want: Verdict
) -> None:
    assert said(given(tmp_path, version, kind, spec), SPEC, OUT) is want


@pytest.mark.parametrize(
    ("version", "kind", "allowed", "denied"),
    [
        ("crd.antrea.io/v1beta1", "NetworkPolicy", UNKNOWN, UNKNOWN),
        ("k8s.ovn.org/v1", "EgressFirewall", OPEN, DENIED),
        ("k8s.ovn.org/v1", "UserDefinedNetwork", UNKNOWN, DENIED),
    ],
)
def test_what_only_closes_leaves_denied_what_is(
    tmp_path: Path, version: str, kind: str, allowed: Verdict, denied: Verdict
) -> None:
    snapshot = given(tmp_path, version, kind, f"{{}}{ADMITS_B}")
    assert said(snapshot, SPEC, IN) is allowed
    assert said(snapshot, SPEC, ("c", "a")) is denied
    assert said(snapshot, SPEC, OUT) is (UNKNOWN if kind == "NetworkPolicy" else DENIED)


@pytest.mark.parametrize(
    "written",
    [
        "namespace: 5",
        'namespace: "${NS}"',
        'namespace: "{{ .Release.Namespace }}"',
        "namespce: x",
    ],
)
@pytest.mark.parametrize(
    ("version", "kind"),
    [
        ("policy.linkerd.io/v1beta3", "Server"),
        ("networking.k8s.io/v1", "NetworkPolcy"),
    ],
)
def test_one_whose_namespace_is_not_known_counts_everywhere(
    tmp_path: Path, version: str, kind: str, written: str
) -> None:
    head = f"apiVersion: {version}\nkind: {kind}\n"
    snapshot = read(tmp_path, f"{PODS}{head}metadata: {{name: one, {written}}}\n")
    assert said(snapshot, SPEC, IN) is UNKNOWN
    places = [item.origin.pointer for item in snapshot.diagnostics if item.origin]
    assert any(place[:1] == ("metadata",) for place in places), "it is told"


def test_a_policy_that_is_made_in_a_namespace_that_is_no_name_may_be_in_any(
    tmp_path: Path,
) -> None:
    made = (
        "{template: {apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, "
        "metadata: {name: one, namespace: <name>}, spec: {podSelector: {}}}}"
    )
    snapshot = given(tmp_path, "example.org/v1", "Maker", made)
    assert said(snapshot, SPEC, IN) is UNKNOWN
