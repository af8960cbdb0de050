"""Reads whom a rule of a cluster-wide policy is about."""

from collections.abc import Callable

from seawall.ingest.kubernetes.network_policy.peer import read_cidr
from seawall.ingest.kubernetes.terms.condition import condition, every
from seawall.ingest.kubernetes.terms.fault import Fault, Findings, shown
from seawall.ingest.kubernetes.terms.label import (
    read_selector,
    refuse_unknown_fields,
    text_fault,
    wrong_type,
)
from seawall.model.dataplane import Language
from seawall.model.ends import (
    NO_ONE,
    Addresses,
    AnyOf,
    Endpoints,
    Ends,
    Facet,
    Labels,
    Nodes,
    NodeScope,
    Perhaps,
    World,
)
from seawall.model.origin import Pointer
from seawall.model.policy import BlockPeer, Direction

INSIDE = frozenset({"namespaces", "pods"})
BEYOND = frozenset({"networks", "nodes", "domainNames"})
MOST_NETWORKS = 25
_POD_FIELDS = frozenset({"namespaceSelector", "podSelector"})


def read_peer(
    value: object,
    pointer: Pointer,
    direction: Direction,
    language: Language,
    found: Findings,
) -> tuple[Ends, str]:
    """Return whom one peer means, and the field that says so; after a fault, no one.

    Source:
        kubernetes-sigs/network-policy-api apis/v1alpha1 and v1alpha2 shared_types.go:
        a peer has exactly one field; only egress peers name what is no pod.
    """
    known = INSIDE | BEYOND if direction is Direction.EGRESS else INSIDE
    if not isinstance(value, dict):
        found.faults.append(wrong_type(pointer, "peer", value, "a mapping"))
        return NO_ONE, ""
    if not value.keys() <= known:
        outside = [name for name in value if name in BEYOND - known]
        for name in outside:
            found.faults.append(_only_egress(name, pointer))
        rest = {name: it for name, it in value.items() if name not in outside}
        refuse_unknown_fields(rest, known, pointer, found.faults)
        return NO_ONE, ""
    given = [name for name in value if value[name] is not None]
    if len(given) != 1:
        found.faults.append(_not_one(given, known, pointer))
        return NO_ONE, ""
    name, place = given[0], (*pointer, given[0])
    if name == "pods":
        labels = read_pods(value[name], place, language, found.faults)
        return (NO_ONE if labels is None else Endpoints(labels)), name
    return _READERS[name](value[name], place, found), name


def read_pods(
    value: object, pointer: Pointer, language: Language, faults: list[Fault]
) -> Labels | None:
    """Return which pods `pods` selects; None after a fault.

    Source:
        kubernetes-sigs/network-policy-api: v1alpha1 NamespacedPod requires both
        selectors; v1alpha2 takes every namespace where `namespaceSelector` is left out.
    """
    if not isinstance(value, dict):
        faults.append(wrong_type(pointer, "pods", value, "a mapping"))
        return None
    refuse_unknown_fields(value, _POD_FIELDS, pointer, faults)
    needed = _POD_FIELDS if language is Language.ADMIN else frozenset({"podSelector"})
    missing = sorted(name for name in needed if value.get(name) is None)
    faults.extend(
        Fault(
            pointer,
            f"`{name}` is missing",
            "the API server requires it here; nothing is assumed in its place",
            f"write `{name}: {{}}` if every one is meant",
        )
        for name in missing
    )
    namespaces = read_selector(
        value.get("namespaceSelector"), (*pointer, "namespaceSelector"), faults
    )
    pods = read_selector(value.get("podSelector"), (*pointer, "podSelector"), faults)
    if namespaces is None or pods is None or missing:
        return None
    return every(
        condition(namespaces, Facet.NAMESPACE_LABELS), condition(pods, Facet.LABELS)
    )


def read_namespaces(
    value: object, pointer: Pointer, faults: list[Fault]
) -> Labels | None:
    """Return which pods `namespaces` selects: all in some; None after a fault."""
    selector = read_selector(value, pointer, faults)
    return None if selector is None else condition(selector, Facet.NAMESPACE_LABELS)


def _namespaces(value: object, pointer: Pointer, found: Findings) -> Ends:
    labels = read_namespaces(value, pointer, found.faults)
    return NO_ONE if labels is None else Endpoints(labels)


def _nodes(value: object, pointer: Pointer, found: Findings) -> Ends:
    selector = read_selector(value, pointer, found.faults)
    if selector is None:
        return NO_ONE
    return Nodes(NodeScope.ANY, condition(selector, Facet.LABELS))


def _networks(value: object, pointer: Pointer, found: Findings) -> Ends:
    items = _listed(value, pointer, found)
    if len(items) > MOST_NETWORKS:
        found.faults.append(
            Fault(
                pointer,
                f"`networks` has {len(items)} entries",
                f"the API server takes at most {MOST_NETWORKS}",
                "spread them over several peers",
            )
        )
    blocks = (read_cidr(item, (*pointer, at), found) for at, item in enumerate(items))
    return AnyOf(tuple(Addresses(BlockPeer(it)) for it in blocks if it is not None))


def _domains(value: object, pointer: Pointer, found: Findings) -> Ends:
    """Return the addresses of some names, as far as that can be said.

    Source:
        kubernetes-sigs/network-policy-api npeps/npep-133-fqdn-egress-selector.md: the
        addresses are learnt from the answers to the pods' own questions.
    """
    names = []
    for at, item in enumerate(_listed(value, pointer, found)):
        place = (*pointer, at)
        if isinstance(item, str) and item.rstrip(".") and " " not in item:
            names.append(item)
        elif isinstance(item, str):
            rule = "a domain name is exact, or starts with `*.`"
            found.faults.append(text_fault(item, place, rule, "write a domain name"))
        else:
            found.faults.append(wrong_type(place, "domainNames", item, "a name"))
    why = "the addresses behind " + ", ".join(f"`{name}`" for name in names[:3])
    return Perhaps(World(), f"{why} are learnt from DNS answers while pods run")


def _listed(value: object, pointer: Pointer, found: Findings) -> list[object]:
    if isinstance(value, list) and value:
        return value
    name = str(pointer[-1])
    found.faults.append(wrong_type(pointer, name, value, "a list with an entry"))
    return []


_READERS: dict[object, Callable[[object, Pointer, Findings], Ends]] = {
    "namespaces": _namespaces,
    "nodes": _nodes,
    "networks": _networks,
    "domainNames": _domains,
}


def _only_egress(name: object, pointer: Pointer) -> Fault:
    return Fault(
        (*pointer, str(name)),
        f"`{name}` in an ingress peer",
        "the API has it for egress alone; the server drops it or refuses the object",
        "name pods or namespaces, or move the rule to `egress`",
    )


def _not_one(given: list[object], known: frozenset[str], pointer: Pointer) -> Fault:
    names = ", ".join(f"`{name}`" for name in sorted(known))
    what = " and ".join(shown(name) for name in given)
    return Fault(
        pointer,
        f"peer has {what}" if given else "peer is empty",
        f"the API server takes exactly one of {names}",
        "make a peer of each" if given else "say whom it means",
    )
