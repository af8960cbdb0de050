"""Who answers in a twin: name servers, proxies."""

from collections.abc import Iterator
from dataclasses import replace
from shutil import which

import pytest

from seawall.twin.plan import (
    Admitted,
    Answer,
    Forwarding,
    Outcome,
    Probe,
    ProbeKind,
    Result,
    RuleText,
    Stand,
    StandKind,
)
from seawall.twin.probing.asking import Pace
from seawall.twin.running import Twin, raised
from twin_plans import A, B, two_ends

ANY = "0.0.0.0"  # noqa: S104
FIREWALL = "10.9.0.2"
REDIRECT = RuleText(
    "r",
    """table ip nat {
 chain pre {
  type nat hook prerouting priority -100;
  tcp dport 443 redirect to :15443
  tcp dport 80 redirect to :15443
 }
}""",
)
PUBLIC = "20.0.0.1"
NAMES = (
    Answer("web.example.com", "A", (PUBLIC,)),
    Answer("alias.example.com", "CNAME", ("web.example.com",)),
    Answer("away.example.com", "CNAME", ("host.corp.example",)),
    Answer("only6.example.com", "AAAA", ("2001:db8::1",)),
    Answer("*.apps.example.com", "A", ("20.0.0.2",)),
    Answer("own.apps.example.com", "A", ("20.0.0.3",)),
    Answer("loop.example.com", "CNAME", ("loop.example.com",)),
)


def with_names() -> Iterator[Twin]:
    server = Stand(
        "r",
        ANY,
        53,
        "udp",
        StandKind.DNS,
        answers=NAMES,
        forwardings=(
            Forwarding("corp.example", B),
            Forwarding("lost.example", "10.9.0.1"),
        ),
    )
    far = Stand(
        "b",
        ANY,
        53,
        "udp",
        StandKind.DNS,
        answers=(Answer("host.corp.example", "A", ("10.50.0.1", "10.50.0.2")),),
    )
    plan = two_ends(stands=(server, far))
    spaces = tuple(
        replace(s, resolver="10.9.0.0") if s.name == "a" else s for s in plan.spaces
    )
    with raised(replace(plan, spaces=spaces)) as twin:
        yield twin


names = pytest.fixture(scope="module")(with_names)


@pytest.mark.parametrize(
    ("name", "addresses", "detail"),
    [
        ("web.example.com", (PUBLIC,), "NOERROR"),
        ("WEB.example.com.", (PUBLIC,), "NOERROR"),
        ("alias.example.com", (PUBLIC,), "NOERROR"),
        ("only6.example.com", ("2001:db8::1",), "NOERROR"),
        ("any.apps.example.com", ("20.0.0.2",), "NOERROR"),
        ("own.apps.example.com", ("20.0.0.3",), "NOERROR"),
        ("below.own.apps.example.com", (), "NXDOMAIN"),
        ("host.corp.example", ("10.50.0.1", "10.50.0.2"), "NOERROR"),
        ("away.example.com", ("10.50.0.1", "10.50.0.2"), "NOERROR"),
        ("other.corp.example", (), "NXDOMAIN"),
        ("nobody.example.org", (), "NXDOMAIN"),
        ("x.lost.example", (), "SERVFAIL"),
        ("loop.example.com", (), "SERVFAIL"),
    ],
)
def test_a_name_server_answers_from_its_table_or_asks_another(
    names: Twin, name: str, addresses: tuple[str, ...], detail: str
) -> None:
    (outcome,) = names.probe((Probe(1, "a", ProbeKind.DNS, "10.9.0.0", 53, name=name),))
    assert outcome.result is Result.ANSWERED
    assert (outcome.addresses, outcome.detail) == (addresses, detail)


@pytest.mark.parametrize("how", ["+notcp", "+tcp"])
@pytest.mark.skipif(which("dig") is None, reason="dig is not installed")
def test_a_foreign_client_is_answered_in_a_shell(names: Twin, how: str) -> None:
    with names.run_in(
        "a", ["dig", "+short", how, "alias.example.com"], capture=True
    ) as shell:
        output, _ = shell.communicate(timeout=10)
    assert output.decode().split() == ["web.example.com.", PUBLIC]


@pytest.fixture(scope="module", params=["", B])
def firewall(request: pytest.FixtureRequest) -> Iterator[Twin]:
    """A proxy in the router, without a resolver and with one."""
    admits = (
        Admitted((f"{A}/32",), ("*.example.com",), "tls", (443,), "rule/tls"),
        Admitted(("10.0.0.0/8",), ("web.example.com",), "http", origin="rule/http"),
        Admitted(("10.200.0.0/16",), ("*",), "tls"),
    )
    proxy = Stand(
        "r",
        ANY,
        15443,
        kind=StandKind.PROXY,
        admits=admits,
        resolver=str(request.param),
    )
    web = tuple(
        Stand("b", ANY, port, kind=kind)
        for port, kind in ((80, StandKind.HTTP), (443, StandKind.TLS))
    )
    server = Stand(
        "b",
        ANY,
        53,
        "udp",
        StandKind.DNS,
        answers=(
            Answer("web.example.com", "A", (B,)),
            Answer("other.example.com", "A", ("10.9.0.3",)),
        ),
    )
    plan = two_ends(REDIRECT, stands=(proxy, server, *web))
    with raised(plan) as twin:
        yield twin


def asked(firewall: Twin, kind: ProbeKind, name: str) -> Outcome:
    port = 443 if kind is ProbeKind.TLS else 80
    return firewall.probe((Probe(1, "a", kind, B, port, name=name),), Pace(2.0))[0]


@pytest.mark.parametrize("kind", [ProbeKind.TLS, ProbeKind.HTTP])
def test_a_proxy_lets_names_pass_and_shows_its_own_address(
    firewall: Twin, kind: ProbeKind
) -> None:
    outcome = asked(firewall, kind, "web.example.com")
    assert outcome.result is Result.ANSWERED, outcome
    assert outcome.seen_source == FIREWALL
    assert outcome.seen_name == "web.example.com"
    assert outcome.answered_by == "b"


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (ProbeKind.TLS, "web.example.org"),
        (ProbeKind.TLS, "example.com"),
        (ProbeKind.TLS, ""),
        (ProbeKind.HTTP, "other.example.com"),
    ],
)
def test_a_proxy_refuses_all_other_names(
    firewall: Twin, kind: ProbeKind, name: str
) -> None:
    outcome = asked(firewall, kind, name)
    assert outcome.result is Result.REFUSED, outcome


def test_a_handshake_with_a_proxy_is_no_answer(firewall: Twin) -> None:
    outcome = firewall.probe(
        (Probe(1, "a", ProbeKind.TCP, B, 443),), Pace(wait_s=0.3, times=1)
    )[0]
    assert outcome.result is Result.UNPROVED
