"""How many pairs are open through all layers.

Workloads of which the network says the same are counted together, by sets; only pairs
for which it has to be asked one by one are listed.
"""

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import NamedTuple

from seawall.engine.policy.answers.flows import service_flows
from seawall.model.packet import WITH_PORTS
from seawall.query.reach.cells import Passing, Words
from seawall.query.reach.count import Counting, Part, ReachCount, count_part, pods_of
from seawall.query.reach.every_layer import ReachAll
from seawall.query.reach.layers import Layers
from seawall.query.reach.network import Means, Place
from seawall.query.reach.tally import Passage

FEW = 10_000
"""Up to so many pairs are listed rather than counted by sets."""


MOST_EXACT = 64
"""Up to so many exact places are told apart among workloads that may be in one."""


class Lets(NamedTuple):
    """The services of the policy layer that the network lets pass in part or whole.

    Attributes:
        sure: Those of which some headers surely pass, as a mask.
        possible: Those of which some may.
    """

    sure: int
    possible: int


def count_every_layer(result: ReachAll) -> ReachCount:
    """Count the pairs that all layers let pass.

    Pairs of two pods of one workload are not among those of pods: what lies between
    them is not asked for.

    Complexity: pairs of places, each a walk; for each distinct set of services that the
    network lets pass between places, that of `count_reach`; and the pairs of workloads
    between places where the network does not say the same of all of them.
    """
    counting = Counting.over(result.workloads)
    for part, listed in _parts(result.layers, result.sources(), result.destinations()):
        if listed:
            _list(result, part, counting)
        else:
            count_part(result.layers.policy, part, counting)
    return counting.done()


def count_listed(result: ReachAll) -> ReachCount:
    """Count the same pairs one by one."""
    counting = Counting.over(result.workloads)
    every = Part(result.sources(), result.destinations(), 0, 0, with_own_pods=False)
    _list(result, every, counting)
    return counting.done()


def _list(result: ReachAll, part: Part, counting: Counting) -> None:
    workloads, targets = result.workloads, sorted(part.targets)
    for source in part.sources:
        found, here = dict(result.between(source, targets)), workloads[source]
        for target in targets:
            if target == source and not result.include_self:
                continue
            there, passage = workloads[target], _passage(found.get(target))
            tallies = [counting.pairs]
            if here.namespace == there.namespace:
                tallies.append(counting.spaces[here.namespace].within)
            else:
                tallies.append(counting.spaces[here.namespace].leaving)
                tallies.append(counting.spaces[there.namespace].entering)
            for tally in tallies:
                tally.total += 1
                tally.add(passage, 1)
            if target != source:
                size = pods_of(here) * pods_of(there)
                counting.pods.total += size
                counting.pods.add(passage, size)


def _passage(words: Words | None) -> Passage:
    if words is None:
        return Passage.CLOSED
    others = words.others or ("", "")
    if words.allowed or others[0]:
        return Passage.OPEN
    return Passage.UNKNOWN if words.unknown or others[1] else Passage.CLOSED


class _Cell(NamedTuple):
    """Workloads of which the network says the same.

    Attributes:
        place: Where they may be, by their pool.
        exact: Where they are, by all that is known; None if they differ in that.
    """

    place: Place
    exact: Place | None


def _parts(
    layers: Layers, sources: Sequence[int], targets: Sequence[int]
) -> Iterable[tuple[Part, bool]]:
    """Yield parts that together are all pairs, and whether each is to be listed."""
    here, there = _cells(layers, sources), _cells(layers, targets)
    reading = _Reading(layers)
    rows: dict[tuple[Lets | None, tuple[_Cell, ...]], list[_Cell]] = {}
    for cell in here:
        met: dict[Lets | None, list[_Cell]] = {}
        for other in there:
            met.setdefault(reading.lets(cell, other), []).append(other)
        for lets, others in met.items():
            rows.setdefault((lets, tuple(others)), []).append(cell)
    for (lets, met_cells), cells in rows.items():
        of_cells = sorted(at for cell in cells for at in here[cell])
        to_cells = sorted(at for cell in met_cells for at in there[cell])
        sure, possible = lets or (0, 0)
        part = Part(of_cells, to_cells, sure, possible, with_own_pods=False)
        yield part, lets is None or len(of_cells) * len(to_cells) <= FEW


def _cells(layers: Layers, positions: Sequence[int]) -> dict[_Cell, list[int]]:
    by_place: dict[Place, dict[Place, list[int]]] = {}
    for at in positions:
        found = by_place.setdefault(layers.classes.place(at), {})
        found.setdefault(layers.classes.exact(at), []).append(at)
    cells: dict[_Cell, list[int]] = {}
    for place, found in by_place.items():
        if len(found) <= MOST_EXACT:
            for exact, members in found.items():
                cells[_Cell(place, exact)] = members
        else:
            cells[_Cell(place, None)] = sorted(chain(*found.values()))
    return cells


class _Reading:
    """Reads what the network lets pass as services of the policy layer."""

    def __init__(self, layers: Layers) -> None:
        self._layers = layers
        table = layers.policy.table
        self._services = table.services
        self._asked = table.services.sure(layers.policy.mask)
        self._found: dict[Passing, Lets] = {}
        one_family = len(table.index.columns.families) == 1
        # Headers do not show the type of an ICMP message: parts of it do not add up.
        in_parts = any(
            table.services.protocol_mask(number).bit_count() > 1
            for number in table.services.named
            if number not in WITH_PORTS
        )
        self._adds_up = one_family and not in_parts

    def lets(self, here: _Cell, there: _Cell) -> Lets | None:
        """Return what passes, or None if each pair has to be asked about.

        It is read as `Classes.between` and `Pairs` put it together for one pair.
        """
        classes = self._layers.classes
        crossing = classes.crossing(here.place, there.place)
        if crossing.means is Means.POLICY:
            return Lets(self._asked, self._asked)
        if crossing.means is Means.WALK or not self._adds_up:
            return None
        if not crossing.is_even:
            if here.exact is None or there.exact is None:
                return None
            crossing = classes.crossing(here.exact, there.exact)
        if crossing.means is Means.WALK:
            return None
        if crossing.means is Means.POLICY:
            return Lets(self._asked, self._asked)
        passing = crossing.passing
        if passing not in self._found:
            self._found[passing] = self._read(passing)
        return self._found[passing]

    def _read(self, passing: Passing) -> Lets:
        sure = possible = 0
        asked = passing.within(self._layers.asked)
        for at in range(self._services.width):
            if not self._asked >> at & 1:
                continue
            flows = service_flows(self._services, 1 << at, whole=False)
            if flows & asked.allowed:
                sure |= 1 << at
            if flows & (asked.allowed | asked.unknown):
                possible |= 1 << at
        return Lets(sure, possible)
