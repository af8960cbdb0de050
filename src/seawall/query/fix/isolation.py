"""A NetworkPolicy that isolates pods and lets everything pass but what is to be cut."""

from collections.abc import Sequence

from seawall.engine.path import Space
from seawall.model.address import AddressRange, prefixes_of, without
from seawall.model.origin import Origin
from seawall.model.packet import LAST_PORT, WITH_PORTS, PortRange, Protocol
from seawall.model.policy import (
    BlockPeer,
    Direction,
    NumberedPorts,
    Peer,
    PodPeer,
    Policy,
    PolicyRule,
)
from seawall.model.selector import EVERYTHING, Operator, Requirement, Selector
from seawall.model.snapshot import Snapshot
from seawall.model.workload import Workload
from seawall.query.fix.admission import Admission
from seawall.query.fix.naming import NAME_LABEL, labels_of, selector_of
from seawall.query.fix.network_policy import in_namespace, policy_name, sentence
from seawall.query.fix.policy_change import PolicyChange
from seawall.query.migration.manifest import network_policy
from seawall.query.places import cluster_ranges

_NOWHERE = Origin("")


def written(admissions: Sequence[Admission], snapshot: Snapshot) -> PolicyChange | None:
    """Return a policy for pods that none isolates; None if it cannot be said.

    Everyone else may pass as before, and the other end by the ports that remain.
    NetworkPolicies have no words for protocols without ports: these are cut too.

    Source: Kubernetes docs, Network Policies: what isolates a pod denies the rest.
    """
    if len(admissions) != 1:
        return None
    (item,) = admissions
    near, direction = item.near, item.direction
    peers = _everyone_but(item, snapshot)
    if peers is None:
        return None
    rules = [PolicyRule(peers, None, _NOWHERE)]
    left = _other_ports(item)
    mine = _itself(item, snapshot)
    if left and mine:
        rules.append(PolicyRule(mine, left, _NOWHERE))
    outward = direction is Direction.EGRESS
    policy = Policy(
        near.namespace,
        policy_name(admissions, snapshot, denies=True),
        selector_of(labels_of(near, in_namespace(snapshot, near.namespace))),
        frozenset({direction}),
        () if outward else tuple(rules),
        tuple(rules) if outward else (),
        _NOWHERE,
    )
    return PolicyChange.of(network_policy(policy), sentence(admissions, denies=True))


def _itself(item: Admission, snapshot: Snapshot) -> tuple[Peer, ...]:
    far = item.far
    if isinstance(far, Workload):
        labels = labels_of(far, in_namespace(snapshot, far.namespace))
        space = selector_of(((NAME_LABEL, far.namespace),))
        return (PodPeer(space, selector_of(labels)),)
    if isinstance(far, Space):
        return tuple(BlockPeer(each) for each in prefixes_of(far.ranges))
    return ()


def _everyone_but(item: Admission, snapshot: Snapshot) -> tuple[Peer, ...] | None:
    far = item.far
    pods, _ = cluster_ranges(snapshot)
    dual = snapshot.cluster is None or snapshot.cluster.dual_stack.value is not False
    blocks: list[Peer] = [BlockPeer(AddressRange.everything(6))] if dual else []
    everything = AddressRange.everything(4)
    if isinstance(far, Space):
        holes = [it for it in prefixes_of(far.ranges) if it.version != 6]  # noqa: PLR2004
        if len(holes) != len(prefixes_of(far.ranges)):
            return None
        inside = [hole for hole in holes if everything.covers(hole)]
        return (
            PodPeer(EVERYTHING, EVERYTHING),
            BlockPeer(everything, tuple(inside)),
            *blocks,
        )
    if not isinstance(far, Workload) or not pods:
        return None
    labels = labels_of(far, in_namespace(snapshot, far.namespace))
    if not labels:
        return None
    others: list[Peer] = [
        PodPeer(_not_in(NAME_LABEL, far.namespace), EVERYTHING),
        *(
            PodPeer(selector_of(((NAME_LABEL, far.namespace),)), _not_in(key, value))
            for key, value in labels
        ),
        BlockPeer(everything, prefixes_of(pods)),
    ]
    return (*others, *blocks)


def _not_in(key: str, value: str) -> Selector:
    return Selector((Requirement(key, Operator.NOT_IN, frozenset({value})),))


def _other_ports(item: Admission) -> tuple[NumberedPorts, ...]:
    out = []
    for protocol in (Protocol.TCP, Protocol.UDP, Protocol.SCTP):
        asked = [each for each in item.services if each.protocol in (None, protocol)]
        taken = [
            AddressRange(6, ports.first, ports.last)
            for each in asked
            for ports in each.ports
        ]
        whole = (AddressRange(6, 0, LAST_PORT),)
        for piece in without(whole, taken) if taken else whole:
            # A range starts at 1: Kubernetes, networking/v1, NetworkPolicyPort.
            is_whole = (piece.first, piece.last) == (0, LAST_PORT)
            first = piece.first if is_whole else max(piece.first, 1)
            if first > piece.last:
                continue
            ports = PortRange(first, piece.last)
            is_range = ports.first != ports.last and (ports.first, ports.last) != (
                0,
                LAST_PORT,
            )
            out.append(NumberedPorts(protocol, ports, is_range=is_range))
    if any(each.protocol not in WITH_PORTS for each in item.services):
        return ()
    return tuple(out)
