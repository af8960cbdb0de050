"""What the audit found, what AKS would not take, and what is not told of."""

from collections.abc import Iterable, Mapping, Sequence
from xml.etree.ElementTree import Element

from seawall.app.report.claims import ladder
from seawall.app.report.element import Child, element, place, prose, table
from seawall.app.report.marks import severity_mark
from seawall.audit.controls import control_lines
from seawall.audit.finding import Confidence, Finding, Mended, Severity
from seawall.audit.suppress import Aside
from seawall.audit.validity.judge import Judgement

_SURE = {
    Confidence.PROVED: "proved over all packets, or stated by the input",
    Confidence.LIKELY: "likely: it rests on a stated assumption",
    Confidence.POSSIBLE: "possible: it depends on what the input does not say",
}


def found(
    findings: Sequence[Finding], aside: Aside, texts: Mapping[str, str]
) -> list[Child]:
    """Return the findings of the audit by severity, then those left out.

    Args:
        findings: The worst first.
        aside: Findings that are not told of.
        texts: What rules say, by code.
    """
    parts: list[Child] = []
    for severity in reversed(Severity):
        mine = [item for item in findings if item.severity is severity]
        if mine:
            parts.append(element("h3", f"{severity.value.capitalize()} ({len(mine)})"))
            parts += [_finding(item, texts) for item in mine]
    if not findings:
        parts.append(element("p", "The audit found nothing."))
    return parts + _left_out(aside)


def validity(judged: Judgement, texts: Mapping[str, str]) -> list[Child]:
    """Return what AKS would refuse or has ended, and what could not be decided."""
    if not judged.judged:
        return [element("p", "No cluster is in the inputs, so this was not asked.")]
    parts: list[Child] = [
        element(
            "p",
            f"{judged.asked} rules were asked of {judged.judged} "
            f"cluster{'' if judged.judged == 1 else 's'}, as of {judged.day}. ",
            "" if judged.findings else "Nothing speaks against what was read.",
        )
    ]
    parts += [_finding(item, texts) for item in judged.findings]
    rows = [
        ([item.code], [item.cluster], prose("; ".join(item.missing)))
        for item in judged.open
    ]
    if rows:
        heads = ("Rule", "Cluster", "What the input does not say")
        parts.append(table("Rules that are not decided", heads, rows))
    return parts


def _finding(item: Finding, texts: Mapping[str, str]) -> Element:
    head = element(
        "h4", severity_mark(item.severity), f" {item.rule} {item.name} ", kind="name"
    )
    facts: list[tuple[str, Iterable[Child]]] = [
        ("Found", prose(item.message)),
        ("About", [element("code", item.subject)]),
        ("At", place(item.origin)),
        ("Certainty", [_SURE[item.confidence]]),
        ("Why it matters", prose(why(texts.get(item.rule, "")))),
        ("Mend", prose(item.mend)),
        ("Change", _change(item.fix)),
        ("Bears on", _controls(item)),
    ]
    told: list[Child] = []
    for name, value in facts:
        shown = list(value)
        if shown:
            told += [element("dt", name), element("dd", shown)]
    return element("article", head, element("dl", told), ladder(item.evidence))


def _change(fix: Mended | None) -> list[Child]:
    """Return a proved change, and for each part the form that people use most."""
    if fix is None:
        return []
    shown: list[Child] = [*prose(f"{fix.says} ({fix.proof})")]
    for change in fix.changes:
        shown += [element("pre", snippet.text) for snippet in change.snippets()[:1]]
    return shown


def _controls(item: Finding) -> list[Child]:
    """Return the controls that a finding bears on, a line for each framework."""
    shown: list[Child] = []
    for at, line in enumerate(control_lines(item.controls)):
        shown += [element("br")] if at else []
        shown.append(line)
    return shown


def why(text: str) -> str:
    """Return what the documentation of a rule says about why it matters."""
    for part in text.split("\n\n"):
        head, colon, rest = part.partition(":")
        if colon and head.strip() == "Why it matters":
            return " ".join(rest.split())
    return ""


def _left_out(aside: Aside) -> list[Child]:
    """Return the findings that somebody set aside: they are part of the truth."""
    parts: list[Child] = []
    if aside.suppressed:
        rows = [
            (
                [f"{item.rule} {item.name}"],
                [severity_mark(item.severity)],
                [*prose(item.message), " ", *place(item.origin)],
                [*prose(by.reason), " ", *place(by.origin)],
                [by.expires.isoformat() if by.expires else "no end"],
            )
            for item, by in aside.suppressed
        ]
        heads = ("Rule", "Severity", "Found", "Set aside because", "Until")
        count = len(aside.suppressed)
        title = f"Suppressed findings ({count}): found, looked at, and set aside"
        parts.append(table(title, heads, rows))
    if aside.known or aside.gone:
        parts.append(
            element(
                "p",
                f"A baseline holds {aside.known} further findings, which are not shown "
                f"here; {aside.gone} of its entries are found no more.",
            )
        )
    return parts
