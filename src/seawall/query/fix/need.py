"""What a place refuses and must let pass, in the few words that its rules have."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from seawall.engine.path import Space, Step
from seawall.engine.path.ground.rewrite import applied
from seawall.engine.path.ground.space import from_intervals
from seawall.flowspace import Field, FlowSet
from seawall.model.address import AddressRange, prefixes_of, without
from seawall.model.packet import EVERY_PORT, WITH_PORTS, PortRange, Protocol

FEW_NEEDS = 4
"""What takes more rules than this is said in wider words."""

FEW_PROTOCOLS = 4
LAST_PROTOCOL = 255
FEW_PREFIXES = 12


@dataclass(frozen=True, slots=True)
class ServiceNeed:
    """Packets of one protocol to some ports.

    Attributes:
        protocol: Its number; None for every packet of every protocol.
        ports: Destination ports; every one for protocols without ports.
    """

    protocol: int | None
    ports: tuple[PortRange, ...] = (EVERY_PORT,)

    @property
    def has_ports(self) -> bool:
        """Whether it is about some ports alone."""
        return self.ports != (EVERY_PORT,)

    def __str__(self) -> str:
        if self.protocol is None:
            return "everything"
        try:
            name = Protocol(self.protocol).name
        except ValueError:
            name = f"protocol {self.protocol}"
        if not self.has_ports:
            return name
        return f"{name} {','.join(map(str, self.ports))}"


ALL = ServiceNeed(None)


@dataclass(frozen=True, slots=True)
class Need:
    """Packets that a place must let pass, as they are there.

    Attributes:
        sources: Where they come from.
        destinations: Where they go.
        services: What they are.
    """

    sources: Space
    destinations: Space
    services: tuple[ServiceNeed, ...]


def refused(step: Step, flows: FlowSet) -> FlowSet:
    """Return what a step refuses of the original *flows*, as it is there."""
    here = applied(step.before, flows)
    ruling = step.ruling
    return here & (ruling.denied | ruling.unknown) or here


def arriving(step: Step, flows: FlowSet) -> FlowSet:
    """Return the original *flows* as they come to a step, if it may let them pass."""
    return applied(step.before, flows) - step.ruling.denied


def needs_of(step: Step, blocked: FlowSet, asked: FlowSet) -> tuple[Need, ...]:
    """Return what a step must let pass, in few words.

    Args:
        step: The step.
        blocked: The original flows that it stops.
        asked: All original flows of the question on that way.

    Returns:
        Together at least what is blocked; more than that only where it takes many words
        to tell it from the rest of the question.
    """
    found = needs_in(refused(step, blocked))
    if len(found) > FEW_NEEDS:
        found = needs_in(applied(step.before, asked))
    if len(found) > FEW_NEEDS:
        found = (_cover(refused(step, blocked)),)
    return found


def needs_in(headers: FlowSet) -> tuple[Need, ...]:
    """Return a set of headers as needs, those of equal ends together."""
    by_ends: dict[tuple[int, object, object], list[FlowSet]] = {}
    for box in headers.boxes():
        key = (box.family, box.sources, box.destinations)
        by_ends.setdefault(key, []).append(FlowSet.from_box(box))
    by_service: dict[tuple[tuple[ServiceNeed, ...], Space], Space] = {}
    for parts in by_ends.values():
        whole = FlowSet.union_of(parts)
        sources, destinations = ends_of(whole)
        at = (services_in(whole), sources)
        by_service[at] = by_service.get(at, Space()) | destinations
    return tuple(
        Need(sources, destinations, services)
        for (services, sources), destinations in by_service.items()
    )


def ends_of(headers: FlowSet) -> tuple[Space, Space]:
    """Return the sources and the destinations that occur."""
    return (
        from_intervals(headers.project(Field.SOURCE)),
        from_intervals(headers.project(Field.DESTINATION)),
    )


def _cover(headers: FlowSet) -> Need:
    sources, destinations = ends_of(headers)
    return Need(sources, destinations, services_in(headers))


def services_in(headers: FlowSet) -> tuple[ServiceNeed, ...]:
    """Return the services that occur; all of them where they are many."""
    ports: dict[int, list[PortRange]] = {}
    for box in headers.boxes():
        spans: tuple[PortRange, ...] = (EVERY_PORT,)
        if not box.is_any_destination_port:
            spans = tuple(PortRange(*pair) for pair in box.destination_ports)
        for first, last in box.protocols:
            if (first, last) == (0, LAST_PROTOCOL) and spans == (EVERY_PORT,):
                return (ALL,)
            if last - first > FEW_PROTOCOLS:
                return (ALL,)
            for protocol in range(first, last + 1):
                held = spans if protocol in WITH_PORTS else (EVERY_PORT,)
                ports.setdefault(protocol, []).extend(held)
    if len(ports) > FEW_PROTOCOLS:
        return (ALL,)
    return tuple(
        ServiceNeed(protocol, tuple(_joined(found)))
        for protocol, found in sorted(ports.items())
    )


def flows_of(services: Iterable[ServiceNeed]) -> FlowSet:
    """Return the headers of some services, between any ends."""
    found = []
    for item in services:
        if item.protocol is None:
            return FlowSet.everything()
        box = FlowSet.box(protocols=((item.protocol, item.protocol),))
        if item.has_ports:
            box &= FlowSet.box(
                destination_ports=[(each.first, each.last) for each in item.ports]
            )
        found.append(box)
    return FlowSet.union_of(found)


def _joined(ports: Iterable[PortRange]) -> Iterator[PortRange]:
    first, last = -1, -2
    for item in sorted(ports):
        if item.first <= last + 1 and first >= 0:
            last = max(last, item.last)
            continue
        if first >= 0:
            yield PortRange(first, last)
        first, last = item.first, item.last
    if first >= 0:
        yield PortRange(first, last)


def blocks_of(
    space: Space, most: int = FEW_PREFIXES
) -> tuple[tuple[AddressRange, tuple[AddressRange, ...]], ...]:
    """Return a space as blocks with exceptions, in few words.

    Where that takes many, the blocks hold more than the space.
    """
    found: list[tuple[AddressRange, tuple[AddressRange, ...]]] = []
    for version in (4, 6):
        ranges = [item for item in space.ranges if item.version == version]
        if not ranges:
            continue
        prefixes = prefixes_of(ranges)
        if len(prefixes) <= most:
            found += [(prefix, ()) for prefix in prefixes]
            continue
        whole = AddressRange.everything(version)
        holes = prefixes_of(without((whole,), ranges))
        found.append((whole, holes if len(holes) <= 2 * most else ()))
    return tuple(found)


def space_text(space: Space, most: int = 3) -> str:
    """Return a space in a few words."""
    prefixes = [str(item) for item in prefixes_of(space.ranges)]
    if len(prefixes) <= most:
        return ", ".join(prefixes)
    return f"{', '.join(prefixes[:most])} and {len(prefixes) - most} more ranges"
