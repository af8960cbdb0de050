"""Where things are: networks, subnets, peers, gateways, and kinds of address."""

from typing import NamedTuple

from seawall.model.address import Address, AddressRange
from seawall.model.cluster import Addressing
from seawall.model.network import HubConnection, Peering, Subnet, VirtualNetwork
from seawall.model.setting import Setting
from seawall.model.snapshot import Fabric, Snapshot
from seawall.reference.match import Match, at_most, both, either, holds

PRIVATE = tuple(
    AddressRange.parse(text)
    for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")
)
SPECIAL = tuple(
    AddressRange.parse(text)
    for text in (
        "0.0.0.0/8",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "224.0.0.0/3",
        "168.63.129.16",
    )
)
GLOBAL_V6 = AddressRange.parse("2000::/3")
HOST_ADDRESS = AddressRange.parse("168.63.129.16")
METADATA_ADDRESS = AddressRange.parse("169.254.169.254")


def within(address: Address, ranges: tuple[AddressRange, ...]) -> bool:
    """Whether *address* is in one of *ranges*."""
    return any(address in item for item in ranges)


def is_private(address: Address) -> bool:
    """Whether it is in private space. Source: docs/semantics/path.md, A1."""
    return within(address, PRIVATE)


def is_special(address: Address) -> bool:
    """Whether it is in special space. Source: docs/semantics/path.md, A1."""
    if address.version == 6:  # noqa: PLR2004
        return address not in GLOBAL_V6
    return within(address, SPECIAL)


def is_public(address: Address) -> bool:
    """Whether it is neither private nor special."""
    return not is_private(address) and not is_special(address)


def in_tag(fabric: Fabric, tag: str, address: Address, *, meant: str = "") -> Match:
    """Whether a tag whose meaning no network changes holds *address*.

    *meant* is the tag that the packet is known to be meant for, if on this side.

    Source: Azure docs, service-tags-overview; docs/semantics/path.md, F6, F11 and F12.
    """
    name = tag.lower()
    if name == "azureloadbalancer":
        return address in HOST_ADDRESS
    if name.startswith("azureplatform"):
        return False
    if meant and is_part(meant.lower(), name):
        return is_public(address)
    listed = listed_prefixes(fabric, name)
    if listed is not None:
        return within(address, listed)
    return at_most(known=False, match=is_public(address))


def listed_prefixes(fabric: Fabric, tag: str) -> tuple[AddressRange, ...] | None:
    """Return the prefixes of a tag in the list of the input; None if it has none."""
    tags = fabric.service_tags.tags if fabric.service_tags is not None else ()
    return next((known.prefixes for known in tags if known.name == tag.lower()), None)


def is_part(part: str, whole: str) -> bool:
    """Whether every address of the tag *part* is one of *whole*.

    Source: Azure docs, service-tags-overview; docs/semantics/path.md, F11.
    """
    if part == whole:
        return True
    names = part.split(".")
    if len(names) == 1 or names[0] == "azurefrontdoor":
        return False
    region = ".".join(names[1:])
    return whole in (names[0], "azurecloud." + region, "azurecloud")


def in_known_network(fabric: Fabric, address: Address) -> bool:
    """Whether some network in the input has it in its space."""
    return any(within(address, network.space) for network in fabric.networks)


def network_of(fabric: Fabric, id_: str | None) -> VirtualNetwork | None:
    """Return the network of that id."""
    return next((item for item in fabric.networks if item.id == id_), None)


def subnet_of(fabric: Fabric, id_: str | None) -> Subnet | None:
    """Return the subnet of that id."""
    return next((item for item in fabric.subnets if item.id == id_), None)


def subnet_at(fabric: Fabric, network: str, address: Address) -> Subnet | None:
    """Return the subnet of *network* that holds *address*."""
    here = (item for item in fabric.subnets if item.network == network)
    return next((item for item in here if within(address, item.prefixes)), None)


def peerings_of(fabric: Fabric, network: str) -> list[Peering]:
    """Return the peerings that *network* owns."""
    return [item for item in fabric.peerings if item.network == network]


def other_side(fabric: Fabric, peering: Peering) -> Peering | None:
    """Return the half of *peering* that the remote network owns."""
    mirrored = (it for it in fabric.peerings if it.remote == peering.network)
    return next((it for it in mirrored if it.network == peering.remote), None)


def peered_subnets(fabric: Fabric, peering: Peering) -> tuple[AddressRange, ...] | None:
    """Return the ranges of the remote subnets that are peered; None if not all known.

    Source: Azure docs, how-to-configure-subnet-peering.
    """
    if peering.complete or not peering.remote_subnets:
        return None
    out: list[AddressRange] = []
    for name in peering.remote_subnets:
        there = [
            subnet
            for subnet in fabric.subnets
            if subnet.network == peering.remote and subnet.name.lower() == name
        ]
        if not there or not there[0].prefixes:
            return None
        out += there[0].prefixes
    return tuple(out)


def peer_space(fabric: Fabric, peering: Peering) -> tuple[AddressRange, ...]:
    """Return the remote space that routes know; empty when the input does not say.

    Source: Azure docs, virtual-network-manage-peering: routes are those of the last
    synchronisation.
    """
    if peering.remote_space:
        return peering.remote_space
    named = peered_subnets(fabric, peering)
    if named is not None:
        return named
    remote = network_of(fabric, peering.remote)
    return remote.space if remote is not None else ()


class Behind(NamedTuple):
    """What lies behind a gateway, and whether a network uses it.

    Attributes:
        ranges: What it announces, as stated.
        used: Whether the network uses it.
        more: Whether it may announce more.
        given: Whether it is in the input; one that a peering uses may not be.
        home: Its network, if it is in the input.
    """

    ranges: tuple[AddressRange, ...]
    used: Match
    more: bool
    given: bool = True
    home: str | None = None


def hubs_of(fabric: Fabric, network: str) -> list[HubConnection]:
    """Return the connections of *network* to virtual hubs.

    Source: docs/semantics/path.md, R14.
    """
    return [hub for hub in fabric.hub_connections if hub.network in (None, network)]


def gateway_ranges(fabric: Fabric, network: str) -> list[Behind]:
    """Return what lies behind each gateway, and whether *network* uses that gateway.

    Source: Azure docs, virtual-network-peering-overview, gateways and transit.
    """
    out: list[Behind] = []
    for gateway in fabric.gateways:
        home = gateway.network
        used: Match = None if home is None else home == network
        for peering in peerings_of(fabric, network):
            if peering.remote == gateway.network:
                other = other_side(fabric, peering)
                transit = holds(other.allows_gateway_transit) if other else None
                remote = both(holds(peering.uses_remote_gateways), transit)
                used = either([used, remote])
        more = gateway.learns or not gateway.remote_ranges
        out.append(Behind(gateway.remote_ranges, used, more, home=home))
    out += [Behind((), None, more=True, given=False) for _ in hubs_of(fabric, network)]
    homes = [gateway.network for gateway in fabric.gateways]
    for peering in peerings_of(fabric, network):
        named = peering.uses_remote_gateways.is_surely(value=True)
        if named and peering.remote not in homes:
            other = other_side(fabric, peering)
            used = holds(other.allows_gateway_transit) if other else None
            out.append(Behind((), used, more=True, given=False))
    return out


def gateway_subnets(fabric: Fabric, network: str) -> list[Subnet]:
    """Return the subnet by whose routes packets come from premises; two with FastPath.

    Source: Azure docs, expressroute about-fastpath; docs/semantics/path.md, S5.
    """
    unset = Setting[str].stated(None)
    bare = Subnet(
        id="",
        name="GatewaySubnet",
        network=network,
        prefixes=(),
        origin=fabric.networks[0].origin,
        security_group=unset,
        route_table=unset,
        nat_gateway=unset,
        endpoint_policies=unset,
        default_outbound=Setting[bool].stated(value=False),
    )
    found = [
        subnet
        for subnet in fabric.subnets
        if subnet.network == network and subnet.name.lower() == "gatewaysubnet"
    ][:1]
    here = [each for each in fabric.gateways if each.network == network]
    if not found or any(each.takes_fast_path for each in here):
        found.append(bare)
    return found


def gateway_door(fabric: Fabric, network: str) -> Subnet | None:
    """Return the subnet by whose routes answers come back from premises, if known.

    Source: docs/semantics/path.md, Y7.
    """
    used = [it for it in gateway_ranges(fabric, network) if it.used is not False]
    (home, *others) = {it.home for it in used} or {None}
    doors = gateway_subnets(fabric, home) if home and not others else []
    return doors[0] if len(doors) == 1 and doors[0].id else None


def behind_gateway(fabric: Fabric, network: str, address: Address) -> Match:
    """Whether a gateway that *network* uses leads to *address*, but by a default route.

    Source: docs/semantics/path.md, F4 and R4.
    """
    parts: list[Match] = []
    for ranges, used, more, *_ in gateway_ranges(fabric, network):
        narrow = tuple(item for item in ranges if item.prefix_length != 0)
        parts.append(both(used, within(address, narrow)))
        if more:
            open_ = is_private(address) and not in_known_network(fabric, address)
            parts.append(both(used, at_most(known=False, match=open_)))
    return either(parts)


def is_overlay_pod(snapshot: Snapshot, address: Address) -> Match:
    """Whether it is a pod address that no virtual network holds.

    Source: AKS docs, concepts-network-azure-cni-overlay and configure-kubenet.
    """
    cluster = snapshot.cluster
    if cluster is None or not within(address, cluster.pod_ranges.value or ()):
        return False
    if not cluster.addressing.known:
        return None
    return cluster.addressing.value in (Addressing.OVERLAY, Addressing.KUBENET)


def names_nothing(setting: Setting[str]) -> bool:
    """Whether the setting is known to name no other resource."""
    return setting.known and setting.value is None
