"""The seam between who writes a plan and who builds it."""

import ast
import sys
from pathlib import Path

import seawall.twin.plan
from seawall.twin.plan import Plan, Probe, ProbeKind, Space, Stand


def test_a_plan_needs_nothing_outside_the_standard_library() -> None:
    tree = ast.parse(Path(str(seawall.twin.plan.__file__)).read_text(encoding="utf-8"))
    imported = {
        node.module.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module
    } | {
        alias.name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
    }
    assert imported <= sys.stdlib_module_names


def test_plans_of_the_same_parts_are_the_same() -> None:
    def plan() -> Plan:
        return Plan(
            spaces=(Space("a"), Space("b", forwards=True)),
            stands=(Stand("b", "10.0.0.1", 80),),
            probes=(Probe(1, "a", ProbeKind.TCP, "10.0.0.1", 80),),
        )

    assert plan() == plan()
    assert len({plan(), plan()}) == 1
