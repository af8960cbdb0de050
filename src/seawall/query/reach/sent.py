"""To whom units may send some services surely, and other ones perhaps."""

from collections.abc import Iterator

from seawall.engine.policy.answers.openings import Openings
from seawall.engine.policy.answers.table import PolicyTable


class Sent:
    """What `Sending` tells, where one set of services counts surely, one perhaps.

    Attributes:
        unheld: The units that are known to send all of both.
    """

    def __init__(self, table: PolicyTable, sure: int, possible: int) -> None:
        """Prepare what is asked of each source.

        Args:
            table: The compiled policies.
            sure: A mask of services.
            possible: Another, which holds it.
        """
        self._maybe = table.sending(possible)
        self._sure = self._maybe if sure == possible else table.sending(sure)
        self.unheld = self._sure.unheld & self._maybe.unheld

    def each(self, wanted: int) -> Iterator[tuple[int, Openings]]:
        """Yield units, in turn, and to which units they may send anything."""
        if self._sure is self._maybe:
            yield from self._maybe.each(wanted)
            return
        pairs = zip(self._sure.each(wanted), self._maybe.each(wanted), strict=True)
        for (unit, surely), (_, perhaps) in pairs:
            yield unit, Openings(surely.whole, surely.sure, perhaps.possible)

    def to(self, unit: int) -> tuple[int, int]:
        """Return which unheld units surely may send something to one, and perhaps."""
        surely, perhaps = self._sure.to(unit)[0], self._maybe.to(unit)[1]
        return surely & self.unheld, perhaps & self.unheld

    def from_unheld(self, source: int, units: int) -> Openings:
        """Return to which of some units an unheld one may send anything."""
        surely = self._sure.from_unheld(source, units)
        perhaps = self._maybe.from_unheld(source, units)
        return Openings(0, surely.sure, perhaps.possible)
