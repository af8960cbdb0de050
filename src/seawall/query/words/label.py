"""Label selectors in the spelling of `kubectl -l`."""

import re

from seawall.model.selector import Labels, Operator, Requirement, Selector

_SET = re.compile(r"\s*(\S+)\s+(in|notin)\s*\(([^)]*)\)\s*")
_EQUAL = re.compile(r"\s*([^=!\s]+)\s*(==|=|!=)\s*([^=\s]*)\s*")
_KEY = re.compile(r"\s*(!?)\s*([^=!\s,()]+)\s*")


def parse_selector(text: str) -> Selector:
    """Read `app=api,tier!=db,env in (a,b),!legacy`; empty selects everything.

    Raises:
        ValueError: A part is none of these.
    """
    parts = re.split(r",(?![^()]*\))", text) if text.strip() else []
    return Selector(tuple(_requirement(part) for part in parts))


def matches(selector: Selector, labels: Labels) -> bool:
    """Whether *labels* meet every requirement; used to name ends, not to decide."""
    return all(_meets(requirement, labels) for requirement in selector.requirements)


def _meets(requirement: Requirement, labels: Labels) -> bool:
    value = labels.get(requirement.key)
    match requirement.operator:
        case Operator.IN:
            return value in requirement.values
        case Operator.NOT_IN:
            return value not in requirement.values
        case Operator.EXISTS:
            return value is not None
        case Operator.DOES_NOT_EXIST:
            return value is None


def _requirement(part: str) -> Requirement:
    match = _SET.fullmatch(part)
    if match:
        values = frozenset(value.strip() for value in match[3].split(","))
        operator = Operator.IN if match[2] == "in" else Operator.NOT_IN
        return Requirement(match[1], operator, values)
    match = _EQUAL.fullmatch(part)
    if match:
        operator = Operator.NOT_IN if match[2] == "!=" else Operator.IN
        return Requirement(match[1], operator, frozenset({match[3]}))
    match = _KEY.fullmatch(part)
    if match:
        operator = Operator.DOES_NOT_EXIST if match[1] else Operator.EXISTS
        return Requirement(match[2], operator)
    raise ValueError(f"`{part.strip()}` is not a label requirement")
