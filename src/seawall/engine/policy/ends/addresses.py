"""Addresses cut into classes that no ipBlock divides.

Knows which blocks cover which class. What a block means to a node or a pod at an
address is decided in `peers`.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from seawall.engine.policy.rows.bits import indices
from seawall.model.address import LAST, Address, AddressRange, merged, without
from seawall.model.policy import BlockPeer

Interval = tuple[int, int]


@dataclass(frozen=True, slots=True)
class AddressClass:
    """Addresses of one family that every block treats alike.

    Attributes:
        version: 4 or 6.
        intervals: Sorted, disjoint and not adjacent.
    """

    version: int
    intervals: tuple[Interval, ...]


class AddressClasses:
    """The classes of one set of blocks, those of IPv4 first.

    Attributes:
        classes: They partition the whole space of each family.
        covered: For each block, the set of classes that it covers.
        marked: For each mark, the set of classes inside its ranges.
        of_version: For each family, the set of its classes.
    """

    def __init__(
        self,
        versions: Sequence[int],
        blocks: Iterable[BlockPeer],
        marks: Sequence[Sequence[AddressRange]] = (),
    ) -> None:
        """Cut the address space along *blocks* and *marks*.

        Args:
            versions: The families to cut: `(4,)` or `(4, 6)`.
            blocks: In any order; repetitions do not matter.
            marks: Further ranges whose borders matter.

        Complexity: borders times the number of blocks, in bits.
        """
        keys = list(dict.fromkeys(blocks))
        areas = [without((key.block,), key.excepts) for key in keys]
        areas += [merged(mark) for mark in marks]
        classes: list[AddressClass] = []
        covered = [0] * len(areas)
        in_blocks = (1 << len(keys)) - 1
        self._alike: list[int] = []
        self._starts: dict[int, list[int]] = {}
        self._class_at: dict[int, list[int]] = {}
        self.of_version: dict[int, int] = {4: 0, 6: 0}
        for version in versions:
            base = len(classes)
            starts, signatures = _sweep(version, areas)
            number: dict[int, int] = {}
            for signature in signatures:
                number.setdefault(signature, base + len(number))
            at = [number[signature] for signature in signatures]
            classes.extend(_classes(version, starts, at, base, len(number)))
            alike: dict[int, int] = {}
            for signature, index in number.items():
                self._alike.append(alike.setdefault(signature & in_blocks, index))
                for area in indices(signature):
                    covered[area] |= 1 << index
            self._starts[version], self._class_at[version] = starts, at
            self.of_version[version] = ((1 << len(number)) - 1) << base
        # Neighbours are asked for one after another: no class holds the empty interval.
        self._last_found = {4: (1, 0, 0), 6: (1, 0, 0)}
        self.classes = tuple(classes)
        self.covered = dict(zip(keys, covered, strict=False))
        self.marked = tuple(covered[len(keys) :])
        self.everything = (1 << len(classes)) - 1

    def class_of(self, address: Address) -> int | None:
        """Return the class of *address*; None if its family was not cut."""
        version, number = address.version, int(address)
        first, last, found = self._last_found[version]
        if first <= number <= last:
            return found
        starts = self._starts.get(version)
        if starts is None:
            return None
        at = bisect_right(starts, number) - 1
        found = self._class_at[version][at]
        last = starts[at + 1] - 1 if at + 1 < len(starts) else LAST[version]
        self._last_found[version] = (starts[at], last, found)
        return found

    def alike_of(self, address: Address) -> int | None:
        """Return one class for all that no block tells apart from *address*."""
        at = self.class_of(address)
        return None if at is None else self._alike[at]

    def alike_within(self, version: int, first: int, last: int) -> int | None:
        """Return what `alike_of` does for all addresses from *first* to *last*.

        None if they are not all of one class, or their family was not cut.
        """
        starts = self._starts.get(version)
        if starts is None:
            return None
        at = bisect_right(starts, first)
        if at < len(starts) and starts[at] <= last:
            return None
        return self._alike[self._class_at[version][at - 1]]

    def touching(self, ranges: Iterable[AddressRange]) -> int:
        """Return the set of classes with an address in *ranges*."""
        found = 0
        for item in ranges:
            starts = self._starts.get(item.version)
            if starts is None:
                continue
            first = bisect_right(starts, item.first) - 1
            last = bisect_right(starts, item.last) - 1
            for index in self._class_at[item.version][first : last + 1]:
                found |= 1 << index
        return found

    def ranges(self, classes: int) -> tuple[AddressRange, ...]:
        """Return the addresses of some classes, merged, IPv4 first."""
        found = sorted(
            (self.classes[at].version, first, last)
            for at in indices(classes)
            for first, last in self.classes[at].intervals
        )
        out: list[tuple[int, int, int]] = []
        for version, first, last in found:
            if out and out[-1][0] == version and out[-1][2] + 1 == first:
                out[-1] = (version, out[-1][1], last)
            else:
                out.append((version, first, last))
        return tuple(AddressRange(*item) for item in out)


def _sweep(
    version: int, areas: Sequence[Sequence[AddressRange]]
) -> tuple[list[int], list[int]]:
    """Return where elementary intervals start, and the set of areas over each."""
    flips: dict[int, int] = {0: 0}
    for at, area in enumerate(areas):
        for item in area:
            if item.version != version:
                continue
            flips[item.first] = flips.get(item.first, 0) ^ 1 << at
            if item.last < LAST[version]:
                flips[item.last + 1] = flips.get(item.last + 1, 0) ^ 1 << at
    starts: list[int] = []
    signatures: list[int] = []
    over = 0
    for start in sorted(flips):
        over ^= flips[start]
        if not signatures or signatures[-1] != over:
            starts.append(start)
            signatures.append(over)
    return starts, signatures


def _classes(
    version: int, starts: list[int], at: list[int], base: int, count: int
) -> list[AddressClass]:
    intervals: list[list[Interval]] = [[] for _ in range(count)]
    for position, first in enumerate(starts):
        more = position + 1 < len(starts)
        last = starts[position + 1] - 1 if more else LAST[version]
        intervals[at[position] - base].append((first, last))
    return [AddressClass(version, tuple(item)) for item in intervals]
