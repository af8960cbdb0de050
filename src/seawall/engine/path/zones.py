"""Private DNS zones: which one is asked, and what stands in it."""

from dataclasses import replace

from seawall.engine.path.names import is_under
from seawall.model.endpoint import PlatformResource
from seawall.model.name import AddressRecord, DnsZone


def private_name(name: str, owner: PlatformResource) -> str:
    """Return the name below the private zone that a public name is an alias of.

    Source:
        Azure docs, private-endpoint-dns, "Azure services DNS zone configuration".
    """
    suffix = owner.private_suffix
    if not suffix or is_under(name, suffix):
        return name
    public = suffix.removeprefix("privatelink.")
    label = name.removesuffix(f".{public}")
    if label == name:
        label = name.partition(".")[0]
    return f"{label}.{suffix}"


def record_of(zone: DnsZone, name: str) -> AddressRecord | None:
    """Return the record set that answers, a wildcard only if there is no better.

    Source:
        RFC 4592; Azure docs, private-dns-records.
    """
    relative = "@" if name == zone.name else name.removesuffix(f".{zone.name}")
    exact = [each for each in zone.records if each.name == relative]
    if exact:
        joined = tuple(a for each in exact for a in each.addresses)
        return replace(exact[0], addresses=joined)
    labels = relative.split(".") if relative != "@" else []
    for index in range(1, len(labels) + 1):
        wanted = ".".join(("*", *labels[index:]))
        for each in zone.records:
            if each.name == wanted:
                return each
    return None


def links(zone: DnsZone, network: str) -> bool:
    """Say whether a zone is linked to a network, as far as known."""
    return any(same(link.network, network) for link in zone.links)


def same(one: str, other: str) -> bool:
    """Say whether two resource ids are the same."""
    return one.lower() == other.lower()
