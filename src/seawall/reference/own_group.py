"""The network interface of a machine that is no node: its group, if it is known."""

from seawall.model.address import Address
from seawall.model.interface import NetworkInterface
from seawall.model.network import Subnet
from seawall.model.packet import Packet
from seawall.model.snapshot import Fabric
from seawall.model.trace import Layer
from seawall.reference.filter import Side, ask
from seawall.reference.journey import Journey, is_machine
from seawall.reference.match import Match
from seawall.reference.outcome import Outcome, Step, then


def interface_with(
    fabric: Fabric, subnet: Subnet, address: Address
) -> NetworkInterface | None:
    """Return the interface in *subnet* that has *address*, if the input holds it."""
    here = (item for item in fabric.interfaces if item.subnet == subnet.id)
    return next((item for item in here if address in item.addresses), None)


def machine_with(journey: Journey, subnet: Subnet, address: Address) -> Match:
    """Whether an interface in *subnet* that has *address* is one of no node."""
    said = [
        is_machine(journey, it)
        for it in journey.fabric.interfaces
        if it.subnet == subnet.id and address in it.addresses
    ]
    return True in said or (None if None in said else False)


def past_interface(
    side: Side, packet: Packet, address: Address, rest: Outcome
) -> Outcome:
    """Ask the group of the interface that has *address*, then go on.

    Source: Azure docs, network-security-group-how-it-works; docs/semantics/path.md, D3.
    """
    found = interface_with(side.snapshot.fabric, side.subnet, address)
    if found is None:
        return rest
    said = ask(side, found.security_group, packet)
    return then(Step(Layer.NIC_FILTER, found.name, said.verdict, said.rule), rest)


def past_sender(journey: Journey, side: Side, packet: Packet, rest: Outcome) -> Outcome:
    """Ask the group of the interface of a node, or of a machine, then go on."""
    pool = journey.own_pool
    if pool is None:
        return past_interface(side, packet, packet.source, rest)
    said = ask(side, pool.nic_security_group, packet)
    return then(Step(Layer.NIC_FILTER, pool.name, said.verdict, said.rule), rest)
