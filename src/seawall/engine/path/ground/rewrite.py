"""Address translation as a stack of rewrites, and decisions pulled back through it.

A decision is made about the header as it is at a place; an answer is about the header
as it left its start. Where a translation lets the platform choose, a decision holds
surely if it holds for every choice, and possibly if it holds for some.
"""

from dataclasses import dataclass, replace

from seawall.engine.path.ground.space import Space, from_intervals
from seawall.engine.path.ground.verdicts import NOTHING
from seawall.flowspace import AddressField, Field, FlowSet, Intervals
from seawall.model.packet import PortRange

EVERY_PORT = ((0, 65535),)


@dataclass(frozen=True, slots=True)
class Rewrite:
    """One translation.

    Attributes:
        sources: The new source is one of these, with any source port; None keeps the
            source.
        may_keep: Whether keeping the source is one of the choices.
        destinations: The new destination is one of these; None keeps it.
        port: The new destination port, or of which ports it is one; None keeps it.
        by: The id of what translates.
    """

    sources: Space | None = None
    may_keep: bool = False
    destinations: Space | None = None
    port: int | PortRange | None = None
    by: str = ""

    @property
    def _ports(self) -> tuple[tuple[int, int], ...]:
        """The new destination ports, as intervals."""
        if isinstance(self.port, PortRange):
            return ((self.port.first, self.port.last),)
        return () if self.port is None else ((self.port, self.port),)

    def possibly(self, headers: FlowSet) -> FlowSet:
        """Return what some choice turns into one of *headers*."""
        out = headers
        if self.destinations is not None:
            out = out.some(Field.DESTINATION, self.destinations.intervals)
        if self.port is not None:
            out = out.some(Field.DESTINATION_PORT, self._ports)
        if self.sources is not None:
            moved = out.some(Field.SOURCE, self.sources.intervals).some(
                Field.SOURCE_PORT, EVERY_PORT
            )
            out = out | moved if self.may_keep else moved
        return out

    def surely(self, headers: FlowSet) -> FlowSet:
        """Return what every choice turns into one of *headers*."""
        out = headers
        if self.destinations is not None:
            out = out.every(Field.DESTINATION, self.destinations.intervals)
        if self.port is not None:
            out = out.every(Field.DESTINATION_PORT, self._ports)
        if self.sources is not None:
            moved = out.every(Field.SOURCE, self.sources.intervals).every(
                Field.SOURCE_PORT, EVERY_PORT
            )
            out = out & moved if self.may_keep else moved
        return out

    def applied(self, headers: FlowSet) -> FlowSet:
        """Return what *headers* may look like afterwards."""
        out = headers
        if self.destinations is not None:
            freed = out.some(Field.DESTINATION, _occurring(out, Field.DESTINATION))
            out = freed & self.destinations.as_destinations()
        if self.port is not None:
            ported = FlowSet.box(source_ports=EVERY_PORT)
            freed = (out & ported).some(Field.DESTINATION_PORT, EVERY_PORT)
            moved = freed & FlowSet.box(destination_ports=self._ports)
            out = (out - ported) | moved
        if self.sources is not None:
            freed = out.some(Field.SOURCE, _occurring(out, Field.SOURCE)).some(
                Field.SOURCE_PORT, EVERY_PORT
            )
            moved = freed & self.sources.as_sources()
            out = out | moved if self.may_keep else moved
        return out


Rewrites = tuple[Rewrite, ...]


def possibly(rewrites: Rewrites, headers: FlowSet) -> FlowSet:
    """Return the original headers that some choices turn into *headers*."""
    for rewrite in reversed(rewrites):
        if not headers:
            return NOTHING
        headers = rewrite.possibly(headers)
    return headers


def surely(rewrites: Rewrites, headers: FlowSet) -> FlowSet:
    """Return the original headers that every choice turns into *headers*."""
    for rewrite in reversed(rewrites):
        if not headers:
            return NOTHING
        headers = rewrite.surely(headers)
    return headers


def applied(rewrites: Rewrites, headers: FlowSet) -> FlowSet:
    """Return what original *headers* may look like after all rewrites."""
    for rewrite in rewrites:
        headers = rewrite.applied(headers)
    return headers


def destinations(rewrites: Rewrites, flows: FlowSet) -> Space:
    """Return the destinations that *flows* may have after the rewrites."""
    for rewrite in reversed(rewrites):
        if rewrite.destinations is not None:
            return rewrite.destinations
    return from_intervals(flows.project(Field.DESTINATION))


def sources(rewrites: Rewrites, flows: FlowSet) -> Space:
    """Return the sources that *flows* may have after the rewrites."""
    for index in range(len(rewrites) - 1, -1, -1):
        rewrite = rewrites[index]
        if rewrite.sources is None:
            continue
        if rewrite.may_keep:
            return rewrite.sources | sources(rewrites[:index], flows)
        return rewrite.sources
    return from_intervals(flows.project(Field.SOURCE))


def toward(rewrites: Rewrites, flows: FlowSet, to: Space) -> tuple[Rewrites, FlowSet]:
    """Narrow a way to the destinations *to*.

    Where the destination was a choice of the platform, the choice is narrowed and the
    flows stay: the rest of the choice goes another way.
    """
    for index in range(len(rewrites) - 1, -1, -1):
        chosen = rewrites[index].destinations
        if chosen is not None:
            narrowed = chosen & to
            kept = replace(rewrites[index], destinations=narrowed)
            out = (*rewrites[:index], kept, *rewrites[index + 1 :])
            return out, (flows if narrowed else NOTHING)
    return rewrites, flows.restrict(Field.DESTINATION, to.intervals)


def _occurring(headers: FlowSet, field: AddressField) -> dict[int, Intervals]:
    return headers.project(field)
