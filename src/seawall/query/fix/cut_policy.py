"""Policies that deny a flow, and edits of those that let it pass."""

from collections.abc import Iterator, Sequence
from functools import partial

from seawall.model.dataplane import PolicyEngine
from seawall.model.policy import Direction
from seawall.model.ranked import RankedPolicy
from seawall.query.case import Case
from seawall.query.fix import calico_policy, cilium_policy, isolation
from seawall.query.fix.admission import Admission
from seawall.query.fix.change import Change
from seawall.query.fix.policy import (
    Writer,
    beside_network_policies,
    decision_of,
    ruling_of,
)
from seawall.query.fix.policy_edit import narrowed

MOST_EDITS = 4
"""So many rules may admit a flow before an edit of all is too much."""

_Made = tuple[list[Change], list[Admission]]


def denying(case: Case, admissions: Sequence[Admission]) -> Iterator[_Made]:
    """Yield changes after which policies deny packets that they admit now.

    Args:
        case: What is there.
        admissions: What passes, each end once.
    """
    groups: dict[tuple[Direction, str], list[Admission]] = {}
    for item in admissions:
        groups.setdefault((item.direction, item.near.label), []).append(item)
    for number in range(3):
        changes: list[Change] = []
        now = case
        for group in groups.values():
            writers = list(_writers(now, group))
            if number >= len(writers):
                break
            change = writers[number](group, now.snapshot)
            if change is None:
                break
            changes.append(change)
            now = now.changed(change.applied(now.snapshot))
        else:
            yield changes, list(admissions)
    for last in (False, True):
        edits = _edits(case, admissions, whole=last)
        if edits:
            yield edits, list(admissions)


def _writers(case: Case, admissions: Sequence[Admission]) -> Iterator[Writer]:
    engine = case.dataplane.engine
    if engine is PolicyEngine.CILIUM:
        yield partial(cilium_policy.written, denies=True)
    if engine is PolicyEngine.CALICO:
        decider = _allower(case, admissions[0])
        for actions in (("Deny",), ("Deny", "Pass")):
            yield partial(calico_policy.written, decider=decider, actions=actions)
    yield isolation.written


def _allower(case: Case, admission: Admission) -> RankedPolicy:
    """Return the ordered policy that lets a packet pass, or what stands for none."""
    found = decision_of(case, admission, admission.headers)
    trail = None if found is None else found.trail
    steps = [] if trail is None else trail.steps
    return next(
        (step.policy for step in steps if step.policy is not None),
        beside_network_policies(),
    )


def _edits(case: Case, admissions: Sequence[Admission], *, whole: bool) -> list[Change]:
    """Return edits of NetworkPolicies after which no rule admits packets.

    Args:
        case: What is there.
        admissions: What passes.
        whole: Whether to take whole rules away; if not, as little of each as will do.
    """
    changes: list[Change] = []
    now = case
    for item in admissions:
        for _ in range(MOST_EDITS):
            ruling = ruling_of(now.policies, item)
            left = item.headers - ruling.denied
            if not left:
                break
            found = decision_of(now, item, left)
            if found is None or not found.allowing:
                return []
            options = list(narrowed(found.allowing[0], item.direction, item.services))
            if whole:
                options = options[-1:]
            for change in options:
                after = now.changed(change.applied(now.snapshot))
                rest = item.headers - ruling_of(after.policies, item).denied
                if rest != left and not left <= rest:
                    changes.append(change)
                    now = after
                    break
            else:
                return []
    return changes
