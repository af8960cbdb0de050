"""How the audit finds its rules: by listing their folder; there is no registry."""

import importlib
import pkgutil
from functools import cache

from seawall.audit.finding import Finding
from seawall.audit.rule import Rule
from seawall.query.case import Case

FOLDER = "seawall.audit.rules"


@cache
def all_rules() -> tuple[Rule, ...]:
    """Return one of each rule, by code."""
    folder = importlib.import_module(FOLDER)
    found: list[Rule] = []
    for module_info in pkgutil.iter_modules(folder.__path__):
        module = importlib.import_module(f"{FOLDER}.{module_info.name}")
        found.extend(
            value()
            for value in vars(module).values()
            if isinstance(value, type)
            and issubclass(value, Rule)
            and value.__module__ == module.__name__
        )
    return tuple(sorted(found, key=lambda rule: rule.code))


def audit(case: Case) -> tuple[Finding, ...]:
    """Return the findings of all rules, the worst first, then by code and place."""
    found = [finding for rule in all_rules() for finding in rule.check(case)]
    return tuple(
        sorted(
            found,
            key=lambda item: (
                -item.severity.weight,
                item.rule,
                item.subject,
                str(item.origin),
            ),
        )
    )
