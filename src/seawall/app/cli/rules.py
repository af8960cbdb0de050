"""`seawall rules`: the audit rules and what they say."""

import inspect
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from seawall.app.cli.options import output_option
from seawall.app.cli.write import write_text

if TYPE_CHECKING:
    from seawall.audit.controls import Control


@dataclass(frozen=True, slots=True)
class Entry:
    """A rule of either kind, as it is listed."""

    code: str
    name: str
    severity: str
    since: str
    text: str
    controls: "tuple[Control, ...]" = ()


@click.command("rules")
@click.argument("code", required=False)
@output_option(("table", "json"))
def command(code: str | None, outputs: tuple[tuple[str, Path | None], ...]) -> int:
    """List the audit rules, or explain one: `seawall rules AKS101`.

    Rules whose code begins with AKSV say what AKS takes; the others judge isolation.
    """
    rules = entries()
    if code is not None:
        rules = tuple(r for r in rules if code.upper() == r.code or code == r.name)
        if not rules:
            raise click.UsageError(
                f"there is no rule `{code}`; `seawall rules` lists them all"
            )
    for form, file in outputs:
        if form == "json":
            write_text(json.dumps([_json(rule) for rule in rules], indent=2), file)
        elif code is not None:
            rule = rules[0]
            head = f"{rule.code} {rule.name}  ({rule.severity})"
            write_text("\n".join([head, "", rule.text, *_maps_to(rule)]), file)
        else:
            lines = [
                f"{rule.code:<7} {rule.severity:<7} {rule.name:<40} "
                f"{rule.text.splitlines()[0]}"
                for rule in rules
            ]
            write_text("\n".join(lines), file)
    return 0


def _maps_to(rule: Entry) -> list[str]:
    """Return the controls that a rule bears on, under a heading."""
    from seawall.audit.controls import control_lines

    lines = control_lines(rule.controls)
    return ["", "Bears on:", *(f"  {line}" for line in lines)] if lines else []


def _json(rule: Entry) -> dict[str, object]:
    from seawall.audit.report import controls_json

    return {**asdict(rule), "controls": controls_json(rule.controls)}


def entries() -> tuple[Entry, ...]:
    """Return every rule, those of isolation first."""
    from seawall.audit.discover import all_rules
    from seawall.audit.finding import Severity
    from seawall.audit.suppress import CODE, NAME, TEXT
    from seawall.audit.validity.rules import RULES

    judging = tuple(
        Entry(
            rule.code,
            rule.name,
            rule.severity.value,
            rule.since,
            inspect.getdoc(rule) or "",
            rule.controls,
        )
        for rule in all_rules()
    )
    own = Entry(CODE, NAME, Severity.LOW.value, "0.1.0", TEXT)
    valid = tuple(
        Entry(
            rule.code,
            rule.name,
            rule.kind.severity.value,
            "0.1.0",
            f"{rule.text[0].upper()}{rule.text[1:]}.\n\nMend: {rule.mend}.\n\n"
            f"Source: {rule.source}.",
        )
        for rule in RULES
    )
    return (*judging, own, *valid)
