"""Asks the recorded NetworkPolicy cases, and tallies the answers.

Run as a program, it prints the tallies of the engine as a Markdown table.
"""

import importlib.util
import sys
import tomllib
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import netpol_adapter

HERE = Path(__file__).parent
CORPORA = HERE.parents[2] / "shared" / "corpora" / "netpol"

ENGINES = ("api", "npm", "calico", "cilium")
ASKED = {
    "traps": ENGINES,
    "k8s-e2e-netpol": ENGINES,
    "cyclonus-grid": ENGINES,
    "kube-network-policies": ENGINES,
    "npa-conformance": ("api",),
    "npa-conformance-v1alpha1": ("api",),
    "netpol-analyzer": ("api",),
}
"""The engines that each corpus has answers for."""


@dataclass
class Adapter:
    """The adapter module, as the runner sees it, with models of one kind."""

    load: Any
    allowed: Any = netpol_adapter.allowed
    knows: Any = netpol_adapter.knows


@dataclass
class Tally:
    """What came of the questions of one corpus under one engine."""

    known: list[dict[str, Any]]
    equal: int = 0
    unknown: int = 0
    unexplained: list[str] = field(default_factory=list)
    explained: Counter[int] = field(default_factory=Counter)
    outdated: list[str] = field(default_factory=list)
    nameless: set[str] = field(default_factory=set)
    """Cases in which an end has a name that we have for nobody."""


def ask(corpus: str, engine: str, adapter: Adapter, *, limit: int = 0) -> Tally:
    """Ask the first *limit* cases of a corpus, or all; tally the answers."""
    known = known_disagreements(corpus, engine)
    tally = Tally(known)
    runner = _runner()

    class Run(runner.Run):  # type: ignore[name-defined, misc]
        def ask(  # noqa: PLR0913, PLR0917  # the runner's own signature
            self,
            corpus: str,
            case: str,
            model: Any,
            src: str,
            dst: str,
            proto: str,
            port: int,
            want: bool,  # noqa: FBT001
        ) -> None:
            if _concerns_others(corpus, case, engine):
                return
            if not (adapter.knows(model, src) and adapter.knows(model, dst)):
                tally.nameless.add(case)
                tally.unknown += 1
                return
            got = adapter.allowed(model, src, dst, proto, port)
            words = (
                f"{case}: {src} -> {dst} {proto}/{port}, recorded {want}, ours {got}"
            )
            entry = _entry(known, case, proto, want)
            if got is None:
                tally.unknown += 1
            elif got == want:
                tally.equal += 1
                if entry is not None:
                    tally.outdated.append(words)
            elif entry is None:
                tally.unexplained.append(words)
            else:
                tally.explained[entry] += 1

    runner.ALL[corpus](Run(adapter, engine, verbose=False, limit=limit))
    return tally


def known_disagreements(corpus: str, engine: str) -> list[dict[str, Any]]:
    """Return what is known to be answered otherwise."""
    return [
        item
        for item in _list("disagreement")
        if (item["corpus"], item["engine"]) == (corpus, engine)
    ]


def named_otherwise(corpus: str) -> set[str]:
    """Return the cases in which an end is known to have another name with us."""
    return {
        case
        for item in _list("naming")
        if item["corpus"] == corpus
        for case in item["cases"]
    }


def _list(name: str) -> list[dict[str, Any]]:
    found = tomllib.loads((HERE / "known_disagreements.toml").read_text())[name]
    assert isinstance(found, list)
    return found


def _concerns_others(corpus: str, case: str, engine: str) -> bool:
    """Whether a case is about policies that the engine does not read."""
    others = corpus == "kube-network-policies" and not case.startswith("np-")
    return others and engine != "api"


def _entry(
    known: list[dict[str, Any]],
    case: str,
    protocol: str,
    recorded: bool,  # noqa: FBT001
) -> int | None:
    for number, item in enumerate(known):
        if (
            (item["cases"] == "*" or case in item["cases"])
            and item.get("protocol", protocol) == protocol
            and item["recorded"] is recorded
        ):
            return number
    return None


def _runner() -> ModuleType:
    spec = importlib.util.spec_from_file_location("netpol_check", CORPORA / "check.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _table() -> str:
    lines = [
        "| corpus | engine | equal | different | unknown |",
        "|---|---|---|---|---|",
    ]
    for corpus, engines in ASKED.items():
        for engine in engines:
            tally = ask(corpus, engine, Adapter(netpol_adapter.load))
            different = tally.explained.total() + len(tally.unexplained)
            lines.append(
                f"| {corpus} | {engine} | {tally.equal:,} | {different:,} "
                f"| {tally.unknown:,} |"
            )
    return "\n".join(lines)


if __name__ == "__main__":
    sys.stdout.write(_table() + "\n")
