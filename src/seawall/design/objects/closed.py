"""Pods closed both ways, and what keeps the cluster alive all the same.

What stays open without a rule: nodes reach their own pods (probes) on every engine, and
`kube-system`, where webhooks, metrics and DNS run, is closed by nobody.

Source: Kubernetes docs, Network Policies; AKS docs, localdns-custom and
network-policy-best-practices.
"""

from collections.abc import Iterator

from seawall.design.objects import cilium, plain
from seawall.design.objects.opening import Direction
from seawall.design.objects.place import Place, namespaces_of, places_of
from seawall.design.objects.site import Site
from seawall.design.options import Choices, DefaultDeny, PolicyEngine, PolicyLevel
from seawall.design.requirements.needs import Requirements
from seawall.emit.kubernetes import Json, Manifest

LOCAL_DNS = "169.254.10.10/31"
_DENY = (
    "Nothing reaches these pods and they reach nothing unless another policy says so. "
    "Probes still work: a node always reaches its own pods. A webhook that runs here "
    "needs a rule of its own, as the API server calls it."
)
_ASK = "Pods ask the cluster's DNS."


def closed(needs: Requirements, choices: Choices, site: Site) -> Iterator[Manifest]:
    """Return the policies that close each namespace, and let its pods ask DNS.

    Where pods are open unless closed, only those of segments are isolated, by their own
    policies; they may ask DNS too.
    """
    for namespace in namespaces_of(needs, choices):
        file = file_of(namespace)
        if choices.default_deny is DefaultDeny.ON:
            rules: dict[Direction, list[Json]] = {
                Direction.INGRESS: [],
                Direction.EGRESS: [],
            }
            body = plain.network_policy("default-deny", namespace, {}, rules)
            yield Manifest(file, body, ("pods.default-deny",), _DENY)
        for place in _asking(needs, choices, namespace):
            yield from _dns(choices, site, namespace, place)


def file_of(namespace: str) -> str:
    """Return the file for what stands in a namespace."""
    return f"20-{namespace}.yaml"


def _asking(
    needs: Requirements, choices: Choices, namespace: str
) -> tuple[Place | None, ...]:
    """Return whose pods may ask DNS: None for those of the whole namespace."""
    here = [place for place in places_of(needs) if place.namespace == namespace]
    if choices.default_deny is DefaultDeny.ON or not all(it.labels for it in here):
        return (None,)
    return tuple(here)


def _dns(
    choices: Choices, site: Site, namespace: str, place: Place | None
) -> Iterator[Manifest]:
    labels = place.labels if place else {}
    serves = (place.path if place else "pods.default-deny",)
    name = f"{place.segment.name}-dns" if place else "dns"
    file = file_of(namespace)
    seen = choices.level is not PolicyLevel.NONE
    is_cilium = choices.engine is PolicyEngine.CILIUM
    if is_cilium and (seen or site.local_dns):
        says = _ASK
        if seen:
            says += " Cilium reads the answers, which rules about names need."
        if site.local_dns:
            says += " Nodes may answer by themselves (LocalDNS)."
        to: Json = list(cilium.to_dns(seen=seen, on_node=site.local_dns))
        body = cilium.policy(name, namespace, labels, {"egress": to})
        yield Manifest(file, body, serves, says)
        return
    whom: dict[str, Json] = {
        "namespaceSelector": {"matchLabels": {plain.NAMESPACE: "kube-system"}},
        "podSelector": {"matchLabels": {"k8s-app": "kube-dns"}},
    }
    rules: list[Json] = [{"to": [whom], "ports": plain.dns_ports()}]
    says = _ASK
    if choices.engine is PolicyEngine.CALICO and site.local_dns:
        block: Json = {"ipBlock": {"cidr": LOCAL_DNS}}
        rules.append({"to": [block], "ports": plain.dns_ports()})
        says += " Nodes may answer by themselves (LocalDNS), at a link-local address."
    body = plain.network_policy(name, namespace, labels, {Direction.EGRESS: rules})
    yield Manifest(file, body, serves, says)
