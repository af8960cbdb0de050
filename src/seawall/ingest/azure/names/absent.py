"""Private DNS zones that something in the input names, and that are not in it.

Of these the name is known, what private endpoints of the input write there, and links
that stand by themselves; what else they hold, and which other networks they are linked
to, is not.

Source: Azure docs, private-endpoint-dns; docs/semantics/path.md, Q3.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from seawall.ingest.azure.platform.services import SERVICES
from seawall.model.endpoint import PlatformResource, PrivateEndpoint
from seawall.model.name import AddressRecord, DnsZone, ZoneLink
from seawall.model.origin import Origin
from seawall.model.private_zones import PRIVATE_ZONES
from seawall.model.setting import Setting


def named_zones(
    found: Iterable[DnsZone],
    endpoints: Sequence[PrivateEndpoint],
    links: Mapping[str, Sequence[ZoneLink]],
    written: Mapping[str, Sequence[AddressRecord]],
) -> Iterator[DnsZone]:
    """Yield what is known of zones that are named by their ids.

    Args:
        found: Zones that are in the input.
        endpoints: Those whose groups name zones.
        links: Links by the id of their zone.
        written: What endpoints write, by the id of the zone.
    """
    known = {item.id for item in found}
    named = {zone: it.origin for it in endpoints for zone in it.zones}
    named |= {zone: of_zone[0].origin for zone, of_zone in links.items()}
    for id_, origin in named.items():
        name = id_.rpartition("/")[2].rstrip(".")
        if id_ in known or "." not in name or "{" in name or "/" not in id_:
            continue
        records = {it.name: it for it in reversed(written.get(id_, ()))}
        yield _absent(id_, name, origin, links.get(id_, ()), records.values())


def usual_zones(
    endpoint: PrivateEndpoint, resources: Mapping[str, PlatformResource]
) -> Iterator[str]:
    """Yield the names of the zones into which an endpoint's group usually writes."""
    target = endpoint.target or ""
    resource = resources.get(target)
    if resource is not None and resource.private_suffix:
        yield resource.private_suffix
        return
    for host in resource.host_names if resource is not None else ():
        yield from (zone for suffix, zone in PRIVATE_ZONES if host.endswith(suffix))
    for resource_type, service in SERVICES.items():
        if f"/{resource_type}/" in target:
            groups = [
                it.lower() for it in endpoint.groups if it.lower() in service.zones
            ]
            yield from (service.zones[it] for it in groups or service.zones)


def unnamed_zones(
    found: Iterable[DnsZone], wanted: Mapping[str, Origin]
) -> Iterator[DnsZone]:
    """Yield what is known of zones of which only the name is.

    Args:
        found: Zones that are known already; of the same name, they hold.
        wanted: What names them, by their names.
    """
    known = {item.name for item in found}
    for name, origin in wanted.items():
        if name not in known:
            yield _absent(f"{name}#not-in-the-input", name, origin)


def _absent(
    id_: str,
    name: str,
    origin: Origin,
    links: Iterable[ZoneLink] = (),
    records: Iterable[AddressRecord] = (),
) -> DnsZone:
    why = f"the zone `{name}` is not in the input"
    complete = Setting[bool].unknown(why, origin)
    return DnsZone(id_, name, tuple(links), tuple(records), complete, origin)
