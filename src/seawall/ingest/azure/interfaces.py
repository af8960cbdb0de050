"""Network interfaces: members of application security groups, and node interfaces.

Source: Azure docs, application-security-groups; AKS docs, concepts-security.
"""

from seawall.ingest.azure.catalogue import Catalogue
from seawall.ingest.azure.values import (
    address,
    flag,
    has_unresolved,
    ids,
    none_by,
    reference,
    text,
)
from seawall.ingest.identity import referenced_id
from seawall.ingest.notes import Notes
from seawall.ingest.resource import Field, ResourceRecord
from seawall.model.interface import NetworkInterface
from seawall.model.setting import Setting

INTERFACES = "microsoft.network/networkinterfaces"
ASG = "microsoft.network/applicationsecuritygroups"
ENDPOINTS = "microsoft.network/privateendpoints"
SCALE_SETS = "microsoft.compute/virtualmachinescalesets"

_POOL_TAGS = ("aks-managed-poolName", "poolName")

Members = Setting[tuple[tuple[str, str], ...]]


def interfaces(catalogue: Catalogue, notes: Notes) -> tuple[NetworkInterface, ...]:
    """Convert the network interfaces."""
    return tuple(
        _interface(catalogue, record, notes) for record in catalogue.of(INTERFACES)
    )


def _interface(
    catalogue: Catalogue, record: ResourceRecord, notes: Notes
) -> NetworkInterface:
    """Convert one interface.

    Source: Azure docs, virtual-network-network-interface: forwarding is off unless it
    is turned on; network-security-group-how-it-works.
    """
    parts = catalogue.parts(record, "ipConfigurations")
    homes = [referenced_id(part.body.get("subnet")) for part in parts]
    found = [address(part.body.get("privateIPAddress"), notes) for part in parts]
    return NetworkInterface(
        id=record.id,
        name=record.name,
        subnet=next((home for home in homes if home), None),
        addresses=tuple(item for item in found if item is not None),
        forwards=flag(
            record.body.get("enableIPForwarding"),
            Setting.defaulted(
                False,  # noqa: FBT003
                "Azure docs, virtual-network-network-interface",
            ),
            notes,
        ),
        security_group=reference(
            record.body.get("networkSecurityGroup"),
            none_by("none is associated with the network interface"),
            notes,
        ),
        origin=record.origin,
    )


def members(catalogue: Catalogue, notes: Notes) -> Members:
    """Return which addresses belong to which application security group."""
    interfaces = catalogue.of(INTERFACES)
    if not interfaces:
        return Setting.unknown(
            "members of application security groups are not in the input"
        )
    found: list[tuple[str, str]] = []
    for record in interfaces:
        for part in catalogue.parts(record, "ipConfigurations"):
            groups = part.body.get("applicationSecurityGroups")
            why = has_unresolved(groups) or _unknown_address(part.body, groups)
            if why:
                return Setting.unknown(why, part.body.origin)
            address = text(part.body.get("privateIPAddress")) or ""
            found.extend((group, address) for group in ids(groups))
    unseen = [item for item in catalogue.of(SCALE_SETS) if _uses_groups(item)]
    if unseen:
        notes.note(
            unseen[0].origin,
            f"the scale set `{unseen[0].name}` joins application security groups",
            "the addresses of its machines are not in its description",
            "add the output of `az vmss nic list`",
        )
        return Setting.unknown(
            "addresses of scale set members are not in the input", unseen[0].origin
        )
    return Setting.stated(tuple(sorted(set(found))))


def _unknown_address(body: Field, groups: Field) -> str:
    if ids(groups) and not text(body.get("privateIPAddress")):
        return (
            body.get("privateIPAddress").unresolved
            or "the address of a member is not in the input"
        )
    return ""


def _configurations(record: ResourceRecord) -> list[Field]:
    profile = record.body.walk(
        "virtualMachineProfile", "networkProfile", "networkInterfaceConfigurations"
    )
    return list(profile.items())


def _uses_groups(record: ResourceRecord) -> bool:
    return any(
        ids(inner.get("applicationSecurityGroups"))
        for item in _configurations(record)
        for inner in item.get("ipConfigurations").items()
    )


def node_group(catalogue: Catalogue, pool: str, node_group_name: str) -> Setting[str]:
    """Return the security group on the interfaces of one node pool's scale set."""
    for record in catalogue.of(SCALE_SETS):
        if node_group_name and record.resource_group != node_group_name:
            continue
        tags = record.body.get("tags")
        named = text(tags.get(*_POOL_TAGS)) or ""
        if named != pool and not record.name.lower().startswith(f"aks-{pool}-"):
            continue
        for item in _configurations(record):
            field = item.get("networkSecurityGroup")
            return Setting.stated(referenced_id(field), field.origin)
    return Setting.unknown("the scale set of the node pool is not in the input")
