"""What service tags and other address terms stand for, seen from one subnet.

Each term becomes two sets: the addresses that it surely holds, and those that it may.
"""

from functools import lru_cache
from typing import NamedTuple

from seawall.engine.path.ground.atlas import Atlas, known_none
from seawall.engine.path.ground.space import EVERYWHERE, HOST, NOWHERE, PUBLIC, Space
from seawall.model.address import AddressRange
from seawall.model.effective import EffectiveHop
from seawall.model.filter import (
    AddressTerm,
    Anywhere,
    ApplicationGroup,
    ServiceTag,
)
from seawall.model.network import NextHop, Subnet


class Extent(NamedTuple):
    """The addresses of a term.

    Attributes:
        sure: Surely meant.
        possible: Surely or possibly meant; holds *sure*.
    """

    sure: Space
    possible: Space

    def __or__(self, other: "Extent") -> "Extent":
        return Extent(self.sure | other.sure, self.possible | other.possible)


NOBODY = Extent(NOWHERE, NOWHERE)
EVERYONE = Extent(EVERYWHERE, EVERYWHERE)
ANYONE = Extent(NOWHERE, EVERYWHERE)
SOMEWHERE_PUBLIC = Extent(NOWHERE, PUBLIC)

_PLATFORM_TAGS = frozenset(
    {"azureplatformdns", "azureplatformimds", "azureplatformlkm"}
)


_WITHOUT_REGIONS = frozenset({"azurefrontdoor"})
"""Tags whose second part is a use and not a region."""


def encloses(outer: str, inner: str) -> bool:
    """Say whether every address of one service tag is surely one of another's.

    A regional tag is part of the tag for all regions, and of what Azure has in that
    region. A tag for all regions need not be within `AzureCloud`: the list of change
    376 has addresses of `Storage` that are not.

    Args:
        outer: In lower case.
        inner: In lower case.

    Source:
        Azure docs, service-tags-overview, "Available service tags", read 2026-08; the
        published list, change 376 of 2025-11, where it holds for every tag.
    """
    if outer == inner:
        return True
    base, dot, region = inner.partition(".")
    if not dot or base in _WITHOUT_REGIONS:
        return False
    return outer in (base, "azurecloud", f"azurecloud.{region}")


def missing_text(atlas: Atlas, tag: str) -> str:
    """Return the clause that tells what would make a service tag known."""
    listed = atlas.fabric.service_tags
    if listed is None:
        return (
            f"the addresses of the service tag {tag} are not in the input; "
            "--service-tags gives them"
        )
    return f"the service tag {tag} is not in {listed}"


class Reading(NamedTuple):
    """From where, and about what, address terms are read.

    Attributes:
        subnet: The subnet at which a security group applies; None at a firewall.
        is_default: Whether the platform wrote the rule.
        tag: The service tag that the question names as its destination, lower case.
    """

    subnet: Subnet | None
    is_default: bool = False
    tag: str = ""


class Tags:
    """Reads address terms for one snapshot."""

    def __init__(self, atlas: Atlas) -> None:
        self._atlas = atlas
        self.virtual_network = lru_cache(maxsize=None)(self._virtual_network)
        self.internet = lru_cache(maxsize=None)(self._internet)

    def extent(self, terms: tuple[AddressTerm, ...], reading: Reading) -> Extent:
        """Return the addresses of any of several terms."""
        found = NOBODY
        for term in terms:
            found = found | self._term(term, reading)
        return found

    def _term(self, term: AddressTerm, reading: Reading) -> Extent:
        if isinstance(term, AddressRange):
            only = Space((term,))
            return Extent(only, only)
        if isinstance(term, Anywhere):
            return EVERYONE
        if isinstance(term, ServiceTag):
            return self._seen(term.name.lower(), reading)
        if isinstance(term, ApplicationGroup):
            return self._members(term, reading)
        return ANYONE

    def _seen(self, name: str, reading: Reading) -> Extent:
        """Return what a tag stands for; what the platform listed holds before all.

        Source:
            Azure docs, effective-security-rules: tags are listed with their prefixes.
        """
        found = self._tag(name, reading)
        if reading.subnet is None:
            return found
        seen = self._atlas.seen_tag(reading.subnet.id, name)
        if seen is None:
            return found
        families = {item.version for item in seen.ranges}
        listed = Space(
            tuple(AddressRange.everything(each) for each in sorted(families))
        )
        return Extent(
            (found.sure - listed) | seen,
            (found.possible - listed) | seen,
        )

    def _tag(self, name: str, reading: Reading) -> Extent:
        """Return what a service tag stands for.

        Source:
            Azure docs, service-tags-overview; network-security-groups-overview,
            section "Azure platform considerations".
        """
        if reading.subnet is not None and name == "virtualnetwork":
            return self.virtual_network(reading.subnet, reading.is_default)
        if reading.subnet is not None and name == "internet":
            return self.internet(reading.subnet, reading.is_default)
        if name == "azureloadbalancer":
            return Extent(HOST, HOST)
        if name in _PLATFORM_TAGS:
            return NOBODY
        if reading.tag and encloses(name, reading.tag):
            return Extent(PUBLIC, PUBLIC)
        listed = self._atlas.tag_space(name)
        return SOMEWHERE_PUBLIC if listed is None else Extent(listed, listed)

    def doubt(self, terms: tuple[AddressTerm, ...], reading: Reading) -> str:
        """Say which service tags of a rule have no addresses in the input.

        Returns:
            A clause, or nothing if all have.
        """
        open_ = [
            term.name
            for term in terms
            if isinstance(term, ServiceTag)
            and self._seen(term.name.lower(), reading) is SOMEWHERE_PUBLIC
        ]
        return missing_text(self._atlas, open_[0]) if open_ else ""

    def _members(self, group: ApplicationGroup, reading: Reading) -> Extent:
        """Return the members of an application security group.

        Source:
            Azure docs, application-security-groups.
        """
        members = self._atlas.fabric.application_groups
        if members.known:
            found = Space.parse(
                *(
                    address
                    for id_, address in members.value or ()
                    if id_.lower() == group.id.lower()
                )
            )
            perhaps = Space.of(
                item
                for id_, item in self._atlas.fabric.possible_members
                if id_.lower() == group.id.lower()
            )
            return Extent(found, found | perhaps)
        if reading.subnet is None:
            return ANYONE
        return Extent(NOWHERE, self._atlas.space(reading.subnet.network))

    def _virtual_network(self, subnet: Subnet, is_default: bool) -> Extent:  # noqa: FBT001  # a cache key
        """Return what `VirtualNetwork` stands for at a subnet.

        Source:
            Azure docs, service-tags-overview, row "VirtualNetwork", read 2026-08.
        """
        found = self._without_default(subnet) | self._defaults(subnet)
        pods = self._atlas.pod_space
        perhaps = self._atlas.perhaps_pod_space
        return found | Extent(pods if is_default else NOWHERE, pods | perhaps)

    def _internet(self, subnet: Subnet, is_default: bool) -> Extent:  # noqa: FBT001  # a cache key
        """Return what `Internet` stands for at a subnet.

        Source:
            Azure docs, service-tags-overview, row "Internet", read 2026-08.
        """
        inside = self._without_default(subnet)
        defaults = self._defaults(subnet)
        # The platform's rule for `VirtualNetwork` stands right before that for this.
        doubtful = inside.possible | (
            defaults.sure if is_default else defaults.possible
        )
        return Extent(PUBLIC - doubtful, PUBLIC - inside.sure)

    def _without_default(self, subnet: Subnet) -> Extent:
        atlas = self._atlas
        sure = atlas.space(subnet.network) | HOST
        possible = NOWHERE
        for peering in atlas.peerings_of(subnet.network):
            if not peering.allows_access.may_be(value=True):
                continue
            space = atlas.peer_space(peering)
            is_sure = peering.complete and peering.allows_access.known
            if space is not None and is_sure:
                sure = sure | space
            else:
                possible = possible | (atlas.elsewhere if space is None else space)
        for used in atlas.gateways_of(subnet.network):
            if used.is_open:
                possible = possible | atlas.elsewhere
            if used.is_sure:
                sure = sure | used.remote
            else:
                possible = possible | used.remote
        sure = sure | self._narrow(subnet) | self._reported(subnet, is_default=False)
        return Extent(sure, sure | possible | self._doubtful_routes(subnet))

    def _narrow(self, subnet: Subnet) -> Space:
        return Space.of(
            prefix
            for prefix in self._user_prefixes(subnet)
            if prefix != _everything(prefix)
        )

    def _defaults(self, subnet: Subnet) -> Extent:
        """Return what default routes add: of users, and of gateways.

        Source:
            Azure docs, service-tags-overview: default routes may be part of the tag,
            whoever announces them; MicrosoftDocs/azure-docs, issue 22178: one to an
            appliance is.
        """
        table = self._atlas.table(subnet.route_table.value or "")
        written = [
            (route.destination, route.next_hop in _WIDENING)
            for route in (table.routes if table else ())
            if isinstance(route.destination, AddressRange)
            and route.destination == _everything(route.destination)
        ]
        found = Space.of(prefix for prefix, widens in written if widens)
        sure = found | self._reported(subnet, is_default=True)
        possible = sure | Space.of(prefix for prefix, _ in written)
        propagates = table.propagates_gateway_routes if table else None
        if propagates is None or propagates.may_be(value=True):
            for used in self._atlas.gateways_of(subnet.network):
                announced = Space.of(used.gateway.defaults if used.gateway else ())
                possible = possible | announced
                if used.hub and used.hub.announces_default.may_be(value=True):
                    possible = EVERYWHERE
                if used.is_sure and (propagates is None or propagates.known):
                    sure = sure | announced
        return Extent(sure, possible)

    def _reported(self, subnet: Subnet, *, is_default: bool) -> Space:
        """Return what the platform itself reports to lead to a gateway."""
        given = self._atlas.effective(subnet.id)
        return Space.of(
            prefix
            for route in (given.routes if given else ())
            if route.next_hop is EffectiveHop.GATEWAY
            for prefix in route.prefixes
            if (prefix == _everything(prefix)) is is_default
        )

    def _user_prefixes(self, subnet: Subnet) -> tuple[AddressRange, ...]:
        table = self._atlas.table(subnet.route_table.value or "")
        if table is None:
            return ()
        return tuple(
            route.destination
            for route in table.routes
            if isinstance(route.destination, AddressRange)
        )

    def _doubtful_routes(self, subnet: Subnet) -> Space:
        """Return what user routes that cannot be read as a prefix may add."""
        if known_none(subnet.route_table):
            return NOWHERE
        table = self._atlas.table(subnet.route_table.value or "")
        if table is None or any(route.destination is None for route in table.routes):
            return EVERYWHERE
        found = NOWHERE
        for route in table.routes:
            if isinstance(route.destination, ServiceTag):
                listed = self._atlas.tag_space(route.destination.name)
                found = found | (PUBLIC if listed is None else listed)
        return found


_WIDENING = (NextHop.VIRTUAL_APPLIANCE, NextHop.VIRTUAL_NETWORK_GATEWAY)
"""Where a default route leads that is surely part of `VirtualNetwork`."""


def _everything(item: AddressRange) -> AddressRange:
    return AddressRange.everything(item.version)
