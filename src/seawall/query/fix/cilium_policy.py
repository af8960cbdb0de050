"""A CiliumNetworkPolicy that only adds allowances, also for nodes."""

from collections.abc import Iterator, Sequence

from seawall.engine.path import Space
from seawall.model.packet import EVERY_PORT, WITH_PORTS, PortRange, Protocol
from seawall.model.policy import Direction
from seawall.model.snapshot import Snapshot
from seawall.model.workload import Workload
from seawall.query.document import Json
from seawall.query.fix.admission import Admission, Special
from seawall.query.fix.naming import labels_of
from seawall.query.fix.need import ServiceNeed, blocks_of
from seawall.query.fix.network_policy import in_namespace, policy_name, sentence
from seawall.query.fix.policy_change import PolicyChange
from seawall.query.places import cluster_ranges

NAMESPACE_KEY = "k8s:io.kubernetes.pod.namespace"
MOST_PORTS = 40
"""Source: cilium pkg/policy/api: at most so many ports in one list."""


def written(
    admissions: Sequence[Admission], snapshot: Snapshot, *, denies: bool = False
) -> PolicyChange | None:
    """Return a CiliumNetworkPolicy that admits packets; None if none can say them.

    Args:
        admissions: Of one workload and direction, at least one.
        snapshot: What is there.
        denies: Whether it is to deny them instead.

    Source: docs.cilium.io, security/policy/language; `enableDefaultDeny`: it isolates
    no pod that was not isolated before.
    """
    near, direction = admissions[0].near, admissions[0].direction
    rules: list[Json] = []
    for item in admissions:
        ports = _ports(item.services)
        if ports is None:
            return None
        for whom in _whom(item, snapshot):
            rules += [{**whom, **each} for each in ports] if ports else [whom]
    if not rules:
        return None
    labels = labels_of(near, in_namespace(snapshot, near.namespace))
    manifest: Json = {
        "apiVersion": "cilium.io/v2",
        "kind": "CiliumNetworkPolicy",
        "metadata": {
            "name": policy_name(admissions, snapshot, denies=denies),
            "namespace": near.namespace,
        },
        "spec": {
            "endpointSelector": _match(dict(labels)),
            "enableDefaultDeny": {direction.value: False},
            direction.value + ("Deny" if denies else ""): rules,
        },
    }
    return PolicyChange.of(manifest, sentence(admissions, denies=denies))


def _match(labels: dict[str, str]) -> Json:
    return {"matchLabels": labels} if labels else {}


def _whom(admission: Admission, snapshot: Snapshot) -> Iterator[Json]:
    near = "to" if admission.direction is Direction.EGRESS else "from"
    far = admission.far
    if isinstance(far, Workload):
        own = dict(labels_of(far, in_namespace(snapshot, far.namespace)))
        if far.namespace != admission.near.namespace:
            own = {NAMESPACE_KEY: far.namespace, **own}
        yield {f"{near}Endpoints": [_match(own)]}
        return
    if isinstance(far, Special):
        yield {f"{near}Entities": ["host"]}
        if far is Special.LOCAL_DNS:
            yield {f"{near}CIDR": ["169.254.10.10/31"]}
        return
    nodes = Space.of(cluster_ranges(snapshot)[1])
    if far & nodes:
        yield {f"{near}Entities": ["host", "remote-node"]}
    blocks = []
    for block, holes in blocks_of(far - nodes):
        entry: Json = {"cidr": _cidr(str(block), block.version)}
        if holes:
            entry["except"] = [_cidr(str(hole), hole.version) for hole in holes]
        blocks.append(entry)
    if blocks:
        yield {f"{near}CIDRSet": blocks}


def _cidr(text: str, version: int) -> str:
    return text if "/" in text else f"{text}/{32 if version == 4 else 128}"  # noqa: PLR2004


def _ports(services: Sequence[ServiceNeed]) -> list[Json] | None:
    """Return lists of ports; an empty one for everything, None if it cannot be said."""
    if any(item.protocol is None for item in services):
        return []
    if any(item.protocol not in WITH_PORTS for item in services):
        return None
    listed = [
        _port(Protocol(item.protocol or 0), ports)
        for item in services
        for ports in item.ports
    ]
    return [
        {"toPorts": [{"ports": listed[at : at + MOST_PORTS]}]}
        for at in range(0, len(listed), MOST_PORTS)
    ]


def _port(protocol: Protocol, ports: PortRange) -> Json:
    if ports == EVERY_PORT:
        return {"port": "0", "protocol": protocol.name}
    out: Json = {"port": str(ports.first), "protocol": protocol.name}
    if ports.last > ports.first:
        out["endPort"] = ports.last
    return out
