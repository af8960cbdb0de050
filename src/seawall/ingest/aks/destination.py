"""Which destinations the security rules of a Service name, as the nodes see them."""

from collections.abc import Iterator

from seawall.ingest.aks.balancer import ServiceFront
from seawall.ingest.aks.draft import Draft
from seawall.model.address import AddressRange, without
from seawall.model.filter import AddressTerm, UnreadableTerm

_NOT_PUBLIC = tuple(
    AddressRange.parse(text)
    for text in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "168.63.129.16/32",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "224.0.0.0/3",
    )
)


def destinations(
    draft: Draft, front: ServiceFront, all_fronts: tuple[ServiceFront, ...]
) -> Iterator[tuple[int, tuple[AddressTerm, ...]]]:
    """Yield the address family and destinations of each set of rules of a Service.

    With floating IP, which is the default, these are its front-end addresses;
    otherwise the nodes' own.

    A public front-end address that Azure has yet to choose is written as all public
    addresses: nothing else that is addressed so ever arrives at a node, except
    through the front ends of other Services, which are taken out where they are
    known. Where two such Services differ in whom they admit, it may match.

    Source: kubernetes-sigs/cloud-provider-azure, pkg/provider/azure_loadbalancer.go,
    commit 7b31c76; Azure docs, load-balancer-floating-ip.
    """
    exposure = front.exposure
    if not exposure.floating:
        nodes = [item for subnet in draft.node_subnets() for item in subnet.prefixes]
        for version in sorted({item.version for item in nodes}):
            yield version, tuple(item for item in nodes if item.version == version)
        if not nodes:
            yield 4, (UnreadableTerm("addresses of the nodes"),)
        return
    known = (*front.addresses, *exposure.additional)
    for version in sorted({item.version for item in known}):
        yield (
            version,
            tuple(AddressRange.of(item) for item in known if item.version == version),
        )
    if not front.addresses:
        yield 4, _unallocated(draft, front, all_fronts)


def _unallocated(
    draft: Draft, front: ServiceFront, all_fronts: tuple[ServiceFront, ...]
) -> tuple[AddressTerm, ...]:
    if front.exposure.internal or _has_rival(front, all_fronts):
        label = front.exposure.service.label
        return (UnreadableTerm(f"front end of {label}, not known yet"),)
    owned = [
        AddressRange.of(address)
        for other in all_fronts
        if other is not front
        for address in other.addresses
    ]
    space = [item for network in draft.fabric.networks for item in network.space]
    everything = [AddressRange.everything(4)]
    return without(everything, [*_NOT_PUBLIC, *owned, *space])


def _has_rival(front: ServiceFront, all_fronts: tuple[ServiceFront, ...]) -> bool:
    """Whether another address to come admits others on one of the same ports."""
    own = front.exposure
    ports = {(port.protocol, port.port) for port in own.service.ports}
    for other in all_fronts:
        exposure = other.exposure
        if other is front or other.addresses or exposure.internal:
            continue
        shared = any(
            (port.protocol, port.port) in ports for port in exposure.service.ports
        )
        same = (own.ranges, own.tags, own.invalid, own.denies_rest, own.has_rules) == (
            exposure.ranges,
            exposure.tags,
            exposure.invalid,
            exposure.denies_rest,
            exposure.has_rules,
        )
        if (shared and not same) or (own.denies_rest or exposure.denies_rest):
            return True
    return False
