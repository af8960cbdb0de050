"""`seawall rules`: the audit rules and what they say."""

import inspect
import json
from pathlib import Path

import click

from seawall.app.cli.options import output_option
from seawall.app.cli.write import write_text


@click.command("rules")
@click.argument("code", required=False)
@output_option(("table", "json"))
def command(code: str | None, outputs: tuple[tuple[str, Path | None], ...]) -> int:
    """List the audit rules, or explain one: `seawall rules AKS101`."""
    from seawall.audit.discover import all_rules

    rules = all_rules()
    if code is not None:
        rules = tuple(r for r in rules if code.upper() == r.code or code == r.name)
        if not rules:
            raise click.UsageError(
                f"there is no rule `{code}`; `seawall rules` lists them all"
            )
    for form, file in outputs:
        if form == "json":
            described = [
                {
                    "code": rule.code,
                    "name": rule.name,
                    "severity": rule.severity.value,
                    "since": rule.since,
                    "text": inspect.getdoc(rule) or "",
                }
                for rule in rules
            ]
            write_text(json.dumps(described, indent=2), file)
        elif code is not None:
            rule = rules[0]
            head = f"{rule.code} {rule.name}  ({rule.severity.value})"
            write_text(f"{head}\n\n{inspect.getdoc(rule)}", file)
        else:
            lines = [
                f"{rule.code}  {rule.severity.value:<7} {rule.name:<40} "
                f"{(inspect.getdoc(rule) or '').splitlines()[0]}"
                for rule in rules
            ]
            write_text("\n".join(lines), file)
    return 0
