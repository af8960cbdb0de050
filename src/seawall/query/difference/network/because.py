"""Why packets fare differently on two sides: what decides, at its place on either."""

from collections.abc import Iterable, Sequence

from seawall.flowspace import FlowSet
from seawall.model.address import AddressRange
from seawall.model.dataplane import Tri
from seawall.model.packet import Protocol
from seawall.model.trace import Hop, Layer, Verdict
from seawall.query.difference.cause import example_of, of_sctp
from seawall.query.difference.change import Cause
from seawall.query.difference.network.facts import Fact
from seawall.query.difference.network.pieces import Piece
from seawall.query.difference.network.rows import Row

Both = tuple[tuple[Cause, ...], tuple[Cause, ...]]

FEW = 2
"""So many places that decide are told on a side."""
_POLICIES = (Layer.POLICY_EGRESS, Layer.POLICY_INGRESS)
_FILTERS = (
    *_POLICIES,
    *(Layer.ADMIN_FILTER, Layer.NIC_FILTER, Layer.SUBNET_FILTER, Layer.FIREWALL),
    *(Layer.RESOURCE_FIREWALL, Layer.ROUTE),
)


def because_of_rows(rows: tuple[Row | None, Row | None], piece: Piece) -> Both:
    """Return what decides on both sides about an example of what changes.

    Where one side lets pass what the other does not, the place is told on which they
    differ; where several places refuse, the first ones.
    """
    turn = piece.turn
    address = None
    if piece.ranges is not None:
        address = AddressRange.of(example_of(piece.ranges))
    sides = [
        _hops(row, verdict, address, turn.flows())
        for row, verdict in zip(rows, (turn.before, turn.after), strict=True)
    ]
    stops = [
        [hop for hop in hops if hop.verdict is not Verdict.ALLOWED] for hops in sides
    ]
    told: list[tuple[Cause, ...]] = []
    is_sctp = turn.example.protocol == Protocol.SCTP
    for at, hops in enumerate(sides):
        row = rows[at]
        plane = row.case.dataplane if row is not None else None
        if is_sctp and stops[at] and plane and plane.carries_sctp is not Tri.YES:
            told.append((of_sctp(plane),))
        elif stops[at] or not hops:
            verdict = (turn.before, turn.after)[at]
            decides = [hop for hop in stops[at] if hop.verdict is verdict]
            told.append(_told(decides or stops[at]))
        else:
            told.append(_passed(hops, stops[1 - at]))
    return told[0], told[1]


def because_of_facts(facts: tuple[Fact | None, Fact | None]) -> Both:
    """Return what other questions said of both sides."""
    told = [
        () if fact is None else (Cause(fact.says, None, fact.origin),) for fact in facts
    ]
    return told[0], told[1]


def _hops(
    row: Row | None,
    verdict: Verdict | None,
    address: AddressRange | None,
    services: FlowSet,
) -> tuple[Hop, ...]:
    """Return the way of a packet that fares as the row says, or else of any."""
    if row is None or verdict is None:
        return ()
    answers = list(row.ask(address, services))
    for wanted in (verdict, Verdict.UNKNOWN, Verdict.DENIED, Verdict.ALLOWED):
        for answer in answers:
            part = {
                Verdict.ALLOWED: answer.allowed,
                Verdict.DENIED: answer.denied,
                Verdict.UNKNOWN: answer.unknown,
            }[wanted]
            witness = part.witness()
            if witness is not None:
                return row.case.paths.explain(answer, witness)
    return ()


def _told(hops: Iterable[Hop]) -> tuple[Cause, ...]:
    found: dict[Cause, None] = {}
    for hop in hops:
        found[_cause(hop)] = None
    return tuple(found)[:FEW]


def _passed(hops: Sequence[Hop], stops: Sequence[Hop]) -> tuple[Cause, ...]:
    """Return what lets a packet pass where the other side stops it."""
    places = {(hop.layer, hop.at) for hop in stops[:FEW]}
    layers = {hop.layer for hop in stops[:FEW]}
    met = [hop for hop in hops if (hop.layer, hop.at) in places]
    met = met or [hop for hop in hops if hop.layer in layers]
    if not met and not stops:
        met = [hop for hop in hops if hop.layer in _FILTERS and hop.rule is not None]
    if not met and stops:
        return (Cause(f"no {stops[0].layer.value} is on the way", None),)
    return _told(met or hops[-1:])


def _cause(hop: Hop) -> Cause:
    says = hop.says
    if hop.layer not in _POLICIES:
        says = f"{hop.layer.value} {hop.at}: {says}"
    return Cause(says, hop.rule)
