"""Members of application security groups: interfaces, private endpoints, pools.

Source: Azure docs, application-security-groups and private-endpoint-overview; AKS docs,
use-node-public-ips (`applicationSecurityGroups` of a node pool).
"""

from collections.abc import Iterable, Iterator

from seawall.ingest.azure.cluster.clusters import CLUSTERS
from seawall.ingest.azure.networks.interfaces import (
    INTERFACES,
    SCALE_SETS,
    configurations,
    interface_records,
)
from seawall.ingest.azure.platform.endpoints import ENDPOINTS, addresses_of
from seawall.ingest.azure.records.catalogue import Catalogue
from seawall.ingest.azure.records.values import has_unresolved, ids, text
from seawall.ingest.identity import referenced_id
from seawall.ingest.notes import Notes
from seawall.ingest.resource import Field
from seawall.model.address import AddressRange
from seawall.model.network import Subnet
from seawall.model.setting import Setting

Members = Setting[tuple[tuple[str, str], ...]]
_ANYWHERE = tuple(AddressRange.everything(version) for version in (4, 6))


def members(catalogue: Catalogue, notes: Notes) -> Members:
    """Return which addresses surely belong to which application security group."""
    if not catalogue.of(INTERFACES):
        # Those of scale sets alone leave open who else is a member.
        return Setting.unknown(
            "members of application security groups are not in the input"
        )
    found: list[tuple[str, str]] = []
    for record in interface_records(catalogue):
        for part in catalogue.parts(record, "ipConfigurations"):
            groups = part.body.get("applicationSecurityGroups")
            why = has_unresolved(groups) or _unknown_address(part.body, groups)
            if why:
                return Setting.unknown(why, part.body.origin)
            address = text(part.body.get("privateIPAddress")) or ""
            found.extend((group, address) for group in ids(groups))
    for record in catalogue.of(ENDPOINTS):
        groups = record.body.get("applicationSecurityGroups")
        joined = ids(groups)
        why = has_unresolved(groups)
        addresses = addresses_of(catalogue, record, notes) if joined else ()
        if why or (joined and not addresses):
            why = why or "the address of a private endpoint is not in the input"
            return Setting.unknown(why, record.origin)
        found.extend((group, str(each)) for group in joined for each in addresses)
    return Setting.stated(tuple(sorted(set(found))))


def _unknown_address(body: Field, groups: Field) -> str:
    if ids(groups) and not text(body.get("privateIPAddress")):
        return (
            body.get("privateIPAddress").unresolved
            or "the address of a member is not in the input"
        )
    return ""


def possible_members(
    catalogue: Catalogue, subnets: Iterable[Subnet], notes: Notes
) -> tuple[tuple[str, AddressRange], ...]:
    """Return where the machines of scale sets and pools in a group may be."""
    prefixes = {item.id: item.prefixes for item in subnets}
    found: set[tuple[str, AddressRange]] = set()
    for origin, groups, subnet in (*_scale_sets(catalogue), *_pools(catalogue)):
        listed = ids(groups)
        where = prefixes.get(referenced_id(subnet) or "") or _ANYWHERE
        found |= {(group, item) for group in listed for item in where}
        if listed:
            notes.note(
                origin.origin,
                "machines of a scale set or node pool join application security groups",
                "which addresses of their subnet they have is not in the input, so a "
                "rule for the group may match each of them",
                "nothing, if that is exact enough",
            )
    return tuple(sorted(found))


def _scale_sets(catalogue: Catalogue) -> Iterator[tuple[Field, Field, Field]]:
    for record in catalogue.of(SCALE_SETS):
        for item in configurations(record):
            for inner in item.get("ipConfigurations").items():
                groups = inner.get("applicationSecurityGroups")
                yield inner, groups, inner.get("subnet")


def _pools(catalogue: Catalogue) -> Iterator[tuple[Field, Field, Field]]:
    for record in catalogue.of(CLUSTERS):
        for part in catalogue.parts(record, "agentPoolProfiles", "agentPools"):
            groups = part.body.walk("networkProfile", "applicationSecurityGroups")
            yield part.body, groups, part.body.get("vnetSubnetID")
