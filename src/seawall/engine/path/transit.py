"""On the road: routes, next hops, peerings, firewalls, and out to the internet."""

from collections.abc import Iterator
from dataclasses import replace

from seawall.engine.path.arrive import Resources
from seawall.engine.path.crossing import crossing
from seawall.engine.path.deliver import Delivery
from seawall.engine.path.endpoint_policy import serves
from seawall.engine.path.firewalls.appliance import Appliances
from seawall.engine.path.firewalls.firewall import Firewalls
from seawall.engine.path.firewalls.leaving import OF_IPV6, leaving
from seawall.engine.path.ground.atlas import Atlas
from seawall.engine.path.ground.branch import Arrival, ArrivalKind, Branch, StartKind
from seawall.engine.path.ground.headers import OVER_IPV6
from seawall.engine.path.ground.lanes import Hop, Toward
from seawall.engine.path.ground.space import (
    NOWHERE,
    PRIVATE,
    PUBLIC,
    SPECIAL,
    Space,
    at,
)
from seawall.engine.path.ground.tags import Tags
from seawall.engine.path.ground.verdicts import Ruling
from seawall.engine.path.resource_rules import Leaving
from seawall.engine.path.routes.route import SOURCE as ROUTE_SOURCE
from seawall.engine.path.routes.route import Routes
from seawall.engine.path.routes.ruling import route_ruling
from seawall.engine.path.routes.straight import perhaps_straight, straight_ruling
from seawall.engine.path.routes.twice import comes_again
from seawall.engine.path.start import gateway_door
from seawall.engine.path.translation.outbound import Outbound
from seawall.engine.path.ways_in.entrances import Entrances
from seawall.model.address import Address
from seawall.model.firewall import Firewall
from seawall.model.network import Peering, Subnet
from seawall.model.setting import Setting
from seawall.model.trace import Layer


class Transit:
    """Carries packets from one subnet to wherever its routes lead."""

    def __init__(
        self,
        atlas: Atlas,
        tags: Tags,
        delivery: Delivery,
        entrances: Entrances,
        appliances: Appliances,
    ) -> None:
        self.atlas = atlas
        self.appliances = appliances
        self.routes = Routes(atlas)
        self.firewalls = Firewalls(atlas, tags)
        self.outbound = Outbound(atlas)
        self.resources = Resources(atlas, tags)
        self.delivery = delivery
        self._entrances = entrances

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
        served = resource is not None and serves(self.atlas, subnet, resource)
        if resource is not None and served is not False:
            straight = branch.toward(PUBLIC)
            if branch.question.is_public:
                yield self.resources.by_service_endpoint(branch, resource, subnet)
            elif straight.flows:
                yield self.resources.by_stated_address(straight, resource)
            if served:
                if branch.question.is_public:
                    return
                branch = branch.toward(branch.destinations - PUBLIC)
        if resource is None:
            yield from self._perhaps_straight(branch, subnet)
        for lane in self.routes.lanes(subnet):
            part = branch.toward(lane.destinations)
            if part.flows:
                part = part.judged(Layer.ROUTE, subnet.name, route_ruling(lane.hop))
                yield from self._to_hop(part, subnet, lane.hop, firewall)

    def _perhaps_straight(self, branch: Branch, subnet: Subnet) -> Iterator[Branch]:
        """Yield the way of packets that a service endpoint may take, as a choice.

        Source:
            Azure docs, virtual-network-service-endpoints-overview.
        """
        if branch.sender.kind is StartKind.ON_PREMISES and not branch.firewalls:
            return
        tag, name = branch.question.tag, branch.question.canonical
        part = branch.toward(perhaps_straight(self.atlas, subnet, tag, name))
        if part.flows:
            ruling = straight_ruling(subnet)
            part = part.judged(Layer.SERVICE_ENDPOINT, subnet.name, ruling)
            yield part.arrived(Arrival(ArrivalKind.INTERNET))

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
            crossed = self._crossed(branch, hop.peering, subnet)
            yield from self.delivery.delivered(crossed, hop.peering.remote)
        elif hop.toward is Toward.APPLIANCE:
            yield from self._to_appliance(branch, subnet, hop.appliance)
        elif hop.toward is Toward.GATEWAY:
            yield self._to_gateway(branch, subnet.network)
        elif hop.toward is Toward.SERVICE:
            yield self._to_service(branch, subnet)
        elif hop.toward is Toward.INTERNET:
            yield from self._to_internet(branch, subnet, firewall)
        else:
            yield branch

    def _to_service(self, branch: Branch, subnet: Subnet) -> Branch:
        """End at a service that a service endpoint leads to straight.

        Source:
            Azure docs, virtual-network-service-endpoints-overview: it sees the subnet.
        """
        resource = branch.question.resource
        if resource is not None and branch.question.is_public:
            return self.resources.by_service_endpoint(branch, resource, subnet)
        return branch.arrived(Arrival(ArrivalKind.INTERNET))

    def _crossed(self, branch: Branch, peering: Peering, subnet: Subnet) -> Branch:
        if branch.sender.kind is StartKind.ON_PREMISES and not branch.firewalls:
            branch = self._carried_for_gateway(branch, peering)
        return crossing(self.atlas, branch, peering, subnet)

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
        if uses.is_surely(value=False) or lends.is_surely(value=False):
            says = f"the network behind {peering.name} does not use this gateway"
            ruling = Ruling.denying(says, source)
        elif not (uses.known and lends.known):
            says = f"whether the network behind {peering.name} uses this gateway"
            ruling = Ruling.not_known(says, source)
        if ruling is None:
            return branch
        return branch.judged(Layer.PEERING, peering.name, ruling)

    def _to_gateway(self, branch: Branch, network: str) -> Branch:
        if branch.sender.kind is StartKind.ON_PREMISES and not branch.firewalls:
            says = "the network does not carry packets from one gateway to another"
            return branch.judged(
                Layer.DELIVERY,
                self.atlas.short(network),
                Ruling.denying(says, ROUTE_SOURCE),
            )
        gateways = self.atlas.gateways_of(network)
        at = self.atlas.short(network)
        if not any(gateway.is_sure for gateway in gateways):
            says = (
                "no gateway that serves the network is in the input; `az network "
                "vnet-gateway list` tells of them"
            )
            return branch.judged(
                Layer.DELIVERY, at, Ruling.not_known(says, ROUTE_SOURCE)
            )
        passing = Ruling.passing("a gateway carries it on premises", ROUTE_SOURCE)
        end = Arrival(ArrivalKind.ON_PREMISES, gateway_door(self.atlas, network))
        return branch.judged(Layer.DELIVERY, at, passing).arrived(end)

    def _to_appliance(
        self, branch: Branch, subnet: Subnet, address: Address | None
    ) -> Iterator[Branch]:
        """Yield the ways through a virtual appliance, if it is a known firewall.

        Source:
            Azure docs, virtual-networks-udr-overview: an appliance is in the network
            or a peered one.
        """
        network = subnet.network
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
                yield from self.through(
                    self._crossed(branch, peering, subnet), firewall
                )
                return
        yield from self._to_node(branch, subnet, address)
        branch = branch.toward(branch.destinations - self._by_node(subnet, address))
        if not branch.flows:
            return
        machine = self.appliances.machine(network, address)
        if machine is not None:
            if machine.peering is not None:
                branch = self._crossed(branch, machine.peering, subnet)
            yield self.appliances.entered(branch, machine)
            return
        yield branch.judged(
            Layer.FIREWALL,
            str(address or "?"),
            self.appliances.unknown(network, address),
        )

    def _by_node(self, subnet: Subnet, address: Address | None) -> Space:
        """Return the pods that a route to a node's address leads to."""
        found = self.appliances.node_subnet(subnet.network, address)
        return self.atlas.pod_space if found else NOWHERE

    def _to_node(
        self, branch: Branch, subnet: Subnet, address: Address | None
    ) -> Iterator[Branch]:
        """Yield the ways of packets to pods by the address of their node.

        Source:
            AKS docs, configure-kubenet; Azure docs, application-gateway
            configuration-infrastructure: whatever subnet has the cluster's table.
        """
        found = self.appliances.node_subnet(subnet.network, address)
        part = branch.toward(self._by_node(subnet, address))
        if found is None or not part.flows:
            return
        home, peering = found
        if peering is not None:
            part = self._crossed(part, peering, subnet)
        for pool in self.delivery.pools_at(part, home):
            way = self.delivery.guarded(part, home, pool)
            yield way.arrived(Arrival(ArrivalKind.POD, home.id))

    def through(self, branch: Branch, firewall: Firewall) -> Iterator[Branch]:
        """Yield the ways of packets that come to a firewall.

        Source:
            Azure docs, firewall rule-processing; for its own address dns-details.
        """
        home = self.atlas.subnet(firewall.subnet)
        if home is None:
            says = f"the subnet of {firewall.name} is not in the input"
            yield branch.judged(
                Layer.FIREWALL, firewall.name, Ruling.not_known(says, ROUTE_SOURCE)
            )
            return
        if firewall.address is not None:
            own = branch.toward(at(firewall.address))
            if own.flows:
                yield self.delivery.to_firewall(own, firewall)
                branch = branch.toward(branch.destinations - at(firewall.address))
                if not branch.flows:
                    return
        if firewall.id in branch.firewalls:
            yield branch.judged(
                Layer.FIREWALL, firewall.name, comes_again(branch, firewall)
            )
            return
        mine, _ = self.atlas.ranges_of(firewall.public_addresses)
        public = branch.toward(mine)
        if public.flows:
            yield from self.redirected(public, firewall)
        rest = branch.toward(branch.destinations - mine)
        six, rest = rest.having(OVER_IPV6), rest.having(~OVER_IPV6)
        if six.flows:
            six = six.judged(Layer.FIREWALL, firewall.name, OF_IPV6)
            yield from self.firewalls.passed(six, firewall)
        if rest.flows:
            for way in self.firewalls.passed(rest, firewall):
                yield from self._sent_by(way, firewall, home)

    def redirected(self, branch: Branch, firewall: Firewall) -> Iterator[Branch]:
        """Yield the ways of packets to a public address of a firewall.

        Source:
            Azure docs, firewall rule-processing, "DNAT rules".
        """
        home = self.atlas.subnet(firewall.subnet)
        for way in self.firewalls.redirected(branch, firewall):
            if way.rewrites == branch.rewrites or home is None:
                yield way
            else:
                yield from self._sent_by(way, firewall, home)

    def _sent_by(
        self, branch: Branch, firewall: Firewall, home: Subnet
    ) -> Iterator[Branch]:
        marked = replace(
            branch,
            firewalls=(*branch.firewalls, firewall.id),
            left_at=(*branch.left_at, len(branch.rewrites)),
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
        if rest.sender.kind is StartKind.ON_PREMISES and firewall is None:
            says = "the network does not carry packets from a gateway to the internet"
            yield rest.judged(
                Layer.SOURCE_NAT, subnet.name, Ruling.denying(says, ROUTE_SOURCE)
            )
            return
        home = self.atlas.network(subnet.network)
        region = home.region if home is not None else ""
        if firewall is not None:
            for part in leaving(self.atlas, rest, firewall, subnet):
                yield from self.on_internet(part, Leaving(region))
            return
        if rest.relay is not None:
            says = f"how {rest.relay.name} leaves for the internet is not modelled"
            yield rest.judged(Layer.SOURCE_NAT, subnet.name, Ruling.not_known(says))
            return
        for way in self.outbound.translated(rest, subnet):
            yield from self.on_internet(way, Leaving(region, is_lent=True))

    def on_internet(
        self, branch: Branch, left: Leaving | None = None
    ) -> Iterator[Branch]:
        """Yield the ways of packets that are on the internet, by their destination.

        Args:
            branch: The packets.
            left: How they left for it; None for those that start there.
        """
        question = branch.question
        if question.is_public and question.resource is not None:
            yield self.resources.by_public_address(branch, question.resource, left)
            return
        if question.name:
            yield (
                self.resources.by_stated_address(branch, question.resource)
                if question.resource is not None
                else branch.arrived(Arrival(ArrivalKind.INTERNET))
            )
            return
        for firewall in self.atlas.fabric.firewalls:
            mine, _ = self.atlas.ranges_of(firewall.public_addresses)
            part = branch.toward(mine)
            if part.flows:
                branch = branch.toward(branch.destinations - mine)
                yield from self.through(part, firewall)
        taken = NOWHERE
        yield from self._entrances.by_public_address(branch)
        for front in self._entrances.public_fronts():
            taken = taken | front
        branch = branch.toward(branch.destinations - taken)
        own = self._entrances.own_publics
        yield from own.entered(branch, self.delivery.delivered)
        branch = branch.toward(branch.destinations - own.held)
        ours = branch.toward(self.atlas.owned)
        if ours.flows:
            says = "what listens at this public address of our own is not known"
            yield ours.judged(Layer.DELIVERY, "internet", Ruling.not_known(says))
        branch = branch.toward(branch.destinations - self.atlas.owned)
        if branch.flows:
            yield branch.arrived(Arrival(ArrivalKind.INTERNET))
