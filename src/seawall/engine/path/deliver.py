"""Delivery inside a virtual network: who has the address, and what guards it."""

from collections.abc import Iterator

from seawall.engine.path.arrive import Resources
from seawall.engine.path.filters.filter import Filters
from seawall.engine.path.filters.guard import inbound
from seawall.engine.path.firewalls.own import own_address
from seawall.engine.path.ground.atlas import Atlas
from seawall.engine.path.ground.branch import Arrival, ArrivalKind, Branch
from seawall.engine.path.ground.space import NOWHERE, Space, at
from seawall.engine.path.ground.verdicts import NOTHING, Ruling
from seawall.engine.path.host_ports import HostPorts
from seawall.engine.path.routes.route import filters_endpoints
from seawall.engine.path.start import Places
from seawall.engine.path.ways_in.entrances import Entrances
from seawall.engine.path.ways_in.links import link_behind, passed
from seawall.engine.path.ways_in.node_ports import NodePorts
from seawall.model.cluster import Addressing, NodePool
from seawall.model.end import NodeEnd, PodEnd
from seawall.model.endpoint import PrivateEndpoint
from seawall.model.firewall import Firewall
from seawall.model.network import Subnet
from seawall.model.policy import Direction
from seawall.model.trace import Layer

_DNS = 53
_SOURCE = "Azure docs, virtual-networks-udr-overview"


class Delivery:
    """Hands packets to what has their destination address."""

    def __init__(
        self,
        atlas: Atlas,
        filters: Filters,
        resources: Resources,
        places: Places,
        entrances: Entrances,
    ) -> None:
        self._atlas = atlas
        self._filters = filters
        self._resources = resources
        self._places = places
        self._entrances = entrances
        self._host_ports = HostPorts(atlas, places)
        self._node_ports = NodePorts(atlas, places, entrances.onward)

    def delivered(self, branch: Branch, network: str) -> Iterator[Branch]:
        """Yield the ways of packets whose destination a network holds.

        Source:
            Azure docs, virtual-networks-udr-overview.
        """
        left = branch.destinations
        for subnet in self._atlas.subnets_of(network):
            prefixes = Space.of(subnet.prefixes)
            part = branch.toward(prefixes)
            if part.flows:
                left = left - prefixes
                yield from self._in_subnet(part, subnet)
        rest = branch.toward(left)
        if rest.flows:
            short = self._atlas.short(network)
            says = f"no subnet of `{short}` in the input holds the address"
            yield rest.judged(Layer.DELIVERY, short, Ruling.not_known(says, _SOURCE))

    def _in_subnet(self, branch: Branch, subnet: Subnet) -> Iterator[Branch]:
        taken = NOWHERE
        for endpoint in self._endpoints(branch, subnet):
            where = at(endpoint.address) if endpoint.address else branch.destinations
            part = branch.toward(where - taken)
            taken = taken | where
            if part.flows:
                yield from self._to_endpoint(part, endpoint, subnet)
        for firewall in self._atlas.fabric.firewalls:
            if firewall.address is None or firewall.subnet != subnet.id:
                continue
            part = branch.toward(at(firewall.address) - taken)
            taken = taken | at(firewall.address)
            if part.flows:
                yield self.to_firewall(part, firewall)
        for front in self._entrances.private_fronts(subnet):
            part = branch.toward(front - taken)
            taken = taken | front
            if part.flows:
                yield from self._entrances.by_private_address(part, subnet)
        if not isinstance(branch.question.target, NodeEnd | PodEnd):
            owned, perhaps = self._machines_in(subnet)
            reached = (owned | perhaps) - taken
            yield from self._past_interface(branch.toward(reached), subnet)
            taken = taken | owned
        part = branch.toward(branch.destinations - taken)
        if part.flows:
            yield from self._to_machine(part, subnet)

    def _machines_in(self, subnet: Subnet) -> tuple[Space, Space]:
        """Return the addresses that machines in a subnet have, and perhaps have."""
        found = self._atlas.interfaces_in(subnet.id)
        told = [(it, self._places.is_machine(it)) for it in found]
        owned = at(*(each for it, sure in told if sure for each in it.addresses))
        perhaps = (each for it, sure in told if sure is None for each in it.addresses)
        return owned, at(*perhaps)

    def _endpoints(self, branch: Branch, subnet: Subnet) -> list[PrivateEndpoint]:
        """Return the endpoints in a subnet, those without an address last."""
        found = [
            each
            for each in self._atlas.fabric.private_endpoints
            if each.subnet == subnet.id
            and (each.address is not None or each.id in branch.question.endpoints)
        ]
        return sorted(found, key=lambda each: (each.address is None, each.id))

    def _to_endpoint(
        self, branch: Branch, endpoint: PrivateEndpoint, subnet: Subnet
    ) -> Iterator[Branch]:
        """Pass the filter in front of a private endpoint, if it sees the packet.

        Source:
            Azure docs, disable-private-endpoint-network-policy; security admins:
            some private endpoints are out of reach of admin rules.
        """
        applies = filters_endpoints(subnet)
        admin = self._filters.admin.at(
            subnet, direction=Direction.INGRESS, tag=branch.question.tag
        )
        if admin is not None:
            ruling = admin.possibly.ruling
            branch = branch.judged(Layer.ADMIN_FILTER, subnet.name, ruling)
        if applies is not False:
            found = self._inbound(branch, subnet)
            if found is not None:
                ruling = found
                if admin is not None:
                    ruling = admin.possibly.sparing(ruling)
                if applies is None:
                    ruling = _softened(ruling)
                branch = branch.judged(Layer.SUBNET_FILTER, subnet.name, ruling)
        way = self._resources.by_endpoint(branch, endpoint)
        link = link_behind(self._atlas, endpoint)
        if link is None:
            yield way
        else:
            yield from passed(self._atlas, self._entrances, way, endpoint, link)

    def to_firewall(self, branch: Branch, firewall: Firewall) -> Branch:
        """End at a firewall's own address.

        Source:
            Azure docs, firewall dns-details.
        """
        ruling = own_address(firewall)
        return branch.judged(Layer.FIREWALL, firewall.name, ruling).arrived(
            Arrival(ArrivalKind.FIREWALL, subnet=firewall.subnet)
        )

    def _to_machine(self, branch: Branch, subnet: Subnet) -> Iterator[Branch]:
        """Yield the ways to machines, nodes and pods in a subnet, by pool.

        Source:
            docs/semantics/path.md, D3; Azure docs,
            network-security-group-how-it-works; AKS docs, concepts-security: the group
            that AKS makes is on the nodes' interfaces.
        """
        pools = self.pools_at(branch, subnet)
        if isinstance(branch.question.target, NodeEnd | PodEnd):
            if not self._may_stand(branch, subnet):
                yield self._stray(branch, subnet, "it")
                return
        else:
            others = self._atlas.foreign_pools_in(subnet.id)
            for other in others:
                way = self.guarded(branch, subnet, other)
                yield way.arrived(Arrival(ArrivalKind.MACHINE, subnet.id))
            if not others and not pools:
                yield from self._to_others(branch, subnet)
        for pool in pools:
            way = self.guarded(branch, subnet, pool)
            kind = self._kind(branch, subnet, pool)
            if kind is not ArrivalKind.POD:
                taken = self._node_ports.taken(way)
                if taken.flows:
                    yield from self._node_ports.handed_on(taken, pool)
                    if kind is ArrivalKind.POD_OR_NODE:
                        yield taken.arrived(Arrival(ArrivalKind.POD, subnet.id))
                    way = self._node_ports.left(way)
            if way.flows:
                yield from self._host_ports.ends(way, pool, Arrival(kind, subnet.id))

    def _to_others(self, branch: Branch, subnet: Subnet) -> Iterator[Branch]:
        """Yield the ways into a subnet in which no pool is known to stand."""
        held = self._places.held_space
        part = branch.toward(held)
        if part.flows:
            yield self._stray(part, subnet, "a node or pod with this address")
        yield from self._past_interface(
            branch.toward(branch.destinations - held), subnet
        )

    def _past_interface(self, branch: Branch, subnet: Subnet) -> Iterator[Branch]:
        """Yield the way to machines in a subnet, past the filters of interfaces."""
        if branch.flows:
            way = self._at_interface(branch, subnet)
            yield way.arrived(Arrival(ArrivalKind.MACHINE, subnet.id))

    def _at_interface(self, branch: Branch, subnet: Subnet) -> Branch:
        """Pass the inbound filters of a subnet, and of the interfaces in it."""
        machines = self._atlas.interfaces_in(subnet.id)
        return inbound(self._filters, branch, subnet, None, machines)

    def _may_stand(self, branch: Branch, subnet: Subnet) -> bool:
        """Say whether a pool of the node or pod that is meant stands in a subnet."""
        pools, target = self._atlas.pools_in(subnet.id), branch.question.target
        if isinstance(target, PodEnd):
            wanted = self._places.pools_of(target.workload)
            return any(pool in wanted for pool in pools)
        return any(NodeEnd(pool.name) == target for pool in pools)

    def _stray(self, branch: Branch, subnet: Subnet, who: str) -> Branch:
        """Return the way to a node or pod where none of its pools is known to stand.

        Source:
            docs/semantics/path.md, D3.
        """
        why = "no cluster is in the input"
        if self._atlas.cluster is not None:
            why = f"of the pools that {who} may be on, the input shows none there"
        says = f"whether {who} stands in `{subnet.name}` is not known: {why}"
        ruling = Ruling.not_known(says, _SOURCE)
        way = self._at_interface(branch, subnet)
        way = way.judged(Layer.DELIVERY, subnet.name, ruling)
        target = branch.question.target
        is_pod = isinstance(target, PodEnd) and not target.workload.host_network
        kind = ArrivalKind.POD if is_pod else ArrivalKind.MACHINE
        return way.arrived(Arrival(kind, subnet.id))

    def pools_at(self, branch: Branch, subnet: Subnet) -> tuple[NodePool, ...]:
        """Return the pools that a destination in a subnet may belong to."""
        pools = self._atlas.pools_in(subnet.id)
        target = branch.question.target
        wanted: tuple[NodePool, ...] = pools
        if isinstance(target, NodeEnd):
            wanted = tuple(pool for pool in pools if pool.name == target.pool)
        elif isinstance(target, PodEnd):
            allowed = self._places.pools_of(target.workload)
            wanted = tuple(pool for pool in pools if pool in allowed)
        return wanted or pools

    def guarded(self, branch: Branch, subnet: Subnet, pool: NodePool) -> Branch:
        """Pass the inbound filters of a subnet, and of a node's interface."""
        return inbound(self._filters, branch, subnet, pool)

    def _inbound(self, branch: Branch, subnet: Subnet) -> Ruling | None:
        return self._filters.ruling(
            subnet.security_group,
            subnet,
            direction=Direction.INGRESS,
            tag=branch.question.tag,
        )

    def _kind(self, branch: Branch, subnet: Subnet, pool: NodePool) -> ArrivalKind:
        target = branch.question.target
        if isinstance(target, NodeEnd):
            return ArrivalKind.NODE
        if isinstance(target, PodEnd):
            hosted = target.workload.host_network
            return ArrivalKind.NODE if hosted else ArrivalKind.POD
        mode = self._atlas.addressing
        if mode is Addressing.POD_SUBNET and pool.pod_subnet.value == subnet.id:
            return ArrivalKind.POD
        if mode in (Addressing.OVERLAY, Addressing.KUBENET, Addressing.POD_SUBNET):
            return ArrivalKind.NODE
        return ArrivalKind.POD_OR_NODE


def _softened(ruling: Ruling) -> Ruling:
    """Turn denials into unknowns: whether the filter applies is not known."""
    return Ruling(NOTHING, ruling.denied | ruling.unknown, ruling.say)
