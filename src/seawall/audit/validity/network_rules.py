"""Rules about addressing, kubenet, and IP families."""

from collections.abc import Iterator

from seawall.audit.validity.rule import Claim, Kind, Validity
from seawall.audit.validity.scale import more_nodes
from seawall.audit.validity.site import Site
from seawall.audit.validity.term import fact, of
from seawall.model.cluster import Addressing, OutboundType

_NET = "networkProfile."
NPM_NODES = 250
KUBENET_NODES = 400


def _overlay(site: Site) -> Iterator[Claim]:
    yield Claim(site.overlay & ~site.plugin("azure"))


def _kubenet(site: Site) -> Iterator[Claim]:
    kubenet = site.plugin("kubenet")
    for pool in site.pools:
        yield Claim(site.is_windows(pool) & kubenet, pool.name, "it runs Windows")
    virtual = site.on("addonProfiles.aciConnectorLinux.enabled")
    yield Claim(kubenet & virtual, says="virtual nodes are on")
    mine = {pool.subnet.value for pool in site.pools} - {None}
    for other in (site.snapshot.cluster, *site.snapshot.other_clusters):
        if other is None or other.id == site.cluster.id:
            continue
        shared = mine & {pool.subnet.value for pool in other.pools}
        if shared:
            says = f"cluster `{other.name}` has nodes in the same subnet"
            yield Claim(kubenet, says=says)


def _kubenet_scale(site: Site) -> Iterator[Claim]:
    more, says = more_nodes(site, KUBENET_NODES)
    yield Claim(site.plugin("kubenet") & more, says=says)


def _kubenet_identity(site: Site) -> Iterator[Claim]:
    own_table = fact(truth=False)
    for _, subnet in site.node_subnets():
        table = site.table(subnet) if subnet else None
        if table is not None:
            written = fact(f"#{table.name}" not in table.id, table.origin)
            own_table = own_table | written
    system = site.identity("SystemAssigned")
    yield Claim(system & site.plugin("kubenet") & site.own_network & own_table)


def _pod_subnet(site: Site) -> Iterator[Claim]:
    for pool in site.pools:
        given = of(pool.pod_subnet, bool, f"pod subnet of `{pool.name}`")
        flat = site.plugin("azure") & ~site.overlay
        yield Claim(given & ~flat, pool.name)
        pods, nodes = site.subnet(pool.pod_subnet.value), site.subnet(pool.subnet.value)
        if pods is not None and nodes is not None:
            apart = fact(pods.network != nodes.network, pool.pod_subnet.origin)
            yield Claim(apart, pool.name, "its pods are in another network")


def _allocation(site: Site) -> Iterator[Claim]:
    for pool in site.pools:
        given = site.pool_given(pool, "podIPAllocationMode")
        subnet = of(pool.pod_subnet, bool, f"pod subnet of `{pool.name}`")
        yield Claim(given & ~subnet, pool.name, "it has no subnet of pods")
        block = site.pool(pool, "podIPAllocationMode", "StaticBlock")
        yield Claim(
            block & site.older_than(1, 28), pool.name, "Kubernetes is older than 1.28"
        )


def _pod_cidr(site: Site) -> Iterator[Claim]:
    given = site.given(_NET + "podCidr") | site.given(_NET + "podCidrs")
    flat = site.addressing(Addressing.NODE_SUBNET, Addressing.POD_SUBNET)
    yield Claim(given & flat)


def _own_cni_range(site: Site) -> Iterator[Claim]:
    given = site.given(_NET + "podCidr") | site.given(_NET + "podCidrs")
    yield Claim(site.plugin("none") & ~given)


def _families(site: Site) -> Iterator[Claim]:
    yield Claim(
        site.dual_stack & ~(site.plugin("azure") & site.overlay),
        says="pods are not in an overlay",
    )
    families = site.number(_NET + "ipFamilies")
    listed = families.value if isinstance(families.value, tuple) else ()
    lower = tuple(item.lower() for item in listed)
    yield Claim(fact(lower == ("ipv6",), families.origin), says="IPv6 stands alone")
    for name in ("podCidrs", "serviceCidrs"):
        ranges = site.number(_NET + name).value
        if isinstance(ranges, tuple) and ranges and lower:
            kinds = tuple("ipv6" if ":" in item else "ipv4" for item in ranges)
            differs = kinds != lower
            origin = site.number(_NET + name).origin
            says = f"`{name}` does not follow the order of `ipFamilies`"
            yield Claim(fact(differs, origin), says=says)


def _dual_stack(site: Site) -> Iterator[Claim]:
    dual = site.dual_stack
    standard = site.detail(_NET + "natGatewayProfile.sku", "Standard")
    nat = site.outbound(OutboundType.MANAGED_NAT_GATEWAY) & standard
    yield Claim(dual & nat, says="its NAT gateway has the SKU Standard")
    virtual = site.on("addonProfiles.aciConnectorLinux.enabled")
    yield Claim(dual & virtual, says="virtual nodes are on")
    gateway = site.on(_NET + "staticEgressGatewayProfile.enabled")
    yield Claim(dual & gateway, says="the static egress gateway is on")
    auto = site.detail("nodeProvisioningProfile.mode", "Auto")
    yield Claim(dual & auto, says="node auto-provisioning is on")


RULES = (
    Validity(
        "AKSV001",
        "overlay-without-azure-cni",
        Kind.INVALID,
        "the plugin mode `overlay` exists for the network plugin `azure` only",
        "set the network plugin to `azure`, or leave the mode out",
        "AKS docs, azure-cni-overlay",
        _overlay,
        "networkProfile: {networkPlugin: kubenet, networkPluginMode: overlay}",
        "networkProfile: {networkPlugin: azure, networkPluginMode: overlay}",
    ),
    Validity(
        "AKSV013",
        "beyond-kubenet",
        Kind.INVALID,
        "kubenet has no Windows nodes and no virtual nodes, and no two clusters share "
        "a subnet",
        "move to Azure CNI Overlay",
        "AKS docs, configure-kubenet, concepts-network-cni-overview",
        _kubenet,
        "networkProfile: {networkPlugin: kubenet}\n"
        "agentPoolProfiles: [{name: system}, {name: win, osType: Windows}]",
        "networkProfile: {networkPlugin: kubenet}",
    ),
    Validity(
        "AKSV014",
        "kubenet-beyond-its-scale",
        Kind.INVALID,
        "a route table has room for 400 nodes under kubenet",
        "move to Azure CNI Overlay, or keep the pools smaller",
        "AKS docs, configure-kubenet",
        _kubenet_scale,
        "networkProfile: {networkPlugin: kubenet}\n"
        "agentPoolProfiles: [{name: system, count: 401}]",
        "networkProfile: {networkPlugin: kubenet}\n"
        "agentPoolProfiles: [{name: system, count: 400}]",
    ),
    Validity(
        "AKSV015",
        "kubenet-route-table-without-identity",
        Kind.INVALID,
        "kubenet with a route table of one's own needs a user-assigned identity that "
        "may write it",
        "give the cluster a user-assigned identity",
        "AKS docs, configure-kubenet",
        _kubenet_identity,
        "networkProfile: {networkPlugin: kubenet}\n"
        "_identity: SystemAssigned\n_subnet: {routeTable: {id: ROUTES}}",
        "networkProfile: {networkPlugin: kubenet}\n"
        "_identity: UserAssigned\n_subnet: {routeTable: {id: ROUTES}}",
    ),
    Validity(
        "AKSV016",
        "pod-subnet-without-flat-azure-cni",
        Kind.INVALID,
        "a subnet of pods needs the network plugin `azure` without overlay, and "
        "stands in the network of the nodes",
        "leave the mode out, or the subnet of pods",
        "AKS docs, configure-azure-cni-dynamic-ip-allocation",
        _pod_subnet,
        "networkProfile: {networkPlugin: azure, networkPluginMode: overlay}\n"
        "agentPoolProfiles: [{name: system, podSubnetID: SUBNET}]",
        "networkProfile: {networkPlugin: azure}\n"
        "agentPoolProfiles: [{name: system, podSubnetID: SUBNET}]",
    ),
    Validity(
        "AKSV017",
        "allocation-without-pod-subnet",
        Kind.INVALID,
        "a mode of allocation needs a subnet of pods, and blocks need Kubernetes 1.28",
        "give the pool a subnet of pods, or leave the mode out",
        "AKS docs, concepts-network-azure-cni-pod-subnet",
        _allocation,
        "networkProfile: {networkPlugin: azure}\n"
        "agentPoolProfiles: [{name: system, podIPAllocationMode: StaticBlock}]",
        "networkProfile: {networkPlugin: azure}\n"
        "agentPoolProfiles: [{name: system, podSubnetID: SUBNET, "
        "podIPAllocationMode: StaticBlock}]",
    ),
    Validity(
        "AKSV019",
        "pod-range-without-effect",
        Kind.WORTH_KNOWING,
        "a range of pods has no effect where pods take addresses from subnets, and "
        "Terraform's provider refuses it",
        "leave `podCidr` out, or choose the mode `overlay`",
        "azurerm provider, kubernetes_cluster; AKS docs, azure-cni-overlay",
        _pod_cidr,
        "networkProfile: {networkPlugin: azure, podCidr: 10.244.0.0/16}",
        "networkProfile: {networkPlugin: azure, networkPluginMode: overlay, "
        "podCidr: 10.244.0.0/16}",
    ),
    Validity(
        "AKSV119",
        "own-cni-without-pod-range",
        Kind.WORTH_KNOWING,
        "with a CNI of one's own the control plane still routes by the range of pods",
        "state `podCidr` as the CNI has it",
        "AKS docs, use-byo-cni",
        _own_cni_range,
        "networkProfile: {networkPlugin: none}",
        "networkProfile: {networkPlugin: none, podCidr: 10.244.0.0/16}",
    ),
    Validity(
        "AKSV023",
        "ip-families",
        Kind.INVALID,
        "IPv6 stands beside IPv4, in an overlay, and lists of ranges follow the order "
        "of the families",
        "use Azure CNI Overlay with `ipFamilies: [IPv4, IPv6]`",
        "AKS docs, configure-dual-stack, azure-cni-overlay",
        _families,
        "networkProfile: {networkPlugin: azure, ipFamilies: [IPv4, IPv6]}",
        "networkProfile: {networkPlugin: azure, networkPluginMode: overlay, "
        "ipFamilies: [IPv4, IPv6], podCidrs: [10.244.0.0/16, 'fd12::/64']}",
    ),
    Validity(
        "AKSV024",
        "beyond-dual-stack",
        Kind.INVALID,
        "IPv6 goes with no Standard NAT gateway, virtual nodes, static egress gateway "
        "or node auto-provisioning",
        "use IPv4 alone, or leave the other out",
        "AKS docs, azure-cni-overlay, node-auto-provisioning",
        _dual_stack,
        "networkProfile: {networkPlugin: azure, networkPluginMode: overlay, "
        "ipFamilies: [IPv4, IPv6], staticEgressGatewayProfile: {enabled: true}}",
        "networkProfile: {networkPlugin: azure, networkPluginMode: overlay, "
        "staticEgressGatewayProfile: {enabled: true}}",
    ),
)
