"""Public addresses that nodes and machines have themselves, and NAT gateways' own."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cached_property

from seawall.engine.path.filters.filter import Filters
from seawall.engine.path.filters.guard import inbound
from seawall.engine.path.ground.atlas import Atlas, known_none
from seawall.engine.path.ground.branch import Arrival, ArrivalKind, Branch
from seawall.engine.path.ground.rewrite import Rewrite
from seawall.engine.path.ground.space import NOWHERE, Space, at
from seawall.engine.path.ground.verdicts import Ruling, constant
from seawall.engine.path.host_ports import HostPorts
from seawall.engine.path.start import Places
from seawall.engine.path.ways_in.node_ports import FROM_OUTSIDE, NodePorts
from seawall.engine.path.ways_in.onward import Onward
from seawall.model.cluster import NodePool
from seawall.model.end import NodeEnd
from seawall.model.interface import NetworkInterface
from seawall.model.network import Subnet
from seawall.model.policy import Direction
from seawall.model.setting import Setting
from seawall.model.trace import DecidingRule, Layer

SOURCE = "Azure docs, public-ip-addresses and network-security-group-how-it-works"
NODE_SOURCE = "AKS docs, use-node-public-ips"
CLOSED_SOURCE = "Azure docs, load-balancer-overview"
NAT_SOURCE = "Azure docs, nat-overview"
Deliver = Callable[[Branch, str], Iterator[Branch]]


class OwnPublics:
    """Hands on what comes to public addresses that no front end has."""

    def __init__(
        self, atlas: Atlas, filters: Filters, places: Places, onward: Onward
    ) -> None:
        self._atlas = atlas
        self._filters = filters
        self._places = places
        self._host_ports = HostPorts(atlas, places)
        self._node_ports = NodePorts(atlas, places, onward)

    @cached_property
    def held(self) -> Space:
        """The known public addresses of machines, nodes and NAT gateways."""
        found = NOWHERE
        for interface in self._atlas.fabric.interfaces:
            found = found | self._lent(interface.public_addresses)
        for pool in self._atlas.pools:
            found = found | self.of_nodes(pool)
        return found | self._of_gateways

    @cached_property
    def _of_gateways(self) -> Space:
        found = NOWHERE
        for gateway in self._atlas.fabric.nat_gateways:
            found = found | self._lent(gateway.public_addresses.value or ())
        return found

    def _lent(self, ids: tuple[str, ...]) -> Space:
        return self._atlas.ranges_of(ids)[0]

    def of_nodes(self, pool: NodePool) -> Space:
        """Return the public addresses that nodes of a pool surely or perhaps have."""
        prefix = pool.node_public_prefix.value
        if prefix is None or pool.node_public_addresses.is_surely(value=False):
            return NOWHERE
        return self._lent((prefix,))

    def entered(self, branch: Branch, deliver: Deliver) -> Iterator[Branch]:
        """Yield the ways of packets on the internet that come to such addresses.

        Args:
            branch: The packets.
            deliver: Delivers inside a network.

        Source:
            docs/semantics/path.md, B15.
        """
        if not branch.toward(self.held).flows:
            return
        taken = NOWHERE
        for interface in self._atlas.fabric.interfaces:
            for public in interface.public_addresses:
                own = self._lent((public,))
                taken = taken | own
                part = branch.toward(own)
                if part.flows:
                    yield from self._to_interface(part, interface, public, deliver)
        for pool in self._atlas.pools:
            part = branch.toward(self.of_nodes(pool))
            taken = taken | self.of_nodes(pool)
            if part.flows:
                yield from self.to_node(part, pool)
        part = branch.toward(self._of_gateways - taken)
        if part.flows:
            says = "a NAT gateway takes nothing in that nobody inside asked for"
            yield part.judged(
                Layer.DELIVERY, "NAT gateway", Ruling.denying(says, NAT_SOURCE)
            )

    def _to_interface(
        self,
        branch: Branch,
        interface: NetworkInterface,
        public: str,
        deliver: Deliver,
    ) -> Iterator[Branch]:
        """Yield the ways on to the machine that has an interface."""
        rule = DecidingRule(interface.name, interface.origin)
        subnet = self._atlas.subnet(interface.subnet)
        families = {item.version for item in branch.destinations.ranges}
        behind = interface.private((public,))
        own = at(*(it for it in behind if it.version in families))
        if subnet is None or not own:
            missing = "subnet" if subnet is None else "private address"
            says = f"the {missing} of {interface.name} is not in the input"
            yield branch.judged(
                Layer.DELIVERY, interface.name, Ruling.not_known(says, SOURCE, rule)
            )
            return
        way = branch.rewritten(
            Layer.DELIVERY,
            interface.name,
            Rewrite(destinations=own, by=FROM_OUTSIDE),
            say=constant(f"a public address of {interface.name}", SOURCE, rule),
        )
        way = replace(way, by_address=True)
        groups = [interface.security_group]
        if self._places.is_machine(interface) is not True:
            pools = self._atlas.pools_in(subnet.id)
            groups += [pool.nic_security_group for pool in pools]
        way = self.closed(way, subnet, interface.name, groups)
        yield from deliver(way, subnet.network)

    def to_node(self, branch: Branch, pool: NodePool) -> Iterator[Branch]:
        """Yield the way of packets to a node's own public address.

        Source:
            AKS docs, use-node-public-ips; Azure docs, public-ip-addresses.
        """
        name = f"pool {pool.name}"
        own = pool.node_public_addresses
        if not own.known:
            says = f"whether nodes of {name} have public addresses is not known"
            branch = branch.judged(
                Layer.DELIVERY, name, Ruling.not_known(says, NODE_SOURCE)
            )
        way = branch.rewritten(
            Layer.DELIVERY,
            name,
            Rewrite(destinations=self._places.nodes_asked(pool), by=FROM_OUTSIDE),
            say=constant(f"the public address of a node of {name}", NODE_SOURCE),
        )
        way = replace(way, by_address=True)
        subnet = self._atlas.subnet(pool.subnet.value)
        if subnet is None:
            says = f"the subnet of pool `{pool.name}` is not in the input"
            yield way.judged(Layer.DELIVERY, pool.name, Ruling.not_known(says))
            return
        way = inbound(self._filters, way, subnet, pool)
        way = self.closed(way, subnet, name, [pool.nic_security_group])
        yield from self._node_ports.handed_on(self._node_ports.taken(way), pool)
        rest = self._node_ports.left(way)
        if rest.flows:
            question = replace(rest.question, target=NodeEnd(pool.name))
            here = replace(rest, question=question)
            end = Arrival(ArrivalKind.NODE, pool.subnet.value)
            yield from self._host_ports.ends(here, pool, end)

    def closed(
        self, branch: Branch, subnet: Subnet, name: str, groups: list[Setting[str]]
    ) -> Branch:
        """Deny what comes to a public address if no security group opens it.

        Args:
            branch: Packets that came to a public address or front end.
            subnet: Where they are handed to.
            name: What stands there.
            groups: What the interfaces there are filtered by.

        Source:
            Azure docs, load-balancer-overview: standard public addresses and front ends
            are closed unless a security group opens them.
        """
        if not all(known_none(each) for each in (subnet.security_group, *groups)):
            return branch
        says = "no security group opens it to the internet"
        closed = Ruling.denying(says, CLOSED_SOURCE)
        admin = self._filters.admin.at(
            subnet, direction=Direction.INGRESS, tag=branch.question.tag
        )
        # Whether an admin rule opens what no group opens is not documented.
        closed = admin.possibly.sparing(closed) if admin is not None else closed
        return branch.judged(Layer.NIC_FILTER, name, closed)
