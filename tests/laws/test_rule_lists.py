"""What is said of a list of rules as a whole, against every packet in every world."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, combinations, product

from hypothesis import given, settings
from hypothesis import strategies as st

from seawall.engine.lists.compare import compare
from seawall.engine.lists.facts import ListFacts, RuleList
from seawall.engine.lists.ground import Service
from seawall.engine.lists.reading import Reader
from seawall.engine.lists.rule import number
from seawall.model.address import LAST, Address, AddressRange
from seawall.model.filter import (
    ANYWHERE,
    Access,
    AddressTerm,
    ApplicationGroup,
    SecurityRule,
    ServiceTag,
    UnreadableTerm,
)
from seawall.model.origin import Origin
from seawall.model.packet import EVERY_PORT, Packet, PortRange
from seawall.model.policy import Direction
from seawall.reference.rule_list import (
    Listing,
    World,
    deciding,
    is_lawful,
    matches,
    name_of,
)

RANGES = [
    AddressRange.parse(text)
    for text in ("10.0.0.0/8", "10.0.0.0/9", "10.128.0.0/9", "20.0.0.0/8", "2000::/4")
]
WHOLE = [AddressRange.parse("0.0.0.0/0"), AddressRange.parse("::/0")]
TAGS = ["Storage", "Storage.WestEurope", "AzureCloud.WestEurope", "VirtualNetwork"]
PORTS = [(PortRange(80, 80),), (PortRange(80, 90),), (PortRange(91, 443),)]

terms = st.one_of(
    st.sampled_from([*RANGES, *WHOLE, ANYWHERE, ANYWHERE]),
    st.sampled_from([ServiceTag(name) for name in TAGS]),
    st.just(ApplicationGroup("/asg")),
    st.just(UnreadableTerm("what")),
)
ports = st.one_of(st.just((EVERY_PORT,)), st.sampled_from(PORTS))


@st.composite
def rule(draw: st.DrawFn, name: str, priority: int) -> SecurityRule:
    def ends() -> tuple[AddressTerm, ...]:
        return tuple(draw(st.lists(terms, min_size=1, max_size=2)))

    wide = draw(st.booleans())
    return SecurityRule(
        name=name,
        priority=priority,
        direction=Direction.INGRESS,
        access=draw(st.sampled_from(Access)),
        protocol=draw(st.sampled_from([None, None, 6, 1, -1])),
        sources=ends(),
        source_ports=draw(st.sampled_from([(EVERY_PORT,)] * 4 + PORTS[:1])),
        destinations=(ANYWHERE,) if wide else ends(),
        destination_ports=draw(ports),
        origin=Origin(name),
        is_default=draw(st.sampled_from([False, False, False, True])),
    )


@st.composite
def lists(draw: st.DrawFn, *, ties: bool = False) -> list[SecurityRule]:
    size = draw(st.integers(2, 6))
    last = max(size - 2, 1) if ties else 0
    return [
        draw(rule(f"r{at}", 100 + (at % last if ties else at))) for at in range(size)
    ]


def facts(rules: list[SecurityRule], default: Access | None) -> ListFacts:
    return RuleList(list(Reader().security_rules(rules, "nsg")), default).facts()


def positions(rules: list[SecurityRule]) -> list[SecurityRule]:
    """The order in which a `RuleList` has them."""
    return sorted(rules, key=lambda item: (item.priority, item.is_default))


def subsets(items: list) -> Iterator[frozenset]:
    return (
        frozenset(found)
        for found in chain.from_iterable(
            combinations(items, size) for size in range(len(items) + 1)
        )
    )


def addresses(rules: list[SecurityRule]) -> list[Address]:
    found = {
        AddressRange(4, 0xC0A80000, 0xC0A80000).lowest,
        AddressRange(4, 0x32000000, 0x32000000).lowest,
        AddressRange(6, 1 << 125, 1 << 125).lowest,
        AddressRange(6, 0xFC << 120, 0xFC << 120).lowest,
    }
    for item in rules:
        for term in (*item.sources, *item.destinations):
            if isinstance(term, AddressRange) and term not in WHOLE:
                found |= {term.lowest, term.highest}
                if term.first:
                    below = AddressRange(term.version, term.first - 1, term.first - 1)
                    found.add(below.lowest)
                if term.last < LAST[term.version]:
                    above = AddressRange(term.version, term.last + 1, term.last + 1)
                    found.add(above.lowest)
    return sorted(found, key=lambda item: (item.version, int(item)))


def is_public(address: Address) -> bool:
    """Whether it is so, among those that are drawn."""
    private = ("10.0.0.0/8", "192.168.0.0/16", "fc00::/7", "0.0.0.0/8", "::/3")
    return not any(address in AddressRange.parse(text) for text in private)


def names(rules: list[SecurityRule], side: str) -> set[str]:
    found = set()
    for item in rules:
        for term in getattr(item, side):
            if isinstance(term, ServiceTag):
                found.add(name_of(item, term))
            elif isinstance(term, ApplicationGroup):
                found.add(term.id)
            elif isinstance(term, UnreadableTerm):
                found.add(f"?{item.name}")
    return found


def ends(rules: list[SecurityRule], side: str) -> list[tuple[Address, frozenset[str]]]:
    """Addresses with the names that may hold them."""
    known = names(rules, side)
    found = []
    for address in addresses(rules):
        for held in subsets(sorted(known)):
            clouds = {name for name in held if name.startswith(("storage", "azurec"))}
            lawful = is_lawful(World(source=held), known, ())
            if lawful and (is_public(address) or not clouds):
                found.append((address, held))
    return found


def services(
    rules: list[SecurityRule],
) -> list[tuple[tuple[int, int, int], frozenset[Listing], frozenset[str]]]:
    listings: list[Listing] = []
    unread = []
    for item in rules:
        if item.protocol == -1:
            unread.append(item.name)
        elif not item.source_ports == item.destination_ports == (EVERY_PORT,):
            assert item.source_ports is not None
            assert item.destination_ports is not None
            one = (item.protocol, item.source_ports, item.destination_ports)
            if item.protocol in (None, 1) and one not in listings:
                listings.append(one)
    found = []
    for kept in subsets(unread):
        for source, destination in product((1, 80), (1, 80, 81, 100)):
            found.extend(
                ((kind, source, destination), frozenset(), kept) for kind in (6, 17)
            )
        for kind in (1, 47):
            usable = [item for item in listings if item[0] in (None, kind)]
            found.extend(
                ((kind, 0, 0), bare, kept)
                for bare in subsets(usable)
                if is_lawful(World(bare=bare), (), usable)
            )
    return found


def everything(rules: list[SecurityRule]) -> Iterator[tuple[Packet, World]]:
    """Yield packets and worlds such that each set of rules that can match is met."""
    fields = (ends(rules, "sources"), ends(rules, "destinations"), services(rules))
    kinds: list[dict[tuple[int, int], object]] = []
    for at, held in enumerate(fields):
        found: dict[tuple[int, int], object] = {}
        for item in held:
            parts: list = [None, None, None]
            parts[at] = item
            made = _made(*parts)
            mask = sum(
                1 << place
                for place, each in enumerate(rules)
                if matches(_only(each, at), *made)
            )
            family = item[0].version if at < 2 else 0  # type: ignore[union-attr]
            found.setdefault((family, mask), item)
        kinds.append(found)
    seen = set()
    for (family, one), source in kinds[0].items():
        for (other, two), destination in kinds[1].items():
            if family != other:
                continue
            for (_, three), service in kinds[2].items():
                if one & two & three not in seen:
                    seen.add(one & two & three)
                    yield _made(source, destination, service)


def _only(item: SecurityRule, at: int) -> SecurityRule:
    """A rule that looks at one field alone."""
    if at != 0:
        item = replace(item, sources=(ANYWHERE,))
    if at != 1:
        item = replace(item, destinations=(ANYWHERE,))
    if at != 2:
        whole = (EVERY_PORT,)
        item = replace(item, protocol=None, source_ports=whole, destination_ports=whole)
    return item


def _made(one: object, two: object, what: object) -> tuple[Packet, World]:
    somewhere = AddressRange.parse("1.2.3.4").lowest
    source, held = one or (somewhere, frozenset())
    destination, there = two or (somewhere, frozenset())
    (kind, port, to), bare, unread = what or ((6, 1, 1), frozenset(), frozenset())
    packet = Packet(source, destination, kind, port, to)
    return packet, World(held, there, bare, unread)


def verdicts(
    rules: list[SecurityRule], default: Access | None, packet: Packet, world: World
) -> set[Access | None]:
    found = {item.access for item in deciding(rules, packet, world)}
    return found or {default}


@settings(deadline=None, max_examples=200)
@given(lists(), st.sampled_from([None, Access.DENY, Access.ALLOW]))
def test_a_rule_is_called_shadowed_or_redundant_exactly_if_it_is(
    rules: list[SecurityRule], default: Access | None
) -> None:
    found = facts(rules, default)
    listed = positions(rules)
    every = list(everything(rules))
    decides = {item.name for each in every for item in deciding(rules, *each)}
    matching = {item.name for each in every for item in rules if matches(item, *each)}
    assert not found.open
    assert {listed[at].name for at in found.empty} == {
        item.name for item in rules
    } - matching
    assert {listed[item.rule].name for item in found.shadowed} == matching - decides
    spare = {
        item.name
        for item in rules
        if item.name in decides
        and all(
            verdicts(rules, default, *each)
            == verdicts([other for other in rules if other != item], default, *each)
            and (
                default
                or deciding([o for o in rules if o != item], *each)
                or item not in deciding(rules, *each)
            )
            for each in every
        )
    }
    assert {listed[item.rule].name for item in found.redundant} == spare


@settings(deadline=None, max_examples=100)
@given(lists(), st.sampled_from([Access.DENY, Access.ALLOW]))
def test_all_that_may_go_may_go_together(
    rules: list[SecurityRule], default: Access
) -> None:
    found = facts(rules, default)
    listed = positions(rules)
    gone = {item.rule for item in found.shadowed} | {
        item.rule
        for item in found.redundant
        if item.together and not listed[item.rule].is_default
    }
    kept = [item for at, item in enumerate(listed) if at not in gone]
    for each in everything(rules):
        assert verdicts(kept, default, *each) == verdicts(rules, default, *each)


@settings(deadline=None, max_examples=100)
@given(lists())
def test_the_rules_that_are_named_decide_in_the_place_of_another(
    rules: list[SecurityRule],
) -> None:
    found = facts(rules, Access.DENY)
    listed = positions(rules)
    every = list(everything(rules))
    for item in found.shadowed:
        own, by = listed[item.rule], [listed[at] for at in item.by]
        for packet, world in every:
            if matches(own, packet, world):
                assert any(matches(each, packet, world) for each in by)
    for spare in found.redundant:
        own = listed[spare.rule]
        gone = {each.rule for each in found.redundant if each.together}
        rest = [
            each
            for at, each in enumerate(listed)
            if each is not own
            and (not spare.together or at not in gone or each.is_default)
        ]
        taking = set()
        for each in every:
            if own in deciding(rules, *each):
                taking |= {item.name for item in deciding(rest, *each)} or {"-"}
        told = {listed[at].name for at in spare.instead}
        if not spare.together:
            assert told | ({"-"} if spare.by_default else set()) == taking


@settings(deadline=None, max_examples=100)
@given(lists(ties=True), st.sampled_from([Access.DENY, Access.ALLOW]))
def test_rules_without_order_are_never_wrongly_called_so(
    rules: list[SecurityRule], default: Access
) -> None:
    found = facts(rules, default)
    listed = positions(rules)
    every = list(everything(rules))
    for item in found.shadowed:
        own = listed[item.rule]
        assert not any(own in deciding(rules, *each) for each in every)
    for spare in found.redundant:
        rest = [each for each in rules if each is not listed[spare.rule]]
        for each in every:
            assert verdicts(rest, default, *each) == verdicts(rules, default, *each)


@settings(deadline=None, max_examples=100)
@given(lists(), st.data())
def test_two_lists_are_called_equivalent_exactly_if_they_are(
    rules: list[SecurityRule], data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(rules) - 1))
    others = [item for item in rules if item is not rules[at]]
    if data.draw(st.booleans()):
        others.append(data.draw(rule(rules[at].name, data.draw(st.integers(99, 106)))))
    priorities = [(item.priority, item.is_default) for item in others]
    if len(set(priorities)) < len(priorities):
        return
    reader = Reader()
    one = list(reader.security_rules(rules, "one"))
    two = list(reader.security_rules(others, "two"))
    if rule_is_unread(rules) or rule_is_unread(others):
        # What one list cannot read, the other does not read either.
        return
    found = compare(one, two, Access.DENY)
    differing = {
        (
            tuple(item.name for item in deciding(rules, *each)),
            tuple(item.name for item in deciding(others, *each)),
        )
        for each in everything([*rules, *others])
        if verdicts(rules, Access.DENY, *each) != verdicts(others, Access.DENY, *each)
    }
    told = {
        (
            (item.old.name.partition("/")[2],) if item.old else (),
            (item.new.name.partition("/")[2],) if item.new else (),
        )
        for item in found.differences
    }
    assert told == differing
    assert found.equivalent is not bool(differing)


def rule_is_unread(rules: list[SecurityRule]) -> bool:
    return any(
        item.protocol == -1
        or any(
            isinstance(term, UnreadableTerm)
            for term in (*item.sources, *item.destinations)
        )
        for item in rules
    )


@settings(deadline=None, max_examples=100)
@given(lists(), st.data())
def test_the_rule_that_decides_about_a_packet_in_no_symbol_is_found(
    rules: list[SecurityRule], data: st.DataObject
) -> None:
    listed = RuleList(list(Reader().security_rules(rules, "nsg")), Access.DENY)
    places = addresses(rules)
    for _ in range(20):
        source = data.draw(st.sampled_from(places))
        destination = data.draw(
            st.sampled_from([item for item in places if item.version == source.version])
        )
        kind = data.draw(st.sampled_from([1, 6, 17, 47]))
        ported = kind in (6, 17)
        service = Service(
            kind,
            data.draw(st.sampled_from([1, 80])) if ported else 0,
            data.draw(st.sampled_from([1, 80, 90, 91, 443])) if ported else 0,
        )
        found = listed.deciding(
            number(AddressRange.of(source))[0],
            number(AddressRange.of(destination))[0],
            service,
        )
        packet = Packet(source, destination, *service)
        wanted = [item.name for item in deciding(rules, packet, World())]
        assert [listed.rules[at].name.partition("/")[2] for at in found] == wanted
