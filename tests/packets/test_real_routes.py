"""Routes, routing rules, translation and filters do to packets what the plan says."""

from dataclasses import replace

import pytest

from seawall.twin.kernel.trouble import TwinError
from seawall.twin.plan import (
    End,
    Link,
    Plan,
    Probe,
    ProbeKind,
    Result,
    RouteKind,
    RouteLine,
    RouteRule,
    RuleText,
    Space,
    Stand,
)
from seawall.twin.probing.asking import Pace
from seawall.twin.running import raised
from twin_plans import B6, A, B, filtered, two_ends

QUICK = Pace(wait_s=0.3, times=1)


def tcp(number: int, to: str, source: str = "", port: int = 1000) -> Probe:
    return Probe(number, "a", ProbeKind.TCP, to, port, source=source, control=1)


def test_a_route_may_swallow_refuse_or_lead_on() -> None:
    plan = two_ends(
        routes=(
            RouteLine("r", "192.0.2.0/24", kind=RouteKind.BLACKHOLE),
            RouteLine("r", "198.51.100.0/24", kind=RouteKind.UNREACHABLE),
            RouteLine("r", "2001:db8:1::/48", kind=RouteKind.BLACKHOLE),
            RouteLine("r", "2001:db8:2::/48", kind=RouteKind.UNREACHABLE),
        )
    )
    with raised(plan) as twin:
        found = twin.probe(
            (
                tcp(1, B),
                tcp(2, "192.0.2.1"),
                tcp(3, "198.51.100.1"),
                tcp(4, "2001:db8:1::1"),
                tcp(5, "2001:db8:2::1"),
                tcp(6, "203.0.113.1"),
            ),
            QUICK,
        )
    assert [o.result for o in found] == [
        Result.ANSWERED,
        Result.SILENT,
        Result.UNREACHABLE,
        Result.SILENT,
        Result.UNREACHABLE,
        Result.UNREACHABLE,
    ]


def test_one_space_may_stand_for_the_whole_internet() -> None:
    # Whatever no longer prefix leads away is its own.
    routes = (
        RouteLine("b", "0.0.0.0/0", kind=RouteKind.LOCAL),
        RouteLine("b", "2000::/3", kind=RouteKind.LOCAL),
        RouteLine("b", f"{A}/32", "10.9.0.2"),
        RouteLine("r", "0.0.0.0/0", B),
        RouteLine("r", "::/0", B6),
    )
    whole = two_ends(routes=routes)
    kept = tuple(
        r for r in whole.routes if r != RouteLine("b", "0.0.0.0/0", "10.9.0.2")
    )
    plan = replace(whole, routes=kept)
    with raised(plan) as twin:
        for kind in (ProbeKind.TCP, ProbeKind.UDP):
            for to in ("20.1.2.3", "2603:1030::1"):
                (outcome,) = twin.probe((Probe(1, "a", kind, to, 1000),))
                assert outcome.result is Result.ANSWERED, (kind, to, outcome)
                assert outcome.seen_destination == to


def test_a_source_may_have_a_routing_table_of_its_own() -> None:
    other = "10.9.1.1"
    plan = Plan(
        spaces=(
            Space("a", addresses=(f"{other}/32",)),
            Space("r", forwards=True),
            Space("b"),
            Space("c"),
        ),
        links=(
            Link(End("a", "eth0", (f"{A}/31",)), End("r", "to_a", ("10.9.0.0/31",))),
            Link(End("r", "to_b", ("10.9.0.2/31",)), End("b", "eth0", (f"{B}/31",))),
            Link(
                End("r", "to_c", ("10.9.0.4/31",)), End("c", "eth0", ("10.9.0.5/31",))
            ),
        ),
        routes=(
            RouteLine("a", "0.0.0.0/0", "10.9.0.0"),
            RouteLine("b", "0.0.0.0/0", "10.9.0.2"),
            RouteLine("c", "0.0.0.0/0", "10.9.0.4"),
            RouteLine("r", f"{other}/32", A),
            RouteLine("r", "20.0.0.0/8", B),
            RouteLine("r", "20.0.0.0/8", "10.9.0.5", table=100),
            RouteLine("b", "20.0.0.0/8", kind=RouteKind.LOCAL),
            RouteLine("c", "20.0.0.0/8", kind=RouteKind.LOCAL),
        ),
        route_rules=(RouteRule("r", 100, 100, sources=f"{other}/32"),),
        stands=tuple(Stand(s, "0.0.0.0", 1000) for s in "bc"),  # noqa: S104
    )
    with raised(plan) as twin:
        first, second = twin.probe((tcp(1, "20.1.1.1", A), tcp(2, "20.1.1.1", other)))
    assert (first.answered_by, second.answered_by) == ("b", "c")
    assert (first.seen_source, second.seen_source) == (A, other)


def test_translation_is_seen_at_the_far_end() -> None:
    translation = RuleText(
        "r",
        f"""table ip nat {{
 chain pre {{
  type nat hook prerouting priority -100;
  ip daddr 10.96.0.10 tcp dport 80 counter dnat to {B}:1000 comment "service/web"
 }}
 chain post {{
  type nat hook postrouting priority 100;
  oifname "to_b" masquerade
 }}
}}""",
    )
    with raised(two_ends(translation)) as twin:
        (outcome,) = twin.probe((tcp(1, "10.96.0.10", port=80),))
        (rule,) = twin.counted()
    assert outcome.result is Result.ANSWERED
    assert outcome.seen_source == "10.9.0.2"
    assert outcome.seen_destination == B
    assert (rule.comment, rule.packets, rule.chain) == ("service/web", 1, "pre")


def test_several_texts_of_a_space_are_one_set_of_rules() -> None:
    nat = RuleText(
        "r",
        "table ip nat {\n chain post {\n  type nat hook postrouting priority 100;\n"
        "  masquerade\n }\n}",
    )
    with raised(two_ends(filtered("tcp dport 1000 accept"), nat)) as twin:
        found = twin.probe((tcp(1, B), tcp(2, B, port=1001)), QUICK)
    assert [o.result for o in found] == [Result.ANSWERED, Result.SILENT]
    assert found[0].seen_source == "10.9.0.2"


def test_rules_that_nftables_refuses_are_told_and_change_nothing() -> None:
    good = two_ends(filtered("tcp dport 1000 accept"))
    bad = two_ends(filtered("tcp dport 1001 accept", "no such word"))
    with raised(good) as twin:
        with pytest.raises(TwinError, match="rules of r were refused"):
            twin.become(bad)
        found = twin.probe((tcp(1, B), tcp(2, B, port=1001)), QUICK)
    assert [o.result for o in found] == [Result.ANSWERED, Result.SILENT]


def test_a_route_over_nothing_is_told() -> None:
    plan = two_ends(routes=(RouteLine("a", "10.0.0.0/8", "10.200.0.1"),))
    with pytest.raises(TwinError, match=r"route to .* of a cannot be made"):
        raised(plan).__enter__()
    lost = two_ends(routes=(RouteLine("a", "10.0.0.0/8", device="eth9"),))
    with pytest.raises(TwinError, match="no device `eth9`"):
        raised(lost).__enter__()


def test_ipv6_works_at_once() -> None:
    for _ in range(3):
        with raised(two_ends(filtered("tcp dport 1000 accept"))) as twin:
            (outcome,) = twin.probe((tcp(1, B6),), QUICK)
        assert outcome.result is Result.ANSWERED


def test_large_rules_are_loaded_without_root() -> None:
    ports = [f'tcp dport {n} counter accept comment "rule/{n}"' for n in range(3_000)]
    blocks = ", ".join(f"20.{n // 250}.{n % 250}.0/24" for n in range(10_000))
    tag = RuleText(
        "r",
        "table ip tags {\n set cloud {\n  type ipv4_addr; flags interval;\n"
        f"  elements = {{ {blocks} }}\n }}\n}}",
    )
    with raised(two_ends(filtered(*ports), tag, stands=())) as twin:
        assert len(twin.counted()) == 3_000
