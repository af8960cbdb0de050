"""Addresses of firewalls that only a deployment will tell.

Routes of the same deployment refer to them. Which address it will be decides nothing,
as long as the routes lead to the same one, so the first free one of the subnet stands
for it; Azure keeps the first four addresses of each subnet.

Source: Azure docs, virtual-networks-faq.
"""

from collections.abc import Mapping
from dataclasses import replace
from ipaddress import ip_network

from seawall.ingest.notes import Notes
from seawall.ingest.terraform.instance import Block, Instance, Json
from seawall.ingest.terraform.links import Links
from seawall.ingest.terraform.shape import linked

FIREWALL = "azurerm_firewall"
_RESERVED = 4
_OWN = "private_ip_address"
_HOP = "next_hop_in_ip_address"


def first_address(prefixes: object) -> str:
    """Return the first free address of a subnet, or nothing."""
    first = prefixes[0] if isinstance(prefixes, list) and prefixes else None
    if not isinstance(first, str):
        return ""
    try:
        network = ip_network(first, strict=False)
    except ValueError:
        return ""
    return str(network[_RESERVED]) if network.num_addresses > _RESERVED else ""


def assume(address: str, value: str, notes: Notes) -> None:
    """Say which address a firewall is taken to get."""
    notes.assume(
        "firewall-address",
        f"`{address}` gets {value}, the first free address of its subnet; only that "
        "routes lead to the same address counts",
        "Azure docs, virtual-networks-faq",
    )


def with_addresses(found: list[Instance], links: Links, notes: Notes) -> list[Instance]:
    """Return planned instances with the addresses of planned firewalls filled in."""
    subnets = {it.id: it for it in found if it.type == "azurerm_subnet"}
    addresses: dict[str, str] = {}
    for item in found:
        if item.type == FIREWALL:
            value = _address(item, links, subnets)
            if value:
                addresses[item.id] = value
                assume(item.address, value, notes)
    if not addresses:
        return found
    return [_filled(item, links, addresses) for item in found]


def _address(item: Instance, links: Links, subnets: Mapping[str, Instance]) -> str:
    blocks = item.block().blocks("ip_configuration")
    if not blocks or not blocks[0].field(_OWN).unresolved:
        return ""
    subnet = linked(blocks[0], links, "subnet_id", ("azurerm_subnet",)).value
    known = subnets.get(subnet) if isinstance(subnet, str) else None
    return "" if known is None else first_address(known.values.get("address_prefixes"))


def _filled(item: Instance, links: Links, addresses: Mapping[str, str]) -> Instance:
    """Return an instance that states the addresses that it refers to."""
    if item.id in addresses and item.type == FIREWALL:
        return _stated(item, "ip_configuration", 0, _OWN, addresses[item.id])
    if item.type == "azurerm_route":
        hop = _hop(item.block(), links, addresses)
        if hop:
            values, unknown = _put(item.values, item.unknown, _HOP, hop)
            return replace(item, values=values, unknown=unknown)
    if item.type == "azurerm_route_table":
        for at, block in enumerate(item.block().blocks("route") or ()):
            hop = _hop(block, links, addresses)
            if hop:
                item = _stated(item, "route", at, _HOP, hop)
    return item


def _hop(block: Block, links: Links, addresses: Mapping[str, str]) -> str:
    if not block.field(_HOP).unresolved:
        return ""
    targets = links.targets(block, _HOP, (FIREWALL,))
    return addresses.get(targets[0], "") if len(targets) == 1 else ""


def _put(
    values: Json, unknown: Json | None, name: str, value: object
) -> tuple[Json, Json | None]:
    """Return values with one more, and what is unknown without it."""
    left = None if unknown is None else {k: v for k, v in unknown.items() if k != name}
    return {**values, name: value}, left


def _stated(item: Instance, kind: str, at: int, name: str, value: str) -> Instance:
    """Return an instance whose nested block states a value."""
    blocks = item.values.get(kind)
    pending = (item.unknown or {}).get(kind)
    if not isinstance(blocks, list) or not isinstance(blocks[at], Mapping):
        return item
    parallel = pending[at] if isinstance(pending, list) and at < len(pending) else {}
    values, unknown = _put(
        blocks[at], parallel if isinstance(parallel, Mapping) else {}, name, value
    )
    changed = [values if place == at else one for place, one in enumerate(blocks)]
    left = item.unknown
    if isinstance(pending, list) and at < len(pending):
        others = [unknown if place == at else it for place, it in enumerate(pending)]
        left = {**(item.unknown or {}), kind: others}
    return replace(item, values={**item.values, kind: changed}, unknown=left)
