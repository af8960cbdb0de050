"""All rules, for one set of needs and one day."""

from datetime import date

from seawall.design.choose.clause import Rule
from seawall.design.choose.rules import api_server, pods, way_in, way_out
from seawall.design.choose.rules.told import told
from seawall.design.requirements.needs import Requirements

FIXED = (*pods.RULES, *api_server.RULES, *way_out.RULES, *way_in.RULES)
"""The rules that hold for everybody, on every day."""


def every_rule(needs: Requirements, as_of: date) -> tuple[Rule, ...]:
    """Return the rules, in an order that is always the same."""
    return (*FIXED, *pods.retired(as_of), *told(needs))
