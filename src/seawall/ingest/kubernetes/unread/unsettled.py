"""Ranked policies that ask for labels which the input does not settle.

Pods get some from their controller; those of a namespace may not be readable, or stand
twice with other values.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import TypeVar

from seawall.ingest.kubernetes.languages import ranked_keys
from seawall.ingest.kubernetes.workloads.namespace import namespaces_with, open_label
from seawall.ingest.kubernetes.workloads.selection import added_keys
from seawall.ingest.kubernetes.workloads.workload import is_volatile
from seawall.model.ends import (
    ANYTHING,
    AllOf,
    AnyOf,
    Comparison,
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
_Settle = Callable[[LabelTest], Labels]


def doubt_labels(
    policies: Iterable[RankedPolicy],
    workloads: Iterable[Workload],
    unsettled: Mapping[str, frozenset[str]],
) -> tuple[RankedPolicy, ...]:
    """Return policies in which no test of a label is settled that is not certain.

    A controller adds labels to pods that its template does not show, so a test of one
    has no certain outcome until the pods are in the input.

    Args:
        policies: As read.
        workloads: Those of the input.
        unsettled: Namespaces by the key of a label that is not certain for them.
    """
    added = added_keys(workloads)

    def settle(test: LabelTest) -> Labels:
        if test.facet is Facet.NAMESPACE_LABELS:
            return _of_namespace(test, unsettled)
        added_later = test.facet is Facet.LABELS and is_volatile(test.key)
        if not added_later or not test.key.startswith(added):
            return test
        return Perhaps(ANYTHING, f"pods get `{test.key}` from their controller")

    return tuple(
        _doubted(policy, settle)
        if unsettled or any(key.startswith(added) for key in ranked_keys((policy,)))
        else policy
        for policy in policies
    )


def _of_namespace(test: LabelTest, unsettled: Mapping[str, frozenset[str]]) -> Labels:
    names = namespaces_with(unsettled, test.key)
    if not names:
        return test
    there = LabelTest(Facet.NAMESPACE_NAME, "", Comparison.IN, names)
    perhaps = Perhaps(ANYTHING, open_label(test.key, names))
    return AnyOf((AllOf((test, Not(there))), AllOf((there, perhaps))))


def _doubted(policy: RankedPolicy, settle: _Settle) -> RankedPolicy:
    ingress, egress = (
        tuple(_rule(rule, settle) for rule in policy.rules(way))
        for way in (Direction.INGRESS, Direction.EGRESS)
    )
    subject = _open(policy.subject, settle)
    return replace(policy, subject=subject, ingress=ingress, egress=egress)


def _rule(rule: RankedRule, settle: _Settle) -> RankedRule:
    own = None if rule.own is None else _open(rule.own, settle)
    return replace(rule, far=_open(rule.far, settle), own=own)


def _open(item: _Item, settle: _Settle) -> _Item:
    if isinstance(item, LabelTest):
        return settle(item)
    if isinstance(item, AllOf | AnyOf):
        return replace(item, items=tuple(_open(each, settle) for each in item.items))
    if isinstance(item, Not | Perhaps):
        return replace(item, item=_open(item.item, settle))
    if isinstance(item, Endpoints):
        return replace(item, labels=_open(item.labels, settle))
    return item
