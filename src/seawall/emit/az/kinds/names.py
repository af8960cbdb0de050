"""Private endpoints, private DNS zones and their links."""

from collections.abc import Iterable

from seawall.emit.az.command import Word
from seawall.emit.az.flags import flag, flags, implied
from seawall.emit.az.kinds.shape import Kind
from seawall.emit.parts import Absent, Part, Unsaid, bare
from seawall.emit.tree import Value

_ZONE = "Microsoft.Network/privateDnsZones"
_KEYS = {
    "name": "name",
    "properties.groupId": "group-id",
    "properties.memberName": "member-name",
    "properties.privateIPAddress": "private-ip-address",
}


def _connection(part: Part) -> Iterable[Word]:
    """Give the one connection of an endpoint."""
    found = part.parts("properties.privateLinkServiceConnections") or []
    if len(found) != 1:
        raise Unsaid(f"{part.where} needs one connection for az")
    own = found[0]
    for path, name in {
        "name": "--connection-name",
        "properties.privateLinkServiceId": "--private-connection-resource-id",
    }.items():
        yield from flag(path, name)(own)
    groups = own.take("properties.groupIds")
    held: Value = () if isinstance(groups, Absent) else bare(groups)
    if isinstance(held, tuple) and held:
        yield "--group-id"
        yield held[0]
    own.done()


def _addresses(part: Part) -> Iterable[Word]:
    """Give each static address as pairs of keys and values."""
    for own in part.parts("properties.ipConfigurations") or ():
        yield "--ip-config"
        for path, key in _KEYS.items():
            found = own.take(path)
            if not isinstance(found, Absent):
                yield f"{key}={bare(found)}"
        own.done()


def _zones(part: Part) -> Iterable[Word]:
    """Give the one zone of a group."""
    found = part.parts("properties.privateDnsZoneConfigs") or []
    if len(found) != 1:
        raise Unsaid(f"{part.where} needs one zone for az")
    yield from flag("name", "--zone-name")(found[0])
    yield from flag("properties.privateDnsZoneId", "--private-dns-zone")(found[0])
    found[0].done()


NAMES = {
    "Microsoft.Network/privateEndpoints": Kind(
        "network private-endpoint create",
        (
            flag("properties.subnet.id", "--subnet"),
            _connection,
            _addresses,
            flag("properties.customNetworkInterfaceName", "--nic-name"),
        ),
    ),
    "Microsoft.Network/privateEndpoints/privateDnsZoneGroups": Kind(
        "network private-endpoint dns-zone-group create",
        (_zones,),
        located=False,
        parent="--endpoint-name",
    ),
    _ZONE: Kind(
        "network private-dns zone create",
        (implied("location", "global"),),
        located=False,
        once=True,
    ),
    f"{_ZONE}/virtualNetworkLinks": Kind(
        "network private-dns link vnet create",
        (
            implied("location", "global"),
            *flags(
                "properties.",
                {
                    "virtualNetwork.id": "--virtual-network",
                    "registrationEnabled": "--registration-enabled",
                    "resolutionPolicy": "--resolution-policy",
                },
            ),
        ),
        located=False,
        parent="--zone-name",
        once=True,
    ),
}
