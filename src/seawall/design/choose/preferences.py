"""What is better where rules and needs leave it open.

Weights are in steps: what is only more parts or work (1 to 3), what is paid for or must
be changed one day (4 to 6), what is open or has an end (8 to 12), and a firewall (20).
"""

from collections.abc import Iterator
from datetime import date

from seawall.design.choose.clause import Preference
from seawall.design.choose.rules.pods import NPM_ENDS
from seawall.design.options import (
    Addressing,
    ApiServer,
    AuthorizedRanges,
    Dataplane,
    DefaultDeny,
    Encryption,
    Firewall,
    Images,
    Ingress,
    Network,
    NodeOs,
    OutboundType,
    PaasAccess,
    PolicyEngine,
    PolicyLevel,
    PrivateZone,
    PublicName,
    RunCommand,
)
from seawall.design.requirements.needs import (
    Egress,
    PodControl,
    Requirements,
    ServiceAccess,
)

_POLICIES = "AKS docs, use-network-policies"
_EGRESS = "AKS docs, egress-outboundtype, nat-gateway"

FIXED = (
    Preference(
        (Network.HUB_AND_SPOKE,),
        2,
        "a hub is one network and its peerings more, for what several spokes share",
        "Azure architecture center, hub-spoke",
    ),
    Preference(
        (Addressing.POD_SUBNET,),
        2,
        "pods take addresses of the network, 16 a node at a time; the overlay takes "
        "none and is what the documentation recommends",
        "AKS docs, concepts-network-cni-overview",
    ),
    Preference(
        (Addressing.NODE_SUBNET,),
        4,
        "each node reserves an address of the network for every pod that it could "
        "have; a subnet of pods takes fewer, and an overlay none",
        "AKS docs, concepts-network-legacy-cni, plan-pod-networking",
    ),
    Preference(
        (Dataplane.AZURE,),
        3,
        "the documentation recommends the dataplane of Cilium, and only it can be "
        "given more than NetworkPolicies later",
        "AKS docs, azure-cni-powered-by-cilium, network-policy-best-practices",
    ),
    Preference(
        (PolicyEngine.CALICO,),
        3,
        "of Calico only standard NetworkPolicies are supported, and nothing is added "
        "to it by ACNS",
        _POLICIES,
    ),
    Preference(
        (PolicyEngine.NONE,),
        8,
        "without a policy engine every pod may call every other, and policies are "
        "stored and not enforced",
        _POLICIES,
    ),
    Preference(
        (PolicyLevel.FQDN,),
        5,
        "ACNS are paid for, by the node and hour",
        "AKS docs, advanced-container-networking-services-overview",
    ),
    Preference(
        (PolicyLevel.L7,),
        6,
        "ACNS are paid for, and a proxy reads every request that such policies select",
        "AKS docs, container-network-security-l7-policy-concepts",
    ),
    Preference(
        (Encryption.WIREGUARD,),
        4,
        "it is part of ACNS, which are paid for, and takes a share of each node",
        "AKS docs, how-to-apply-wireguard",
    ),
    Preference(
        (ApiServer.PRIVATE_LINK,),
        1,
        "it cannot be taken back, and its endpoint has another address after a stop; "
        "with VNet integration nodes need no tunnel, and it can be made public and "
        "private again",
        "AKS docs, private-clusters, start-stop-cluster, api-server-vnet-integration",
    ),
    *(
        Preference(
            (kind, AuthorizedRanges.NONE),
            6,
            "without authorized ranges the whole internet may knock at the API server",
            "AKS docs, api-server-authorized-ip-ranges",
        )
        for kind in (ApiServer.PUBLIC, ApiServer.VNET_PUBLIC)
    ),
    Preference(
        (PrivateZone.CUSTOM,),
        1,
        "a zone of one's own is one part more, with rights of its own",
        "AKS docs, private-clusters",
    ),
    Preference(
        (PrivateZone.NONE,),
        3,
        "without a zone nodes and operators depend on the public name",
        "AKS docs, private-clusters",
    ),
    Preference(
        (PublicName.ON,),
        2,
        "a public name tells everybody the private address; it opens nothing",
        "AKS docs, private-clusters",
    ),
    Preference(
        (RunCommand.ON,),
        3,
        "whoever has the right in Azure runs commands in the cluster, from any network",
        "AKS docs, access-private-cluster",
    ),
    Preference(
        (OutboundType.MANAGED_NAT_GATEWAY,),
        1,
        "its addresses are made and kept by AKS",
        _EGRESS,
    ),
    Preference(
        (OutboundType.USER_NAT_GATEWAY,),
        1,
        "a NAT gateway is one part more",
        _EGRESS,
    ),
    Preference(
        (OutboundType.USER_DEFINED_ROUTING,),
        2,
        "routes and what they lead to are one's own to keep alive",
        "AKS docs, egress-udr",
    ),
    Preference(
        (OutboundType.NONE,),
        8,
        "nothing in the internet can be reached, and every image comes from a "
        "registry of one's own",
        "AKS docs, concepts-network-isolated",
    ),
    Preference(
        (Images.CACHE,),
        4,
        "a registry of the premium tier and its private endpoint are paid for",
        "AKS docs, concepts-network-isolated",
    ),
    Preference(
        (Ingress.INTERNAL,),
        1,
        "a load balancer is one part more",
        "AKS docs, internal-lb",
    ),
    Preference(
        (Ingress.PRIVATE_LINK,),
        2,
        "a Private Link service is one part more",
        "AKS docs, internal-lb",
    ),
    Preference(
        (Ingress.PUBLIC,),
        2,
        "pods answer the internet at an address of their own, with nothing before them",
        "AKS docs, configure-load-balancer-standard",
    ),
    Preference(
        (Ingress.FIREWALL_DNAT,),
        3,
        "the firewall hides who calls, as it puts its own address in their place",
        "AKS docs, limit-egress-traffic",
    ),
    Preference(
        (Ingress.APPLICATION_GATEWAY,),
        5,
        "an application gateway is paid for, and speaks HTTP only",
        "Azure docs, application-gateway/overview",
    ),
    Preference(
        (NodeOs.LINUX_AND_WINDOWS,),
        3,
        "Windows nodes need policies, images and an upgrade plan of their own",
        "AKS docs, windows-best-practices",
    ),
)

_MANAGED = (
    "security groups and routes of the network that AKS makes may not be edited, and a "
    "cluster cannot move to another"
)
_NPM = (
    "Azure NPM ends on Linux nodes on 2028-09-30, and the documentation leads to "
    "Cilium; that it polices ingress only, as is often said, is not so"
)


def preferences(needs: Requirements, as_of: date) -> tuple[Preference, ...]:
    """Return the preferences, in an order that is always the same."""
    return (
        *FIXED,
        *_by_control(needs),
        *(_to_learn() if needs.preset == "learning" else _to_run()),
        *_firewall(needs),
        *_dated(as_of),
        *_paas(needs),
    )


def _by_control(needs: Requirements) -> Iterator[Preference]:
    if needs.control is PodControl.NONE:
        yield Preference(
            (DefaultDeny.ON,),
            2,
            "no control of pods is asked for, and a closed pod needs policies to work",
            "AKS docs, network-policy-best-practices",
        )
    else:
        yield Preference(
            (DefaultDeny.OFF,),
            5,
            "pods that nobody thought of are open; the documentation recommends to "
            "deny by default",
            "AKS docs, network-policy-best-practices",
        )


def _to_run() -> Iterator[Preference]:
    yield Preference(
        (Network.MANAGED,),
        6,
        _MANAGED,
        "AKS docs, concepts-network-cni-overview, support-policies",
    )
    yield Preference(
        (ApiServer.PUBLIC,),
        12,
        "the API server has a public address, and nodes reach it through the internet",
        "AKS docs, plan-control-plane-networking, egress-outboundtype",
    )
    yield Preference(
        (ApiServer.VNET_PUBLIC,),
        10,
        "the API server has a public address",
        "AKS docs, api-server-vnet-integration",
    )
    yield Preference(
        (OutboundType.LOAD_BALANCER,),
        3,
        "a load balancer shares few source ports among all nodes; the documentation "
        "recommends a NAT gateway for many connections",
        _EGRESS,
    )


def _to_learn() -> Iterator[Preference]:
    """Yield what a cluster to learn on differs in: the fewest parts, at no price."""
    yield Preference(
        (Network.OWN,),
        1,
        "to learn with, the network that AKS makes has the fewest parts",
        "AKS docs, concepts-network-cni-overview",
    )
    yield Preference(
        (ApiServer.PUBLIC,),
        10,
        "the API server has a public address",
        "AKS docs, plan-control-plane-networking",
    )
    yield Preference(
        (ApiServer.VNET_PUBLIC,),
        11,
        "the API server has a public address, and a subnet beside it to look after",
        "AKS docs, api-server-vnet-integration",
    )
    for kind in (OutboundType.MANAGED_NAT_GATEWAY, OutboundType.USER_NAT_GATEWAY):
        yield Preference(
            (kind,),
            2,
            "a NAT gateway is paid for by the hour, and few nodes need few ports",
            _EGRESS,
        )


def _firewall(needs: Requirements) -> Iterator[Preference]:
    """Yield what a firewall weighs: little where it may be paid for and is of use."""
    allowed = needs.limits.firewall is True
    source = "Azure docs, firewall/overview"
    yield Preference(
        (Firewall.STANDARD,),
        4 if allowed else 20,
        "an Azure Firewall is paid for by the hour, whether or not anything passes",
        source,
    )
    yield Preference(
        (Firewall.PREMIUM,),
        8 if allowed else 24,
        "the premium tier costs more, and what it adds (inspection of TLS, intrusion "
        "detection) is not asked for",
        "Azure docs, firewall/premium-features",
    )
    if allowed and needs.egress is Egress.NAMES:
        for kind in (PolicyLevel.FQDN, PolicyLevel.L7):
            yield Preference(
                (kind, Firewall.NONE),
                10,
                "policies bind the pods that they select; a firewall, which may be "
                "paid for here, binds nodes and every pod",
                "AKS docs, outbound-rules-control-egress, limit-egress-traffic",
            )


def _dated(as_of: date) -> Iterator[Preference]:
    if as_of < NPM_ENDS:
        yield Preference(
            (PolicyEngine.AZURE,),
            9,
            _NPM,
            f"{_POLICIES}, includes/azure-network-policy-manager-linux-retirement",
        )


_ORDERS = {
    ServiceAccess.PRIVATE: (
        (PaasAccess.PRIVATE_ENDPOINT, 1),
        (PaasAccess.SERVICE_ENDPOINT, 3),
        (PaasAccess.PUBLIC, 6),
    ),
    ServiceAccess.SERVICE_ENDPOINT: (
        (PaasAccess.SERVICE_ENDPOINT, 1),
        (PaasAccess.PRIVATE_ENDPOINT, 3),
        (PaasAccess.PUBLIC, 6),
    ),
    ServiceAccess.PUBLIC: (
        (PaasAccess.PUBLIC, 1),
        (PaasAccess.SERVICE_ENDPOINT, 3),
        (PaasAccess.PRIVATE_ENDPOINT, 4),
    ),
}
_PAAS = {
    PaasAccess.PRIVATE_ENDPOINT: (
        "a private endpoint is paid for by the hour",
        "Azure docs, private-endpoint-overview",
    ),
    PaasAccess.SERVICE_ENDPOINT: (
        "the service keeps its public address, and only the subnet is let in",
        "Azure docs, virtual-network-service-endpoints-overview",
    ),
    PaasAccess.PUBLIC: (
        "packets leave for a public address that others reach too",
        "Azure docs, private-endpoint-overview",
    ),
}


def _paas(needs: Requirements) -> Iterator[Preference]:
    """Yield what speaks against each way: least against the strictest that is asked.

    Who states no way gets private endpoints, which the documentation recommends.
    """
    asked = {each.access for each in needs.services}
    if asked & {ServiceAccess.ANY, ServiceAccess.PRIVATE} or not asked:
        order = _ORDERS[ServiceAccess.PRIVATE]
    elif ServiceAccess.SERVICE_ENDPOINT in asked:
        order = _ORDERS[ServiceAccess.SERVICE_ENDPOINT]
    else:
        order = _ORDERS[ServiceAccess.PUBLIC]
    for option, weight in order:
        says, source = _PAAS[option]
        yield Preference((option,), weight, says, source)
