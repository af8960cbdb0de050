"""Measures how fast a twin of many spaces is built and asked.

    python benchmarks/twin.py            200 spaces around one router
    python benchmarks/twin.py 1000       more of them

Prints wall seconds until all spaces stand with their links, addresses, routes, rules
and listeners, probes a second over TCP that are answered and that are refused, the
seconds that thousands of probes take which nobody answers, and those until all is gone.
"""

import json
import sys
import time

from seawall.twin.plan import (
    End,
    Link,
    Plan,
    Probe,
    ProbeKind,
    Result,
    RouteLine,
    RuleText,
    Space,
    Stand,
)
from seawall.twin.running import Twin, raised

PROBES = 10_000
SILENT = 2_000
ANSWERS, RESETS = 1000, 23


def address(space: int, end: int) -> str:
    return f"10.{100 + space // 120}.{space % 120 * 2}.{end}"


def star(spaces: int) -> Plan:
    """A router with *spaces* around it; it has a rule for each and refuses one port."""
    every = range(spaces)
    rules = "\n".join(
        f'  ip daddr {address(n, 1)} tcp dport {ANSWERS} counter accept comment "{n}"'
        for n in every
    )
    text = (
        "table inet f {\n chain forward {\n"
        "  type filter hook forward priority 0; policy drop;\n"
        f"  ct state established,related accept\n{rules}\n"
        f"  tcp dport {RESETS} reject with tcp reset\n }}\n}}"
    )
    return Plan(
        spaces=(Space("r", forwards=True), *(Space(f"p{n}") for n in every)),
        links=tuple(
            Link(
                End("r", f"p{n}", (f"{address(n, 0)}/31",)),
                End(f"p{n}", "eth0", (f"{address(n, 1)}/31",)),
            )
            for n in every
        ),
        routes=tuple(RouteLine(f"p{n}", "0.0.0.0/0", address(n, 0)) for n in every),
        rules=(RuleText("r", text),),
        stands=tuple(Stand(f"p{n}", "0.0.0.0", ANSWERS) for n in every),
    )


def timed(twin: Twin, spaces: int, count: int, port: int, wanted: Result) -> float:
    control = Probe(count, "p0", ProbeKind.TCP, address(1, 1), ANSWERS)
    probes = tuple(
        Probe(
            n,
            f"p{n % spaces}",
            ProbeKind.TCP,
            address((n * 7 + 1) % spaces, 1),
            port,
            control=count,
        )
        for n in range(count)
    )
    start = time.perf_counter()
    outcomes = twin.probe((*probes, control))[:-1]
    took = time.perf_counter() - start
    others = sum(outcome.result is not wanted for outcome in outcomes)
    if others:
        sys.exit(f"{others} of {count} probes to port {port} were not {wanted.value}")
    return took


def main() -> None:
    spaces = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    plan = star(spaces)
    start = time.perf_counter()
    with raised(plan) as twin:
        up = time.perf_counter() - start
        answered = timed(twin, spaces, PROBES, ANSWERS, Result.ANSWERED)
        refused = timed(twin, spaces, PROBES, RESETS, Result.REFUSED)
        silent = timed(twin, spaces, SILENT, 9, Result.SILENT)
        start = time.perf_counter()
    down = time.perf_counter() - start
    figures = {
        "up s": round(up, 2),
        "answered/s": round(PROBES / answered),
        "refused/s": round(PROBES / refused),
        f"{SILENT} silent s": round(silent, 2),
        "down s": round(down, 2),
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
