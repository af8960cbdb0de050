"""Counts what is alike, so that a thousand objects make one diagnostic."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from seawall.model.diagnostic import Diagnostic, Level
from seawall.model.origin import Origin

_FEW = 4
_FEW_ERRORS = 25


@dataclass(slots=True)
class Tally:
    """Counts by name, and the first place of all."""

    counts: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    first: Origin | None = None

    def add(self, name: str, origin: Origin, count: int = 1) -> None:
        """Count one thing at *origin*."""
        self.counts[name] += count
        if self.first is None:
            self.first = origin

    def __bool__(self) -> bool:
        return bool(self.counts)

    @property
    def total(self) -> int:
        """How many there are."""
        return sum(self.counts.values())

    def __str__(self) -> str:
        """Return `3 Deployment, 2 Service`, the most frequent first."""
        ordered = sorted(self.counts.items(), key=lambda pair: (-pair[1], pair[0]))
        return ", ".join(f"{count} {name}" for name, count in ordered)


def plural(count: int, one: str, many: str = "") -> str:
    """Return `1 file`, `2 files`."""
    return f"{count} {one}" if count == 1 else f"{count} {many or one + 's'}"


def compacted(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Return *diagnostics*, those with equal words joined into the first of them."""
    alike: dict[tuple[object, ...], list[Diagnostic]] = defaultdict(list)
    for item in diagnostics:
        alike[item.level, item.what, item.why, item.mend].append(item)
    out: list[Diagnostic] = []
    for items in alike.values():
        few = _FEW_ERRORS if items[0].level is Level.ERROR else _FEW
        if len(items) <= few:
            out.extend(items)
            continue
        first = items[0]
        what = f"{first.what} (and {len(items) - 1} more like it)"
        out.append(replace(first, what=what))
    return out
