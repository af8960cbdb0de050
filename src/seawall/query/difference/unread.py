"""What could not be read on one side, so that it may differ unseen."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from seawall.model.diagnostic import Diagnostic, Level
from seawall.model.snapshot import Snapshot
from seawall.query.document import Json, diagnostic_json

_HEAVY = (Level.ERROR, Level.UNMODELLED)
Placed = Callable[[str], str]
"""Returns a path as it stands in what was given, without the name of that."""


@dataclass(frozen=True, slots=True)
class Unread:
    """Something that was not read on one side, or differs and was read on neither.

    Attributes:
        side: `before`, `after` or `both`.
        diagnostic: What was told.
    """

    side: str
    diagnostic: Diagnostic


def unread(
    sides: tuple[Snapshot, Snapshot], placed: tuple[Placed, Placed]
) -> tuple[Unread, ...]:
    """Return what was told of one side alone, or of a file that is another.

    Args:
        sides: What was read.
        placed: For each side, what tells paths without what is only its own.
    """
    one, two = (
        dict(_told(side, name)) for side, name in zip(sides, placed, strict=True)
    )
    found = [Unread("after", two[key]) for key in two if key not in one]
    found += [Unread("before", one[key]) for key in one if key not in two]
    digests = [
        {name(item.path): item.sha256 for item in side.inputs}
        for side, name in zip(sides, placed, strict=True)
    ]
    found += [
        Unread("both", two[key])
        for key in two
        if key in one and two[key].level is Level.ERROR and _is_other(key[1], digests)
    ]
    return tuple(found)


def unread_json(found: tuple[Unread, ...]) -> list[Json]:
    """Return it as the contract has it."""
    return [{"side": item.side, **diagnostic_json(item.diagnostic)} for item in found]


_Key = tuple[Level, str, str, str, int]


def _told(side: Snapshot, placed: Placed) -> Iterator[tuple[_Key, Diagnostic]]:
    seen: dict[tuple[Level, str, str, str], int] = {}
    for item in side.diagnostics:
        if item.level not in _HEAVY:
            continue
        path = item.origin.path if item.origin else ""
        what, why = (
            text.replace(path, "") if path else text for text in (item.what, item.why)
        )
        key = item.level, placed(path), what, why
        seen[key] = seen.get(key, 0) + 1
        yield (*key, seen[key]), item


def _is_other(path: str, digests: Sequence[Mapping[str, str]]) -> bool:
    return len({each.get(path) for each in digests}) > 1
