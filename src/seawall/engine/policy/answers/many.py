"""Whether anything passes, for millions of pairs: one look at a byte for each."""

from collections.abc import Callable, Sequence
from enum import IntEnum

from seawall.engine.policy.answers.openings import Sending
from seawall.engine.policy.compile.index import Index
from seawall.engine.policy.rows.bits import set_of
from seawall.engine.policy.rows.grid import grid
from seawall.engine.policy.rows.plain_grid import ASK


class Verdict(IntEnum):
    """What becomes of the services asked for, between two workloads."""

    CLOSED = 0
    """None passes."""
    UNKNOWN = 1
    """Some may pass, and none surely does."""
    OPEN = 2
    """Some surely passes."""


class Many:
    """Verdicts for many pairs of workloads, named by position.

    They say of a pair what `PolicyTable.answer` says of the services asked for.
    """

    def __init__(
        self,
        index: Index,
        sending: Sending,
        asked: int,
        answer: Callable[[int, int], int],
    ) -> None:
        """Prepare for questions.

        Args:
            index: The compiled snapshot.
            sending: To which units each may send anything.
            asked: The mask of the services asked for.
            answer: Answers for one pair, where a unit does not stand for the workload.
        """
        self._services, self._sending = index.services, sending
        self._asked, self._answer = asked, answer
        count = len(index.units.units)
        # A unit stands for a workload that is in no other and has its own addresses.
        units = [
            units[0] if len(units) == 1 and not workload.host_network else count
            for workload, units in zip(
                index.workloads, index.units.of_workload, strict=True
            )
        ]
        self._grid, self._missing = grid(units, count), count

    def verdicts(self, sources: Sequence[int], destinations: Sequence[int]) -> bytes:
        """Return a `Verdict` for each pair, as one byte.

        Args:
            sources: Positions of the workloads that send.
            destinations: As many positions of those that receive. One towards itself
                means other pods of it.

        Complexity: for each unit that is asked about for the first time, its share of
        `Sending.each` and *U* bytes, which are kept; then the pairs, without a step
        of the interpreter for each: least where NumPy is installed and positions are
        in arrays. Workloads on the host network, and those in
        several units, are asked about one by one.

        Raises:
            ValueError: There are not as many of the ones as of the others.
        """
        if len(sources) != len(destinations):
            raise ValueError(f"{len(sources)} sources, {len(destinations)} receivers")
        if self._missing:
            self._prepare(self._grid.missing(sources))
        found = self._grid.look(sources, destinations)
        if ASK not in found:
            return found
        told = bytearray(found)
        at = found.find(ASK)
        while at >= 0:
            told[at] = self._one(int(sources[at]), int(destinations[at]))
            at = found.find(ASK, at + 1)
        return bytes(told)

    def _one(self, source: int, destination: int) -> Verdict:
        answer = self._answer(source, destination)
        if self._services.sure(answer) & self._asked:
            return Verdict.OPEN
        if self._services.possible(answer) & self._asked:
            return Verdict.UNKNOWN
        return Verdict.CLOSED

    def _prepare(self, units: set[int]) -> None:
        """Lay out what some units may send to each."""
        self._missing -= len(units)
        for unit, openings in self._sending.each(set_of(units)) if units else ():
            self._grid.lay(unit, openings.sure, openings.possible)
