"""Whether a DNS security policy lets one network ask for one name."""

from seawall.model.name_policy import NamePolicy, NameRule
from seawall.model.snapshot import Fabric
from seawall.reference.match import Match, holds


def lets_ask(fabric: Fabric, network: str, name: str) -> Match:
    """Say whether Azure's resolver answers that name in that network.

    Source: Azure docs, dns-security-policy; docs/semantics/path.md, Q17.
    """
    answers: set[Match] = set()
    for policy in fabric.name_policies:
        if not policy.complete.is_surely(value=True):
            answers.add(None)
        elif network in policy.networks:
            answers.add(_lets(policy, name))
    if False in answers:
        return False
    return None if None in answers else True


def _lets(policy: NamePolicy, name: str) -> Match:
    ends: set[bool] = set()
    for rule in sorted(policy.rules, key=lambda item: item.priority):
        on, about = holds(rule.enabled), _about(rule, name)
        if on is False or about is False:
            continue
        blocks = holds(rule.blocks)
        ends |= {True, False} if blocks is None else {not blocks}
        if on and about:
            break
    else:
        ends |= {True}
    return ends.pop() if len(ends) == 1 else None


def _about(rule: NameRule, name: str) -> Match:
    if rule.domains is None:
        return None
    if name in rule.domains or "" in rule.domains:
        return True
    under = [domain for domain in rule.domains if name.endswith("." + domain)]
    return None if under else False
