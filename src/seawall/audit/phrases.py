"""The turns of phrase that findings share, and the things they are grouped by."""

from collections.abc import Iterable, Sequence

from seawall.model.workload import Workload

FEW = 3

SYSTEM_NAMESPACES = frozenset(
    {
        "aks-istio-ingress",
        "aks-istio-system",
        "app-routing-system",
        "calico-system",
        "gatekeeper-system",
        "kube-node-lease",
        "kube-public",
        "kube-system",
        "tigera-operator",
    }
)
"""Namespaces that AKS fills and keeps as they are.

Source: AKS docs, faq and istio-about, read 2026-08-21.
"""


def counted(number: int, noun: str, plural: str = "") -> str:
    """Return `1 workload`, `3 workloads`."""
    return f"{number} {noun if number == 1 else plural or noun + 's'}"


def listed(names: Iterable[str], most: int = FEW) -> str:
    """Return names in backticks, the first of many."""
    every = list(dict.fromkeys(names))
    shown = ", ".join(f"`{name}`" for name in every[:most])
    more = len(every) - most
    return f"{shown} and {more} more" if more > 0 else shown


def own(workloads: Iterable[Workload]) -> tuple[Workload, ...]:
    """Return the workloads that are the owner's and not the platform's."""
    return tuple(w for w in workloads if w.namespace not in SYSTEM_NAMESPACES)


def by_namespace(workloads: Iterable[Workload]) -> dict[str, Sequence[Workload]]:
    """Return workloads by namespace, both sorted by name."""
    found: dict[str, list[Workload]] = {}
    for workload in sorted(workloads, key=lambda item: item.label):
        found.setdefault(workload.namespace, []).append(workload)
    return {name: tuple(found[name]) for name in sorted(found)}
