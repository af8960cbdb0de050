"""Services cut into atoms: the classes of (protocol, port) that no policy divides.

A *mask* is an integer with one bit for each atom. An *answer* is two masks in one
integer: the services that surely pass in the low half, those that may pass in the
high half; sure is always a part of possible. Answers combine by the bitwise
operators, as masks do.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from operator import or_

from seawall.engine.policy.rows.bits import indices
from seawall.model.packet import EVERY_PORT, LAST_PORT, PortRange, Protocol
from seawall.model.ranked import IcmpMessages

Interval = tuple[int, int]

WITH_PORTS = (Protocol.TCP, Protocol.UDP, Protocol.SCTP)
CODES = 256
LAST_PROTOCOL = 255


@dataclass(frozen=True, slots=True)
class Atom:
    """Services that every rule treats alike.

    Attributes:
        protocol: Its protocol; None stands for all that have no atom of their own.
        ports: Sorted, disjoint intervals; `()` for a protocol without ports. Where
            rules tell ICMP messages apart, these take the place of ports, as 256 times
            the type plus the code.
    """

    protocol: int | None
    ports: tuple[Interval, ...]


class Services:
    """The atoms of one set of policies, and masks over them."""

    def __init__(
        self,
        mentioned: Iterable[tuple[Protocol, PortRange]],
        messages: Iterable[IcmpMessages] = (),
        protocols: Iterable[int] = (),
        *,
        atoms: Iterable[Atom] | None = None,
    ) -> None:
        """Cut services along the borders of what is mentioned, in any order.

        Args:
            mentioned: Port ranges.
            messages: ICMP messages.
            protocols: Numbers of protocols.
            atoms: What was cut before; then nothing else counts.
        """
        self.atoms = tuple(
            _atoms(mentioned, messages, protocols) if atoms is None else atoms
        )
        self.width = len(self.atoms)
        self.everything = (1 << self.width) - 1
        self.other_mask = 1 << self.width - 1
        """The protocols that have no atom of their own."""
        self.named = tuple(
            sorted({int(atom.protocol or 0) for atom in self.atoms[:-1]})
        )
        """The protocols that have one."""
        self._with_ports = sum(atom.protocol in WITH_PORTS for atom in self.atoms)
        self._texts: dict[int, tuple[tuple[str, str], ...]] = {}
        self._masks: dict[tuple[int, int, int], int] = {}
        self._single: dict[tuple[int, int], int] = {}

    def mask(self, protocol: int, ports: PortRange) -> int:
        """Return the mask of the atoms that lie within *ports* of *protocol*.

        Exact if the borders of *ports* were mentioned when the atoms were cut.
        """
        key = (protocol, ports.first, ports.last)
        found = self._masks.get(key)
        if found is None:
            ladder = self._ladders.get(protocol)
            found = 0 if ladder is None else ladder.within(ports)
            self._masks[key] = found
        return found

    @cached_property
    def _ladders(self) -> dict[int, "_Ladder"]:
        """The atoms of each protocol that has one of its own."""
        found: dict[int, dict[int, tuple[Interval, ...]]] = {}
        for at, atom in enumerate(self.atoms):
            if atom.protocol is not None:
                found.setdefault(atom.protocol, {})[at] = atom.ports
        return {protocol: _Ladder(atoms) for protocol, atoms in found.items()}

    def protocol_mask(self, protocol: int) -> int:
        """Return the mask of every service of one protocol that has an atom."""
        return self.mask(protocol, EVERY_PORT)

    def message_mask(self, item: IcmpMessages) -> int:
        """Return the mask of some ICMP messages that were mentioned."""
        return self.mask(item.protocol, PortRange(*_span(item)))

    def mask_of(self, protocol: int, port: int) -> int:
        """Return the mask of the one atom that holds a service.

        Args:
            protocol: IP protocol number.
            port: Destination port; of ICMP 256 times the type plus the code; not read
                for other protocols.
        """
        found = self._single.get((protocol, port))
        if found is None:
            found = self._single[protocol, port] = self._mask_of(protocol, port)
        return found

    def _mask_of(self, protocol: int, port: int) -> int:
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
                for at in indices(mask & self.protocol_mask(protocol))
                for interval in self.atoms[at].ports
            ]
            if found:
                out[protocol] = _merged(found)
        return out

    def mask_services(self, mask: int) -> tuple[tuple[str, str], ...]:
        """Return *mask* as pairs of protocol name and ports, for people and JSON.

        Everything is `(("any", "0-65535"),)`. Where no rule tells ICMP from the
        protocols that have no name here, `ICMP` speaks for them as well; where one
        does, each is named, and the rest are numbers of `protocol`.

        Example:
            >>> services = Services([(Protocol.TCP, PortRange(80, 80))])
            >>> services.mask_services(services.mask(Protocol.TCP, PortRange(80, 80)))
            (('TCP', '80'),)
        """
        found = self._texts.get(mask)
        if found is None:
            found = self._texts[mask] = self._text(mask)
        return found

    def is_plain(self, mask: int) -> bool:
        """Whether all protocols without ports fare alike, and rules tell none apart."""
        if len(self.atoms) != self._with_ports + len(_PLAIN):
            return False
        return mask & self._portless in {0, self._portless}

    @cached_property
    def _portless(self) -> int:
        """The mask of ICMP and of what has no atom of its own."""
        icmp = self.protocol_mask(Protocol.ICMP) | self.protocol_mask(Protocol.ICMPV6)
        return icmp | self.other_mask

    def _text(self, mask: int) -> tuple[tuple[str, str], ...]:
        if mask == self.everything:
            return (("any", str(EVERY_PORT)),)
        out = [
            (protocol.name, ",".join(_port_text(*item) for item in ports))
            for protocol, ports in self.intervals(mask).items()
        ]
        if self.is_plain(mask):
            if mask & self._portless:
                out.append(("ICMP", str(EVERY_PORT)))
            return tuple(out)
        for name, protocol in (("ICMP", Protocol.ICMP), ("ICMPv6", Protocol.ICMPV6)):
            whole = self.protocol_mask(protocol)
            if mask & whole:
                all_of_it = mask & whole == whole
                text = str(EVERY_PORT) if all_of_it else self._messages(mask & whole)
                out.append((name, text))
        numbers = self._numbers(mask)
        if numbers:
            out.append(("protocol", ",".join(_port_text(*item) for item in numbers)))
        return tuple(out)

    def whole(self, mask: int) -> int:
        """Return *mask* without what it holds of protocols that it holds in part.

        Headers do not show the type of an ICMP message: of a part of them it is not
        certain that any header passes.
        """
        for part in self._typed:
            if mask & part != part:
                mask &= ~part
        return mask

    def widened(self, mask: int) -> int:
        """Return *mask* with all of what it holds in part; see `whole`."""
        for part in self._typed:
            if mask & part:
                mask |= part
        return mask

    @cached_property
    def _typed(self) -> tuple[int, ...]:
        """The masks of the protocols without ports that are told apart by type."""
        masks = (
            self.protocol_mask(number)
            for number in self.named
            if number not in WITH_PORTS
        )
        return tuple(mask for mask in masks if mask.bit_count() > 1)

    def partial(self, mask: int, protocol: int) -> bool:
        """Whether *mask* holds some, but not all, services of a protocol."""
        whole = self.protocol_mask(protocol)
        return 0 < mask & whole < whole

    def _messages(self, mask: int) -> str:
        """Return ICMP messages in words, such as `type 3 code 4, type 8`."""
        spans = _merged(
            interval
            for at, atom in enumerate(self.atoms)
            if mask >> at & 1
            for interval in atom.ports
        )
        return ", ".join(text for span in spans for text in _message_texts(*span))

    def _numbers(self, mask: int) -> tuple[Interval, ...]:
        """Return the numbers of protocols in *mask* without ports or types."""
        found = [
            (atom.protocol, atom.protocol)
            for at, atom in enumerate(self.atoms)
            if mask >> at & 1
            and atom.protocol is not None
            and atom.protocol not in _TOLD
        ]
        if mask & self.other_mask:
            found.extend(self.unnamed())
        return _merged(found)

    def unnamed(self) -> list[Interval]:
        """Return the numbers of the protocols that have no atom of their own."""
        out, first = [], 0
        for number in self.named:
            if first < number:
                out.append((first, number - 1))
            first = number + 1
        return [*out, (first, LAST_PROTOCOL)]


_PLAIN = (Protocol.ICMP, Protocol.ICMPV6, None)
"""Of these there is one atom each, where no rule tells more apart."""

_TOLD = frozenset({*WITH_PORTS, Protocol.ICMP, Protocol.ICMPV6})


def _atoms(
    mentioned: Iterable[tuple[Protocol, PortRange]],
    messages: Iterable[IcmpMessages],
    protocols: Iterable[int],
) -> list[Atom]:
    ranges: dict[int, set[Interval]] = {name: set() for name in WITH_PORTS}
    for protocol, ports in mentioned:
        ranges[protocol].add((ports.first, ports.last))
    for item in messages:
        ranges.setdefault(item.protocol, set()).add(_span(item))
    atoms: list[Atom] = []
    for name in WITH_PORTS:
        atoms.extend(Atom(name, ports) for ports in _cut(sorted(ranges[name])))
    for name in (Protocol.ICMP, Protocol.ICMPV6):
        cut = _cut(sorted(ranges[name])) if name in ranges else [()]
        atoms.extend(Atom(name, codes) for codes in cut)
    named = {*WITH_PORTS, Protocol.ICMP, Protocol.ICMPV6}
    atoms.extend(Atom(number, ()) for number in sorted({*protocols} - named))
    atoms.append(Atom(None, ()))
    return atoms


def _span(item: IcmpMessages) -> Interval:
    first = item.type * CODES
    if item.code is None:
        return (first, first + CODES - 1)
    return (first + item.code, first + item.code)


def _message_texts(first: int, last: int) -> Iterator[str]:
    """Yield the messages of an interval: whole types, and codes of parts of types."""
    for kind in range(first // CODES, last // CODES + 1):
        low = max(first - kind * CODES, 0)
        high = min(last - kind * CODES, CODES - 1)
        if (low, high) == (0, CODES - 1):
            yield f"type {kind}"
        else:
            yield f"type {kind} code {_port_text(low, high)}"


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


class _Ladder:
    """The atoms of one protocol by their lowest and by their highest port."""

    def __init__(self, atoms: Mapping[int, tuple[Interval, ...]]) -> None:
        """Take the ports of atoms by position; `()` is all of them.

        Complexity: the atoms squared, in bits.
        """
        spans = [
            (ports[0][0], ports[-1][1], 1 << at) if ports else (0, LAST_PORT, 1 << at)
            for at, ports in atoms.items()
        ]
        rising = sorted((first, mask) for first, _, mask in spans)
        falling = sorted((last, mask) for _, last, mask in spans)
        self._firsts = [first for first, _ in rising]
        self._lasts = [last for last, _ in falling]
        self._up_to = list(accumulate((mask for _, mask in falling), or_, initial=0))
        self._from = list(
            accumulate((mask for _, mask in reversed(rising)), or_, initial=0)
        )

    def within(self, ports: PortRange) -> int:
        """Return the atoms of which no port is outside *ports*."""
        above = len(self._firsts) - bisect_left(self._firsts, ports.first)
        return self._from[above] & self._up_to[bisect_right(self._lasts, ports.last)]


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
