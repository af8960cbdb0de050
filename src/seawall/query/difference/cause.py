"""Why two answers differ for one pair: the rule that decides on either side."""

from ipaddress import IPv4Address, IPv6Address, ip_address

from seawall.engine.path.policies.words import said
from seawall.engine.policy.reasons.explain import explain
from seawall.engine.policy.reasons.place import PolicyEnd
from seawall.model.address import AddressRange
from seawall.model.dataplane import Dataplane, Tri
from seawall.model.packet import WITH_PORTS, Protocol
from seawall.model.trace import Verdict
from seawall.model.workload import Workload
from seawall.query.difference.change import (
    Cause,
    Change,
    ChangedEnd,
    NamedEnd,
    OwnNode,
)
from seawall.query.difference.side import Side, name_of

_IPV4 = 4
_NO_SCTP = "this engine does not carry SCTP"
_PERHAPS_SCTP = "whether this engine carries SCTP is not known"
_NO_FAMILY = "the pods have no address of this family in the input"
_OWN_NODE = {
    Verdict.ALLOWED: "no egress policy keeps it from the node that it runs on",
    Verdict.DENIED: "egress policies hold for the node that it runs on too",
    Verdict.UNKNOWN: "whether egress policies let it reach its own node is not known",
}


def causes(
    change: Change, sides: tuple[Side, Side]
) -> tuple[tuple[Cause, ...], tuple[Cause, ...]]:
    """Return why the first pair of a change has its verdicts, left and right."""
    if change.because is not None:
        return change.because()
    left, right = sides
    return (
        cause(change, left, change.turn.before),
        cause(change, right, change.turn.after),
    )


def cause(change: Change, side: Side, verdict: Verdict | None) -> tuple[Cause, ...]:
    """Return why the first pair of a change has a verdict on one side.

    Empty if an end is not there.

    Source: docs.cilium.io, configuration/sctp; for a pod's own node, AKS docs,
    migrate-from-npm-to-cilium-network-policy, read 2026-08-21.
    """
    dataplane = side.result.table.index.dataplane
    if verdict is None:
        return ()
    header = change.turn.example
    if header.protocol == Protocol.SCTP and dataplane.carries_sctp is not Tri.YES:
        return (of_sctp(dataplane),)
    if isinstance(change.destinations[0], OwnNode):
        return (Cause(_OWN_NODE[verdict], None),)
    ends = [_end(side, end) for end in (change.sources[0], change.destinations[0])]
    source, destination = ends
    if source is None or destination is None:
        return ()
    port = header.destination_port if header.protocol in WITH_PORTS else 0
    found = explain(side.result.table, source, destination, header.protocol, port)
    if not found.meets:
        return (Cause(_NO_FAMILY, None),)
    decisions = [
        decision
        for decision in (found.egress, found.ingress)
        if decision.verdict is verdict
    ]
    out: dict[str, Cause] = {}
    for decision in decisions:
        words = said(decision, verdict)
        if words.rule is not None or verdict is not Verdict.ALLOWED:
            out.setdefault(words.says, Cause(words.says, words.rule))
    if not out and verdict is Verdict.ALLOWED:
        passed = found.verdict is not Verdict.ALLOWED and side.past
        out["open"] = Cause(passed or "no policy isolates either end", None)
    return tuple(out.values())


def of_sctp(dataplane: Dataplane) -> Cause:
    """Return why an engine does not carry SCTP, or perhaps not."""
    sure = dataplane.carries_sctp is Tri.NO
    return Cause(_NO_SCTP if sure else _PERHAPS_SCTP, None)


def _end(side: Side, end: ChangedEnd) -> PolicyEnd | None:
    if isinstance(end, OwnNode | NamedEnd):
        return None
    if isinstance(end, Workload):
        return side.workload(name_of(end))
    return example_of(end)


def example_of(ranges: tuple[AddressRange, ...]) -> IPv4Address | IPv6Address:
    """Return an address that stands for all; one kept for documentation if it may."""
    for text in ("198.51.100.10", "2001:db8::10"):
        someone = ip_address(text)
        if any(someone in item for item in ranges):
            return someone
    first = ranges[0]
    kind = IPv4Address if first.version == _IPV4 else IPv6Address
    return kind(first.first)
