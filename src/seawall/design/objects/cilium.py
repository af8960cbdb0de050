"""CiliumNetworkPolicies: names, requests and nodes, which NetworkPolicies cannot say.

Source: docs.cilium.io, security/policy/language; AKS docs, azure-cni-powered-by-cilium,
how-to-apply-fqdn-filtering-policies, how-to-apply-l7-policies.
"""

from collections.abc import Mapping, Sequence

from seawall.design.objects.opening import Names, Opening
from seawall.design.objects.place import TENANT, Place
from seawall.design.objects.plain import cidr, selector
from seawall.emit.kubernetes import Json, Object
from seawall.model.address import AddressRange, prefixes_of

NAMESPACE = "k8s:io.kubernetes.pod.namespace"
NAMESPACE_LABELS = "k8s:io.cilium.k8s.namespace.labels."
_DNS = {NAMESPACE: "kube-system", "k8s:k8s-app": "kube-dns"}


def policy(
    name: str, namespace: str, labels: Mapping[str, str], rules: Object
) -> Object:
    """Return a CiliumNetworkPolicy about pods of a namespace."""
    return {
        "apiVersion": "cilium.io/v2",
        "kind": "CiliumNetworkPolicy",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"endpointSelector": selector(labels), **rules},
    }


def by_name(opening: Opening) -> Json:
    """Return an opening to names as a rule of egress.

    Raises:
        TypeError: It is not about names.
    """
    if not isinstance(opening.peer, Names):
        raise TypeError(f"not about names: {opening}")
    names: list[Json] = [
        {"matchPattern" if "*" in name else "matchName": name}
        for name in opening.peer.names
    ]
    return {"toFQDNs": names, **_ports(opening)}


def inside(space: Sequence[AddressRange], spared: Sequence[AddressRange]) -> Json:
    """Return addresses inside as whom a rule of egress is about, but for some.

    Cilium takes them to be outside the cluster alone: pods and nodes are not meant.
    """
    blocks: list[Json] = []
    for whole in space:
        block: dict[str, Json] = {"cidr": cidr(whole)}
        holes = prefixes_of(each for each in spared if whole.covers(each))
        if holes:
            block["except"] = [cidr(each) for each in holes]
        blocks.append(block)
    return {"toCIDRSet": blocks}


def by_request(opening: Opening, namespace: str) -> Json:
    """Return an opening to some requests as a rule of ingress.

    Raises:
        TypeError: It is not about requests of pods.
    """
    peer, asked = opening.peer, opening.requests
    if not isinstance(peer, Place) or asked is None:
        raise TypeError(f"not about requests of pods: {opening}")
    http: list[Json] = [
        {
            key: value
            for key, value in (("method", method), ("path", path))
            if value is not None
        }
        for method in asked.methods or (None,)
        for path in asked.paths or (None,)
    ]
    labels = {f"k8s:{key}": value for key, value in peer.labels.items()}
    if peer.namespace != namespace or not labels:
        labels = {NAMESPACE: peer.namespace, **labels}
    ports = _listed(opening.ports)
    return {
        "fromEndpoints": [selector(labels)],
        "toPorts": [{"ports": ports, "rules": {"http": http}}],
    }


def to_dns(*, seen: bool, on_node: bool) -> list[Json]:
    """Return rules of egress by which pods ask the cluster's DNS.

    Args:
        seen: Whether Cilium shall read the answers; rules about names need it.
        on_node: Whether nodes may answer by themselves (LocalDNS), at a link-local
            address that Cilium takes for the node.
    """
    ports: dict[str, Json] = {"ports": [{"port": "53", "protocol": "ANY"}]}
    if seen:
        ports["rules"] = {"dns": [{"matchPattern": "*"}]}
    out: list[Json] = [{"toEndpoints": [selector(_DNS)], "toPorts": [ports]}]
    if on_node:
        out.append({"toEntities": ["host"], "toPorts": [ports]})
        out.append({"toCIDR": ["169.254.10.10/31"], "toPorts": [ports]})
    return out


def guard_rail(name: str, of: Sequence[str], rules: Object) -> Object:
    """Return a cluster-wide policy about pods of namespaces that only denies.

    `enableDefaultDeny` is off, so that it closes nothing but what it names.
    """
    return {
        "apiVersion": "cilium.io/v2",
        "kind": "CiliumClusterwideNetworkPolicy",
        "metadata": {"name": name},
        "spec": {
            "endpointSelector": {
                "matchExpressions": [
                    {"key": NAMESPACE, "operator": "In", "values": list(of)}
                ]
            },
            "enableDefaultDeny": {"ingress": False, "egress": False},
            **rules,
        },
    }


def of_tenants(tenants: Sequence[str]) -> Json:
    """Return a selector of pods in namespaces of tenants.

    They are listed: a term that only says whom it does not mean may be taken to mean
    nodes and the outside as well (issue 46949).
    """
    return {
        "matchExpressions": [
            {
                "key": NAMESPACE_LABELS + TENANT,
                "operator": "In",
                "values": list(tenants),
            }
        ]
    }


def _ports(opening: Opening) -> Object:
    if not opening.ports:
        return {}
    return {"toPorts": [{"ports": _listed(opening.ports)}]}


def _listed(ports: Sequence[int]) -> list[Json]:
    return [{"port": str(port), "protocol": "TCP"} for port in ports]
