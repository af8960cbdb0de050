"""The private DNS zone of a private API server.

Source: AKS docs, private-clusters and private-apiserver-vnet-integration-cluster,
read 2026-08.
"""

from dataclasses import replace

from seawall.ingest.aks.draft import Draft, find, put
from seawall.model.address import Address
from seawall.model.cluster import ApiServer
from seawall.model.endpoint import PrivateEndpoint
from seawall.model.name import AddressRecord, DnsZone, ZoneLink
from seawall.model.setting import Setting


def suffix_of(draft: Draft, api: ApiServer) -> str | None:
    """Return the zone in which private names of this API server live, or None.

    Source: AKS docs, private-clusters, "Configure private DNS zone": with private
    link `privatelink.<region>.azmk8s.io`, with VNet integration
    `private.<region>.azmk8s.io`, either with a subzone before it.
    """
    zone = api.private_zone.value or ""
    if "/" in zone or "." in zone:
        name = zone.rsplit("/", 1)[-1]
        known = find(draft.fabric.zones, zone)
        if known is not None:
            return known.name
        if name.endswith(".azmk8s.io"):
            return name
    if not draft.cluster.region:
        return None
    kind = "private" if api.vnet_integration.is_surely(value=True) else "privatelink"
    return f"{kind}.{draft.cluster.region}.azmk8s.io"


def add_zone(
    draft: Draft, api: ApiServer, endpoint: PrivateEndpoint | None
) -> str | None:
    """Add or complete the zone of a private cluster; return its id, or None."""
    choice = api.private_zone
    if not choice.known:
        return _add_unknown_zone(draft, api)
    if choice.value is None or choice.value.lower() == "none":
        return None
    if choice.value.lower() == "system":
        return _system_zone(draft, api, endpoint)
    return _custom_zone(draft, api, endpoint, choice.value)


def recorded_address(draft: Draft, api: ApiServer) -> Address | None:
    """Return the address that the private zone has for the API server, if just one.

    Source: AKS docs, private-clusters: AKS writes the address of the private endpoint.
    """
    name = api.name or ""
    found = {
        address
        for zone in draft.fabric.zones
        if name.endswith(f".{zone.name}")
        for record in zone.records
        if f"{record.name}.{zone.name}" == name
        for address in record.addresses
    }
    return found.pop() if len(found) == 1 else None


def _system_zone(
    draft: Draft, api: ApiServer, endpoint: PrivateEndpoint | None
) -> str | None:
    """AKS makes the zone and links it to the network of the nodes, and to no other."""
    name = suffix_of(draft, api)
    for zone in draft.fabric.zones:
        if draft.is_managed(zone.id) and zone.name.endswith(".azmk8s.io"):
            return zone.id
    if name is None:
        return None
    new = DnsZone(
        id=draft.predicted_id("api-server-zone"),
        name=name,
        links=_link(draft, api),
        records=_record(api, name, endpoint),
        complete=Setting.defaulted(True, "AKS makes the zone", api.origin),  # noqa: FBT003
        origin=api.origin,
    )
    draft.fabric = replace(draft.fabric, zones=put(draft.fabric.zones, new))
    draft.assume(
        "api-server-zone",
        f"AKS made a private DNS zone for the API server of `{draft.cluster.name}` and "
        "linked it to the network of the nodes; nobody linked it to another one",
        "AKS docs, private-clusters, read 2026-08",
        new.id,
    )
    return new.id


def _custom_zone(
    draft: Draft, api: ApiServer, endpoint: PrivateEndpoint | None, wanted: str
) -> str:
    """AKS writes its record into the zone and links it to the network of the nodes.

    Source: AKS docs, private-clusters, "Hub and spoke with custom DNS": the link to
    the cluster's network is made even when the zone is linked to a hub already.
    """
    zone = find(draft.fabric.zones, wanted)
    if zone is None:
        zone = DnsZone(
            id=wanted,
            name=wanted.rsplit("/", 1)[-1],
            links=(),
            records=(),
            complete=Setting.unknown(f"the zone `{wanted}` is not in the input"),
            origin=api.private_zone.origin or api.origin,
        )
    linked = {link.network for link in zone.links}
    links = tuple(link for link in _link(draft, api) if link.network not in linked)
    written = {record.name for record in zone.records}
    records = tuple(
        record
        for record in _record(api, zone.name, endpoint)
        if record.name not in written
    )
    if links or records:
        zone = replace(
            zone, links=(*zone.links, *links), records=(*zone.records, *records)
        )
        draft.assume(
            "api-server-custom-zone",
            f"AKS wrote the API server of `{draft.cluster.name}` into `{zone.name}`"
            + (" and linked that zone to the network of the nodes" if links else ""),
            "AKS docs, private-clusters, read 2026-08",
            zone.id,
        )
    draft.fabric = replace(draft.fabric, zones=put(draft.fabric.zones, zone))
    return zone.id


def _add_unknown_zone(draft: Draft, api: ApiServer) -> str | None:
    """Stand in for a zone that is not known, so that its names are unknown too."""
    name = suffix_of(draft, api)
    if name is None:
        return None
    why = api.private_zone.why or "the private DNS zone of the API server is not known"
    new = DnsZone(
        id=draft.predicted_id("api-server-zone"),
        name=name,
        links=(),
        records=(),
        complete=Setting.unknown(why, api.private_zone.origin),
        origin=api.private_zone.origin or api.origin,
    )
    draft.fabric = replace(draft.fabric, zones=put(draft.fabric.zones, new))
    return new.id


def _link(draft: Draft, api: ApiServer) -> tuple[ZoneLink, ...]:
    network = draft.network()
    return () if network is None else (ZoneLink(network, False, api.origin),)  # noqa: FBT003


def _record(
    api: ApiServer, zone: str, endpoint: PrivateEndpoint | None
) -> tuple[AddressRecord, ...]:
    if api.name is None:
        return ()
    label = api.name.removesuffix(f".{zone}")
    if label == api.name:
        label = label.split(".", 1)[0]
    address = _address(api, endpoint)
    addresses = () if address is None else (address,)
    return (AddressRecord(label, addresses, api.origin),)


def _address(api: ApiServer, endpoint: PrivateEndpoint | None) -> Address | None:
    if endpoint is not None:
        return endpoint.address
    return api.internal_address
