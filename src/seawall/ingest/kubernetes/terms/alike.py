"""What is written alike is read once: thousands of policies repeat a few terms."""

from collections.abc import Callable
from functools import wraps
from marshal import dumps
from typing import Any, TypeVar

from seawall.model.origin import Pointer

_MANY = 16_384

Told = TypeVar("Told")
Value = TypeVar("Value")
_Read = Callable[[Any, Pointer, Told], Value]


def as_written(value: object) -> bytes | None:
    """Return bytes that are equal only for plain data that is written alike.

    Unlike equality of values, they tell `1` from `true`. None if the data is nested too
    deep to be compared.
    """
    try:
        # Version 2 has no references, so that equal values give equal bytes.
        return dumps(value, 2)  # type: ignore[arg-type]
    except ValueError:
        return None


def once(
    count: Callable[[Told], int],
) -> Callable[[_Read[Told, Value]], _Read[Told, Value]]:
    """Remember what a reader returns for values of which it tells nothing.

    The reader takes a value, its place, and where it tells what is wrong. It must
    return an immutable value that does not depend on the place.

    Args:
        count: How much has been told.
    """

    def remembering(read: _Read[Told, Value]) -> _Read[Told, Value]:
        known: dict[bytes, Value] = {}

        @wraps(read)
        def reading(value: object, pointer: Pointer, told: Told) -> Value:
            key = as_written(value)
            if key is None:
                return read(value, pointer, told)
            if key in known:
                return known[key]
            before = count(told)
            result = read(value, pointer, told)
            if count(told) == before:
                if len(known) >= _MANY:
                    known.clear()
                known[key] = result
            return result

        return reading

    return remembering
