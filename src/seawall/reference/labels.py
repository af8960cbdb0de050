"""What a label selector selects."""

from seawall.model.selector import Labels, Operator, Requirement, Selector


def selects(selector: Selector, labels: Labels) -> bool:
    """Return whether a selector selects an object with these labels.

    Source:
        Kubernetes, apimachinery meta/v1 types.go, LabelSelector: requirements are
        ANDed, and an empty selector selects everything.
    """
    return all(holds(item, labels) for item in selector.requirements)


def holds(item: Requirement, labels: Labels) -> bool:
    """Return whether one requirement holds.

    Source:
        Kubernetes, apimachinery pkg/labels/selector.go, `Matches`: `NotIn` and
        `DoesNotExist` hold where the key is absent; values compare as exact text.
    """
    present = item.key in labels
    match item.operator:
        case Operator.IN:
            return present and labels[item.key] in item.values
        case Operator.NOT_IN:
            return not present or labels[item.key] not in item.values
        case Operator.EXISTS:
            return present
        case Operator.DOES_NOT_EXIST:
            return not present
