"""NetworkPolicies: what every engine understands."""

from collections.abc import Mapping, Sequence

from seawall.design.objects.opening import Blocks, Direction, Opening
from seawall.design.objects.place import Place
from seawall.emit.kubernetes import Json, Object
from seawall.model.address import AddressRange, prefixes_of

NAMESPACE = "kubernetes.io/metadata.name"
"""The label by which the API server names every namespace."""


def network_policy(
    name: str,
    namespace: str,
    labels: Mapping[str, str],
    rules: Mapping[Direction, Sequence[Json]],
) -> Object:
    """Return a NetworkPolicy that isolates pods in the directions of *rules*."""
    spec: dict[str, Json] = {
        "podSelector": selector(labels),
        "policyTypes": [way.value.capitalize() for way in rules],
    }
    for way, listed in rules.items():
        if listed:
            spec[way.value] = list(listed)
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": name, "namespace": namespace},
        "spec": spec,
    }


def rule(opening: Opening, namespace: str) -> Json:
    """Return an opening as a rule of a NetworkPolicy in a namespace.

    Raises:
        TypeError: It names what NetworkPolicies have no word for.
    """
    peer = opening.peer
    if isinstance(peer, Place):
        peers: list[Json] = [pods(peer, namespace)]
    elif isinstance(peer, Blocks):
        peers = [_block(each, peer.holes) for each in prefixes_of(peer.ranges)]
    else:
        raise TypeError(f"NetworkPolicies know no names: {opening}")
    out: dict[str, Json] = {_side(opening.direction): peers}
    if opening.ports:
        out["ports"] = [tcp(port) for port in opening.ports]
    return out


def pods(place: Place, namespace: str) -> Json:
    """Return the pods of a segment as a peer in a policy of a namespace."""
    out: dict[str, Json] = {}
    if place.namespace != namespace:
        out["namespaceSelector"] = {"matchLabels": {NAMESPACE: place.namespace}}
    if place.labels or not out:
        out["podSelector"] = selector(place.labels)
    return out


def selector(labels: Mapping[str, str]) -> Json:
    """Return a selector of all pods that carry labels."""
    return {"matchLabels": dict(labels)} if labels else {}


def tcp(port: int) -> Json:
    """Return one TCP port."""
    return {"protocol": "TCP", "port": port}


def dns_ports() -> list[Json]:
    """Return the ports of DNS."""
    return [{"protocol": "UDP", "port": 53}, {"protocol": "TCP", "port": 53}]


def _block(whole: AddressRange, holes: Sequence[AddressRange]) -> Json:
    """Return a block; exceptions must lie strictly inside it."""
    inside = [hole for hole in holes if whole.covers(hole) and hole != whole]
    block: dict[str, Json] = {"cidr": cidr(whole)}
    if inside:
        block["except"] = [cidr(hole) for hole in prefixes_of(inside)]
    return {"ipBlock": block}


def cidr(prefix: AddressRange) -> str:
    """Return a prefix with its length, which Kubernetes asks for."""
    text = str(prefix)
    return text if "/" in text else f"{text}/{32 if prefix.version == 4 else 128}"  # noqa: PLR2004


def _side(direction: Direction) -> str:
    return "from" if direction is Direction.INGRESS else "to"
