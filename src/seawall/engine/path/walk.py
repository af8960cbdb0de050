"""The walk: from a start over filters, routes and next hops to where packets end.

Routing and translation split a branch; filters never do, they leave their verdict on
it. Where the platform has a choice the flows go on in several branches.
"""

from collections.abc import Iterator
from dataclasses import replace

from seawall.engine.path.arrive import Resources
from seawall.engine.path.atlas import Atlas
from seawall.engine.path.branch import (
    Arrival,
    ArrivalKind,
    Branch,
    StartKind,
)
from seawall.engine.path.crossing import crossing
from seawall.engine.path.deliver import Delivery
from seawall.engine.path.filter import Filters
from seawall.engine.path.firewall import Firewalls
from seawall.engine.path.host import Host
from seawall.engine.path.neighbours import Neighbours
from seawall.engine.path.outbound import Outbound
from seawall.engine.path.route import SOURCE as ROUTE_SOURCE
from seawall.engine.path.route import Hop, Routes, Toward
from seawall.engine.path.space import PRIVATE, SPECIAL, Space
from seawall.engine.path.start import Places
from seawall.engine.path.tags import Tags
from seawall.engine.path.verdicts import NOTHING, Ruling, constant
from seawall.model.address import Address
from seawall.model.cluster import Addressing
from seawall.model.end import PodEnd
from seawall.model.firewall import Firewall
from seawall.model.network import Peering, Subnet
from seawall.model.origin import Origin
from seawall.model.policy import Direction
from seawall.model.setting import Setting
from seawall.model.trace import Layer

AKS_SOURCE = "AKS docs, concepts-network-azure-cni-overlay"


class Walker:
    """Walks packets through the network of one snapshot."""

    def __init__(self, atlas: Atlas) -> None:
        self.atlas = atlas
        self.tags = Tags(atlas)
        self.filters = Filters(atlas, self.tags)
        self.routes = Routes(atlas)
        self.firewalls = Firewalls(atlas, self.tags)
        self.outbound = Outbound(atlas)
        self.places = Places(atlas)
        self.resources = Resources(atlas, self.tags)
        self.delivery = Delivery(atlas, self.filters, self.resources, self.places)
        self._host = Host(atlas, self.filters)
        self._neighbours = Neighbours(atlas, self.places)

    def walked(self, branch: Branch) -> Iterator[Branch]:
        """Yield every way that the flows of a branch take from its start.

        Returns:
            Branches whose flows together are those of *branch*. Flows that are in
            several are choices of the platform.
        """
        start = branch.start
        if not branch.flows:
            return
        if start.kind is StartKind.NOWHERE:
            yield branch.judged(Layer.DELIVERY, start.name, Ruling.not_known(start.why))
        elif self._is_hidden_pod(branch) and not start.is_in_cluster:
            says = "nobody outside the cluster can address a pod"
            yield branch.judged(
                Layer.DELIVERY,
                str(branch.question.target),
                Ruling.denying(says, AKS_SOURCE),
            )
        elif start.kind is StartKind.INTERNET:
            yield from self._from_internet(branch)
        elif start.kind is StartKind.ON_PREMISES:
            yield from self._from_on_premises(branch)
        else:
            yield from self._from_host(branch)

    def _is_hidden_pod(self, branch: Branch) -> bool:
        target = branch.question.target
        return (
            self.atlas.pods_are_hidden
            and isinstance(target, PodEnd)
            and not target.workload.host_network
        )

    def _from_host(self, branch: Branch) -> Iterator[Branch]:
        answered, here = self._host.answered(branch)
        yield from answered
        rest = branch.toward(branch.destinations - here)
        if not rest.flows:
            return
        if rest.start.kind is not StartKind.POD or rest.start.pool is None:
            yield from self._from_node(rest)
            return
        for way in self._host.masqueraded(rest, self.places.nodes(rest.start.pool)):
            yield from self._from_node(way)

    def _from_node(self, branch: Branch) -> Iterator[Branch]:
        """Yield the ways of packets with the source that they leave the node with."""
        if branch.start.is_in_cluster:
            yield from self._neighbours.on_one_node(branch)
            branch = self._neighbours.on_two_nodes(branch)
            if not branch.flows:
                return
            pods = self._hidden_pods(branch)
            inside = branch.toward(pods)
            if inside.flows:
                yield from self._inside_cluster(inside)
            branch = branch.toward(branch.destinations - pods)
            if not branch.flows:
                return
            if self._is_own_cni(branch):
                says = "how a CNI of your own carries packets is not known"
                ruling = Ruling.not_known(says, "AKS docs, use-byo-cni")
                yield branch.judged(Layer.DELIVERY, "pods", ruling).arrived(
                    Arrival(ArrivalKind.POD)
                )
                return
        subnet = self._leaving(branch)
        if subnet is None:
            says = "the subnet that the packet leaves from is not in the input"
            yield branch.judged(
                Layer.ROUTE, branch.start.name, Ruling.not_known(says, ROUTE_SOURCE)
            )
            return
        branch = self._filtered_out(branch, subnet)
        yield from self.left(branch, subnet)

    def _hidden_pods(self, branch: Branch) -> Space:
        return (
            branch.destinations if self._is_hidden_pod(branch) else self.atlas.pod_space
        )

    def _is_own_cni(self, branch: Branch) -> bool:
        target = branch.question.target
        cluster = self.atlas.cluster
        return (
            isinstance(target, PodEnd)
            and not target.workload.host_network
            and cluster is not None
            and cluster.addressing.may_be(Addressing.OWN_CNI)
        )

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
        ):
            return self.atlas.subnet(own.value)
        return self.atlas.subnet(start.subnet)

    def _filtered_out(self, branch: Branch, subnet: Subnet) -> Branch:
        """Pass the outbound filters: the interface's, then the subnet's.

        Source:
            Azure docs, network-security-group-how-it-works.
        """
        pool = branch.start.pool
        tag = branch.question.tag
        if pool is not None:
            ruling = self.filters.ruling(
                pool.nic_security_group, subnet, direction=Direction.EGRESS, tag=tag
            )
            if ruling is not None:
                branch = branch.judged(Layer.NIC_FILTER, f"pool {pool.name}", ruling)
        ruling = self.filters.ruling(
            subnet.security_group, subnet, direction=Direction.EGRESS, tag=tag
        )
        if ruling is not None:
            branch = branch.judged(Layer.SUBNET_FILTER, subnet.name, ruling)
        return branch

    def filtered_out(self, branch: Branch, subnet: Subnet) -> Branch:
        """Pass the outbound filters of where the branch started."""
        return self._filtered_out(branch, subnet)

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

    def left(
        self, branch: Branch, subnet: Subnet, *, firewall: Firewall | None = None
    ) -> Iterator[Branch]:
        """Yield the ways of packets that leave a subnet, by its routes.

        Args:
            branch: The packets, past the filters of where they come from.
            subnet: The subnet whose routes apply.
            firewall: The firewall that sends them, if one does.
        """
        resource = branch.question.resource
        if resource is not None and branch.question.is_public:
            served = {service.lower() for service in subnet.service_endpoints}
            if resource.service_endpoint.lower() in served:
                yield self.resources.by_service_endpoint(branch, resource, subnet)
                return
        for lane in self.routes.lanes(subnet):
            part = branch.toward(lane.destinations)
            if part.flows:
                part = part.judged(Layer.ROUTE, subnet.name, _route_ruling(lane.hop))
                yield from self._to_hop(part, subnet, lane.hop, firewall)

    def _to_hop(
        self, branch: Branch, subnet: Subnet, hop: Hop, firewall: Firewall | None
    ) -> Iterator[Branch]:
        """Yield the ways on from a next hop.

        Source:
            Azure docs, virtual-networks-udr-overview, "Next hop types".
        """
        if hop.toward is Toward.LOCAL:
            yield from self.delivery.delivered(branch, subnet.network)
        elif hop.toward is Toward.PEERING and hop.peering is not None:
            crossed = self._crossed(branch, hop.peering)
            yield from self.delivery.delivered(crossed, hop.peering.remote)
        elif hop.toward is Toward.APPLIANCE:
            yield from self._to_appliance(branch, subnet.network, hop.appliance)
        elif hop.toward is Toward.GATEWAY:
            yield self._to_gateway(branch, subnet.network)
        elif hop.toward is Toward.INTERNET:
            yield from self._to_internet(branch, subnet, firewall)
        else:
            yield branch

    def _crossed(self, branch: Branch, peering: Peering) -> Branch:
        if branch.start.kind is StartKind.ON_PREMISES and not branch.firewalls:
            branch = self._carried_for_gateway(branch, peering)
        return crossing(self.atlas, branch, peering)

    def _carried_for_gateway(self, branch: Branch, peering: Peering) -> Branch:
        """Ask whether a peer takes packets from this network's gateway.

        Source:
            Azure docs, virtual-network-peering-overview, "Gateways and on-premises
            connectivity".
        """
        back = self.atlas.other_side(peering)
        uses: Setting[bool] = (
            back.uses_remote_gateways
            if back is not None
            else Setting.unknown("the other side of the peering is not in the input")
        )
        lends = peering.allows_gateway_transit
        ruling = None
        source = "Azure docs, virtual-network-peering-overview"
        if uses.is_surely(False) or lends.is_surely(False):  # noqa: FBT003
            says = f"the network behind {peering.name} does not use this gateway"
            ruling = Ruling.denying(says, source)
        elif not (uses.known and lends.known):
            says = f"whether the network behind {peering.name} uses this gateway"
            ruling = Ruling.not_known(says, source)
        if ruling is None:
            return branch
        return branch.judged(Layer.PEERING, peering.name, ruling)

    def _to_gateway(self, branch: Branch, network: str) -> Branch:
        gateways = self.atlas.gateways_of(network)
        at = self.atlas.short(network)
        if not any(gateway.is_sure for gateway in gateways):
            says = "no gateway is known to serve the network"
            return branch.judged(
                Layer.DELIVERY, at, Ruling.not_known(says, ROUTE_SOURCE)
            )
        passing = Ruling.passing("a gateway carries it on premises", ROUTE_SOURCE)
        return branch.judged(Layer.DELIVERY, at, passing).arrived(
            Arrival(ArrivalKind.ON_PREMISES)
        )

    def _to_appliance(
        self, branch: Branch, network: str, address: Address | None
    ) -> Iterator[Branch]:
        """Yield the ways through a virtual appliance, if it is a known firewall.

        Source:
            Azure docs, virtual-networks-udr-overview: an appliance is in the network
            or a peered one.
        """
        peerings = {
            each.remote.lower(): each for each in self.atlas.peerings_of(network)
        }
        for firewall in self.atlas.fabric.firewalls:
            home = self.atlas.subnet(firewall.subnet)
            if address is None or firewall.address != address or home is None:
                continue
            if home.network.lower() == network.lower():
                yield from self.through(branch, firewall)
                return
            peering = peerings.get(home.network.lower())
            if peering is not None:
                yield from self.through(self._crossed(branch, peering), firewall)
                return
        says = (
            f"what appliance {address} does is not known"
            if address
            else "the address of the appliance is not known"
        )
        yield branch.judged(
            Layer.FIREWALL, str(address or "?"), Ruling.not_known(says, ROUTE_SOURCE)
        )

    def through(self, branch: Branch, firewall: Firewall) -> Iterator[Branch]:
        """Yield the ways of packets that come to a firewall.

        Source:
            Azure docs, firewall rule-processing.
        """
        home = self.atlas.subnet(firewall.subnet)
        if firewall.id in branch.firewalls or home is None:
            says = (
                f"it comes to {firewall.name} twice"
                if home
                else f"the subnet of {firewall.name} is not in the input"
            )
            yield branch.judged(
                Layer.FIREWALL, firewall.name, Ruling.not_known(says, ROUTE_SOURCE)
            )
            return
        mine, _ = self.atlas.ranges_of(firewall.public_addresses)
        public = branch.toward(mine)
        if public.flows:
            for way in self.firewalls.redirected(public, firewall):
                if way.rewrites == public.rewrites:
                    yield way
                else:
                    yield from self._sent_by(way, firewall, home)
        rest = branch.toward(branch.destinations - mine)
        if rest.flows:
            for way in self.firewalls.passed(rest, firewall):
                yield from self._sent_by(way, firewall, home)

    def _sent_by(
        self, branch: Branch, firewall: Firewall, home: Subnet
    ) -> Iterator[Branch]:
        marked = replace(
            branch,
            firewalls=(*branch.firewalls, firewall.id),
            passed=(
                branch.passed
                if branch.rewrites and branch.rewrites[-1].by == firewall.id
                else (*branch.passed, firewall.id)
            ),
        )
        yield from self.left(marked, home, firewall=firewall)

    def _to_internet(
        self, branch: Branch, subnet: Subnet, firewall: Firewall | None
    ) -> Iterator[Branch]:
        lost = branch.toward(PRIVATE | SPECIAL)
        if lost.flows:
            says = "private and special addresses are nowhere on the internet"
            yield lost.judged(
                Layer.DELIVERY, "internet", Ruling.denying(says, "RFC 1918, RFC 6890")
            )
        rest = branch.toward(branch.destinations - (PRIVATE | SPECIAL))
        if not rest.flows:
            return
        if rest.start.kind is StartKind.ON_PREMISES and firewall is None:
            says = "the network does not carry packets from a gateway to the internet"
            yield rest.judged(
                Layer.SOURCE_NAT, subnet.name, Ruling.denying(says, ROUTE_SOURCE)
            )
            return
        if firewall is not None:
            yield from self.on_internet(rest)
            return
        for way in self.outbound.translated(rest, subnet):
            yield from self.on_internet(way)

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
            yield from self.on_internet(rest)

    def on_internet(self, branch: Branch) -> Iterator[Branch]:
        """Yield the ways of packets that are on the internet, by their destination."""
        question = branch.question
        if question.is_public and question.resource is not None:
            yield self.resources.by_public_address(branch, question.resource)
            return
        if not question.name:
            owned = self.atlas.owned
            ours = branch.toward(owned)
            if ours.flows:
                says = "it comes back in by a public address of our own"
                yield ours.judged(Layer.DELIVERY, "internet", Ruling.not_known(says))
            branch = branch.toward(branch.destinations - owned)
        if branch.flows:
            yield branch.arrived(Arrival(ArrivalKind.INTERNET))

    def _from_on_premises(self, branch: Branch) -> Iterator[Branch]:
        """Yield the ways of packets that come in by a gateway.

        Source:
            Azure docs, virtual-networks-udr-overview: the routes of the gateway's
            subnet apply; it has no security group.
        """
        door = self.atlas.subnet(branch.start.subnet)
        if door is None:
            door = _without_settings(branch.start.network or "")
        yield from self.left(branch, door)


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
        default_outbound=Setting.stated(False),  # noqa: FBT003
    )


def _route_ruling(hop: Hop) -> Ruling:
    """Return what a route says about the packets that follow it."""
    name = hop.rule.name if hop.rule else "no route"
    if hop.toward is Toward.UNKNOWN:
        return Ruling.not_known(hop.says, ROUTE_SOURCE, hop.rule)
    if hop.toward is Toward.NONE:
        why = f" ({hop.says})" if hop.says else ""
        return Ruling.denying(f"{name} drops it{why}", ROUTE_SOURCE, hop.rule)
    to = f"{hop.toward.value} {hop.appliance}" if hop.appliance else hop.toward.value
    says = f"{name} leads to {to}"
    return Ruling(NOTHING, NOTHING, constant(says, ROUTE_SOURCE, hop.rule))
