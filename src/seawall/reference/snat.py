"""The source of one packet after a firewall."""

from dataclasses import replace

from seawall.model.address import AddressRange
from seawall.model.firewall import Firewall
from seawall.model.packet import Packet
from seawall.model.setting import Setting
from seawall.reference.firewall import Passage, Ruling
from seawall.reference.journey import Journey
from seawall.reference.masquerade import any_port
from seawall.reference.match import holds
from seawall.reference.outbound import ANY_PUBLIC, ranges_of
from seawall.reference.place import (
    PRIVATE,
    in_known_network,
    names_nothing,
    subnet_of,
    within,
)


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
    public = _public(journey, firewall)
    if _stays_private(journey, packet):
        public = [own]
    outward = [as_from(journey, packet, ranges) for ranges in public]
    if ruling.passage is Passage.APPLICATION:
        return outward
    ranges = firewall.snat_private_ranges
    if not ranges.known:
        return [packet, *outward]
    return [packet] if within(packet.destination, ranges.value or ()) else outward


def _stays_private(journey: Journey, packet: Packet) -> bool:
    """Whether the destination is in a private network, whatever its address.

    Source: Azure docs, firewall snat-private-range; docs/semantics/path.md, W5.
    """
    where, fabric = packet.destination, journey.fabric
    behind = any(within(where, each.remote_ranges) for each in fabric.gateways)
    return behind or within(where, PRIVATE) or in_known_network(fabric, where)


def _public(journey: Journey, firewall: Firewall) -> list[tuple[AddressRange, ...]]:
    """Return the sets of addresses that it may send to the internet from.

    Source: Azure docs, firewall integrate-with-nat-gateway and forced-tunneling.
    """
    home = subnet_of(journey.fabric, firewall.subnet)
    public = [ranges_of(journey.fabric, firewall.public_addresses)]
    nat = home.nat_gateway if home is not None else Setting[str].stated(None)
    for gateway in journey.fabric.nat_gateways:
        if nat.known and gateway.id == nat.value:
            lent = gateway.public_addresses.value or ()
            public = [ranges_of(journey.fabric, lent)]
    if not nat.known:
        public.append(ANY_PUBLIC)
    routed = home is None or not names_nothing(home.route_table)
    if holds(firewall.managed) is not False and routed:
        public.append(home.prefixes if home is not None else ())
    return public


def as_from(
    journey: Journey, packet: Packet, options: tuple[AddressRange, ...]
) -> Packet:
    """Return *packet* with one of the addresses in *options* as its source."""
    source = journey.choice.address("translated source", options)
    return replace(packet, source=source, source_port=any_port(journey, packet))
