"""Functions of numbers."""

import math
from collections.abc import Callable

from seawall.ingest.terraform.evaluation.values import (
    Failed,
    Value,
    number_of,
    text_of,
)

_MOST_POWER = 1000


def _whole(found: float) -> float:
    if math.isinf(found) or math.isnan(found):
        raise Failed("a number is too large")
    return int(found) if float(found).is_integer() else found


def _log(value: Value, base: Value) -> Value:
    number, root = number_of(value), number_of(base)
    if number <= 0 or root <= 0 or root == 1:
        raise Failed("there is no such logarithm")
    return _whole(math.log(number) / math.log(root))


def _pow(value: Value, power: Value) -> Value:
    number, exponent = number_of(value), number_of(power)
    if abs(exponent) > _MOST_POWER or abs(number) > 10**30:
        raise Failed("a power is too large")
    try:
        found = number**exponent
    except (OverflowError, ZeroDivisionError):
        raise Failed("there is no such power") from None
    if isinstance(found, complex) or abs(found) > 10**300:
        raise Failed("there is no such power")
    return _whole(found) if isinstance(found, float) else found


def _parseint(text: Value, base: Value) -> Value:
    written, root = text_of(text), number_of(base)
    try:
        return int(written[:200], int(root))
    except ValueError:
        raise Failed(f"`{written[:40]}` is no number in base {root}") from None


def _signum(value: Value) -> Value:
    number = number_of(value)
    return (number > 0) - (number < 0)


def _most(take: Callable[[list[float]], float]) -> Callable[..., Value]:
    def call(*values: Value) -> Value:
        if not values:
            raise Failed("there is nothing to choose from")
        return take([number_of(item) for item in values])

    return call


NUMBERS: dict[str, Callable[..., Value]] = {
    "abs": lambda value: abs(number_of(value)),
    "ceil": lambda value: math.ceil(number_of(value)),
    "floor": lambda value: math.floor(number_of(value)),
    "log": _log,
    "max": _most(max),
    "min": _most(min),
    "parseint": _parseint,
    "pow": _pow,
    "signum": _signum,
}
