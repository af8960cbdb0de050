"""Whether a network security perimeter lets one packet come to a resource."""

from seawall.model.address import Address
from seawall.model.endpoint import PlatformResource
from seawall.model.packet import Packet, Protocol
from seawall.model.snapshot import Fabric
from seawall.model.trace import Verdict
from seawall.reference.match import (
    Match,
    agreed,
    at_most,
    either,
    holds,
    verdict_of,
)
from seawall.reference.place import in_tag, within

HTTPS = 443


def with_perimeter(
    resource: PlatformResource, packet: Packet, own: Verdict, outer: Verdict
) -> Verdict:
    """Return what becomes of *packet* at a resource, with its perimeter if it has one.

    *own* is what the resource says by itself, *outer* what the perimeter says.

    Source: Azure docs, network-security-perimeter-transition, the table of access
    modes; storage-network-security-perimeter, "Limitations"; path.md, I5.
    """
    perimeter = resource.perimeter
    if perimeter is None:
        return own
    secure = (packet.protocol, packet.destination_port) == (Protocol.TCP, HTTPS)
    if resource.kind == "storage" and not secure:
        return Verdict.DENIED
    alone = holds(perimeter.alone)
    beside = _any_of(outer, own)
    if alone is None:
        return agreed([outer, beside])
    return outer if alone else beside


def _any_of(one: Verdict, other: Verdict) -> Verdict:
    for verdict in (Verdict.ALLOWED, Verdict.UNKNOWN):
        if verdict in (one, other):
            return verdict
    return Verdict.DENIED


def by_rules(
    fabric: Fabric, resource: PlatformResource, source: Address, shown: Match
) -> Verdict:
    """Return what the rules of the perimeter say about a public source.

    Whether it sees a source that the resource is not *shown* is not documented.

    Source: Azure docs, network-security-perimeter-concepts, "Supported access rule
    types".
    """
    perimeter = resource.perimeter
    if perimeter is None:
        return Verdict.DENIED
    tags = [in_tag(fabric, tag, source) for tag in perimeter.tags]
    listed = at_most(known=shown is True, match=within(source, perimeter.ranges))
    admitted = either([listed, *tags])
    if perimeter.others and not admitted:
        return Verdict.UNKNOWN
    return verdict_of(admitted)


def over_endpoint(resource: PlatformResource) -> Verdict:
    """Return what the perimeter says about what comes over a service endpoint.

    Source: Azure docs, service-endpoint-standard-overview; path.md, I5.
    """
    perimeter = resource.perimeter
    if perimeter is None or perimeter.admits_nobody:
        return Verdict.DENIED
    return Verdict.UNKNOWN
