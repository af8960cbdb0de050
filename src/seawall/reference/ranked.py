"""What ranked policies do with one packet at one end: the definition.

Follows the walk of `seawall.model.ranked` rule by rule. Where it is not settled whether
a rule matches, both are followed, each doubt on its own; so the outcomes that a packet
may have are known, and the verdict is certain where there is one.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from seawall.model.dataplane import Language, Tri
from seawall.model.policy import Direction, NamedPort, NumberedPorts, PolicyRule
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
from seawall.reference.ends import fulfils, is_meant
from seawall.reference.policy_question import PodAt, Side
from seawall.reference.policy_rule import conflicts, numbers_of
from seawall.reference.truth import both, either, opposite, tri


@dataclass(frozen=True)
class Step:
    """A rule of a policy in the walk.

    Attributes:
        action: What it does with what it matches.
        matches: Whether it matches the packet.
        rule: The rule.
    """

    action: Action
    matches: Tri
    rule: RankedRule | PolicyRule


@dataclass(frozen=True)
class Stage:
    """A policy in the walk.

    Attributes:
        tier: Its tier.
        order: Its place there.
        tie: What breaks ties; None if nothing is fixed.
        governs: Whether it governs the end: YES or UNDEFINED.
        isolates: Whether it isolates the end, if it governs it.
        steps: Its rules.
        policy: The policy; None for all NetworkPolicies together.
    """

    tier: Tier
    order: float
    tie: str | None
    governs: Tri
    isolates: bool
    steps: tuple[Step, ...]
    policy: RankedPolicy | None = None


@dataclass
class Outcomes:
    """What may become of the packet, and by which rules.

    Attributes:
        found: The outcomes: ALLOW, DENY or both.
        deciding: The rules that may decide, in the order in which they are met.
    """

    found: set[Action] = field(default_factory=set)
    deciding: list[tuple[RankedPolicy | None, RankedRule | PolicyRule]] = field(
        default_factory=list
    )

    @property
    def passes(self) -> Tri:
        """Whether the packet passes."""
        if len(self.found) > 1:
            return Tri.UNDEFINED
        return tri(self.found == {Action.ALLOW})


def holding(side: Side) -> list[tuple[RankedPolicy, Tri]]:
    """Return the ranked policies that govern, or may govern, the end that is asked.

    Source:
        projectcalico felix, docs.cilium.io and kubernetes-sigs network-policy-api
        alike: pods on the host network are not governed.
    """
    if not isinstance(side.end, PodAt):
        return []
    found = []
    for policy in side.objects.ranked_policies:
        enforced = side.dataplane.enforcement(policy.language)
        selected = fulfils(side, policy.subject, side.end.workload)
        governs = both((selected, is_in_force(side, policy)))
        if side.direction in policy.governs and Tri.NO not in (enforced, governs):
            found.append((policy, governs))
    return found


def is_in_force(side: Side, policy: RankedPolicy) -> Tri:
    """Whether a policy of a language that is enforced is so itself: YES or UNDEFINED.

    Source:
        cilium pkg/policy/api rule_validation.go: what needs a proxy that is not there
        is refused whole; AKS docs, azure-cni-powered-by-cilium: not supported without
        Advanced Container Networking Services.
    """
    if policy.doubt is not None:
        return Tri.UNDEFINED
    offered = side.dataplane.offers(policy.needs) is Tri.YES
    return Tri.YES if offered else Tri.UNDEFINED


def stage_of(side: Side, policy: RankedPolicy, governs: Tri) -> Stage:
    """Return a ranked policy as a stage of the walk for one packet."""
    tie = policy.tie
    by_name = policy.language in {Language.ADMIN, Language.CLUSTER}
    if tie is None and by_name and side.dataplane.ties_by_name:
        tie = policy.name
    return Stage(
        policy.tier,
        policy.order,
        tie,
        governs,
        side.direction in policy.isolates,
        tuple(
            Step(rule.action, rule_matches(side, rule), rule)
            for rule in policy.rules(side.direction)
        ),
        policy,
    )


def stage_of_network_policies(
    matches: Iterable[tuple[PolicyRule, Tri]],
) -> Stage:
    """Return the NetworkPolicies that isolate an end as one stage: they only allow."""
    steps = tuple(Step(Action.ALLOW, truth, rule) for rule, truth in matches)
    return Stage(DEFAULT_TIER, NETWORK_POLICY_ORDER, None, Tri.YES, True, steps)  # noqa: FBT003


def walk(stages: Iterable[Stage]) -> Outcomes:
    """Return what may become of a packet that meets *stages*, given in any order."""
    out = Outcomes()
    by_tier: dict[Tier, list[Stage]] = {}
    for stage in stages:
        by_tier.setdefault(stage.tier, []).append(stage)
    undecided = True
    for tier in sorted(by_tier):
        if undecided:
            undecided = _after_tier(by_tier[tier], out)
    if undecided:
        out.found.add(Action.ALLOW)
    return out


def _after_tier(stages: list[Stage], out: Outcomes) -> bool:
    """Walk through a tier; return whether the packet may go on to the next."""
    undecided, passed = True, False
    for order in sorted({stage.order for stage in stages}):
        level = [stage for stage in stages if stage.order == order]
        ties = sorted({stage.tie for stage in level if stage.tie is not None})
        groups = [[stage for stage in level if stage.tie == tie] for tie in ties]
        if any(stage.tie is None for stage in level):
            groups = [level]
        for group in groups:
            if not undecided:
                continue
            # None is surely first: any may decide, and all must leave it undecided.
            left = [_after_policy(stage, out) for stage in group]
            passed |= any(may_pass for _, may_pass in left)
            undecided = all(goes_on for goes_on, _ in left)
    if undecided:
        isolating = [stage for stage in stages if stage.isolates]
        if any(stage.governs is Tri.YES for stage in isolating):
            out.found.add(Action.DENY)
            undecided = False
        elif any(not _is_surely_matched(stage) for stage in isolating):
            out.found.add(Action.DENY)
    return undecided or passed


def _after_policy(stage: Stage, out: Outcomes) -> tuple[bool, bool]:
    """Return whether a policy may leave the packet undecided, and may pass it on."""
    passed = False
    for step in stage.steps:
        matches = both((step.matches, stage.governs))
        if matches is Tri.NO:
            continue
        out.deciding.append((stage.policy, step.rule))
        if step.action is Action.PASS:
            passed = True
        else:
            out.found.add(step.action)
        if matches is Tri.YES:
            return False, passed
    return True, passed


def _is_surely_matched(stage: Stage) -> bool:
    """Whether a policy that governs decides about the packet itself, if it does."""
    return any(step.matches is Tri.YES for step in stage.steps)


def rule_matches(side: Side, rule: RankedRule) -> Tri:
    """Return whether a ranked rule matches the packet."""
    question = side.question
    services = Tri.YES
    if rule.services is not None:
        services = either(_service(side, match) for match in rule.services)
    excepted = either(_service(side, match) for match in rule.except_services)
    parts = [
        is_meant(side, rule.far, side.far),
        services,
        opposite(excepted),
        tri(question.version in rule.versions),
    ]
    if rule.own is not None:
        parts.append(is_meant(side, rule.own, side.end))
    if rule.condition is not None or side.dataplane.offers(rule.needs) is not Tri.YES:
        parts.append(Tri.UNDEFINED)
    return both(parts)


def _service(side: Side, match: ServiceMatch) -> Tri:
    """Whether an entry means the packet's protocol, port or message.

    Source:
        IANA, "ICMP Type Numbers", for types and codes; names as in
        `policy_rule`, on pods with their own network alone.
    """
    question = side.question
    if match.protocol != question.protocol:
        return Tri.NO
    match match:
        case WholeProtocol():
            return Tri.YES
        case NumberedPorts(_, ports):
            return tri(question.port in ports)
        case IcmpMessages(_, kind, code):
            known = question.icmp
            fits = known and known[0] == kind and code in {None, known[1]}
            return Tri.UNDEFINED if known is None else tri(bool(fits))
        case NamedPort():
            return _named_port(side, match)


def _named_port(side: Side, match: NamedPort) -> Tri:
    target = side.question.destination
    if not isinstance(target, PodAt):
        return Tri.NO
    if side.direction is Direction.EGRESS and conflicts(side, match):
        return Tri.UNDEFINED
    return tri(side.question.port in numbers_of(target.workload, match))
