"""The page: what was asked, what was proved, and on what that rests."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib import resources
from xml.etree.ElementTree import Element

from seawall import __version__
from seawall.app.checked import Checked
from seawall.app.report.claims import claims
from seawall.app.report.element import Child, element, prose, table, written
from seawall.app.report.findings import found, validity
from seawall.app.report.ground import diagnosed, inputs, taken_for_granted
from seawall.app.report.overview import overview_parts
from seawall.audit.finding import Severity
from seawall.model.diagnostic import Assumption, Level
from seawall.query.trace.way_back import IN_PRACTICE
from seawall.query.ways_in import assumptions

_NO_FETCH = "default-src 'none'; style-src 'unsafe-inline'"
_WORDS = (
    ("holds", "the claim is true of every packet that it speaks of"),
    ("violated", "a packet exists that breaks the claim; one is shown with its way"),
    (
        "not known",
        "what decides is not in the inputs or not modelled; it is named",
    ),
    ("open, closed", "whether packets pass; neither is good or bad by itself"),
    (
        IN_PRACTICE,
        "the packet arrives and its reply does not come back",
    ),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the user asked for.

    Attributes:
        paths: What was to be read, as the user named it.
        options: What was chosen otherwise than by default: a name and its value.
        result: What the run ended with, in words.
    """

    paths: Sequence[str]
    options: Sequence[tuple[str, str]]
    result: str


def page(checked: Checked, asked: Asked, texts: dict[str, str]) -> str:
    """Return the whole page as HTML that fetches nothing.

    It depends on the inputs, the question and the day alone.

    Args:
        checked: What was found.
        asked: The question.
        texts: What rules say, by code.
    """
    name = checked.case.cluster.name if checked.case.cluster else "network policies"
    title = f"Isolation of {name}, as of {checked.day}"
    parts: list[tuple[str, str, Iterable[Child]]] = [
        ("asked", "What was asked", _asked(checked, asked)),
        ("claims", "Claims and their proof", claims(checked.tested)),
        ("overview", "Overview", overview_parts(checked.seen)),
        ("findings", "Findings", found(checked.findings, checked.aside, texts)),
        ("validity", "What AKS takes", validity(checked.validity, texts)),
        ("granted", "Taken for granted", taken_for_granted(_assumptions(checked))),
        (
            "reading",
            "What could not be read, and notes",
            diagnosed(checked.case.snapshot.diagnostics),
        ),
        ("inputs", "Inputs", inputs(checked.case.snapshot.inputs)),
        ("words", "Words", [_words()]),
    ]
    body = element(
        "body",
        element(
            "header",
            element("h1", title),
            element("p", f"Evidence by Seawall {__version__}. {asked.result}"),
        ),
        element("main", _summary(checked), _contents(parts), _sections(parts)),
        element(
            "footer",
            element(
                "p",
                f"Seawall {__version__}, as of {checked.day}. The same inputs, "
                "question and day give the same page, byte for byte.",
            ),
        ),
    )
    return written(element("html", _head(title), body, lang="en"))


def _head(title: str) -> Element:
    style = resources.files(__package__).joinpath("style.css")
    return element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=_NO_FETCH),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("meta", name="generator", content=f"Seawall {__version__}"),
        element("title", title),
        element("style", style.read_text(encoding="utf-8")),
    )


def _contents(parts: Sequence[tuple[str, str, object]]) -> Element:
    items = [
        element("li", element("a", title, href=f"#{anchor}"))
        for anchor, title, _ in parts
    ]
    return element("nav", element("ol", items), aria_label="Contents")


def _sections(parts: Sequence[tuple[str, str, Iterable[Child]]]) -> list[Child]:
    return [
        element(
            "section",
            element("h2", title, id=anchor),
            list(children),
            aria_labelledby=anchor,
        )
        for anchor, title, children in parts
    ]


def _summary(checked: Checked) -> Element:
    tested = checked.tested
    counts = [
        f"{number} {severity.value}"
        for severity in reversed(Severity)
        if (number := sum(item.severity is severity for item in checked.findings))
    ]
    levels = [item.level for item in checked.case.snapshot.diagnostics]
    unread = sum(level in {Level.ERROR, Level.UNMODELLED} for level in levels)
    share = checked.seen.share
    claimed = len(tested.judged)
    facts = (
        (
            "Claims",
            tested.counts or "none",
            f"of {claimed} claim{'' if claimed == 1 else 's'}",
        ),
        ("Findings", ", ".join(counts) or "none", _aside(checked)),
        (
            "Pairs of workloads",
            f"{share.open} of {share.pairs} open",
            f"{share.closed} closed, {share.unknown} not known",
        ),
        (
            "What AKS takes",
            f"{len(checked.validity.findings)} found"
            if checked.validity.findings
            else "nothing against it",
            f"{len(checked.validity.open)} rules not decided",
        ),
        (
            "Inputs",
            f"{len(checked.case.snapshot.inputs)} files",
            f"{unread} things not read or not modelled",
        ),
    )
    return element(
        "ul",
        [
            element("li", name, element("strong", value), element("small", more))
            for name, value, more in facts
        ],
        kind="sum",
        aria_label="In short",
    )


def _aside(checked: Checked) -> str:
    aside = checked.aside
    return f"{len(aside.suppressed)} suppressed, {aside.known} in a baseline"


def _asked(checked: Checked, asked: Asked) -> list[Child]:
    paths = " ".join(asked.paths)
    rows: list[tuple[Sequence[Child], Sequence[Child]]] = [
        (["Inputs"], [element("code", paths)]),
        (["Policies are enforced as by"], [checked.case.dataplane.engine.value]),
        (["As of"], [checked.day.isoformat()]),
        *(([name], [element("code", value)]) for name, value in asked.options),
        (["Result"], [asked.result]),
    ]
    return [
        element(
            "p",
            "How isolated the cluster is that these inputs tell of, what the audit "
            "finds wrong, and whether each claim holds. Files were read; nothing was "
            "asked of a running cluster, and no packet was sent.",
        ),
        table("The question", ("What", "Asked"), rows),
    ]


def _assumptions(checked: Checked) -> Iterable[Assumption]:
    case = checked.case
    return (
        *case.snapshot.assumptions,
        *case.assumptions,
        *assumptions(checked.seen.ways_in),
        *checked.tested.assumptions,
    )


def _words() -> Element:
    told: list[Child] = []
    for word, text in _WORDS:
        told += [element("dt", word), element("dd", prose(text))]
    return element("dl", told)
