"""`FlowSet`, the exact set of packet headers that everything above computes with."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, Literal, Self, overload

from seawall.flowspace import build, diagram, paths, quantify
from seawall.flowspace.box import Box, boxes
from seawall.flowspace.build import IntervalsByFamily
from seawall.flowspace.diagram import EMPTY, FULL, Node
from seawall.flowspace.header import (
    FAMILIES,
    MAX_PORT,
    Field,
    Header,
)
from seawall.flowspace.intervals import Interval, Intervals, canonical
from seawall.flowspace.witness import pick

AddressField = Literal[Field.SOURCE, Field.DESTINATION]
PortField = Literal[Field.SOURCE_PORT, Field.DESTINATION_PORT]

_IS_ADDRESS: Final = {Field.SOURCE, Field.DESTINATION}


class FlowSet:
    """An immutable set of headers, with one representation for each set.

    Equal sets are one shared diagram: comparing and hashing cost nothing. A binary
    operation costs at most the product of the sizes of the two diagrams, and
    usually about the size of what changes; results are remembered, so asking again
    is one look-up.

    Example:
        >>> web = FlowSet.box(protocols=[(6, 6)], destination_ports=[(443, 443)])
        >>> Header(4, 6, source=1, destination=2, destination_port=443) in web
        True
        >>> (web | ~web) == FlowSet.everything()
        True
    """

    __slots__ = ("_node",)

    _node: Node

    def __init__(self) -> None:
        raise TypeError(
            "a FlowSet is made by empty(), everything(), box() or union_of()"
        )

    @classmethod
    def _of(cls, node: Node) -> Self:
        made = object.__new__(cls)
        object.__setattr__(made, "_node", node)
        return made

    @classmethod
    def empty(cls) -> Self:
        """Return the set without headers."""
        return cls._of(EMPTY)

    @classmethod
    def everything(cls) -> Self:
        """Return the set of all headers of both families and every protocol."""
        return cls._of(FULL)

    @classmethod
    def box(  # noqa: PLR0913  # one parameter for each field of a header
        cls,
        *,
        families: Sequence[int] = FAMILIES,
        protocols: Sequence[Interval] | None = None,
        sources: IntervalsByFamily | None = None,
        destinations: IntervalsByFamily | None = None,
        source_ports: Sequence[Interval] | None = None,
        destination_ports: Sequence[Interval] | None = None,
        icmp_types: Sequence[Interval] | None = None,
        icmp_codes: Sequence[Interval] | None = None,
    ) -> Self:
        """Return the headers whose every field is in the intervals given for it.

        None leaves a field unconstrained; an empty sequence leaves no value.

        Args:
            families: Address families to keep.
            protocols: Protocol numbers, 0 to 255.
            sources: Addresses by family; a family that is missing has none.
            destinations: Addresses by family; a family that is missing has none.
            source_ports: Keeps only TCP, UDP and SCTP, with these ports.
            destination_ports: Keeps only TCP, UDP and SCTP, with these ports.
            icmp_types: Keeps only ICMP and ICMPv6, with these types. Together with
                ports nothing is left.
            icmp_codes: Keeps only ICMP and ICMPv6, with these codes.

        Raises:
            ValueError: A family is neither 4 nor 6, or an interval is empty or
                leaves its field.

        Complexity: linear in the number of intervals, after sorting them.

        Example:
            >>> FlowSet.box(families=[4], protocols=[(50, 50)]).count() == 2**64
            True
        """
        return cls._of(
            build.product(
                families=families,
                protocols=protocols,
                sources=sources,
                destinations=destinations,
                behind=build.tails(
                    source_ports=source_ports,
                    destination_ports=destination_ports,
                    icmp_types=icmp_types,
                    icmp_codes=icmp_codes,
                ),
            )
        )

    @classmethod
    def from_box(cls, box: Box) -> Self:
        """Return the set of the headers of one box, as `boxes` yields it."""
        source = None if box.is_any_source_port else box.source_ports
        destination = None if box.is_any_destination_port else box.destination_ports
        icmp = box.is_icmp
        return cls.box(
            families=(box.family,),
            protocols=box.protocols,
            sources={box.family: box.sources},
            destinations={box.family: box.destinations},
            source_ports=None if icmp else source,
            destination_ports=None if icmp else destination,
            icmp_types=source if icmp else None,
            icmp_codes=destination if icmp else None,
        )

    @classmethod
    def union_of(cls, sets: "Iterable[FlowSet]") -> Self:
        """Return what is in any of the sets; empty if there are none.

        Sets are united in pairs, then pairs of pairs, so that most unions are of
        small diagrams.
        """
        layer = list(dict.fromkeys(each._node for each in sets))  # noqa: SLF001  # same class
        while len(layer) > 1:
            pairs = zip(layer[::2], layer[1::2], strict=False)
            odd = layer[-1:] if len(layer) % 2 else []
            layer = [diagram.unite(left, right) for left, right in pairs] + odd
        return cls._of(layer[0] if layer else EMPTY)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a FlowSet is immutable; {name} cannot be set")

    def __reduce__(self) -> tuple[object, ...]:
        return FlowSet._of, (self._node,)

    def __or__(self, other: "FlowSet") -> "FlowSet":
        return FlowSet._of(diagram.unite(self._node, other._node))

    def __and__(self, other: "FlowSet") -> "FlowSet":
        return FlowSet._of(diagram.conjoin(self._node, other._node))

    def __sub__(self, other: "FlowSet") -> "FlowSet":
        return FlowSet._of(diagram.subtract(self._node, other._node))

    def __xor__(self, other: "FlowSet") -> "FlowSet":
        return FlowSet._of(diagram.differ(self._node, other._node))

    def __invert__(self) -> "FlowSet":
        return FlowSet._of(diagram.negate(self._node))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, FlowSet):
            return NotImplemented
        return self._node is other._node

    def __hash__(self) -> int:
        return hash(self._node)

    def __bool__(self) -> bool:
        return self._node is not EMPTY

    def __le__(self, other: "FlowSet") -> bool:
        return diagram.conjoin(self._node, other._node) is self._node

    def __lt__(self, other: "FlowSet") -> bool:
        return self._node is not other._node and self <= other

    def __ge__(self, other: "FlowSet") -> bool:
        return other <= self

    def __gt__(self, other: "FlowSet") -> bool:
        return other < self

    def __contains__(self, header: Header) -> bool:
        return paths.contains(self._node, header)

    def __repr__(self) -> str:
        if self._node is EMPTY:
            return "FlowSet.empty()"
        if self._node is FULL:
            return "FlowSet.everything()"
        return f"<FlowSet of {self.count():.3g} headers in {self.node_count()} nodes>"

    def isdisjoint(self, other: "FlowSet") -> bool:
        """Say whether no header is in both."""
        return not self & other

    def count(self) -> int:
        """Return the number of headers, by the fields that each protocol has."""
        return paths.count(self._node)

    def node_count(self) -> int:
        """Return the size of the representation: nodes other than the two answers."""
        return sum(1 for _ in paths.nodes(self._node))

    def witness(self, prefer: "Sequence[FlowSet]" = ()) -> Header | None:
        """Return a header of the set that a person finds natural; None if empty.

        The same set and preferences always give the same header.

        Args:
            prefer: Sets to stay within, the most important first; one that would
                leave nothing is passed over. What they leave open is decided by
                house taste: IPv4, TCP before UDP, destination port 443, 80 or 53, a
                source port from 49152, addresses kept for documentation.
        """
        return pick(self._node, [each._node for each in prefer])  # noqa: SLF001  # same class

    def boxes(self) -> Iterator[Box]:
        """Yield disjoint boxes that together are the set, in a fixed order."""
        return boxes(self._node)

    @overload
    def atoms(self, field: AddressField) -> dict[int, Intervals]: ...
    @overload
    def atoms(self, field: PortField) -> Intervals: ...
    def atoms(self, field: Field) -> dict[int, Intervals] | Intervals:
        """Return the coarsest cutting of a field into intervals treated alike.

        Two values of one interval may be exchanged in any header without changing
        whether it is in the set; at each cut there is a header for which it does
        change.

        Returns:
            Touching intervals that cover the field, in order: by family (both) for
            addresses, once for the ports of TCP, UDP and SCTP together.
        """
        if field in _IS_ADDRESS:
            return paths.address_cells(self._node, field)
        return paths.port_cells(self._node, field)

    @overload
    def project(self, field: AddressField) -> dict[int, Intervals]: ...
    @overload
    def project(self, field: PortField) -> Intervals: ...
    def project(self, field: Field) -> dict[int, Intervals] | Intervals:
        """Return the values of a field that occur in the set.

        Returns:
            Canonical intervals: by family for addresses, without families that do
            not occur; for ports those of TCP, UDP and SCTP together.
        """
        if field in _IS_ADDRESS:
            return paths.address_values(self._node, field)
        return paths.port_values(self._node, field)

    @overload
    def restrict(self, field: AddressField, within: IntervalsByFamily) -> "FlowSet": ...
    @overload
    def restrict(self, field: PortField, within: Sequence[Interval]) -> "FlowSet": ...
    def restrict(
        self, field: Field, within: IntervalsByFamily | Sequence[Interval]
    ) -> "FlowSet":
        """Return the headers of the set whose field is within the intervals.

        Args:
            field: A port field also drops every protocol without ports.
            within: By family for addresses, where a missing family keeps nothing.
        """
        return self & _within(field, within)

    @overload
    def some(self, field: AddressField, within: IntervalsByFamily) -> "FlowSet": ...
    @overload
    def some(self, field: PortField, within: Sequence[Interval]) -> "FlowSet": ...
    def some(
        self, field: Field, within: IntervalsByFamily | Sequence[Interval]
    ) -> "FlowSet":
        """Return the headers that some value of the field would bring into the set.

        A header is in the result if the header with *one* of the values within the
        intervals in place of its own is in the set. The result does not constrain
        the field.

        Args:
            field: For a port field, protocols without ports stay as they are.
            within: By family for addresses. A family without intervals has no value
                to put in place, so none of its headers is in the result.

        Example:
            >>> server = FlowSet.box(destinations={4: [(10, 10)]})
            >>> server.some(Field.DESTINATION, {4: [(10, 11)]}) == FlowSet.box(
            ...     families=[4]
            ... )
            True
        """
        return self._quantified(field, within, diagram.unite)

    @overload
    def every(self, field: AddressField, within: IntervalsByFamily) -> "FlowSet": ...
    @overload
    def every(self, field: PortField, within: Sequence[Interval]) -> "FlowSet": ...
    def every(
        self, field: Field, within: IntervalsByFamily | Sequence[Interval]
    ) -> "FlowSet":
        """Return the headers that every value of the field would leave in the set.

        As `some`, with *all* of the values in place of one. A family (or, for
        ports, a sequence) without intervals leaves nothing here too: a translation
        that has no address to give delivers no packet.
        """
        return self._quantified(field, within, diagram.conjoin)

    def _quantified(
        self,
        field: Field,
        within: IntervalsByFamily | Sequence[Interval],
        join: quantify.Join,
    ) -> "FlowSet":
        if isinstance(within, Mapping):
            values = build.by_family(within)
            return FlowSet._of(quantify.addresses(self._node, field, values, join))
        ports = canonical(within, MAX_PORT)
        return FlowSet._of(quantify.ports(self._node, field, ports, join))


def _within(field: Field, within: IntervalsByFamily | Sequence[Interval]) -> FlowSet:
    if isinstance(within, Mapping):
        if field is Field.SOURCE:
            return FlowSet.box(sources=within)
        return FlowSet.box(destinations=within)
    if field is Field.SOURCE_PORT:
        return FlowSet.box(source_ports=within)
    return FlowSet.box(destination_ports=within)
