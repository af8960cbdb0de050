"""Small plans of a twin, for the tests that send real packets.

a ── r ── b      r forwards and filters; a asks, b answers
"""

from seawall.twin.plan import (
    End,
    Link,
    Plan,
    Probe,
    RouteLine,
    RuleText,
    Space,
    Stand,
    StandKind,
)

A, B = "10.9.0.1", "10.9.0.3"
A6, B6 = "fd00::1", "fd00::3"
ROUTER_OF_A, ROUTER_OF_A6 = "10.9.0.0", "fd00::"
EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104


def filtered(*lines: str, otherwise: str = "drop") -> RuleText:
    """Rules of the router for what it forwards, replies being let through."""
    hook = f"type filter hook forward priority 0; policy {otherwise};"
    text = "\n  ".join((hook, "ct state established,related accept", *lines))
    return RuleText("r", f"table inet f {{\n chain forward {{\n  {text}\n }}\n}}")


def everything_listens(space: str = "b") -> tuple[Stand, ...]:
    return tuple(
        stand
        for address in EVERYWHERE
        for stand in (
            Stand(space, address, 1000),
            Stand(space, address, 1001),
            Stand(space, address, 22),
            Stand(space, address, 23),
            Stand(space, address, 1000, "udp"),
            Stand(space, address, 1002, "sctp"),
            Stand(space, address, 80, kind=StandKind.HTTP),
            Stand(space, address, 443, kind=StandKind.TLS),
        )
    )


def two_ends(
    *rules: RuleText,
    stands: tuple[Stand, ...] | None = None,
    probes: tuple[Probe, ...] = (),
    routes: tuple[RouteLine, ...] = (),
    spaces: tuple[Space, ...] = (),
) -> Plan:
    """Who asks, who answers, and a router between them."""
    return Plan(
        spaces=(Space("r", forwards=True), Space("a"), Space("b"), *spaces),
        links=(
            Link(
                End("r", "to_a", (f"{ROUTER_OF_A}/31", f"{ROUTER_OF_A6}/127")),
                End("a", "eth0", (f"{A}/31", f"{A6}/127")),
            ),
            Link(
                End("r", "to_b", ("10.9.0.2/31", "fd00::2/127")),
                End("b", "eth0", (f"{B}/31", f"{B6}/127")),
            ),
        ),
        routes=(
            RouteLine("a", "0.0.0.0/0", ROUTER_OF_A),
            RouteLine("b", "0.0.0.0/0", "10.9.0.2"),
            RouteLine("a", "::/0", ROUTER_OF_A6),
            RouteLine("b", "::/0", "fd00::2"),
            *routes,
        ),
        rules=rules,
        stands=everything_listens() if stands is None else stands,
        probes=probes,
    )
