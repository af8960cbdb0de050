"""How clients come in, and how services of the platform are reached."""

from seawall.design.choose.clause import Clause, Rule, never
from seawall.design.choose.rules.way_out import OWN_FIREWALL
from seawall.design.options import Ingress, Network, OutboundType, PaasAccess

RULES = (
    Rule(
        "AKS203",
        "behind a route to a firewall a public load balancer is answered through the "
        "firewall, which saw no request and drops the reply",
        "AKS docs, limit-egress-traffic",
        (never(Ingress.PUBLIC, OutboundType.USER_DEFINED_ROUTING),),
    ),
    Rule(
        "DES301",
        "DNAT is a rule of a firewall that the design writes",
        "AKS docs, limit-egress-traffic",
        (Clause((Ingress.FIREWALL_DNAT,), OWN_FIREWALL),),
    ),
    Rule(
        "DES302",
        "an application gateway has a subnet of its own, in a network that the design "
        "writes",
        "Azure docs, application-gateway/configuration-infrastructure",
        (
            never(Ingress.APPLICATION_GATEWAY, Network.MANAGED),
            never(Ingress.APPLICATION_GATEWAY, Network.EXISTING),
        ),
    ),
    Rule(
        "DES303",
        "a Private Link service takes addresses of a subnet whose policies for it are "
        "switched off, in a network that the design writes",
        "AKS docs, internal-lb",
        (
            never(Ingress.PRIVATE_LINK, Network.MANAGED),
            never(Ingress.PRIVATE_LINK, Network.EXISTING),
        ),
    ),
    Rule(
        "DES304",
        "private endpoints and service endpoints belong to subnets of one's own; the "
        "network that AKS makes is not edited",
        "AKS docs, concepts-network-cni-overview, support-policies",
        (
            never(PaasAccess.PRIVATE_ENDPOINT, Network.MANAGED),
            never(PaasAccess.SERVICE_ENDPOINT, Network.MANAGED),
        ),
    ),
    Rule(
        "DES305",
        "a service endpoint is switched on at a subnet, and a design does not edit "
        "subnets that stand already",
        "Azure docs, virtual-network-service-endpoints-overview",
        (never(PaasAccess.SERVICE_ENDPOINT, Network.EXISTING),),
    ),
)
