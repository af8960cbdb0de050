"""The walk: from a start over filters, routes and next hops to where packets end.

Routing and translation split a branch; filters never do, they leave their verdict on
it. Where the platform has a choice the flows go on in several branches.
"""

from collections.abc import Iterator
from dataclasses import replace

from seawall.engine.path.alone import Alone
from seawall.engine.path.arrive import Resources
from seawall.engine.path.deliver import Delivery
from seawall.engine.path.filters.filter import Filters
from seawall.engine.path.filters.guard import outbound
from seawall.engine.path.firewalls.appliance import Appliances
from seawall.engine.path.ground.atlas import Atlas
from seawall.engine.path.ground.branch import (
    Arrival,
    ArrivalKind,
    Branch,
    StartKind,
)
from seawall.engine.path.ground.space import NOWHERE, PRIVATE, SPECIAL, Space
from seawall.engine.path.ground.tags import Tags
from seawall.engine.path.ground.verdicts import Ruling
from seawall.engine.path.host import Host
from seawall.engine.path.neighbours import Neighbours
from seawall.engine.path.routes.route import SOURCE as ROUTE_SOURCE
from seawall.engine.path.start import Places, past_nodes
from seawall.engine.path.transit import Transit
from seawall.engine.path.translation.masquerade import Masquerading, is_hidden, is_lost
from seawall.engine.path.ways_in.entrances import Entrances
from seawall.engine.path.ways_in.own_fronts import OwnFronts
from seawall.model.cluster import Addressing
from seawall.model.end import PodEnd
from seawall.model.interface import NetworkInterface
from seawall.model.network import Subnet
from seawall.model.origin import Origin
from seawall.model.setting import Setting
from seawall.model.trace import Layer

FAST_PATH_SOURCE = "Azure docs, expressroute about-fastpath"
AKS_SOURCE = "AKS docs, concepts-network-azure-cni-overlay"


class Walker:
    """Walks packets through the network of one snapshot."""

    def __init__(self, atlas: Atlas) -> None:
        self.atlas = atlas
        self.tags = Tags(atlas)
        self.filters = Filters(atlas, self.tags)
        self.places = Places(atlas)
        self.entrances = Entrances(atlas, self.filters, self.places, self._send)
        resources = Resources(atlas, self.tags)
        self.delivery = Delivery(
            atlas, self.filters, resources, self.places, self.entrances
        )
        self.appliances = Appliances(atlas, self.filters)
        self.transit = Transit(
            atlas, self.tags, self.delivery, self.entrances, self.appliances
        )
        self.alone = Alone(atlas)
        self._host = Host(atlas, self.filters)
        self._masquerading = Masquerading(atlas)
        self._neighbours = Neighbours(atlas, self.places, self.entrances.onward)
        self._own_fronts = OwnFronts(
            atlas, self.places, self.entrances.onward, self.entrances.front_space
        )

    def walked(self, branch: Branch) -> Iterator[Branch]:
        """Yield every way that the flows of a branch take from its start.

        Returns:
            Branches whose flows together are those of *branch*. Flows that are in
            several are choices of the platform.
        """
        start = branch.start
        if not branch.flows:
            return
        if self.alone.is_asked(branch):
            yield from self.alone.ways(branch)
        elif self._is_out_of_reach(branch):
            says = "nobody outside the cluster can address a pod"
            yield branch.judged(
                Layer.DELIVERY,
                "pods",
                Ruling.denying(says, AKS_SOURCE),
            )
        elif start.kind is StartKind.NOWHERE or start.why:
            why = start.why if self.atlas.cluster else self.alone.lost or start.why
            yield branch.judged(Layer.DELIVERY, start.name, Ruling.not_known(why))
        elif branch.question.is_past_nodes and start.kind is not StartKind.INTERNET:
            yield from self._from_host(branch)
        elif start.kind is StartKind.INTERNET:
            yield from self._from_internet(branch)
        elif start.kind is StartKind.ON_PREMISES:
            yield from self._from_on_premises(branch)
        else:
            yield from self._from_host(branch)

    def _is_out_of_reach(self, branch: Branch) -> bool:
        """Say whether a pod is meant that the start cannot address.

        Source:
            AKS docs, concepts-network-azure-cni-overlay; configure-kubenet: there the
            route table of the nodes leads to pods, from whatever subnet has it.
        """
        start = branch.start
        if start.is_in_cluster or not self._is_hidden_pod(branch):
            return False
        if branch.question.is_past_nodes:
            return False
        if start.kind is StartKind.NOWHERE and start.sources & self.places.of_cluster:
            return False
        return start.kind is StartKind.INTERNET or not self.atlas.pods_are_routed

    def _is_hidden_pod(self, branch: Branch) -> bool:
        target = branch.question.target
        return (
            self.atlas.pods_are_hidden
            and isinstance(target, PodEnd)
            and not target.workload.host_network
        )

    def _from_host(self, branch: Branch) -> Iterator[Branch]:
        tunnelled = branch.toward(self._tunnelled(branch))
        if tunnelled.flows:
            yield self._by_egress_gateway(tunnelled)
            branch = branch.toward(branch.destinations - tunnelled.destinations)
        if branch.question.is_past_nodes:
            yield past_nodes(branch.arrived(Arrival(ArrivalKind.POD)))
            return
        answered, here = self._host.answered(branch)
        yield from answered
        rest = branch.toward(branch.destinations - here)
        if rest.flows and rest.start.is_in_cluster:
            # What stays on the node meets nothing that hides its sender.
            yield from self._neighbours.on_one_node(rest)
            yield from self._own_fronts.taken(rest)
            rest = self._neighbours.on_two_nodes(rest)
        if not rest.flows:
            return
        if rest.start.kind is not StartKind.POD or rest.start.pool is None:
            yield from self._from_node(rest)
            return
        nodes = self.places.nodes(rest.start.pool)
        for way in self._masquerading.masqueraded(rest, nodes):
            yield from [way] if is_lost(way) else self._from_node(way)

    def _tunnelled(self, branch: Branch) -> Space:
        """Return the destinations that pods may reach by a static egress gateway.

        Source:
            AKS docs, configure-static-egress-gateway; docs/semantics/path.md, M11.
        """
        workload = branch.start.workload
        if workload is None or not workload.egress_gateway:
            return NOWHERE
        outside = branch.destinations - self._hidden_pods(branch)
        for told in self.atlas.snapshot.objects.static_gateways:
            if told.key == workload.egress_gateway and told.known:
                excluded = Space.of(told.excluded.value or ())
                rest = told.takes_rest.value
                return outside - excluded if rest else outside & excluded
        return outside

    def _by_egress_gateway(self, branch: Branch) -> Branch:
        workload = branch.start.workload
        name = workload.egress_gateway if workload else ""
        says = (
            f"the pod leaves by the static egress gateway `{name}`, where network "
            "policies do not apply; its way from there is not modelled"
        )
        ruling = Ruling.not_known(says, "AKS docs, configure-static-egress-gateway")
        branch = replace(branch, past_policy=True)
        return branch.judged(Layer.SOURCE_NAT, "static egress gateway", ruling)

    def _from_node(self, branch: Branch) -> Iterator[Branch]:
        """Yield the ways of packets with the source that they leave the node with."""
        if branch.start.is_in_cluster:
            pods = self._hidden_pods(branch)
            inside = branch.toward(pods)
            if inside.flows:
                yield from self._inside_cluster(inside)
            branch = branch.toward(branch.destinations - pods)
            if not branch.flows:
                return
            unknown = self._own_cni_pods(branch)
            foreign = branch.toward(unknown)
            if foreign.flows:
                says = "how a CNI of your own carries packets is not known"
                ruling = Ruling.not_known(says, "AKS docs, use-byo-cni")
                yield foreign.judged(Layer.DELIVERY, "pods", ruling).arrived(
                    Arrival(ArrivalKind.POD)
                )
            branch = branch.toward(branch.destinations - unknown)
            if not branch.flows:
                return
        subnet = self._leaving(branch)
        if subnet is None:
            says = "the subnet that the packet leaves from is not in the input"
            yield branch.judged(
                Layer.ROUTE, branch.start.name, Ruling.not_known(says, ROUTE_SOURCE)
            )
            return
        if self._masquerading.strays(branch):
            branch = self._masquerading.carried(branch)
        branch = self._filtered_out(branch, subnet)
        yield from self.transit.left(branch, subnet)

    def _hidden_pods(self, branch: Branch) -> Space:
        return (
            branch.destinations if self._is_hidden_pod(branch) else self.atlas.pod_space
        )

    def _own_cni_pods(self, branch: Branch) -> Space:
        """Return the destinations that are pods of a CNI that is not modelled.

        Source:
            AKS docs, use-byo-cni.
        """
        cluster = self.atlas.cluster
        if cluster is None or not cluster.addressing.may_be(Addressing.OWN_CNI):
            return NOWHERE
        target = branch.question.target
        if isinstance(target, PodEnd) and not target.workload.host_network:
            return branch.destinations
        return Space.of(cluster.pod_ranges.value or ())

    def _leaving(self, branch: Branch) -> Subnet | None:
        """Return the subnet that packets leave from.

        Source:
            AKS docs, concepts-network-azure-cni-pod-subnet: pods have a subnet of
            their own there.
        """
        start = branch.start
        own = start.pool.pod_subnet if start.pool else None
        if (
            start.kind is StartKind.POD
            and own is not None
            and self.atlas.addressing is Addressing.POD_SUBNET
            and not is_hidden(branch)
        ):
            return self.atlas.subnet(own.value)
        return self.atlas.subnet(start.subnet)

    def _filtered_out(self, branch: Branch, subnet: Subnet) -> Branch:
        """Pass the outbound filters: the interface's, then the subnet's.

        Source:
            Azure docs, network-security-group-how-it-works.
        """
        sender = branch.sender
        machines: tuple[NetworkInterface, ...] = ()
        if sender.kind is StartKind.MACHINE and branch.relay is None:
            machines = self.atlas.interfaces_in(subnet.id)
        return outbound(self.filters, branch, subnet, sender.pool, machines)

    def _send(self, branch: Branch, subnet: Subnet) -> Iterator[Branch]:
        """Yield the ways of packets that something in a subnet sends anew."""
        yield from self.transit.left(self._filtered_out(branch, subnet), subnet)

    def _inside_cluster(self, branch: Branch) -> Iterator[Branch]:
        """Yield the ways between ends of one cluster whose pods have an overlay.

        Source:
            AKS docs, concepts-network-azure-cni-overlay: a routing domain of its own,
            without encapsulation; subnet security groups do see the packets.
        """
        home = self._leaving(branch)
        target = branch.question.target
        pools = (
            self.places.pools_of(target.workload)
            if isinstance(target, PodEnd)
            else self.atlas.pools
        )
        if home is None:
            ruling = Ruling.not_known("the node's subnet is not in the input")
            yield branch.judged(Layer.DELIVERY, branch.start.name, ruling)
            return
        out = self._filtered_out(branch, home)
        for pool in pools:
            there = self.atlas.subnet(pool.subnet.value)
            if there is None:
                says = f"the subnet of pool `{pool.name}` is not in the input"
                way = out.judged(Layer.DELIVERY, pool.name, Ruling.not_known(says))
            else:
                way = self.delivery.guarded(out, there, pool)
            yield way.arrived(Arrival(ArrivalKind.POD, pool.subnet.value))

    def _from_internet(self, branch: Branch) -> Iterator[Branch]:
        """Yield the ways of packets that start on the internet.

        Source:
            Azure docs, virtual-networks-overview: resources are reached from the
            internet by public addresses only.
        """
        inside = PRIVATE | SPECIAL | self.atlas.known
        lost = branch.toward(inside)
        if lost.flows:
            says = "the internet reaches public addresses only"
            yield lost.judged(
                Layer.DELIVERY,
                "internet",
                Ruling.denying(says, "Azure docs, virtual-networks-overview"),
            )
        rest = branch.toward(branch.destinations - inside)
        if rest.flows:
            yield from self.transit.on_internet(rest)

    def _from_on_premises(self, branch: Branch) -> Iterator[Branch]:
        """Yield the ways of packets that come in by a gateway.

        Source:
            Azure docs, virtual-networks-udr-overview: the routes of the gateway's
            subnet apply; it has no security group.
        """
        network = branch.start.network or ""
        door = self.atlas.subnet(branch.start.subnet)
        bare = _without_settings(network)
        yield from self.transit.left(branch, door or bare)
        if door is not None and self._may_pass_by(network):
            says = "FastPath may lead it past the gateway and the routes of its subnet"
            ruling = Ruling.passing(says, FAST_PATH_SOURCE)
            way = branch.judged(Layer.ROUTE, "FastPath", ruling)
            yield from self.transit.left(way, bare)

    def _may_pass_by(self, network: str) -> bool:
        """Say whether packets from on premises may come past their gateway.

        Source:
            Azure docs, expressroute about-fastpath.
        """
        return any(
            gateway.takes_fast_path and (gateway.network or "").lower() == network
            for gateway in self.atlas.fabric.gateways
        )


def _without_settings(network: str) -> Subnet:
    """Return a gateway's subnet as it is when nothing was set on it."""
    none: Setting[str] = Setting.stated(None)
    return Subnet(
        id=f"{network}#gateway",
        name="GatewaySubnet",
        network=network,
        prefixes=(),
        origin=Origin(network),
        security_group=none,
        route_table=none,
        nat_gateway=none,
        endpoint_policies=none,
        default_outbound=Setting.stated(value=False),
    )
