"""What holds a value of another type than the API takes leaves open what it means."""

from pathlib import Path

import pytest

from reading import read, told
from seawall.model.end import PodEnd
from seawall.model.trace import Verdict
from seawall.query.ask import ask
from seawall.query.case import Case
from seawall.query.words.port import PortText

PODS = """
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {containers: [{name: c, image: i}]}
---
apiVersion: v1
kind: Pod
metadata: {name: db, namespace: shop, labels: {app: db}}
spec: {containers: [{name: c, image: i}]}
"""
POLICY = """
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: shut, namespace: shop}
spec: {podSelector: {matchLabels: {app: web}}, policyTypes: [Egress]}
"""
CALICO = """
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: {name: default.shut}
spec: {selector: app == 'web', egress: [{action: Deny}]}
"""
CILIUM = """
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: shut, namespace: shop}
spec: {endpointSelector: {matchLabels: {app: web}}, egress: [{}], ingress: [{}]}
"""


@pytest.mark.parametrize(
    ("text", "old", "new", "engine"),
    [
        (POLICY, "kind: NetworkPolicy", "kind: [NetworkPolicy]", "calico"),
        (POLICY, "kind: NetworkPolicy", "kind: {}", "calico"),
        (POLICY, "policyTypes: [Egress]", "egress: {}", "calico"),
        (POLICY, "policyTypes: [Egress]", "policyTypes: {}", "calico"),
        (CALICO, "apiVersion: projectcalico.org/v3", "apiVersion: 5", "calico"),
        (CALICO, "egress: [{action: Deny}]", "egress: {}", "calico"),
        (CALICO, "egress: [{action: Deny}]", "egress: 5", "calico"),
        (CILIUM, "apiVersion: cilium.io/v2", "apiVersion: []", "cilium"),
        (CILIUM, "kind: CiliumNetworkPolicy", "kind: 5", "cilium"),
        (CILIUM, "egress: [{}]", "egress: 5", "cilium"),
        (CILIUM, "egress: [{}]", "egress: {}", "cilium"),
        (CILIUM, "egress: [{}]", "egressDeny: true", "cilium"),
    ],
)
def test_a_policy_that_the_api_refuses_may_deny(
    text: str, old: str, new: str, engine: str, tmp_path: Path
) -> None:
    changed = text.replace(old, new)
    assert changed != text
    snapshot = read(tmp_path, PODS, changed)
    case = Case(snapshot, engine)
    web, db = (
        next(it for it in case.workloads if it.name == name) for name in ("web", "db")
    )

    found = ask(case, PodEnd(web), PodEnd(db), PortText())

    assert found.verdict is Verdict.UNKNOWN
    assert told(snapshot)


def test_an_object_of_a_list_whose_kind_is_no_text_is_told(tmp_path: Path) -> None:
    listed = "\napiVersion: v1\nkind: List\nitems:\n  - " + POLICY.strip().replace(
        "\n", "\n    "
    ).replace("kind: NetworkPolicy", "kind: 5")
    snapshot = read(tmp_path, PODS, listed)

    (found,) = told(snapshot)
    assert "no kind that can be read" in found.what
    assert found.origin is not None
    assert len(snapshot.objects.opaque_policies) == 1


def test_of_an_object_of_no_known_kind_no_secret_is_kept(tmp_path: Path) -> None:
    written = """
    apiVersion: v1
    kind: [Secret]
    metadata: {name: s, namespace: shop}
    stringData: {password: hunter2}
    """
    snapshot = read(tmp_path, PODS, written)

    assert told(snapshot)
    assert "hunter2" not in repr(snapshot)
