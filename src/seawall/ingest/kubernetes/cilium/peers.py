"""Reads whom a rule is about: at most one field says it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from seawall.ingest.kubernetes.cilium.cidr import (
    CidrGroups,
    read_blocks,
    read_cidr_set,
)
from seawall.ingest.kubernetes.cilium.requests import read_name
from seawall.ingest.kubernetes.cilium.selector import (
    RESERVED,
    peers_of,
    pods_of,
    read_endpoint_selector,
)
from seawall.ingest.kubernetes.cilium.services import read_service_peer
from seawall.ingest.kubernetes.terms.fault import Fault, Findings, near, shown
from seawall.ingest.kubernetes.terms.label import wrong_type
from seawall.model.ends import (
    EVERYONE,
    NO_ONE,
    AnyOf,
    Ends,
    Nodes,
    NodeScope,
    Not,
    Perhaps,
    World,
)
from seawall.model.origin import Pointer
from seawall.model.policy import Direction
from seawall.model.service import Service

_COMMON = ("Endpoints", "CIDR", "CIDRSet", "Entities", "Nodes", "Groups")
_ONLY_OUT = ("Services", "FQDNs")
_NONE_WHERE_EMPTY = frozenset({"Endpoints", "CIDR", "CIDRSet", "Entities", "Nodes"})
ENTITIES: dict[str, Ends] = {
    **RESERVED,
    "all": EVERYONE,
    "cluster": AnyOf((Not(World()), RESERVED["kube-apiserver"])),
}
"""Source: cilium pkg/policy/api entity.go; docs.cilium.io, security/policy/language,
"Entities based"."""
_NODE_LABELS = (
    "selectors of nodes need a switch that AKS leaves off; without it Cilium refuses "
    "the policy"
)


@dataclass(frozen=True, slots=True)
class Around:
    """What peers may refer to.

    Attributes:
        namespace: The policy's namespace; None for a cluster-wide one.
        groups: The groups of addresses.
        services: The Services.
    """

    namespace: str | None
    groups: CidrGroups
    services: Sequence[Service]


@dataclass(slots=True)
class Peer:
    """Whom a rule means.

    Attributes:
        ends: The other ends; None where the rule names none.
        names: The domain names that it means.
        means_cluster: Whether it is the entity `cluster`, among others.
        doubt: Why Cilium may refuse the whole policy; None if it does not.
    """

    ends: Ends | None = None
    names: list[str] = field(default_factory=list)
    means_cluster: bool = False
    doubt: str | None = None


def peer_fields(direction: Direction, *, denies: bool) -> tuple[str, ...]:
    """Return the names of the fields that say whom a rule means."""
    if direction is Direction.INGRESS:
        return tuple(f"from{name}" for name in _COMMON)
    extra = _ONLY_OUT[:1] if denies else _ONLY_OUT
    return tuple(f"to{name}" for name in (*_COMMON, *extra))


def read_peer(
    rule: dict[object, object],
    fields: Sequence[str],
    pointer: Pointer,
    around: Around,
    found: Findings,
) -> Peer:
    """Return whom a rule means; after a fault, no one.

    Source:
        cilium pkg/policy/api rule_validation.go, ingress.go and egress.go: one field
        with entries; one that is there and empty means no one.
    """
    lists: dict[str, list[object]] = {}
    for name in fields:
        value = rule.get(name)
        if value is None:
            continue
        if isinstance(value, list):
            lists[name] = value
        else:
            place = (*pointer, name)
            found.faults.append(wrong_type(place, name, value, "a list"))
    full = [name for name, entries in lists.items() if entries]
    if len(full) > 1:
        found.faults.append(_combined(full, pointer))
        return Peer(NO_ONE)
    if any(_bare(name) in _NONE_WHERE_EMPTY for name in lists.keys() - set(full)):
        found.warnings.append(_empty(lists, full, pointer))
        return Peer(NO_ONE)
    if full:
        return _read(full[0], lists[full[0]], (*pointer, full[0]), around, found)
    if lists:
        name = next(iter(lists))
        return Peer(
            Perhaps(EVERYONE, f"what an empty `{name}` means is not documented")
        )
    return Peer()


def _read(
    name: str,
    entries: list[object],
    pointer: Pointer,
    around: Around,
    found: Findings,
) -> Peer:
    bare = _bare(name)
    if bare == "Nodes":
        return Peer(_nodes(entries, pointer, found), doubt=_NODE_LABELS)
    if bare == "FQDNs":
        return _names(entries, pointer, found)
    if bare == "Groups":
        found.warnings.append(_groups(pointer))
        why = "groups of a cloud provider are resolved in AWS alone"
        return Peer(Perhaps(World(), why))
    return Peer(
        _READERS[bare](entries, pointer, around, found),
        means_cluster=bare == "Entities" and "cluster" in entries,
    )


def _endpoints(
    entries: Sequence[object], pointer: Pointer, around: Around, found: Findings
) -> Ends:
    ends = []
    for at, item in enumerate(entries):
        selector = read_endpoint_selector(item, (*pointer, at), found.faults)
        if selector is not None:
            ends.append(peers_of(selector, around.namespace))
    return _any(ends)


def _nodes(entries: Sequence[object], pointer: Pointer, found: Findings) -> Ends:
    ends: list[Ends] = []
    for at, item in enumerate(entries):
        selector = read_endpoint_selector(item, (*pointer, at), found.faults)
        if selector is not None:
            ends.append(Nodes(NodeScope.ANY, pods_of(selector)))
    return Perhaps(_any(ends), _NODE_LABELS)


def _blocks(
    entries: Sequence[object], pointer: Pointer, around: Around, found: Findings
) -> Ends:
    del around
    return read_blocks(entries, pointer, found)


def _cidr_sets(
    entries: Sequence[object], pointer: Pointer, around: Around, found: Findings
) -> Ends:
    return _any(
        [
            read_cidr_set(item, (*pointer, at), around.groups, found)
            for at, item in enumerate(entries)
        ]
    )


def _services(
    entries: Sequence[object], pointer: Pointer, around: Around, found: Findings
) -> Ends:
    services, namespace = around.services, around.namespace
    return _any(
        [
            read_service_peer(item, (*pointer, at), services, namespace, found)
            for at, item in enumerate(entries)
        ]
    )


def _entities(
    entries: Sequence[object], pointer: Pointer, around: Around, found: Findings
) -> Ends:
    del around
    ends = []
    for at, item in enumerate(entries):
        if isinstance(item, str) and item in ENTITIES:
            ends.append(ENTITIES[item])
            continue
        close = near(item, ENTITIES)
        found.faults.append(
            Fault(
                (*pointer, at),
                f"entity {shown(item)} does not exist",
                "Cilium knows " + ", ".join(f"`{name}`" for name in sorted(ENTITIES)),
                f"write `{close}`" if close else "choose one of these",
            )
        )
    return _any(ends)


_READERS: dict[str, Callable[[Sequence[object], Pointer, Around, Findings], Ends]] = {
    "Endpoints": _endpoints,
    "CIDR": _blocks,
    "CIDRSet": _cidr_sets,
    "Entities": _entities,
    "Services": _services,
}


def _names(entries: Sequence[object], pointer: Pointer, found: Findings) -> Peer:
    """Return the addresses of some names, as far as that can be said.

    Source:
        docs.cilium.io, security/policy/language, "DNS based": they are learnt from the
        answers to the pods' own questions; addresses of the cluster are not meant.
    """
    read = [
        read_name(item, (*pointer, at), found.faults, "toFQDNs")
        for at, item in enumerate(entries)
    ]
    names = [name for name in read if name is not None]
    shown_names = ", ".join(f"`{name}`" for name in names[:3])
    why = f"the addresses behind {shown_names} are learnt from DNS answers"
    return Peer(Perhaps(World(), why), names)


def _any(ends: Sequence[Ends]) -> Ends:
    return ends[0] if len(ends) == 1 else AnyOf(tuple(ends))


def _bare(name: str) -> str:
    return name.removeprefix("from").removeprefix("to")


def _combined(full: list[str], pointer: Pointer) -> Fault:
    names = " and ".join(f"`{name}`" for name in full)
    return Fault(
        (*pointer, full[1]),
        f"{names} in one rule",
        "Cilium refuses the whole policy, says so in its status and enforces nothing "
        "of it, so that its pods may stand open",
        "make a rule of each; rules of one list are alternatives",
    )


def _empty(lists: dict[str, list[object]], full: list[str], pointer: Pointer) -> Fault:
    name = next(name for name in lists if name not in full)
    return Fault(
        (*pointer, name),
        f"`{name}` is an empty list",
        "the rule means no one, whatever stands beside it",
        f"name someone, or leave `{name}` out",
    )


def _groups(pointer: Pointer) -> Fault:
    return Fault(
        pointer,
        f"`{pointer[-1]}` does nothing on AKS",
        "Cilium resolves groups of a cloud provider in AWS alone",
        "name addresses instead",
    )
