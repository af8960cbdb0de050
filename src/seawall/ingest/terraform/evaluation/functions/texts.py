"""Functions of texts."""

import re
from collections.abc import Callable
from re import _constants as codes
from re import _parser as pattern_parser

from seawall.ingest.terraform.evaluation.values import (
    LARGEST_TEXT,
    Failed,
    Value,
    number_of,
    text_of,
)

_MOST_WORK = 10**8
_REPEATS = {codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT}
_SIMPLE = {codes.LITERAL, codes.NOT_LITERAL, codes.IN, codes.ANY, codes.AT}
_SPACE = " \t\n\v\f\r\x85\xa0"


def checked(text: str) -> str:
    """Return a text that is not too long."""
    if len(text) > LARGEST_TEXT:
        raise Failed("a text is too long")
    return text


def _chomp(text: Value) -> Value:
    return text_of(text).rstrip("\r\n")


def _indent(width: Value, text: Value) -> Value:
    size, written = int(number_of(width)), text_of(text)
    if size < 0 or size * (written.count("\n") + 1) > LARGEST_TEXT:
        raise Failed("a text is too long")
    return checked(written.replace("\n", "\n" + " " * size))


def _join(separator: Value, *lists: Value) -> Value:
    pieces: list[str] = []
    for items in lists:
        if not isinstance(items, list):
            raise Failed("only lists are joined")
        pieces += [text_of(item) for item in items]
    between = text_of(separator)
    if len(between) * len(pieces) + sum(map(len, pieces)) > LARGEST_TEXT:
        raise Failed("a text is too long")
    return between.join(pieces)


def _split(separator: Value, text: Value) -> Value:
    between, written = text_of(separator), text_of(text)
    return list(written) if between == "" else list(written.split(between))


def _replace(text: Value, old: Value, new: Value) -> Value:
    written, search, put = text_of(text), text_of(old), text_of(new)
    if len(search) > 1 and search.startswith("/") and search.endswith("/"):
        pattern = _pattern(search[1:-1], written)
        put = re.sub(r"\\", r"\\\\", put)
        put = re.sub(r"\$\{?(\w+)\}?", r"\\g<\1>", put)
        try:
            return checked(pattern.sub(put, written))
        except (re.error, IndexError):
            raise Failed("a replacement names no group") from None
    if written.count(search) * len(put) + len(written) > LARGEST_TEXT:
        raise Failed("a text is too long")
    return written.replace(search, put)


def _pattern(text: str, subject: str) -> re.Pattern[str]:
    """Return a pattern whose search surely comes to an end soon.

    Raises:
        Failed: It does not, or it is none.
    """
    # Named groups and classes that only Go's patterns have are left to it.
    try:
        tree = pattern_parser.parse(text)
        repeats = _repeats(tree, inside=False)
        found = re.compile(text)
    except (re.error, OverflowError, RecursionError, ValueError):
        raise Failed(f"`{text[:40]}` is a pattern that is not understood") from None
    if repeats is None or max(len(subject), 2) ** repeats > _MOST_WORK:
        raise Failed(f"`{text[:40]}` is a pattern that could take too long")
    return found


def _repeats(tree: object, *, inside: bool) -> int | None:
    """Return how many repetitions a pattern has; None if one is in another."""
    total = 0
    for code, argument in tree:  # type: ignore[attr-defined]
        bodies: list[object] = []
        many = False
        if code in _REPEATS:
            low, high, body = argument
            many = high - low > 1 or high > 64  # noqa: PLR2004
            bodies = [body]
        elif code is codes.SUBPATTERN:
            bodies = [argument[3]]
        elif code is codes.BRANCH:
            bodies = argument[1]
        elif code not in _SIMPLE:
            raise Failed("a pattern uses what is not understood")
        if inside and (many or code is codes.BRANCH):
            return None
        for body in bodies:
            below = _repeats(body, inside=inside or many)
            if below is None:
                return None
            total += below
        total += many
    return total


def _groups(found: re.Match[str]) -> Value:
    if found.re.groupindex:
        return dict(found.groupdict())
    if found.re.groups:
        return list(found.groups())
    return found[0]


def _regex(pattern: Value, text: Value) -> Value:
    written = text_of(text)
    found = _pattern(text_of(pattern), written).search(written)
    if found is None:
        raise Failed("the pattern matches nothing in the text")
    return _groups(found)


def _regexall(pattern: Value, text: Value) -> Value:
    written = text_of(text)
    compiled = _pattern(text_of(pattern), written)
    return [_groups(found) for found in compiled.finditer(written)]


def _substr(text: Value, offset: Value, length: Value) -> Value:
    written, start, size = text_of(text), int(number_of(offset)), int(number_of(length))
    if start < 0:
        start = max(0, len(written) + start)
    return written[start:] if size < 0 else written[start : start + size]


def _title(text: Value) -> Value:
    return re.sub(r"(^|[^\w])(\w)", lambda it: it[1] + it[2].upper(), text_of(text))


def _trim(text: Value, characters: Value) -> Value:
    return text_of(text).strip(text_of(characters))


TEXTS: dict[str, Callable[..., Value]] = {
    "chomp": _chomp,
    "endswith": lambda text, end: text_of(text).endswith(text_of(end)),
    "indent": _indent,
    "join": _join,
    "lower": lambda text: text_of(text).lower(),
    "regex": _regex,
    "regexall": _regexall,
    "replace": _replace,
    "split": _split,
    "startswith": lambda text, start: text_of(text).startswith(text_of(start)),
    "strcontains": lambda text, part: text_of(part) in text_of(text),
    "strrev": lambda text: text_of(text)[::-1],
    "substr": _substr,
    "title": _title,
    "trim": _trim,
    "trimprefix": lambda text, part: text_of(text).removeprefix(text_of(part)),
    "trimspace": lambda text: text_of(text).strip(_SPACE),
    "trimsuffix": lambda text, part: text_of(text).removesuffix(text_of(part)),
    "upper": lambda text: checked(text_of(text).upper()),
}
