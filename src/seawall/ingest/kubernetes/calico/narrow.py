"""From conditions to label selectors that ask for no more: what a policy may govern."""

from seawall.model.ends import AllOf, Comparison, Facet, Labels, LabelTest, Not
from seawall.model.selector import Operator, Requirement, Selector


def at_most(labels: Labels) -> Selector | None:
    """Return a selector that holds wherever a condition does; None if it says nothing.

    What the selector cannot say is left out, so that it may hold elsewhere too.
    """
    found = tuple(_requirements(labels))
    return Selector(found) if found else None


def _requirements(labels: Labels) -> list[Requirement]:
    match labels:
        case AllOf(items):
            return [each for item in items for each in _requirements(item)]
        case LabelTest(Facet.LABELS, key, Comparison.IN, values) if values:
            return [Requirement(key, Operator.IN, values)]
        case LabelTest(Facet.LABELS, key, Comparison.EXISTS):
            return [Requirement(key, Operator.EXISTS, frozenset())]
        case Not(LabelTest(Facet.LABELS, key, Comparison.IN, values)) if values:
            return [Requirement(key, Operator.NOT_IN, values)]
        case Not(LabelTest(Facet.LABELS, key, Comparison.EXISTS)):
            return [Requirement(key, Operator.DOES_NOT_EXIST, frozenset())]
        case _:
            return []
