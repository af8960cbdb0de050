"""Virtual appliances that are not Azure Firewalls: what is known of them."""

from typing import NamedTuple

from seawall.engine.path.filters.filter import Filters
from seawall.engine.path.filters.guard import at_interface
from seawall.engine.path.ground.atlas import Atlas
from seawall.engine.path.ground.branch import Branch
from seawall.engine.path.ground.space import at
from seawall.engine.path.ground.verdicts import Ruling, constant
from seawall.model.address import Address
from seawall.model.firewall import Firewall
from seawall.model.interface import NetworkInterface
from seawall.model.network import Peering, Subnet
from seawall.model.packet import EVERY_PORT
from seawall.model.trace import DecidingRule, Layer
from seawall.model.translation import LoadBalancer

SOURCE = "Azure docs, virtual-networks-udr-overview"
FORWARDING_SOURCE = "Azure docs, virtual-network-network-interface"


class Machine(NamedTuple):
    """An interface that has the address of an appliance.

    Attributes:
        interface: The interface.
        home: Its subnet.
        peering: The peering that leads there; None in the network itself.
    """

    interface: NetworkInterface
    home: Subnet
    peering: Peering | None


class Fault(NamedTuple):
    """Why an appliance cannot take what it is sent.

    Attributes:
        says: Why, as a clause.
        is_proved: Whether it surely drops it.
    """

    says: str
    is_proved: bool


class Appliances:
    """Finds the machines that routes name, and asks what is known of them."""

    def __init__(self, atlas: Atlas, filters: Filters) -> None:
        self._atlas = atlas
        self._filters = filters

    def machine(self, network: str, address: Address | None) -> Machine | None:
        """Return the interface with an address in a network or a peered one."""
        peerings = {
            each.remote.lower(): each for each in self._atlas.peerings_of(network)
        }
        for interface in self._atlas.fabric.interfaces:
            home = self._atlas.subnet(interface.subnet)
            if address not in interface.addresses or home is None:
                continue
            there = home.network.lower()
            if there == network.lower() or there in peerings:
                return Machine(interface, home, peerings.get(there))
        return None

    def node_subnet(
        self, network: str, address: Address | None
    ) -> tuple[Subnet, Peering | None] | None:
        """Return the subnet of nodes that a route leads to, where these lead to pods.

        Source:
            AKS docs, configure-kubenet: the table has a route to the pods of each node.
        """
        if address is None or not self._atlas.pods_are_routed:
            return None
        peerings = {
            each.remote.lower(): each for each in self._atlas.peerings_of(network)
        }
        for pool in self._atlas.pools:
            home = self._atlas.subnet(pool.subnet.value)
            if home is None or not any(address in each for each in home.prefixes):
                continue
            there = home.network.lower()
            if there == network.lower() or there in peerings:
                return home, peerings.get(there)
        return None

    def entered(self, branch: Branch, machine: Machine) -> Branch:
        """Come to the interface of an appliance, with the destination unchanged.

        What it does with the packets is not in any input; that its platform drops
        them before is.

        Source:
            Azure docs, virtual-network-network-interface, "IP forwarding";
            network-security-group-how-it-works.
        """
        interface, home, _ = machine
        branch = at_interface(self._filters, branch, home, interface)
        own = at(*interface.addresses).as_destinations()
        rule = DecidingRule(interface.name, interface.origin)
        fault = self.fault(home.network, interface.addresses[0])
        if fault is not None:
            saying = constant(fault.says, FORWARDING_SOURCE, rule)
            ruling = Ruling(~own, own, saying)
        else:
            says = (
                f"the appliance behind {interface.name} has rules and routes of its "
                "own, which are not in the input"
            )
            ruling = Ruling.not_known(says, SOURCE, rule)
        return branch.judged(Layer.DELIVERY, interface.name, ruling)

    def firewall(self, network: str, address: Address | None) -> Firewall | None:
        """Return the firewall with an address in a network or a peered one."""
        near = {network.lower()}
        near |= {each.remote.lower() for each in self._atlas.peerings_of(network)}
        for firewall in self._atlas.fabric.firewalls:
            home = self._atlas.subnet(firewall.subnet)
            if address is None or firewall.address != address or home is None:
                continue
            if home.network.lower() in near:
                return firewall
        return None

    def fault(self, network: str, address: Address | None) -> Fault | None:
        """Return why an appliance cannot take what it is sent, if that is known.

        Source:
            Azure docs, virtual-networks-udr-overview: the next hop has to be in the
            network or a peered one, else the route is not valid;
            virtual-network-network-interface; load-balancer-ha-ports-overview.
        """
        if address is None:
            return None
        machine = self.machine(network, address)
        if machine is not None:
            return _fault_of(machine)
        balancer = self._balancer(address)
        if balancer is not None:
            return _fault_behind(balancer, address)
        if self._is_near(network, address):
            return None
        short = self._atlas.short(network)
        says = (
            f"{address} is neither in `{short}` nor in a network peered with it, so "
            "the route is not valid; what Azure does with its packets is not documented"
        )
        return Fault(says, is_proved=False)

    def unknown(self, network: str, address: Address | None) -> Ruling:
        """Return what is to be said of an appliance that the input does not hold."""
        if address is None:
            says = "the address of the appliance is not known"
            return Ruling.not_known(says, SOURCE)
        fault = self.fault(network, address)
        balancer = self._balancer(address)
        if balancer is not None:
            says = (
                f"what the machines behind {balancer.name} at {address} do is not in "
                "the input"
            )
            says += f"; {fault.says}" if fault else ""
            rule = DecidingRule(balancer.name, balancer.origin)
            return Ruling.not_known(says, SOURCE, rule)
        says = (
            fault.says
            if fault
            else (
                f"what the appliance {address} does is not known: no firewall, network "
                "interface or load balancer with that address is in the input"
            )
        )
        return Ruling.not_known(says, SOURCE)

    def _balancer(self, address: Address) -> LoadBalancer | None:
        return next(
            (
                each
                for each in self._atlas.fabric.load_balancers
                if any(front.address == address for front in each.front_ends)
            ),
            None,
        )

    def _is_near(self, network: str, address: Address) -> bool:
        """Say whether an address is, or may be, in a network or a peered one."""
        if self._atlas.network(network) is None:
            return True
        near = self._atlas.space(network)
        for peering in self._atlas.peerings_of(network):
            space = self._atlas.peer_space(peering)
            if space is None:
                return True
            near = near | space
        return address in near


def _takes_every_port(balancer: LoadBalancer, address: Address) -> bool:
    fronts = {each.name for each in balancer.front_ends if each.address == address}
    return any(
        rule.front_end in fronts
        and rule.protocol is None
        and rule.front_port == EVERY_PORT
        for rule in balancer.rules
    )


def _fault_of(machine: Machine) -> Fault | None:
    if not machine.interface.forwards.is_surely(value=False):
        return None
    says = (
        f"IP forwarding is off at {machine.interface.name}, so it takes nothing that "
        "is meant for others"
    )
    return Fault(says, is_proved=True)


def _fault_behind(balancer: LoadBalancer, address: Address) -> Fault | None:
    if _takes_every_port(balancer, address):
        return None
    says = (
        f"{balancer.name} has no HA ports rule at {address}, and only such a rule "
        "carries every port"
    )
    return Fault(says, is_proved=False)
