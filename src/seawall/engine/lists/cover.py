"""Whether some rules together match all of a set of packets.

More names that hold an address only make more rules match. So a packet that no rule
matches is sought where only the names hold its ends that must.
"""

from collections.abc import Iterator
from itertools import product
from typing import NamedTuple

from seawall.engine.lists.axis import Axis, Cut, Held, bits
from seawall.engine.lists.ground import Ground, TooIntricateError

MOST_STEPS = 2_000_000
"""So many places are looked at for one question; beyond, a list is too intricate."""


FEW = 4
"""So many of the emptiest places are held against the others."""


class Region(NamedTuple):
    """A set of packets: each field is within its cut."""

    sources: Cut
    destinations: Cut
    services: Cut


class Block(NamedTuple):
    """What one rule matches."""

    sources: Held
    destinations: Held
    services: Held


class Cover:
    """Finds packets of one set that no rule of another matches."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._axes = (ground.sources, ground.destinations, ground.services)
        self._blocks = [
            Block(*(axis.values[at] for axis, at in zip(self._axes, each, strict=True)))
            for each in zip(*(axis.value_of for axis in self._axes), strict=True)
        ]

    def regions(self, *rules: int) -> Iterator[Region]:
        """Yield parts that together are what each of some rules matches."""
        ground = self._ground
        blocks = [self._blocks[rule] for rule in rules]
        for sources, destinations in ground.worlds:
            if not all(
                (block.sources.symbols or block.sources.atoms & sources)
                and (
                    block.destinations.symbols
                    or block.destinations.atoms & destinations
                )
                for block in blocks
            ):
                continue
            found = [
                Region(Cut(sources), Cut(destinations), Cut(ground.services.every))
            ]
            for rule in rules:
                found = [part for each in found for part in self._inside(each, rule)]
            yield from found

    def _inside(self, region: Region, rule: int) -> Iterator[Region]:
        parts = (
            list(axis.inside(cut, held))
            for axis, cut, held in zip(
                self._axes, region, self._blocks[rule], strict=True
            )
        )
        return (Region(*each) for each in product(*parts))

    def escapes(self, region: Region, rules: int) -> bool:
        """Whether some packet of a region is matched by no rule of a set."""
        sources, destinations, services = (
            _corners(axis, cut) for axis, cut in zip(self._axes, region, strict=True)
        )
        for source in sources:
            held = source & rules
            for destination in destinations:
                both = held & destination
                for service in services:
                    if not both & service:
                        return True
        return self.covering(region, rules) is None

    def covering(self, region: Region, rules: int) -> int | None:
        """Return rules of a set that together match all of a region, or None.

        It is the first ones of the set that match, place by place.

        Raises:
            TooIntricateError: It takes more than `MOST_STEPS` places to find out.

        Complexity: the places of the region that the rules of the set tell apart, by
        source and destination; it ends at the first that none matches.
        """
        sources, destinations, services = (
            _places(axis, cut, rules)
            for axis, cut in zip(self._axes, region, strict=True)
        )
        if not sources[0] or not destinations[0] or not services[0]:
            return None
        seen: set[int] = set()
        steps = 0
        for source in sources:
            held = {source & other for other in destinations} - seen
            seen |= held
            steps += len(destinations) + len(held) * len(services)
            if steps > MOST_STEPS:
                raise TooIntricateError(f"{steps} steps")
            for both in held:
                if not all(both & service for service in services):
                    return None
        found = 0
        for both in seen:
            for service in services:
                first = both & service
                found |= first & -first
        return found

    def example(self, region: Region, rules: int) -> tuple[int, int, int] | None:
        """Return the atoms of a packet of a region that no rule of a set matches."""
        kept: list[dict[int, int]] = []
        for axis, cut in zip(self._axes, region, strict=True):
            named = axis.named(cut.within)
            first: dict[int, int] = {}
            for atom in bits(cut.atoms):
                first.setdefault((axis.by_atom[atom] | named) & rules, atom)
            kept.append(first)
        sources, destinations, services = kept
        for source, here in sources.items():
            for destination, there in destinations.items():
                both = source & destination
                for service, what in services.items():
                    if not both & service:
                        return here, there, what
        return None


def _corners(axis: Axis, cut: Cut) -> tuple[int, int]:
    """Return the rules at the lowest and at the highest atom of a cut."""
    atoms, named = cut.atoms, axis.named(cut.within)
    lowest = axis.by_atom[(atoms & -atoms).bit_length() - 1]
    return lowest | named, axis.by_atom[atoms.bit_length() - 1] | named


def _places(axis: Axis, cut: Cut, rules: int) -> list[int]:
    """Return the rules of a set at places of a cut, the emptiest place first.

    A place with all rules of another is left out: what matches all there, matches all
    here.
    """
    by_atom = axis.by_atom
    named = axis.named(cut.within)
    found: set[int] = set()
    for first, last in axis.runs(cut.atoms):
        found.update([held & rules for held in by_atom[first : last + 1]])
    if named:
        found = {held | (named & rules) for held in found}
    kept: list[int] = []
    for held in sorted(found, key=int.bit_count):
        for other in kept[:FEW]:
            if not other & ~held:
                break
        else:
            kept.append(held)
    return kept
