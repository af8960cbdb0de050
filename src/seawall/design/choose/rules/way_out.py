"""The outbound type, and what the network must bring for it."""

from seawall.design.choose.clause import Clause, Rule, never
from seawall.design.choose.rules.api_server import PUBLIC
from seawall.design.choose.rules.taken import taken
from seawall.design.options import (
    Firewall,
    Images,
    Network,
    NodeOs,
    OutboundType,
)

OWN_FIREWALL = (Firewall.STANDARD, Firewall.PREMIUM)
ANY_FIREWALL = (*OWN_FIREWALL, Firewall.EXISTING)

RULES = (
    taken(
        "AKSV040",
        never(OutboundType.USER_DEFINED_ROUTING, Network.MANAGED),
        Clause((OutboundType.USER_DEFINED_ROUTING,), ANY_FIREWALL),
    ),
    taken("AKSV042", never(OutboundType.USER_NAT_GATEWAY, Network.MANAGED)),
    taken("AKSV043", Clause((OutboundType.MANAGED_NAT_GATEWAY,), (Network.MANAGED,))),
    taken(
        "AKSV044",
        Clause((OutboundType.NONE,), (Images.CACHE,)),
        *(never(OutboundType.NONE, kind) for kind in PUBLIC),
    ),
    taken("AKSV045", never(OutboundType.NONE, NodeOs.LINUX_AND_WINDOWS)),
    Rule(
        "DES201",
        "a firewall sees what a route leads to it: the outbound type is "
        "`userDefinedRouting`",
        "AKS docs, egress-udr, limit-egress-traffic",
        tuple(
            Clause((kind,), (OutboundType.USER_DEFINED_ROUTING,))
            for kind in ANY_FIREWALL
        ),
    ),
    Rule(
        "DES202",
        "a design puts its firewall into a hub, where it serves more than one spoke",
        "Azure architecture center, AKS baseline",
        tuple(Clause((kind,), (Network.HUB_AND_SPOKE,)) for kind in OWN_FIREWALL),
    ),
    Rule(
        "DES203",
        "the next hop of a network that stands already goes with that network",
        "AKS docs, egress-udr",
        (Clause((Firewall.EXISTING,), (Network.EXISTING,)),),
    ),
    Rule(
        "DES204",
        "a design does not edit subnets that stand already, so it puts no NAT gateway "
        "on them",
        "AKS docs, nat-gateway",
        (never(OutboundType.USER_NAT_GATEWAY, Network.EXISTING),),
    ),
    Rule(
        "DES205",
        "a registry of one's own has its private endpoint in a network of one's own",
        "AKS docs, network-isolated",
        (never(Images.CACHE, Network.MANAGED),),
    ),
)
