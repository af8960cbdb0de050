"""Fields of objects as `replacements` write them: paths, and what stands there.

Source:
    kubernetes-sigs/kustomize kyaml/yaml/match.go, fns.go and
    kyaml/utils/pathsplitter.go.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from seawall.ingest.kustomize.fault import BadBuild
from seawall.ingest.kustomize.target import pattern_of
from seawall.model.origin import Pointer

_WHOLE = re.compile(r"-?(?:0|[1-9][0-9]*)")
_ITEM = re.compile(r"\[([^=]*)=(.*)\]")
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_./-]*|[0-9]+(?:\.[0-9]+){2,}(?:/[0-9]+)?")
_WORDS = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})


class _Made:
    """What stands in a field that was just made for a value."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A place in an object that can be written to.

    Attributes:
        holder: The mapping or list around it.
        key: Its key or index there.
        place: Where it is in the object.
    """

    holder: Any
    key: str | int
    place: Pointer

    def get(self) -> Any:  # noqa: ANN401  (any YAML value)
        """Return what stands there."""
        return self.holder[self.key]

    def put(self, value: Any) -> None:  # noqa: ANN401
        """Write a value there."""
        self.holder[self.key] = value

    def below(self, key: str | int) -> "Slot":
        """Return the place of something that it holds."""
        return Slot(self.get(), key, (*self.place, key))


def split_path(path: str) -> tuple[str, ...]:
    r"""Return the parts of a path: `\.` is a dot in a key, `[a.b]` a key with dots."""
    pieces: list[str] = []
    for piece in path.removeprefix(".").split("."):
        if pieces and pieces[-1].endswith("\\"):
            pieces[-1] = pieces[-1][:-1] + "." + piece
        else:
            pieces.append(piece)
    out: list[str] = []
    while pieces:
        part = pieces.pop(0)
        if part.startswith("["):
            while not part.endswith("]") and pieces:
                part += "." + pieces.pop(0)
            part = part if "=" in part else part.strip("[]")
        out.append(part)
    return tuple(out)


def found_at(value: Any, path: Sequence[str]) -> Any:  # noqa: ANN401
    """Return what stands at a path; None if nothing does.

    Raises:
        BadBuild: The path leads into something of another shape.
    """
    for part in path:
        if value is None:
            return None
        item = _ITEM.fullmatch(part)
        if part == "*":
            raise _bad("a source is one field, and its path has `*`")
        if part == "-" or part.isdigit() or item:
            items = _items(value, part)
            if item:
                key, wanted = item.groups()
                value = next((it for it in items if _is(it, key, wanted)), None)
            else:
                index = -1 if part == "-" else int(part)
                value = items[index] if -1 <= index < len(items) and items else None
        else:
            value = _fields(value, part).get(part)
    return value


def slots(slot: Slot, path: Sequence[str], made: type | None) -> Iterator[Slot]:
    """Return the places that a path leads to, perhaps none.

    Args:
        slot: Where it begins.
        path: Its parts.
        made: What is made of a field that is missing; None if none is made.

    Raises:
        BadBuild: The path leads into something of another shape.
    """
    if not path:
        yield slot
        return
    part, rest, value = path[0], path[1:], slot.get()
    item = _ITEM.fullmatch(part)
    if part == "*":
        for index in range(len(_items(value, part))):
            yield from slots(slot.below(index), rest, made)
    elif part.isdigit():
        yield from _numbered(slot, int(part), rest, made)
    elif item:
        yield from _matching(slot, item, rest, made)
    elif value is not None:
        fields = _fields(value, part)
        if part not in fields:
            if made is None:
                return
            fields[part] = _empty(rest, made)
        yield from slots(slot.below(part), rest, made)


def _numbered(
    slot: Slot, index: int, rest: Sequence[str], made: type | None
) -> Iterator[Slot]:
    items = _items(slot.get(), str(index))
    if index == len(items) and made is not None:
        items.append(_empty(rest, made))
    if index >= len(items):
        raise _bad(f"item {index} of a list with {len(items)} items is written to")
    yield from slots(slot.below(index), rest, made)


def _matching(
    slot: Slot, item: re.Match[str], rest: Sequence[str], made: type | None
) -> Iterator[Slot]:
    key, wanted = item.groups()
    items = _items(slot.get(), item.group())
    pattern = pattern_of("path", wanted)
    if not key:
        if rest and made is None:
            return
        raise BadBuild(
            f"the path part `{item.group()}` is not modelled",
            "items are found by a field, as in `[name=web]`",
            "read the rendered objects instead",
            modelled=False,
        )
    found = [
        index
        for index, it in enumerate(items)
        if isinstance(it, dict)
        and it.get(key) is not None
        and pattern.search(scalar_text(it[key]))
    ]
    if not found and made is not None:
        items.append({key: _retyped(wanted)})
        found = [len(items) - 1]
    for index in found:
        yield from slots(slot.below(index), rest, made)


def scalar_text(value: Any) -> str:  # noqa: ANN401
    """Return a value as it is written.

    Raises:
        BadBuild: It is no single value, or may be written in several ways.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, _Made):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, dict | list):
        raise _bad("a single value is asked for where a mapping or list stands")
    raise _unclear(value)


def typed_as(old: Any, written: str) -> Any:  # noqa: ANN401
    """Return text as a value of the kind that stood there: that is left as it was.

    Raises:
        BadBuild: It is not known what becomes of it.
    """
    if isinstance(old, str):
        return written
    if isinstance(old, _Made):
        return _retyped(written)
    if isinstance(old, bool) and written in ("true", "false"):
        return written == "true"
    if isinstance(old, int) and not isinstance(old, bool) and _WHOLE.fullmatch(written):
        return int(written)
    raise _unclear(written)


def _retyped(written: str) -> Any:  # noqa: ANN401
    """Return text that stands in a new field, as YAML takes it without quotes."""
    if _WHOLE.fullmatch(written):
        return int(written)
    if written in ("true", "false"):
        return written == "true"
    if _PLAIN.fullmatch(written) and written.lower() not in _WORDS:
        return written
    raise _unclear(written)


def _empty(rest: Sequence[str], made: type) -> Any:  # noqa: ANN401
    if not rest:
        return made() if made in (dict, list) else _Made()
    return [] if rest[0].isdigit() or _ITEM.fullmatch(rest[0]) else {}


def _is(item: object, key: str, wanted: str) -> bool:
    if not key:
        return item == wanted
    return isinstance(item, dict) and str(item.get(key)) == wanted


def _items(value: object, part: str) -> list[Any]:
    if not isinstance(value, list):
        raise _bad(f"`{part}` of a path is for a list, and none stands there")
    return value


def _fields(value: object, part: str) -> dict[Any, Any]:
    if not isinstance(value, dict):
        raise _bad(f"`{part}` of a path is for a mapping, and none stands there")
    return value


def _bad(what: str) -> BadBuild:
    return BadBuild(
        what,
        "a path leads through fields and items that have its shape",
        "correct the path",
    )


def _unclear(value: object) -> BadBuild:
    return BadBuild(
        f"what a replacement makes of `{value}` is not modelled",
        "text, whole numbers, `true` and `false` are copied to their like",
        "read the rendered objects instead",
        modelled=False,
    )
