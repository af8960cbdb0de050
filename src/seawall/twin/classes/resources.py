"""Platform resources at their public addresses, each behind a firewall of its own."""

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address

from seawall.model.cluster import OutboundType
from seawall.model.endpoint import PlatformResource
from seawall.model.snapshot import Fabric, Snapshot

_FIRST = IPv4Address("198.18.53.1")
"""The first public address that resources have here. Source: RFC 2544."""


@dataclass(frozen=True, slots=True)
class ResourceStand:
    """A platform resource that is asked at its public address.

    Attributes:
        resource: The resource.
        host: The name that it is asked for by.
        address: Its address.
        admits_own: Whether it admits what its own cluster sends by a load balancer.
    """

    resource: PlatformResource
    host: str
    address: IPv4Address
    admits_own: bool = False

    @property
    def name(self) -> str:
        """Its kind and name."""
        return f"{self.resource.kind} {self.resource.name}"


def public_addresses(fabric: Fabric) -> dict[str, IPv4Address]:
    """Return a public address for each resource, by its id."""
    return {it.id: _FIRST + at for at, it in enumerate(fabric.resources)}


def resource_stands(snapshot: Snapshot) -> Iterator[ResourceStand]:
    """Yield the resources whose own firewall can be drawn.

    Source: docs/semantics/path.md, I2.
    """
    cluster = snapshot.cluster
    addresses = public_addresses(snapshot.fabric)
    for resource in snapshot.fabric.resources:
        if not resource.host_names or why_not(resource):
            continue
        own = (
            cluster is not None
            and cluster.api_server.resource == resource.id
            and cluster.outbound.value is OutboundType.LOAD_BALANCER
        )
        host = resource.host_names[0]
        yield ResourceStand(resource, host, addresses[resource.id], own)


def why_not(resource: PlatformResource) -> str:
    """Return why the firewall of a resource is not drawn; empty if it is."""
    if not (resource.public.known and resource.default_access_allowed.known):
        return "whether it is public, or whom it lets in, is not in the input"
    if resource.perimeter is not None:
        return "a network security perimeter stands around it"
    if resource.allowed_tags:
        return "it admits a service tag"
    return ""
