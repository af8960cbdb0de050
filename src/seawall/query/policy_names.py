"""What network policies say of names, where a question is about one.

An address on the internet may have any name, so a rule about names may or may not mean
it. A question about a name settles that for the rules that have it: the pod has learnt
the address under the eyes of the policy engine, by the very answer that it asks for.

Source: docs.cilium.io, security/policy/language, "DNS based"; cilium pkg/fqdn,
matchpattern.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

from seawall.model.end import End, NameEnd
from seawall.model.ends import Perhaps
from seawall.model.ranked import Action, RankedPolicy, RankedRule
from seawall.query.case import Case


def knowing(case: Case, target: End) -> Case:
    """Return the case as it is for packets that are meant for *target*.

    Only rules that have the name mean its addresses surely. Others still may, as names
    share addresses.
    """
    if not isinstance(target, NameEnd):
        return case
    name = str(target).rstrip(".").lower()
    if name not in case.by_name:
        case.by_name[name] = with_rules(case, lambda rule: _settled(rule, name))
        case.by_name[name].by_name[name] = case.by_name[name]
    return case.by_name[name]


def with_rules(case: Case, change: Callable[[RankedRule], RankedRule | None]) -> Case:
    """Return the case with rules about names changed, or left out for None."""
    policies = case.snapshot.objects.ranked_policies
    changed = tuple(_with(policy, change) for policy in policies)
    if all(new is old for new, old in zip(changed, policies, strict=True)):
        return case
    objects = replace(case.snapshot.objects, ranked_policies=changed)
    return case.changed(replace(case.snapshot, objects=objects))


def _with(
    policy: RankedPolicy, change: Callable[[RankedRule], RankedRule | None]
) -> RankedPolicy:
    if not any(rule.names for rule in policy.egress):
        return policy
    rules: list[RankedRule] = []
    for rule in policy.egress:
        made = change(rule) if rule.names else rule
        if made is not None:
            rules.append(made)
    same = len(rules) == len(policy.egress) and all(
        new is old for new, old in zip(rules, policy.egress, strict=True)
    )
    return policy if same else replace(policy, egress=tuple(rules))


def _settled(rule: RankedRule, name: str) -> RankedRule:
    if rule.action is not Action.ALLOW or not isinstance(rule.far, Perhaps):
        return rule
    if not any(means(pattern, name) for pattern in rule.names):
        return rule
    return replace(rule, far=rule.far.item)


def means(pattern: str, name: str) -> bool:
    """Whether a name, or a pattern in Cilium's words, means a name.

    `*` stands for letters of one label, and a lone `*` for everything. `**.` at the
    start stands for any number of labels in newer versions and for what `*.` does in
    older ones, so that one label is what it surely means.
    """
    return bool(_compiled(pattern).fullmatch(name))


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    if pattern == "*":
        return re.compile(".*", re.DOTALL)
    deep = pattern.startswith("**.")
    rest = re.escape(pattern.removeprefix("**.")).replace(r"\*", "[-a-z0-9_]*")
    return re.compile(("[-a-z0-9_]+[.]" if deep else "") + rest)
