"""What becomes of one packet to a firewall's own private address."""

from dataclasses import replace

from seawall.model.address import Address, AddressRange
from seawall.model.filter import AddressTerm, ServiceTag
from seawall.model.firewall import Firewall, NatRule
from seawall.model.packet import Packet, Protocol
from seawall.model.trace import Layer
from seawall.reference.firewall import answers_dns, port_in
from seawall.reference.journey import Journey
from seawall.reference.match import Match, either, verdict_of
from seawall.reference.outcome import Outcome, single
from seawall.reference.place import subnet_of


def at_own_address(journey: Journey, packet: Packet, firewall: Firewall) -> Outcome:
    """Answer there, or not; the reply leaves by the routes of the firewall's subnet.

    Source: docs/semantics/path.md, W7 and Y3.
    """
    verdict = verdict_of(takes_own(firewall, packet))
    here = single(Layer.FIREWALL, firewall.name, verdict, "its own address")
    home = subnet_of(journey.fabric, firewall.subnet)
    return replace(here, arrival=(home, packet.source)) if home else here


def takes_own(firewall: Firewall, packet: Packet) -> Match:
    """Whether a packet to the firewall's own address arrives at something there.

    Source: Azure docs, firewall dns-details and explicit-proxy; firewall-known-issues;
    docs/semantics/path.md, W7.
    """
    answered = answers_dns(firewall, packet)
    ports = firewall.proxy_ports
    proxied = packet.protocol == Protocol.TCP and (
        not ports.known or packet.destination_port in (ports.value or ())
    )
    led = any(
        packet.protocol in rule.protocols
        and any(_may_hold(term, packet.destination) for term in rule.destinations)
        and port_in(rule.destination_ports, packet) is not False
        for collection in firewall.collections
        for rule in collection.rules
        if isinstance(rule, NatRule)
    )
    whole = firewall.complete.is_surely(value=True)
    return either([answered, None if proxied or led or not whole else False])


def _may_hold(term: AddressTerm, address: Address) -> bool:
    """Whether a term may hold a private address; a tag holds none."""
    if isinstance(term, AddressRange):
        return address in term
    return not isinstance(term, ServiceTag)
