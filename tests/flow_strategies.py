"""Generators of flow sets, and a naive model of them to compare with.

The domains are small on purpose, so that boundaries collide: that is where sets go
wrong. Generated intervals begin and end at few values, and `HEADERS` holds a header
from every cell that such intervals can cut.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

from hypothesis import strategies as st

from seawall.flowspace import FlowSet, Header, Interval

Predicate = Callable[[Header], bool]

MAX_ADDRESS = {4: 2**32 - 1, 6: 2**128 - 1}
# Intervals never end at 3, which so stands for all values up to the top.
ADDRESSES = {family: (0, 1, 2, 3, top) for family, top in MAX_ADDRESS.items()}
PORTS = (0, 1, 2, 3, 65535)
TYPES = (0, 1, 2, 3, 255)
ENDS = (0, 1, 6, 17, 58, 132, 255)
PROTOCOLS = (0, 1, 2, 6, 7, 17, 18, 58, 59, 132, 133, 255)
# Protocols that go well with a constraint on ports or on types.
SOME: dict[str, list[list[Interval] | None]] = {
    "ports": [None, [(6, 6)], [(6, 17)], [(0, 132)], [(17, 17), (132, 132)]],
    "icmp": [None, [(1, 1)], [(0, 58)], [(58, 58)]],
}
WITH_PORTS = (6, 17, 132)
WITH_TYPES = (1, 58)


def _tails(protocol: int) -> tuple[int, ...]:
    if protocol in WITH_PORTS:
        return PORTS
    return TYPES if protocol in WITH_TYPES else (0,)


HEADERS = tuple(
    Header(family, protocol, source, destination, source_port, destination_port)
    for family, protocol in product((4, 6), PROTOCOLS)
    for source, destination in product(ADDRESSES[family], repeat=2)
    for source_port, destination_port in product(_tails(protocol), repeat=2)
)


@dataclass(frozen=True)
class Modelled:
    """A set, and the same set as a question about one header."""

    flows: FlowSet
    holds: Predicate


def _lists(values: tuple[int, ...]) -> list[list[Interval]]:
    """Every list of one or two intervals; overlapping, touching, in any order."""
    ends = [value for value in values if value != 3]
    ones = [(a, b) for a in ends for b in ends if a <= b]
    return [[one] for one in ones] + [[*pair] for pair in product(ones, repeat=2)]


# A choice from a list is one draw, and draws are what a law costs.
ADDRESS_LISTS = {family: _lists(ADDRESSES[family]) for family in (4, 6)}
PORT_LISTS = _lists(PORTS)
TYPE_LISTS = _lists(TYPES)
PROTOCOL_LISTS = _lists(ENDS)


def _maybe(lists: list[list[Interval]]) -> st.SearchStrategy[list[Interval] | None]:
    # None comes about as often as any list together.
    return st.sampled_from([*lists, *[None] * len(lists)])


def _maybe_addresses() -> st.SearchStrategy[dict[int, list[Interval]] | None]:
    both = st.fixed_dictionaries(
        {family: st.sampled_from(ADDRESS_LISTS[family]) for family in (4, 6)}
    )
    one = st.sampled_from([{4: chosen} for chosen in ADDRESS_LISTS[4]])
    return st.one_of(both, st.none(), one)


def within(number: int, intervals: list[Interval] | None) -> bool:
    return intervals is None or any(a <= number <= b for a, b in intervals)


def addresses() -> st.SearchStrategy[dict[int, list[Interval]]]:
    """Addresses to quantify over; a family may be missing or have none."""
    return st.fixed_dictionaries(
        {},
        optional={
            family: st.sampled_from([[], *ADDRESS_LISTS[family]]) for family in (4, 6)
        },
    )


def ports() -> st.SearchStrategy[list[Interval]]:
    """Ports to quantify over, perhaps none."""
    return st.sampled_from([[], *PORT_LISTS])


@st.composite
def modelled_boxes(draw: st.DrawFn) -> Modelled:
    families = draw(st.sampled_from([(4, 6), (4, 6), (4, 6), (4,), (6,)]))
    sources = draw(_maybe_addresses())
    destinations = draw(_maybe_addresses())
    tail = draw(st.sampled_from(["ports", "icmp", "any"]))
    protocols = draw(
        _maybe(PROTOCOL_LISTS) if tail == "any" else st.sampled_from(SOME[tail])
    )
    starts = draw(_maybe(PORT_LISTS)) if tail == "ports" else None
    ends = draw(_maybe(PORT_LISTS)) if tail == "ports" else None
    types = draw(_maybe(TYPE_LISTS)) if tail == "icmp" else None
    codes = draw(_maybe(TYPE_LISTS)) if tail == "icmp" else None

    def holds(header: Header) -> bool:
        wants_ports = starts is not None or ends is not None
        wants_types = types is not None or codes is not None
        if wants_ports and header.protocol not in WITH_PORTS:
            return False
        if wants_types and header.protocol not in WITH_TYPES:
            return False
        return (
            header.family in families
            and within(header.protocol, protocols)
            and (
                sources is None or within(header.source, sources.get(header.family, []))
            )
            and (
                destinations is None
                or within(header.destination, destinations.get(header.family, []))
            )
            and within(header.source_port, starts if wants_ports else types)
            and within(header.destination_port, ends if wants_ports else codes)
        )

    return Modelled(
        FlowSet.box(
            families=families,
            protocols=protocols,
            sources=sources,
            destinations=destinations,
            source_ports=starts,
            destination_ports=ends,
            icmp_types=types,
            icmp_codes=codes,
        ),
        holds,
    )


@st.composite
def expressions(draw: st.DrawFn) -> Modelled:
    """Boxes joined one after the other, so that few sets are empty or everything."""
    made = draw(modelled_boxes())
    for operator in draw(st.lists(st.sampled_from("||--^^&~"), max_size=4)):
        other = made if operator == "~" else draw(modelled_boxes())
        made = _joined(operator, made, other)
    return made


def _joined(operator: str, a: Modelled, b: Modelled) -> Modelled:
    match operator:
        case "|":
            return Modelled(a.flows | b.flows, lambda h: a.holds(h) or b.holds(h))
        case "&":
            return Modelled(a.flows & b.flows, lambda h: a.holds(h) and b.holds(h))
        case "-":
            return Modelled(a.flows - b.flows, lambda h: a.holds(h) and not b.holds(h))
        case "^":
            return Modelled(a.flows ^ b.flows, lambda h: a.holds(h) != b.holds(h))
        case _:
            return Modelled(~a.flows, lambda h: not a.holds(h))


CONSTANTS = st.sampled_from(
    [
        Modelled(FlowSet.empty(), lambda _: False),
        Modelled(FlowSet.everything(), lambda _: True),
    ]
)
MODELLED = st.one_of(*[expressions()] * 9, CONSTANTS)
FLOWS = MODELLED.map(lambda modelled: modelled.flows)
