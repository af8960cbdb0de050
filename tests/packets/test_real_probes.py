"""What comes back of each kind of probe, and what silence may mean."""

from collections.abc import Iterator

import pytest

from seawall.twin.plan import Outcome, Probe, ProbeKind, Result
from seawall.twin.probing.asking import Pace
from seawall.twin.running import Twin, raised
from twin_plans import A6, B6, ROUTER_OF_A, ROUTER_OF_A6, A, B, filtered, two_ends

BOTH = [(A, B), (A6, B6)]
QUICK = Pace(wait_s=0.3, times=1)
RULES = filtered(
    'tcp dport { 80, 443, 1000 } counter accept comment "nsg/web"',
    'tcp dport 1001 counter drop comment "nsg/deny"',
    "udp dport 1000-1001 accept",
    "sctp dport 1002-1003 accept",
    "meta l4proto { icmp, ipv6-icmp } accept",
    "tcp dport 22 reject with icmpx type admin-prohibited",
    "tcp dport 23 reject with tcp reset",
    "udp dport 99 reject with icmpx type no-route",
)


@pytest.fixture(scope="module")
def twin() -> Iterator[Twin]:
    with raised(two_ends(RULES)) as raised_twin:
        yield raised_twin


def one(twin: Twin, kind: ProbeKind, to: str, port: int = 0, name: str = "") -> Outcome:
    control = Probe(1, "a", ProbeKind.TCP, to, 1000)
    probe = Probe(2, "a", kind, to, port, name=name, control=1)
    return twin.probe((probe, control))[0]


@pytest.mark.parametrize(("source", "to"), BOTH)
def test_tcp_and_udp_stands_tell_whom_they_saw(
    twin: Twin, source: str, to: str
) -> None:
    for kind in (ProbeKind.TCP, ProbeKind.UDP):
        outcome = one(twin, kind, to, 1000)
        assert outcome.result is Result.ANSWERED
        assert (outcome.seen_source, outcome.answered_by) == (source, "b")
        assert outcome.seen_destination == to
        assert outcome.seen_port > 0


@pytest.mark.parametrize(("source", "to"), BOTH)
def test_sctp_is_probed_without_sctp_in_the_kernel(
    twin: Twin, source: str, to: str
) -> None:
    answered = one(twin, ProbeKind.SCTP, to, 1002)
    assert answered.result is Result.ANSWERED
    assert answered.seen_source == source
    assert one(twin, ProbeKind.SCTP, to, 1003).result is Result.REFUSED
    assert one(twin, ProbeKind.SCTP, to, 2000).result is Result.SILENT


@pytest.mark.parametrize(("source", "to"), BOTH)
def test_echo_requests_are_answered(twin: Twin, source: str, to: str) -> None:
    assert source
    assert one(twin, ProbeKind.ICMP, to).result is Result.ANSWERED


@pytest.mark.parametrize(("source", "to"), BOTH)
def test_the_far_end_tells_the_name_that_was_meant(
    twin: Twin, source: str, to: str
) -> None:
    for kind, port in ((ProbeKind.HTTP, 80), (ProbeKind.TLS, 443)):
        outcome = one(twin, kind, to, port, "shop.example.com")
        assert outcome.result is Result.ANSWERED, outcome
        assert outcome.seen_name == "shop.example.com"
        assert outcome.seen_source == source


def test_a_greeting_without_a_server_name_is_seen_as_such(twin: Twin) -> None:
    assert one(twin, ProbeKind.TLS, B, 443).seen_name == ""


@pytest.mark.parametrize(("to", "router"), [(B, ROUTER_OF_A), (B6, ROUTER_OF_A6)])
def test_a_refusal_by_icmp_tells_who_refused(twin: Twin, to: str, router: str) -> None:
    outcome = one(twin, ProbeKind.TCP, to, 22)
    assert outcome.result is Result.REFUSED
    assert outcome.told_by == router
    assert "prohibited" in outcome.detail


@pytest.mark.parametrize("to", [B, B6])
def test_a_reset_and_a_closed_port_are_refusals(twin: Twin, to: str) -> None:
    assert one(twin, ProbeKind.TCP, to, 23).result is Result.REFUSED
    closed = one(twin, ProbeKind.UDP, to, 1001)
    assert closed.result is Result.REFUSED
    assert closed.told_by == to


@pytest.mark.parametrize("to", [B, B6])
def test_a_missing_route_is_no_refusal(twin: Twin, to: str) -> None:
    assert one(twin, ProbeKind.UDP, to, 99).result is Result.UNREACHABLE


def test_silence_is_a_refusal_only_beside_an_answered_control(twin: Twin) -> None:
    silent = Probe(2, "a", ProbeKind.TCP, B, 1001, control=1)
    good = Probe(1, "a", ProbeKind.TCP, B, 1000)
    bad = Probe(1, "a", ProbeKind.TCP, B, 5000)
    assert twin.probe((silent, good), QUICK)[0].result is Result.SILENT
    assert twin.probe((silent, bad), QUICK)[0].result is Result.UNPROVED
    assert twin.probe((silent,), QUICK)[0].result is Result.UNPROVED


def test_a_control_is_found_in_the_plan() -> None:
    control = Probe(7, "a", ProbeKind.TCP, B, 1000)
    silent = Probe(8, "a", ProbeKind.TCP, B, 1001, control=7)
    with raised(two_ends(RULES, probes=(control, silent))) as twin:
        (outcome,) = twin.probe((silent,), QUICK)
    assert outcome.probe == 8
    assert outcome.result is Result.SILENT


def test_a_probe_comes_from_where_it_says(twin: Twin) -> None:
    probes = tuple(
        Probe(n, "a", kind, B, 1000, source=A, source_port=4242)
        for n, kind in enumerate((ProbeKind.TCP, ProbeKind.UDP, ProbeKind.TCP), 1)
    )
    for outcome in twin.probe(probes):
        assert outcome.result is Result.ANSWERED
        assert (outcome.seen_source, outcome.seen_port) == (A, 4242)


def test_what_this_machine_lacks_says_nothing_about_the_network(twin: Twin) -> None:
    control = Probe(1, "a", ProbeKind.TCP, B, 1000)
    foreign = Probe(2, "a", ProbeKind.TCP, B, 1000, source="10.1.1.1", control=1)
    outcome = twin.probe((foreign, control))[0]
    assert outcome.result is Result.UNPROVED
    assert "EADDRNOTAVAIL" in outcome.detail


def test_what_answers_in_another_language_has_answered(twin: Twin) -> None:
    outcome = one(twin, ProbeKind.TLS, B, 1000)
    assert outcome.result is Result.ANSWERED
    assert "not in TLS" in outcome.detail


def test_no_denial_is_lost_when_thousands_are_asked_at_once(twin: Twin) -> None:
    kinds = (1000, 22, 23, 1001)
    expected = (Result.ANSWERED, Result.REFUSED, Result.REFUSED, Result.SILENT)
    control = Probe(9_999, "a", ProbeKind.TCP, B, 1000)
    probes = tuple(
        Probe(n, "a", ProbeKind.TCP, (B, B6)[n % 2], kinds[n // 2 % 4], control=9_999)
        for n in range(4_000)
    )
    outcomes = twin.probe((*probes, control))
    wrong = [
        outcome
        for outcome, probe in zip(outcomes, probes, strict=False)
        if outcome.result is not expected[probe.number // 2 % 4]
    ]
    assert not wrong, (len(wrong), wrong[:3])


def test_rules_count_what_they_took(twin: Twin) -> None:
    before = {c.comment: c.packets for c in twin.counted()}
    one(twin, ProbeKind.HTTP, B, 80)
    after = {c.comment: c.packets for c in twin.counted()}
    assert set(after) == {"nsg/web", "nsg/deny"}
    assert after["nsg/web"] > before["nsg/web"]
    assert after["nsg/deny"] == before["nsg/deny"]
