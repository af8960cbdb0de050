"""Who stands in the twin, and which free addresses they are given."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address

from seawall.model.address import Address, AddressRange
from seawall.model.network import Subnet
from seawall.model.snapshot import Fabric, KubernetesObjects, Snapshot
from seawall.model.workload import Pod, Workload
from seawall.twin.classes.ranges import PRIVATE, free
from seawall.twin.classes.served import served


@dataclass(frozen=True, slots=True)
class NodeStand:
    """A node.

    Attributes:
        name: Its name in the input, or one of the twin's own.
        address: Its address.
        pool: Its pool; empty if none is known.
    """

    name: str
    address: IPv4Address
    pool: str


@dataclass(frozen=True, slots=True)
class PodStand:
    """A pod that stands for a class.

    Attributes:
        name: Its name in the twin.
        workload: Its workload, reduced to this one pod.
        address: Its address.
        node: Its node.
        others: The labels of the other workloads that it stands for.
    """

    name: str
    workload: Workload
    address: IPv4Address
    node: NodeStand
    others: tuple[str, ...]

    @property
    def pod(self) -> Pod:
        """Its pod."""
        return self.workload.pods[0]


@dataclass(frozen=True, slots=True)
class PlaceStand:
    """A place outside the cluster: an address that stands for those like it.

    Attributes:
        address: Its address.
        stands_for: A range in which no rule tells addresses apart.
        is_on_premises: Whether it lies behind a gateway rather than on the internet.
    """

    address: IPv4Address
    stands_for: AddressRange
    is_on_premises: bool = False


@dataclass(frozen=True, slots=True)
class MachineStand:
    """A machine in a subnet that is no pool's, or a private endpoint.

    Attributes:
        name: `network/subnet`, or the name of the endpoint.
        subnet: Id of the subnet.
        address: Its address.
        kind: `machine` or `endpoint`.
    """

    name: str
    subnet: str
    address: IPv4Address
    kind: str = "machine"


_PODS = (AddressRange.parse("10.244.0.0/16"), AddressRange.parse("100.64.0.0/12"))
_NODES = (AddressRange.parse("10.240.0.0/20"), AddressRange.parse("100.80.0.0/12"))
"""Where pods and nodes are when nothing in the input tells.

Source: AKS docs, concepts-network-cni-overview: private ranges of one's choice."""

_SERVICES = (AddressRange.parse("10.0.0.0/16"), AddressRange.parse("100.96.0.0/12"))
"""Where virtual addresses are when nothing in the input tells.

Source: AKS docs, configure-azure-cni: `--service-cidr` and its default."""

_PUBLIC = AddressRange.parse("203.0.113.0/24")
"""Where public addresses are that are allocated later. Source: RFC 5737."""

_PLATFORM_SUBNETS = frozenset(
    {
        "azurefirewallsubnet",
        "azurefirewallmanagementsubnet",
        "azurebastionsubnet",
        "gatewaysubnet",
        "routeserversubnet",
    }
)
"""Subnets in which nobody may put a machine.

Source: Azure, virtual-network-for-azure-services."""

NODES_EACH = 2
"""Nodes of a pool, so that a pod meets its own node and another."""
PODS_EACH = 30
"""Pods on one node of the twin's own: the kernel takes so many rules at once."""


def ipv4(addresses: Iterable[Address]) -> IPv4Address | None:
    """Return the first IPv4 address among some, or None."""
    return next((it for it in addresses if isinstance(it, IPv4Address)), None)


class Giver:
    """Gives free addresses, each once, and nodes to pods in turn."""

    def __init__(self, snapshot: Snapshot, pods: int = 0) -> None:
        """Give to so many pods what nobody in a snapshot has."""
        self._snapshot = snapshot
        self._each = max(NODES_EACH, -(-pods // PODS_EACH))
        self.known = tuple(_known_in_cluster(snapshot.objects))
        self._taken = {int(address) for address in _known(snapshot)}
        self._prefixes = {it.id: it.prefixes for it in snapshot.fabric.subnets}
        self._sources: dict[tuple[AddressRange, ...], Iterator[IPv4Address]] = {}
        self._nodes: dict[str, NodeStand] = {}
        self._names: set[tuple[str, str]] = set()
        self._of_pool: dict[str, list[NodeStand]] = {}

    @property
    def cluster_ranges(self) -> tuple[AddressRange, ...]:
        """Where only pods, nodes and virtual addresses of the cluster are."""
        cluster = self._snapshot.cluster
        if cluster is None:
            return ()
        return (
            *(cluster.pod_ranges.value or ()),
            *(cluster.service_ranges.value or ()),
        )

    def name_in(self, namespace: str, name: str) -> str:
        """Return a name that no other pod of the twin has in a namespace."""
        given, number = name, 2
        while (namespace, given) in self._names:
            given, number = f"{name}-{number}", number + 1
        self._names.add((namespace, given))
        return given

    def nodes(self) -> tuple[NodeStand, ...]:
        """Return the nodes that were given, by name."""
        return tuple(self._nodes[name] for name in sorted(self._nodes))

    @property
    def private(self) -> tuple[AddressRange, ...]:
        """Where nothing of the internet is."""
        fabric = self._snapshot.fabric
        lent = (item for public in fabric.public_addresses for item in public.ranges)
        behind = (item for it in fabric.gateways for item in it.narrow)
        return (*PRIVATE, *self.spaces, *lent, *behind)

    @property
    def spaces(self) -> tuple[AddressRange, ...]:
        """The spaces of all networks."""
        networks = self._snapshot.fabric.networks
        return tuple(item for network in networks for item in network.space)

    def machines(self) -> Iterator[MachineStand]:
        """Yield a machine for each subnet that no pool and no platform service has."""
        fabric, cluster = self._snapshot.fabric, self._snapshot.cluster
        names = {network.id: network.name for network in fabric.networks}
        # A private endpoint has an interface too, and is no machine.
        ends = {endpoint.address for endpoint in fabric.private_endpoints}
        taken: set[str | None] = {it.subnet for it in fabric.application_gateways}
        for pool in cluster.pools if cluster is not None else ():
            taken |= {pool.subnet.value, pool.pod_subnet.value}
        for subnet in fabric.subnets:
            if subnet.id in taken or subnet.network not in names or subnet.delegations:
                continue
            if subnet.name.lower() in _PLATFORM_SUBNETS or _is_ambiguous(
                subnet, fabric
            ):
                continue
            known = [
                at
                for interface in fabric.interfaces
                if interface.subnet == subnet.id
                for at in interface.addresses
                if at not in ends
            ]
            known += [at for at in served(fabric) if int(at) not in self._taken]
            own = (at for at in known if any(at in it for it in subnet.prefixes))
            address = ipv4(own) or self._next(subnet.prefixes)
            if address is not None:
                label = self.name_in("", f"{names[subnet.network]}/{subnet.name}")
                yield MachineStand(label, subnet.id, address)

    def endpoints(self) -> Iterator[MachineStand]:
        """Yield the private endpoints that answer, one for each address."""
        for endpoint in self._snapshot.fabric.private_endpoints:
            if endpoint.approved.value and isinstance(endpoint.address, IPv4Address):
                label = self.name_in("", f"{endpoint.name} {endpoint.address}")
                subnet = endpoint.subnet or ""
                yield MachineStand(label, subnet, endpoint.address, "endpoint")

    def pod_address(self, pool: str) -> IPv4Address | None:
        """Return a free address for a pod on a pool; None if there is none."""
        cluster = self._snapshot.cluster
        if cluster is None:
            return self._next(_PODS)
        ranges = cluster.pod_ranges.value
        found = cluster.pool(pool)
        if not ranges and found is not None:
            home = found.pod_subnet.value or found.subnet.value
            ranges = self._prefixes.get(home or "")
        return self._next(tuple(ranges or _PODS))

    def service_address(self) -> IPv4Address | None:
        """Return a free virtual address; None if there is none.

        Where the range is not in the input, one that no network has is taken.
        """
        cluster = self._snapshot.cluster
        ranges = cluster.service_ranges.value if cluster is not None else None
        if not ranges:
            ranges = tuple(
                it for it in _SERVICES if not any(map(it.overlaps, self.spaces))
            )
        return self._next(tuple(ranges))

    def public_address(self) -> IPv4Address | None:
        """Return a free public address for what is allocated later."""
        return self._next((_PUBLIC,))

    def address_in(self, subnet: str) -> IPv4Address | None:
        """Return a free address of a subnet; None if it is not in the input."""
        return self._next(tuple(self._prefixes.get(subnet, ())))

    def node_of(self, known: Pod | None, pool: str, at: int) -> NodeStand | None:
        """Return the node of a pod, or one of its pool's in turn."""
        if known is not None and known.node:
            stand = self._nodes.get(known.node)
            if stand is None:
                address = ipv4(known.node_addresses) or self._node_address(pool)
                if address is None:
                    return None
                stand = NodeStand(known.node, address, pool)
                self._nodes[known.node] = stand
            return stand
        own = self._of_pool.setdefault(pool, [])
        while len(own) < self._each:
            address = self._node_address(pool)
            if address is None:
                break
            stand = NodeStand(f"{pool or 'node'}-twin-{len(own) + 1}", address, pool)
            own.append(stand)
            self._nodes[stand.name] = stand
        return own[at % len(own)] if own else None

    def _node_address(self, pool: str) -> IPv4Address | None:
        cluster = self._snapshot.cluster
        found = cluster.pool(pool) if cluster is not None else None
        home = found.subnet.value if found is not None else None
        return self._next(tuple(self._prefixes.get(home or "", ())) or _NODES)

    def _next(self, ranges: tuple[AddressRange, ...]) -> IPv4Address | None:
        if ranges not in self._sources:
            self._sources[ranges] = free(ranges, ())
        for address in self._sources[ranges]:
            if int(address) not in self._taken:
                self._taken.add(int(address))
                return address
        return None


def _is_ambiguous(subnet: Subnet, fabric: Fabric) -> bool:
    """Whether another network has the same addresses, so that they tell nobody."""
    return any(
        own.overlaps(item)
        for own in subnet.prefixes
        for network in fabric.networks
        if network.id != subnet.network
        for item in network.space
    )


def _known_in_cluster(objects: KubernetesObjects) -> Iterator[Address]:
    for workload in objects.workloads:
        for pod in workload.pods:
            yield from pod.addresses
            yield from pod.node_addresses
    for node in objects.nodes:
        yield from node.addresses
    for service in objects.services:
        yield from (*service.cluster_addresses, *service.load_balancer_addresses)


def _known(snapshot: Snapshot) -> Iterator[Address]:
    """Yield the addresses that somebody in the input has."""
    yield from _known_in_cluster(snapshot.objects)
    fabric = snapshot.fabric
    for endpoint in fabric.private_endpoints:
        if endpoint.address is not None:
            yield endpoint.address
    for balancer in fabric.load_balancers:
        for front in balancer.front_ends:
            if front.address is not None:
                yield front.address
    for firewall in fabric.firewalls:
        if firewall.address is not None:
            yield firewall.address
    for interface in fabric.interfaces:
        yield from interface.addresses
