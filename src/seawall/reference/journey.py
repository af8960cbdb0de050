"""What stays the same on the way of one packet: the input, the ends, the choices."""

from collections.abc import Callable
from dataclasses import dataclass

from seawall.model.address import Address, AddressRange, without
from seawall.model.cluster import Addressing, Cluster, NodePool
from seawall.model.end import (
    End,
    InternetEnd,
    NodeEnd,
    OnPremisesEnd,
    PodEnd,
    SubnetEnd,
    TagEnd,
)
from seawall.model.interface import NetworkInterface
from seawall.model.network import Subnet
from seawall.model.packet import Packet
from seawall.model.snapshot import Fabric, Snapshot
from seawall.model.workload import VIRTUAL_NODE, Pod
from seawall.reference.match import Match
from seawall.reference.outcome import Choice, Outcome
from seawall.reference.place import subnet_at, subnet_of, within

OUTSIDE_NETWORKS = (Addressing.OVERLAY, Addressing.KUBENET)
"""Where pods have addresses that no virtual network holds."""


@dataclass(frozen=True, slots=True)
class Start:
    """Who sends: an end, and the pool that a pod is taken to be on.

    Attributes:
        end: A pod, node, subnet, the internet or what lies on premises.
        pool: The pool of a pod or node.
        network: The network whose gateway a packet from on premises comes through.
    """

    end: PodEnd | NodeEnd | SubnetEnd | InternetEnd | OnPremisesEnd
    pool: str = ""
    network: str = ""


@dataclass(frozen=True, slots=True)
class Journey:
    """One question about one packet.

    Attributes:
        snapshot: The input.
        start: Who sends.
        name: The DNS name that was asked for, if any.
        target: Who is meant, where that is more than an address.
        choice: Supplies what the platform chooses.
        sent_from: The source of the packet as it leaves its start.
        relayed: Whether an application gateway, or a node for a client, sends it.
        leave: Sends a packet out of a subnet.
    """

    snapshot: Snapshot
    start: Start
    name: str | None
    target: End | None
    choice: Choice
    sent_from: Address | None = None
    relayed: bool = False
    leave: "Callable[[Journey, Packet, Subnet], Outcome] | None" = None

    @property
    def fabric(self) -> Fabric:
        """The Azure network."""
        return self.snapshot.fabric

    @property
    def cluster(self) -> Cluster | None:
        """The cluster of the start, if it starts in one."""
        inside = isinstance(self.start.end, PodEnd | NodeEnd)
        return self.snapshot.cluster if inside else None

    @property
    def tag(self) -> str:
        """The service tag that the packet is meant for, if it is meant for one."""
        return self.target.tag if isinstance(self.target, TagEnd) else ""

    @property
    def own_pool(self) -> NodePool | None:
        """The pool that the packet starts on, if it starts in the cluster."""
        return self.cluster.pool(self.start.pool) if self.cluster else None

    @property
    def from_pod(self) -> bool:
        """Whether it starts in a pod with an address of its own."""
        end = self.start.end
        return isinstance(end, PodEnd) and not end.workload.host_network

    @property
    def to_pod(self) -> bool:
        """Whether it is meant for a pod with an address of its own."""
        end = self.target
        return isinstance(end, PodEnd) and not end.workload.host_network

    def past_nodes(self, address: Address | None = None) -> bool:
        """Whether a pod on a virtual node is meant, or has it. Source: path.md, V8."""
        cluster, end = self.snapshot.cluster, self.target
        listed = self.snapshot.objects.workloads if cluster is not None else ()
        pods = [each for each in listed if each.is_on_virtual_node]
        if isinstance(end, PodEnd | NodeEnd):
            return isinstance(end, PodEnd) and end.workload in pods
        return any(address in each.addresses for each in pods)

    def pods_without_routes(self) -> bool:
        """Whether nothing outside the cluster can lead to its pods.

        Source: AKS docs, concepts-network-azure-cni-overlay and configure-kubenet.
        """
        cluster = self.snapshot.cluster
        routed = cluster and cluster.addressing.value is Addressing.KUBENET
        return self.pods_outside_networks() and not routed

    def pods_outside_networks(self) -> bool:
        """Whether pods of the cluster have addresses that no network holds."""
        cluster = self.snapshot.cluster
        return cluster is not None and cluster.addressing.value in OUTSIDE_NETWORKS


Passed = tuple[tuple[str, Address], ...]


@dataclass(frozen=True, slots=True)
class At:
    """Where a packet is when routes are asked.

    Attributes:
        subnet: The subnet that it leaves from.
        passed: The firewalls that it passed, and its destination as it left each.
    """

    subnet: Subnet
    passed: Passed = ()


def pod_of(end: End | None, address: Address) -> Pod | None:
    """Return the pod of *end* that has *address*."""
    pods = end.workload.pods if isinstance(end, PodEnd) else ()
    return next((pod for pod in pods if address in pod.addresses), None)


def pools_at(journey: Journey, subnet: Subnet) -> list[NodePool]:
    """Return the pools that an address of *subnet* may belong to.

    Source: docs/semantics/path.md, D3.
    """
    cluster = journey.snapshot.cluster
    pools = [
        pool
        for pool in (cluster.pools if cluster is not None else ())
        if subnet.id in (pool.subnet.value, pool.pod_subnet.value)
    ]
    wanted = target_pool(journey)
    return [pool for pool in pools if pool.name == wanted] or pools


def foreign_pools_at(journey: Journey, subnet: Subnet) -> list[NodePool]:
    """Return the pools of other clusters that an address of *subnet* may belong to.

    Source: docs/semantics/path.md, C2.
    """
    if isinstance(journey.target, NodeEnd | PodEnd):
        return []
    return [
        pool
        for cluster in journey.snapshot.other_clusters
        for pool in cluster.pools
        if subnet.id in (pool.subnet.value, pool.pod_subnet.value)
    ]


def target_pool(journey: Journey) -> str | None:
    """Return the pool of the target, as far as the target itself says."""
    if isinstance(journey.target, NodeEnd):
        return journey.target.pool
    if isinstance(journey.target, PodEnd):
        return journey.target.workload.node_pool
    return None


def pools_of_target(journey: Journey, address: Address) -> list[NodePool]:
    """Return the pools that the destination may be on; none if not in the cluster."""
    cluster = journey.snapshot.cluster
    if cluster is None:
        return []
    wanted = target_pool(journey)
    if wanted is not None:
        named = [pool for pool in cluster.pools if pool.name == wanted]
        return named if named or wanted == VIRTUAL_NODE else list(cluster.pools)
    if address in _taken(journey):
        return []
    ranges = cluster.pod_ranges.value or ()
    if journey.pods_outside_networks() and within(address, ranges):
        return list(cluster.pools)
    for pool in cluster.pools:
        home = subnet_of(journey.fabric, pool.subnet.value)
        if home is not None:
            subnet = subnet_at(journey.fabric, home.network, address)
            return pools_at(journey, subnet) if subnet is not None else []
    return []


def on_one_node(journey: Journey, packet: Packet) -> Match:
    """Whether both ends are on one node; False if one is not in the cluster.

    A node has one address of each family, so two node addresses are two nodes.

    Source: docs/semantics/path.md, F9.
    """
    pools = pools_of_target(journey, packet.destination)
    if journey.cluster is None or not pools:
        return False
    if journey.start.pool not in [pool.name for pool in pools]:
        return False
    one = pod_of(journey.start.end, packet.source)
    other = pod_of(journey.target, packet.destination)
    if one is not None and other is not None and one.node and other.node:
        return one.node == other.node
    here = one.node_addresses if one is not None else ()
    there = other.node_addresses if other is not None else ()
    if not journey.from_pod:
        here = (packet.source,)
    if _is_node(journey, packet.destination):
        there = (packet.destination,)
    if not here or not there:
        return None
    return any(address in there for address in here)


def _is_node(journey: Journey, address: Address) -> bool:
    """Whether a destination in the cluster is surely a node's own address."""
    if isinstance(journey.target, PodEnd):
        return journey.target.workload.host_network
    if isinstance(journey.target, NodeEnd):
        return True
    cluster = journey.cluster
    if cluster is None or within(address, cluster.pod_ranges.value or ()):
        return False
    if journey.pods_outside_networks():
        return True
    homes = [subnet_of(journey.fabric, pool.pod_subnet.value) for pool in cluster.pools]
    inside = any(home and within(address, home.prefixes) for home in homes)
    return cluster.addressing.value is Addressing.POD_SUBNET and not inside


def node_addresses(journey: Journey, home: Subnet) -> tuple[AddressRange, ...]:
    """Return the addresses of a subnet that nodes may have. Source: path.md, A3."""
    others = [AddressRange.of(address) for address in _taken(journey)]
    return without(home.prefixes, others) or home.prefixes


def _taken(journey: Journey) -> list[Address]:
    """Return the addresses of what is neither node nor pod."""
    fabric = journey.fabric
    fronts = [item.front_ends for item in fabric.load_balancers]
    fronts += [item.front_ends for item in fabric.application_gateways]
    others = [front.address for listed in fronts for front in listed]
    others += [item.address for item in fabric.private_endpoints]
    others += [item.address for item in fabric.firewalls]
    machines = [it for it in fabric.interfaces if is_machine(journey, it)]
    others += [each for item in machines for each in item.addresses]
    return [address for address in others if address is not None]


def _held(journey: Journey) -> set[Address]:
    """Return the addresses of pods in the input, and of their nodes."""
    pods = [pod for each in journey.snapshot.objects.workloads for pod in each.pods]
    return {it for pod in pods for it in pod.addresses + pod.node_addresses}


def may_be_elsewhere(journey: Journey, subnet: Subnet, address: Address) -> bool:
    """Whether who is meant is on no pool in *subnet*. Source: path.md, D3."""
    here = {pool.name for pool in pools_at(journey, subnet)}
    if not isinstance(journey.target, NodeEnd | PodEnd):
        foreign = foreign_pools_at(journey, subnet)
        return not here and not foreign and address in _held(journey)
    cluster, wanted = journey.snapshot.cluster, target_pool(journey)
    known = {pool.name for pool in cluster.pools} if cluster is not None else set()
    return not here & ({wanted} if wanted in known else known)


def is_machine(journey: Journey, interface: NetworkInterface) -> Match:
    """Whether an interface is no node's of the cluster. Source: path.md, D3."""
    if _held(journey) & {*interface.addresses}:
        return False
    cluster = journey.snapshot.cluster
    _, in_group, rest = interface.id.lower().partition("/resourcegroups/")
    if cluster is None or not in_group:
        return True
    group = cluster.node_resource_group.lower()
    return rest.split("/")[0] != group if group else None
