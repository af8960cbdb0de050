"""What the input says about a cluster that decides what it must reach."""

from collections.abc import Callable
from dataclasses import dataclass

from seawall.model.address import Address
from seawall.model.cluster import Addressing, Cluster, NodePool, OutboundType
from seawall.model.dataplane import PolicyEngine
from seawall.model.origin import Origin
from seawall.model.setting import Setting
from seawall.model.snapshot import Snapshot
from seawall.model.upkeep import Addon
from seawall.query.egress.catalogue import Version, version_of

YES, NO = "yes", "no"

_RELEASES: dict[str, tuple[tuple[Version, Version, str], ...]] = {
    "azurelinux": (((1, 32), (1, 99), "azurelinux3"),),
    "cblmariner": (((1, 0), (1, 99), "azurelinux2"),),
    "mariner": (((1, 0), (1, 99), "azurelinux2"),),
    "ubuntu": (
        ((1, 25), (1, 34), "ubuntu2204"),
        ((1, 35), (1, 99), "ubuntu2404"),
    ),
    "windows": (((1, 25), (1, 35), "windows2022"),),
}
"""What a name without a version means, by the version of Kubernetes."""
_HOST = "168.63.129.16"
_CHINA = (".azk8s.cn",)
_USGOV = (".azure.us",)


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing about a cluster or a pool.

    Attributes:
        value: In the words of the catalogue; None when it is not known.
        why: Why it is not known, or by what it is what it is.
        origin: Where it is said.
    """

    value: str | None
    why: str = ""
    origin: Origin | None = None

    @classmethod
    def of(cls, setting: Setting[bool]) -> "Fact":
        """Return a setting that is on, off or not known."""
        if not setting.known:
            return cls(None, setting.why, setting.origin)
        return cls(YES if setting.value else NO, setting.why, setting.origin)


class Facts:
    """The facts of one cluster, by the names that the catalogue gives them."""

    def __init__(
        self, snapshot: Snapshot, cluster: Cluster, kubernetes: str | None = None
    ) -> None:
        """Read facts when they are asked for.

        Args:
            snapshot: What was read.
            cluster: The cluster.
            kubernetes: The version to answer for; None is the cluster's own.
        """
        self._kubernetes = kubernetes or cluster.kubernetes_version.value or ""
        self._snapshot = snapshot
        self._cluster = cluster
        self._known: dict[str, Fact] = {}
        upkeep = cluster.upkeep
        self._readers: dict[str, Callable[[], Fact]] = {
            "addressing": lambda: _word(cluster.addressing),
            "azure-monitor": self._azure_monitor,
            "cached-artifacts": lambda: Fact.of(upkeep.cached_artifacts),
            "custom-dns": self._custom_dns,
            "isolated": self._isolated,
            "konnectivity": self._konnectivity,
            "local-dns": lambda: Fact.of(cluster.local_dns),
            "policy-engine": lambda: _word(cluster.policy_engine),
            "topology": self._topology,
        }

    @property
    def kubernetes(self) -> Version | None:
        """The version of Kubernetes; None when not known."""
        return version_of(self._kubernetes)

    def of_pool(self, pool: NodePool, name: str) -> Fact:
        """Return a fact of one node pool.

        Raises:
            KeyError: There is no fact of that name.
        """
        if name == "os":
            windows = pool.windows
            word = "windows" if windows.value else "linux"
            return Fact(word if windows.known else None, windows.why, windows.origin)
        if name == "graphics":
            return Fact.of(pool.graphics)
        if name == "image":
            family = (pool.image.value or "").rstrip("0123456789")
            return Fact(family or None, pool.image.why, pool.image.origin)
        if name == "release":
            return self._release(pool)
        raise KeyError(name)

    def _release(self, pool: NodePool) -> Fact:
        """Return the release of the operating system of a pool's nodes.

        Source: AKS docs, includes/ubuntu-22-04-retirement (24.04 from Kubernetes 1.35),
        supported-kubernetes-versions (Azure Linux 2.0 up to 1.31), and
        quick-windows-container-deploy-cli (Windows Server 2022 from 1.25 to 1.35).
        """
        image, version = pool.image, self.kubernetes
        if image.value is None:
            return Fact(None, image.why, image.origin)
        named = _RELEASES.get(image.value)
        if named is None:
            return Fact(image.value, origin=image.origin)
        if version is not None:
            for first, last, release in named:
                if first <= version <= last:
                    return Fact(release, origin=image.origin)
        why = (
            f"which release of `{image.value}` its nodes run is not known: it follows "
            "from the version of Kubernetes and of the node image"
        )
        return Fact(None, why, image.origin)

    @property
    def region(self) -> str:
        """The region of the cluster; empty when not known."""
        return self._cluster.region

    def of_cluster(self, name: str) -> Fact:
        """Return a fact of the cluster.

        Raises:
            KeyError: There is no fact of that name.
        """
        if name not in self._known:
            reader = self._readers.get(name)
            if reader is not None:
                self._known[name] = reader()
            else:
                addon = ADDONS[name]
                self._known[name] = Fact.of(self._cluster.upkeep.addon(addon))
        return self._known[name]

    def cloud(self) -> Fact:
        """Return which of Microsoft's clouds the cluster is in.

        Where neither its region nor its name says so, it is taken to be the public one.
        """
        region = self._cluster.region
        name = self._cluster.api_server.name or ""
        if region.startswith("china") or name.endswith(_CHINA):
            return Fact("china")
        if region.startswith(("usgov", "usdod")) or name.endswith(_USGOV):
            return Fact("usgov")
        return Fact("global", "" if region or name else "its region is not known")

    def dns_servers(self) -> tuple[Address, ...]:
        """Return the DNS servers of the networks of its pools, Azure's own left out."""
        found: dict[Address, None] = {}
        for servers in self._dns():
            found.update(dict.fromkeys(servers.value or ()))
        return tuple(each for each in found if str(each) != _HOST)

    def _dns(self) -> list[Setting[tuple[Address, ...]]]:
        fabric = self._snapshot.fabric
        subnets = {each.id: each for each in fabric.subnets}
        networks = {each.id: each for each in fabric.networks}
        found: dict[str, Setting[tuple[Address, ...]]] = {}
        for pool in self._cluster.pools:
            subnet = subnets.get(pool.subnet.value or "")
            network = networks.get(subnet.network) if subnet else None
            if network is not None:
                found[network.id] = network.dns_servers
            else:
                why = f"the network of pool `{pool.name}` is not in the input"
                found[pool.name] = Setting.unknown(why, pool.origin)
        return list(found.values())

    def _custom_dns(self) -> Fact:
        if self.dns_servers():
            return Fact(YES)
        for servers in self._dns():
            if not servers.known:
                return Fact(None, servers.why, servers.origin)
        return Fact(NO)

    def _topology(self) -> Fact:
        """Source: AKS docs, private-clusters and api-server-vnet-integration."""
        server = self._cluster.api_server
        for setting in (server.private, server.vnet_integration):
            if not setting.known:
                return Fact(None, setting.why, setting.origin)
        if server.vnet_integration.value:
            word = "integrated-private" if server.private.value else "integrated-public"
            return Fact(word, origin=server.vnet_integration.origin)
        word = "private-link" if server.private.value else "public"
        return Fact(word, origin=server.private.origin)

    def _isolated(self) -> Fact:
        """Return whether it is network isolated: it starts without the internet.

        Source: AKS docs, concepts-network-isolated: with another outbound type a
        cluster with a private registry may still send something out.
        """
        cached = self._cluster.upkeep.cached_artifacts
        if not cached.value:
            return Fact.of(cached)
        outbound = self._cluster.outbound
        if not outbound.known:
            return Fact(None, outbound.why, outbound.origin)
        if outbound.value in (OutboundType.NONE, OutboundType.BLOCK):
            return Fact(YES, origin=cached.origin)
        return Fact(
            None,
            "with a private registry and an outbound type other than `none` or "
            "`block`, the cluster may still send something out",
            cached.origin,
        )

    def _konnectivity(self) -> Fact:
        """Return whether the tunnel to the control plane is konnectivity.

        Source: AKS release notes, 2022-07-17: the rollout is finished in the public
        cloud; of the others only its start is told.
        """
        for workload in self._snapshot.objects.workloads:
            if workload.namespace != "kube-system":
                continue
            if workload.name in ("tunnelfront", "aks-link"):
                return Fact(NO, origin=workload.origin)
            if workload.name == "konnectivity-agent":
                return Fact(YES, origin=workload.origin)
        if self.cloud().value == "global":
            return Fact(YES, "AKS release notes, 2022-07-17")
        return Fact(
            None,
            "whether kube-system runs konnectivity-agent is not in the input; give "
            "`kubectl get pods -n kube-system -o json`",
        )

    def _azure_monitor(self) -> Fact:
        found = [
            self.of_cluster(name)
            for name in ("container-insights", "managed-prometheus")
        ] + [self.of_cluster("application-insights")]
        for fact in found:
            if fact.value == YES:
                return fact
        return next((fact for fact in found if fact.value is None), found[0])


def _word(setting: Setting[PolicyEngine] | Setting[Addressing]) -> Fact:
    if setting.value is None:
        return Fact(None, setting.why, setting.origin)
    return Fact(setting.value.value, setting.why, setting.origin)


ADDONS = {
    "application-routing": Addon.APP_ROUTING,
    "application-insights": Addon.APPLICATION_INSIGHTS,
    "azure-policy": Addon.AZURE_POLICY,
    "cluster-extensions": Addon.EXTENSIONS,
    "container-insights": Addon.CONTAINER_INSIGHTS,
    "cost-analysis": Addon.COST_ANALYSIS,
    "defender": Addon.DEFENDER,
    "key-vault": Addon.KEY_VAULT,
    "open-service-mesh": Addon.OPEN_SERVICE_MESH,
    "managed-prometheus": Addon.PROMETHEUS,
    "workload-identity": Addon.WORKLOAD_IDENTITY,
}
"""Add-ons by the names that the catalogue gives them."""
