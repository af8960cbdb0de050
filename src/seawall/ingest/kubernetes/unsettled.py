"""Ranked policies that ask for labels which pods get from their controller."""

from collections.abc import Iterable
from dataclasses import replace
from typing import TypeVar

from seawall.ingest.kubernetes.languages import ranked_keys
from seawall.ingest.kubernetes.selection import added_keys
from seawall.ingest.kubernetes.workload import is_volatile
from seawall.model.ends import (
    ANYTHING,
    AllOf,
    AnyOf,
    Endpoints,
    Ends,
    Facet,
    Labels,
    LabelTest,
    Not,
    Perhaps,
)
from seawall.model.policy import Direction
from seawall.model.ranked import RankedPolicy, RankedRule
from seawall.model.workload import Workload

_Item = TypeVar("_Item", Ends, Labels)


def doubt_added_labels(
    policies: Iterable[RankedPolicy], workloads: Iterable[Workload]
) -> tuple[RankedPolicy, ...]:
    """Return policies in which no test of a label that is still to come is settled.

    A controller adds labels to pods that its template does not show, so a test of one
    has no certain outcome until the pods are in the input.
    """
    added = added_keys(workloads)
    if not added:
        return tuple(policies)
    return tuple(
        _doubted(policy, added)
        if any(key.startswith(added) for key in ranked_keys((policy,)))
        else policy
        for policy in policies
    )


def _doubted(policy: RankedPolicy, added: tuple[str, ...]) -> RankedPolicy:
    ingress, egress = (
        tuple(_rule(rule, added) for rule in policy.rules(way))
        for way in (Direction.INGRESS, Direction.EGRESS)
    )
    subject = _open(policy.subject, added)
    return replace(policy, subject=subject, ingress=ingress, egress=egress)


def _rule(rule: RankedRule, added: tuple[str, ...]) -> RankedRule:
    own = None if rule.own is None else _open(rule.own, added)
    return replace(rule, far=_open(rule.far, added), own=own)


def _open(item: _Item, added: tuple[str, ...]) -> _Item:
    if isinstance(item, LabelTest):
        added_later = item.facet is Facet.LABELS and is_volatile(item.key)
        if not added_later or not item.key.startswith(added):
            return item
        return Perhaps(ANYTHING, f"pods get `{item.key}` from their controller")
    if isinstance(item, AllOf | AnyOf):
        return replace(item, items=tuple(_open(each, added) for each in item.items))
    if isinstance(item, Not | Perhaps):
        return replace(item, item=_open(item.item, added))
    if isinstance(item, Endpoints):
        return replace(item, labels=_open(item.labels, added))
    return item
