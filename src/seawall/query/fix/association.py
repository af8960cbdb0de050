"""How a subnet is given a route table, in the words of what names the two."""

import json
import shlex
from collections.abc import Iterator

from seawall.model.network import RouteTable, Subnet
from seawall.model.snapshot import Fabric
from seawall.query.fix.change import Snippet
from seawall.query.fix.group import resource_group

_CASED = {
    word.lower(): word
    for word in (
        "subscriptions",
        "resourceGroups",
        "providers",
        "Microsoft.Network",
        "virtualNetworks",
        "subnets",
        "routeTables",
    )
}


def is_terraform(id_: str) -> bool:
    """Whether a resource is known by its address in a Terraform configuration."""
    return id_.startswith(("azurerm_", "module."))


def address_of(fabric: Fabric, id_: str) -> str:
    """Return the address of a Terraform configuration as that writes it."""
    return dict(fabric.written).get(id_, id_)


def association(subnet: Subnet, table: RouteTable, fabric: Fabric) -> Iterator[Snippet]:
    """Yield how a subnet gets a route table.

    A Terraform configuration names both by their addresses, which no other tool knows;
    a template that names no resource group names the table by its name.

    Args:
        subnet: The subnet.
        table: The table.
        fabric: The network that they are in.

    Source: Azure CLI docs, az network vnet subnet update; Azure REST, Subnets;
    Terraform Registry, azurerm_subnet_route_table_association.
    """
    network = subnet.network.rsplit("/", 1)[-1]
    name = f"{network}/{subnet.name}"
    if is_terraform(subnet.id):
        ids = (_expression(fabric, subnet), f"{address_of(fabric, table.id)}.id")
        yield Snippet("terraform", name, _terraform(subnet.name, *ids))
        return
    is_whole = table.id.startswith("/") and subnet.id.startswith("/")
    wanted = cased(table.id, table.name) if is_whole else table.name
    command = " \\\n  ".join(
        (
            "az network vnet subnet update",
            f"--resource-group {shlex.quote(resource_group(subnet.id))}",
            f"--vnet-name {shlex.quote(network)} --name {shlex.quote(subnet.name)}",
            f"--route-table {shlex.quote(wanted)}",
        )
    )
    yield Snippet("az", name, command + "\n")
    call = f"resourceId('Microsoft.Network/routeTables', '{table.name}')"
    arm = wanted if is_whole else f"[{call}]"
    value = {"properties": {"routeTable": {"id": arm}}}
    yield Snippet("arm", name, json.dumps(value, indent=2) + "\n")
    bicep = f"'{wanted}'" if is_whole else call
    text = f"properties: {{\n  routeTable: {{\n    id: {bicep}\n  }}\n}}\n"
    yield Snippet("bicep", name, text)
    if is_whole:
        ids = (json.dumps(cased(subnet.id, subnet.name)), json.dumps(wanted))
        yield Snippet("terraform", name, _terraform(subnet.name, *ids))


def _expression(fabric: Fabric, subnet: Subnet) -> str:
    """Return the id of a subnet in HCL; one that stands in its network has no own."""
    above, inline, _ = subnet.id.partition("/subnets/")
    address = address_of(fabric, above)
    return f'"${{{address}.id}}/subnets/{subnet.name}"' if inline else f"{address}.id"


def cased(id_: str, name: str) -> str:
    """Return an id with its fixed words and its last part as Azure writes them.

    Terraform tells ids apart by their case.
    """
    parts = [_CASED.get(part.lower(), part) for part in id_.split("/")]
    return "/".join((*parts[:-1], name))


def _terraform(name: str, subnet: str, table: str) -> str:
    label = "".join(each if each.isalnum() else "_" for each in name)
    if not label[:1].isalpha():
        label = f"_{label}"
    return (
        f'resource "azurerm_subnet_route_table_association" "{label}" {{\n'
        f"  subnet_id      = {subnet}\n"
        f"  route_table_id = {table}\n}}\n"
    )
