"""The turns of phrase that findings share, and the things they are grouped by."""

from collections.abc import Iterable, Sequence

from seawall.model.workload import Workload
from seawall.query.idle_rules import IdleRule, does

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


def share(part: int, whole: int, noun: str) -> str:
    """Return `1 workload`, `all 3 workloads`, `2 of 3 workloads`."""
    if part < whole:
        return f"{part} of {counted(whole, noun)}"
    return counted(whole, noun) if whole == 1 else f"all {counted(whole, noun)}"


def listed(names: Iterable[str], most: int = FEW) -> str:
    """Return names in backticks, the first of many."""
    every = list(dict.fromkeys(names))
    shown = ", ".join(f"`{name}`" for name in every[:most])
    more = len(every) - most
    return f"{shown} and {more} more" if more > 0 else shown


def deciders(idle: IdleRule) -> str:
    """Return which rules decide in the place of one, as a clause without its end."""
    if not idle.by:
        return "nothing decides, and that does the same for"
    kinds = dict.fromkeys(does(item) for item in idle.by)
    parts = []
    for kind in kinds:
        places = [
            item.name if item.is_default else f"{item.name} ({item.origin})"
            for item in idle.by
            if does(item) == kind
        ]
        verb = kind if len(places) == 1 else kind.replace("ies", "y").removesuffix("s")
        parts.append(f"{listed(places)} {verb}")
    return " and ".join(parts)


def own(workloads: Iterable[Workload]) -> tuple[Workload, ...]:
    """Return the workloads that are the owner's and not the platform's."""
    return tuple(w for w in workloads if w.namespace not in SYSTEM_NAMESPACES)


def by_namespace(workloads: Iterable[Workload]) -> dict[str, Sequence[Workload]]:
    """Return workloads by namespace, both sorted by name."""
    found: dict[str, list[Workload]] = {}
    for workload in sorted(workloads, key=lambda item: item.label):
        found.setdefault(workload.namespace, []).append(workload)
    return {name: tuple(found[name]) for name in sorted(found)}
