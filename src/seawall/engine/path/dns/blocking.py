"""Whether a DNS security policy lets a network ask for a name."""

from collections.abc import Iterable, Iterator

from seawall.engine.path.dns.names import Matches, is_under
from seawall.engine.path.dns.zones import same
from seawall.model.name_policy import NamePolicy, NameRule
from seawall.model.trace import DecidingRule, Verdict

SOURCE = "Azure docs, dns-security-policy"


def blocked(
    policies: Iterable[NamePolicy], network: str, name: str
) -> tuple[Verdict, str, DecidingRule] | None:
    """Return what keeps a network from asking for a name, or may.

    Returns:
        Denied or unknown, why as a clause, and what decides; None if nothing does.

    Source:
        Azure docs, dns-security-policy; docs/semantics/path.md, Q17.
    """
    found = [
        told
        for policy in policies
        if (told := _by_policy(policy, network, name)) is not None
    ]
    denied = [told for told in found if told[0] is Verdict.DENIED]
    return next(iter((*denied, *found)), None)


def _by_policy(
    policy: NamePolicy, network: str, name: str
) -> tuple[Verdict, str, DecidingRule] | None:
    """Return what the first rule does that matches; both ways where one only may."""
    if not policy.complete.is_surely(value=True):
        rule = DecidingRule(policy.name, policy.origin)
        says = f"what DNS security policy `{policy.name}` blocks"
        return Verdict.UNKNOWN, f"{says}: {policy.complete.why}", rule
    if not any(same(each, network) for each in policy.networks):
        return None
    outcomes = list(_outcomes(policy, name))
    blocking = [rule for blocks, rule in outcomes if blocks and rule is not None]
    if not blocking:
        return None
    first = blocking[0]
    rule = DecidingRule(f"{policy.name}/{first.name}", first.origin)
    if all(blocks for blocks, _ in outcomes):
        return Verdict.DENIED, f"DNS security policy `{policy.name}` blocks it", rule
    says = f"whether DNS security policy `{policy.name}` blocks it is not known"
    return Verdict.UNKNOWN, says, rule


def _outcomes(policy: NamePolicy, name: str) -> Iterator[tuple[bool, NameRule | None]]:
    """Yield what may become of a question: whether it is blocked, and by which rule."""
    for rule in sorted(policy.rules, key=lambda each: each.priority):
        matches = _matches(rule, name)
        if matches is Matches.NO or rule.enabled.is_surely(value=False):
            continue
        if rule.blocks.may_be(value=True):
            yield True, rule
        if rule.blocks.may_be(value=False):
            yield False, rule
        if matches is Matches.YES and rule.enabled.is_surely(value=True):
            return
    yield False, None


def _matches(rule: NameRule, name: str) -> Matches:
    """Say whether a rule is about a name; what is below a domain may be meant too.

    Source:
        Azure docs, dns-security-policy, "DNS domain lists".
    """
    if rule.domains is None:
        return Matches.MAYBE
    if any(not domain or domain == name for domain in rule.domains):
        return Matches.YES
    below = any(is_under(name, domain) for domain in rule.domains)
    return Matches.MAYBE if below else Matches.NO
