"""Services that ways in lead to.

Each keeps the client's address (`externalTrafficPolicy: Local`): policies see who
calls, and Azure NPM enforces them at all. Nodes open no port for it, which with this
policy and floating IP the load balancer does not need.

Source: AKS docs, internal-lb, configure-load-balancer-standard, use-network-policies;
cloud-provider-azure, accesscontrol.go and the topic on load balancers.
"""

from collections.abc import Iterator

from seawall.design.objects.closed import file_of
from seawall.design.objects.place import Place, places_of
from seawall.design.objects.plain import cidr
from seawall.design.objects.site import Site
from seawall.design.requirements.needs import Entry, Requirements, WayIn
from seawall.emit.kubernetes import Json, Manifest
from seawall.model.address import AddressRange, prefixes_of

_AZURE = "service.beta.kubernetes.io/azure-"
_SAYS = {
    WayIn.PUBLIC_WAF: "The application gateway calls this inner address.",
    WayIn.PUBLIC: "Clients in the internet call its public address.",
    WayIn.INTERNAL: "Clients inside the network call this inner address.",
    WayIn.PRIVATE_LINK: "Clients elsewhere come by a private endpoint of their own.",
}


def doors(needs: Requirements, site: Site) -> Iterator[Manifest]:
    """Return the Service of each way in."""
    places = {place.segment.name: place for place in places_of(needs)}
    for index, entry in enumerate(needs.entries):
        yield _door(index, entry, places[entry.segment], site)


def _door(index: int, entry: Entry, place: Place, site: Site) -> Manifest:
    notes: dict[str, Json] = {}
    says = _SAYS[entry.way]
    inside = entry.way is not WayIn.PUBLIC or bool(site.firewall)
    if inside:
        notes[f"{_AZURE}load-balancer-internal"] = "true"
        if site.front_subnet:
            notes[f"{_AZURE}load-balancer-internal-subnet"] = site.front_subnet
        if index < len(site.fronts):
            notes[f"{_AZURE}load-balancer-ipv4"] = site.fronts[index]
    if entry.way is WayIn.PUBLIC and site.firewall:
        says = "The firewall hands clients from the internet to this inner address."
    if entry.way is WayIn.PRIVATE_LINK:
        notes[f"{_AZURE}pls-create"] = "true"
        notes[f"{_AZURE}pls-name"] = f"pls-{name_of(index, entry)}"
        if site.link_subnet:
            notes[f"{_AZURE}pls-ip-configuration-subnet"] = site.link_subnet
    ranges = _callers(entry, site)
    if ranges and inside:
        # Without it, the whole network reaches an inner address all the same.
        notes[f"{_AZURE}deny-all-except-load-balancer-source-ranges"] = "true"
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
        "ports": [_port(index, entry)],
    }
    if ranges:
        spec["loadBalancerSourceRanges"] = [cidr(each) for each in ranges]
    return Manifest(
        file_of(place.namespace),
        {"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": spec},
        (f"ingress[{index}]",),
        says,
    )


def name_of(index: int, entry: Entry) -> str:
    """Return the name of the Service of a way in."""
    return f"{entry.segment}-{entry.way.value}-{index}"


def selected(place: Place) -> dict[str, Json]:
    """Return the labels by which a Service finds the pods of a segment."""
    return dict(place.labels) or {"app": place.segment.name}


def _port(index: int, entry: Entry) -> Json:
    return {
        "name": f"in-{index}",
        "protocol": "TCP",
        "port": listen(entry),
        "targetPort": entry.port,
    }


def listen(entry: Entry) -> int:
    """Return the port at which a Service is called.

    The application gateway ends the connection of clients and opens one of its own.
    """
    return entry.port if entry.way is WayIn.PUBLIC_WAF else entry.listen


def _callers(entry: Entry, site: Site) -> tuple[AddressRange, ...]:
    """Return who may call a Service; empty for everybody who gets there."""
    if entry.way is WayIn.PUBLIC_WAF:
        return prefixes_of(site.gateway)
    if entry.way is WayIn.PUBLIC and site.firewall:
        return prefixes_of(site.firewall)
    if entry.way is WayIn.PRIVATE_LINK:
        return prefixes_of(site.links)
    return prefixes_of(entry.ranges)
