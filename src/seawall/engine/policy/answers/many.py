"""Whether anything passes, for millions of pairs: one look at a byte for each."""

from collections.abc import Callable, Sequence
from enum import IntEnum
from operator import getitem

from seawall.engine.policy.answers.openings import Openings, Sending
from seawall.engine.policy.compile.index import Index
from seawall.engine.policy.rows.bits import flags, set_of


class Verdict(IntEnum):
    """What becomes of the services asked for, between two workloads."""

    CLOSED = 0
    """None passes."""
    UNKNOWN = 1
    """Some may pass, and none surely does."""
    OPEN = 2
    """Some surely passes."""


_ASK = 255
"""Where the pair has to be asked about by itself."""


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
        self._count = len(index.units.units)
        # A unit stands for a workload that is in no other and has its own addresses.
        self._unit = [
            units[0] if len(units) == 1 and not workload.host_network else self._count
            for workload, units in zip(
                index.workloads, index.units.of_workload, strict=True
            )
        ]
        self._one_each = self._unit == list(range(self._count))
        self._rows: list[bytes] = [b""] * self._count
        self._rows.append(bytes([_ASK]) * (self._count + 1))
        self._missing = self._count

    def verdicts(self, sources: Sequence[int], destinations: Sequence[int]) -> bytes:
        """Return a `Verdict` for each pair, as one byte.

        Args:
            sources: Positions of the workloads that send.
            destinations: As many positions of those that receive. One towards itself
                means other pods of it.

        Complexity: for each unit that is asked about for the first time, its share of
        `Sending.each` and *U* bytes, which are kept; then the pairs, without a step
        of the interpreter for each. Workloads on the host network, and those in
        several units, are asked about one by one.

        Raises:
            ValueError: There are not as many of the ones as of the others.
        """
        if len(sources) != len(destinations):
            raise ValueError(f"{len(sources)} sources, {len(destinations)} receivers")
        unit, rows = self._unit.__getitem__, self._rows
        if self._missing:
            senders = {unit(at) for at in {*sources}}
            self._prepare({at for at in senders if not rows[at]})
        if self._one_each:
            found = bytes(map(getitem, map(rows.__getitem__, sources), destinations))
        else:
            held = map(rows.__getitem__, map(unit, sources))
            found = bytes(map(getitem, held, map(unit, destinations)))
        if _ASK not in found:
            return found
        told = bytearray(found)
        at = found.find(_ASK)
        while at >= 0:
            told[at] = self._one(sources[at], destinations[at])
            at = found.find(_ASK, at + 1)
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
            self._rows[unit] = self._bytes(openings)

    def _bytes(self, openings: Openings) -> bytes:
        """Return a verdict for each unit, and one that says to ask."""
        count = self._count
        sure = int.from_bytes(flags(openings.sure), "little")
        possible = sure
        if openings.possible != openings.sure:
            possible = int.from_bytes(flags(openings.possible), "little")
        # No byte is above one, so that no sum is carried into the next.
        return (sure + possible | _ASK << 8 * count).to_bytes(count + 1, "little")
