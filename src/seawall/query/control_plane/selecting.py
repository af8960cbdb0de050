"""Whether a policy may select pods of which only the namespace is known.

Source: Kubernetes docs, Namespaces: every namespace is labelled with its name.
"""

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

NAME_KEY = "kubernetes.io/metadata.name"


def may_select(labels: Labels, namespace: str) -> bool | None:
    """Say whether a condition holds for pods of a namespace of which nothing is known.

    Returns:
        None where that is not settled.
    """
    match labels:
        case AllOf(items):
            found = {may_select(item, namespace) for item in items}
            return False if False in found else None if None in found else True
        case AnyOf(items):
            found = {may_select(item, namespace) for item in items}
            return True if True in found else None if None in found else False
        case Not(item):
            inner = may_select(item, namespace)
            return None if inner is None else not inner
        case Perhaps(item):
            return False if may_select(item, namespace) is False else None
        case LabelTest(facet, key, comparison, values):
            is_name = facet is Facet.NAMESPACE_NAME or (
                facet is Facet.NAMESPACE_LABELS and key == NAME_KEY
            )
            if is_name and comparison is Comparison.IN:
                return namespace in values
            return None
