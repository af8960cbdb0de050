"""Resources of Terraform that only tie two others together.

ARM has no such resources: the tie is a property of one of the two.
"""

from dataclasses import dataclass, replace

from seawall.ingest.doubts.lists import DECIDING, LISTS, in_doubt
from seawall.ingest.doubts.put import changed, put
from seawall.ingest.resource import (
    DOUBT,
    Change,
    Field,
    ResourceRecord,
    Unresolved,
)
from seawall.ingest.terraform.attributes.platform import RULES
from seawall.ingest.terraform.instance import Instance
from seawall.ingest.terraform.links import Links
from seawall.ingest.terraform.shape import (
    Reader,
    build,
    either,
    link,
    linked,
)
from seawall.ingest.terraform.spelled import pattern_of

_NETWORK = "microsoft.network/"
_SUBNETS = _NETWORK + "virtualnetworks/subnets"
_SUBNET = ("subnet_id", ("azurerm_subnet",))
_NAT = ("nat_gateway_id", ("azurerm_nat_gateway",))
_INTERFACE = ("network_interface_id", ("azurerm_network_interface",))


def _rules() -> Reader:
    return lambda block, links: build(RULES, block, links)


@dataclass(frozen=True, slots=True)
class Tie:
    """How one type of association changes a resource.

    Attributes:
        arm: Type of the resource that is changed.
        target: The attribute that names it, and what types that may be.
        path: The property that it sets.
        value: What it sets it to.
        adds: Whether it adds to a list.
    """

    arm: str
    target: tuple[str, tuple[str, ...]]
    path: tuple[str, ...]
    value: Reader
    adds: bool = False


TIES = {
    "azurerm_subnet_network_security_group_association": Tie(
        _SUBNETS,
        _SUBNET,
        ("networkSecurityGroup",),
        link("network_security_group_id", "azurerm_network_security_group"),
    ),
    "azurerm_subnet_route_table_association": Tie(
        _SUBNETS,
        _SUBNET,
        ("routeTable",),
        link("route_table_id", "azurerm_route_table"),
    ),
    "azurerm_subnet_nat_gateway_association": Tie(
        _SUBNETS,
        _SUBNET,
        ("natGateway",),
        link("nat_gateway_id", "azurerm_nat_gateway"),
    ),
    "azurerm_nat_gateway_public_ip_association": Tie(
        _NETWORK + "natgateways",
        _NAT,
        ("publicIpAddresses",),
        link("public_ip_address_id", "azurerm_public_ip"),
        adds=True,
    ),
    "azurerm_nat_gateway_public_ip_prefix_association": Tie(
        _NETWORK + "natgateways",
        _NAT,
        ("publicIpPrefixes",),
        link("public_ip_prefix_id", "azurerm_public_ip_prefix"),
        adds=True,
    ),
    "azurerm_network_interface_security_group_association": Tie(
        _NETWORK + "networkinterfaces",
        _INTERFACE,
        ("networkSecurityGroup",),
        link("network_security_group_id", "azurerm_network_security_group"),
    ),
    "azurerm_network_interface_application_security_group_association": Tie(
        _NETWORK + "networkinterfaces",
        _INTERFACE,
        ("ipConfigurations", "applicationSecurityGroups"),
        link("application_security_group_id", "azurerm_application_security_group"),
        adds=True,
    ),
    "azurerm_network_interface_backend_address_pool_association": Tie(
        _NETWORK + "networkinterfaces",
        _INTERFACE,
        ("ipConfigurations", "loadBalancerBackendAddressPools"),
        link("backend_address_pool_id", "azurerm_lb_backend_address_pool"),
        adds=True,
    ),
    "azurerm_private_endpoint_application_security_group_association": Tie(
        _NETWORK + "privateendpoints",
        ("private_endpoint_id", ("azurerm_private_endpoint",)),
        ("applicationSecurityGroups",),
        link("application_security_group_id", "azurerm_application_security_group"),
        adds=True,
    ),
    "azurerm_virtual_network_dns_servers": Tie(
        _NETWORK + "virtualnetworks",
        ("virtual_network_id", ("azurerm_virtual_network",)),
        ("dhcpOptions", "dnsServers"),
        either("dns_servers"),
    ),
    "azurerm_ip_group_cidr": Tie(
        _NETWORK + "ipgroups",
        ("ip_group_id", ("azurerm_ip_group",)),
        ("ipAddresses",),
        either("cidr"),
        adds=True,
    ),
    "azurerm_storage_account_network_rules": Tie(
        "microsoft.storage/storageaccounts",
        ("storage_account_id", ("azurerm_storage_account",)),
        ("networkAcls",),
        _rules(),
    ),
}
"""By type in Terraform."""


def tie(
    records: list[ResourceRecord], associations: list[Instance], links: Links
) -> list[ResourceRecord]:
    """Return the records with every association written into them.

    An association whose target cannot be told may belong to any resource of its type
    that fits what is known of it.
    """
    found = {(record.type, record.id): record for record in records}
    lost: list[ResourceRecord] = []
    for instance in associations:
        rule = TIES[instance.type]
        block = instance.block()
        name, kinds = rule.target
        target = linked(block, links, name, kinds)
        key = (rule.arm, target.value if isinstance(target.value, str) else "")
        value = rule.value(block, links)
        if instance.perhaps:
            value = Field(Unresolved(_perhaps(instance)), instance.origin)
        if key in found:
            found[key] = changed(found[key], rule.path, value, adds=rule.adds)
        elif not _change_inline(found, str(target.value), rule, value):
            lost.append(_lost(instance, rule, target))
    return [*found.values(), *lost]


def _lost(instance: Instance, rule: Tie, target: Field) -> Change:
    """Return a tie of which it is not known what it changes."""
    is_known = isinstance(target.value, str)
    why = target.unresolved or "which one is not stated"
    if is_known:
        why = f"`{target.value}` is not in the input by that id"
    return Change(
        type=rule.arm,
        id=instance.id,
        name=instance.label,
        resource_group="",
        location="",
        body=Field({}, instance.origin),
        source=instance.source,
        spelled=pattern_of(target.value),
        astray=f"`{instance.address}` ties something to a resource that is not known: "
        f"{why}",
        paths=(rule.path,),
        adds=rule.adds,
    )


def _perhaps(instance: Instance) -> str:
    return f"whether `{instance.address}` is made is not known: {instance.perhaps}"


def _change_inline(
    found: dict[tuple[str, str], ResourceRecord], target: str, rule: Tie, value: Field
) -> bool:
    """Change a subnet that stands in its network, and return whether that is there."""
    network, _, name = target.rpartition("/subnets/")
    key = (_NETWORK + "virtualnetworks", network)
    if key not in found or rule.arm != _SUBNETS:
        return False
    record = found[key]
    listed = record.body.get("subnets")
    items = [
        put(item, rule.path, value, adds=rule.adds)
        if str(item.get("name").value).lower() == name
        else item
        for item in listed.items()
    ]
    inner = Field(items, listed.origin)
    found[key] = changed(record, ("subnets",), inner, adds=False)
    return True


_READ_AS_MADE = frozenset(
    {_SUBNETS, "microsoft.containerservice/managedclusters/agentpools"}
)
"""Parts that are read as made where it is not known whether they are."""


def is_left_open(arm: str) -> bool:
    """Whether what a resource of a type would change is open while it may not be."""
    return arm in DECIDING and arm not in _READ_AS_MADE


def without_doubtful(
    records: list[ResourceRecord], doubtful: dict[str, str]
) -> list[ResourceRecord]:
    """Return the records without what may not be made, and which decides.

    The list that it would belong to is not wholly known then; of what stands by itself
    no more than its name is known.

    Args:
        records: All of them.
        doubtful: Why it is not known whether a record is made, by its id.
    """
    found = {(record.type, record.id): record for record in records}
    for record in records:
        if record.id not in doubtful or not is_left_open(record.type):
            continue
        key = (record.type, record.id)
        listed = LISTS.get(record.type)
        if listed is None:
            found[key] = in_doubt(record, doubtful[record.id])
            continue
        del found[key]
        parent = found.get((record.type.rpartition("/")[0], record.parent))
        promise = Field(Unresolved(doubtful[record.id]), record.origin)
        if parent is not None:
            found[parent.type, parent.id] = changed(
                parent, (listed,), promise, adds=True
            )
        elif isinstance(record.body.value, dict):
            # What it is a part of may be in another input, or be found by its name.
            body = Field({**record.body.value, DOUBT: promise}, record.origin)
            found[key] = replace(record, body=body)
    return list(found.values())
