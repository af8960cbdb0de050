"""Why one packet passes the policies or does not, found again from the index.

The same terms that made the rows are asked once more, rule by rule, so that an
explanation cannot differ from the answer. What a set of policies grants is kept for the
next question about it; rules that nearly match are looked for when they are asked for.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property, partial

from seawall.engine.policy.answers.table import PolicyTable
from seawall.engine.policy.compile.compiler import Part
from seawall.engine.policy.compile.grip import Grip
from seawall.engine.policy.reasons.doubt import doubt_of_own_node, doubts_of_rule
from seawall.engine.policy.reasons.held import (
    Grant,
    Held,
    RuleMatch,
    granted_at,
    held_by,
)
from seawall.engine.policy.reasons.place import (
    Place,
    PolicyEnd,
    may_be_near,
    places_of,
)
from seawall.engine.policy.reasons.ranked_doubt import RankedDoubts
from seawall.engine.policy.reasons.trail import Matching, Staged, Trail, trail
from seawall.engine.policy.rows.laid import granted
from seawall.engine.policy.rows.row import Term
from seawall.model.packet import Protocol
from seawall.model.policy import Direction, OpaquePolicy, Policy, PolicyRule
from seawall.model.ranked import RankedPolicy
from seawall.model.trace import Verdict


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A rule that would allow the packet but for its peers or but for its ports.

    Attributes:
        policy: Its policy.
        position: Its place in the policy's list for the direction, from 0.
        rule: The rule; it has the origin.
        fits_peer: Whether its peers match; if so its ports do not.
    """

    policy: Policy
    position: int
    rule: PolicyRule
    fits_peer: bool


@dataclass(unsafe_hash=True)
class PolicyDecision:
    """What the policies of one end do with the packet; not to be changed.

    Attributes:
        direction: EGRESS at the source, INGRESS at the destination.
        verdict: Allowed where nothing isolates the end.
        isolating: The policies that isolate it.
        allowing: Every rule that allows the packet, the certain ones first.
        find_near_misses: Finds `near_misses`, which few ask for.
        opaque: The unreadable policies that may decide.
        voided: Policies that select it and that the dataplane skips.
        doubts: What, beside single rules, keeps the policies from deciding alone, as
            clauses: it makes the verdict uncertain, or lets packets pass unpoliced.
        trail: What the packet meets where ranked policies hold the end.
        mesh: Likewise for the policies of a mesh.
        unfixed: Ranked policies of which it is not fixed whether they have an effect.
    """

    direction: Direction
    verdict: Verdict
    isolating: tuple[Policy, ...] = ()
    allowing: tuple[RuleMatch, ...] = ()
    find_near_misses: Callable[[], tuple[NearMiss, ...]] = field(
        default=tuple, repr=False, compare=False
    )
    opaque: tuple[OpaquePolicy, ...] = ()
    voided: tuple[Policy, ...] = ()
    doubts: tuple[str, ...] = ()
    trail: Trail | None = None
    mesh: Trail | None = None
    unfixed: tuple[RankedPolicy, ...] = ()

    @cached_property
    def near_misses(self) -> tuple[NearMiss, ...]:
        """The rules that miss by their peers alone or by their ports alone."""
        return self.find_near_misses()


@dataclass(slots=True, unsafe_hash=True)
class PolicyExplanation:
    """The verdict on one packet, and what either end does; not to be changed.

    Attributes:
        verdict: What holds for every pod of the ends; unknown if it depends on which.
            Denied if no pod runs or no address family is shared.
        egress: At the source; where pods differ, at one of those that fare worst.
        ingress: At the destination of the same packet.
        depends_on_pod: Whether pods of the two ends fare differently.
        meets: Whether pods run at both ends and share an address family.
    """

    verdict: Verdict
    egress: PolicyDecision
    ingress: PolicyDecision
    depends_on_pod: bool = False
    meets: bool = True


class _Side:
    """One end and one direction of the packet that is explained.

    Attributes:
        table: The compiled policies.
        direction: EGRESS at the source, INGRESS at the destination.
        unit: The unit whose policies are asked; None for an address.
        column: The column of the far end.
        family: The family of the packet.
        bit: The service, or those that the packet may be of.
        exempt: What passes because one end is, or may be, the other's own node.
        answer: What may pass on any service.
    """

    __slots__ = (
        "answer",
        "bit",
        "column",
        "direction",
        "exempt",
        "family",
        "table",
        "unit",
    )

    def __init__(
        self,
        table: PolicyTable,
        direction: Direction,
        unit: int | None,
        far: tuple[int, int],
        bit: int,
        exempt: int = 0,
    ) -> None:
        self.table, self.direction, self.unit = table, direction, unit
        self.family, column = far
        self.column = column
        self.bit, self.exempt = bit, exempt
        if unit is None:
            self.answer = table.compiler.open
            return
        if exempt:
            self.answer = table.row(unit, direction).with_exempt(column, exempt)
        else:
            self.answer = table.pairs.laid_row(unit, direction).at(column)

    def verdict(self, answer: int) -> Verdict:
        if answer & self.bit == self.bit:
            return Verdict.ALLOWED
        possible = answer >> self.table.services.width
        return Verdict.UNKNOWN if possible & self.bit else Verdict.DENIED

    def near_misses(self, grants: Iterable[Grant]) -> tuple[NearMiss, ...]:
        """Return those of some rules that do not match that are near misses."""
        possible = self.table.services.width
        found = []
        for grant in grants:
            peer, port = (
                granted_at(grant.half(part), self.column) >> possible & self.bit
                for part in (Part.PEERS, Part.PORTS)
            )
            if peer or port:
                miss = NearMiss(grant.policy, grant.position, grant.rule, bool(peer))
                found.append(miss)
        return tuple(found)


def explain(
    table: PolicyTable,
    source: PolicyEnd,
    destination: PolicyEnd,
    protocol: int,
    port: int = 0,
) -> PolicyExplanation:
    """Return what the policies do with one packet, and why.

    Args:
        table: The compiled policies.
        source: Who opens the connection.
        destination: Who is meant to get it, after Service translation.
        protocol: IP protocol number.
        port: Destination port; not read for a protocol without ports.

    Raises:
        KeyError: An end is a workload that the table does not know.
    """
    # A header does not show the type of an ICMP message: every type is asked about.
    bit = table.services.mask_of(protocol, port)
    if protocol in {Protocol.ICMP, Protocol.ICMPV6}:
        bit = table.services.protocol_mask(protocol)
    cases = _cases(table, source, destination, bit)
    if not cases:
        no_way_out, no_way_in = (PolicyDecision(way, Verdict.DENIED) for way in _WAYS)
        return PolicyExplanation(Verdict.DENIED, no_way_out, no_way_in, meets=False)
    verdict, out, back = cases[0]
    depends = False
    if len(cases) > 1:
        verdict, out, back = min(cases, key=_rank)
        depends = any(case[0] is not verdict for case in cases)
    return PolicyExplanation(
        Verdict.UNKNOWN if depends else verdict,
        _decision(out),
        _decision(back),
        depends_on_pod=depends,
    )


_RANK = {Verdict.DENIED: 0, Verdict.UNKNOWN: 1, Verdict.ALLOWED: 2}
_WAYS = (Direction.EGRESS, Direction.INGRESS)
_NO_TRAILS = (None, None)

_Case = tuple[Verdict, _Side, _Side]


def _rank(case: _Case) -> int:
    return _RANK[case[0]]


def _cases(
    table: PolicyTable, source: PolicyEnd, destination: PolicyEnd, bit: int
) -> list[_Case]:
    """Return, for each pair of units that share a family, what happens.

    A client may choose the family, so the one in which the packet fares best counts.
    """
    near = may_be_near(source, destination)
    others = places_of(table, destination, near=near)
    found = []
    for place in places_of(table, source, near=near):
        for other in others:
            best: _Case | None = None
            for family in place.columns:
                if family not in other.columns:
                    continue
                out = _side(table, Direction.EGRESS, place, other, family, bit)
                back = _side(table, Direction.INGRESS, other, place, family, bit)
                case = out.verdict(out.answer & back.answer), out, back
                if best is None or _rank(case) > _rank(best):
                    best = case
            if best is not None:
                found.append(best)
    return found


def _side(
    table: PolicyTable,
    direction: Direction,
    end: Place,
    far: Place,
    family: int,
    bit: int,
) -> _Side:
    column = far.columns[family]
    if end.stay is None:
        return _Side(table, direction, end.unit, (family, column), bit)
    exempt = 0
    if far.stay is not None:
        exempt = table.near.exempt(end.stay, far.stay, direction)
    else:
        at = column - table.index.columns.first_class
        for answer, classes in table.near.exempt_classes(end.stay, direction):
            if classes >> at & 1:
                exempt |= answer
    return _Side(table, direction, end.unit, (family, column), bit, exempt)


def _decision(side: _Side) -> PolicyDecision:
    index, unit = side.table.index, side.unit
    verdict = side.verdict(side.answer)
    if unit is None:
        return PolicyDecision(side.direction, verdict)
    post = held_by(side.table, unit, side.direction)
    held = post.held
    if not (held.is_any or held.doubts or index.voided):
        return _free(side.table, side.direction, verdict)
    allowing, find_others = _allowing(side, held, verdict)
    doubts = post.doubts[side.family]
    if side.exempt and held.is_any:
        sure = side.verdict(side.exempt) is Verdict.ALLOWED
        inward = side.direction is Direction.INGRESS
        doubts = (*doubts, doubt_of_own_node(inward=inward, sure=sure))
    trails = _trails(side, unit, held.grip) if held.is_ordered else _NO_TRAILS
    return PolicyDecision(
        side.direction,
        verdict,
        held.policies,
        allowing,
        find_others,
        held.opaque,
        _voided(side, unit) if index.voided else (),
        doubts,
        trails[0],
        trails[1],
        held.unfixed,
    )


def _free(table: PolicyTable, direction: Direction, verdict: Verdict) -> PolicyDecision:
    """Return what is said of an end that no policy holds: one object for all."""
    known: PolicyDecision | None = table.kept.get(("free", direction, verdict))
    if known is None:
        known = PolicyDecision(direction, verdict)
        table.kept["free", direction, verdict] = known
    return known


def _allowing(
    side: _Side, held: Held, verdict: Verdict
) -> tuple[tuple[RuleMatch, ...], Callable[[], tuple[NearMiss, ...]]]:
    """Return the rules that allow the packet, and what finds those that nearly do."""
    if verdict is Verdict.DENIED and not held.is_ordered:
        # NetworkPolicies only add up: what all do not grant together, no rule does.
        return (), lambda: side.near_misses(held.grants)
    allowing: list[RuleMatch] = []
    others: list[Grant] = []
    index = side.table.index
    for grant in held.grants:
        found = side.verdict(granted(grant.cells, side.column))
        if found is Verdict.DENIED:
            others.append(grant)
        elif found is Verdict.ALLOWED:
            allowing.append(grant.match)
        else:
            doubts = doubts_of_rule(index, grant.rule, side.direction, side.column)
            allowing.append(RuleMatch(grant.policy, grant.position, grant.rule, doubts))
    if len(allowing) > 1:
        allowing.sort(key=lambda match: bool(match.doubts))
    return tuple(allowing), partial(side.near_misses, others)


def _trails(side: _Side, unit: int, grip: Grip) -> tuple[Trail | None, Trail | None]:
    """Return what the packet meets in the network, and in a mesh."""
    compiler = side.table.compiler
    views = compiler.views(unit, grip, side.direction)
    ordered, allowances = compiler.ordered, compiler.allowances
    network = [ordered.stages(grip, view, allowances) for view in views]
    mesh = [ordered.mesh_stages(grip, view) for view in views]
    doubts = RankedDoubts(side.table.index, unit, side.column, side.direction)
    return (
        _trail(side, network, doubts),
        _trail(side, mesh, doubts) if mesh[0] else None,
    )


def _trail(side: _Side, views: list[list[Staged]], doubts: RankedDoubts) -> Trail:
    def truth(stage: int, position: int) -> tuple[bool, bool]:
        hits = [stages[stage][0].hits[position] for stages in views]
        return (
            all(_holds(side, hit.sure) for hit in hits),
            any(_meets(side, hit.possible) for hit in hits),
        )

    return trail(views[0], Matching(truth, doubts.of_rule, doubts.of_subject))


def _holds(side: _Side, terms: Iterable[Term]) -> bool:
    """Whether terms hold every service that the packet may be of."""
    found = 0
    for mask, columns in terms:
        if columns >> side.column & 1:
            found |= mask
    return found & side.bit == side.bit


def _meets(side: _Side, terms: Iterable[Term]) -> bool:
    return any(
        mask & side.bit and columns >> side.column & 1 for mask, columns in terms
    )


def _voided(side: _Side, unit: int) -> tuple[Policy, ...]:
    peers = side.table.index.peers
    return tuple(
        policy
        for policy in side.table.index.voided
        if side.direction in policy.isolates
        and peers.selected(policy.namespace, policy.subject).possible >> unit & 1
    )
