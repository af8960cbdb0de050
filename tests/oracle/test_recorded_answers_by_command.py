"""Recorded answers against those that the command gives to a user."""

import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from ipaddress import ip_address
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from recorded import ASKED, CORPORA, ENGINES, Adapter, Tally, ask

from seawall.app.cli.main import run
from seawall.ingest import load as read
from seawall.model.address import AddressRange
from seawall.model.packet import PortRange

COMMAND = Path(sys.executable).parent / "seawall"
NAMES = {"api": "spec"}
UNUSABLE = 2

pytestmark = [
    pytest.mark.corpora,
    pytest.mark.skipif(not CORPORA.is_dir(), reason="the recorded corpora are absent"),
    # The runner leaves its files to the garbage collector.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

# The part of all questions that must get a certain answer.
CERTAIN = {
    "traps": 0.7,
    "kube-network-policies": 0.4,
    "netpol-analyzer": 0.6,
    # Rows are about whole workloads; one case names addresses of single pods.
    "npa-conformance": 0.88,
    "npa-conformance-v1alpha1": 0.88,
}
CASES = [(corpus, engine) for corpus, engines in ASKED.items() for engine in engines]


class Document:
    """The answer of `seawall reach`, by names of ends."""

    def __init__(self, document: dict[str, Any], paths: tuple[str, ...]) -> None:
        """Index *document*, the answer about *paths*."""
        self._rows: dict[tuple[str, str], dict[str, Any]] = {}
        self._ranges: dict[str, list[AddressRange]] = {}
        self._names: dict[str, set[str]] = defaultdict(set)
        self._pods, self._workloads = _residents(paths)
        self._found: dict[str, list[str]] = {}
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
            for source, destination in self._pairs(
                self._pods.get(src, src), self._pods.get(dst, dst)
            )
        }
        return found.pop() if len(found) == 1 else None

    def knows(self, end: str) -> bool:
        """Return whether an end is in the input; every address is."""
        return "/" not in end or end in self._workloads

    def _pairs(self, src: str, dst: str) -> list[tuple[str, str]]:
        """Return the rows that may hold the answer."""
        sources, destinations = self._ends(src), self._ends(dst)
        pairs = [(a, b) for a in sources for b in destinations]
        if "/" in src and "/" in dst:
            return pairs
        # Ranges differ from row to row: the right one is among those that exist.
        return [pair for pair in pairs if pair in self._rows] or [("", "")]

    def _ends(self, text: str) -> list[str]:
        if text not in self._found:
            self._found[text] = self._searched(text)
        return self._found[text]

    def _searched(self, text: str) -> list[str]:
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
        port in part
        for item in services
        if item["protocol"] in (proto, "any")
        for part in _ranges(item["ports"])
    )


@cache
def _ranges(text: str) -> list[PortRange]:
    return [PortRange.parse(part) for part in text.split(",")]


def _arguments(paths: Sequence[str], engine: str, output: str) -> list[str]:
    name = NAMES.get(engine, engine)
    return ["reach", "--layers", "policy", "--engine", name, "-o", output, *paths]


@lru_cache(maxsize=8)
def _residents(paths: tuple[str, ...]) -> tuple[dict[str, str], set[str]]:
    """Return the workloads of pods by address and name, and all names of ends.

    A user looks them up in the input: the command names who exchanges something.
    """
    pods: dict[str, str] = {}
    names: set[str] = set()
    for workload in read(paths).objects.workloads:
        name = f"{workload.namespace}/{workload.name}"
        names |= {name, f"{name}[{workload.kind}]"}
        if workload.runs and not workload.host_network:
            pods |= {str(address): name for address in workload.addresses}
        for pod in workload.pods:
            pods.setdefault(f"{workload.namespace}/{pod.name}", name)
            names.add(f"{workload.namespace}/{pod.name}")
    return pods, names


@lru_cache(maxsize=4)
def _written(paths: tuple[str, ...], engine: str) -> Document:
    """Return what the command writes, run within this process."""
    with TemporaryDirectory() as folder:
        out = Path(folder) / "reach.json"
        assert run(_arguments(paths, engine, f"json={out}")) in (0, UNUSABLE)
        return Document(json.loads(out.read_bytes()), paths)


@lru_cache(maxsize=4)
def _printed(paths: tuple[str, ...], engine: str) -> Document:
    """Return what the installed command prints."""
    done = subprocess.run(  # noqa: S603  # our own command
        [COMMAND, *_arguments(paths, engine, "json")],
        capture_output=True,
        check=False,
        text=True,
    )
    assert done.stdout, done.stderr
    return Document(json.loads(done.stdout), paths)


def _asked(
    corpus: str,
    engine: str,
    command: Callable[[tuple[str, ...], str], Document],
    limit: int = 0,
) -> Tally:
    def load(paths: Sequence[str], engine: str) -> Document:
        return command(tuple(paths), engine)

    def allowed(
        model: Document, src: str, dst: str, proto: str, port: int
    ) -> bool | None:
        return model.allowed(src, dst, proto, port)

    tally = ask(corpus, engine, Adapter(load, allowed, Document.knows), limit=limit)
    assert not tally.unexplained, tally.unexplained[:10]
    assert not tally.outdated, tally.outdated[:10]
    assert tally.equal > 0
    return tally


@pytest.mark.parametrize("corpus, engine", CASES)
def test_the_command_gives_the_recorded_answers(corpus: str, engine: str) -> None:
    tally = _asked(corpus, engine, _written)
    assert tally.equal >= CERTAIN.get(corpus, 0.99) * (tally.equal + tally.unknown)


@pytest.mark.parametrize("engine", ENGINES)
def test_the_installed_command_gives_them_too(engine: str) -> None:
    _asked("traps", engine, _printed, 3)
