"""What the rules of validity ask about: one cluster and the network around it."""

from collections.abc import Iterator

from seawall.audit.validity.term import Term, fact, missing, of, some
from seawall.model.cluster import Addressing, Cluster, NodePool, OutboundType
from seawall.model.details import Plain
from seawall.model.network import RouteTable, Subnet
from seawall.model.setting import Setting, State
from seawall.model.snapshot import Snapshot
from seawall.model.upkeep import Addon
from seawall.query.case import Case
from seawall.query.egress.catalogue import version_of

_NET = "networkProfile."


class Site:
    """One cluster, as conditions.

    Attributes:
        case: The case.
        snapshot: What was read.
        cluster: The cluster.
    """

    def __init__(self, case: Case, cluster: Cluster) -> None:
        self.case = case
        self.snapshot: Snapshot = case.snapshot
        self.cluster = cluster
        self._subnets = {item.id: item for item in self.snapshot.fabric.subnets}
        self._tables = {item.id: item for item in self.snapshot.fabric.route_tables}

    @property
    def pools(self) -> tuple[NodePool, ...]:
        """The node pools."""
        return self.cluster.pools

    def detail(self, name: str, *values: str) -> Term:
        """Return whether a setting of the cluster has one of *values*."""
        return _among(self.cluster.details.get(name), values, name)

    def on(self, name: str) -> Term:
        """Return whether a switch of the cluster is on."""
        return of(self.cluster.details.get(name), bool, f"`{name}`")

    def given(self, name: str) -> Term:
        """Return whether a setting of the cluster has a value at all."""
        setting = self.cluster.details.get(name)
        return of(setting, lambda value: value not in {None, ()}, f"`{name}`")

    def number(self, name: str) -> Setting[Plain]:
        """Return a setting of the cluster as it is."""
        return self.cluster.details.get(name)

    def plugin(self, *values: str) -> Term:
        """Return whether the network plugin is one of *values*."""
        return self.detail(_NET + "networkPlugin", *values)

    @property
    def overlay(self) -> Term:
        """Whether pods have addresses of an overlay."""
        return self.detail(_NET + "networkPluginMode", "overlay")

    @property
    def cilium(self) -> Term:
        """Whether the dataplane is Cilium's."""
        return self.detail(_NET + "networkDataplane", "cilium")

    def policy(self, *values: str) -> Term:
        """Return whether the policy engine that is asked for is one of *values*."""
        return self.detail(_NET + "networkPolicy", *values)

    @property
    def dual_stack(self) -> Term:
        """Whether the cluster has IPv6 beside IPv4."""
        return of(self.cluster.dual_stack, bool, "IP families")

    def outbound(self, *types: OutboundType) -> Term:
        """Return whether the outbound type is one of *types*."""
        return of(self.cluster.outbound, lambda it: it in types, "outbound type")

    def addressing(self, *modes: Addressing) -> Term:
        """Return whether pods get addresses in one of these ways."""
        return of(self.cluster.addressing, lambda it: it in modes, "pod addresses")

    def older_than(self, *version: int) -> Term:
        """Return whether Kubernetes is older than a version."""
        setting = self.cluster.kubernetes_version
        found = version_of(setting.value or "")
        if found is None:
            why = setting.why or f"`{setting.value}` is no version"
            return missing(f"Kubernetes version: {why}", setting.origin)
        stated = setting.state is State.STATED
        return fact(found < version, setting.origin if stated else None)

    def addon(self, which: Addon) -> Term:
        """Return whether an add-on is on."""
        return of(self.cluster.upkeep.addon(which), bool, which.value)

    @property
    def windows(self) -> Term:
        """Whether a pool runs Windows."""
        return some(self.is_windows(pool) for pool in self.pools)

    def is_windows(self, pool: NodePool) -> Term:
        """Return whether one pool runs Windows."""
        return of(pool.windows, bool, f"system of pool `{pool.name}`")

    @property
    def private(self) -> Term:
        """Whether the cluster is private."""
        return of(self.cluster.api_server.private, bool, "private cluster")

    @property
    def integrated(self) -> Term:
        """Whether the API server listens in the cluster's network."""
        return of(self.cluster.api_server.vnet_integration, bool, "VNet integration")

    @property
    def cached(self) -> Term:
        """Whether software comes from a private registry."""
        return of(self.cluster.upkeep.cached_artifacts, bool, "artifact source")

    @property
    def isolated(self) -> Term:
        """Whether it is a network isolated cluster.

        Source: AKS docs, concepts-network-isolated.
        """
        without = self.outbound(OutboundType.NONE, OutboundType.BLOCK)
        return self.cached & without

    @property
    def own_network(self) -> Term:
        """Whether the nodes are in a network that AKS did not make."""
        return some(self.is_own(pool) for pool in self.pools)

    def is_own(self, pool: NodePool) -> Term:
        """Return whether the nodes of a pool are in a network of one's own."""
        setting = pool.subnet
        if not setting.known:
            return missing(f"subnet of pool `{pool.name}`: {setting.why}")
        if setting.state is State.DEFAULTED:
            return fact(truth=False)
        group = self.cluster.node_resource_group
        made = bool(group) and f"/resourcegroups/{group}/" in (setting.value or "")
        return fact(not made, setting.origin)

    def identity(self, kind: str) -> Term:
        """Return whether the cluster has an identity of exactly one kind."""
        return self.detail("identity.type", kind)

    def pool(self, pool: NodePool, name: str, *values: str) -> Term:
        """Return whether a setting of a pool has one of *values*."""
        return _among(pool.details.get(name), values, f"{name} of `{pool.name}`")

    def pool_given(self, pool: NodePool, name: str) -> Term:
        """Return whether a setting of a pool has a value at all."""
        what = f"`{name}` of `{pool.name}`"
        return of(pool.details.get(name), lambda value: value is not None, what)

    def most_nodes(self, pool: NodePool) -> int | None:
        """Return how many nodes a pool may grow to; None if that is not known."""
        scales = pool.details.get("enableAutoScaling")
        name = "maxCount" if scales.value is True else "count"
        if not scales.known:
            return None
        found = pool.details.get(name).value
        return found if isinstance(found, int) and not isinstance(found, bool) else None

    def all_nodes(self) -> int | None:
        """Return how many nodes the cluster may grow to; None if not known."""
        found = [self.most_nodes(pool) for pool in self.pools]
        return None if None in found else sum(item or 0 for item in found)

    def subnet(self, id_: str | None) -> Subnet | None:
        """Return a subnet that is in the input."""
        return self._subnets.get(id_ or "")

    def node_subnets(self) -> Iterator[tuple[str, Subnet | None]]:
        """Yield each subnet of nodes once: its id, and itself if it is in the input."""
        for id_ in dict.fromkeys(pool.subnet.value for pool in self.pools):
            if id_ is not None:
                yield id_, self.subnet(id_)

    def table(self, subnet: Subnet) -> RouteTable | None:
        """Return the route table of a subnet, if it is in the input."""
        return self._tables.get(subnet.route_table.value or "")


def _among(setting: Setting[Plain], values: tuple[str, ...], name: str) -> Term:
    wanted = {value.lower() for value in values}
    return of(setting, lambda it: str(it or "").lower() in wanted, f"`{name}`")
