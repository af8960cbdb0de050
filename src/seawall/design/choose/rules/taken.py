"""Rules that the audit has too: their texts and sources are written there."""

from seawall.audit.validity.rules import RULES
from seawall.design.choose.clause import Clause, Rule

_BY_CODE = {rule.code: rule for rule in RULES}


def taken(code: str, *clauses: Clause) -> Rule:
    """Return a rule of the audit's validity as clauses over options."""
    known = _BY_CODE[code]
    return Rule(code, known.text, known.source, clauses)
