"""Requests that policies tell apart, asked of the policies as they are read.

A packet does not show its request. What a policy about requests comes to is that it is
not known whether a packet arrives, and that it does not without the rules that wait for
just these requests.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from seawall.design.handover.claims_of_ways import end_of
from seawall.design.objects.place import Place
from seawall.model.snapshot import Snapshot
from seawall.model.trace import Verdict
from seawall.query.case import Case
from seawall.query.trace.answer import trace
from seawall.query.words.end import parse_end
from seawall.query.words.port import EndError, parse_port

TOLD = 6
"""As many requests are shown of one rule."""


def asked(methods: Sequence[str], paths: Sequence[str]) -> tuple[str, ...]:
    """Return each request that is stated, as answers show it."""
    return tuple(
        " ".join(filter(None, (method or "any method", path)))
        for method in methods or ("",)
        for path in paths or ("",)
    )


def only_these(
    caller: Place, called: Place, ports: Sequence[int], requests: Sequence[str]
) -> Callable[[Snapshot], str]:
    """Return what reads back that one segment makes stated requests of another alone.

    Args:
        caller: Who asks.
        called: Who is asked.
        ports: TCP ports of the pods that are asked.
        requests: As `asked` returns them.
    """
    stated = f"what the HTTP request asks for ({', '.join(requests)})"

    def found(snapshot: Snapshot) -> str:
        try:
            from_ = parse_end(end_of(caller), snapshot)
            to = parse_end(end_of(called), snapshot)
        except EndError as error:
            return error.what
        case, rest = Case(snapshot), Case(_without(snapshot, stated))
        for port in map(parse_port, map(str, ports)):
            answer = trace(case, "", from_, to, port=port)
            if answer.verdict is not Verdict.UNKNOWN:
                return f"at {port} everything is {answer.verdict.value}"
            left = trace(rest, "", from_, to, port=port)
            if left.verdict is not Verdict.DENIED:
                return f"at {port} more than these requests may be admitted"
        return ""

    return found


def _without(snapshot: Snapshot, condition: str) -> Snapshot:
    """Return a snapshot without the rules that wait for a condition."""
    policies = tuple(
        replace(
            policy,
            ingress=tuple(it for it in policy.ingress if it.condition != condition),
        )
        for policy in snapshot.objects.ranked_policies
    )
    return replace(
        snapshot, objects=replace(snapshot.objects, ranked_policies=policies)
    )
