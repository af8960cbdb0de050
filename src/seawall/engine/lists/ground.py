"""What the rules of some lists tell apart, field by field."""

from bisect import bisect_left, bisect_right
from collections.abc import Hashable, Iterable, Sequence
from typing import NamedTuple

from seawall.engine.lists.axis import Axis, Held, bits
from seawall.engine.lists.rule import WORLDS, Listed, Services
from seawall.engine.lists.terms import PORTS, PortDoubt, Spans, Symbol, Terms
from seawall.model.packet import LAST_PORT, WITH_PORTS

MOST_SERVICES = 100_000
"""So many distinct services are told apart; beyond, a list is too intricate."""

_EVERY_PORT: Spans = ((0, LAST_PORT),)
_PROTOCOLS = 256
_PORTED = tuple(int(each) for each in sorted(WITH_PORTS))


class TooIntricateError(Exception):
    """A list tells too much apart for an exact answer."""


class Service(NamedTuple):
    """A protocol and, where it has them, ports."""

    protocol: int
    source_port: int
    destination_port: int


class Ground:
    """The fields of some rules, on common atoms.

    Attributes:
        sources: The source addresses.
        destinations: The destination addresses.
        services: The protocols and ports.
        worlds: Between which atoms there are packets: those of one address family.
    """

    def __init__(self, rules: Sequence[Listed]) -> None:
        """Tell apart what some rules tell apart.

        Raises:
            TooIntricateError: There are more than `MOST_SERVICES` services.
        """
        source, destination = _Line(rules, "sources"), _Line(rules, "destinations")
        self.sources, self._source_starts = source.axis, source.starts
        self.destinations = destination.axis
        self._destination_starts = destination.starts
        self._services = _ServiceLine([rule.services for rule in rules])
        self.services = self._services.axis
        self.worlds = tuple(
            (source.atoms_of(here), destination.atoms_of(there))
            for here, there in WORLDS
        )

    def source(self, atom: int) -> int:
        """Return the lowest number of an atom of sources."""
        return self._source_starts[atom]

    def destination(self, atom: int) -> int:
        """Return the lowest number of an atom of destinations."""
        return self._destination_starts[atom]

    def service(self, atom: int) -> Service:
        """Return a service of an atom."""
        return self._services.example(atom)

    def atoms_at(
        self, source: int, destination: int, service: Service
    ) -> tuple[int, int, int]:
        """Return the atoms of a packet."""
        return (
            bisect_right(self._source_starts, source) - 1,
            bisect_right(self._destination_starts, destination) - 1,
            self._services.atom(service),
        )


class _Line:
    """The addresses of one end, cut where some rule begins or ends."""

    def __init__(self, rules: Sequence[Listed], side: str) -> None:
        contents: dict[Terms, int] = {}
        value_of = []
        for rule in rules:
            terms: Terms = getattr(rule, side)
            value_of.append(contents.setdefault(terms, len(contents)))
        symbols = list(
            dict.fromkeys(item for terms in contents for item in terms.symbols)
        )
        edges = {0}
        areas = [spans for pair in WORLDS for spans in pair]
        areas += [terms.spans for terms in contents]
        areas += [symbol.possible for symbol in symbols]
        for spans in areas:
            for first, last in spans:
                edges.add(first)
                edges.add(last + 1)
        self.starts = sorted(edges)
        places = {symbol: at for at, symbol in enumerate(symbols)}
        self.axis = Axis(
            len(self.starts),
            [
                Held(
                    self.atoms_of(terms.spans),
                    sum(1 << places[item] for item in terms.symbols),
                )
                for terms in contents
            ],
            value_of,
            symbols,
            [self.atoms_of(symbol.possible) for symbol in symbols],
        )

    def atoms_of(self, spans: Spans) -> int:
        found = 0
        for first, last in spans:
            low = bisect_left(self.starts, first)
            high = bisect_left(self.starts, last + 1)
            found |= (1 << high) - (1 << low)
        return found


class _ServiceLine:
    """Protocols and ports, cut where some rule begins or ends.

    Atoms are numbered by protocol, then source port, then destination port; the
    protocols without ports follow, each that a rule names and one for all others.
    """

    def __init__(self, services: Sequence[Services]) -> None:
        contents: dict[Services, int] = {}
        value_of = [contents.setdefault(item, len(contents)) for item in services]
        self._from = _edges(item.source_ports for item in contents)
        self._to = _edges(item.destination_ports for item in contents)
        named = {each for item in contents for each in item.protocols or ()}
        self._bare = sorted(named - set(_PORTED))
        other = next(
            each
            for each in range(_PROTOCOLS)
            if each not in named and each not in _PORTED
        )
        self._bare.append(other)
        self._grid = len(self._from) * len(self._to)
        self._ported = len(_PORTED) * self._grid
        atoms = self._ported + len(self._bare)
        if atoms > MOST_SERVICES:
            raise TooIntricateError(f"{atoms} services")
        self._portless = (1 << atoms) - (1 << self._ported)
        self._every = (1 << atoms) - 1
        symbols: dict[Symbol, int] = {}
        reach: list[int] = []
        values = [self._held(item, symbols, reach) for item in contents]
        self.axis = Axis(atoms, values, value_of, list(symbols), reach)

    def _held(
        self, item: Services, symbols: dict[Symbol, int], reach: list[int]
    ) -> Held:
        def named(kind: str, name: Hashable, atoms: int) -> int:
            symbol = Symbol(kind, name, ())
            if symbol not in symbols:
                symbols[symbol] = len(symbols)
                reach.append(atoms)
            return 1 << symbols[symbol]

        if item.doubt:
            return Held(0, named("unreadable", item.doubt, self._every))
        whole = (_EVERY_PORT, _EVERY_PORT)
        bare = self._portless & self._protocols(item.protocols)
        if (item.source_ports, item.destination_ports) == whole:
            return Held(self._protocols(item.protocols), 0)
        surely = self._protocols(item.protocols) & self._ports(item)
        if not bare or not item.source_ports or not item.destination_ports:
            return Held(surely, 0)
        found = 0
        for protocol in item.protocols or (None,):
            part = bare
            if protocol is not None:
                part &= self._protocols((protocol,))
            if part:
                doubt = PortDoubt(protocol, item.source_ports, item.destination_ports)
                found |= named(PORTS, doubt, part)
        return Held(surely, found)

    def _protocols(self, protocols: tuple[int, ...] | None) -> int:
        if protocols is None:
            return self._every
        found = 0
        for protocol in protocols:
            if protocol in _PORTED:
                start = _PORTED.index(protocol) * self._grid
                found |= ((1 << self._grid) - 1) << start
            else:
                found |= 1 << (self._ported + self._bare.index(protocol))
        return found

    def _ports(self, item: Services) -> int:
        to = _among(self._to, item.destination_ports)
        grid = 0
        for at in bits(_among(self._from, item.source_ports)):
            grid |= to << (at * len(self._to))
        found = 0
        for at in range(len(_PORTED)):
            found |= grid << (at * self._grid)
        return found

    def atom(self, service: Service) -> int:
        if service.protocol not in _PORTED:
            if service.protocol in self._bare:
                return self._ported + self._bare.index(service.protocol)
            return self._ported + len(self._bare) - 1
        here = bisect_right(self._from, service.source_port) - 1
        there = bisect_right(self._to, service.destination_port) - 1
        start = _PORTED.index(service.protocol) * self._grid
        return start + here * len(self._to) + there

    def example(self, atom: int) -> Service:
        if atom >= self._ported:
            return Service(self._bare[atom - self._ported], 0, 0)
        kind, place = divmod(atom, self._grid)
        here, there = divmod(place, len(self._to))
        return Service(_PORTED[kind], self._from[here], self._to[there])


def _edges(areas: Iterable[Spans]) -> list[int]:
    found = {0}
    for spans in areas:
        for first, last in spans:
            found.add(first)
            if last < LAST_PORT:
                found.add(last + 1)
    return sorted(found)


def _among(starts: list[int], spans: Spans) -> int:
    found = 0
    for first, last in spans:
        low = bisect_left(starts, first)
        high = bisect_left(starts, last + 1)
        found |= (1 << high) - (1 << low)
    return found
