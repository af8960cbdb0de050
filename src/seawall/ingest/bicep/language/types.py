"""Reads types, as far as they say what a value must be.

What an object must hold is passed over: it gives no value, and the platform checks it.

Source: Azure docs, Bicep data types and user-defined data types, read 2026-11.
"""

from dataclasses import replace

from seawall.ingest.bicep.language.declarations import (
    Type,
)
from seawall.ingest.bicep.language.stream import CLOSING, Stream
from seawall.ingest.bicep.language.syntax import (
    Scalar,
)

_KINDS = frozenset({"string", "int", "bool", "array", "object"})
_CLOSING = {**CLOSING, "<": ">"}
_WORDS: dict[str, Scalar] = {"true": True, "false": False, "null": None}


def read_type(stream: Stream) -> Type:
    """Return the type that is next."""
    with stream.deeper():
        if stream.after_lines("|"):
            stream.skip_lines()
            stream.take()
            stream.skip_lines()
        found = [_single(stream)]
        while stream.after_lines("|"):
            stream.skip_lines()
            stream.take()
            stream.skip_lines()
            found.append(_single(stream))
    return found[0] if len(found) == 1 else _joined(found)


def _single(stream: Stream) -> Type:
    found = _primary(stream)
    while True:
        if stream.taken("?"):
            found = replace(found, nullable=True)
        elif stream.sees("["):
            inner = stream.after
            skip(stream)
            # `[]` makes a list of it; `[*]` and `[0]` take an element of one.
            is_list = (inner.kind, inner.text) == ("sign", "]")
            found = Type("array" if is_list else "")
        elif stream.sees("<"):
            skip(stream)
            found = Type()
        elif stream.taken("."):
            part = stream.take().text
            found = Type(name=(*found.name, part)) if found.name else Type()
        elif stream.taken("!"):
            found = replace(found, nullable=False)
        else:
            return found


def _primary(stream: Stream) -> Type:  # noqa: PLR0911  # one for each kind
    token = stream.next
    if token.kind in {"text", "left"}:
        return _text(stream)
    if token.kind == "number" or stream.sees("-"):
        sign = -1 if stream.taken("-") else 1
        digits = stream.take().text
        if not digits.isdecimal() or len(digits) > 20:  # noqa: PLR2004
            raise stream.unexpected("a number")
        return Type("int", choices=(sign * int(digits),))
    if token.kind == "name":
        return _named(stream)
    if stream.sees("{"):
        skip(stream)
        return Type("object")
    if stream.sees("["):
        skip(stream)
        return Type("array")
    if stream.taken("("):
        stream.skip_lines()
        found = read_type(stream)
        stream.skip_lines()
        stream.expect(")", "after a type in brackets")
        return found
    if stream.taken("*"):
        return Type()
    raise stream.unexpected("a type")


def _text(stream: Stream) -> Type:
    token = stream.take()
    if token.kind == "text":
        return Type("string", choices=(token.text,))
    while stream.next.kind not in {"right", "end", "newline"}:
        stream.take()
    if stream.take().kind != "right":
        raise stream.unexpected("the end of a text")
    return Type("string")


def _named(stream: Stream) -> Type:
    word = stream.take().text
    if word in _WORDS:
        value = _WORDS[word]
        if value is None:
            return Type(nullable=True, choices=(None,))
        return Type("bool", choices=(value,))
    if word == "resource" and stream.next.kind == "text":
        stream.take()
        return Type("string", name=("resource",))
    if word in _KINDS:
        return Type(word)
    return Type(name=(word,))


def _joined(found: list[Type]) -> Type:
    nullable = any(item.nullable for item in found)
    others = [item for item in found if item.choices != (None,)]
    kinds = {item.kind for item in others}
    kind = kinds.pop() if len(kinds) == 1 else ""
    if not kind or not all(item.choices for item in others):
        return Type(kind, nullable=nullable)
    choices = tuple(value for item in others for value in item.choices)
    return Type(kind, nullable=nullable, choices=choices)


def skip(stream: Stream) -> None:
    """Go past brackets and what stands between them."""
    waiting = [_CLOSING[stream.take().text]]
    while waiting:
        token = stream.next
        begins = token.text != "@" and stream.begins_declaration(stream.at)
        if begins or token.kind in {"end", "bad"}:
            raise stream.unexpected(f"`{waiting[-1]}`")
        stream.take()
        if token.kind != "sign":
            continue
        if token.text == waiting[-1]:
            waiting.pop()
        elif token.text in {"{", "[", "("}:
            waiting.append(_CLOSING[token.text])
        elif token.text in {"}", "]", ")"}:
            stream.at -= 1
            raise stream.unexpected(f"`{waiting[-1]}`")
