"""What the policies of one end do with a packet, in words."""

from seawall.engine.path.ground.verdicts import Said
from seawall.engine.path.policies.ranked_words import (
    SOURCES,
    allowed,
    denied,
    name_of,
    unclear,
)
from seawall.engine.policy.reasons.explain import PolicyDecision
from seawall.model.ranked import Action
from seawall.model.trace import DecidingRule, Verdict

SOURCE = "Kubernetes docs, Network Policies"


def said(decision: PolicyDecision, verdict: Verdict) -> Said:
    """Return in words what the policies of one end do with a packet.

    Args:
        decision: What they do.
        verdict: What becomes of the packet there. Where the pods of the end fare
            differently it is unknown, and the decision is that of one pod.
    """
    asked = verdict
    if verdict is Verdict.UNKNOWN:
        hindered = _hindered(decision)
        if hindered is not None:
            return hindered
        asked = decision.verdict
    found: Said | None
    match asked:
        case Verdict.ALLOWED:
            found = _admitted(decision, verdict)
        case Verdict.DENIED:
            found = denied(decision)
        case Verdict.UNKNOWN:
            found = unclear(decision)
    return found or _of_network_policies(decision, verdict)


def _admitted(decision: PolicyDecision, verdict: Verdict) -> Said | None:
    """Return which ranked policies admit a packet: the network's, a mesh's or both."""
    found = allowed(decision.trail, decision)
    limit = allowed(decision.mesh, decision)
    if limit is None:
        return found
    if found is None and decision.allowing:
        found = _of_network_policies(decision, verdict)
    if found is None:
        return limit
    return Said(f"{found.says}, and {limit.says}", found.rule, found.source)


def _hindered(decision: PolicyDecision) -> Said | None:
    """Return what keeps all policies of the end from being sure, if anything does."""
    if decision.unfixed:
        unfixed = decision.unfixed[0]
        return Said(
            f"it is not fixed whether {unfixed.label} has any effect: the engine is "
            f"not known to enforce {unfixed.language.value}",
            DecidingRule(unfixed.label, unfixed.origin),
            SOURCES[unfixed.language],
        )
    if decision.opaque:
        opaque = decision.opaque[0]
        rule = DecidingRule(opaque.label, opaque.origin)
        what = "is asked for" if opaque.only_frees else "cannot be read"
        return Said(f"{opaque.label} {what}: {opaque.why}", rule, SOURCE)
    return None


def _of_network_policies(decision: PolicyDecision, verdict: Verdict) -> Said:
    way = decision.direction.value
    doubts = "; ".join(decision.doubts)
    if decision.allowing and verdict is not Verdict.DENIED:
        match = decision.allowing[0]
        name = f"{match.policy.label} {way} rule {match.position + 1}"
        rule = DecidingRule(name, match.rule.origin)
        open_ones = "; ".join(match.doubts)
        says = f"{name} may admit it: {open_ones}" if open_ones else f"{name} admits it"
        return Said(says + _passed(decision), rule, SOURCE)
    if not decision.isolating or (verdict is Verdict.ALLOWED and doubts):
        return Said(doubts or _nothing(decision) + _passed(decision), None, SOURCE)
    policy = decision.isolating[0]
    names = ", ".join(each.label for each in decision.isolating)
    rule = DecidingRule(names, policy.origin)
    says = f"isolated for {way} by {names}; no rule admits it"
    says += _passed(decision)
    if decision.near_misses:
        near = decision.near_misses[0]
        fits = (
            "the peer but not the port" if near.fits_peer else "the port, not the peer"
        )
        says += f" ({near.policy.label} rule {near.position + 1} fits {fits})"
    if doubts and verdict is decision.verdict is Verdict.UNKNOWN:
        says += f"; but {doubts}"
    return Said(says, rule, SOURCE)


def _nothing(decision: PolicyDecision) -> str:
    return f"no policy isolates the pod for {decision.direction.value}"


def _passed(decision: PolicyDecision) -> str:
    """Return which ranked rule left the packet to NetworkPolicies, if one did."""
    met = [] if decision.trail is None else decision.trail.steps
    for step in met:
        if step.action is Action.PASS and step.policy is not None and step.is_sure:
            return f", after {name_of(step, decision.direction)} passed it on"
    return ""
