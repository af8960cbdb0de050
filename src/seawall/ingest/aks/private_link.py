"""The Private Link services that Services of type LoadBalancer ask for.

Source: AKS docs, internal-lb, "Connect Azure Private Link service to internal load
balancer"; kubernetes-sigs/cloud-provider-azure, azure_privatelinkservice.go,
read 2026-08.
"""

from dataclasses import replace

from seawall.ingest.aks.balancer import ServiceFront
from seawall.ingest.aks.draft import Draft, put
from seawall.model.diagnostic import Level
from seawall.model.private_link import EVERYONE, PrivateLinkService
from seawall.model.service import Service
from seawall.model.setting import Setting
from seawall.model.translation import LoadBalancer

_PREFIX = "service.beta.kubernetes.io/azure-pls-"


def add_private_links(draft: Draft, fronts: tuple[ServiceFront, ...]) -> None:
    """Link given Private Link services to Services, and predict what is not given."""
    for front in fronts:
        service = front.exposure.service
        if (service.annotation(_PREFIX + "create") or "").strip().lower() != "true":
            continue
        if not front.exposure.internal and front.exposure.floating:
            draft.tell(
                Level.ERROR,
                service.origin,
                what=f"`{service.label}` asks for a Private Link service before a "
                "public front end",
                why="the controller makes one only before an internal load balancer, "
                "or where floating addresses are off",
                mend="add `service.beta.kubernetes.io/azure-load-balancer-internal: "
                '"true"`',
            )
            continue
        _add(draft, front)


def _add(draft: Draft, front: ServiceFront) -> None:
    service = front.exposure.service
    balancer, name = _behind(draft, service)
    for given in draft.fabric.private_link_services:
        if balancer and given.balancer == balancer.id and given.front_end == name:
            _put(draft, replace(given, service=service.label))
            return
    _put(
        draft,
        PrivateLinkService(
            id=draft.predicted_id(f"pls-of-{service.label}"),
            name=service.annotation(_PREFIX + "name") or f"pls-{service.name}",
            subnets=_subnets(draft, service),
            addresses=(),
            balancer=balancer.id if balancer else None,
            front_end=name,
            visible_to=_subscriptions(service, "visibility"),
            auto_approved=_subscriptions(service, "auto-approval"),
            origin=service.origin,
            service=service.label,
            predicted=True,
        ),
    )
    draft.assume(
        "private-link-service",
        f"AKS made the Private Link service that `{service.label}` asks for",
        "AKS docs, internal-lb, read 2026-08",
        service.label,
    )


def _behind(draft: Draft, service: Service) -> tuple[LoadBalancer | None, str | None]:
    for balancer in draft.fabric.load_balancers:
        for rule in balancer.rules:
            if rule.service == service.label:
                return balancer, rule.front_end
    return None, None


def _put(draft: Draft, link: PrivateLinkService) -> None:
    links = put(draft.fabric.private_link_services, link)
    draft.fabric = replace(draft.fabric, private_link_services=links)


def _subnets(draft: Draft, service: Service) -> tuple[str, ...]:
    """Return the subnet that the annotation names, or the nodes'."""
    wanted = (service.annotation(_PREFIX + "ip-configuration-subnet") or "").lower()
    nodes = draft.node_subnets()
    if not wanted:
        return (nodes[0].id,) if nodes else ()
    network = draft.network()
    return tuple(
        subnet.id
        for subnet in draft.fabric.subnets
        if subnet.name.lower() == wanted and subnet.network == network
    )


def _subscriptions(service: Service, key: str) -> Setting[tuple[str, ...]]:
    written = service.annotation(_PREFIX + key) or ""
    words = tuple(written.replace(",", " ").split())
    if not words:
        return Setting[tuple[str, ...]].defaulted((), "AKS docs, internal-lb")
    return Setting.stated((EVERYONE,) if EVERYONE in words else words, service.origin)
