"""What selectors select, read plainly from the API's words.

Own code: it shares nothing with the engine or the reference, so that a fault in either
shows as a disagreement with packets.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from seawall.model.dataplane import Dataplane, Tri
from seawall.model.ends import (
    AllOf,
    AnyOf,
    Comparison,
    Facet,
    Labels,
    LabelTest,
    Not,
    Perhaps,
)
from seawall.model.identity_label import (
    KEPT_START,
    OVERLOOKED_STARTS,
    OVERLOOKED_WITHIN,
)
from seawall.model.selector import Operator, Selector

NAME_LABEL = "kubernetes.io/metadata.name"


def selects(selector: Selector, labels: Mapping[str, str]) -> bool:
    """Whether an object with these labels is selected.

    Source: Kubernetes API reference, LabelSelector: requirements are ANDed; NotIn and
    DoesNotExist hold where the key is absent.
    """
    for item in selector.requirements:
        value = labels.get(item.key)
        match item.operator:
            case Operator.IN:
                good = value is not None and value in item.values
            case Operator.NOT_IN:
                good = value is None or value not in item.values
            case Operator.EXISTS:
                good = value is not None
            case Operator.DOES_NOT_EXIST:
                good = value is None
        if not good:
            return False
    return True


def seen_labels(
    labels: Mapping[str, str], dataplane: Dataplane, *, of_namespace: bool = False
) -> dict[str, str]:
    """Return the labels that selectors of this engine see.

    Source: docs/semantics/engines.md, D39 and D40.
    """
    if dataplane.overlooks_labels is Tri.NO:
        return dict(labels)
    return {
        key: value
        for key, value in labels.items()
        if key.startswith(KEPT_START)
        or not (
            OVERLOOKED_WITHIN in key
            or (not of_namespace and key.startswith(OVERLOOKED_STARTS))
        )
    }


@dataclass(frozen=True, slots=True)
class Facts:
    """What a label condition can look at of one endpoint.

    A part is None where the endpoint has no such thing: a network set of the whole
    cluster has no namespace.
    """

    labels: Mapping[str, str]
    namespace: str | None = None
    namespace_labels: Mapping[str, str] | None = None
    account: str | None = None
    account_labels: Mapping[str, str] | None = None
    mesh: str | None = None


class Unsettled(Exception):  # noqa: N818 - it is no error, but an answer
    """A condition turns on what is not known; its clause is the message."""


def fulfils(condition: Labels, facts: Facts) -> bool:
    """Whether an endpoint fulfils a condition.

    Raises:
        Unsettled: That is not known.
    """
    match condition:
        case LabelTest():
            return _test(condition, facts)
        case AllOf(items):
            return _combined(items, facts, wanted=False)
        case AnyOf(items):
            return _combined(items, facts, wanted=True)
        case Not(item):
            return not fulfils(item, facts)
        case Perhaps(item, why):
            if _may(item, facts):
                raise Unsettled(why)
            return False


def _combined(items: tuple[Labels, ...], facts: Facts, *, wanted: bool) -> bool:
    """Return *wanted* if any item is so: of AND a false one, of OR a true one."""
    doubt: Unsettled | None = None
    for item in items:
        try:
            if fulfils(item, facts) is wanted:
                return wanted
        except Unsettled as error:
            doubt = error
    if doubt is not None:
        raise doubt
    return not wanted


def _may(condition: Labels, facts: Facts) -> bool:
    try:
        return fulfils(condition, facts)
    except Unsettled:
        return True


def _test(test: LabelTest, facts: Facts) -> bool:
    if test.facet is Facet.MESH and facts.mesh is None:
        raise Unsettled("the part of a pod in a service mesh is not known")
    value = {
        Facet.LABELS: facts.labels.get(test.key),
        Facet.NAMESPACE_LABELS: (facts.namespace_labels or {}).get(test.key),
        Facet.NAMESPACE_NAME: facts.namespace,
        Facet.ACCOUNT_LABELS: (facts.account_labels or {}).get(test.key),
        Facet.ACCOUNT_NAME: facts.account,
        Facet.MESH: facts.mesh,
    }[test.facet]
    if value is None:
        return False
    match test.comparison:
        case Comparison.EXISTS:
            return True
        case Comparison.IN:
            return value in test.values
        case Comparison.CONTAINS:
            return any(text in value for text in test.values)
        case Comparison.STARTS_WITH:
            return any(value.startswith(text) for text in test.values)
        case Comparison.ENDS_WITH:
            return any(value.endswith(text) for text in test.values)
