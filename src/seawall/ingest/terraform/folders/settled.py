"""Settles between instances what no expression says.

A data source may find what the same deployment makes; and the address that a firewall
will get is not known, but is the same wherever it is referred to.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from seawall.ingest.notes import Notes
from seawall.ingest.resource import Field, Source
from seawall.ingest.terraform.appliances import FIREWALL, assume, first_address
from seawall.ingest.terraform.instance import Instance, Link

_DEEPEST = 40
_PRIVATE = "ip_configuration.private_ip_address"


def settle(instances: list[Instance], notes: Notes) -> list[Instance]:
    """Return the instances with data sources and firewalls settled."""
    found = _aliases(instances)
    kept = [it for it in instances if it.address.lower() not in found]
    addresses = _firewall_addresses(kept, found, notes)
    if found or addresses:
        for item in kept:
            _replace(item.values, found, addresses, 0)
    return kept


def _aliases(instances: Iterable[Instance]) -> dict[str, str]:
    """Return the ids of what data sources find in their own deployment."""
    made = [item for item in instances if item.source is not Source.DATA]
    out: dict[str, str] = {}
    for item in instances:
        if item.source is not Source.DATA:
            continue
        found = {it.id for it in made if it.type == item.type and _same(item, it)}
        if item.type == "azurerm_subnet" and not found:
            found = {
                f"{net.id}/subnets/{str(item.values.get('name')).lower()}"
                for net in made
                if net.type == "azurerm_virtual_network" and _holds(net, item)
            }
        if len(found) == 1:
            out[item.address.lower()] = found.pop()
    return out


def _same(data: Instance, made: Instance) -> bool:
    """Whether what a data source asks for is what a resource is called."""
    if not _equal(data.values.get("name"), made, "name"):
        return False
    network = data.values.get("virtual_network_name")
    own = _bare(made.values.get("virtual_network_name"))
    return own is None or _alike(network, own)


def _holds(net: Instance, data: Instance) -> bool:
    """Whether a network has the subnet of a data source in itself."""
    if not _equal(data.values.get("virtual_network_name"), net, "name"):
        return False
    blocks = _bare(net.values.get("subnet"))
    name = data.values.get("name")
    return isinstance(name, str) and any(
        isinstance(it, Mapping) and _bare(it.get("name")) == name
        for it in (blocks if isinstance(blocks, list) else [])
    )


def _equal(value: object, made: Instance, attribute: str) -> bool:
    if isinstance(value, Link) and value.address == made.address:
        return value.attribute == attribute
    return _alike(value, _bare(made.values.get(attribute)))


def _alike(left: object, right: object) -> bool:
    if isinstance(left, Link) and isinstance(right, Link):
        if left.address or right.address:
            return (left.address, left.attribute) == (right.address, right.attribute)
        return bool(left.spelled.strip("?")) and left.spelled == right.spelled
    both = isinstance(left, str) and isinstance(right, str)
    return both and str(left).lower() == str(right).lower()


def _bare(value: object) -> object:
    """Return a value without where it stands, which those of known modules say."""
    return value.value if isinstance(value, Field) else value


def _firewall_addresses(
    instances: Iterable[Instance], aliases: Mapping[str, str], notes: Notes
) -> dict[str, str]:
    """Return an address for each firewall whose own is not known yet.

    Which address it is decides nothing, as long as routes lead to the same one.
    """
    subnets = {it.id: it for it in instances if it.type == "azurerm_subnet"}
    out: dict[str, str] = {}
    for item in instances:
        if item.type != FIREWALL or item.source is Source.DATA:
            continue
        blocks = _bare(item.values.get("ip_configuration"))
        first = blocks[0] if isinstance(blocks, list) and blocks else None
        if not isinstance(first, dict) or _bare(first.get("private_ip_address")):
            continue
        wanted = str(_bare(first.get("subnet_id")))
        subnet = subnets.get(aliases.get(wanted, wanted))
        prefixes = None if subnet is None else subnet.values.get("address_prefixes")
        address = first_address(_bare(prefixes))
        if address:
            out[item.address] = address
            first["private_ip_address"] = address
            assume(item.address, address, notes)
    return out


def _replace(
    value: object,
    aliases: Mapping[str, str],
    addresses: Mapping[str, str],
    depth: int,
) -> object:
    """Put what is settled in the place of what was not, in all of a value."""
    if depth > _DEEPEST:
        return value
    if isinstance(value, Field):
        inner = _replace(value.value, aliases, addresses, depth + 1)
        return value if inner is value.value else replace(value, value=inner)
    if isinstance(value, str):
        return aliases.get(value, value)
    if isinstance(value, Link) and value.attribute == _PRIVATE:
        return addresses.get(value.address, value)
    if isinstance(value, dict):
        for key, item in value.items():
            value[key] = _replace(item, aliases, addresses, depth + 1)
    elif isinstance(value, list):
        for at, item in enumerate(value):
            value[at] = _replace(item, aliases, addresses, depth + 1)
    return value
