"""Services cut into atoms: the classes of (protocol, port) that no policy divides.

A *mask* is an integer with one bit for each atom. An *answer* is two masks in one
integer: the services that surely pass in the low half, those that may pass in the
high half; sure is always a part of possible. Answers combine by the bitwise
operators, as masks do.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from seawall.model.packet import EVERY_PORT, LAST_PORT, PortRange, Protocol

Interval = tuple[int, int]

WITH_PORTS = (Protocol.TCP, Protocol.UDP, Protocol.SCTP)


@dataclass(frozen=True, slots=True)
class Atom:
    """Services that every rule treats alike.

    Attributes:
        protocol: Its protocol; None stands for all that have no atom of their own.
        ports: Sorted, disjoint intervals; `()` for a protocol without ports.
    """

    protocol: Protocol | None
    ports: tuple[Interval, ...]


class Services:
    """The atoms of one set of policies, and masks over them."""

    def __init__(self, mentioned: Iterable[tuple[Protocol, PortRange]]) -> None:
        """Cut services along the borders of *mentioned*, in any order."""
        ranges: dict[Protocol, set[Interval]] = {name: set() for name in WITH_PORTS}
        for protocol, ports in mentioned:
            ranges[protocol].add((ports.first, ports.last))
        atoms: list[Atom] = []
        for protocol in WITH_PORTS:
            cut = _cut(sorted(ranges[protocol]))
            atoms.extend(Atom(protocol, ports) for ports in cut)
        atoms.append(Atom(Protocol.ICMP, ()))
        atoms.append(Atom(Protocol.ICMPV6, ()))
        atoms.append(Atom(None, ()))
        self.atoms = tuple(atoms)
        self.width = len(atoms)
        self.everything = (1 << self.width) - 1
        self.other_mask = 1 << self.width - 1
        """The protocols that have no atom of their own."""
        self._texts: dict[int, tuple[tuple[str, str], ...]] = {}
        self._masks: dict[tuple[Protocol, int, int], int] = {}

    def mask(self, protocol: Protocol, ports: PortRange) -> int:
        """Return the mask of the atoms that lie within *ports* of *protocol*.

        Exact if the borders of *ports* were mentioned when the atoms were cut.
        """
        key = (protocol, ports.first, ports.last)
        found = self._masks.get(key)
        if found is None:
            found = 0
            for at, atom in enumerate(self.atoms):
                if atom.protocol == protocol and _within(atom.ports, ports):
                    found |= 1 << at
            self._masks[key] = found
        return found

    def protocol_mask(self, protocol: Protocol) -> int:
        """Return the mask of every service of one protocol."""
        return self.mask(protocol, EVERY_PORT)

    def mask_of(self, protocol: int, port: int) -> int:
        """Return the mask of the one atom that holds a service.

        Args:
            protocol: IP protocol number.
            port: Destination port; not read for a protocol without ports.
        """
        for at, atom in enumerate(self.atoms):
            if atom.protocol is None:
                return 1 << at
            if atom.protocol != protocol:
                continue
            if not atom.ports or any(a <= port <= b for a, b in atom.ports):
                return 1 << at
        raise ValueError(f"no such service: protocol {protocol}, port {port}")

    def answer(self, sure: int, possible: int) -> int:
        """Return two masks as one answer; what is sure is made possible too."""
        return sure | (possible | sure) << self.width

    def sure(self, answer: int) -> int:
        """Return the mask of what surely passes."""
        return answer & self.everything

    def possible(self, answer: int) -> int:
        """Return the mask of what may pass."""
        return answer >> self.width

    def intervals(self, mask: int) -> dict[Protocol, tuple[Interval, ...]]:
        """Return the ports in *mask* by protocol, merged; nothing for absent ones."""
        out: dict[Protocol, tuple[Interval, ...]] = {}
        for protocol in WITH_PORTS:
            found = [
                interval
                for at, atom in enumerate(self.atoms)
                if atom.protocol is protocol and mask >> at & 1
                for interval in atom.ports
            ]
            if found:
                out[protocol] = _merged(found)
        return out

    def mask_services(self, mask: int) -> tuple[tuple[str, str], ...]:
        """Return *mask* as pairs of protocol name and ports, for people and JSON.

        Everything is `(("any", "0-65535"),)`. In this layer no rule can tell ICMP from
        the protocols that have no name here, so `ICMP` speaks for them as well.

        Example:
            >>> services = Services([(Protocol.TCP, PortRange(80, 80))])
            >>> services.mask_services(services.mask(Protocol.TCP, PortRange(80, 80)))
            (('TCP', '80'),)
        """
        found = self._texts.get(mask)
        if found is None:
            found = self._texts[mask] = self._text(mask)
        return found

    def _text(self, mask: int) -> tuple[tuple[str, str], ...]:
        if mask == self.everything:
            return (("any", str(EVERY_PORT)),)
        out = [
            (protocol.name, ",".join(_port_text(*item) for item in ports))
            for protocol, ports in self.intervals(mask).items()
        ]
        if mask & self.protocol_mask(Protocol.ICMP):
            out.append(("ICMP", str(EVERY_PORT)))
        return tuple(out)


def _cut(ranges: Sequence[Interval]) -> list[tuple[Interval, ...]]:
    """Return the classes of ports that no range divides, lowest port first."""
    flips: dict[int, int] = {0: 0}
    for at, (first, last) in enumerate(ranges):
        flips[first] = flips.get(first, 0) ^ 1 << at
        if last < LAST_PORT:
            flips[last + 1] = flips.get(last + 1, 0) ^ 1 << at
    classes: dict[int, list[Interval]] = {}
    starts = sorted(flips)
    covering = 0
    for at, first in enumerate(starts):
        covering ^= flips[first]
        last = starts[at + 1] - 1 if at + 1 < len(starts) else LAST_PORT
        classes.setdefault(covering, []).append((first, last))
    return [_merged(intervals) for intervals in classes.values()]


def _within(intervals: Sequence[Interval], ports: PortRange) -> bool:
    if not intervals:
        return ports == EVERY_PORT
    return ports.first <= intervals[0][0] and intervals[-1][1] <= ports.last


def _merged(intervals: Iterable[Interval]) -> tuple[Interval, ...]:
    out: list[Interval] = []
    for first, last in sorted(intervals):
        if out and first <= out[-1][1] + 1:
            out[-1] = (out[-1][0], max(last, out[-1][1]))
        else:
            out.append((first, last))
    return tuple(out)


def _port_text(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}-{last}"
