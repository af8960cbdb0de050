"""Addresses at which a gateway's backends are, as the input tells them."""

from collections.abc import Iterator

from seawall.model.address import Address
from seawall.model.snapshot import Fabric


def served(fabric: Fabric) -> Iterator[Address]:
    """Yield the single addresses that gateways have as backends, by name too."""
    for gateway in fabric.application_gateways:
        for item in gateway.backend_addresses:
            if item.first == item.last:
                yield item.lowest
        for name in gateway.backend_names:
            yield from recorded(fabric, name)


def recorded(fabric: Fabric, name: str) -> Iterator[Address]:
    """Yield the addresses that private zones have for a name, wildcards included."""
    plain = name.rstrip(".").lower()
    for zone in fabric.zones:
        for record in zone.records:
            own = zone.name if record.name == "@" else f"{record.name}.{zone.name}"
            is_wild = record.name.startswith("*") and plain.endswith(own[1:])
            if plain == own or is_wild:
                yield from record.addresses
