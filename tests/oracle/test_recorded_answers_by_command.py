"""Recorded answers against those that the installed command gives to a user."""

import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Sequence
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from recorded import CORPORA, Adapter, ask

from seawall.model.address import AddressRange
from seawall.model.packet import PortRange

COMMAND = Path(sys.executable).parent / "seawall"
ENGINES = {"api": "spec"}

pytestmark = [
    pytest.mark.corpora,
    pytest.mark.skipif(not CORPORA.is_dir(), reason="the recorded corpora are absent"),
    # The runner leaves its files to the garbage collector.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


class Document:
    """The answer of `seawall reach`, by names of ends."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._rows: dict[tuple[str, str], dict[str, Any]] = {}
        self._ranges: dict[str, list[AddressRange]] = {}
        self._names: dict[str, set[str]] = defaultdict(set)
        for row in document["connections"]:
            self._rows[row["from"]["name"], row["to"]["name"]] = row
            for end in (row["from"], row["to"]):
                name = end["name"]
                if end["kind"] == "addresses":
                    self._ranges[name] = [AddressRange.parse(t) for t in end["ranges"]]
                else:
                    self._names[name.partition("{")[0]].add(name)
                    self._names[name.partition("[")[0]].add(name)

    def allowed(self, src: str, dst: str, proto: str, port: int) -> bool | None:
        """Return whether a connection is listed; None where it is not known."""
        found = {
            self._pair(source, destination, proto, port)
            for source, destination in self._pairs(src, dst)
        }
        return found.pop() if len(found) == 1 else None

    def _pairs(self, src: str, dst: str) -> list[tuple[str, str]]:
        """Return the rows that may hold the answer."""
        sources, destinations = self._ends(src), self._ends(dst)
        pairs = [(a, b) for a in sources for b in destinations]
        if "/" in src and "/" in dst:
            return pairs
        # Ranges differ from row to row: the right one is among those that exist.
        return [pair for pair in pairs if pair in self._rows] or [("", "")]

    def _ends(self, text: str) -> list[str]:
        if "/" in text:
            return sorted(self._names.get(text, {text}))
        address = ip_address(text)
        return [
            name
            for name, ranges in self._ranges.items()
            if any(address in item for item in ranges)
        ]

    def _pair(
        self, source: str, destination: str, proto: str, port: int
    ) -> bool | None:
        row = self._rows.get((source, destination), {"allowed": [], "unknown": []})
        if _holds(row["allowed"], proto, port):
            return True
        return None if _holds(row["unknown"], proto, port) else False


def _holds(services: list[dict[str, str]], proto: str, port: int) -> bool:
    return any(
        port in PortRange.parse(part)
        for item in services
        if item["protocol"] in (proto, "any")
        for part in item["ports"].split(",")
    )


def _load(paths: Sequence[str], engine: str) -> Document:
    name = ENGINES.get(engine, engine)
    done = subprocess.run(  # noqa: S603  # our own command
        [
            COMMAND,
            "reach",
            "--layers",
            "policy",
            "--engine",
            name,
            "-o",
            "json",
            *paths,
        ],
        capture_output=True,
        check=False,
        text=True,
    )
    assert done.stdout, done.stderr
    return Document(json.loads(done.stdout))


def _allowed(model: Document, src: str, dst: str, proto: str, port: int) -> bool | None:
    return model.allowed(src, dst, proto, port)


@pytest.mark.parametrize(
    "corpus, engine, limit",
    [
        ("k8s-e2e-netpol", "calico", 16),
        ("cyclonus-grid", "npm", 12),
        ("cyclonus-grid", "api", 4),
    ],
)
def test_the_command_gives_the_recorded_answers(
    corpus: str, engine: str, limit: int
) -> None:
    tally = ask(corpus, engine, Adapter(_load, _allowed), limit=limit)
    assert not tally.unexplained, tally.unexplained[:10]
    assert tally.equal > 0
    assert tally.unknown <= tally.equal // 20
