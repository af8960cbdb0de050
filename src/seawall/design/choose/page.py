"""The page about choices: `python -m seawall.design.choose.page` writes it.

Made from the rules, needs and preferences themselves, so that it says what they say.
"""

import re
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from seawall.design.choose.answer import Change
from seawall.design.choose.clause import Clause, Demand, Preference, decisions
from seawall.design.choose.demands.every import every_demand
from seawall.design.choose.examples import EVERY_NEED
from seawall.design.choose.folklore import FOLKLORE
from seawall.design.choose.later import LATER
from seawall.design.choose.preferences import preferences
from seawall.design.choose.rules.every import every_rule
from seawall.design.choose.rules.pods import NPM_ENDS
from seawall.design.options import Fact, Option
from seawall.design.told import TITLES

PAGE = Path("docs") / "design-choices.md"
_BEFORE = date(2026, 8, 21)
_HEAD = """# How designs are chosen

`seawall design` gives every decision one option. Rules hold for everybody; needs ask
for options; where both leave several, the lightest choice wins: what speaks against
options has a weight, and the weights are added up. Ties go to the option that stands
first. The page is made from what decides, by `python -m seawall.design.choose.page`;
sources were read on 2026-08-21.
"""


def page() -> str:
    """Return the page."""
    parts = [_HEAD, *_decisions(), *_needs(), *_rules(), *_folklore()]
    return "\n".join(parts) + "\n"


def _decisions() -> Iterator[str]:
    yield "## Decisions\n"
    weighed = _preferences()
    for decision, options in decisions().items():
        yield f"### {_TITLE[decision]}\n"
        yield "| Option | Against it, with its weight | Later |"
        yield "|---|---|---|"
        for option in options:
            mine = [each for each in weighed if option in each.against]
            says = "<br>".join(_against(each, option) for each in mine) or "nothing"
            yield f"| `{option.value}` | {says} | {_later(option)} |"
        yield ""


def _preferences() -> list[Preference]:
    """Return each preference of any example once, but for what another weight adds."""
    found: dict[Preference, None] = {}
    for needs in EVERY_NEED:
        for day in (_BEFORE, NPM_ENDS):
            found.update(dict.fromkeys(preferences(needs, day)))
    return sorted(found, key=lambda each: each.weight)


def _against(each: Preference, option: Option) -> str:
    others = [_named(other) for other in each.against if other is not option]
    with_ = [f"with {' and '.join(others)}"] if others else []
    where = ", ".join([*with_, *([each.when] if each.when else [])])
    return f"{each.weight}{f' ({where})' if where else ''}: {each.says} ({each.source})"


def _later(option: Option) -> str:
    said = []
    for each in LATER[option]:
        when = f" on {each.day}" if each.day is not None else ""
        lead = each.change.value if each.change is not Change.IN_PLACE else "in place"
        said.append(f"{lead}{when}: {each.says} ({each.source})")
    return "<br>".join(said) or "nothing"


def _needs() -> Iterator[str]:
    yield "## What needs ask for\n"
    yield "| Need | For example | Asks | Options | Source |"
    yield "|---|---|---|---|---|"
    seen: set[tuple[str, str]] = set()
    for each in _demands():
        path = re.sub(r"\[\d+\]", "[]", each.path)
        key = (path, re.sub(r"\d[\d,]*", "0", each.asks))
        if key not in seen:
            seen.add(key)
            clauses = "<br>".join(_clause(clause) for clause in each.clauses)
            yield (
                f"| `{path}` | {each.says} | {each.asks} | {clauses} | {each.source} |"
            )
    yield ""


def _demands() -> list[Demand]:
    found = [each for needs in EVERY_NEED for each in every_demand(needs)]
    return sorted(found, key=lambda each: re.sub(r"\[\d+\]", "[]", each.path))


def _rules() -> Iterator[str]:
    yield "## Rules\n"
    yield "Codes that begin with `AKS` are those of the audit (`docs/rules/`).\n"
    yield "| Code | Rule | Options | Source |"
    yield "|---|---|---|---|"
    known = {
        rule.code: rule for needs in EVERY_NEED for rule in every_rule(needs, NPM_ENDS)
    }
    for code, rule in sorted(known.items()):
        clauses = "<br>".join(_clause(clause) for clause in rule.clauses)
        yield f"| {code} | {rule.says} | {clauses} | {rule.source} |"
    yield ""


def _clause(clause: Clause) -> str:
    given = " with ".join(_named(each) for each in clause.given)
    then = _either(clause.then)
    if not given and not then:
        return "never"
    if not given:
        return then
    return f"{given} needs {then}" if then else f"not {given}"


def _either(options: tuple[Option, ...]) -> str:
    """Return options, those of one decision under its name."""
    listed: dict[str, list[str]] = {}
    for each in options:
        listed.setdefault(_DECISION[each], []).append(f"`{each.value}`")
    return " or ".join(f"{name} {' or '.join(it)}" for name, it in listed.items())


def _named(option: Option) -> str:
    return f"{_DECISION[option]} `{option.value}`"


_TITLE = {name: title[0].upper() + title[1:] for name, title in TITLES.items()}
_DECISION = {
    option: TITLES[decision]
    for decision, options in decisions().items()
    for option in options
} | dict.fromkeys(Fact, "services are used")


def _folklore() -> Iterator[str]:
    yield "## What is often said\n"
    yield "| About | Said | Documented | Source |"
    yield "|---|---|---|---|"
    for each in FOLKLORE:
        about = _named(each.option)
        yield f"| {about} | {each.said} | {each.documented} | {each.source} |"


if __name__ == "__main__":
    target = Path(sys.argv[1]) if sys.argv[1:] else PAGE
    target.write_text(page(), encoding="utf-8")
