"""Rule sets that must be kept, and what may be spent."""

from collections.abc import Iterator

from seawall.design.choose.clause import Clause, Demand, never, one_of
from seawall.design.choose.rules.api_server import PRIVATE
from seawall.design.choose.rules.way_out import ANY_FIREWALL, OWN_FIREWALL
from seawall.design.options import (
    DefaultDeny,
    Encryption,
    Fact,
    Images,
    Ingress,
    OutboundType,
    PaasAccess,
    PolicyLevel,
    RunCommand,
)
from seawall.design.requirements.needs import Limits, Requirements

_PCI = "AKS docs, pci-network"
_ASKED: dict[str, tuple[tuple[str, str, tuple[Clause, ...]], ...]] = {
    "pci-dss": (
        (
            "the API server has no public address",
            f"{_PCI}, private-clusters",
            (one_of(*PRIVATE),),
        ),
        (
            "run command is off, as it goes past every network rule",
            "AKS docs, access-private-cluster",
            (one_of(RunCommand.OFF),),
        ),
        (
            "pods are closed unless opened",
            _PCI,
            (one_of(DefaultDeny.ON),),
        ),
        (
            "what comes from the internet passes a web application firewall",
            _PCI,
            (never(Ingress.PUBLIC), never(Ingress.FIREWALL_DNAT)),
        ),
        (
            "what leaves passes a firewall, or nothing leaves",
            _PCI,
            (one_of(OutboundType.NONE, *ANY_FIREWALL),),
        ),
        (
            "services of the platform are used at addresses of the network",
            _PCI,
            (
                one_of(PaasAccess.NOT_NEEDED, PaasAccess.PRIVATE_ENDPOINT),
                one_of(Fact.SERVICES_INSIDE),
            ),
        ),
    )
}


def demands(needs: Requirements) -> Iterator[Demand]:
    """Yield what rule sets and limits ask for."""
    for place, name in enumerate(needs.compliance):
        path, says = f"compliance[{place}]", f"`{name}` is kept"
        asked = _ASKED.get(name)
        if asked is None:
            why = "what it asks is not known here"
            yield Demand(path, says, why, "the requirements", (never(),))
            continue
        for asks, source, clauses in asked:
            yield Demand(path, says, asks, source, clauses)
    yield from _limits(needs.limits)


def _limits(limits: Limits) -> Iterator[Demand]:
    """Yield what may not be paid for."""
    if limits.firewall is False:
        yield Demand(
            "limits.firewall",
            "no Azure Firewall is paid for",
            "there is none, or one that stands already",
            "the requirements",
            tuple(never(kind) for kind in OWN_FIREWALL),
        )
    if limits.acns is False:
        yield Demand(
            "limits.acns",
            "Advanced Container Networking Services are not paid for",
            "there are no names, HTTP requests or encryption in policies",
            "AKS docs, use-advanced-container-networking-services",
            (one_of(PolicyLevel.NONE), one_of(Encryption.NONE)),
        )
    if limits.nat_gateway is False:
        yield Demand(
            "limits.nat-gateway",
            "no NAT gateway is paid for",
            "what leaves takes the load balancer, a firewall, or no way at all",
            "AKS docs, egress-outboundtype, nat-gateway",
            (
                never(OutboundType.MANAGED_NAT_GATEWAY),
                never(OutboundType.USER_NAT_GATEWAY),
            ),
        )
    if limits.application_gateway is False:
        yield Demand(
            "limits.application-gateway",
            "no application gateway is paid for",
            "who comes in takes a load balancer, a firewall or a Private Link service",
            "the requirements",
            (never(Ingress.APPLICATION_GATEWAY),),
        )
    if limits.private_endpoints is False:
        yield Demand(
            "limits.private-endpoints",
            "no private endpoints of services are paid for",
            "services of the platform, and a registry of its images too, are reached "
            "at their public addresses",
            "Azure docs, private-endpoint-overview; AKS docs, "
            "concepts-network-isolated",
            (never(PaasAccess.PRIVATE_ENDPOINT), never(Images.CACHE)),
        )
