"""Answers for pairs of pods."""

from collections.abc import Mapping, Sequence
from functools import cached_property

from seawall.engine.policy.compile.agreement import agreed
from seawall.engine.policy.compile.index import Index
from seawall.engine.policy.compile.near import Near
from seawall.engine.policy.rows.laid import Laid, LaidRow
from seawall.engine.policy.rows.row import Row
from seawall.model.policy import Direction


class Pairs:
    """What pods of one workload may send to pods of another.

    Workloads are named by position.

    Attributes:
        laid: The rows that were asked about.
    """

    def __init__(
        self,
        index: Index,
        rows: Mapping[Direction, Sequence[Row]],
        free: Row,
        near: Near,
    ) -> None:
        """Take what rows are asked of.

        Args:
            index: The compiled snapshot.
            rows: For each direction, the row of each unit.
            free: The row of units that no policy holds.
            near: What passes between pods and their own nodes.
        """
        self._index, self._rows, self._free, self._near = index, rows, free, near
        self._out, self._in = rows[Direction.EGRESS], rows[Direction.INGRESS]
        self._kept: dict[tuple[int, int, int, int], int] = {}
        self.laid = Laid(index.columns.everything.bit_length())

    def answer(self, source: int, destination: int) -> int:
        """Return what pods of one workload may send to other pods of another."""
        one, other = self._plain[source], self._plain[destination]
        if one >= 0 and other >= 0:
            first = self._firsts or 0
            taken = self._taken[other] or self.laid_row(other, Direction.INGRESS)
            sender, receiver = first + one, first + other
            # Written out: nearly all pairs end at one of these two.
            if not taken.some[sender >> 3] >> (sender & 7) & 1:
                return 0
            sent = self._sent[one] or self.laid_row(one, Direction.EGRESS)
            if not sent.some[receiver >> 3] >> (receiver & 7) & 1:
                return 0
            return sent.at(receiver) & taken.at(sender)
        if self._may_be_near(source, destination):
            return self._near_answer(source, destination)
        units = self._index.units.of_workload
        return agreed(
            self._index.services,
            (self.pair(s, d) for s in units[source] for d in units[destination]),
        )

    def laid_row(self, unit: int, direction: Direction) -> LaidRow:
        """Return the row of a unit in bytes."""
        inward = direction is Direction.INGRESS
        rows, known = (self._in, self._taken) if inward else (self._out, self._sent)
        found = known[unit]
        if found is None:
            found = known[unit] = self.laid.row(rows[unit])
        return found

    @cached_property
    def _sent(self) -> list[LaidRow | None]:
        """What each unit may send; None until it is asked about."""
        return [None] * len(self._out)

    @cached_property
    def _taken(self) -> list[LaidRow | None]:
        """What each unit may get; None until it is asked about."""
        return [None] * len(self._in)

    @cached_property
    def _plain(self) -> list[int]:
        """The one unit that a workload with own addresses is in, by position, or -1.

        -1 for all, if units differ in their families.
        """
        if self._firsts is None:
            return [-1] * len(self._index.workloads)
        return [
            units[0] if len(units) == 1 and not workload.host_network else -1
            for units, workload in zip(
                self._index.units.of_workload, self._index.workloads, strict=True
            )
        ]

    def near_answers(self, source: int) -> dict[int, int]:
        """Return the answers for workloads that may share a node with one.

        Complexity: the workloads on the host network for a pod that is isolated; the
        isolated ones for a workload on the host network.
        """
        if self._index.workloads[source].host_network:
            others = self._governed
        elif self._is_governed(source, Direction.EGRESS):
            others = self._hosts
        else:
            return {}
        if not others or not self._may_be_near(source, others[0]):
            return {}
        return {at: self._near_answer(source, at) for at in others}

    def pair(
        self, source: int, destination: int, exempt_out: int = 0, exempt_in: int = 0
    ) -> int:
        """Return what one unit may send to another in some address family.

        Args:
            source: The unit that sends.
            destination: The unit that receives.
            exempt_out: What passes the policies of the source in any case.
            exempt_in: What passes those of the destination in any case.
        """
        if exempt_out or exempt_in or self._firsts is None:
            return self._pair_of_families(source, destination, exempt_out, exempt_in)
        first = self._firsts
        sent = self.laid_row(source, Direction.EGRESS).at(first + destination)
        if not sent:
            return 0
        return sent & self.laid_row(destination, Direction.INGRESS).at(first + source)

    def _pair_of_families(
        self, source: int, destination: int, exempt_out: int, exempt_in: int
    ) -> int:
        columns, units = self._index.columns, self._index.units.units
        out, back = self._out[source], self._in[destination]
        answer = 0
        for family in units[source].families:
            if family in units[destination].families:
                first = columns.first_unit(family)
                answer |= out.with_exempt(
                    first + destination, exempt_out
                ) & back.with_exempt(first + source, exempt_in)
        return answer

    @cached_property
    def _firsts(self) -> int | None:
        """The column of unit 0, if every unit has an address of the one family."""
        columns = self._index.columns
        if len(columns.families) > 1:
            return None
        only = columns.families[0]
        everyone = all(only in unit.families for unit in self._index.units.units)
        return columns.first_unit(only) if everyone else None

    def _near_answer(self, source: int, destination: int) -> int:
        """Return an answer for two workloads that may be on one node."""
        near, kept = self._near, self._kept
        answers = []
        for a in near.whereabouts.stays(source):
            for b in near.whereabouts.stays(destination):
                exempt_out = near.exempt(a, b, Direction.EGRESS)
                exempt_in = near.exempt(b, a, Direction.INGRESS)
                key = (a.unit, b.unit, exempt_out, exempt_in)
                if key not in kept:
                    kept[key] = self.pair(*key)
                answers.append(kept[key])
        return agreed(self._index.services, answers)

    @cached_property
    def _hosts(self) -> list[int]:
        workloads = self._index.workloads
        return [at for at, item in enumerate(workloads) if item.host_network]

    @cached_property
    def _governed(self) -> list[int]:
        return [
            at
            for at, item in enumerate(self._index.workloads)
            if not item.host_network and self._is_governed(at, Direction.INGRESS)
        ]

    def _is_governed(self, number: int, direction: Direction) -> bool:
        """Whether policies hold some pod of a workload."""
        rows = self._rows[direction]
        units = self._index.units.of_workload[number]
        return any(rows[unit] is not self._free for unit in units)

    def _may_be_near(self, source: int, destination: int) -> bool:
        """Whether it counts if pods of two workloads are on one node."""
        sender, receiver = (self._index.workloads[at] for at in (source, destination))
        if sender.host_network == receiver.host_network:
            return False
        if sender.host_network:
            return self._is_governed(destination, Direction.INGRESS)
        free = self._near.free(Direction.EGRESS)
        return bool(free) and self._is_governed(source, Direction.EGRESS)
