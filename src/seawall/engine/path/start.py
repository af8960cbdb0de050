"""Where packets start, and the addresses that ends stand for."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property

from seawall.engine.path.ground.atlas import Atlas
from seawall.engine.path.ground.branch import Branch, Start, StartKind
from seawall.engine.path.ground.space import NOWHERE, PRIVATE, Space, at
from seawall.engine.path.ground.verdicts import Ruling
from seawall.model.address import Address
from seawall.model.cluster import Addressing, NodePool
from seawall.model.end import (
    AddressEnd,
    End,
    InternetEnd,
    NodeEnd,
    OnPremisesEnd,
    PodEnd,
    SubnetEnd,
)
from seawall.model.interface import NetworkInterface
from seawall.model.trace import Layer
from seawall.model.workload import Workload

IPV6 = 6
UNIQUE_LOCAL = Space.parse("fc00::/7")
"""Source: RFC 4193."""
GATEWAY_SUBNET = "gatewaysubnet"
_GROUP = "/resourcegroups/"
_ON_VIRTUAL_NODE = (
    "its pods run on a virtual node, in a subnet of container instances, which is not "
    "modelled"
)


class Places:
    """Finds the places of ends in one snapshot."""

    def __init__(self, atlas: Atlas) -> None:
        self._atlas = atlas

    def starts(self, end: End) -> tuple[Start, ...]:
        """Return the places that a packet from *end* may come from.

        Starts whose sources overlap are choices of the platform for the same packet.

        Returns:
            Empty for ends that never start a flow, such as names and Services.
        """
        found: tuple[Start, ...] = ()
        match end:
            case PodEnd():
                found = tuple(self._pod(end.workload))
            case NodeEnd():
                cluster = self._atlas.cluster
                pool = cluster.pool(end.pool) if cluster else None
                found = (self._asked_node(pool, str(end)),) if pool else ()
            case SubnetEnd():
                found = (self._machine(end.subnet),)
            case InternetEnd():
                found = (Start(StartKind.INTERNET, "internet", self._atlas.outside),)
            case OnPremisesEnd():
                found = self._on_premises()
            case AddressEnd():
                found = tuple(self._addresses(Space.of(end.ranges)))
            case _:
                pass
        return found

    def pools_of(self, workload: Workload) -> tuple[NodePool, ...]:
        """Return the pools whose nodes may run a workload."""
        if workload.node_pool is not None and self._atlas.cluster is not None:
            pinned = self._atlas.cluster.pool(workload.node_pool)
            if pinned is not None:
                return (pinned,)
        return self._atlas.pools

    def _pod(self, workload: Workload) -> Iterator[Start]:
        """Yield the places of a workload's pods, one for each pool.

        Source:
            AKS docs, concepts-network-cni-overview.
        """
        pools = self.pools_of(workload)
        if workload.is_on_virtual_node and self._atlas.cluster is not None:
            yield Start(
                StartKind.NOWHERE,
                workload.label,
                self.addresses(workload),
                network=self._atlas.cluster_network,
                workload=workload,
                why=_ON_VIRTUAL_NODE,
            )
            return
        if not pools:
            yield Start(
                StartKind.NODE if workload.host_network else StartKind.POD,
                workload.label,
                self.addresses(workload),
                workload=workload,
                why="there is no cluster in the input",
            )
        for pool in pools:
            if workload.host_network:
                node = self._node(pool, workload.label)
                known = at(*workload.addresses)
                sources = (known & node.sources) if known else node.sources
                if sources:
                    yield replace(
                        node, sources=sources, workload=workload, is_asked=True
                    )
                continue
            sources = self._of_pool(workload, pool)
            if sources:
                node = self._node(pool, workload.label)
                yield replace(
                    node,
                    kind=StartKind.POD if node.subnet else StartKind.NOWHERE,
                    sources=sources,
                    workload=workload,
                )

    def _of_pool(self, workload: Workload, pool: NodePool) -> Space:
        range_ = self.pods(pool)
        known = at(*workload.addresses)
        if not known:
            return range_
        pools = self.pools_of(workload)
        if len(pools) == 1:
            return known
        elsewhere = NOWHERE
        for other in pools:
            elsewhere = elsewhere | self.pods(other)
        # A known address that no pool's range holds may be on any of them.
        return (known & range_) | (known - elsewhere)

    def addresses(self, workload: Workload) -> Space:
        """Return the addresses that pods of a workload have or may have.

        Source:
            AKS docs, concepts-network-cni-overview and
            concepts-network-azure-cni-overlay.
        """
        known = at(*workload.addresses)
        if known:
            return known
        found = NOWHERE
        pools = () if workload.is_on_virtual_node else self.pools_of(workload)
        for pool in pools:
            found = found | (
                self.nodes_asked(pool) if workload.host_network else self.pods(pool)
            )
        return found or (self._anywhere - self.taken)

    @cached_property
    def _anywhere(self) -> Space:
        """The addresses of pods of which nothing is known.

        Some IPv6 address in the input tells that pods have those too.
        """
        pods = (
            pod for each in self._atlas.snapshot.objects.workloads for pod in each.pods
        )
        held = (
            address for pod in pods for address in (*pod.addresses, *pod.node_addresses)
        )
        dual = any(address.version == IPV6 for address in held)
        return PRIVATE | UNIQUE_LOCAL if dual else PRIVATE

    def nodes(self, pool: NodePool) -> Space:
        """Return the addresses that nodes of a pool may have."""
        subnet = self._atlas.subnet(pool.subnet.value)
        if subnet is None:
            return PRIVATE
        return Space.of(subnet.prefixes) or self._atlas.space(subnet.network) or PRIVATE

    def surely_nodes(self, pool: NodePool) -> Space:
        """Return the addresses that nodes of a pool are known to share."""
        subnet = self._atlas.subnet(pool.subnet.value)
        return NOWHERE if subnet is None else Space.of(subnet.prefixes)

    def nodes_asked(self, pool: NodePool) -> Space:
        """Return the addresses that a question about nodes is about.

        Those of a front end, a private endpoint or a machine in their subnet are no
        node's.
        """
        return (self.nodes(pool) - self.taken) or self.nodes(pool)

    @cached_property
    def taken(self) -> Space:
        """The addresses of what is neither pod nor node."""
        fabric = self._atlas.fabric
        fronts = [item.front_ends for item in fabric.load_balancers]
        fronts += [item.front_ends for item in fabric.application_gateways]
        holders = [front.address for listed in fronts for front in listed]
        holders += [each.address for each in fabric.private_endpoints]
        holders += [each.address for each in fabric.firewalls]
        machines = [it for it in fabric.interfaces if self.is_machine(it)]
        holders += [item for each in machines for item in each.addresses]
        return at(*(address for address in holders if address is not None))

    def is_machine(self, interface: NetworkInterface) -> bool | None:
        """Whether an interface is no node's; None if that is not known.

        Source:
            AKS docs, faq: what AKS makes lies in its node resource group; so do the
            interfaces of nodes in availability sets and pools of virtual machines.
        """
        cluster = self._atlas.cluster
        if any(address in self.held for address in interface.addresses):
            return False
        if cluster is None or _GROUP not in interface.id.lower():
            return True
        group = cluster.node_resource_group.lower()
        return f"{_GROUP}{group}/" not in interface.id.lower() if group else None

    @cached_property
    def of_cluster(self) -> Space:
        """The addresses that pods and nodes of the cluster have or may have."""
        found = self.held_space
        for pool in self._atlas.pools:
            found = found | self.nodes(pool) | self.pods(pool)
        return found

    @cached_property
    def held_space(self) -> Space:
        """The addresses of pods in the input, and of their nodes, as a set."""
        return at(*self.held)

    @cached_property
    def held(self) -> frozenset[Address]:
        """The addresses of pods in the input, and of their nodes."""
        workloads = self._atlas.snapshot.objects.workloads
        pods = (pod for each in workloads for pod in each.pods)
        return frozenset(
            it for pod in pods for it in pod.addresses + pod.node_addresses
        )

    def pods(self, pool: NodePool) -> Space:
        """Return the addresses that pods on a pool may have.

        Those of a front end, a private endpoint or a machine are no pod's.
        """
        cluster = self._atlas.cluster
        mode = self._atlas.addressing
        if mode is Addressing.NODE_SUBNET:
            return self.nodes_asked(pool)
        if mode is Addressing.POD_SUBNET:
            subnet = self._atlas.subnet(pool.pod_subnet.value)
            found = Space.of(subnet.prefixes) if subnet else NOWHERE
            found = found or PRIVATE
            return (found - self.taken) or found
        ranges = cluster.pod_ranges.value if cluster else None
        return Space.of(ranges or ()) or PRIVATE

    def _node(self, pool: NodePool, name: str) -> Start:
        subnet = self._atlas.subnet(pool.subnet.value)
        if subnet is None:
            why = (
                f"subnet `{self._atlas.short(pool.subnet.value)}` of pool "
                f"`{pool.name}` is not in the input"
                if pool.subnet.known
                else f"the subnet of pool `{pool.name}`: {pool.subnet.why}"
            )
            return Start(
                StartKind.NOWHERE,
                name,
                self.nodes(pool),
                network=self._atlas.cluster_network,
                pool=pool,
                why=why,
            )
        return Start(
            StartKind.NODE,
            name,
            self.nodes(pool),
            subnet=subnet.id,
            network=subnet.network,
            pool=pool,
        )

    def _asked_node(self, pool: NodePool, name: str) -> Start:
        start = self._node(pool, name)
        return replace(start, sources=self.nodes_asked(pool), is_asked=True)

    def _machine(self, id_: str) -> Start:
        subnet = self._atlas.subnet(id_)
        if subnet is None:
            name = f"subnet:{self._atlas.short(id_)}"
            why = f"subnet `{id_}` is not in the input"
            return Start(StartKind.NOWHERE, name, PRIVATE, why=why)
        space = Space.of(subnet.prefixes) or self._atlas.space(subnet.network)
        return Start(
            StartKind.MACHINE,
            f"subnet:{subnet.name}",
            space or PRIVATE,
            subnet=subnet.id,
            network=subnet.network,
        )

    def _on_premises(self) -> tuple[Start, ...]:
        """Return a start for each gateway.

        Source:
            Azure docs, virtual-network-peering-overview, "Gateways and on-premises
            connectivity".
        """
        found = []
        for gateway in self._atlas.fabric.gateways:
            sources = self._atlas.behind(gateway)
            name = f"onprem behind {gateway.name}"
            if gateway.network is None or self._atlas.network(gateway.network) is None:
                why = f"the network of gateway `{gateway.name}` is not in the input"
                found.append(Start(StartKind.NOWHERE, name, sources, why=why))
                continue
            door = next(
                (
                    subnet.id
                    for subnet in self._atlas.subnets_of(gateway.network)
                    if subnet.name.lower() == GATEWAY_SUBNET
                ),
                None,
            )
            found.append(
                Start(
                    StartKind.ON_PREMISES,
                    name,
                    sources,
                    subnet=door,
                    network=gateway.network,
                )
            )
        return tuple(found)

    def _addresses(self, space: Space) -> Iterator[Start]:
        """Yield the places that hold some of the given source addresses."""
        left = space
        places = (*self._inside(), *self._on_premises())
        for place in places:
            if part := space & place.sources:
                yield replace(place, sources=part)
                left = left - part
        if part := left & self._atlas.internet:
            yield Start(StartKind.INTERNET, "internet", part)
            left = left - part
        for part in (left & self.of_cluster, left - self.of_cluster):
            if part:
                why = f"what has address {part} is not in the input"
                yield Start(StartKind.NOWHERE, str(part), part, why=why)

    def _inside(self) -> Iterator[Start]:
        """Yield the nodes of each pool, then the machines of the other subnets."""
        taken = set()
        for pool in self._atlas.pools:
            node = self._node(pool, f"node:{pool.name}")
            if node.kind is StartKind.NODE:
                taken.add(node.subnet)
                yield node
        for subnet in self._atlas.fabric.subnets:
            if subnet.id not in taken and subnet.prefixes:
                yield self._machine(subnet.id)


def past_nodes(branch: Branch) -> Branch:
    """Return a way to a pod on a virtual node; it is told once that it is not known.

    Source:
        docs/semantics/path.md, V8.
    """
    place = "virtual node"
    if any(step.at == place for step in branch.steps):
        return branch
    ruling = Ruling.not_known(_ON_VIRTUAL_NODE, "AKS docs, virtual-nodes")
    return branch.judged(Layer.DELIVERY, place, ruling)


def gateway_door(atlas: Atlas, network: str) -> str | None:
    """Return the subnet by whose routes packets come back from premises.

    Returns:
        Its id; None where that is not known, or where they may come past it.

    Source:
        docs/semantics/path.md, Y7.
    """
    used = [it.gateway for it in atlas.gateways_of(network)]
    homes = {(each.network or "") if each else "" for each in used}
    if len(homes) != 1 or any(each and each.takes_fast_path for each in used):
        return None
    near = atlas.subnets_of(homes.pop())
    return next((it.id for it in near if it.name.lower() == GATEWAY_SUBNET), None)
