"""A NetworkPolicy of Calico that admits packets before what denies them does."""

import math
from collections.abc import Sequence
from dataclasses import replace

from seawall.engine.path import Space
from seawall.model.packet import EVERY_PORT, Protocol
from seawall.model.policy import Direction
from seawall.model.ranked import DEFAULT_TIER, NETWORK_POLICY_ORDER, RankedPolicy
from seawall.model.snapshot import Snapshot
from seawall.model.workload import Workload
from seawall.query.document import Json
from seawall.query.fix.admission import Admission
from seawall.query.fix.naming import NAME_LABEL, labels_of
from seawall.query.fix.need import ServiceNeed, blocks_of
from seawall.query.fix.network_policy import in_namespace, policy_name, sentence
from seawall.query.fix.policy_change import PolicyChange

_NAMES = {1: "ICMP", 6: "TCP", 17: "UDP", 58: "ICMPv6", 132: "SCTP"}


def written(
    admissions: Sequence[Admission],
    snapshot: Snapshot,
    decider: RankedPolicy,
    actions: Sequence[str] = ("Allow",),
) -> PolicyChange | None:
    """Return a policy of Calico that admits packets; None if none can say them.

    Args:
        admissions: Of one workload and direction, at least one.
        snapshot: What is there.
        decider: The policy that decides now: the new one is in its tier, before it.
        actions: What it does with them, and then with all else, if anything.

    Source: docs.tigera.io, calico/latest/reference/resources/networkpolicy.
    """
    near, direction = admissions[0].near, admissions[0].direction
    rules: list[Json] = []
    for item in admissions:
        peers = _peers(item, snapshot)
        if peers is None:
            return None
        rules += [
            {"action": actions[0], **_rule(item, peer, each)}
            for peer in peers
            for each in item.services
        ]
    rules += [{"action": action} for action in actions[1:]]
    denies = actions[0] == "Deny"
    last = NETWORK_POLICY_ORDER if math.isinf(decider.order) else decider.order
    order = last - 1
    tier, name = decider.tier.name, policy_name(admissions, snapshot, denies=denies)
    labels = labels_of(near, in_namespace(snapshot, near.namespace))
    spec: Json = {
        "order": int(order) if order == int(order) else order,
        "selector": _selector(labels),
        "types": [direction.value.capitalize()],
        direction.value: rules,
    }
    if decider.tier != DEFAULT_TIER:
        spec = {"tier": tier, **spec}
        name = f"{tier}.{name}"
    manifest: Json = {
        "apiVersion": "projectcalico.org/v3",
        "kind": "NetworkPolicy",
        "metadata": {"name": name, "namespace": near.namespace},
        "spec": spec,
    }
    beside: Json | None = None
    if decider.tier != DEFAULT_TIER:
        beside = {
            "apiVersion": "projectcalico.org/v3",
            "kind": "Tier",
            "metadata": {"name": tier},
            "spec": {"order": decider.tier.order},
        }
    change = PolicyChange.of(manifest, sentence(admissions, denies=denies), beside)
    return change and replace(change, kind="Calico NetworkPolicy")


def _selector(labels: Sequence[tuple[str, str]]) -> str:
    return " && ".join(f"{key} == '{value}'" for key, value in labels) or "all()"


def _peers(admission: Admission, snapshot: Snapshot) -> list[Json] | None:
    far = admission.far
    if isinstance(far, Workload):
        labels = labels_of(far, in_namespace(snapshot, far.namespace))
        peer: Json = {"selector": _selector(labels)}
        if far.namespace != admission.near.namespace:
            peer["namespaceSelector"] = _selector(((NAME_LABEL, far.namespace),))
        return [peer]
    if not isinstance(far, Space):
        return None
    peers: list[Json] = []
    for block, holes in blocks_of(far):
        peer = {"nets": [_cidr(str(block), block.version)]}
        if holes:
            peer["notNets"] = [_cidr(str(hole), hole.version) for hole in holes]
        peers.append(peer)
    return peers


def _cidr(text: str, version: int) -> str:
    return text if "/" in text else f"{text}/{32 if version == 4 else 128}"  # noqa: PLR2004


def _rule(admission: Admission, peer: Json, service: ServiceNeed) -> Json:
    rule: Json = {}
    ports: list[object] = []
    if service.protocol is not None:
        known = _NAMES.get(service.protocol)
        rule["protocol"] = known or service.protocol
        if service.protocol in (Protocol.TCP, Protocol.UDP, Protocol.SCTP):
            ports = [
                item.first if item.first == item.last else f"{item.first}:{item.last}"
                for item in service.ports
                if item != EVERY_PORT
            ]
    outward = admission.direction is Direction.EGRESS
    if outward:
        rule["destination"] = {**peer, "ports": ports} if ports else peer
        return rule
    rule["source"] = peer
    if ports:
        rule["destination"] = {"ports": ports}
    return rule
