"""The rows of one cluster and of its node pools.

Which settings matter follows the AKS docs page by page: the network and its policies,
the API server, the way out, names, nodes, and what runs beside workloads.
"""

from collections.abc import Iterator
from typing import TypeVar

from seawall.model.cluster import Cluster, NodePool, OutboundType
from seawall.model.dataplane import PolicyEngine
from seawall.model.masquerade import Masquerade
from seawall.model.setting import Setting, State
from seawall.model.upkeep import Addon
from seawall.query.settings.row import Row, row
from seawall.query.settings.settle import Settling

T = TypeVar("T")

_DETAILS: tuple[tuple[str, str, str], ...] = (
    ("network", "network plugin", "networkProfile.networkPlugin"),
    ("network", "plugin mode", "networkProfile.networkPluginMode"),
    ("network", "dataplane", "networkProfile.networkDataplane"),
    ("network", "kube-proxy mode", "networkProfile.kubeProxyConfig.mode"),
    ("policy", "policy engine asked for", "networkProfile.networkPolicy"),
    (
        "policy",
        "encryption between nodes",
        "networkProfile.advancedNetworking.security.transitEncryption.type",
    ),
    (
        "policy",
        "flow logs",
        "azureMonitorProfile.containerInsights.containerNetworkLogs",
    ),
    ("API server", "local accounts disabled", "disableLocalAccounts"),
    ("API server", "Microsoft Entra sign-in", "aadProfile.managed"),
    ("API server", "Azure RBAC", "aadProfile.enableAzureRBAC"),
    (
        "API server",
        "encryption key from a vault",
        "securityProfile.azureKeyVaultKms.enabled",
    ),
    ("way out", "load balancer SKU", "networkProfile.loadBalancerSku"),
    (
        "way out",
        "load balancer members",
        "networkProfile.loadBalancerProfile.backendPoolType",
    ),
    (
        "way out",
        "static egress gateway",
        "networkProfile.staticEgressGatewayProfile.enabled",
    ),
    ("way in", "application routing", "ingressProfile.webAppRouting.enabled"),
    (
        "way in",
        "application routing default controller",
        "ingressProfile.webAppRouting.nginx.defaultIngressControllerType",
    ),
    (
        "way in",
        "application gateway add-on",
        "addonProfiles.ingressApplicationGateway.enabled",
    ),
    (
        "way in",
        "application gateway for containers",
        "ingressProfile.applicationLoadBalancer.enabled",
    ),
    ("way in", "mesh", "serviceMeshProfile.mode"),
    ("nodes", "node resource group", "nodeResourceGroupProfile.restrictionLevel"),
    ("nodes", "node auto-provisioning", "nodeProvisioningProfile.mode"),
    ("nodes", "virtual nodes", "addonProfiles.aciConnectorLinux.enabled"),
    ("nodes", "node image channel", "autoUpgradeProfile.nodeOSUpgradeChannel"),
    ("nodes", "upgrade channel", "autoUpgradeProfile.upgradeChannel"),
    ("cluster", "SKU", "sku.name"),
    ("cluster", "tier", "sku.tier"),
    ("cluster", "identity", "identity.type"),
)

_TOLD_AS_WAYS_IN = (Addon.APP_ROUTING, Addon.ISTIO)

_ONLY_WITH = {
    "application routing default controller": "ingressProfile.webAppRouting.enabled",
    "encryption between nodes": "networkProfile.advancedNetworking.enabled",
}
"""Rows that say something only where another switch is not surely off."""


def cluster_rows(cluster: Cluster, settling: Settling) -> Iterator[Row]:
    """Yield the settings of a cluster, then those of its pools."""
    say = _Saying(settling)
    yield say.of("cluster", "Kubernetes version", cluster.kubernetes_version)
    yield from _network(cluster, say)
    yield from _policy(cluster, say)
    yield from _api_server(cluster, say)
    yield from _way_out(cluster, say)
    yield say.of("names", "LocalDNS", cluster.local_dns)
    yield say.of("names", "DNS Service address", cluster.dns_address)
    without_proxy = cluster.policy_engine.is_surely(PolicyEngine.CILIUM)
    for group, title, name in _DETAILS:
        switch = _ONLY_WITH.get(title)
        if switch and cluster.details.get(switch).is_surely(value=False):
            continue
        if title == "kube-proxy mode" and without_proxy:
            continue
        yield say.of(group, title, cluster.details.get(name), name)
    for addon, on in cluster.upkeep.addons:
        if addon in _TOLD_AS_WAYS_IN:
            continue
        yield say.of("add-ons", addon.value, on)
    for pool in cluster.pools:
        yield from _pool(pool, settling)


class _Saying:
    """Makes rows of one thing."""

    def __init__(self, settling: Settling, of: str = "") -> None:
        self._settling = settling
        self._of = of

    def of(self, group: str, title: str, setting: Setting[T], name: str = "") -> Row:
        """Return one row, with what would settle it."""
        settle = (
            "" if setting.known else self._settling.cluster(title, setting.why, name)
        )
        return row(group, title, setting, of=self._of, settle=settle)


def _network(cluster: Cluster, say: _Saying) -> Iterator[Row]:
    yield say.of("network", "pod addresses", cluster.addressing)
    yield say.of("network", "pod ranges", cluster.pod_ranges)
    yield say.of("network", "service ranges", cluster.service_ranges)
    yield say.of("network", "IPv6 beside IPv4", cluster.dual_stack)
    yield from _masquerade(cluster.masquerade, say)


def _masquerade(kept: Masquerade, say: _Saying) -> Iterator[Row]:
    own = kept.own
    if own.state is State.DEFAULTED and own.value is None:
        words = Setting[str].defaulted("as the pod addresses call for", own.why)
        yield say.of("network", "pods keep their address towards", words)
    else:
        yield say.of("network", "pods keep their address towards", own)
    if kept.added.value or not kept.added.known:
        yield say.of("network", "and also towards", kept.added)


def _policy(cluster: Cluster, say: _Saying) -> Iterator[Row]:
    yield say.of("policy", "policy engine", cluster.policy_engine)
    yield say.of("policy", "advanced networking", cluster.advanced_networking)
    yield say.of("policy", "names and HTTP in policies", cluster.policy_features)
    yield say.of("policy", "eBPF host routing", cluster.host_routing)
    yield say.of("policy", "IMDS closed to pods", cluster.instance_metadata_blocked)


def _api_server(cluster: Cluster, say: _Saying) -> Iterator[Row]:
    api = cluster.api_server
    group = "API server"
    yield say.of(group, "private cluster", api.private)
    yield say.of(group, "public network access", api.public_access)
    ranges = api.authorized_ranges
    if ranges.known and not ranges.value:
        private = api.private.is_surely(value=True)
        words = "none" if private else "none: every address may connect"
        in_words = Setting(ranges.state, words, ranges.origin, ranges.why)
        yield say.of(group, "authorized ranges", in_words)
    else:
        yield say.of(group, "authorized ranges", ranges)
    yield say.of(group, "in the cluster's network", api.vnet_integration)
    if not api.vnet_integration.is_surely(value=False):
        yield say.of(group, "subnet of the API server", api.subnet)
    if not api.private.is_surely(value=False):
        yield say.of(group, "public DNS name", api.public_name)
        yield say.of(group, "private DNS zone", api.private_zone)
    yield say.of(group, "run command", api.run_command)
    if api.trusted_access:
        names = tuple(item.name for item in api.trusted_access)
        origin = api.trusted_access[0].origin
        yield say.of(group, "trusted access", Setting.stated(names, origin))


_LENDING = (OutboundType.LOAD_BALANCER, OutboundType.MANAGED_NAT_GATEWAY)
"""The outbound types whose public addresses belong to the cluster itself."""


def _way_out(cluster: Cluster, say: _Saying) -> Iterator[Row]:
    upkeep = cluster.upkeep
    yield say.of("way out", "outbound type", cluster.outbound)
    if not cluster.outbound.known or cluster.outbound.value in _LENDING:
        yield say.of("way out", "outbound addresses", cluster.outbound_addresses)
    yield say.of("way out", "HTTP proxy", upkeep.http_proxy)
    yield say.of("way out", "software from a private registry", upkeep.cached_artifacts)
    if not upkeep.cached_artifacts.is_surely(value=False):
        yield say.of("way out", "registry", upkeep.registry)


_POOL_DETAILS = (
    ("most pods on a node", "maxPods"),
    ("SSH access", "securityProfile.sshAccess"),
    ("public address prefix", "nodePublicIPPrefixID"),
    ("how pods get addresses of their subnet", "podIPAllocationMode"),
)
_TOLD_ONLY_IF_GIVEN = frozenset({"nodePublicIPPrefixID", "podIPAllocationMode"})


def _pool(pool: NodePool, settling: Settling) -> Iterator[Row]:
    say = _Saying(settling, pool.name)
    group = "node pools"
    yield say.of(group, "subnet", pool.subnet)
    yield say.of(group, "subnet of pods", pool.pod_subnet)
    yield say.of(group, "security group on network interfaces", pool.nic_security_group)
    yield say.of(group, "public address on each node", pool.node_public_addresses)
    yield say.of(group, "host ports opened", pool.host_ports)
    system = pool.windows
    words = (
        Setting(
            system.state,
            "Windows" if system.value else "Linux",
            system.origin,
            system.why,
        )
        if system.known
        else Setting[str].unknown(system.why, system.origin)
    )
    yield say.of(group, "operating system", words)
    yield say.of(group, "node image", pool.image)
    if not system.is_surely(value=False):
        yield say.of(group, "Windows shows pod addresses", pool.windows_keeps_pods)
    for title, name in _POOL_DETAILS:
        found = pool.details.get(name)
        empty = found.known and found.value is None
        if empty and name in _TOLD_ONLY_IF_GIVEN:
            continue
        if empty:
            found = Setting.unknown(found.why or "not stated", found.origin)
        yield say.of(group, title, found, name)
