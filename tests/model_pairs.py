"""Holds two readings of the same against each other, places and words aside."""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any

from seawall.model.origin import Origin
from seawall.model.setting import Setting
from seawall.model.snapshot import Snapshot

_WORDS = frozenset({"why", "text", "doubt", "source", "note", "reason"})


def plain(value: object) -> Any:  # noqa: PLR0911  # one for each kind
    """Return a value of the model as plain data, without places and words."""
    if isinstance(value, Setting):
        return plain(value.value) if value.known else "?"
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Origin):
        return None
    if is_dataclass(value) and not isinstance(value, type):
        return {
            item.name: plain(getattr(value, item.name))
            for item in fields(value)
            if item.name not in _WORDS and item.name != "origin"
        }
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, frozenset | set):
        return sorted(map(repr, map(plain, value)))
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value if isinstance(value, str | int | float | bool | None) else repr(value)


def differences(left: Snapshot, right: Snapshot) -> list[str]:
    """Return where two readings differ: the place in the model, and both values."""
    sides = [
        {
            "cluster": plain(item.cluster),
            "others": plain(item.other_clusters),
            "fabric": plain(item.fabric),
        }
        for item in (left, right)
    ]
    return list(apart(sides[0], sides[1]))


def apart(left: Any, right: Any, place: str = "") -> Iterator[str]:
    """Yield where two values of plain data differ, and how."""
    if isinstance(left, dict) and isinstance(right, dict):
        for key in left.keys() | right.keys():
            yield from apart(left.get(key), right.get(key), f"{place}.{key}")
    elif isinstance(left, list) and isinstance(right, list):
        if len(left) != len(right):
            yield f"{place}: {len(left)} and {len(right)}"
        for index, pair in enumerate(zip(left, right, strict=False)):
            yield from apart(*pair, f"{place}[{index}]")
    elif left != right:
        yield f"{place}: {left!r} and {right!r}"
