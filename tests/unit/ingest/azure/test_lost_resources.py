"""A resource that cannot be read is told as a fault, whatever holds it."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from arm_templates import template
from azure_builders import cluster, plan, planned, resource
from seawall.ingest import load
from seawall.model.diagnostic import Diagnostic, Level
from seawall.model.end import PodEnd
from seawall.model.trace import Verdict
from seawall.query.ask import ask
from seawall.query.case import Case
from seawall.query.words.port import PortText

PODS = """\
apiVersion: v1
kind: Pod
metadata: {name: a, namespace: shop}
spec: {containers: [{name: c, image: i}]}
---
apiVersion: v1
kind: Pod
metadata: {name: b, namespace: shop}
spec: {containers: [{name: c, image: i}]}
"""
GROUP = resource("networkSecurityGroups", "g", securityRules=[])
PLAN = plan([planned("azurerm_kubernetes_cluster.aks", {"name": "aks"})])
AZ = [GROUP, cluster()]
MADE = ("planned_values", "root_module", "resources")


def read(folder: Path, whole: object) -> tuple[Verdict, list[Diagnostic]]:
    """Return whether one pod reaches another, and what cannot be read."""
    (folder / "azure.json").write_text(json.dumps(whole))
    (folder / "pods.yaml").write_text(PODS)
    snapshot = load([folder])
    case = Case(snapshot)
    one, other = (PodEnd(it) for it in case.workloads)
    errors = [it for it in snapshot.diagnostics if it.level is Level.ERROR]
    return ask(case, one, other, PortText()).verdict, errors


def changed(whole: Any, path: tuple[str | int, ...], value: object) -> Any:
    whole = copy.deepcopy(whole)
    inner = whole
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    return whole


@pytest.mark.parametrize(
    ("whole", "path", "value"),
    [
        (AZ, (1,), 5),
        (AZ, (1,), "no"),
        (AZ, (1,), None),
        (template(cluster()), ("resources", 0, "name"), []),
        (template(cluster()), ("resources", 0, "type"), 5),
        (PLAN, (*MADE, 0), []),
        (PLAN, (*MADE, 0, "type"), True),
        (PLAN, (*MADE, 0, "type"), ["no"]),
        (PLAN, MADE, "no"),
        (PLAN, ("planned_values", "root_module"), 5),
    ],
)
def test_a_lost_resource_may_be_the_cluster(
    whole: object, path: tuple[str | int, ...], value: object, tmp_path: Path
) -> None:
    known, errors = read(tmp_path, whole)
    verdict, told = read(tmp_path, changed(whole, path, value))

    assert not any("az ... -o json" in it.mend for it in errors)
    assert verdict is Verdict.UNKNOWN, known
    assert told


@pytest.mark.parametrize("key", ["id", "name", "type"])
def test_what_names_a_resource_is_a_text(key: str, tmp_path: Path) -> None:
    _, told = read(tmp_path, changed(AZ, (0, key), {}))

    (found,) = (it for it in told if f"`{key}` of a resource" in it.what)
    assert found.origin is not None
    assert found.origin.pointer == (0, key)
