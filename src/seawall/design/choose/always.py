"""Preferences that hold for everybody."""

from seawall.design.choose.clause import Preference
from seawall.design.options import (
    Addressing,
    ApiServer,
    AuthorizedRanges,
    Dataplane,
    Encryption,
    Images,
    Ingress,
    Network,
    NodeOs,
    OutboundType,
    PolicyEngine,
    PolicyLevel,
    PrivateZone,
    PublicName,
    RunCommand,
)

_POLICIES = "AKS docs, use-network-policies"
_EGRESS = "AKS docs, egress-outboundtype, nat-gateway"

ALWAYS = (
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
