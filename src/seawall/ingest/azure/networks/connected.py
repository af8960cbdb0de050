"""What network managers connect: meshes, and hubs with their spokes.

Source: Azure docs, concept-connectivity-configuration, read 2026-08; Azure SDK,
armnetwork, ConnectivityConfigurationProperties.
"""

from collections.abc import Iterable, Iterator
from itertools import combinations
from typing import NamedTuple

from seawall.ingest.azure.networks.networks import NETWORKS
from seawall.ingest.azure.records.catalogue import Catalogue, same
from seawall.ingest.azure.records.deployments import (
    CONNECTIVITY,
    Deployment,
    is_deployed,
)
from seawall.ingest.azure.records.values import boolean, text
from seawall.ingest.identity import parent_of, referenced_id
from seawall.ingest.notes import Notes
from seawall.ingest.resource import Field, ResourceRecord
from seawall.model.address import AddressRange
from seawall.model.effective import EffectiveHop
from seawall.model.network import Peering, VirtualNetwork
from seawall.model.setting import Setting
from seawall.model.snapshot import Fabric

MANAGERS = "microsoft.network/networkmanagers"
CONFIGURATIONS = f"{MANAGERS}/connectivityconfigurations"
_GROUPS = f"{MANAGERS}/networkgroups"
_MEMBERS = f"{_GROUPS}/staticmembers"
_SOURCE = "Azure docs, concept-connectivity-configuration"


class _Link(NamedTuple):
    """Two networks that a configuration connects.

    Attributes:
        pair: Their ids, the hub first if one is.
        is_listed: Whether both are surely meant.
        uses_hub_gateway: Whether the second uses the first one's gateway.
    """

    pair: tuple[str, str]
    is_listed: bool
    uses_hub_gateway: bool = False


def connected(
    catalogue: Catalogue,
    fabric: Fabric,
    deployments: Iterable[Deployment],
    notes: Notes,
) -> tuple[Peering, ...]:
    """Return what network managers connect, as halves of peerings.

    Pairs that have a peering are left to it.
    """
    placed = tuple(each for each in deployments if each.kind == CONNECTIVITY)
    reader = _Reader(catalogue, fabric, placed, notes)
    found: list[Peering] = []
    taken = {frozenset((each.network, each.remote)) for each in fabric.peerings}
    for record in catalogue.of(CONFIGURATIONS):
        made: list[Peering] = []
        for link in reader.links(record):
            if frozenset(link.pair) in taken or reader.is_undone(record, link):
                continue
            taken.add(frozenset(link.pair))
            made += reader.halves(record, link)
        found += made
        if any(not each.is_sure for each in made):
            notes.unmodelled(
                record.origin,
                f"whether `{record.name}` connects networks is not known",
                "a configuration has no effect until it is deployed, and its groups "
                "may have other members; what it would carry is unknown",
                "add effective routes of an interface in one of the networks (`az "
                "network nic show-effective-route-table`), and the static members of "
                "the groups; or the output of `az network manager list-deploy-status "
                "-o json`",
            )
    return tuple(found)


class _Reader:
    def __init__(
        self,
        catalogue: Catalogue,
        fabric: Fabric,
        deployments: tuple[Deployment, ...],
        notes: Notes,
    ) -> None:
        self._catalogue = catalogue
        self._fabric = fabric
        self._deployments = deployments
        self._notes = notes
        self._networks = {each.id: each for each in fabric.networks}
        self._places = {each.id: each.location for each in catalogue.of(NETWORKS)}

    def links(self, record: ResourceRecord) -> Iterator[_Link]:
        """Yield each two networks that a configuration connects."""
        topology = record.body.get("connectivityTopology")
        is_mesh = same(text(topology) or "", "Mesh")
        is_hub = same(text(topology) or "", "HubAndSpoke")
        if not is_mesh and not is_hub:
            self._notes.error(
                topology.origin,
                f"`{record.name}` has no topology that is known",
                topology.unresolved
                or "it is `Mesh` or `HubAndSpoke`; it may be either",
                "give an input in which `connectivityTopology` is known",
            )
        hubs = [_resource(each) for each in record.body.get("hubs").items()]
        for group in record.body.get("appliesToGroups").items():
            members, is_listed = self._members(group)
            is_direct = not same(text(group.get("groupConnectivity")) or "", "None")
            if not is_mesh:
                uses = _may_be_on(group.get("useHubGateway"))
                for hub in hubs:
                    for member in members:
                        if hub and member != hub:
                            yield _Link((hub, member), is_listed and is_hub, uses)
            if is_mesh or is_direct or not is_hub:
                across = _may_be_on(group.get("isGlobal", "globalMeshEnabled"))
                across = across or _may_be_on(record.body.get("isGlobal"))
                for pair in combinations(sorted(members), 2):
                    if across or self._are_near(pair):
                        yield _Link(pair, is_listed and (is_mesh or is_hub))

    def _members(self, group: Field) -> tuple[set[str], bool]:
        """Return the networks of a group, and whether they are listed.

        Source: Azure docs, concept-network-groups: policies may add members.
        """
        id_ = referenced_id(group.get("networkGroupId")) or text(
            group.get("networkGroupId")
        )
        records = self._catalogue.children((id_ or "").lower().rstrip("/"), _MEMBERS)
        fields = [each.body.get("resourceId") for each in records]
        found = {
            (referenced_id(field) or text(field) or "").lower().rstrip("/")
            for field in fields
        }
        found.discard("")
        return (found, True) if found else (set(self._networks), False)

    def _are_near(self, pair: tuple[str, str]) -> bool:
        """Whether two networks are, or may be, in one region."""
        one, other = (self._places.get(each, "") for each in pair)
        return not one or not other or one == other

    def halves(self, record: ResourceRecord, link: _Link) -> Iterator[Peering]:
        """Yield both sides of what connects two networks."""
        in_force = self._in_force(record, link)
        hub, spoke = link.pair
        for network, remote in (link.pair, (spoke, hub)):
            uses = link.uses_hub_gateway and network == spoke
            lends = link.uses_hub_gateway and network == hub
            yield Peering(
                name=f"{record.name} between {_short(network)} and {_short(remote)}",
                network=network,
                remote=remote,
                connected=Setting.unknown(f"`{record.name}` may not be deployed"),
                allows_access=Setting.unknown(
                    "whether `VirtualNetwork` holds connected groups is not documented"
                ),
                allows_forwarded=Setting.stated(value=False),
                allows_gateway_transit=_perhaps(in_force, value=lends),
                uses_remote_gateways=_perhaps(in_force, value=uses),
                origin=record.origin,
                group=record.name,
                deployed=in_force,
            )

    def _in_force(self, record: ResourceRecord, link: _Link) -> Setting[bool]:
        """Return whether two networks are surely connected.

        Source: Azure docs, concept-connectivity-configuration: effective routes of
        members of a connected group show the next hop `ConnectedGroup`.
        """
        if self._sees(*link.pair):
            return Setting.stated(value=True)
        if link.is_listed and self._deployed(record, link) == {True}:
            return Setting.stated(value=True)
        why = f"whether `{record.name}` is deployed is not in the input"
        if not link.is_listed:
            why = f"which networks `{record.name}` connects is not in the input"
        return Setting.unknown(why, record.origin)

    def _deployed(self, record: ResourceRecord, link: _Link) -> set[bool | None]:
        """Return whether a configuration is in force where each of two networks is."""
        manager = record.parent or parent_of(record.id, CONFIGURATIONS)
        return {
            is_deployed(
                self._deployments, manager, record.id, self._places.get(each, "")
            )
            for each in link.pair
        }

    def is_undone(self, record: ResourceRecord, link: _Link) -> bool:
        """Whether two networks are surely not connected by a configuration.

        Source: Azure docs, concept-deployments: a configuration has no effect in a
        region before it is deployed there, and another one replaces it.
        """
        return self._deployed(record, link) == {False} and not self._sees(*link.pair)

    def _sees(self, network: str, remote: str) -> bool:
        """Whether effective routes show that two networks are in one group."""
        both = (network, remote)
        homes = {each.id for each in self._fabric.subnets if each.network in both}
        spaces = _space(self._networks.get(network)) + _space(
            self._networks.get(remote)
        )
        shown = [
            prefix
            for given in self._fabric.effective_routes
            if given.subnet in homes
            for route in given.routes
            if route.next_hop is EffectiveHop.GROUP
            for prefix in route.prefixes
        ]
        return any(
            space.covers(prefix) or prefix.covers(space)
            for prefix in shown
            for space in spaces
        )


def _space(network: VirtualNetwork | None) -> tuple[AddressRange, ...]:
    return network.space if network else ()


def _perhaps(in_force: Setting[bool], *, value: bool) -> Setting[bool]:
    if not value or in_force.known:
        return Setting.stated(value=value)
    return Setting.unknown(in_force.why)


def _resource(field: Field) -> str:
    found = referenced_id(field.get("resourceId")) or text(field.get("resourceId"))
    return (found or "").lower().rstrip("/")


def _may_be_on(field: Field) -> bool:
    if field.left_to_service:
        return False
    said = boolean(field)
    return said is not False


def _short(id_: str) -> str:
    return id_.rsplit("/", 1)[-1]
