"""How many pairs are open, without walking through them: sets are counted.

A pair counts as `reach` would show it: *open* if some service surely passes, *unknown*
if some may, *closed* otherwise.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial, reduce
from operator import and_, or_

from seawall.engine.policy.answers.answer import ServiceMask
from seawall.engine.policy.answers.openings import Openings
from seawall.engine.policy.rows.bits import indices, set_of
from seawall.model.workload import Workload
from seawall.query.reach.policy import ReachResult
from seawall.query.reach.sent import Sent
from seawall.query.reach.tally import Counters, Passage, Tally, Weights


@dataclass(slots=True)
class NamespaceCount:
    """The pairs of workloads that concern one namespace.

    Attributes:
        name: The namespace.
        workloads: How many workloads run in it.
        pods: How many pods these have.
        within: Pairs inside it.
        leaving: Pairs from it to others.
        entering: Pairs from others to it.
    """

    name: str
    workloads: int = 0
    pods: int = 0
    within: Tally = field(default_factory=Tally)
    leaving: Tally = field(default_factory=Tally)
    entering: Tally = field(default_factory=Tally)


@dataclass(frozen=True, slots=True)
class ReachCount:
    """What a snapshot lets pass, in numbers.

    Attributes:
        workloads: Pairs of workloads; of one with itself only if these were asked for.
        pods: Pairs of two pods. They count as their workloads do; those of one
            workload as this does towards its own other pods.
        namespaces: Those with a running workload, by name.
    """

    workloads: Tally
    pods: Tally
    namespaces: tuple[NamespaceCount, ...]


@dataclass(slots=True)
class Counting:
    """Counts in the making.

    Attributes:
        pairs: Pairs of workloads.
        pods: Pairs of pods.
        spaces: The pairs of each namespace.
    """

    pairs: Tally
    pods: Tally
    spaces: dict[str, NamespaceCount]

    @classmethod
    def over(cls, workloads: Sequence[Workload]) -> "Counting":
        """Return counts of no pair yet."""
        spaces: dict[str, NamespaceCount] = {}
        for item in workloads:
            space = spaces.setdefault(item.namespace, NamespaceCount(item.namespace))
            space.workloads += 1
            space.pods += pods_of(item)
        return cls(Tally(), Tally(), spaces)

    def done(self) -> ReachCount:
        """Return what was counted."""
        ordered = sorted(self.spaces.values(), key=lambda item: item.name)
        return ReachCount(self.pairs, self.pods, tuple(ordered))


@dataclass(frozen=True, slots=True)
class Part:
    """Some pairs of workloads.

    Attributes:
        sources: Their positions.
        targets: Likewise; each source is paired with each.
        sure: Services, as a mask; a pair is open if one of them surely passes.
        possible: Services; a pair is unknown if one of them may pass. It holds *sure*.
        with_own_pods: Whether pairs of two pods of one workload count.
    """

    sources: Sequence[int]
    targets: Collection[int]
    sure: int
    possible: int
    with_own_pods: bool


def count_reach(result: ReachResult) -> ReachCount:
    """Count the pairs of workloads and of pods that network policies let pass.

    A workload of which no pod is known counts as one pod.

    Complexity: that of `openings`, plus sources times workloads whose pods are in
    several units, plus pairs of a workload on the host network and one that policies
    hold. Pairs of pods are never walked through, other pairs of workloads neither.
    """
    asked = result.table.services.sure(result.mask)
    everyone = (result.sources(), result.destinations())
    counting = Counting.over(result.workloads)
    count_part(result, Part(*everyone, asked, asked, with_own_pods=True), counting)
    return counting.done()


def count_part(result: ReachResult, part: Part, counting: Counting) -> None:
    """Count some pairs as `count_reach` does, by the services of the part alone."""
    _Count(result, part, counting).run()


def pods_of(workload: Workload) -> int:
    """Return how many pods a workload counts as."""
    return len(workload.pods) or 1


_OfSome = Callable[[int], Sequence[Openings]]
"""Takes a set of units; what it returns holds for these alone."""


class _Count:
    """One count in the making; workloads are named by position in the result."""

    def __init__(self, result: ReachResult, part: Part, counting: Counting) -> None:
        self._result, self._table, self._part = result, result.table, part
        self._wanted = set(part.targets)
        self._chosen = part.sources
        self._size = [pods_of(item) for item in result.workloads]
        single = [at for at in self._wanted if len(result.units[at]) == 1]
        self._targets: dict[int, list[int]] = {}
        for at in single:
            self._targets.setdefault(result.units[at][0], []).append(at)
        self._scattered = [at for at in self._wanted if len(result.units[at]) > 1]
        self._members = [set_of(units) for units in result.units]
        self._count = Weights((result.units[at][0], 1) for at in single)
        self._pods = Weights((result.units[at][0], self._size[at]) for at in single)
        self._singles = set_of(self._targets)
        self._spaces = counting.spaces
        homes: dict[str, list[int]] = {}
        for at, item in enumerate(result.workloads):
            homes.setdefault(item.namespace, []).extend(result.units[at])
        self._homes = {name: set_of(units) for name, units in homes.items()}
        self._into = {Passage.OPEN: Counters(), Passage.UNKNOWN: Counters()}
        self._pairs, self._pod_pairs = counting.pairs, counting.pods

    def run(self) -> None:
        """Count everything."""
        self._totals()
        units = self._result.units
        sending = Sent(self._table, self._part.sure, self._part.possible)
        alone: dict[int, list[int]] = {}
        for at in self._chosen:
            if len(units[at]) == 1:
                alone.setdefault(units[at][0], []).append(at)
        unheld = {at: alone[at] for at in alone if sending.unheld >> at & 1}
        self._from_unheld(unheld, sending)
        shared = self._result.residents.shared
        kept: dict[int, Openings] = {}
        for unit, found in sending.each(set_of(alone.keys() - unheld.keys()) | shared):
            if unit in alone and unit not in unheld:
                self._from(alone[unit], (found,))
            if shared >> unit & 1:
                kept[unit] = found
        for at in self._chosen:
            if len(units[at]) > 1:
                self._from([at], tuple(kept[unit] for unit in units[at]))
        for name, space in self._spaces.items():
            for passage, counters in self._into.items():
                home = self._homes[name] & self._singles
                space.entering.add(passage, counters.over(home, self._count))

    def _totals(self) -> None:
        """Count the pairs, whatever passes."""
        workloads, own = self._result.workloads, self._result.narrowing.include_self
        sources, targets = len(self._chosen), len(self._wanted)
        chosen = set(self._chosen)
        both = [at for at in self._chosen if at in self._wanted]
        self._pairs.total += sources * targets - (0 if own else len(both))
        size = self._size
        self._pod_pairs.total += sum(size[at] for at in self._chosen) * sum(
            size[at] for at in self._wanted
        ) - sum(size[at] if self._part.with_own_pods else size[at] ** 2 for at in both)
        here = dict.fromkeys(self._spaces, (0, 0, 0))
        for at, item in enumerate(workloads):
            one, two, three = here[item.namespace]
            is_source, is_target = at in chosen, at in self._wanted
            here[item.namespace] = (
                one + is_source,
                two + is_target,
                three + (is_source and is_target),
            )
        for name, (leaving, entering, same) in here.items():
            space = self._spaces[name]
            space.within.total += leaving * entering - (0 if own else same)
            space.leaving.total += leaving * (targets - entering)
            space.entering.total += (sources - leaving) * entering

    def _from_unheld(
        self, workloads: Mapping[int, Sequence[int]], sending: Sent
    ) -> None:
        """Count what workloads in units that no policy keeps from sending may send.

        It is counted at those that take it, once for all senders.

        Args:
            workloads: By unit, those that are in it alone.
            sending: What units may send.
        """
        senders = set_of(workloads)
        count = Weights((unit, len(found)) for unit, found in workloads.items())
        pods = Weights(
            (unit, sum(self._size[at] for at in found))
            for unit, found in workloads.items()
        )
        sent = {Passage.OPEN: Counters(), Passage.UNKNOWN: Counters()}
        for target, takers in self._targets.items():
            many, size = len(takers), sum(self._size[at] for at in takers)
            space = self._space(takers[0])
            home = self._homes[space.name]
            sure, possible = sending.to(target)
            for passage, units in (
                (Passage.OPEN, sure & senders),
                (Passage.UNKNOWN, possible & ~sure & senders),
            ):
                if not units:
                    continue
                here = units & home
                everywhere, inside = count.of(units), count.of(here)
                self._pairs.add(passage, many * everywhere)
                self._pod_pairs.add(passage, size * pods.of(units))
                space.within.add(passage, many * inside)
                space.entering.add(passage, many * (everywhere - inside))
                sent[passage].add(units ^ here, many)
        for name, space in self._spaces.items():
            for passage, counters in sent.items():
                space.leaving.add(passage, counters.over(self._homes[name], count))
        for unit, found in workloads.items():
            of_some = partial(sending.from_unheld, unit)
            for at in found:
                self._one_by_one(at, lambda units: (of_some(units),))  # noqa: B023

    def _from(self, sources: Sequence[int], found: tuple[Openings, ...]) -> None:
        """Count what workloads in the same units may send.

        Args:
            sources: The workloads; several only if they are in one unit alone.
            found: What of their units.
        """
        name = self._result.workloads[sources[0]].namespace
        space, home = self._spaces[name], self._homes[name]
        many, pods = len(sources), sum(self._size[at] for at in sources)
        sure, maybe = self._to_singles(sources[0], found)
        for passage, units in ((Passage.OPEN, sure), (Passage.UNKNOWN, maybe)):
            if not units:
                continue
            here = units & home
            everywhere, inside = self._count.of(units), self._count.of(here)
            self._pairs.add(passage, many * everywhere)
            self._pod_pairs.add(passage, pods * self._pods.of(units))
            space.within.add(passage, many * inside)
            space.leaving.add(passage, many * (everywhere - inside))
            self._into[passage].add(units ^ here, many)
        for at in sources:
            self._one_by_one(at, lambda _: found)

    def _one_by_one(self, at: int, of_some: _OfSome) -> None:
        """Count the pairs of one source that sets of units do not settle.

        Args:
            at: The source.
            of_some: Returns what may be sent to some units from each of its own.
        """
        for target in self._scattered:
            passage = self._passage(at, target, of_some(self._members[target]))
            self._add(at, target, passage)
        if at in self._wanted:
            self._itself(at, self._passage(at, at, of_some(self._members[at])))
        self._near(at, of_some)

    def _to_singles(self, source: int, found: Sequence[Openings]) -> tuple[int, int]:
        """Return to which units a workload surely may send, and perhaps."""
        sure = reduce(and_, (item.sure for item in found))
        maybe = reduce(or_, (item.possible for item in found))
        if len(found) > 1:
            whole = reduce(and_, (item.whole for item in found))
            own = self._result.units[source]
            for unit in indices(sure & ~whole & self._singles):
                mask = self._table.between_units(own, (unit,))
                if not mask.allowed & self._part.sure:
                    sure ^= 1 << unit
        return sure, maybe & ~sure

    def _passage(self, source: int, target: int, found: Sequence[Openings]) -> Passage:
        """Return what is known of one pair, its ends on different nodes."""
        members = self._members[target]
        if not members & reduce(or_, (item.possible for item in found)):
            return Passage.CLOSED
        if members & ~reduce(and_, (item.sure for item in found)):
            return Passage.UNKNOWN
        if len(found) > 1 or members & (members - 1):
            units = self._result.units
            mask = self._table.between_units(units[source], units[target])
            return Passage.OPEN if mask.allowed & self._part.sure else Passage.UNKNOWN
        return Passage.OPEN

    def _judged(self, mask: ServiceMask) -> Passage:
        """Return what is known of a pair whose answer is known."""
        if mask.allowed & self._part.sure:
            return Passage.OPEN
        return (
            Passage.UNKNOWN if mask.possible & self._part.possible else Passage.CLOSED
        )

    def _itself(self, at: int, passage: Passage) -> None:
        """Count a workload to itself anew: a pod is no other pod of it.

        See `ReachResult.answers_from` for what is known of a pod to itself.
        """
        self._add(at, at, passage, -1)
        if self._part.with_own_pods:
            self._pod_pairs.add(passage, self._size[at] * (self._size[at] - 1))
        if self._result.narrowing.include_self:
            own = passage
            if own is Passage.CLOSED and self._part.possible:
                own = Passage.UNKNOWN
            self._pairs.add(own, 1)
            self._space(at).within.add(own, 1)

    def _near(self, source: int, of_some: _OfSome) -> None:
        """Correct what is counted of pairs that may share a node."""
        result = self._result
        near = self._table.near_answers(result.numbers[source])
        for number in near.keys() & result.positions.keys():
            target = result.positions[number]
            if target not in self._wanted:
                continue
            found = of_some(self._members[target])
            counted = self._passage(source, target, found)
            passage = self._judged(self._table.mask(near[number]))
            if passage is not counted:
                self._add(source, target, counted, -1)
                self._add(source, target, passage)

    def _add(self, source: int, target: int, passage: Passage, sign: int = 1) -> None:
        """Count one pair of workloads, or take it out again."""
        self._pairs.add(passage, sign)
        size = self._size[source] * self._size[target]
        self._pod_pairs.add(passage, sign * size)
        here, there = self._space(source), self._space(target)
        if here is there:
            here.within.add(passage, sign)
        else:
            here.leaving.add(passage, sign)
            there.entering.add(passage, sign)

    def _space(self, at: int) -> NamespaceCount:
        return self._spaces[self._result.workloads[at].namespace]
