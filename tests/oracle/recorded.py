"""Asks the recorded NetworkPolicy cases, and tallies the answers."""

import importlib.util
import tomllib
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import netpol_adapter

HERE = Path(__file__).parent
CORPORA = HERE.parents[2] / "shared" / "corpora" / "netpol"


@dataclass
class Adapter:
    """The adapter module, as the runner sees it, with models of one kind."""

    load: Any
    allowed: Any = netpol_adapter.allowed


@dataclass
class Tally:
    """What came of the questions of one corpus under one engine."""

    known: list[dict[str, Any]]
    equal: int = 0
    unknown: int = 0
    unexplained: list[str] = field(default_factory=list)
    explained: Counter[int] = field(default_factory=Counter)
    outdated: list[str] = field(default_factory=list)


def ask(corpus: str, engine: str, adapter: Adapter, *, limit: int = 0) -> Tally:
    """Ask the first *limit* cases of a corpus, or all; tally the answers."""
    known = [
        item
        for item in tomllib.loads((HERE / "known_disagreements.toml").read_text())[
            "disagreement"
        ]
        if (item["corpus"], item["engine"]) == (corpus, engine)
    ]
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
            if _concerns_others(corpus, case):
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


def _concerns_others(corpus: str, case: str) -> bool:
    """Whether a case is about policies other than NetworkPolicy."""
    return corpus == "kube-network-policies" and not case.startswith("np-")


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
