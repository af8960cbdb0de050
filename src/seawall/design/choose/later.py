"""What each option costs later: what may not be changed, and what ends.

Source: AKS docs, update-azure-cni, use-network-policies, egress-outboundtype,
private-clusters, api-server-vnet-integration, read 2026-08-21.
"""

from datetime import date

from seawall.design.choose.answer import Change, Later
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
    Option,
    OutboundType,
    PaasAccess,
    PolicyEngine,
    PolicyLevel,
    PrivateZone,
    PublicName,
    RunCommand,
)

_CNI = "AKS docs, update-azure-cni"
_OUT = "AKS docs, egress-outboundtype"
_ACNS = "AKS docs, use-advanced-container-networking-services"
_PRIVATE = "AKS docs, private-clusters"
_VNET = "AKS docs, api-server-vnet-integration"


def _subnets(says: str) -> tuple[Later, ...]:
    source = "AKS docs, node-pool-unique-subnet, concepts-network-legacy-cni"
    return (Later(Change.RECREATES, says, source),)


def _out(says: str) -> tuple[Later, ...]:
    text = f"{says}; connections break, and the address that others see is another"
    return (Later(Change.IN_PLACE, text, _OUT),)


def _free(says: str, source: str) -> tuple[Later, ...]:
    return (Later(Change.IN_PLACE, says, source),)


_ACNS_OFF = Later(
    Change.IN_PLACE,
    "switched off, policies that use it block what they spoke of",
    "AKS docs, how-to-apply-fqdn-filtering-policies",
)
_WINDOWS_ENDS = Later(
    Change.RETIRES,
    "Windows Server 2022 has no support any more",
    "AKS docs, includes/windows-server-2022-retirement",
    date(2028, 6, 30),
)

LATER: dict[Option, tuple[Later, ...]] = {
    Network.MANAGED: _subnets("a cluster does not move to a network of one's own"),
    Network.OWN: (
        *_subnets("all pools stay in this network; subnets can be added"),
        Later(
            Change.IN_PLACE,
            "a hub can be peered to it",
            "Azure docs, virtual-network-peering-overview",
        ),
    ),
    Network.HUB_AND_SPOKE: _subnets(
        "all pools stay in this network; subnets and spokes can be added"
    ),
    Network.EXISTING: _subnets("all pools stay in this network"),
    Addressing.OVERLAY: (
        Later(
            Change.ONE_WAY,
            "there is no way back to addresses of the network; the range of pods can "
            "only grow, in clusters of Linux nodes",
            f"{_CNI}, azure-cni-overlay-pod-expand",
        ),
    ),
    Addressing.POD_SUBNET: (
        Later(
            Change.RECREATES,
            "a cluster with subnets of pods does not become an overlay; another subnet "
            "of pods needs another pool",
            f"{_CNI}, configure-azure-cni-dynamic-ip-allocation",
        ),
    ),
    Addressing.NODE_SUBNET: (
        Later(
            Change.ONE_WAY,
            "it becomes an overlay once, without a policy engine for that time",
            _CNI,
        ),
    ),
    Dataplane.AZURE: (
        Later(
            Change.REIMAGES,
            "it becomes Cilium in clusters of Linux nodes; policies are enforced when "
            "the last node is replaced",
            _CNI,
        ),
    ),
    Dataplane.CILIUM: (
        Later(
            Change.RECREATES,
            "there is no documented way back to another dataplane",
            _CNI,
        ),
    ),
    PolicyEngine.NONE: (
        Later(
            Change.REIMAGES,
            "an engine can be switched on; every pool is replaced at once",
            "AKS docs, use-network-policies",
        ),
    ),
    PolicyEngine.AZURE: (
        Later(
            Change.RETIRES,
            "Azure NPM has no support any more on Linux nodes",
            "AKS docs, includes/azure-network-policy-manager-linux-retirement",
            NPM_ENDS,
        ),
        Later(
            Change.REIMAGES,
            "it changes to Calico through none, and to Cilium with the dataplane; "
            "meanwhile policies are not enforced",
            "AKS docs, use-network-policies, migrate-from-npm-to-cilium-network-policy",
        ),
    ),
    PolicyEngine.CALICO: (
        Later(
            Change.REIMAGES,
            "it is taken out, or replaced by Cilium where all nodes run Linux; "
            "meanwhile policies are not enforced",
            f"AKS docs, use-network-policies; {_CNI}",
        ),
    ),
    PolicyEngine.CILIUM: (
        Later(Change.RECREATES, "it stays as long as its dataplane", _CNI),
    ),
    PolicyLevel.NONE: _free("names and HTTP requests can be added with ACNS", _ACNS),
    PolicyLevel.FQDN: (_ACNS_OFF,),
    PolicyLevel.L7: (_ACNS_OFF,),
    Encryption.NONE: _free(
        "it can be switched on where Cilium is", "AKS docs, how-to-apply-wireguard"
    ),
    Encryption.WIREGUARD: _free(
        "it can be switched off", "AKS docs, how-to-apply-wireguard"
    ),
    ApiServer.PUBLIC: (
        Later(
            Change.ONE_WAY,
            "it becomes private only by VNet integration, which cannot be taken back",
            _VNET,
        ),
    ),
    ApiServer.PRIVATE_LINK: (
        Later(
            Change.RECREATES,
            "that the cluster is private is decided when it is made",
            f"{_PRIVATE}, api-server-vnet-integration",
        ),
    ),
    ApiServer.VNET_PUBLIC: (
        Later(Change.IN_PLACE, "it can be made private", _VNET),
        Later(Change.ONE_WAY, "VNet integration cannot be taken back", _VNET),
    ),
    ApiServer.VNET_PRIVATE: (
        Later(Change.IN_PLACE, "it can be made public", _VNET),
        Later(Change.ONE_WAY, "VNet integration cannot be taken back", _VNET),
    ),
    AuthorizedRanges.NONE: _free(
        "ranges can be stated where the API server is public",
        "AKS docs, api-server-authorized-ip-ranges",
    ),
    AuthorizedRanges.STATED: _free(
        "the list is replaced as a whole, within two minutes; it follows every change "
        "of the way out",
        "AKS docs, api-server-authorized-ip-ranges, egress-outboundtype",
    ),
    PrivateZone.NOT_NEEDED: (),
    PrivateZone.SYSTEM: (
        Later(Change.ONE_WAY, "it changes to no zone only, and nodes follow", _PRIVATE),
    ),
    PrivateZone.CUSTOM: (
        Later(
            Change.ONE_WAY,
            "it changes to no zone only; the zone itself may not be changed",
            _PRIVATE,
        ),
    ),
    PrivateZone.NONE: (Later(Change.RECREATES, "a zone cannot be added", _PRIVATE),),
    PublicName.OFF: _free("it can be switched on", _PRIVATE),
    PublicName.ON: _free("it can be switched off where there is a zone", _PRIVATE),
    RunCommand.OFF: _free("it can be switched on", "AKS docs, access-private-cluster"),
    RunCommand.ON: _free("it can be switched off", "AKS docs, access-private-cluster"),
    OutboundType.LOAD_BALANCER: _out(
        "it changes to a NAT gateway, to a route of one's own or to none"
    ),
    OutboundType.MANAGED_NAT_GATEWAY: _out(
        "it changes to none only, and not back to a load balancer"
    ),
    OutboundType.USER_NAT_GATEWAY: _out(
        "it changes to a load balancer, to a route of one's own or to none"
    ),
    OutboundType.USER_DEFINED_ROUTING: _out(
        "it changes to a load balancer, to a NAT gateway or to none"
    ),
    OutboundType.NONE: _out("it changes to any other that the network allows"),
    Firewall.NONE: _free(
        "one can be added with a hub and a route, as the outbound type changes", _OUT
    ),
    Firewall.STANDARD: _free(
        "it is upgraded to premium while it is stopped",
        "Azure docs, firewall/change-sku",
    ),
    Firewall.PREMIUM: _free(
        "it is downgraded while it is stopped", "Azure docs, firewall/change-sku"
    ),
    Firewall.EXISTING: _free("whoever keeps the next hop changes it", _OUT),
    Images.DIRECT: (
        Later(
            Change.REIMAGES,
            "a registry of one's own can be set, and every node is replaced",
            "AKS docs, network-isolated",
        ),
    ),
    Images.CACHE: (
        Later(
            Change.REIMAGES,
            "it can be taken back once there is a way out",
            "AKS docs, network-isolated",
        ),
    ),
    Ingress.NONE: _free("a way in can be added", "AKS docs, concepts-network-ingress"),
    Ingress.INTERNAL: _free(
        "what stands before it can change", "AKS docs, internal-lb"
    ),
    Ingress.PUBLIC: _free(
        "its address changes when it becomes internal",
        "AKS docs, configure-load-balancer-standard",
    ),
    Ingress.APPLICATION_GATEWAY: _free(
        "it stands beside the cluster, and changes without it",
        "Azure docs, application-gateway/overview",
    ),
    Ingress.FIREWALL_DNAT: _free(
        "it is a rule of the firewall", "AKS docs, limit-egress-traffic"
    ),
    Ingress.PRIVATE_LINK: _free(
        "clients ask again for endpoints when it is made anew", "AKS docs, internal-lb"
    ),
    PaasAccess.NOT_NEEDED: (),
    PaasAccess.PUBLIC: _free(
        "endpoints can be added", "Azure docs, private-endpoint-overview"
    ),
    PaasAccess.SERVICE_ENDPOINT: _free(
        "it is switched on and off at the subnet; open connections break",
        "Azure docs, virtual-network-service-endpoints-overview",
    ),
    PaasAccess.PRIVATE_ENDPOINT: _free(
        "public access can be opened beside it",
        "Azure docs, private-endpoint-overview",
    ),
    NodeOs.LINUX: (
        Later(
            Change.POOLS,
            "Windows pools can be added, but not to Cilium",
            "AKS docs, azure-cni-powered-by-cilium",
        ),
    ),
    NodeOs.LINUX_AND_WINDOWS: (
        _WINDOWS_ENDS,
        Later(
            Change.POOLS,
            "Windows pools are taken out before Cilium can come",
            _CNI,
        ),
    ),
    DefaultDeny.OFF: _free(
        "policies can be added once flows are known",
        "AKS docs, network-policy-best-practices",
    ),
    DefaultDeny.ON: _free(
        "each new flow needs a policy", "AKS docs, network-policy-best-practices"
    ),
}


def later(option: Option) -> tuple[Later, ...]:
    """Return what an option costs later."""
    return LATER[option]
