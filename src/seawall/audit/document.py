"""Pages about the rules: `python -m seawall.audit.document [FOLDER]` writes them."""

import inspect
import sys
from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent

from seawall.audit.controls import control_lines
from seawall.audit.discover import all_rules
from seawall.audit.rule import Rule
from seawall.audit.told_elsewhere import TOLD_ELSEWHERE
from seawall.audit.validity.rules import RULES
from seawall.audit.validity.undecided import IN_PART, UNDECIDED
from seawall.query.egress.catalogue import catalogue

FOLDER = Path("docs") / "rules"

_FAMILIES = {
    "1": "Control plane",
    "2": "Ways out",
    "3": "Ways in",
    "4": "Pod to pod",
    "5": "Names and private endpoints",
    "6": "Rules without effect",
}

_HEAD = """# Audit rules

`seawall check` looks for these. Every page has the reason, when it is fine, the source,
and an example of each kind. The pages are made from the rules themselves by
`python -m seawall.audit.document`.
"""

_VALIDITY_HEAD = """# What AKS takes

`seawall check` asks these of every cluster that it reads, as of today or of `--as-of`.
A rule that asks about something that the input does not say finds nothing and is
counted as not decided; `--verbose` names what is missing. *Not valid*: AKS refuses it,
or it does not work. *Fragile*: it is taken and may fail, or sources contradict each
other.
"""


def pages() -> dict[str, str]:
    """Return every page by file name."""
    rules = all_rules()
    found = {f"{rule.code}.md": page(rule) for rule in rules}
    return {"README.md": index(rules), "validity.md": validity_page()} | found


def validity_page() -> str:
    """Return the page about what AKS takes: a row a rule, and what is not decided."""
    rows = [
        f"| {rule.code} | {rule.name} | {rule.kind.value} | {_cell(rule.text)} | "
        f"{_cell(rule.source)} |"
        for rule in RULES
    ]
    ends = sorted(catalogue().retirements, key=lambda each: (each.day, each.id))
    dated = [f"| {each.day} | {each.what} | {each.effect} |" for each in ends]
    left = [f"| {code} | {text} | {why} |" for code, text, why in UNDECIDED]
    parts = [f"| {code} | {what} |" for code, what in IN_PART]
    return "\n".join(
        [
            _VALIDITY_HEAD,
            "| Code | Name | Broken, it is | Rule | Source |",
            "|---|---|---|---|---|",
            *rows,
            "",
            "## What ends",
            "",
            "| Day | What | Then |",
            "|---|---|---|",
            *dated,
            "| 2025-09-30 | the Basic load balancer, availability sets | no support |",
            "",
            "## What one input cannot show",
            "",
            "| Code | Rule | Why it is not decided |",
            "|---|---|---|",
            *left,
            "",
            "## What is left out of a rule that is decided",
            "",
            "| Code | Left out |",
            "|---|---|",
            *parts,
            "",
        ]
    )


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def index(rules: tuple[Rule, ...]) -> str:
    """Return the page that lists the rules by family."""
    parts = [_HEAD]
    for digit, family in _FAMILIES.items():
        mine = [rule for rule in rules if rule.code[3] == digit]
        if mine:
            rows = [
                f"| [{rule.code}]({rule.code}.md) | {rule.name} | "
                f"{rule.severity.value} | {_first_line(rule)} |"
                for rule in mine
            ]
            head = ["| Code | Name | Severity | What it finds |", "|---|---|---|---|"]
            parts.append("\n".join([f"## {family}", "", *head, *rows, ""]))
    rows = [f"| {' | '.join(map(_cell, each))} |" for each in TOLD_ELSEWHERE]
    head = ["| Pattern | Why it is no rule | Where it is told |", "|---|---|---|"]
    parts.append("\n".join(["## Told elsewhere", "", *head, *rows, ""]))
    return "\n".join(parts)


def page(rule: Rule) -> str:
    """Return the page of one rule."""
    text = inspect.getdoc(rule) or ""
    for heading in ("Why it matters:", "When it is fine:", "Source:"):
        text = text.replace(heading, f"**{heading}**")
    lines = [
        f"# {rule.code}: {rule.name}",
        "",
        f"Severity {rule.severity.value}, since {rule.since}.",
        *_maps_to(rule),
        "",
        text,
        "",
        "## Found here",
        "",
        "The line that a finding points at is marked `# finding`.",
        "",
        *_files(rule.bad),
        "## Nothing found here",
        "",
        *_files(rule.good),
    ]
    return "\n".join(lines).rstrip("\n") + "\n"


def _maps_to(rule: Rule) -> list[str]:
    """Return the controls that a rule bears on, a line for each framework."""
    lines = [f"- {line}" for line in control_lines(rule.controls)]
    return ["", "It bears on:", "", *lines] if lines else []


def _files(files: Mapping[str, str]) -> list[str]:
    lines = []
    for name, text in files.items():
        body = dedent(text).strip("\n")
        lines += [f"`{name}`:", "", "```yaml", body, "```", ""]
    return lines


def _first_line(rule: Rule) -> str:
    return (inspect.getdoc(rule) or "").splitlines()[0]


def write(folder: Path) -> None:
    """Write every page into a folder; pages of rules that are gone are removed."""
    folder.mkdir(parents=True, exist_ok=True)
    current = pages()
    for old in folder.glob("*.md"):
        if old.name not in current:
            old.unlink()
    for name, text in current.items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
