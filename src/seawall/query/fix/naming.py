"""How pods are selected by label, and what new things are called."""

import re
from collections.abc import Collection, Iterable

from seawall.engine.policy.ends.oversight import is_overlooked
from seawall.model.selector import Operator, Requirement, Selector
from seawall.model.workload import Workload

NAME_LABEL = "kubernetes.io/metadata.name"
LONGEST_NAME = 63

_FLEETING = frozenset(
    {
        "pod-template-hash",
        "controller-revision-hash",
        "pod-template-generation",
        "statefulset.kubernetes.io/pod-name",
        "apps.kubernetes.io/pod-index",
        "batch.kubernetes.io/job-name",
        "batch.kubernetes.io/controller-uid",
        "job-name",
        "controller-uid",
    }
)
"""Labels that another roll-out changes.

Source: Kubernetes docs, reference/labels-annotations-taints.
"""

_TELLING = ("app.kubernetes.io/name", "app", "k8s-app", "app.kubernetes.io/instance")


def labels_of(
    workload: Workload, neighbours: Iterable[Workload]
) -> tuple[tuple[str, str], ...]:
    """Return the fewest labels that select the pods of a workload and no others.

    One label if one does, otherwise all that last; then others may carry them too.

    Args:
        workload: The workload.
        neighbours: The workloads of its namespace.
    """
    lasting = [
        item
        for item in workload.labels
        if item[0] not in _FLEETING and not is_overlooked(item[0])
    ]
    mine = _identity(workload)
    others = [set(other.labels) for other in neighbours if _identity(other) != mine]

    def rank(item: tuple[str, str]) -> tuple[int, str]:
        known = item[0] in _TELLING
        return (_TELLING.index(item[0]) if known else len(_TELLING), item[0])

    for item in sorted(lasting, key=rank):
        if not any(item in other for other in others):
            return (item,)
    return tuple(sorted(lasting))


def _identity(workload: Workload) -> tuple[object, ...]:
    """Return what a workload and one of its pods, asked about alone, share."""
    return workload.namespace, workload.kind, workload.name, workload.variant


def selector_of(labels: Iterable[tuple[str, str]]) -> Selector:
    """Return the selector that asks for labels."""
    return Selector(
        tuple(
            Requirement(key, Operator.IN, frozenset({value})) for key, value in labels
        )
    )


def free_name(wanted: str, taken: Collection[str], longest: int = LONGEST_NAME) -> str:
    """Return a name like *wanted* that objects can have and that none has.

    Source: Kubernetes docs, overview/working-with-objects/names.
    """
    base = re.sub(r"[^a-z0-9-]+", "-", wanted.lower()).strip("-")[:longest].strip("-")
    name, number = base, 2
    while name in taken:
        tail = f"-{number}"
        name = base[: longest - len(tail)].strip("-") + tail
        number += 1
    return name
