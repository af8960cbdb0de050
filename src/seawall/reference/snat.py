"""The source of one packet after a firewall."""

from dataclasses import replace

from seawall.model.address import AddressRange
from seawall.model.firewall import Firewall
from seawall.model.packet import Packet
from seawall.model.setting import Setting
from seawall.reference.firewall import Passage, Ruling
from seawall.reference.journey import Journey
from seawall.reference.masquerade import any_port
from seawall.reference.outbound import ANY_PUBLIC, ranges_of
from seawall.reference.place import PRIVATE, subnet_of, within


def as_it_leaves(
    journey: Journey, packet: Packet, firewall: Firewall, ruling: Ruling
) -> list[Packet]:
    """Return the headers that the packet may have after the firewall.

    Source: Azure docs, firewall snat-private-range; docs/semantics/path.md, W5.
    """
    home = subnet_of(journey.fabric, firewall.subnet)
    own: tuple[AddressRange, ...] = home.prefixes if home is not None else ()
    if ruling.nat is not None:
        address = ruling.nat.translated_address
        port = ruling.nat.translated_port
        if address is None:
            return []
        packet = replace(packet, destination=address)
        if port is not None:
            packet = replace(packet, destination_port=port)
        return [as_from(journey, packet, own)]
    public = [ranges_of(journey.fabric, firewall.public_addresses)]
    nat = home.nat_gateway if home is not None else Setting[str].stated(None)
    for gateway in journey.fabric.nat_gateways:
        if nat.known and gateway.id == nat.value:
            lent = gateway.public_addresses.value or ()
            public = [ranges_of(journey.fabric, lent)]
    if not nat.known:
        public.append(ANY_PUBLIC)
    outward = [as_from(journey, packet, ranges) for ranges in public]
    if ruling.passage is Passage.APPLICATION:
        if within(packet.destination, PRIVATE):
            return [as_from(journey, packet, own)]
        return outward
    ranges = firewall.snat_private_ranges
    if not ranges.known:
        return [packet, *outward]
    return [packet] if within(packet.destination, ranges.value or ()) else outward


def as_from(
    journey: Journey, packet: Packet, options: tuple[AddressRange, ...]
) -> Packet:
    """Return *packet* with one of the addresses in *options* as its source."""
    source = journey.choice.address("translated source", options)
    return replace(packet, source=source, source_port=any_port(journey, packet))
