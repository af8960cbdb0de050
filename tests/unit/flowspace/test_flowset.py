import doctest
import random
from ipaddress import ip_address, ip_network

import pytest

from seawall.flowspace import (
    ICMP,
    TCP,
    UDP,
    Field,
    FlowSet,
    Header,
    Interval,
    flowset,
    intervals,
)

ESP = 50


def span(cidr: str) -> Interval:
    network = ip_network(cidr)
    return int(network[0]), int(network[-1])


def test_examples_in_the_documentation_hold() -> None:
    for module in (flowset, intervals):
        tried = doctest.testmod(module)
        assert tried.attempted > 0
        assert tried.failed == 0


def test_a_constraint_on_ports_excludes_protocols_without_ports() -> None:
    web = FlowSet.box(destination_ports=[(443, 443)])
    assert Header(4, TCP, 1, 2, 50000, 443) in web
    assert Header(4, UDP, 1, 2, 50000, 443) in web
    assert Header(4, ICMP, 1, 2, 8, 0) not in web
    assert Header(4, ESP, 1, 2) not in web


def test_a_constraint_on_all_ports_still_excludes_protocols_without_ports() -> None:
    ported = FlowSet.box(destination_ports=[(0, 65535)])
    assert ported == FlowSet.box(protocols=[(6, 6), (17, 17), (132, 132)])


def test_a_constraint_on_types_excludes_all_but_icmp() -> None:
    echo = FlowSet.box(icmp_types=[(8, 8)], icmp_codes=[(0, 0)])
    assert Header(4, ICMP, 1, 2, 8, 0) in echo
    assert Header(4, TCP, 1, 2, 8, 0) not in echo
    assert not FlowSet.box(icmp_types=[(8, 8)], source_ports=[(8, 8)])


def test_an_empty_list_leaves_no_value_and_none_leaves_all() -> None:
    assert FlowSet.box() == FlowSet.everything()
    for field in ("families", "protocols", "source_ports", "icmp_codes"):
        assert not FlowSet.box(**{field: []})
    assert not FlowSet.box(sources={})
    assert FlowSet.box(sources={4: [(0, 2**32 - 1)]}) == FlowSet.box(families=[4])


def test_ports_of_a_protocol_without_ports_do_not_matter() -> None:
    tunnel = FlowSet.box(protocols=[(ESP, ESP)])
    assert Header(4, ESP, 1, 2, 7, 7) in tunnel


@pytest.mark.parametrize(
    "wrong",
    [
        {"families": [5]},
        {"sources": {5: []}},
        {"sources": {4: [(0, 2**32)]}},
        {"protocols": [(0, 256)]},
        {"destination_ports": [(9, 8)]},
        {"icmp_types": [(-1, 8)]},
    ],
)
def test_a_value_outside_its_field_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"interval|family"):
        FlowSet.box(**wrong)  # type: ignore[arg-type]


def test_quantifiers_refuse_a_third_family() -> None:
    with pytest.raises(ValueError, match="family 5"):
        FlowSet.everything().some(Field.SOURCE, {5: [(0, 1)]})


def test_a_set_cannot_be_changed_or_made_by_hand() -> None:
    with pytest.raises(AttributeError):
        FlowSet.empty().extra = 1  # type: ignore[attr-defined]
    with pytest.raises(TypeError):
        FlowSet()


def test_a_witness_of_everything_is_an_ordinary_https_packet() -> None:
    witness = FlowSet.everything().witness()
    assert witness == Header(
        4,
        TCP,
        int(ip_address("198.51.100.10")),
        int(ip_address("203.0.113.10")),
        49152,
        443,
    )


def test_a_witness_takes_a_usual_port_and_a_host_address_if_it_can() -> None:
    network = FlowSet.box(
        destinations={4: [span("10.0.0.0/8")]}, destination_ports=[(50, 100)]
    )
    witness = network.witness()
    assert witness is not None
    assert witness.destination_port == 80
    assert witness.destination == int(ip_address("10.0.0.1"))
    assert (network - FlowSet.box(protocols=[(TCP, TCP)])).witness() == (
        witness._replace(protocol=UDP, destination_port=80)
    )


def test_a_witness_of_icmp_is_an_echo_request() -> None:
    witness = FlowSet.box(protocols=[(ICMP, ICMP)]).witness()
    assert witness is not None
    assert (witness.icmp_type, witness.icmp_code) == (8, 0)


def test_protocols_with_the_same_answers_share_a_box() -> None:
    dns = FlowSet.box(
        families=[4], protocols=[(TCP, TCP), (UDP, UDP)], destination_ports=[(53, 53)]
    )
    (box,) = dns.boxes()
    assert box.protocols == ((TCP, TCP), (UDP, UDP))
    assert box.destination_ports == ((53, 53),)
    assert box.is_any_source_port
    assert not box.is_any_destination_port


def test_a_translated_destination_is_asked_for_with_some() -> None:
    pod = FlowSet.box(
        destinations={4: [span("10.0.0.7/32")]}, destination_ports=[(8080, 8080)]
    )
    service = FlowSet.box(
        destinations={4: [span("10.1.0.1/32")]}, destination_ports=[(80, 80)]
    )
    arriving = pod.some(Field.DESTINATION, {4: [span("10.0.0.7/32")]}).some(
        Field.DESTINATION_PORT, [(8080, 8080)]
    )
    assert service <= arriving


def test_port_quantifiers_leave_protocols_without_ports_alone() -> None:
    tunnel = FlowSet.box(protocols=[(ESP, ESP), (ICMP, ICMP)])
    assert tunnel.some(Field.SOURCE_PORT, [(1, 2)]) == tunnel
    assert tunnel.every(Field.DESTINATION_PORT, []) == tunnel
    ported = FlowSet.box(source_ports=[(1, 9)])
    assert not ported.some(Field.SOURCE_PORT, [])
    assert not ported.every(Field.SOURCE_PORT, [])


def test_a_projection_names_only_families_that_occur() -> None:
    flows = FlowSet.box(sources={4: [(5, 9)], 6: []})
    assert flows.project(Field.SOURCE) == {4: ((5, 9),)}
    assert FlowSet.empty().project(Field.DESTINATION) == {}
    assert flows.project(Field.SOURCE_PORT) == ((0, 65535),)


def test_icmp_types_are_no_ports() -> None:
    echo = FlowSet.box(icmp_types=[(8, 8)])
    assert echo.project(Field.SOURCE_PORT) == ()
    assert echo.atoms(Field.SOURCE_PORT) == ((0, 65535),)
    assert not echo.restrict(Field.SOURCE_PORT, [(0, 65535)])


def test_the_short_form_tells_the_size() -> None:
    assert repr(FlowSet.empty()) == "FlowSet.empty()"
    assert repr(FlowSet.everything()) == "FlowSet.everything()"
    assert repr(FlowSet.box(protocols=[(ESP, ESP)])).startswith("<FlowSet of ")


def _random_box(dice: random.Random, prefixes: list[Interval]) -> FlowSet:
    protocol = dice.choice([TCP, UDP])
    port = dice.choice([22, 53, 80, 443, 1433, 5432, 6443, 8080, 10250])
    return FlowSet.box(
        families=[4],
        protocols=[(protocol, protocol)],
        sources={4: [dice.choice(prefixes)]},
        destinations={4: [dice.choice(prefixes)]},
        destination_ports=None if dice.random() < 0.3 else [(port, port)],
    )


def test_a_long_first_match_list_stays_small() -> None:
    dice = random.Random(7)  # noqa: S311  # the list need not be secret
    prefixes = [
        span(f"10.{dice.randrange(256)}.{dice.randrange(256)}.0/{length}")
        for length in dice.choices([24], k=200)
    ]
    rules = [_random_box(dice, prefixes) for _ in range(1_000)]
    undecided = FlowSet.everything()
    hits = []
    for rule in rules:
        hits.append(rule & undecided)
        undecided -= rule
    assert undecided.node_count() < 2_000
    assert FlowSet.union_of([*hits, undecided]) == FlowSet.everything()
    assert sum(hit.count() for hit in hits) == (~undecided).count()
