"""`format` and `formatlist`.

Source: Terraform docs, Functions, format.
"""

import json
import re
from collections.abc import Callable, Iterator, Sequence

from seawall.ingest.terraform.evaluation.functions.texts import checked
from seawall.ingest.terraform.evaluation.values import (
    Failed,
    Unknown,
    Value,
    number_of,
    text_of,
    truth_of,
)

_VERB = re.compile(
    r"%(?P<flags>[-+ #0]*)(?P<width>\d+)?(?:\.(?P<precision>\d+))?"
    r"(?:\[(?P<position>\d+)\])?(?P<verb>[%vtbdoxXeEfgGsq#])"
)
_WIDEST = 1000


def formatted(pattern: Value, *values: Value) -> Value:
    """Return a text with values in it; what is not known leaves a gap."""
    if isinstance(pattern, Unknown):
        return Unknown(pattern.why)
    hidden = next((item for item in values if isinstance(item, Unknown)), None)
    text = checked("".join(_pieces(text_of(pattern), values)))
    if hidden is None:
        return text
    return Unknown(hidden.why, text, set=hidden.set or bool(text.strip("?")))


def _pieces(pattern: str, values: Sequence[Value]) -> Iterator[str]:
    place, used = 0, 0
    while True:
        start = pattern.find("%", place)
        if start < 0:
            break
        yield pattern[place:start]
        found = _VERB.match(pattern, start)
        if found is None:
            raise Failed("a format has a verb that does not exist")
        place = found.end()
        if found["verb"] == "%":
            yield "%"
            continue
        used = int(found["position"][:6]) if found["position"] else used + 1
        if not 1 <= used <= len(values):
            raise Failed("a format has more verbs than values")
        yield _piece(found, values[used - 1])
    yield pattern[place:]


def _piece(found: re.Match[str], value: Value) -> str:
    if isinstance(value, Unknown):
        return value.spelled or "?"
    width, precision = int((found["width"] or "0")[:9]), found["precision"]
    if width > _WIDEST or (precision and int(precision[:9]) > _WIDEST):
        raise Failed("a format is too wide")
    verb, flags = found["verb"], found["flags"]
    maker = _VERBS.get(verb, _natural)
    text = maker(value, verb, flags, precision)
    if "-" in flags:
        return text.ljust(width)
    if "0" in flags and verb not in "sqv":
        return text.zfill(width)
    return text.rjust(width)


def _natural(value: Value, _verb: str, flags: str, _precision: str | None) -> str:
    if value is None:
        return "null"
    if isinstance(value, list | dict) or "#" in flags:
        try:
            return json.dumps(value, separators=(",", ":"))
        except (TypeError, ValueError, RecursionError):
            raise Failed("a value cannot be formatted") from None
    return text_of(value)


def _text(value: Value, verb: str, _flags: str, precision: str | None) -> str:
    text = text_of(value)
    if verb == "q":
        return json.dumps(text)
    return text if precision is None else text[: int(precision)]


def _number(value: Value, verb: str, flags: str, precision: str | None) -> str:
    number = number_of(value)
    sign = "+" if "+" in flags else (" " if " " in flags else "")
    if verb in "bdoxX":
        if abs(number) > 10**300:
            raise Failed("a number is too large to be written")
        return format(int(number), sign + verb)
    digits = "6" if precision is None and verb in "eEf" else precision
    try:
        return format(float(number), sign + (f".{digits}" if digits else "") + verb)
    except OverflowError:
        raise Failed("a number is too large to be written") from None


def _truth(value: Value, _verb: str, _flags: str, _precision: str | None) -> str:
    return text_of(truth_of(value))


_VERBS: dict[str, Callable[[Value, str, str, str | None], str]] = {
    "s": _text,
    "q": _text,
    "t": _truth,
    **dict.fromkeys("bdoxXeEfgG", _number),
}


def formatted_list(pattern: Value, *values: Value) -> Value:
    """Return one text for each element of the lists that are given."""
    for item in values:
        if isinstance(item, Unknown):
            return Unknown(item.why)
    sizes = {len(item) for item in values if isinstance(item, list)}
    if len(sizes) > 1:
        raise Failed("the lists of `formatlist` differ in length")
    return [
        formatted(
            pattern,
            *(item[number] if isinstance(item, list) else item for item in values),
        )
        for number in range(max(sizes, default=1))
    ]
