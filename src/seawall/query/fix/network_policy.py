"""A NetworkPolicy that lets something more pass, for pods that are isolated already."""

from collections.abc import Sequence

from seawall.engine.path import Space
from seawall.model.origin import Origin
from seawall.model.packet import EVERY_PORT, WITH_PORTS, PortRange, Protocol
from seawall.model.policy import (
    BlockPeer,
    Direction,
    NumberedPorts,
    Peer,
    PodPeer,
    Policy,
    PolicyRule,
)
from seawall.model.selector import EVERYTHING
from seawall.model.snapshot import Snapshot
from seawall.model.workload import Workload
from seawall.query.fix.admission import Admission
from seawall.query.fix.naming import NAME_LABEL, free_name, labels_of, selector_of
from seawall.query.fix.need import ServiceNeed, blocks_of, space_text
from seawall.query.fix.policy_change import PolicyChange
from seawall.query.migration.manifest import network_policy

FEW = 3
_NOWHERE = Origin("")


def written(admissions: Sequence[Admission], snapshot: Snapshot) -> PolicyChange | None:
    """Return a NetworkPolicy that admits packets; None if none can say them.

    Args:
        admissions: Of one workload and direction, at least one.
        snapshot: What is there.

    Source: Kubernetes docs, Network Policies: allowances add up.
    """
    rules = []
    for item in admissions:
        peers = _peers(item, snapshot)
        if peers is None:
            return None
        rules.append(PolicyRule(peers, _ports(item.services), _NOWHERE))
    near, direction = admissions[0].near, admissions[0].direction
    outward = direction is Direction.EGRESS
    policy = Policy(
        near.namespace,
        policy_name(admissions, snapshot),
        selector_of(labels_of(near, in_namespace(snapshot, near.namespace))),
        frozenset({direction}),
        () if outward else tuple(rules),
        tuple(rules) if outward else (),
        _NOWHERE,
    )
    return PolicyChange.of(network_policy(policy), sentence(admissions))


def sentence(admissions: Sequence[Admission], *, denies: bool = False) -> str:
    """Return what is let pass, or is not, in words."""
    near, direction = admissions[0].near, admissions[0].direction
    does, word = ("send", "to") if direction is Direction.EGRESS else ("take", "from")
    told = [
        f"{', '.join(map(str, item.services))} {word} {far_text(item)}"
        for item in admissions
    ]
    more = f" and {len(told) - FEW} more" if len(told) > FEW else ""
    lets = "does not let" if denies else "lets"
    return f"{lets} {near.label} {does} {'; '.join(told[:FEW])}{more}"


def far_text(admission: Admission) -> str:
    """Return the far end in words."""
    far = admission.far
    if isinstance(far, Workload):
        return far.label
    if isinstance(far, Space):
        return space_text(far)
    return far.value


def policy_name(
    admissions: Sequence[Admission], snapshot: Snapshot, *, denies: bool = False
) -> str:
    """Return a free name for the policy that admits packets, or denies them."""
    first = admissions[0]
    objects, space = snapshot.objects, first.near.namespace
    taken = {
        *(item.name for item in objects.policies if item.namespace == space),
        *(item.name for item in objects.opaque_policies),
        *(item.name for item in objects.ranked_policies),
    }
    word = "to" if first.direction is Direction.EGRESS else "from"
    others = {_far_name(item) for item in admissions}
    other = others.pop() if len(others) == 1 else "several"
    verb = "deny" if denies else "allow"
    return free_name(f"{verb}-{first.near.name}-{word}-{other}", taken)


def _far_name(admission: Admission) -> str:
    if admission.name:
        return admission.name
    far = admission.far
    if isinstance(far, Workload):
        return far.name
    return "addresses" if isinstance(far, Space) else "node"


def in_namespace(snapshot: Snapshot, namespace: str) -> tuple[Workload, ...]:
    """Return the workloads of a namespace."""
    return tuple(w for w in snapshot.objects.workloads if w.namespace == namespace)


def _peers(admission: Admission, snapshot: Snapshot) -> tuple[Peer, ...] | None:
    far = admission.far
    if isinstance(far, Space):
        return tuple(BlockPeer(block, holes) for block, holes in blocks_of(far))
    if not isinstance(far, Workload):
        return None
    labels = labels_of(far, in_namespace(snapshot, far.namespace))
    pods = selector_of(labels) if labels else EVERYTHING
    if far.namespace == admission.near.namespace:
        return (PodPeer(None, pods),)
    return (PodPeer(selector_of(((NAME_LABEL, far.namespace),)), pods),)


def _ports(services: tuple[ServiceNeed, ...]) -> tuple[NumberedPorts, ...] | None:
    """Return ports as NetworkPolicies say them; None for every protocol."""
    if any(item.protocol not in WITH_PORTS for item in services):
        return None
    return tuple(
        NumberedPorts(Protocol(item.protocol or 0), ports, is_range=_is_range(ports))
        for item in services
        for ports in item.ports
    )


def _is_range(ports: PortRange) -> bool:
    return ports.first != ports.last and ports != EVERY_PORT
