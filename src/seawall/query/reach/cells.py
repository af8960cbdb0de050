"""From verdicts about packets to rows: which services pass, for which addresses.

A row says what every packet of a service meets. Where packets of one service fare
differently for what a row does not show (the source port, or which pod of a workload
it is), the row says unknown.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from seawall.engine.path import Partition
from seawall.flowspace import AddressField, Box, Field, FlowSet
from seawall.model.address import LAST, AddressRange
from seawall.model.packet import LAST_PORT, WITH_PORTS, Protocol
from seawall.query.services import Service, services_of

IPV4 = 4
EVERY_ADDRESS = {version: ((0, last),) for version, last in LAST.items()}
EVERY_PORT = ((0, LAST_PORT),)
WITHOUT_PORTS = FlowSet.everything() - FlowSet.box(
    protocols=tuple((int(each), int(each)) for each in WITH_PORTS)
)
ICMP = FlowSet.box(
    protocols=tuple((int(each), int(each)) for each in (Protocol.ICMP, Protocol.ICMPV6))
)
OTHERS = WITHOUT_PORTS - ICMP

Ranges = tuple[AddressRange, ...]


@dataclass(frozen=True, slots=True)
class Passing:
    """What surely passes and what may, apart from the fields that were left out.

    Attributes:
        allowed: Headers for which everything passes.
        unknown: Headers for which something may pass; disjoint from *allowed*.
    """

    allowed: FlowSet
    unknown: FlowSet

    def __and__(self, other: "Passing") -> "Passing":
        """Return what passes two places one after the other."""
        allowed = self.allowed & other.allowed
        possible = (self.allowed | self.unknown) & (other.allowed | other.unknown)
        return Passing(allowed, possible - allowed)

    def within(self, flows: FlowSet) -> "Passing":
        """Narrow to some headers."""
        return Passing(self.allowed & flows, self.unknown & flows)


NOTHING = Passing(FlowSet.empty(), FlowSet.empty())
EVERYTHING = Passing(FlowSet.everything(), FlowSet.empty())


def without(flows: FlowSet, *fields: AddressField) -> FlowSet:
    """Return the headers that some address and some source port bring into *flows*."""
    for field in fields:
        flows = flows.some(field, EVERY_ADDRESS)
    return flows.some(Field.SOURCE_PORT, EVERY_PORT)


def passing(partition: Partition, *fields: AddressField) -> Passing:
    """Return a partition without some address fields, and without source ports.

    Headers are allowed if all that stand for them are.
    """
    doubt = without(partition.denied | partition.unknown, *fields)
    allowed = without(partition.allowed, *fields)
    possible = allowed | without(partition.unknown, *fields)
    sure = allowed - doubt
    return Passing(sure, possible - sure)


def is_even(partition: Partition, *fields: AddressField) -> bool:
    """Say whether headers that differ only in *fields* all fare alike."""
    parts = (partition.allowed, partition.denied, partition.unknown)
    allowed, denied, unknown = (without(part, *fields) for part in parts)
    return not (allowed & denied or allowed & unknown or denied & unknown)


def either(found: Iterable[Passing]) -> Passing:
    """Return what passes by one of several families of addresses."""
    listed = list(found)
    allowed = FlowSet.union_of(each.allowed for each in listed)
    unknown = FlowSet.union_of(each.unknown for each in listed)
    return Passing(allowed, unknown - allowed)


def cells(found: Passing, field: AddressField) -> Iterator[tuple[Ranges, Passing]]:
    """Yield disjoint addresses and what passes for them, by lowest address.

    Args:
        found: What passes; only *field*, protocols and destination ports count.
        field: Whose addresses are cut.
    """
    boxes = [(box, True) for box in found.allowed.boxes()]
    boxes += [(box, False) for box in found.unknown.boxes()]
    parts: dict[tuple[FlowSet, FlowSet], list[AddressRange]] = {}
    for version in LAST:
        mine = [each for each in boxes if each[0].family == version]
        for first, last, over in _sweep([_addresses(box, field) for box, _ in mine]):
            held = [each for at, each in enumerate(mine) if over >> at & 1]
            key = (
                FlowSet.union_of(_services(box) for box, sure in held if sure),
                FlowSet.union_of(_services(box) for box, sure in held if not sure),
            )
            parts.setdefault(key, []).append(AddressRange(version, first, last))
    rows = [(_joined(held), Passing(*key)) for key, held in parts.items()]
    yield from sorted(rows, key=lambda row: row[0][0])


class Words(NamedTuple):
    """What passes, as rows show it.

    Attributes:
        allowed: Pairs of protocol name and ports.
        unknown: Likewise.
        others: The numbers of the protocols without a name, as texts of allowed and
            unknown ones, where they fare differently from ICMP; None where `ICMP`
            speaks for them too, as it does in the policy layer.
    """

    allowed: tuple[Service, ...]
    unknown: tuple[Service, ...]
    others: tuple[str, str] | None


@lru_cache(maxsize=65536)
def words(found: Passing) -> Words:
    """Return in words what passes, whatever the addresses."""
    allowed, unknown = services_of(found.allowed), services_of(found.unknown)
    if _lot(found, ICMP) == _lot(found, OTHERS):
        return Words(_named(allowed), _named(unknown), None)
    return Words(_named(allowed), _named(unknown), (_rest(allowed), _rest(unknown)))


def by_service(found: Passing) -> Passing:
    """Return what passes in some family, as headers between any addresses."""
    families = []
    for version in LAST:
        sure, maybe = (
            FlowSet.union_of(
                _services(box) for box in part.boxes() if box.family == version
            )
            for part in (found.allowed, found.unknown)
        )
        families.append(Passing(sure, maybe))
    return either(families)


def _lot(found: Passing, flows: FlowSet) -> tuple[bool, ...]:
    """Return how protocols fare: none or all of them allowed, none or all unknown."""
    allowed, unknown = found.allowed & flows, found.unknown & flows
    return bool(allowed), allowed == flows, bool(unknown), unknown == flows


def _named(found: tuple[Service, ...]) -> tuple[Service, ...]:
    return tuple(pair for pair in found if not pair[0].startswith(_NUMBERED))


def _rest(found: tuple[Service, ...]) -> str:
    return ",".join(
        name.removeprefix(_NUMBERED) for name, _ in found if name.startswith(_NUMBERED)
    )


_NUMBERED = "protocols "
"""How the words for protocols without a name begin."""


def _addresses(box: Box, field: AddressField) -> tuple[tuple[int, int], ...]:
    return box.destinations if field is Field.DESTINATION else box.sources


@lru_cache(maxsize=65536)
def _services(box: Box) -> FlowSet:
    """Return the services of a box, in every family alike.

    Each family has an ICMP of its own; the other's number is no one's there.

    Source: RFC 792, RFC 4443.
    """
    protocols = FlowSet.box(protocols=box.protocols)
    mine = Protocol.ICMP if box.family == IPV4 else Protocol.ICMPV6
    if protocols & FlowSet.box(protocols=((int(mine), int(mine)),)):
        protocols |= ICMP
    else:
        protocols -= ICMP
    if box.is_icmp or box.is_any_destination_port:
        return protocols
    return protocols & FlowSet.box(destination_ports=box.destination_ports)


def _sweep(
    areas: list[tuple[tuple[int, int], ...]],
) -> Iterator[tuple[int, int, int]]:
    """Yield the intervals that some area holds, and the set of areas over each."""
    flips: dict[int, int] = {}
    for at, area in enumerate(areas):
        for first, last in area:
            flips[first] = flips.get(first, 0) ^ 1 << at
            flips[last + 1] = flips.get(last + 1, 0) ^ 1 << at
    over = 0
    start = 0
    for edge in sorted(flips):
        if over:
            yield start, edge - 1, over
        over ^= flips[edge]
        start = edge


def _joined(ranges: list[AddressRange]) -> Ranges:
    out: list[AddressRange] = []
    for item in ranges:
        if out and out[-1].version == item.version and out[-1].last + 1 == item.first:
            out[-1] = AddressRange(item.version, out[-1].first, item.last)
        else:
            out.append(item)
    return tuple(out)
