"""Answers of other tools and suites, recorded beside the project, against ours.

Every question is asked of the engine and, for fewer cases, of the definition. Where the
input leaves the answer open we say unknown, which is no disagreement; how many
questions must be answered is stated, so that unknown is no way out.
"""

import importlib.util
import tomllib
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import netpol_adapter
import pytest

HERE = Path(__file__).parent
CORPORA = HERE.parents[2] / "shared" / "corpora" / "netpol"
ENGINES = ("api", "npm", "calico", "cilium")

pytestmark = [
    pytest.mark.corpora,
    # The runner leaves its files to the garbage collector.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.skipif(not CORPORA.is_dir(), reason="the recorded corpora are absent"),
]

# The part of all questions that must get a certain answer. What stays open under `api`
# is mostly whether an ipBlock matches pods, and policies in other languages.
ANSWERED = {
    ("traps", "api"): 0.7,
    ("traps", "npm"): 0.9,
    ("traps", "calico"): 0.7,
    ("traps", "cilium"): 0.7,
    ("kube-network-policies", "api"): 0.4,
    ("kube-network-policies", "calico"): 0.4,
    ("netpol-analyzer", "api"): 0.6,
}
CASES = [
    (corpus, engine)
    for corpus in ("traps", "k8s-e2e-netpol", "cyclonus-grid", "kube-network-policies")
    for engine in ENGINES
] + [("netpol-analyzer", "api")]


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


@pytest.mark.parametrize("corpus, engine", CASES)
def test_recorded_answers_are_ours(corpus: str, engine: str) -> None:
    tally = _ask(corpus, engine, Adapter(netpol_adapter.load))
    assert not tally.unexplained, tally.unexplained[:10]
    assert not tally.outdated, tally.outdated[:10]
    assert set(tally.explained) == set(range(len(tally.known)))
    asked = tally.equal + tally.unknown
    assert tally.equal >= ANSWERED.get((corpus, engine), 0.99) * asked


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("corpus", ["traps", "k8s-e2e-netpol"])
def test_the_definition_gives_the_recorded_answers_too(
    corpus: str, engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEAWALL_ADAPTER", "reference")
    tally = _ask(corpus, engine, Adapter(netpol_adapter.load))
    assert not tally.unexplained, tally.unexplained[:10]
    assert not tally.outdated, tally.outdated[:10]


def _ask(corpus: str, engine: str, adapter: Adapter) -> Tally:
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
            model: netpol_adapter.Model,
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

    runner.ALL[corpus](Run(adapter, engine, verbose=False, limit=0))
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
