"""Network interfaces of machines and of nodes.

Source: Azure docs, application-security-groups; AKS docs, concepts-security.
"""

from collections.abc import Iterator

from seawall.ingest.azure.records.catalogue import Catalogue
from seawall.ingest.azure.records.values import (
    address,
    flag,
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
SCALE_SETS = "microsoft.compute/virtualmachinescalesets"
OF_SCALE_SETS = f"{SCALE_SETS}/virtualmachines/networkinterfaces"
"""Those that `az vmss nic list` and Resource Graph tell of."""

_POOL_TAGS = ("aks-managed-poolName", "poolName")


def interfaces(catalogue: Catalogue, notes: Notes) -> tuple[NetworkInterface, ...]:
    """Convert the network interfaces, and those of scale sets with public addresses.

    Where the interfaces of the machines of a scale set are given, they stand for it.
    """
    told = interface_records(catalogue)
    return (
        *(_interface(catalogue, record, notes) for record in told),
        *(
            item
            for record in catalogue.of(SCALE_SETS)
            if not any(it.id.startswith(f"{record.id}/") for it in told)
            for item in _of_set(record)
        ),
    )


def interface_records(catalogue: Catalogue) -> list[ResourceRecord]:
    """Return the interfaces of machines, those of scale sets among them."""
    return [*catalogue.of(INTERFACES), *catalogue.of(OF_SCALE_SETS)]


def _of_set(record: ResourceRecord) -> Iterator[NetworkInterface]:
    """Yield one interface for the machines of a scale set that leave by themselves.

    Source: Azure docs, virtual-machine-scale-sets-networking.
    """
    for item in configurations(record):
        for part in item.get("ipConfigurations").items():
            own = part.get("publicIPAddressConfiguration")
            pools = part.get("loadBalancerBackendAddressPools")
            if own.left_to_service and not any(True for _ in pools.items()):
                continue
            yield NetworkInterface(
                id=f"{record.id}/{(text(item.get('name')) or 'nic').lower()}",
                name=record.name,
                subnet=referenced_id(part.get("subnet")),
                addresses=(),
                forwards=Setting.unknown("it is that of a scale set", item.origin),
                security_group=Setting.unknown(
                    "it is that of a scale set", item.origin
                ),
                origin=item.origin,
                public_addresses=() if own.left_to_service else ("unknown",),
                pools=tuple(referenced_id(each) or "unknown" for each in pools.items()),
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
    lent = [
        (part.body.get("publicIPAddress"), own)
        for part, own in zip(parts, found, strict=True)
        if not part.body.get("publicIPAddress").left_to_service
    ]
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
        public_addresses=tuple(referenced_id(it) or "unknown" for it, _ in lent),
        behind=tuple(own for _, own in lent),
        pools=tuple(
            referenced_id(item) or "unknown"
            for part in parts
            for item in part.body.get("loadBalancerBackendAddressPools").items()
        ),
    )


def configurations(record: ResourceRecord) -> list[Field]:
    """Return how the interfaces of a scale set's machines are set up."""
    profile = record.body.walk(
        "virtualMachineProfile", "networkProfile", "networkInterfaceConfigurations"
    )
    return list(profile.items())


def node_group(catalogue: Catalogue, pool: str, node_group_name: str) -> Setting[str]:
    """Return the security group on the interfaces of one node pool's scale set."""
    for record in catalogue.of(SCALE_SETS):
        if node_group_name and record.resource_group != node_group_name:
            continue
        tags = record.body.get("tags")
        named = text(tags.get(*_POOL_TAGS)) or ""
        if named != pool and not record.name.lower().startswith(f"aks-{pool}-"):
            continue
        for item in configurations(record):
            field = item.get("networkSecurityGroup")
            return Setting.stated(referenced_id(field), field.origin)
    return Setting.unknown("the scale set of the node pool is not in the input")
