"""What a document names that cannot be read leaves open what it might have said."""

from datetime import date
from pathlib import Path

import pytest

from reading import read
from seawall.app.cli.main import run
from seawall.ingest import load
from seawall.model.snapshot import Snapshot
from seawall.query.case import Case
from seawall.query.intents.answer import judge_all
from seawall.query.intents.verdict import Standing

PODS = """
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec: {containers: [{name: c, image: i}]}
---
apiVersion: v1
kind: Pod
metadata: {name: api, namespace: shop}
spec: {containers: [{name: c, image: i}]}
"""
BROKEN = """---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: deny, namespace: shop}
spec:
  podSelector: {}
   policyTypes: [Ingress]
"""
CILIUM = BROKEN.replace("networking.k8s.io/v1", "cilium.io/v2").replace(
    "NetworkPolicy", "CiliumNetworkPolicy"
)
JSON = """{"apiVersion": "v1", "kind": "List", "items": [
 {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"na"""


def passes(snapshot: Snapshot) -> tuple[bool, bool]:
    """Return whether anything surely passes between the pods, and whether it may."""
    case = Case(snapshot, "spec")
    answer = case.table.between(*case.workloads)
    return bool(answer.allowed), bool(answer.possible)


@pytest.mark.parametrize("broken", [BROKEN, CILIUM])
def test_a_policy_that_is_not_yaml_makes_no_pod_look_open(
    tmp_path: Path, broken: str
) -> None:
    assert passes(read(tmp_path, PODS)) == (True, True)
    snapshot = read(tmp_path, PODS + broken)
    assert passes(snapshot) == (False, True)
    assert "cannot be read" in snapshot.objects.opaque_policies[0].why


WHOLE = BROKEN.replace("   policyTypes", "  policyTypes")
"""The policy that `BROKEN` means."""


def unreadable(folder: Path, how: str) -> Path:
    """Write the pods, and beside them a policy in a file that cannot be read."""
    inside = folder / "in"
    inside.mkdir()
    (inside / "pods.yaml").write_text(PODS, encoding="utf-8")
    policy = inside / "policy.yaml"
    if how == "link":
        (folder / "policy.yaml").write_text(WHOLE, encoding="utf-8")
        policy.symlink_to(folder / "policy.yaml")
    elif how == "binary":
        policy.write_bytes(WHOLE.encode() + b"\0\1")
    else:
        policy.write_bytes(("# f\xfcr alle\n" + WHOLE).encode("latin-1"))
    return inside


@pytest.mark.parametrize("how", ["latin-1", "link", "binary"])
@pytest.mark.parametrize("kept", [False, True], ids=["read", "kept in an archive"])
def test_a_file_that_cannot_be_read_makes_no_pod_look_open(
    tmp_path: Path, how: str, *, kept: bool
) -> None:
    path = unreadable(tmp_path, how)
    if kept:
        run(["snapshot", str(path), "-o", str(tmp_path / "kept.zip")])
        path = tmp_path / "kept.zip"
    assert passes(load([path])) == (False, True)


def test_a_file_of_values_that_cannot_be_read_leaves_no_policy_open(
    tmp_path: Path,
) -> None:
    inside = unreadable(tmp_path, "link")
    (inside / "policy.yaml").rename(inside / "values-prod.yaml")
    assert passes(load([inside])) == (True, True)


def test_a_list_that_breaks_off_makes_no_pod_look_open(tmp_path: Path) -> None:
    (tmp_path / "policies.json").write_text(JSON, encoding="utf-8")
    assert passes(read(tmp_path, PODS)) == (False, True)


def test_what_is_lost_and_no_policy_leaves_policies_alone(tmp_path: Path) -> None:
    lost = BROKEN.replace("NetworkPolicy", "Service")
    assert passes(read(tmp_path, PODS + lost)) == (True, True)


def test_a_workload_that_is_lost_is_one_that_is_not_shown(tmp_path: Path) -> None:
    lost = BROKEN.replace("NetworkPolicy", "Deployment")
    (hidden,) = read(tmp_path, PODS + lost).objects.hidden
    assert hidden.kind == "Deployment"


def test_an_archive_remembers_what_is_lost(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    read(folder, PODS + BROKEN)
    (folder / "intents.yaml").write_text(
        "apiVersion: seawall/v1\nkind: Intents\nintents: [\n", encoding="utf-8"
    )
    archive = tmp_path / "kept.zip"
    assert run(["snapshot", str(folder), "-o", str(archive)]) == 0
    snapshot = load([archive])
    assert passes(snapshot) == (False, True)
    (judged,) = judge_all(
        Case(snapshot, "spec"), snapshot.intents, date(2026, 11, 1)
    ).judged
    assert judged.standing is Standing.UNKNOWN
