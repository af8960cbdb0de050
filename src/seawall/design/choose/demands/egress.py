"""What pods may reach in the internet."""

from collections.abc import Iterator

from seawall.design.choose.clause import Demand, never, one_of
from seawall.design.choose.rules.way_out import ANY_FIREWALL, OWN_FIREWALL
from seawall.design.options import (
    DefaultDeny,
    Fact,
    OutboundType,
    PaasAccess,
    PolicyLevel,
)
from seawall.design.requirements.needs import Egress, Requirements

BY_NAME = (PolicyLevel.FQDN, PolicyLevel.L7)
_ROUTED = "AKS docs, limit-egress-traffic"
_ISOLATED = "AKS docs, egress-outboundtype, concepts-network-isolated"


def demands(needs: Requirements) -> Iterator[Demand]:
    """Yield what the needs about ways out ask for."""
    if needs.egress is not None:
        yield from _TO[needs.egress]()
    for place, name in enumerate(needs.names):
        apart = {each.name for each in needs.segments} - set(name.segments)
        if name.segments and apart:
            yield Demand(
                f"egress.names[{place}].segments",
                f"`{name.name}` is reached by {', '.join(name.segments)} only",
                "a firewall sees addresses of nodes or of pools, and a NetworkPolicy "
                "no names: it needs policies that know names (Cilium with ACNS)",
                "AKS docs, how-to-apply-fqdn-filtering-policies, azure-cni-overlay",
                (one_of(*BY_NAME),),
            )
    if needs.fixed_address:
        yield Demand(
            "egress.fixed-address",
            "packets leave from addresses that stay the same",
            "it needs public addresses of one's own: of a NAT gateway, of a firewall "
            "or of the load balancer",
            "AKS docs, nat-gateway, limit-egress-traffic, load-balancer-standard",
            (
                one_of(
                    OutboundType.USER_NAT_GATEWAY,
                    OutboundType.USER_DEFINED_ROUTING,
                    OutboundType.LOAD_BALANCER,
                ),
            ),
        )


def _open() -> Iterator[Demand]:
    yield Demand(
        "egress.to",
        "pods may reach the whole internet",
        "it needs a way out, and no firewall: one that lets everything pass is paid "
        "for nothing",
        "AKS docs, egress-outboundtype",
        (never(OutboundType.NONE), *(never(kind) for kind in OWN_FIREWALL)),
    )


def _names() -> Iterator[Demand]:
    says = "pods may reach listed names only"
    yield Demand(
        "egress.to",
        says,
        "it needs a firewall that the design writes, or policies that know names "
        "(Cilium with ACNS); security groups know addresses only",
        f"{_ROUTED}, outbound-rules-control-egress, "
        "how-to-apply-fqdn-filtering-policies",
        (one_of(*OWN_FIREWALL, *BY_NAME),),
    )
    yield Demand(
        "egress.to",
        says,
        "it needs a way out",
        "AKS docs, egress-outboundtype",
        (never(OutboundType.NONE),),
    )


def _firewall() -> Iterator[Demand]:
    yield Demand(
        "egress.to",
        "a firewall sees what leaves",
        "it needs a firewall, of the design or of the network that stands already",
        _ROUTED,
        (one_of(*ANY_FIREWALL),),
    )


def _none() -> Iterator[Demand]:
    says = "pods reach nothing in the internet"
    yield Demand(
        "egress.to",
        says,
        "it needs a network isolated cluster (outbound type `none`), or a firewall; "
        "policies alone bind the pods that they select",
        _ISOLATED,
        (one_of(OutboundType.NONE, *ANY_FIREWALL),),
    )
    yield Demand(
        "egress.to",
        says,
        "what a next hop of others lets pass is not known, so that policies must "
        "deny it too",
        _ISOLATED,
        (one_of(OutboundType.NONE, *OWN_FIREWALL, DefaultDeny.ON),),
    )
    yield Demand(
        "egress.to",
        says,
        "public addresses of services are in the internet, so that services must be "
        "reached by private endpoints",
        "Azure docs, virtual-network-service-endpoints-overview, "
        "private-endpoint-overview",
        (
            never(PaasAccess.PUBLIC),
            never(PaasAccess.SERVICE_ENDPOINT),
            one_of(Fact.SERVICES_INSIDE),
        ),
    )


_TO = {
    Egress.OPEN: _open,
    Egress.NAMES: _names,
    Egress.FIREWALL: _firewall,
    Egress.NONE: _none,
}
