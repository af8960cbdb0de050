"""What ranked policies do with a packet, in words."""

from collections.abc import Sequence

from seawall.engine.path.ground.verdicts import Said
from seawall.engine.policy.reasons.explain import PolicyDecision
from seawall.engine.policy.reasons.trail import Step, Trail
from seawall.engine.policy.spare.written import written_rule
from seawall.model.dataplane import Language
from seawall.model.policy import Direction
from seawall.model.ranked import Action, RankedPolicy
from seawall.model.trace import DecidingRule, Verdict

SOURCES = {
    Language.ADMIN: "kubernetes-sigs/network-policy-api, apis/v1alpha1",
    Language.CLUSTER: "kubernetes-sigs/network-policy-api, apis/v1alpha2",
    Language.CALICO: "projectcalico/calico, felix/rules and felix/calc",
    Language.CILIUM: "docs.cilium.io, security/policy",
    Language.ISTIO: "istio.io, reference, Authorization Policy",
    Language.MESH: "linkerd.io, Authorization Policy; Kuma docs, Mutual TLS",
}

_DOES = {
    Action.ALLOW: ("admits", "admit"),
    Action.DENY: ("denies", "deny"),
    Action.PASS: ("passes on", "pass on"),
}


def allowed(found: Trail | None, decision: PolicyDecision) -> Said | None:
    """Return what admits a packet in one walk; None if no ranked policy does."""
    if found is None or not found.decides or found.verdict is Verdict.DENIED:
        return None
    told = _decided(found, Action.ALLOW, decision.direction)
    if told is not None or (found.falls_through and not decision.isolating):
        # If the packet falls through, it passes whether a rule matches or not.
        return told
    told = _either(found, Action.ALLOW, decision.direction)
    return told or _passed_by(found, decision)


def denied(decision: PolicyDecision) -> Said | None:
    """Return what denies a packet; None if no ranked policy does."""
    trails = [item for item in (decision.trail, decision.mesh) if item is not None]
    for found in trails:
        if found.verdict is Verdict.DENIED:
            return _denied(found, decision)
    for found in trails:
        # Of rules for the pod's own node and for others, one denies it either way.
        told = _either(found, Action.DENY, decision.direction)
        if told is not None:
            return told
    return None


def unclear(decision: PolicyDecision) -> Said | None:
    """Return what is not certain about a packet; None if it is no ranked policy."""
    for found in (decision.trail, decision.mesh):
        if found is not None and found.verdict is Verdict.UNKNOWN:
            return _doubtful(found, decision.direction)
    network = decision.trail
    if network is None or not decision.doubts:
        return None
    certain = denied(decision) or allowed(network, decision)
    if certain is None:
        return None
    return certain._replace(says=f"{certain.says}; but {'; '.join(decision.doubts)}")


def name_of(step: Step, way: Direction) -> str:
    """Return a rule as people count it, by the list in which it was written."""
    if step.policy is None:
        return "NetworkPolicy"
    found = written_rule(step.policy, way, step.position)
    return found.name if found else step.policy.label


def _denied(found: Trail, decision: PolicyDecision) -> Said | None:
    if not found.decides:
        return None
    told = _decided(found, Action.DENY, decision.direction)
    if told is not None:
        return told
    if found.isolating:
        ranked = [it.policy for it in found.isolating if it.policy is not None]
        return _isolated(ranked, decision, found.steps) if ranked else None
    return _either(found, Action.DENY, decision.direction)


def _decided(found: Trail, action: Action, way: Direction) -> Said | None:
    """Return the rule that surely decides, in words."""
    for step in found.steps:
        if step.action is action and step.is_sure:
            if step.policy is None:
                return None
            does = _DOES[action][0]
            says = f"{name_of(step, way)} {does} it{_passed(step, found.steps, way)}"
            return _told(says, step, way)
    return None


def _either(found: Trail, action: Action, way: Direction) -> Said | None:
    """Return the rules of which one surely decides, in words."""
    named = [
        step
        for step in found.steps
        if step.action is action and step.policy is not None
    ]
    if not named:
        return None
    names = " or ".join(dict.fromkeys(name_of(step, way) for step in named))
    return _told(f"{names} {_DOES[action][0]} it", named[0], way)


def _passed_by(found: Trail, decision: PolicyDecision) -> Said | None:
    """Return what leads a packet past the NetworkPolicies of its tier, in words."""
    way = decision.direction
    if found.verdict is not Verdict.ALLOWED or not found.falls_through:
        return None
    for step in found.steps:
        if step.action is Action.PASS and step.policy is not None and step.is_sure:
            names = ", ".join(policy.label for policy in decision.isolating)
            says = (
                f"{name_of(step, way)} passes it on, past {names}, and then it is free"
            )
            return _told(says, step, way)
    return None


def _doubtful(found: Trail, way: Direction) -> Said | None:
    """Return what is not certain in a walk; None if it is what NetworkPolicies do."""
    rest = _rest(found)
    open_steps = [step for step in found.steps if not step.is_sure]
    for step in sorted(open_steps, key=lambda item: item.action is rest):
        if step.policy is None:
            return None
        return _told(f"{name_of(step, way)} {_why(step)}", step, way)
    for item in found.isolating:
        if item.policy is not None and not item.is_certain:
            says = f"it is not certain that {item.policy.label} governs the pod"
            if item.doubts:
                says += ": " + "; ".join(item.doubts)
            rule = DecidingRule(item.policy.label, item.policy.origin)
            return Said(says, rule, SOURCES[item.policy.language])
    return None


def _rest(found: Trail) -> Action:
    """Return what becomes of a packet where nothing that is in doubt holds."""
    for step in found.steps:
        if step.is_sure and step.action is not Action.PASS:
            return step.action
    if any(item.is_certain for item in found.isolating):
        return Action.DENY
    return Action.ALLOW


def _why(step: Step) -> str:
    does, may = _DOES[step.action]
    if step.is_certain:
        others = ", ".join(
            "NetworkPolicies" if item is None else item.label for item in step.tied
        )
        verb = "does" if len(step.tied) == 1 else "do"
        return (
            f"{does} it, but {others}, of the same order, {verb} otherwise: which goes "
            "first is not fixed"
        )
    doubts = "; ".join(step.doubts) or "it is not known whether it matches"
    return f"may {may} it: {doubts}"


def _isolated(
    isolating: Sequence[RankedPolicy], decision: PolicyDecision, steps: Sequence[Step]
) -> Said:
    way = decision.direction
    names = ", ".join(
        dict.fromkeys(
            (*(it.label for it in isolating), *(it.label for it in decision.isolating))
        )
    )
    tier = isolating[0].tier.name
    says = f"isolated for {way.value} by {names}; no rule of tier {tier} admits it"
    passed = [
        step for step in steps if step.action is Action.PASS and step.policy is not None
    ]
    if passed:
        says += f"; {name_of(passed[0], way)} passed it on"
    rule = DecidingRule(names, isolating[0].origin)
    return Said(says, rule, SOURCES[isolating[0].language])


def _passed(step: Step, steps: Sequence[Step], way: Direction) -> str:
    before = [
        name_of(item, way)
        for item in steps[: list(steps).index(step)]
        if item.action is Action.PASS and item.policy is not None
    ]
    return f", after {before[-1]} passed it on" if before else ""


def _told(says: str, step: Step, way: Direction) -> Said:
    policy = step.policy
    if policy is None:
        return Said(says, None, "Kubernetes docs, Network Policies")
    origin = policy.rules(way)[step.position].origin
    return Said(
        says, DecidingRule(name_of(step, way), origin), SOURCES[policy.language]
    )
