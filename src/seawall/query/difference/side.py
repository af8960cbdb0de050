"""One of two answers that are compared: its workloads by name, its verdicts as sets."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from seawall.engine.policy.answers.flows import answer_flows, service_flows
from seawall.engine.policy.ends.frame import in_force, named_numbers
from seawall.engine.policy.ends.vocabulary import Vocabulary
from seawall.engine.policy.rows.row import Term
from seawall.flowspace import FlowSet
from seawall.model.address import AddressRange
from seawall.model.dataplane import Dataplane
from seawall.model.diagnostic import Assumption
from seawall.model.policy import Direction
from seawall.model.snapshot import Snapshot
from seawall.model.trace import Verdict
from seawall.model.workload import Workload
from seawall.query.case import Case
from seawall.query.reach.policy import (
    ALL,
    Extra,
    Narrowing,
    ReachResult,
    reach_policy,
)

_IPV4 = 4

Name = tuple[str, str, str, tuple[tuple[str, str], ...]]
"""What makes a workload the same on both sides: namespace, kind, name, variant."""

Part = tuple[AddressRange, int]


def name_of(workload: Workload) -> Name:
    """Return what makes a workload the same on both sides."""
    return workload.namespace, workload.kind, workload.name, workload.variant


class Side:
    """One answer of the policy layer, ready to be compared.

    Attributes:
        name: What people call it: an engine, a folder.
        result: The answer.
        past: What lets packets pass that policies deny, if anything does.
    """

    past = ""

    def __init__(self, name: str, result: ReachResult) -> None:
        self.name = name
        self.result = result
        self._verdicts: dict[int | None, Mapping[Verdict | None, FlowSet]] = {}
        self._masks: dict[int | None, Mapping[Verdict | None, int]] = {}
        self._parts: dict[object, list[Part]] = {}
        self._cells: dict[tuple[int, ...], tuple[Term, ...]] = {}
        self._kept_cells: dict[tuple[Term, ...], tuple[Term, ...]] = {}

    @cached_property
    def positions(self) -> dict[Name, int]:
        """The positions of the workloads that run."""
        return {name_of(item): at for at, item in enumerate(self.result.workloads)}

    @cached_property
    def sources(self) -> frozenset[Name]:
        """The workloads that are asked about as sources."""
        workloads = self.result.workloads
        return frozenset(name_of(workloads[at]) for at in self.result.sources())

    @cached_property
    def destinations(self) -> frozenset[Name]:
        """The workloads that are asked about as destinations."""
        workloads = self.result.workloads
        return frozenset(name_of(workloads[at]) for at in self.result.destinations())

    def workload(self, name: Name) -> Workload | None:
        """Return the workload of a name, if it runs on this side."""
        at = self.positions.get(name)
        return None if at is None else self.result.workloads[at]

    def answers_from(self, name: Name) -> "Answers | None":
        """Return what a workload may send to others; None if it is not here."""
        at = self.positions.get(name)
        return None if at is None else Answers(self, self.result.answers_from(at))

    def answer(self, source: Name, target: Name) -> int | None:
        """Return what one workload may send to another; None if either is not here.

        What `answers_from` says of the two, asked for by itself. It knows nothing of
        what passes beside policies.
        """
        one, two = self.positions.get(source), self.positions.get(target)
        if one is None or two is None:
            return None
        numbers = self.result.numbers
        return self.result.table.answer(numbers[one], numbers[two]) & self.result.mask

    def own_node(self, name: Name) -> int | None:
        """Return what a workload may send to its own node; None if it is not here."""
        at = self.positions.get(name)
        if at is None:
            return None
        result = self.result
        return result.table.own_node_answer(result.units[at]) & result.mask

    def outside(self, name: Name, direction: Direction) -> list[Part] | None:
        """Return the answers for addresses, where some service passes."""
        at = self.positions.get(name)
        if at is None:
            return None
        result = self.result
        cells = result.outside_from(at, direction)
        found = self._parts.get((cells, direction))
        if found is None:
            found = self._parts[cells, direction] = [
                (piece, answer & result.mask)
                for ranges, answer in result.address_parts(cells, direction)
                for piece in ranges
            ]
        return found

    def outside_cells(
        self, name: Name, direction: Direction
    ) -> tuple[Term, ...] | None:
        """Return what `outside` goes by; None if that is not all, or it is not here.

        What is equal is one object.
        """
        at = self.positions.get(name)
        if at is None:
            return None
        result = self.result
        key = result.table.outside_key(result.numbers[at], direction)
        found = None if key is None else self._cells.get(key)
        if found is None:
            cells = result.outside_from(at, direction)
            found = self._kept_cells.setdefault(cells, cells)
            if key is not None:
                self._cells[key] = found
        return found

    def verdicts(self, answer: int | None) -> Mapping[Verdict | None, FlowSet]:
        """Return the services asked about by verdict; by None if an end is absent."""
        found = self._verdicts.get(answer)
        if found is None:
            found = self._verdicts[answer] = self._split(answer)
        return found

    def masks(self, answer: int | None) -> Mapping[Verdict | None, int]:
        """Return what `verdicts` does, as masks of services; empty ones are left out.

        Each stands for the headers that `header_flows` returns.
        """
        found = self._masks.get(answer)
        if found is None:
            found = self._masks[answer] = self._split_mask(answer)
        return found

    def header_flows(self, mask: int) -> FlowSet:
        """Return the headers of a mask that tells no ICMP messages apart."""
        return service_flows(self.result.table.services, mask)

    def _split_mask(self, answer: int | None) -> Mapping[Verdict | None, int]:
        services = self.result.table.services
        whole = services.widened(services.possible(self.result.mask))
        if answer is None:
            return {None: whole}
        allowed = services.whole(services.sure(answer))
        possible = services.widened(services.possible(answer))
        parts = {
            Verdict.ALLOWED: allowed,
            Verdict.UNKNOWN: possible & ~allowed,
            Verdict.DENIED: whole & ~possible,
        }
        return {verdict: mask for verdict, mask in parts.items() if mask}

    def _split(self, answer: int | None) -> Mapping[Verdict | None, FlowSet]:
        table = self.result.table
        whole = answer_flows(table.services, table.mask(self.result.mask)).possible
        if answer is None:
            return {None: whole}
        flows = answer_flows(table.services, table.mask(answer))
        return {
            Verdict.ALLOWED: flows.allowed,
            Verdict.UNKNOWN: flows.possible - flows.allowed,
            Verdict.DENIED: whole - flows.possible,
        }


def case_of(side: Side) -> Case:
    """Return the case of a side; its policies are not compiled again."""
    result = side.result
    plane = result.table.index.dataplane
    case = Case(result.snapshot, plane.engine.value)
    # What the cluster's version brings is in the plane that was answered with.
    case.dataplane, case.table = plane, result.table
    return case


def unit_of(side: Side, name: Name) -> int | None:
    """Return the one unit that a workload is in; None if its answers are its own.

    So they are if its pods are in several units, or if it counts where they run.
    """
    at = side.positions[name]
    units = side.result.units[at]
    if len(units) > 1 or side.result.workloads[at].host_network:
        return None
    return units[0]


def families_of(*snapshots: Snapshot) -> tuple[AddressRange, ...]:
    """Return the addresses that both sides must be asked about, beside IPv4.

    A side whose policies name no IPv6 address would otherwise say nothing about them.
    """
    for snapshot in snapshots:
        objects = snapshot.objects
        words = Vocabulary.of(
            objects.policies,
            objects.opaque_policies,
            objects.ranked_policies,
            objects.network_sets,
        )
        if any(item.block.version != _IPV4 for item in words.blocks):
            return (AddressRange.everything(6),)
    return ()


@dataclass(frozen=True, slots=True)
class Draft:
    """A side whose answer is not made yet.

    Attributes:
        name: What people call it.
        snapshot: What was read.
        dataplane: How policies are enforced.
        assumptions: Those behind the choice of *dataplane*.
        narrowing: What part of the connections is wanted.
    """

    name: str
    snapshot: Snapshot
    dataplane: Dataplane
    assumptions: tuple[Assumption, ...] = ()
    narrowing: Narrowing = ALL

    @property
    def words(self) -> Vocabulary:
        """What its policies mention."""
        objects = self.snapshot.objects
        policies, _, opaque, ranked = in_force(objects, self.dataplane)
        return Vocabulary.of(policies, opaque, ranked, objects.network_sets)

    def side(self, extra: Extra) -> Side:
        """Make the answer."""
        result = reach_policy(
            self.snapshot,
            self.dataplane,
            self.narrowing,
            assumptions=self.assumptions,
            extra=extra,
        )
        return Side(self.name, result)


def two_sides(left: Draft, right: Draft) -> tuple[Side, Side]:
    """Return two sides that tell the same things apart.

    Both say something about the same address families. Both cut services and addresses
    alike, as far as their policies say how; then answers can be compared as numbers.
    """
    words = Vocabulary()
    drafts = left, right
    for draft in drafts:
        words.take(draft.words)
    for draft in drafts:
        words.ports |= named_numbers(draft.snapshot.objects.workloads, words)
    ranges = families_of(left.snapshot, right.snapshot)
    extra = Extra(ranges=ranges, room=words)
    return left.side(extra), right.side(extra)


class Sent(NamedTuple):
    """What one workload may send to others, by number.

    Attributes:
        answers: Raw answers.
        other: The answer for those that are not listed; None if it is not here itself.
    """

    answers: dict[int, int]
    other: int | None

    def to(self, number: int) -> int | None:
        """Return the answer for one of the others."""
        return self.answers.get(number, self.other)


class Answers:
    """What one workload may send to the others of its side."""

    def __init__(self, side: Side, found: Mapping[int, int]) -> None:
        self._positions = side.positions
        self._found = found

    def by_number(self, numbers: Sequence[int]) -> dict[int, int]:
        """Return the raw answers by number, those for nothing left out.

        Args:
            numbers: The number of each workload of the side, by position.
        """
        return {numbers[at]: answer for at, answer in self._found.items()}

    def to(self, name: Name) -> int | None:
        """Return the raw answer for a workload; None if it is not on this side."""
        at = self._positions.get(name)
        return None if at is None else self._found.get(at, 0)


def refined(
    left: Iterable[Part] | None, right: Iterable[Part] | None
) -> Iterator[tuple[AddressRange, int | None, int | None]]:
    """Yield ranges that neither side divides, with the answer of each; 0 for none."""
    sides = [left, right]
    for version in (4, 6):
        edges: dict[int, list[tuple[int, int, bool]]] = {}
        for side, parts in enumerate(sides):
            for piece, answer in parts or ():
                if piece.version == version:
                    edges.setdefault(piece.first, []).append((side, answer, True))
                    edges.setdefault(piece.last + 1, []).append((side, answer, False))
        now: list[int | None] = [None if parts is None else 0 for parts in sides]
        starts = sorted(edges)
        for at, start in enumerate(starts[:-1]):
            # What ends here makes room for what begins here.
            for side, answer, begins in sorted(edges[start], key=lambda edge: edge[2]):
                now[side] = answer if begins else 0
            piece = AddressRange(version, start, starts[at + 1] - 1)
            yield piece, now[0], now[1]
