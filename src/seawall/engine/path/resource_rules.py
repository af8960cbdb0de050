"""What the rules of a platform resource's own firewall admit."""

from typing import NamedTuple

from seawall.engine.path.ground.atlas import Atlas
from seawall.engine.path.ground.space import Space
from seawall.engine.path.ground.tags import Reading, Tags
from seawall.engine.path.ground.verdicts import EVERYTHING
from seawall.flowspace import FlowSet
from seawall.model.endpoint import PlatformResource
from seawall.model.filter import ServiceTag

FEW = 3
"""So many ranges of a resource are named."""


class Admitted(NamedTuple):
    """The headers that a door admits.

    Attributes:
        sure: Surely admitted.
        possible: Surely or possibly admitted; holds *sure*.
    """

    sure: FlowSet
    possible: FlowSet


class Leaving(NamedTuple):
    """How packets left the networks for the internet.

    Attributes:
        region: Where, as in host names; empty if not known.
        is_lent: Whether the platform lent them their public source there.
    """

    region: str
    is_lent: bool = False


def seen(resource: PlatformResource, left: Leaving | None) -> bool | None:
    """Say whether a resource sees the public source of packets; None if not known.

    Source:
        Azure docs, storage-network-security-limitations: what comes from the region of
        the account comes with a private address.
    """
    if resource.kind != "storage" or left is None:
        return True
    if not resource.region or not left.region:
        return None
    return resource.region != left.region


def by_rules(
    atlas: Atlas, tags: Tags, resource: PlatformResource, left: Leaving | None
) -> Admitted:
    """Return what the rules of a resource admit over the public network.

    Source:
        Azure docs, storage-network-security-limitations; firewall-configure of SQL
        Database, how-to-configure-firewall of Cosmos DB, postgresql
        concepts-networking-public: one rule there admits whatever comes from an
        address of Azure, anybody's.
    """
    listed = Space.of(resource.allowed_ranges).as_sources()
    extent = tags.extent(
        tuple(ServiceTag(tag) for tag in resource.allowed_tags), Reading(None)
    )
    sure, possible = extent.sure.as_sources(), extent.possible.as_sources()
    shown = seen(resource, left)
    sure |= listed if shown is True else FlowSet.empty()
    possible |= listed if shown is not False else FlowSet.empty()
    if resource.admits_azure:
        azure = atlas.owned.as_sources()
        if left is not None and left.is_lent:
            azure = EVERYTHING
        sure, possible = sure | azure, possible | azure
    return Admitted(sure, possible)


def words(resource: PlatformResource, left: Leaving | None) -> str:
    """Return what a resource's own firewall does, as a clause."""
    default, public = resource.default_access_allowed, resource.public
    if public.is_surely(value=False):
        return f"public access to {resource.name} is off"
    if not public.known:
        return f"whether {resource.name} has public access: {public.why}"
    if not default.known:
        return f"whether {resource.name} admits everyone: {default.why}"
    if default.value:
        return f"{resource.name} admits every source"
    more = _own_region(resource, left)
    listed = _listed(resource)
    only = f"{listed} only" if listed else "no address"
    return f"the firewall of {resource.name} admits {only}{more}"


def _listed(resource: PlatformResource) -> str:
    """Return whom the rules of a resource's own firewall name; "" for nobody."""
    ranges = [str(each) for each in resource.allowed_ranges]
    named = [*ranges[:FEW], *(f"the tag {tag}" for tag in resource.allowed_tags)]
    if len(ranges) > FEW:
        named.insert(FEW, f"{len(ranges) - FEW} more ranges")
    subnets = len(resource.allowed_subnets)
    if subnets:
        named.append(f"{subnets} subnet{'s' if subnets > 1 else ''}")
    return ", ".join(named)


def _own_region(resource: PlatformResource, left: Leaving | None) -> str:
    """Return what is to be said where IP rules do not, or may not, count."""
    shown = seen(resource, left)
    if not resource.allowed_ranges or shown is True:
        return ""
    if shown is False:
        return (
            "; its IP rules do not count for what comes from its own region, "
            f"{resource.region}, since that has a private source"
        )
    return (
        "; its IP rules count only for what comes from another region, and whether it "
        "does is not known"
    )
