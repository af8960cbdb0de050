"""Operators on values, of which some may not be known."""

import operator
from collections.abc import Callable

from seawall.ingest.terraform.evaluation.values import (
    Budget,
    Failed,
    Unknown,
    Value,
    equal,
    number_of,
    truth_of,
)

_LARGEST = 10**300
_COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}


def unary(sign: str, value: Value) -> Value:
    """Return `!value` or `-value`."""
    if isinstance(value, Unknown):
        return Unknown(value.why, set=True)
    return not truth_of(value) if sign == "!" else -number_of(value)


def binary(sign: str, left: Value, right: Value, budget: Budget) -> Value:
    """Return two values joined by an operator."""
    if sign in {"==", "!="}:
        found = equal(left, right, budget)
        if isinstance(found, Unknown):
            return found
        return found if sign == "==" else not found
    if sign in {"&&", "||"}:
        return _logic(sign, left, right)
    for value in (left, right):
        if isinstance(value, Unknown):
            return Unknown(value.why, set=True)
    one, other = number_of(left), number_of(right)
    if sign in _COMPARISONS:
        return _COMPARISONS[sign](one, other)
    return arithmetic(sign, one, other)


def _logic(sign: str, left: Value, right: Value) -> Value:
    decisive = sign == "||"
    hidden: Unknown | None = None
    for value in (left, right):
        if isinstance(value, Unknown):
            hidden = hidden or value
        elif truth_of(value) is decisive:
            return decisive
    return (not decisive) if hidden is None else Unknown(hidden.why, set=True)


def arithmetic(sign: str, left: float, right: float) -> float:
    """Return two numbers joined by an operator."""
    if sign in {"/", "%"} and right == 0:
        raise Failed("a number is divided by zero")
    try:
        found: float
        if sign == "+":
            found = left + right
        elif sign == "-":
            found = left - right
        elif sign == "*":
            found = left * right
        elif sign == "/":
            found = left / right
        else:
            found = left - right * int(left / right)
    except OverflowError:
        raise Failed("a number is too large") from None
    if abs(found) > _LARGEST or found != found:  # noqa: PLR0124
        raise Failed("a number is too large")
    return int(found) if float(found).is_integer() else found
