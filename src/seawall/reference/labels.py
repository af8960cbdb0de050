"""What a label selector selects."""

from seawall.model.dataplane import Dataplane, Tri
from seawall.model.identity_label import (
    KEPT_START,
    OVERLOOKED_STARTS,
    OVERLOOKED_WITHIN,
)
from seawall.model.selector import Labels, Operator, Requirement, Selector
from seawall.model.workload import Workload
from seawall.reference.truth import tri


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


def selects_as_seen(
    dataplane: Dataplane, selector: Selector, workload: Workload
) -> Tri:
    """Return whether a selector selects a pod, as far as the engine sees its labels.

    Source:
        cilium pkg/labelsfilter filter.go and pkg/policy: selectors are asked of
        identities, which lack some labels.
    """
    labels = dict(workload.labels)
    seen = {key: labels[key] for key in labels if not is_hidden_on_pods(key)}
    return whether_seen(
        dataplane, tri(selects(selector, labels)), tri(selects(selector, seen))
    )


def whether_seen(dataplane: Dataplane, whole: Tri, part: Tri) -> Tri:
    """Return what holds of all labels, or of those seen, as the engine has it."""
    agreed = whole if whole is part else Tri.UNDEFINED
    return {Tri.NO: whole, Tri.YES: part}.get(dataplane.overlooks_labels, agreed)


def is_hidden(key: str) -> bool:
    """Whether a label is left out of identities, whatever carries it."""
    return key.find(OVERLOOKED_WITHIN) >= 0


def is_hidden_on_pods(key: str) -> bool:
    """Whether a label of a pod is left out of identities.

    Source:
        cilium pkg/labelsfilter filter.go: patterns are anchored at the start, and a
        longer one that keeps outweighs one that leaves out.
    """
    starts = [text for text in OVERLOOKED_STARTS if key[: len(text)] == text]
    kept = key[: len(KEPT_START)] == KEPT_START
    return not kept and (bool(starts) or is_hidden(key))
