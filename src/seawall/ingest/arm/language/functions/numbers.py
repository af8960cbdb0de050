"""Numeric functions.

Source: Azure docs, template-functions-numeric, read 2026-11. Numbers are whole; `div`
drops what is behind the point, and `mod` has the sign of what is divided.
"""

from seawall.ingest.arm.language.signature import INT, WHATEVER, Library, argument
from seawall.ingest.arm.language.tree import Fault
from seawall.ingest.arm.language.values import Value

_LARGEST = 2**63


def declare(library: Library) -> None:
    """Add them to a library."""
    library.add("add", INT, INT, kind="int")(lambda a, b: _held(a + b))
    library.add("sub", INT, INT, kind="int")(lambda a, b: _held(a - b))
    library.add("mul", INT, INT, kind="int")(lambda a, b: _held(a * b))
    library.add("div", INT, INT, kind="int")(_div)
    library.add("mod", INT, INT, kind="int")(_mod)
    library.add("int", argument("int", "string", "float"), kind="int")(_int)
    library.add("float", argument("int", "string", "float"), kind="float")(_float)
    library.add("min", WHATEVER, rest=INT, kind="int")(_extreme("min"))
    library.add("max", WHATEVER, rest=INT, kind="int")(_extreme("max"))


def _held(value: Value) -> Value:
    if abs(value) >= _LARGEST:
        raise Fault("a number is too large")
    return value


def _div(left: Value, right: Value) -> Value:
    if right == 0:
        raise Fault("nothing can be divided by zero")
    quotient = abs(left) // abs(right)
    return int(quotient if (left < 0) == (right < 0) else -quotient)


def _mod(left: Value, right: Value) -> Value:
    return left - right * _div(left, right)


def _int(value: Value) -> Value:
    try:
        return _held(int(value))
    except (ValueError, OverflowError):
        raise Fault(f"`{str(value)[:40]}` is no whole number") from None


def _float(value: Value) -> Value:
    try:
        return float(value)
    except (ValueError, OverflowError):
        raise Fault(f"`{str(value)[:40]}` is no number") from None


def _extreme(name: str):  # type: ignore[no-untyped-def]  # noqa: ANN202
    choose = {"min": min, "max": max}[name]

    def chosen(*values: Value) -> Value:
        items = values[0] if isinstance(values[0], list) else list(values)
        is_number = all(type(item) in {int, float} for item in items)
        if not items or not is_number:
            raise Fault(f"`{name}` takes whole numbers, or one array of them")
        return choose(items)

    return chosen
