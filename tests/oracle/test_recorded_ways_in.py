"""What another analyzer says of ingress controllers, recorded beside the project.

That analyzer takes the controller for a pod without labels in a namespace without
labels; we say unknown where policies look at who comes, because no pod of the input is
known to be the controller.
"""

import json
from pathlib import Path
from typing import Any

import netpol_adapter
import pytest

from seawall.ingest import LoadOptions, load
from seawall.model.dataplane import SPEC
from seawall.model.trace import Verdict
from seawall.query.reach.policy import reach_policy

CORPUS = Path(netpol_adapter.__file__).parents[3] / "shared" / "corpora" / "netpol"
CORPUS /= "netpol-analyzer"
KINDS = ("Ingress", "Route")

pytestmark = [
    pytest.mark.corpora,
    pytest.mark.skipif(not CORPUS.is_dir(), reason="the recorded corpora are absent"),
]


def test_recorded_ways_in_are_ours() -> None:
    sure = unknown = 0
    wrong: list[object] = []
    for row in _rows():
        snapshot = load([CORPUS / row["dir"]], options=LoadOptions())
        seen: dict[tuple[str, int], Verdict] = {}
        for item in reach_policy(snapshot, SPEC).ways_in:
            if item.way.kind in KINDS and item.target and item.port:
                seen[item.target_text, item.port] = item.verdict
        wanted = set(_wanted(row))
        for key in wanted | seen.keys():
            verdict = seen.get(key)
            if verdict is Verdict.UNKNOWN:
                unknown += 1
            elif (verdict is Verdict.ALLOWED) == (key in wanted):
                sure += 1
            else:
                wrong.append((row["id"], key, verdict))
    assert not wrong
    assert (sure, unknown) == (2, 4)


def _rows() -> list[dict[str, Any]]:
    lines = (CORPUS / "normalized.jsonl").read_text().splitlines()
    rows = [json.loads(line) for line in lines]
    return [row for row in rows if row["verified"] and _has_ways(CORPUS / row["dir"])]


def _has_ways(folder: Path) -> bool:
    texts = (path.read_text("utf-8", "replace") for path in folder.rglob("*.y*ml"))
    return any(f"kind: {kind}\n" in text for text in texts for kind in KINDS)


def _wanted(row: dict[str, Any]) -> list[tuple[str, int]]:
    found = []
    for pair in row["pairs"]:
        if pair["src"]["kind"] == "ingress-controller":
            end = pair["dst"]
            name = f"{end['namespace']}/{end['name']}[{end['owner']}]"
            ports = pair["conns"].get("TCP", "")
            found += [(name, int(port)) for port in ports.split(",") if port]
    return found
