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
