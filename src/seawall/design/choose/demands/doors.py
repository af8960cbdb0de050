"""Who comes in, and which services of the platform are used."""

from collections.abc import Iterator

from seawall.design.choose.clause import Demand, never, one_of
from seawall.design.choose.rules.way_out import ANY_FIREWALL
from seawall.design.options import Fact, Ingress, Network, PaasAccess
from seawall.design.requirements.needs import (
    Entry,
    PaasService,
    Requirements,
    ServiceAccess,
    WayIn,
)

_PASSES_ON = (
    Ingress.PUBLIC,
    Ingress.APPLICATION_GATEWAY,
    Ingress.FIREWALL_DNAT,
)
_PUBLIC = (WayIn.PUBLIC, WayIn.PUBLIC_WAF)
_WAYS = {
    WayIn.PUBLIC_WAF: (
        "the internet calls `{}` through a web application firewall",
        "it needs an application gateway, the only way in here that has one",
        "Azure docs, web-application-firewall/ag/ag-overview; AKS docs, pci-network",
        (Ingress.APPLICATION_GATEWAY,),
    ),
    WayIn.PUBLIC: (
        "the internet calls `{}`",
        "it needs a public address: of a load balancer, a firewall or a gateway",
        "AKS docs, configure-load-balancer-standard, limit-egress-traffic",
        _PASSES_ON,
    ),
    WayIn.INTERNAL: (
        "clients of connected networks call `{}`",
        "it needs an internal load balancer, which stands behind other ways in too",
        "AKS docs, internal-lb",
        tuple(each for each in Ingress if each is not Ingress.NONE),
    ),
    WayIn.PRIVATE_LINK: (
        "clients call `{}` by private endpoints of their own",
        "it needs a Private Link service, beside which a public way in may stand",
        "AKS docs, internal-lb",
        (Ingress.PRIVATE_LINK,),
    ),
}
_AS_STRICT = {
    ServiceAccess.ANY: (
        "{} is used",
        "it needs any way to services of the platform",
        (PaasAccess.PUBLIC, PaasAccess.SERVICE_ENDPOINT, PaasAccess.PRIVATE_ENDPOINT),
    ),
    ServiceAccess.PUBLIC: (
        "{} is used at its public address",
        "it needs a way to services of the platform",
        (PaasAccess.PUBLIC, PaasAccess.SERVICE_ENDPOINT, PaasAccess.PRIVATE_ENDPOINT),
    ),
    ServiceAccess.SERVICE_ENDPOINT: (
        "{} is used by a service endpoint",
        "it needs service endpoints, beside private ones if others ask for these",
        (PaasAccess.SERVICE_ENDPOINT, PaasAccess.PRIVATE_ENDPOINT),
    ),
    ServiceAccess.PRIVATE: (
        "{} is used at an address of the network",
        "it needs private endpoints; a service endpoint leads to the public address",
        (PaasAccess.PRIVATE_ENDPOINT,),
    ),
}
_ENDPOINTS = (
    "Azure docs, private-endpoint-overview, virtual-network-service-endpoints-overview"
)


def demands(needs: Requirements) -> Iterator[Demand]:
    """Yield what clients and services ask for."""
    for place, entry in enumerate(needs.entries):
        yield from _entry(f"ingress[{place}]", entry, needs.entries)
        yield from _twice(place, needs.entries)
        yield from _behind_one_port(place, needs.entries)
    for place, service in enumerate(needs.services):
        yield from _service(f"services[{place}]", service)


def _entry(path: str, entry: Entry, entries: tuple[Entry, ...]) -> Iterator[Demand]:
    says, asks, source, then = _WAYS[entry.way]
    says = says.format(entry.segment)
    linked = entry.way is WayIn.PRIVATE_LINK
    if linked and any(each.way in _PUBLIC for each in entries):
        then = (*then, *_PASSES_ON)
    yield Demand(path, says, asks, source, (one_of(*then),))
    if linked:
        yield Demand(
            path,
            says,
            "its subnet stands in a network that the design writes",
            "AKS docs, internal-lb",
            (never(Network.MANAGED), never(Network.EXISTING)),
        )


def _twice(place: int, entries: tuple[Entry, ...]) -> Iterator[Demand]:
    """Yield what is asked for where another way in listens at the same port."""
    entry = entries[place]
    if entry.way is not WayIn.PUBLIC:
        return
    same = [
        (number, each)
        for number, each in enumerate(entries)
        if number != place and each.way in _PUBLIC and each.listen == entry.listen
    ]
    path = f"ingress[{place}]"
    says = f"the internet calls `{entry.segment}` at port {entry.listen}"
    for number, other in same:
        if other.way is WayIn.PUBLIC and number < place:
            yield Demand(
                path,
                says,
                f"the first rule of a firewall for port {entry.listen} of its address "
                f"takes all packets, and `ingress[{number}]` is called there too",
                "Azure docs, firewall rule-processing",
                (never(Ingress.FIREWALL_DNAT),),
            )
        elif other.way is WayIn.PUBLIC_WAF and other.host == entry.host:
            yield Demand(
                path,
                says,
                f"a gateway could not tell it from `ingress[{number}]`, which is "
                "called at the same port and by the same name",
                "Azure docs, application-gateway/multiple-site-overview",
                (never(Ingress.APPLICATION_GATEWAY),),
            )


def _behind_one_port(place: int, entries: tuple[Entry, ...]) -> Iterator[Demand]:
    """Yield what is asked for where others come to an earlier way in at this port."""
    entry = entries[place]
    if entry.way not in _PUBLIC:
        return
    whence = ", ".join(map(str, entry.ranges)) or "the internet"
    for number, other in enumerate(entries[:place]):
        if other.way not in _PUBLIC or other.listen != entry.listen:
            continue
        if set(other.ranges) == set(entry.ranges):
            continue
        yield Demand(
            f"ingress[{place}]",
            f"{whence} calls `{entry.segment}` at port {entry.listen}",
            "a security group tells clients of a gateway apart by port and not by the "
            f"name that they call, and other clients come to `ingress[{number}]` "
            "there: it needs another `listen`, the same `from`, or another way in",
            "Azure docs, application-gateway/configuration-infrastructure, "
            "application-gateway/multiple-site-overview",
            (never(Ingress.APPLICATION_GATEWAY),),
        )


def _service(path: str, service: PaasService) -> Iterator[Demand]:
    says, asks, then = _AS_STRICT[service.access]
    says = says.format(f"{service.kind.value} `{service.name}`")
    yield Demand(path, says, asks, _ENDPOINTS, (one_of(*then),))
    if service.access in (ServiceAccess.PUBLIC, ServiceAccess.SERVICE_ENDPOINT):
        yield Demand(
            path,
            says,
            "its address is in the internet",
            _ENDPOINTS,
            (never(Fact.SERVICES_INSIDE),),
        )
    if service.access is ServiceAccess.SERVICE_ENDPOINT:
        yield Demand(
            path,
            says,
            "a service endpoint is switched on at a subnet of the design",
            "Azure docs, virtual-network-service-endpoints-overview; AKS docs, "
            "concepts-network-cni-overview",
            (never(Network.MANAGED), never(Network.EXISTING)),
        )
        yield Demand(
            path,
            says,
            "a service endpoint leads past every route, and so past every firewall",
            "Azure docs, virtual-networks-udr-overview, "
            "virtual-network-service-endpoints-overview",
            tuple(never(kind) for kind in ANY_FIREWALL),
        )
