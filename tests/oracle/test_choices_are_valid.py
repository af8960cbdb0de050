"""What rules of designs refuse is what the audit finds in the cluster, by code.

The cluster of a combination is written here in a few lines, as Azure shows it, and read
and judged as any other. Rules that both have are compared; what breaks no rule of
designs must have nothing that the audit calls invalid.
"""

import json
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

import designs_by_hand as by_hand
from running_clusters import cluster
from seawall.audit.finding import Severity
from seawall.audit.validity.judge import judge
from seawall.design.choose.clause import decisions
from seawall.design.choose.rules import pods
from seawall.design.choose.rules.every import FIXED
from seawall.ingest import load
from seawall.query.case import Case

SHARED = {
    "AKSV003",
    "AKSV004",
    "AKSV010",
    "AKSV011",
    "AKSV029",
    "AKSV030",
    "AKSV040",
    "AKSV042",
    "AKSV043",
    "AKSV044",
    "AKSV045",
    "AKSV056",
    "AKSV059",
}
DAYS = (date(2026, 11, 29), date(2028, 9, 29), date(2028, 9, 30))


@st.composite
def combinations(draw: st.DrawFn) -> by_hand.Picked:
    """Return options of which those of the zone go with those of the API server."""
    picked = {name: draw(st.sampled_from(each)) for name, each in OPTIONS.items()}
    if not by_hand.private(picked["api_server"]):
        picked |= {"zone": "not-needed", "public_name": "off"}
    elif picked["zone"] == "not-needed":
        picked["zone"] = "system"
    return picked


OPTIONS = by_hand.OPTIONS


@settings(max_examples=4 * settings.default.max_examples)
@given(combinations(), st.sampled_from(DAYS))
def test_rules_of_designs_and_of_the_audit_refuse_the_same(
    picked: by_hand.Picked, day: date
) -> None:
    chosen = frozenset(
        next(it for it in each if it.value == picked[name])
        for name, each in decisions().items()
    )
    rules = (*FIXED, *pods.retired(day))
    broken = {
        rule.code
        for rule in rules
        if not all(clause.holds(chosen) for clause in rule.clauses)
    }
    found = {
        each.rule
        for each in judged(cluster(picked), day)
        if each.severity.weight >= Severity.MEDIUM.weight
    }
    if picked["images"] == "direct":
        broken.discard("AKSV045")  # the audit asks it of isolated clusters only
    if picked["dataplane"] == "cilium":
        broken -= {"AKSV010", "AKSV011"}  # and these where the engine is what is stated
    assert found & SHARED == broken & SHARED
    if not broken:
        assert not found


def judged(documents: list[Any], day: date) -> Any:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "azure.json"
        path.write_text(json.dumps(documents), encoding="utf-8")
        return judge(Case(load([path])), day).findings
