"""Rules about the dataplane, the policy engine, and what goes with neither."""

from collections.abc import Iterator

from seawall.audit.validity.rule import Claim, Kind, Validity
from seawall.audit.validity.scale import more_nodes
from seawall.audit.validity.site import Site
from seawall.audit.validity.term import of
from seawall.model.upkeep import Addon

_NET = "networkProfile."
NPM_NODES = 250
KUBENET_NODES = 400


def _cilium_plugin(site: Site) -> Iterator[Claim]:
    yield Claim(site.cilium & ~site.plugin("azure"))


def _cilium_windows(site: Site) -> Iterator[Claim]:
    for pool in site.pools:
        yield Claim(site.is_windows(pool) & site.cilium, pool.name)


def _engine_and_dataplane(site: Site) -> Iterator[Claim]:
    yield Claim(
        site.policy("cilium") & ~site.cilium,
        says="the policy engine is `cilium` and the dataplane is not",
    )
    yield Claim(
        site.policy("azure", "calico") & site.cilium,
        says="the dataplane is `cilium` and the policy engine is another",
    )


def _npm_plugin(site: Site) -> Iterator[Claim]:
    yield Claim(site.policy("azure") & ~site.plugin("azure"))


def _calico_plugin(site: Site) -> Iterator[Claim]:
    yield Claim(site.policy("calico") & ~site.plugin("azure", "kubenet"))


def _engines_dual(site: Site) -> Iterator[Claim]:
    yield Claim(site.policy("azure", "calico") & site.dual_stack)


def _npm_ipvs(site: Site) -> Iterator[Claim]:
    mode = site.detail(_NET + "kubeProxyConfig.mode", "ipvs")
    yield Claim(site.policy("azure") & mode)


def _npm_scale(site: Site) -> Iterator[Claim]:
    more, says = more_nodes(site, NPM_NODES)
    yield Claim(site.policy("azure") & more, says=says)


def _virtual_nodes(site: Site) -> Iterator[Claim]:
    virtual = site.on("addonProfiles.aciConnectorLinux.enabled")
    flat = site.plugin("azure") & ~site.overlay
    yield Claim(virtual & ~flat, says="pods are not in the network itself")
    ranges = of(site.cluster.api_server.authorized_ranges, bool, "authorized ranges")
    yield Claim(virtual & ranges, says="the API server has authorized ranges")
    yield Claim(virtual & site.dual_stack, says="it has IPv6")


def _auto_provisioning(site: Site) -> Iterator[Claim]:
    auto = site.detail("nodeProvisioningProfile.mode", "Auto")
    yield Claim(auto & site.policy("calico"), says="the policy engine is Calico")
    yield Claim(auto & site.windows, says="a pool runs Windows")
    for pool in site.pools:
        pods = of(pool.pod_subnet, bool, f"pod subnet of `{pool.name}`")
        block = site.pool(pool, "podIPAllocationMode", "StaticBlock")
        yield Claim(auto & pods & ~block, pool.name, "its pods have a dynamic subnet")
    principal = site.given("servicePrincipalProfile.clientId")
    msi = site.detail("servicePrincipalProfile.clientId", "msi")
    yield Claim(auto & principal & ~msi, says="it uses a service principal")


def _agc(site: Site) -> Iterator[Claim]:
    on = site.on("ingressProfile.applicationLoadBalancer.enabled")
    yield Claim(on & site.plugin("kubenet"))


def _meshes(site: Site) -> Iterator[Claim]:
    istio = site.addon(Addon.ISTIO)
    name = "ingressProfile.webAppRouting.gatewayAPIImplementations.appRoutingIstio.mode"
    routed = site.detail(name, "Enabled")
    yield Claim(routed & istio, says="application routing with Istio is on too")
    mesh = site.addon(Addon.OPEN_SERVICE_MESH)
    yield Claim(istio & mesh, says="Open Service Mesh is on too")


RULES = (
    Validity(
        "AKSV002",
        "cilium-without-azure-cni",
        Kind.INVALID,
        "the dataplane `cilium` needs the network plugin `azure`",
        "set the network plugin to `azure`",
        "AKS docs, azure-cni-powered-by-cilium",
        _cilium_plugin,
        "networkProfile: {networkPlugin: kubenet, networkDataplane: cilium}",
        "networkProfile: {networkPlugin: azure, networkDataplane: cilium}",
    ),
    Validity(
        "AKSV003",
        "cilium-with-windows",
        Kind.INVALID,
        "the dataplane `cilium` runs on Linux only",
        "take the Windows pool out, or choose another dataplane",
        "AKS docs, azure-cni-powered-by-cilium",
        _cilium_windows,
        "networkProfile: {networkPlugin: azure, networkDataplane: cilium}\n"
        "agentPoolProfiles: [{name: system}, {name: win, osType: Windows}]",
        "networkProfile: {networkPlugin: azure, networkDataplane: cilium}\n"
        "agentPoolProfiles: [{name: system, osType: Linux}]",
    ),
    Validity(
        "AKSV004",
        "policy-engine-against-dataplane",
        Kind.INVALID,
        "Cilium is dataplane and policy engine together, and no other engine goes "
        "with it",
        "set both to `cilium`, or neither",
        "Azure SDK, networkPolicy; AKS docs, update-azure-cni",
        _engine_and_dataplane,
        "networkProfile: {networkPlugin: azure, networkDataplane: cilium, "
        "networkPolicy: calico}",
        "networkProfile: {networkPlugin: azure, networkDataplane: cilium, "
        "networkPolicy: cilium}",
    ),
    Validity(
        "AKSV005",
        "npm-without-azure-cni",
        Kind.INVALID,
        "the policy engine `azure` needs the network plugin `azure`",
        "choose the plugin `azure`, or another policy engine",
        "AKS docs, use-network-policies, configure-kubenet",
        _npm_plugin,
        "networkProfile: {networkPlugin: kubenet, networkPolicy: azure}",
        "networkProfile: {networkPlugin: kubenet, networkPolicy: calico}",
    ),
    Validity(
        "AKSV006",
        "calico-without-a-plugin-of-aks",
        Kind.INVALID,
        "the policy engine `calico` needs the network plugin `azure` or `kubenet`",
        "choose one of these plugins, or run an engine of your own",
        "AKS docs, use-network-policies",
        _calico_plugin,
        "networkProfile: {networkPlugin: none, networkPolicy: calico}",
        "networkProfile: {networkPlugin: kubenet, networkPolicy: calico}",
    ),
    Validity(
        "AKSV007",
        "policy-engine-with-dual-stack",
        Kind.INVALID,
        "neither Azure NPM nor Calico goes with IPv6",
        "choose Cilium, or IPv4 alone",
        "AKS docs, azure-cni-overlay",
        _engines_dual,
        "networkProfile: {networkPlugin: azure, networkPluginMode: overlay, "
        "networkPolicy: calico, ipFamilies: [IPv4, IPv6]}",
        "networkProfile: {networkPlugin: azure, networkPluginMode: overlay, "
        "networkPolicy: calico, ipFamilies: [IPv4]}",
    ),
    Validity(
        "AKSV008",
        "npm-with-ipvs",
        Kind.INVALID,
        "Azure NPM does not go with kube-proxy in mode IPVS",
        "choose another mode of kube-proxy, or another policy engine",
        "AKS docs, configure-kube-proxy",
        _npm_ipvs,
        "networkProfile: {networkPlugin: azure, networkPolicy: azure, "
        "kubeProxyConfig: {mode: IPVS}}",
        "networkProfile: {networkPlugin: azure, networkPolicy: calico, "
        "kubeProxyConfig: {mode: IPVS}}",
    ),
    Validity(
        "AKSV009",
        "npm-beyond-its-scale",
        Kind.INVALID,
        "Azure NPM is not supported beyond 250 nodes",
        "move to Cilium, or keep the pools smaller",
        "AKS docs, use-network-policies",
        _npm_scale,
        "networkProfile: {networkPlugin: azure, networkPolicy: azure}\n"
        "agentPoolProfiles: [{name: system, count: 200}, "
        "{name: apps, enableAutoScaling: true, count: 3, maxCount: 51}]",
        "networkProfile: {networkPlugin: azure, networkPolicy: azure}\n"
        "agentPoolProfiles: [{name: system, count: 200}, "
        "{name: apps, enableAutoScaling: true, count: 3, maxCount: 50}]",
    ),
    Validity(
        "AKSV068",
        "beyond-node-auto-provisioning",
        Kind.INVALID,
        "node auto-provisioning goes with no Calico, dynamic subnet of pods, Windows "
        "pool or service principal",
        "leave one of the two out",
        "AKS docs, node-auto-provisioning-networking",
        _auto_provisioning,
        "networkProfile: {networkPlugin: azure, networkPluginMode: overlay, "
        "networkPolicy: calico}\nnodeProvisioningProfile: {mode: Auto}",
        "networkProfile: {networkPlugin: azure, networkPluginMode: overlay, "
        "networkDataplane: cilium}\nnodeProvisioningProfile: {mode: Auto}",
    ),
    Validity(
        "AKSV069",
        "beyond-virtual-nodes",
        Kind.INVALID,
        "virtual nodes need the network plugin `azure` without overlay, and go with no "
        "authorized ranges and no IPv6",
        "leave virtual nodes out, or what does not go with them",
        "AKS docs, virtual-nodes",
        _virtual_nodes,
        "networkProfile: {networkPlugin: azure}\n"
        "addonProfiles: {aciConnectorLinux: {enabled: true}}\n"
        "apiServerAccessProfile: {authorizedIPRanges: [203.0.113.0/24]}",
        "networkProfile: {networkPlugin: azure}\n"
        "addonProfiles: {aciConnectorLinux: {enabled: true}}",
    ),
    Validity(
        "AKSV070",
        "gateway-for-containers-with-kubenet",
        Kind.INVALID,
        "Application Gateway for Containers does not go with kubenet",
        "move to Azure CNI",
        "Azure docs, application-gateway/for-containers/container-networking",
        _agc,
        "networkProfile: {networkPlugin: kubenet}\n"
        "ingressProfile: {applicationLoadBalancer: {enabled: true}}",
        "networkProfile: {networkPlugin: azure}\n"
        "ingressProfile: {applicationLoadBalancer: {enabled: true}}",
    ),
    Validity(
        "AKSV071",
        "two-meshes",
        Kind.INVALID,
        "the Istio add-on goes with no other mesh",
        "leave one of the two out",
        "AKS docs, app-routing-gateway-api, istio-about",
        _meshes,
        "networkProfile: {networkPlugin: azure}\n"
        "serviceMeshProfile: {mode: Istio}\n"
        "addonProfiles: {openServiceMesh: {enabled: true}}",
        "networkProfile: {networkPlugin: azure}\nserviceMeshProfile: {mode: Istio}",
    ),
)
