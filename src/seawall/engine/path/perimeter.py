"""Network security perimeters: who comes to a resource by its public address."""

from seawall.engine.path.ground.headers import TCP, port
from seawall.engine.path.ground.space import Space
from seawall.engine.path.ground.tags import Reading, Tags
from seawall.engine.path.ground.verdicts import EVERYTHING, NOTHING
from seawall.engine.path.resource_rules import Admitted, Leaving, seen
from seawall.model.endpoint import PlatformResource
from seawall.model.filter import ServiceTag
from seawall.model.perimeter import Perimeter

SOURCE = "Azure docs, network-security-perimeter-transition"
_HTTPS = TCP & port(443)


def by_address(
    resource: PlatformResource, perimeter: Perimeter, tags: Tags, left: Leaving | None
) -> Admitted:
    """Return what a perimeter admits by its rules, over the public network.

    Args:
        resource: What it is around.
        perimeter: The perimeter.
        tags: What service tags stand for.
        left: Where packets left for the internet; None for those that start there.

    Source:
        Azure docs, network-security-perimeter-concepts, "Supported access rule types".
        Whether its ranges hold where a storage account's own do not is not documented.
    """
    listed = Space.of(perimeter.ranges).as_sources()
    named = tuple(ServiceTag(tag) for tag in perimeter.tags)
    extent = tags.extent(named, Reading(None))
    sure = extent.sure.as_sources()
    if seen(resource, left) is True:
        sure |= listed
    if perimeter.others:
        return Admitted(sure, EVERYTHING)
    return Admitted(sure, listed | extent.possible.as_sources())


def by_endpoint(perimeter: Perimeter) -> Admitted:
    """Return what a perimeter admits of what comes over a service endpoint.

    Source:
        Azure docs, service-endpoint-standard-overview: its rules look at a public
        address that identifies the subnet, if the endpoint has one; that is not read.
    """
    return Admitted(NOTHING, NOTHING if perimeter.admits_nobody else EVERYTHING)


def with_perimeter(
    resource: PlatformResource, own: Admitted, outer: Admitted
) -> Admitted:
    """Put together what a resource's own firewall and its perimeter admit.

    Args:
        resource: The resource.
        own: What its own switches and rules admit.
        outer: What its perimeter admits; nothing without one.

    Source:
        Azure docs, network-security-perimeter-transition, the table of access modes;
        storage-network-security-perimeter, "Limitations": HTTPS only.
    """
    perimeter = resource.perimeter
    if perimeter is None:
        return own
    sure, possible = outer
    if perimeter.alone.is_surely(value=False):
        sure = sure | own.sure
    if perimeter.alone.may_be(value=False):
        possible = possible | own.possible
    if resource.kind == "storage":
        sure, possible = sure & _HTTPS, possible & _HTTPS
    return Admitted(sure, possible)


def said(perimeter: Perimeter, own: str) -> str:
    """Return what decides, as a clause.

    Args:
        perimeter: The perimeter.
        own: What is to be said of the resource's own firewall.
    """
    outer = f"the perimeter {perimeter.name} decides by source"
    if perimeter.others:
        outer = f"the perimeter {perimeter.name} may admit it: {perimeter.others}"
    if perimeter.alone.is_surely(value=True):
        return f"{outer}, whatever its own firewall says"
    if not perimeter.alone.known:
        return f"{own}; whether {outer} alone: {perimeter.alone.why}"
    return f"{own}; {outer} too"
