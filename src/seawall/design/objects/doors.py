"""Services that ways in lead to.

Each keeps the client's address (`externalTrafficPolicy: Local`): policies see who
calls, and Azure NPM enforces them at all. Nodes open no port for it, which with this
policy and floating IP the load balancer does not need.

Source: AKS docs, internal-lb, configure-load-balancer-standard, use-network-policies;
cloud-provider-azure, accesscontrol.go and the topic on load balancers.
"""

from collections.abc import Iterator

from seawall.design.layout.demand import door, front_port
from seawall.design.objects.closed import file_of
from seawall.design.objects.openings import callers
from seawall.design.objects.place import Place, places_of
from seawall.design.objects.plain import cidr
from seawall.design.objects.site import Site
from seawall.design.options import Choices, Ingress
from seawall.design.requirements.needs import Entry, Requirements
from seawall.emit.kubernetes import Json, Manifest
from seawall.model.address import prefixes_of

_AZURE = "service.beta.kubernetes.io/azure-"
_SAYS = {
    Ingress.APPLICATION_GATEWAY: "The application gateway calls this inner address.",
    Ingress.FIREWALL_DNAT: "The firewall hands clients from the internet on to it.",
    Ingress.PUBLIC: "Clients in the internet call its public address.",
    Ingress.INTERNAL: "Clients inside the network call this inner address.",
    Ingress.PRIVATE_LINK: "Clients come by private endpoints of their own networks. "
    "Those of other subscriptions find it once these are listed by the annotation "
    "azure-pls-visibility.",
}


def doors(needs: Requirements, choices: Choices, site: Site) -> Iterator[Manifest]:
    """Return the Service of each way in."""
    places = {place.segment.name: place for place in places_of(needs)}
    for index, entry in enumerate(needs.entries):
        yield _service(index, entry, choices, places[entry.segment], site)


def _service(
    index: int, entry: Entry, choices: Choices, place: Place, site: Site
) -> Manifest:
    way = door(entry, choices)
    ranges = prefixes_of(callers(way, site) or entry.ranges)
    notes: dict[str, Json] = {}
    if way is not Ingress.PUBLIC:
        notes = dict(_inner(index, site))
        if ranges:
            # Without it, the whole network reaches an inner address all the same.
            notes[f"{_AZURE}deny-all-except-load-balancer-source-ranges"] = "true"
    if way is Ingress.PRIVATE_LINK:
        notes[f"{_AZURE}pls-create"] = "true"
        notes[f"{_AZURE}pls-name"] = f"pls-{name_of(index, entry)}"
        if site.link_subnet:
            notes[f"{_AZURE}pls-ip-configuration-subnet"] = site.link_subnet
    metadata: dict[str, Json] = {
        "name": name_of(index, entry),
        "namespace": place.namespace,
    }
    if notes:
        metadata["annotations"] = notes
    spec: dict[str, Json] = {
        "type": "LoadBalancer",
        "externalTrafficPolicy": "Local",
        "allocateLoadBalancerNodePorts": False,
        "selector": selected(place),
        "ports": [_port(index, entry, choices)],
    }
    if ranges:
        spec["loadBalancerSourceRanges"] = [cidr(each) for each in ranges]
    return Manifest(
        file_of(place.namespace),
        {"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": spec},
        (f"ingress[{index}]",),
        _SAYS[way],
    )


def _inner(index: int, site: Site) -> Iterator[tuple[str, str]]:
    """Yield what makes a load balancer an inner one, and where its address is."""
    yield f"{_AZURE}load-balancer-internal", "true"
    if site.front_subnet:
        yield f"{_AZURE}load-balancer-internal-subnet", site.front_subnet
    if index < len(site.fronts) and site.fronts[index]:
        yield f"{_AZURE}load-balancer-ipv4", site.fronts[index]


def name_of(index: int, entry: Entry) -> str:
    """Return the name of the Service of a way in."""
    return f"{entry.segment}-{entry.way.value}-{index}"


def selected(place: Place) -> dict[str, Json]:
    """Return the labels by which a Service finds the pods of a segment."""
    return dict(place.labels) or {"app": place.segment.name}


def _port(index: int, entry: Entry, choices: Choices) -> Json:
    return {
        "name": f"in-{index}",
        "protocol": "TCP",
        "port": front_port(entry, choices),
        "targetPort": entry.port,
    }
