"""Label selectors as conditions on endpoints, for policies with ordered rules."""

from seawall.model.ends import (
    ANYTHING,
    AllOf,
    Comparison,
    Facet,
    Labels,
    LabelTest,
    Not,
)
from seawall.model.selector import Operator, Requirement, Selector


def condition(selector: Selector, facet: Facet) -> Labels:
    """Return what a selector asks of one facet of an endpoint.

    Source:
        Kubernetes, apimachinery meta/v1 types.go, LabelSelector: requirements are
        ANDed; `NotIn` and `DoesNotExist` hold where the key is absent.
    """
    found = tuple(_requirement(item, facet) for item in selector.requirements)
    return found[0] if len(found) == 1 else AllOf(found)


def every(*conditions: Labels) -> Labels:
    """Return the condition that all of some hold, those that ask nothing left out."""
    kept = tuple(item for item in conditions if item != ANYTHING)
    return kept[0] if len(kept) == 1 else AllOf(kept)


def _requirement(item: Requirement, facet: Facet) -> Labels:
    match item.operator:
        case Operator.IN:
            return LabelTest(facet, item.key, Comparison.IN, item.values)
        case Operator.NOT_IN:
            return Not(LabelTest(facet, item.key, Comparison.IN, item.values))
        case Operator.EXISTS:
            return LabelTest(facet, item.key, Comparison.EXISTS)
        case Operator.DOES_NOT_EXIST:
            return Not(LabelTest(facet, item.key, Comparison.EXISTS))
