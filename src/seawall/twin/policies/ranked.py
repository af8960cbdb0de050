"""Policies whose rules have an order as lines: tiers, passes, denials.

Written from the head of `model/ranked.py` and docs/semantics: within a tier policies go
by order, then by what breaks ties; the rules of one in sequence; what no rule matches
is denied where some policy of the tier isolates the pod, and otherwise goes on.
"""

from collections.abc import Iterable, Iterator

from seawall.model.address import AddressRange
from seawall.model.dataplane import Tri
from seawall.model.packet import EVERY_PORT, WITH_PORTS, Protocol
from seawall.model.policy import Direction, NamedPort, NumberedPorts
from seawall.model.ranked import (
    DEFAULT_TIER,
    NETWORK_POLICY_ORDER,
    Action,
    IcmpMessages,
    RankedPolicy,
    RankedRule,
    ServiceMatch,
    Tier,
    WholeProtocol,
)
from seawall.twin.classes.cast import PodStand
from seawall.twin.classes.selecting import Unsettled, fulfils
from seawall.twin.line import IPV4, Does, Line, Stage, Written
from seawall.twin.policies.ground import PROTOCOL_WORDS, Ground
from seawall.twin.policies.who import meant

_DOES = {Action.ALLOW: Does.ALLOW, Action.DENY: Does.DENY, Action.PASS: Does.PASS}
_NEEDS = "it needs what the engine may not have"
_ALL = (AddressRange.everything(IPV4),)


def holding(
    ground: Ground, stand: PodStand, way: Direction
) -> tuple[RankedPolicy, ...]:
    """Return the policies in force that select a pod in one direction.

    One of which that is not settled is a gap: nothing of the pod is compared there.
    """
    found = []
    for policy in ground.objects.ranked_policies:
        if way not in policy.governs or policy.language.of_mesh:
            continue
        if ground.dataplane.enforcement(policy.language) is not Tri.YES:
            continue
        if policy.namespace not in (None, stand.workload.namespace):
            continue
        try:
            selected = fulfils(policy.subject, ground.facts(stand))
        except Unsettled as doubt:
            ground.gap("policy-not-settled", policy.label, str(doubt), policy.origin)
            continue
        if not selected:
            continue
        if policy.doubt is not None:
            ground.gap("policy-not-settled", policy.label, policy.doubt, policy.origin)
        elif ground.dataplane.offers(policy.needs) is not Tri.YES:
            ground.gap("policy-not-settled", policy.label, _NEEDS, policy.origin)
        found.append(policy)
    return tuple(found)


def stages(
    ground: Ground,
    policies: tuple[RankedPolicy, ...],
    admitted: Stage | None,
    stand: PodStand,
    way: Direction,
) -> tuple[Stage, ...]:
    """Return the tiers that a packet goes through at one pod, in order.

    Args:
        ground: Who is there.
        policies: The ranked policies that hold the pod in this direction.
        admitted: What NetworkPolicies admit there; None if none isolates the pod.
        stand: The pod.
        way: The direction.
    """
    tiers: dict[Tier, list[RankedPolicy]] = {}
    for policy in policies:
        tiers.setdefault(policy.tier, []).append(policy)
    if admitted is not None:
        tiers.setdefault(DEFAULT_TIER, [])
    out = []
    for tier in sorted(tiers):
        among = admitted if tier == DEFAULT_TIER else None
        out.append(_stage(ground, tiers[tier], among, stand, way))
    return tuple(out)


def _stage(
    ground: Ground,
    policies: list[RankedPolicy],
    admitted: Stage | None,
    stand: PodStand,
    way: Direction,
) -> Stage:
    # A NetworkPolicy has no tie, so it goes before a policy of its order by nothing
    # that is fixed; allowances among themselves may go in any sequence.
    entries: list[tuple[float, str, tuple[Line, ...]]] = [
        (
            policy.order,
            policy.tie or policy.label,
            tuple(_lines(ground, policy, stand, way)),
        )
        for policy in policies
    ]
    if admitted is not None:
        entries.append((NETWORK_POLICY_ORDER, "", admitted.lines))
    lines = tuple(
        line for _, _, found in sorted(entries, key=lambda it: it[:2]) for line in found
    )
    closing = [policy for policy in policies if way in policy.isolates]
    if admitted is not None and not closing:
        return Stage(lines, Does.DENY, admitted.written)
    if closing:
        names = ", ".join(policy.label for policy in closing[:3])
        written = ground.rule(
            f"no {way.value} rule of the tier of {names} matches", closing[0].origin
        )
        return Stage(lines, Does.DENY, written)
    written = ground.rule(f"no {way.value} rule of a tier matches", None)
    return Stage(lines, Does.PASS, written)


def _lines(
    ground: Ground, policy: RankedPolicy, stand: PodStand, way: Direction
) -> Iterator[Line]:
    for number, rule in enumerate(policy.rules(way), start=1):
        if IPV4 not in rule.versions:
            continue
        written = ground.rule(f"{policy.label}, {way.value} rule {number}", rule.origin)
        offered = ground.dataplane.offers(rule.needs) is Tri.YES
        if rule.condition is not None or not offered:
            why = rule.condition or _NEEDS
            ground.gap("rule-not-shown", written.says, why, rule.origin)
            continue
        if rule.own is not None and not _is_own(ground, rule, stand):
            continue
        found = meant(ground, rule.far, stand)
        if found.sure != found.possible:
            why = "who it means is not known, or is learned while pods run"
            ground.gap("rule-not-shown", written.says, why, rule.origin)
        if not found.sure:
            continue
        far = (
            ()
            if found.sure == _ALL
            else (f"ip {{far}} @{ground.sets.addresses(found.sure)}",)
        )
        yield from _by_service(ground, rule, (far, written), stand, way)


def _is_own(ground: Ground, rule: RankedRule, stand: PodStand) -> bool:
    if rule.own is None:
        return True
    found = meant(ground, rule.own, stand)
    return any(stand.address in item for item in found.sure)


def _by_service(
    ground: Ground,
    rule: RankedRule,
    line: tuple[tuple[str, ...], Written],
    stand: PodStand,
    way: Direction,
) -> Iterator[Line]:
    far, written = line
    barring: list[tuple[str, ...]] = [()]
    for match in rule.except_services:
        barring = [
            (*before, *terms)
            for before in barring
            for terms in _barring(ground, match, stand, way)
        ]
    for wanted in rule.services if rule.services is not None else (None,):
        terms = () if wanted is None else _service(ground, wanted, stand, way)
        for barred in barring if terms is not None else ():
            yield Line((*far, *(terms or ()), *barred), _DOES[rule.action], written)


def _service(
    ground: Ground, match: ServiceMatch, stand: PodStand, way: Direction
) -> tuple[str, ...] | None:
    """Return terms for one service; None if it never matches IPv4."""
    match match:
        case NumberedPorts(protocol, ports):
            word = PROTOCOL_WORDS[Protocol(protocol)]
            if ports == EVERY_PORT:
                return (f"meta l4proto {word}",)
            return (f"{word} dport {ports}",)
        case NamedPort(protocol, name):
            ends = (stand,) if way is Direction.INGRESS else ground.cast.pods
            numbers = ground.numbers(ends, frozenset({protocol}), name)
            found = ground.sets.endpoints(numbers)
            return (f"ip daddr . meta l4proto . th dport @{found}",)
        case WholeProtocol(number):
            return (f"meta l4proto {number}",)
        case IcmpMessages(protocol, type_, code):
            if protocol is not Protocol.ICMP:
                return None
            extra = () if code is None else (f"icmp code {code}",)
            return (f"icmp type {type_}", *extra)


def _barring(
    ground: Ground, match: ServiceMatch, stand: PodStand, way: Direction
) -> Iterable[tuple[str, ...]]:
    """Return alternatives of terms that together hold wherever a service is not meant.

    A term over a message of ICMP holds for ICMP alone, so what is none has its own.
    """
    if isinstance(match, IcmpMessages):
        return _barring_message(match)
    if isinstance(match, WholeProtocol):
        return ((f"meta l4proto != {match.protocol}",),)
    if isinstance(match, NumberedPorts):
        if int(match.protocol) not in WITH_PORTS:
            return ((),)
        name = ground.sets.services(int(match.protocol), match.ports)
        return ((f"meta l4proto . th dport != @{name}",),)
    ends = (stand,) if way is Direction.INGRESS else ground.cast.pods
    numbers = ground.numbers(ends, frozenset({match.protocol}), match.name)
    found = ground.sets.endpoints(numbers)
    return ((f"ip daddr . meta l4proto . th dport != @{found}",),)


def _barring_message(match: IcmpMessages) -> Iterable[tuple[str, ...]]:
    if match.protocol is not Protocol.ICMP:
        return ((),)
    others = [("meta l4proto != icmp",), (f"icmp type != {match.type}",)]
    if match.code is None:
        return others
    return [*others, (f"icmp type {match.type}", f"icmp code != {match.code}")]
