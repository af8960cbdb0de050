"""Settings under the service's own names, each with the service's default.

A default is one that holds for every tool and version that can make a cluster; where
they differ there is none, and the setting is unknown.

Source: Azure SDK for Python, azure-mgmt-containerservice 41.8.0 (ARM 2026-08-01), and
the pages of the AKS docs that stand beside each default, read 2026-08.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from seawall.ingest.azure.records.values import (
    boolean,
    has_unresolved,
    integer,
    setting,
    text,
    texts,
)
from seawall.ingest.notes import Notes
from seawall.ingest.resource import Field, Source
from seawall.model.details import Details, Plain
from seawall.model.setting import Setting, State

Reader = Callable[[Field], Plain | None]


@dataclass(frozen=True, slots=True)
class Known:
    """One setting that is looked for.

    Attributes:
        name: Its path.
        read: Reads the value; None means that it cannot be read.
        allowed: What may stand there.
        default: What holds when nobody states it.
        otherwise: Older places of the same value.
    """

    name: str
    read: Reader
    allowed: str
    default: Setting[Plain]
    otherwise: tuple[str, ...] = ()


def _text(name: str, value: str | None, why: str, *others: str) -> Known:
    default = Setting[Plain].defaulted(value, why)
    return Known(name, text, "a text", default, others)


def _flag(name: str, why: str, *others: str, on: bool = False) -> Known:
    default = Setting[Plain].defaulted(on, why)
    return Known(name, boolean, "true or false", default, others)


def _number(name: str, value: int | None, why: str) -> Known:
    return Known(name, integer, "a whole number", Setting[Plain].defaulted(value, why))


def _list(name: str, why: str) -> Known:
    return Known(name, texts, "a list of texts", Setting[Plain].defaulted((), why))


def _open(name: str, why: str, read: Reader = text, allowed: str = "a text") -> Known:
    return Known(name, read, allowed, Setting[Plain].unknown(why))


_SDK = "Azure SDK, Microsoft.ContainerService 2026-08-01"
_OFF = "AKS docs: off unless asked for"

CLUSTER: tuple[Known, ...] = (
    _text("sku.name", "Base", "AKS docs, intro-aks-automatic: must be asked for"),
    _text("sku.tier", "Free", f"{_SDK}, ManagedClusterSKU.tier"),
    _open(
        "networkProfile.networkPlugin",
        "the network plugin is not stated, and its default depends on the tool and "
        "the version that made the cluster (AKS docs, azure-cni-overlay and "
        "configure-kubenet contradict each other)",
    ),
    _text("networkProfile.networkPluginMode", None, "AKS docs, azure-cni-overlay"),
    _text(
        "networkProfile.networkDataplane",
        "azure",
        "AKS docs, azure-cni-powered-by-cilium",
    ),
    _text("networkProfile.networkPolicy", "none", "AKS docs, use-network-policies"),
    _text("networkProfile.networkMode", None, f"{_SDK}, networkMode"),
    _text(
        "networkProfile.outboundType", "loadBalancer", "AKS docs, egress-outboundtype"
    ),
    _list("networkProfile.ipFamilies", "AKS docs, configure-dual-stack: IPv4 alone"),
    _list("networkProfile.podCidrs", "not stated"),
    _text("networkProfile.podCidr", None, "not stated"),
    _list("networkProfile.serviceCidrs", "not stated"),
    _text("networkProfile.serviceCidr", None, "not stated"),
    _text(
        "networkProfile.loadBalancerSku",
        "standard",
        "AKS docs, load-balancer-standard",
    ),
    _text(
        "networkProfile.loadBalancerProfile.backendPoolType",
        "NodeIPConfiguration",
        "AKS docs, configure-load-balancer-standard",
    ),
    _number(
        "networkProfile.loadBalancerProfile.managedOutboundIPs.count",
        None,
        "AKS docs, configure-load-balancer-standard: one unless others are given",
    ),
    _number(
        "networkProfile.loadBalancerProfile.allocatedOutboundPorts",
        0,
        "AKS docs, configure-load-balancer-standard: by the number of nodes",
    ),
    _text("networkProfile.natGatewayProfile.sku", None, "not stated"),
    _text("networkProfile.podLinkLocalAccess", "IMDS", "AKS docs, imds-restriction"),
    _text(
        "networkProfile.kubeProxyConfig.mode",
        "IPTABLES",
        "AKS docs, configure-kube-proxy",
    ),
    _flag(
        "networkProfile.staticEgressGatewayProfile.enabled",
        "AKS docs, configure-static-egress-gateway",
    ),
    _flag(
        "networkProfile.advancedNetworking.enabled",
        "AKS docs, use-advanced-container-networking-services",
    ),
    _flag(
        "networkProfile.advancedNetworking.observability.enabled",
        "AKS docs, use-advanced-container-networking-services",
    ),
    _open(
        "networkProfile.advancedNetworking.security.enabled",
        "whether security is on by default is not documented",
        boolean,
        "true or false",
    ),
    _text(
        "networkProfile.advancedNetworking.security.advancedNetworkPolicies",
        "FQDN",
        f"{_SDK}, AdvancedNetworkingSecurity: where security is on",
    ),
    _text(
        "networkProfile.advancedNetworking.security.transitEncryption.type",
        "None",
        "AKS docs, how-to-apply-wireguard",
    ),
    _text(
        "networkProfile.advancedNetworking.performance.accelerationMode",
        "None",
        "AKS docs, container-network-performance-ebpf-host-routing",
    ),
    _text("fqdnSubdomain", None, "AKS docs, private-clusters"),
    _flag("disableLocalAccounts", f"{_SDK}, disableLocalAccounts"),
    _flag("enableRBAC", "AKS docs: Kubernetes RBAC is on", on=True),
    _flag("aadProfile.managed", "AKS docs, enable-authentication-microsoft-entra-id"),
    _flag("aadProfile.enableAzureRBAC", "AKS docs, manage-azure-rbac"),
    _open("identity.type", "the identity of the cluster is not stated"),
    _text("servicePrincipalProfile.clientId", None, "no service principal is stated"),
    _text(
        "nodeResourceGroupProfile.restrictionLevel",
        "Unrestricted",
        "AKS docs, node-resource-group-lockdown",
    ),
    _text("nodeProvisioningProfile.mode", "Manual", "AKS docs, node-auto-provisioning"),
    _text("autoUpgradeProfile.upgradeChannel", "none", f"{_SDK}, upgradeChannel"),
    _open(
        "autoUpgradeProfile.nodeOSUpgradeChannel",
        "the default channel of node images differs by API version (AKS docs, "
        "auto-upgrade-node-os-image)",
    ),
    _flag(
        "securityProfile.azureKeyVaultKms.enabled", "AKS docs, use-kms-etcd-encryption"
    ),
    _text(
        "securityProfile.azureKeyVaultKms.keyVaultNetworkAccess",
        "Public",
        f"{_SDK}, AzureKeyVaultKms",
    ),
    _flag("oidcIssuerProfile.enabled", "AKS docs, use-oidc-issuer"),
    _flag("addonProfiles.aciConnectorLinux.enabled", "AKS docs, virtual-nodes"),
    _flag("addonProfiles.ingressApplicationGateway.enabled", _OFF),
    _flag("ingressProfile.webAppRouting.enabled", "AKS docs, app-routing"),
    _text(
        "ingressProfile.webAppRouting.nginx.defaultIngressControllerType",
        "AnnotationControlled",
        "AKS docs, app-routing-nginx-configuration",
    ),
    _text(
        "ingressProfile.webAppRouting.gatewayAPIImplementations.appRoutingIstio.mode",
        "Disabled",
        "AKS docs, app-routing-gateway-api",
    ),
    _flag("ingressProfile.applicationLoadBalancer.enabled", _OFF),
    _text("serviceMeshProfile.mode", "Disabled", "AKS docs, istio-about"),
    _text(
        "azureMonitorProfile.containerInsights.containerNetworkLogs",
        "Disabled",
        "AKS docs, how-to-configure-container-network-logs",
    ),
    _text("httpProxyConfig.httpProxy", None, "AKS docs, http-proxy"),
    _text("httpProxyConfig.httpsProxy", None, "AKS docs, http-proxy"),
)

POOL: tuple[Known, ...] = (
    _text("mode", None, "not stated"),
    _text("osType", "Linux", f"{_SDK}, osType"),
    _text("osSKU", None, f"{_SDK}, osSKU: Ubuntu where nodes run Linux"),
    _text("type", None, "not stated", "scaleSetType"),
    _text("vmSize", None, "not stated"),
    _number("count", None, "not stated"),
    _flag("enableAutoScaling", "AKS docs, cluster-autoscaler"),
    _number("minCount", None, "not stated"),
    _number("maxCount", None, "not stated"),
    _number("maxPods", None, "its default depends on the addressing"),
    _text("upgradeSettings.maxSurge", None, "its default depends on the version"),
    _flag("enableNodePublicIP", "AKS docs, use-node-public-ips"),
    _text("nodePublicIPPrefixID", None, "AKS docs, use-node-public-ips"),
    _text("podIPAllocationMode", None, f"{_SDK}, podIPAllocationMode"),
    _number("gatewayProfile.publicIPPrefixSize", None, "not stated"),
    _flag("windowsProfile.disableOutboundNat", "AKS docs, nat-gateway"),
    _text("securityProfile.sshAccess", "LocalUser", "AKS docs, manage-ssh-node-access"),
    _text("localDNSProfile.mode", None, "AKS docs, localdns-custom"),
)

_PART = "the data source shows a part of the cluster only"


_SERVICES = "networkProfile.advancedNetworking.enabled"
_SECURITY = "networkProfile.advancedNetworking.security.enabled"
_PLUGIN, _MODE = "networkProfile.networkPlugin", "networkProfile.networkPluginMode"


def cluster_details(body: Field, source: Source) -> Details:
    """Return what a cluster says of each setting that is looked for.

    Where nobody names a plugin, some tools make an overlay: then neither is known.

    Source: AKS docs, azure-cni-overlay and configure-kubenet.
    """
    found = _without_services(details(body, CLUSTER, source), body)
    plugin = found.get(_PLUGIN)
    if plugin.known or found.get(_MODE).state is not State.DEFAULTED:
        return found
    return _replaced(found, _MODE, Setting[Plain].unknown(plugin.why, plugin.origin))


def _without_services(found: Details, body: Field) -> Details:
    """Return that security is off where the services that it belongs to are.

    Source: Azure REST, container service, AdvancedNetworking.
    """
    services = found.get(_SERVICES)
    field = body.walk(*_SECURITY.split("."))
    if not services.is_surely(value=False) or not field.left_to_service:
        return found
    why = "Azure REST, AdvancedNetworking: a part of services that are off"
    return _replaced(found, _SECURITY, Setting[Plain].defaulted(False, why))  # noqa: FBT003


def _replaced(found: Details, changed: str, by: Setting[Plain]) -> Details:
    return Details(
        tuple((name, by if name == changed else it) for name, it in found.settings)
    )


def details(body: Field, known: Iterable[Known], source: Source) -> Details:
    """Return what a resource says of each setting that is looked for.

    A value that cannot be read is unknown and says why; who needs it to decide packets
    reports it too.
    """
    return Details(tuple((it.name, _read(body, it, source)) for it in known))


def host_ports(body: Field) -> Setting[tuple[str, ...]]:
    """Return the host ports that a pool opens, as `TCP 8080-8090`.

    Source: AKS docs, use-node-public-ips: none unless they are listed.
    """
    field = body.walk("networkProfile", "allowedHostPorts")
    why = has_unresolved(field)
    if why:
        return Setting.unknown(why, field.origin)
    if field.left_to_service:
        return Setting.defaulted((), "AKS docs, use-node-public-ips", field.origin)
    return Setting.stated(tuple(_ports(item) for item in field.items()), field.origin)


def _ports(item: Field) -> str:
    first, last = integer(item.get("portStart")), integer(item.get("portEnd"))
    ports = f"{first}" if first == last else f"{first}-{last}"
    return f"{text(item.get('protocol')) or 'TCP'} {ports}"


def _read(body: Field, known: Known, source: Source) -> Setting[Plain]:
    fields = [body.walk(*name.split(".")) for name in (known.name, *known.otherwise)]
    field = next((item for item in fields if not item.left_to_service), fields[0])
    if field.left_to_service or field.value == "":
        if source is Source.DATA:
            return Setting[Plain].unknown(_PART, field.origin)
        default = known.default
        return Setting(default.state, default.value, field.origin, default.why)
    if known.read is texts and has_unresolved(field):
        return Setting[Plain].unknown(has_unresolved(field), field.origin)
    return setting(
        field, known.default, known.read, notes=Notes(), allowed=known.allowed
    )
