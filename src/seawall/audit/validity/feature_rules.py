"""Rules about what runs beside workloads, and what a SKU brings."""

from collections.abc import Iterator

from seawall.audit.validity.rule import Claim, Kind, Validity
from seawall.audit.validity.site import Site
from seawall.audit.validity.term import fact, of
from seawall.model.setting import State
from seawall.model.upkeep import Addon

_NET = "networkProfile."
_ACNS = _NET + "advancedNetworking."


def _acns_security(site: Site) -> Iterator[Claim]:
    on = site.on(_ACNS + "enabled") & site.on(_ACNS + "security.enabled")
    yield Claim(on & ~site.cilium, says="the dataplane is not Cilium")
    yield Claim(on & site.older_than(1, 29), says="Kubernetes is older than 1.29")


def _encryption(site: Site) -> Iterator[Claim]:
    kind = _ACNS + "security.transitEncryption.type"
    mutual = site.detail(kind, "mTLS")
    istio = site.addon(Addon.ISTIO)
    yield Claim(mutual & istio, says="the Istio add-on is on")
    yield Claim(mutual & site.older_than(1, 34), says="Kubernetes is older than 1.34")
    wire = site.detail(kind, "WireGuard", "mTLS")
    yield Claim(wire & ~site.cilium, says="the dataplane is not Cilium")


def _host_routing(site: Site) -> Iterator[Claim]:
    on = site.detail(_ACNS + "performance.accelerationMode", "BpfVeth")
    yield Claim(on & ~site.on(_ACNS + "enabled"), says="advanced networking is off")
    yield Claim(on & ~site.cilium, says="the dataplane is not Cilium")
    yield Claim(on & site.older_than(1, 33), says="Kubernetes is older than 1.33")
    for pool in site.pools:
        old = of(pool.image, lambda it: it in _OLD_IMAGES, f"image of `{pool.name}`")
        yield Claim(on & old, pool.name, f"its nodes run {pool.image.value}")


_OLD_IMAGES = ("ubuntu2204", "azurelinux2", "cblmariner", "mariner", "flatcar")


def _flow_logs(site: Site) -> Iterator[Claim]:
    name = "azureMonitorProfile.containerInsights.containerNetworkLogs"
    on = site.detail(name, "Enabled")
    yield Claim(on & ~site.on(_ACNS + "enabled"), says="advanced networking is off")
    yield Claim(on & ~site.cilium, says="the dataplane is not Cilium")
    yield Claim(on & site.older_than(1, 33), says="Kubernetes is older than 1.33")


_NEED_METADATA = (
    (Addon.CONTAINER_INSIGHTS, "Container Insights"),
    (Addon.AZURE_POLICY, "Azure Policy"),
    (Addon.APP_ROUTING, "application routing"),
    (Addon.COST_ANALYSIS, "cost analysis"),
)


def _metadata(site: Site) -> Iterator[Claim]:
    closed = of(site.cluster.instance_metadata_blocked, bool, "IMDS restriction")
    yield Claim(closed & site.windows, says="a pool runs Windows")
    for addon, name in _NEED_METADATA:
        yield Claim(closed & site.addon(addon), says=f"{name} is on")
    for key, name in (
        ("addonProfiles.ingressApplicationGateway.enabled", "the gateway add-on"),
        ("addonProfiles.aciConnectorLinux.enabled", "virtual nodes"),
    ):
        yield Claim(closed & site.on(key), says=f"{name} is on")
    issuer = site.on("oidcIssuerProfile.enabled")
    yield Claim(closed & ~issuer, says="the OIDC issuer is off")


def _local_dns(site: Site) -> Iterator[Claim]:
    old = site.older_than(1, 31)
    for pool in site.pools:
        on = site.pool(pool, "localDNSProfile.mode", "Required")
        yield Claim(on & old, pool.name, "Kubernetes is older than 1.31")
        windows = site.is_windows(pool)
        yield Claim(on & windows, pool.name, "it runs Windows")


def _automatic(site: Site) -> Iterator[Claim]:
    automatic = site.detail("sku.name", "Automatic")
    for name, value in _LOCKED:
        setting = site.number(name)
        if setting.state is State.STATED:
            says = f"`{name}` is `{setting.value}` and not `{value}`"
            yield Claim(~site.detail(name, value) & automatic, says=says)
    yield Claim(automatic & site.windows, says="a pool runs Windows")


_LOCKED = (
    ("sku.tier", "Standard"),
    (_NET + "networkPlugin", "azure"),
    (_NET + "networkPluginMode", "overlay"),
    (_NET + "networkDataplane", "cilium"),
    ("nodeProvisioningProfile.mode", "Auto"),
    ("nodeResourceGroupProfile.restrictionLevel", "ReadOnly"),
    ("autoUpgradeProfile.upgradeChannel", "stable"),
    ("autoUpgradeProfile.nodeOSUpgradeChannel", "NodeImage"),
    ("oidcIssuerProfile.enabled", "True"),
    ("aadProfile.enableAzureRBAC", "True"),
)


def _gateway_subnet(site: Site) -> Iterator[Claim]:
    for gateway in site.snapshot.fabric.application_gateways:
        subnet = site.subnet(gateway.subnet)
        table = site.table(subnet) if subnet is not None else None
        for route in table.routes if table is not None else ():
            away = str(route.destination) == "0.0.0.0/0"
            appliance = route.next_hop.value == "VirtualAppliance"
            outside = of(gateway.managed_from_outside, bool, "network isolation")
            says = f"`{route.name}` leads its subnet to an appliance"
            term = fact(away and appliance, route.origin) & outside
            yield Claim(term, gateway.name, says)


_CILIUM = (
    "networkProfile: {networkPlugin: azure, networkPluginMode: overlay, "
    "networkDataplane: %s, advancedNetworking: %s}"
)


_PLAIN = "networkProfile: {networkPlugin: azure, networkPluginMode: overlay}\n"


RULES = (
    Validity(
        "AKSV056",
        "names-in-policies-without-cilium",
        Kind.INVALID,
        "the security of advanced networking needs Cilium and Kubernetes 1.29",
        "choose the dataplane `cilium`, or leave it out",
        "AKS docs, how-to-apply-fqdn-filtering-policies",
        _acns_security,
        _CILIUM % ("azure", "{enabled: true, security: {enabled: true}}"),
        _CILIUM % ("cilium", "{enabled: true, security: {enabled: true}}"),
    ),
    Validity(
        "AKSV059",
        "encryption-between-nodes",
        Kind.INVALID,
        "encryption between nodes needs Cilium; mTLS goes with no Istio, and needs "
        "Kubernetes 1.34",
        "choose the dataplane `cilium`, or leave it out",
        "AKS docs, how-to-apply-wireguard, "
        "container-network-security-cilium-mutual-tls-concepts",
        _encryption,
        _CILIUM
        % (
            "azure",
            "{enabled: true, security: {transitEncryption: {type: WireGuard}}}",
        ),
        _CILIUM
        % (
            "cilium",
            "{enabled: true, security: {transitEncryption: {type: WireGuard}}}",
        ),
    ),
    Validity(
        "AKSV060",
        "host-routing",
        Kind.INVALID,
        "eBPF host routing needs advanced networking, Cilium, Kubernetes 1.33, and "
        "Ubuntu 24.04 or Azure Linux 3 on every node",
        "turn advanced networking on, or leave the acceleration out",
        "AKS docs, container-network-performance-ebpf-host-routing",
        _host_routing,
        _CILIUM % ("cilium", "{performance: {accelerationMode: BpfVeth}}"),
        _CILIUM
        % ("cilium", "{enabled: true, performance: {accelerationMode: BpfVeth}}"),
    ),
    Validity(
        "AKSV061",
        "flow-logs",
        Kind.INVALID,
        "container network logs need advanced networking, Cilium and Kubernetes 1.33",
        "turn advanced networking on, or leave the logs out",
        "AKS docs, how-to-configure-container-network-logs",
        _flow_logs,
        _CILIUM % ("cilium", "{enabled: false}") + "\nazureMonitorProfile: "
        "{containerInsights: {containerNetworkLogs: Enabled}}",
        _CILIUM % ("cilium", "{enabled: true}") + "\nazureMonitorProfile: "
        "{containerInsights: {containerNetworkLogs: Enabled}}",
    ),
    Validity(
        "AKSV067",
        "beyond-imds-restriction",
        Kind.INVALID,
        "where pods are kept from IMDS there are no Windows pools and none of the "
        "add-ons that ask it, and the OIDC issuer is on",
        "leave the add-on out, or the restriction",
        "AKS docs, imds-restriction",
        _metadata,
        "networkProfile: {networkPlugin: azure, podLinkLocalAccess: None}\n"
        "oidcIssuerProfile: {enabled: true}\n"
        "addonProfiles: {azurepolicy: {enabled: true}}",
        "networkProfile: {networkPlugin: azure, podLinkLocalAccess: None}\n"
        "oidcIssuerProfile: {enabled: true}",
    ),
    Validity(
        "AKSV072",
        "gateway-led-to-an-appliance",
        Kind.INVALID,
        "a default route to an appliance cuts an application gateway off from what "
        "manages it",
        "take the route out of the table of its subnet",
        "Azure docs, application-gateway/configuration-infrastructure",
        _gateway_subnet,
        _PLAIN + "_subnet: {addressPrefix: 10.1.0.0/24, routeTable: {id: ROUTES}}\n"
        "_gateway: SUBNET",
        _PLAIN + "_subnet: {addressPrefix: 10.1.0.0/24}\n_gateway: SUBNET",
    ),
    Validity(
        "AKSV074",
        "local-dns",
        Kind.INVALID,
        "LocalDNS needs Kubernetes 1.31 and Linux nodes",
        "upgrade, or take LocalDNS from the pool",
        "AKS docs, localdns-custom",
        _local_dns,
        _PLAIN + "_version: '1.30'\n"
        "agentPoolProfiles: [{name: system, localDNSProfile: {mode: Required}}]",
        _PLAIN + "_version: '1.31'\n"
        "agentPoolProfiles: [{name: system, localDNSProfile: {mode: Required}}]",
    ),
    Validity(
        "AKSV075",
        "automatic-overridden",
        Kind.INVALID,
        "AKS Automatic comes with settings that are not changed",
        "leave the setting out, or choose the SKU `Base`",
        "AKS docs, intro-aks-automatic",
        _automatic,
        "networkProfile: {networkPlugin: kubenet}\n_sku: Automatic",
        "networkProfile: {networkPlugin: azure}\n_sku: Automatic",
    ),
)
