"""Virtual networks, subnets and peerings.

Source: Azure docs, virtual-network-manage-peering; Azure SDK, Microsoft.Network.
"""

from collections.abc import Iterator
from dataclasses import replace

from seawall.ingest.azure.records.catalogue import Catalogue, Part, same
from seawall.ingest.azure.records.values import (
    address,
    flag,
    has_unresolved,
    ids,
    none_by,
    prefixes,
    reference,
    text,
    texts,
    word,
)
from seawall.ingest.doubts.alike import ANYTHING
from seawall.ingest.identity import referenced_id
from seawall.ingest.notes import Notes
from seawall.ingest.resource import DOUBT, Field, ResourceRecord
from seawall.model.address import Address, AddressRange
from seawall.model.network import Peering, Subnet, VirtualNetwork
from seawall.model.setting import Setting
from seawall.model.snapshot import Fabric

NETWORKS = "microsoft.network/virtualnetworks"
SUBNETS = NETWORKS + "/subnets"

_UNKNOWN = "unknown"
_NO_REFERENCE = none_by("none is associated with the subnet")


def networks(catalogue: Catalogue, notes: Notes) -> tuple[VirtualNetwork, ...]:
    """Convert the virtual networks."""
    return tuple(
        VirtualNetwork(
            id=record.id,
            name=record.name,
            space=_space(record, notes),
            dns_servers=_dns_servers(record, notes),
            origin=record.origin,
            region=record.location,
        )
        for record in catalogue.of(NETWORKS)
    )


def _space(record: ResourceRecord, notes: Notes) -> tuple[AddressRange, ...]:
    field = record.body.walk("addressSpace", "addressPrefixes")
    found = prefixes(field, notes)
    if not found or has_unresolved(field):
        part = "not all of the address space" if found else "the address space"
        notes.unmodelled(
            record.origin,
            f"{part} of the virtual network `{record.name}` is "
            + ("" if found else "not ")
            + "known",
            has_unresolved(field) or "`addressSpace` is absent or empty",
            "give an input in which it is known",
        )
    return found


def _dns_servers(record: ResourceRecord, notes: Notes) -> Setting[tuple[Address, ...]]:
    field = record.body.walk("dhcpOptions", "dnsServers")
    return servers_setting(field, notes)


def servers_setting(field: Field, notes: Notes) -> Setting[tuple[Address, ...]]:
    """Return a list of DNS servers; none or an empty list means Azure's own."""
    why = has_unresolved(field)
    if why:
        return Setting.unknown(why, field.origin)
    if field.left_to_service:
        return Setting.defaulted((), "Azure's own DNS serves by default", field.origin)
    found = [address(item, notes) for item in field.items()]
    if None in found:
        return Setting.unknown("a DNS server cannot be read", field.origin)
    return Setting.stated(tuple(item for item in found if item), field.origin)


def subnets(catalogue: Catalogue, notes: Notes) -> tuple[Subnet, ...]:
    """Convert the subnets, inline and own; an own resource wins."""
    found: dict[str, Subnet] = {}
    for record in catalogue.of(NETWORKS):
        for part in catalogue.parts(record, "subnets"):
            found[part.id] = _subnet(part, record.id, notes)
    for record in catalogue.of(SUBNETS):
        if record.id not in found:
            part = Part(record.id, record.name, record.body)
            found[record.id] = _subnet(part, record.parent, notes)
    return tuple(found.values())


def _subnet(part: Part, network: str, notes: Notes) -> Subnet:
    body = part.body
    found = _subnet_prefixes(body, notes)
    if not found:
        notes.unmodelled(
            body.origin,
            f"the addresses of the subnet `{part.name}` are not known",
            has_unresolved(body.get("addressPrefixes"))
            or "`addressPrefixes` is absent or empty",
            "give an input in which they are known",
        )
    return Subnet(
        id=part.id,
        name=part.name,
        network=network,
        prefixes=found,
        origin=body.origin,
        security_group=reference(
            body.get("networkSecurityGroup"), _NO_REFERENCE, notes
        ),
        route_table=reference(body.get("routeTable"), _NO_REFERENCE, notes),
        nat_gateway=reference(body.get("natGateway"), _NO_REFERENCE, notes),
        endpoint_policies=word(
            body.get("privateEndpointNetworkPolicies"),
            Setting.defaulted("Disabled", "Azure docs, disable-private-endpoint"),
            notes,
        ),
        default_outbound=flag(
            body.get("defaultOutboundAccess"),
            Setting.unknown(
                "default outbound access depends on when the network was made, "
                "and the input does not state it"
            ),
            notes,
        ),
        service_endpoints=_service_endpoints(part, notes),
        delegations=_services(body.get("delegations"), "serviceName"),
        service_policies=_service_policies(body.get("serviceEndpointPolicies")),
    )


def _service_endpoints(part: Part, notes: Notes) -> tuple[str, ...]:
    field = part.body.get("serviceEndpoints")
    hidden = has_unresolved(field)
    if hidden:
        notes.unmodelled(
            field.origin,
            f"the service endpoints of the subnet `{part.name}` are not known",
            f"{hidden}; an endpoint would lead past routes and firewalls",
            "give an input in which they are known",
        )
    return _services(field, "service")


def _service_policies(field: Field) -> Setting[tuple[str, ...]]:
    why = has_unresolved(field)
    if why:
        return Setting.unknown(why, field.origin)
    return Setting.stated(ids(field), field.origin)


def _subnet_prefixes(body: Field, notes: Notes) -> tuple[AddressRange, ...]:
    return prefixes(body.get("addressPrefixes"), notes) or prefixes(
        body.get("addressPrefix"), notes
    )


def _services(field: Field, key: str) -> tuple[str, ...]:
    named = tuple(text(item.get(key)) or "" for item in field.items())
    return tuple(sorted({name for name in (*named, *texts(field)) if name}))


def peerings(catalogue: Catalogue, notes: Notes) -> tuple[Peering, ...]:
    """Convert both halves of every peering, each as its own value.

    One whose remote network is not in the input may be with any here that its id may
    mean: so far nobody knows that it is there.
    """
    found: list[Peering] = []
    for record in catalogue.of(NETWORKS):
        parts = catalogue.parts(record, "virtualNetworkPeerings")
        found.extend(_peering(part, record.id, notes) for part in parts)
    known = {record.id for record in catalogue.of(NETWORKS)}
    for record in catalogue.of(NETWORKS + "/virtualnetworkpeerings"):
        if record.parent not in known:
            part = Part(record.id, record.name, record.body)
            found.append(_peering(part, record.parent, notes))
    pairs = {(each.network, each.remote) for each in found}
    for each in tuple(found):
        spelled = ANYTHING if each.remote == _UNKNOWN else each.remote
        for meant in catalogue.perhaps(NETWORKS, spelled):
            if meant.id != each.network and (each.network, meant.id) not in pairs:
                why = (
                    f"the peering `{each.name}` may be with `{meant.name}`, or another"
                )
                doubt = Setting[bool].unknown(why, each.origin)
                found.append(replace(each, remote=meant.id, deployed=doubt))
    halves = tuple(_with_other_half(each, catalogue, pairs) for each in found)
    return (*halves, *_open_spaces(catalogue, halves))


def _with_other_half(
    half: Peering, catalogue: Catalogue, pairs: set[tuple[str, str]]
) -> Peering:
    """Leave open whether a peering is connected that the other network does not list.

    Source: Azure docs, virtual-network-manage-peering: a connected peering has both
    halves, and one that is left alone is disconnected.
    """
    there = catalogue.find(NETWORKS, half.remote)
    if there is None or not half.connected.is_surely(value=True):
        return half
    listed = there.body.get("virtualNetworkPeerings")
    is_there = bool(pairs & {(half.remote, half.network), (half.remote, _UNKNOWN)})
    if is_there or not isinstance(listed.value, list) or has_unresolved(listed):
        return half
    why = (
        f"`{half.name}` says that it is connected, and `{there.name}` lists no peering "
        "back: one of them is out of date"
    )
    return replace(half, connected=Setting.unknown(why, half.origin))


def _open_spaces(catalogue: Catalogue, known: tuple[Peering, ...]) -> Iterator[Peering]:
    """Yield what stands for the addresses of networks that are not all known.

    Any private address may be one of them, for the network itself and its peers: as
    with a peer whose space is not known.
    """
    open_ = {
        record.id: record
        for record in catalogue.of(NETWORKS)
        if _is_open(record.body.walk("addressSpace", "addressPrefixes"))
    }
    near = {(each.network, each.remote) for each in known if each.remote in open_}
    for network, whose in sorted(near | {(id_, id_) for id_ in open_}):
        record = open_[whose]
        why = f"the address space of `{record.name}` is not all known"
        doubt = Setting[bool].unknown(why)
        no = Setting[bool].defaulted(False, why)  # noqa: FBT003  # it is no peering
        yield Peering(
            name=f"the addresses of {record.name} that are not known",
            network=network,
            remote=_UNKNOWN,
            connected=doubt,
            allows_access=doubt,
            allows_forwarded=doubt,
            allows_gateway_transit=no,
            uses_remote_gateways=no,
            origin=record.origin,
        )


def _is_open(field: Field) -> bool:
    """Whether a network may have more addresses than are stated."""
    return next(field.items(), None) is None or bool(has_unresolved(field))


def _peering(part: Part, network: str, notes: Notes) -> Peering:
    body = part.body
    remote = referenced_id(body.get("remoteVirtualNetwork"))
    if remote is None and not body.get(DOUBT).unresolved:
        notes.error(
            body.origin,
            f"the peering `{part.name}` does not say with which network",
            body.get("remoteVirtualNetwork").unresolved
            or "a peering names its `remoteVirtualNetwork`",
            "give the remote network's id, or an input in which it is known",
        )
    space = prefixes(body.walk("remoteAddressSpace", "addressPrefixes"), notes)
    is_whole = _is_complete(body.get("peerCompleteVnets"))
    narrow = body.get("enableOnlyIPv6Peering")
    is_narrow = not narrow.left_to_service and narrow.value is not False
    _report_stale(part, notes)
    return Peering(
        name=part.name,
        network=network,
        remote=remote or _UNKNOWN,
        connected=_connected(body.get("peeringState")),
        allows_access=flag(
            body.get("allowVirtualNetworkAccess"), _off_or(default=True), notes
        ),
        allows_forwarded=flag(body.get("allowForwardedTraffic"), _off_or(), notes),
        allows_gateway_transit=flag(body.get("allowGatewayTransit"), _off_or(), notes),
        uses_remote_gateways=flag(body.get("useRemoteGateways"), _off_or(), notes),
        origin=body.origin,
        remote_space=space,
        complete=is_whole and not is_narrow,
        local_subnets=() if is_narrow else _names(body.get("localSubnetNames")),
        remote_subnets=() if is_narrow else _names(body.get("remoteSubnetNames")),
        deployed=_deployed(body.get(DOUBT)),
    )


def _deployed(doubt: Field) -> Setting[bool]:
    """Return whether a peering is surely there; one under a condition may not be."""
    if doubt.unresolved:
        return Setting.unknown(doubt.unresolved, doubt.origin)
    return Setting.stated(value=True)


def _names(field: Field) -> tuple[str, ...]:
    """Return names of subnets in lower case; none if one of them is not known."""
    if has_unresolved(field):
        return ()
    return tuple(sorted({name.lower() for name in texts(field)}))


def _report_stale(part: Part, notes: Notes) -> None:
    """Say that a peer has grown or shrunk since the last synchronisation.

    Source: Azure docs, update-virtual-network-peering-address-space.
    """
    level = part.body.get("peeringSyncLevel")
    written = text(level)
    if written and not same(written, "FullyInSync"):
        notes.warning(
            level.origin,
            f"the peering `{part.name}` is not in sync: {written}",
            "addresses that a network got since the last synchronisation are not "
            "reached through it, and the answers say so",
            "run `az network vnet peering sync`, or synchronise it in the portal",
        )


def _is_complete(field: Field) -> bool:
    """Whether whole networks are peered; a peering of which that is unknown is not."""
    return field.left_to_service or field.value is True


def _off_or(*, default: bool = False) -> Setting[bool]:
    return Setting.defaulted(default, "Azure docs, virtual-network-manage-peering")


def _connected(field: Field) -> Setting[bool]:
    state = text(field)
    if state is None:
        return Setting.unknown(
            field.unresolved or "the input does not report the state of the peering",
            field.origin,
        )
    return Setting.stated(state.lower() == "connected", field.origin)


def assume_no_service(fabric: Fabric, notes: Notes) -> None:
    """Say what is taken for granted where service endpoints lead past routes.

    Source: Azure docs, virtual-network-service-endpoints-overview.
    """
    if fabric.service_tags is not None:
        return
    names = sorted(
        f"`{subnet.name}`"
        for subnet in fabric.subnets
        if subnet.service_endpoints and subnet.route_table.value is not None
    )
    if names:
        notes.assume(
            "public-addresses-of-no-service",
            "public addresses in questions are not those of services that the service "
            f"endpoints of {', '.join(names)} lead to, past every route; a list of "
            "service tags (--service-tags) would tell",
            "Azure docs, virtual-network-service-endpoints-overview",
        )
