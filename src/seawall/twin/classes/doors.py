"""Public addresses of firewalls that translate what comes to them from outside."""

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address

from seawall.model.firewall import CollectionType, Firewall, NatRule
from seawall.model.packet import Protocol
from seawall.model.snapshot import Fabric
from seawall.twin.classes.ranges import IPV4

Asked = tuple[Protocol, int]


@dataclass(frozen=True, slots=True)
class DoorStand:
    """A public address of a firewall with rules that translate.

    Attributes:
        name: The name of the firewall.
        address: The address.
        asked: Protocols and ports at the edges of its rules.
    """

    name: str
    address: IPv4Address
    asked: tuple[Asked, ...]


def doors_of(fabric: Fabric) -> Iterator[DoorStand]:
    """Yield the first known public address of each firewall that translates."""
    known = {item.id: item.ranges for item in fabric.public_addresses}
    for firewall in fabric.firewalls:
        asked = tuple(dict.fromkeys(_asked(firewall)))
        held = [
            IPv4Address(item.first)
            for id_ in firewall.public_addresses
            for item in known.get(id_, ())
            if item.version == IPV4
        ]
        if asked and held and firewall.address is not None:
            yield DoorStand(firewall.name, held[0], asked)


def _asked(firewall: Firewall) -> Iterator[Asked]:
    for collection in firewall.collections:
        if collection.type is not CollectionType.NAT:
            continue
        for rule in collection.rules:
            if isinstance(rule, NatRule):
                for protocol in rule.protocols:
                    for ports in rule.destination_ports:
                        for number in (ports.first, ports.last):
                            if protocol in (Protocol.TCP, Protocol.UDP):
                                yield Protocol(protocol), number
