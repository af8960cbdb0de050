"""Policies in an API version that does not exist: nobody is sure of them."""

from pathlib import Path

import pytest

from policy_witness import Witnesses
from reading import read, told
from seawall.model.diagnostic import Level
from seawall.model.trace import Verdict

PODS = """
apiVersion: v1
kind: Namespace
metadata: {name: x}
---
apiVersion: v1
kind: Pod
metadata: {name: a, namespace: x}
spec: {containers: [{name: istio-proxy, image: p}, {name: c, image: c}]}
status: {podIP: 10.244.0.1}
---
apiVersion: v1
kind: Pod
metadata: {name: b, namespace: x}
spec: {containers: [{name: istio-proxy, image: p}, {name: c, image: c}]}
status: {podIP: 10.244.0.2}
---
"""
CLUSTER_SPEC = """
  priority: 1
  subject: {namespaces: {}}
  ingress: [{action: Deny, from: [{namespaces: {}}]}]
"""
POLICIES = {
    ("projectcalico.org", "NetworkPolicy"): ("calico", "v3", "{types: [Ingress]}"),
    ("crd.projectcalico.org", "NetworkPolicy"): ("calico", "v1", "{types: [Ingress]}"),
    ("cilium.io", "CiliumNetworkPolicy"): (
        "cilium",
        "v2",
        "{endpointSelector: {}, ingress: [{}]}",
    ),
    ("policy.networking.k8s.io", "AdminNetworkPolicy"): (
        "spec",
        "v1alpha1",
        CLUSTER_SPEC,
    ),
    ("policy.networking.k8s.io", "ClusterNetworkPolicy"): (
        "spec",
        "v1alpha2",
        CLUSTER_SPEC + "  tier: Admin\n",
    ),
    ("security.istio.io", "AuthorizationPolicy"): ("spec", "v1", "{}"),
    ("networking.k8s.io", "NetworkPolicy"): ("spec", "v1", "{podSelector: {}}"),
}


def written(group: str, kind: str, version: str) -> str:
    spec = POLICIES[group, kind][2]
    head = f"apiVersion: {group}/{version}\nkind: {kind}\n"
    return f"{PODS}{head}metadata: {{name: p, namespace: x}}\nspec: {spec}\n"


@pytest.mark.parametrize(("group", "kind"), POLICIES)
def test_a_policy_in_its_version_is_in_force(
    tmp_path: Path, group: str, kind: str
) -> None:
    engine, version, _ = POLICIES[group, kind]
    snapshot = read(tmp_path, written(group, kind, version))
    assert not told(snapshot, Level.ERROR)
    assert Witnesses(snapshot.objects, engine)("x/a", "x/b") is Verdict.DENIED


@pytest.mark.parametrize("version", ["v1beta3", "v7"])
@pytest.mark.parametrize(("group", "kind"), POLICIES)
def test_a_policy_in_a_version_that_does_not_exist_is_told_and_in_doubt(
    tmp_path: Path, group: str, kind: str, version: str
) -> None:
    engine, known, _ = POLICIES[group, kind]
    text = written(group, kind, version)
    snapshot = read(tmp_path, text)
    (fault,) = told(snapshot, Level.ERROR)
    line = text.lstrip("\n").splitlines().index(f"apiVersion: {group}/{version}") + 1
    assert fault.origin is not None
    assert fault.origin.line == line
    assert fault.what == f"API version `{group}/{version}` of {kind} is not known"
    assert fault.mend == f"write `apiVersion: {group}/{known}`"
    assert Witnesses(snapshot.objects, engine)("x/a", "x/b") is Verdict.UNKNOWN


def test_a_tier_in_a_version_that_does_not_exist_leaves_its_policies_in_doubt(
    tmp_path: Path,
) -> None:
    tier = "apiVersion: projectcalico.org/v1\nkind: Tier\nmetadata: {name: t}\n"
    policy = written("projectcalico.org", "NetworkPolicy", "v3")
    policy = policy.replace("{types:", "{tier: t, types:").replace(": p,", ": t.p,")
    snapshot = read(tmp_path, f"{tier}---\n{policy}")
    assert any("API version" in it.what for it in told(snapshot, Level.ERROR))
    assert Witnesses(snapshot.objects, "calico")("x/a", "x/b") is Verdict.UNKNOWN


def test_older_versions_that_there_are_count(tmp_path: Path) -> None:
    text = written("security.istio.io", "AuthorizationPolicy", "v1beta1")
    snapshot = read(tmp_path, text)
    assert not told(snapshot, Level.ERROR)
    assert Witnesses(snapshot.objects, "npm")("x/a", "x/b") is Verdict.DENIED
