"""Findings and intents as Markdown, for a comment or the summary of a run."""

import re
from collections.abc import Sequence

from seawall.app.forms.notice import Notice
from seawall.audit.finding import Severity
from seawall.query.intents.verdict import Standing, Tested

_SPECIAL = re.compile(r"([\\*_\[\]<>|#])")
_WORDS = {
    Standing.HOLDS: "✓ holds",
    Standing.VIOLATED: "✗ **violated**",
    Standing.UNKNOWN: "? not known",
}
MOST = 100
"""So many rows of a table; comments have a largest size."""


def notices_md(title: str, notices: Sequence[Notice]) -> str:
    """Return findings as a table, the worst first."""
    if not notices:
        return f"### {title}\n\nNothing found."
    counts = ", ".join(
        f"{number} {severity.value}"
        for severity in reversed(Severity)
        if (number := sum(item.severity is severity for item in notices))
    )
    rows = [
        f"| {item.severity.value} | {item.code} | {cell(item.message)} | "
        f"{cell(item.mend)} | {_place(item)} |"
        for item in notices[:MOST]
    ]
    more = len(notices) - MOST
    rest = [f"\nand {more} more"] if more > 0 else []
    return "\n".join(
        [
            f"### {title}: {counts}",
            "",
            "| Severity | Rule | Found | Mend | Where |",
            "|---|---|---|---|---|",
            *rows,
            *rest,
        ]
    )


def intents_md(tested: Tested) -> str:
    """Return all intents as a table, and what speaks against them below."""
    rows = [
        f"| {_WORDS[item.standing]} | {cell(item.intent.name)} | "
        f"`{item.intent.origin}` |"
        for item in tested.judged[:MOST]
    ]
    lines = [
        f"### Intents: {tested.counts}",
        "",
        "| | Intent | Where |",
        "|---|---|---|",
        *rows,
    ]
    for item in tested.judged:
        if item.standing is Standing.HOLDS:
            continue
        lines += ["", f"**{cell(item.intent.name)}**", ""]
        if not item.breaches:
            lines.append(f"- {cell(item.says)}")
        for breach in item.breaches:
            ends = breach.ends.replace(" -> ", " → ")
            place = f" (`{breach.origin}`)" if breach.origin else ""
            services = f", {breach.services}" if breach.services else ""
            lines.append(f"- {cell(ends + services)}: {cell(breach.says)}{place}")
    return "\n".join(lines)


def cell(text: str) -> str:
    """Return a text that Markdown takes as it is, and a table as one cell.

    What stands between backticks is shown as it is; a bar would end the cell there too.
    """
    parts = " ".join(text.split()).split("`")
    if len(parts) % 2 == 0:
        return _SPECIAL.sub(r"\\\1", " ".join(text.split())).replace("`", "\\`")
    return "`".join(
        part.replace("|", "\\|") if at % 2 else _SPECIAL.sub(r"\\\1", part)
        for at, part in enumerate(parts)
    )


def _place(notice: Notice) -> str:
    return f"`{notice.origin}`".replace("|", "\\|") if notice.origin else ""
