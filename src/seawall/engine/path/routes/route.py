"""The routes of one subnet: for every destination, where a packet goes next."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from seawall.engine.path.ground.atlas import Atlas, UsedGateway, known_none
from seawall.engine.path.ground.lanes import Candidate, Hop, Lane, Toward, resolved
from seawall.engine.path.ground.space import (
    EVERYWHERE,
    NOWHERE,
    PRIVATE,
    PUBLIC,
    Space,
    at,
)
from seawall.engine.path.ground.tags import missing_text
from seawall.engine.path.routes.effective import effective
from seawall.model.address import Address, AddressRange, prefixes_of
from seawall.model.filter import ServiceTag
from seawall.model.network import NextHop, Route, RouteTable, Subnet
from seawall.model.trace import DecidingRule

SOURCE = "Azure docs, virtual-networks-udr-overview"

_SINGLE = {4: 32, 6: 128}
_ROUTE_POLICIES = ("RouteTableEnabled", "Enabled")
_GROUP_POLICIES = ("NetworkSecurityGroupEnabled", "Enabled")


_USER, _OPEN_TAG, _REGIONAL_TAG, _TAG, _CLOUD_REGION, _CLOUD = range(6)
_GATEWAY, _SYSTEM = 6, 7
_FIRST = -1000


class Routes:
    """Compiles the routes of the subnets of one snapshot, each once."""

    def __init__(self, atlas: Atlas) -> None:
        self._atlas = atlas
        self._lanes: dict[str, tuple[Lane, ...]] = {}

    def lanes(self, subnet: Subnet) -> tuple[Lane, ...]:
        """Return the next hops for packets that leave a subnet.

        Returns:
            Lanes with disjoint destinations that cover all addresses. Where the
            winner is not known and it matters, the hop is UNKNOWN.

        Complexity: the number of routes times the number of address ranges.
        """
        if subnet.id not in self._lanes:
            self._lanes[subnet.id] = tuple(self._compile(subnet))
        return self._lanes[subnet.id]

    def _compile(self, subnet: Subnet) -> Iterator[Lane]:
        given = self._atlas.effective(subnet.id)
        if given is not None:
            yield from resolved(effective(self._atlas, subnet, given))
            return
        table: RouteTable | None = None
        if not known_none(subnet.route_table):
            table = self._atlas.table(subnet.route_table.value or "")
            if table is None:
                yield Lane(EVERYWHERE, self._no_table(subnet))
                return
        yield from resolved(self._candidates(subnet, table))

    def _no_table(self, subnet: Subnet) -> Hop:
        setting = subnet.route_table
        why = (
            f"route table `{self._atlas.short(setting.value)}` is not in the input"
            if setting.known
            else f"the route table of `{subnet.name}` is not known: {setting.why}"
        )
        return Hop(Toward.UNKNOWN, says=why)

    def _candidates(
        self, subnet: Subnet, table: RouteTable | None
    ) -> Iterator[Candidate]:
        user = tuple(self._user(subnet, table)) if table else ()
        yield from user
        yield from self._system(subnet, table)
        yield from self._gateway(subnet, table, user)
        yield from self._endpoints(subnet, user)

    def _user(self, subnet: Subnet, table: RouteTable) -> Iterator[Candidate]:
        """Yield the user routes.

        Source:
            Azure docs, virtual-networks-udr-overview, "User-defined": a destination
            may be a service tag. How one that cannot be read ranks is not known.
        """
        own = self._atlas.space(subnet.network)
        for route in sorted(table.routes, key=lambda each: each.name):
            hop = _hop_of(route, table)
            if isinstance(route.destination, ServiceTag):
                name = route.destination.name
                if self._atlas.tag_prefixes(name) is not None:
                    yield from self._tagged(name, hop, own)
                    continue
                hop = replace(hop, says=missing_text(self._atlas, name))
            if not isinstance(route.destination, AddressRange):
                reach = EVERYWHERE if route.destination is None else PUBLIC
                for version in (4, 6):
                    part = reach & Space((AddressRange.everything(version),))
                    order = (-_SINGLE[version], _OPEN_TAG, "")
                    if route.destination is None:
                        order = (_FIRST, _FIRST, "")
                    for made in _split_local(part, hop, own, order):
                        yield made._replace(is_sure=False)
                continue
            for prefix in prefixes_of([route.destination]):
                order = (-(prefix.prefix_length or 0), _USER, str(prefix))
                yield from _split_local(Space((prefix,)), hop, own, order)

    def _tagged(self, name: str, hop: Hop, own: Space) -> Iterator[Candidate]:
        """Yield a route to a service tag that is listed, one for each prefix of it.

        Source:
            Azure docs, virtual-networks-udr-overview, "Service tags for user-defined
            routes": between equal prefixes a stated one wins, then the tag of a
            region, of a service, of a region of the cloud, of the cloud.
        """
        cloud, dot, _ = name.lower().partition(".")
        ranks = (_TAG, _REGIONAL_TAG)
        if cloud == "azurecloud":
            ranks = (_CLOUD, _CLOUD_REGION)
        for prefix in self._atlas.tag_prefixes(name) or ():
            order = (-(prefix.prefix_length or 0), ranks[bool(dot)], str(prefix))
            yield from _split_local(Space((prefix,)), hop, own, order)

    def _system(self, subnet: Subnet, table: RouteTable | None) -> Iterator[Candidate]:
        """Yield the routes that every subnet has.

        Source:
            Azure docs, virtual-networks-udr-overview, "System routes", "Default" and
            "Optional default routes"; "Routing example": a user's default route takes
            the routes away that drop private space.
        """
        atlas = self._atlas
        local = Hop(Toward.LOCAL, rule=_system_rule("virtual network"))
        inside = atlas.space(subnet.network)
        for prefix in prefixes_of(inside.ranges):
            yield _system_route(prefix, local)
        for peering in atlas.peerings_of(subnet.network):
            space = atlas.peer_space(peering)
            name = f"peering {peering.name}"
            is_sure = peering.is_sure
            says = "" if is_sure else peering.deployed.why
            rule = _system_rule(name)
            hop = Hop(Toward.PEERING, peering=peering, rule=rule, says=says)
            for prefix in prefixes_of((space or NOWHERE).ranges):
                yield _system_route(prefix, hop)._replace(is_sure=is_sure)
            if space is None:
                order = (_FIRST, _SYSTEM, "")
                yield Candidate(atlas.elsewhere, hop, is_sure=False, order=order)
            if peering.is_sure:
                inside = inside | (space or NOWHERE)
        nowhere = Hop(Toward.NONE, rule=_system_rule("private address space"))
        for item in () if _has_default(table) else PRIVATE.ranges:
            length = item.prefix_length or 0
            for prefix in prefixes_of((Space((item,)) - inside).ranges):
                order = (-length, _SYSTEM, str(prefix))
                yield Candidate(Space((prefix,)), nowhere, is_sure=True, order=order)
        internet = Hop(Toward.INTERNET, rule=_system_rule("default"))
        for version in (4, 6):
            yield _system_route(AddressRange.everything(version), internet)

    def _gateway(
        self,
        subnet: Subnet,
        table: RouteTable | None,
        user: tuple[Candidate, ...],
    ) -> Iterator[Candidate]:
        """Yield the routes that gateways announce.

        Source:
            Azure docs, virtual-networks-udr-overview, "How Azure selects a route":
            routes of the network and its peers are preferred, even over longer
            gateway routes.
        """
        atlas = self._atlas
        propagates = table.propagates_gateway_routes if table else None
        if propagates is not None and propagates.is_surely(value=False):
            return
        is_propagated = propagates is None or propagates.known
        inside = atlas.space(subnet.network) | _beating(table)
        perhaps = NOWHERE
        for peering in atlas.peerings_of(subnet.network):
            space = atlas.peer_space(peering) or NOWHERE
            inside, perhaps = (
                (inside | space, perhaps)
                if peering.is_sure
                else (inside, perhaps | space)
            )
        for used in atlas.gateways_of(subnet.network):
            hop = Hop(Toward.GATEWAY, rule=_system_rule(used.name), says=_ask(used))
            if used.hub and used.hub.announces_default.may_be(value=True):
                for version in (4, 6):
                    every = Space((AddressRange.everything(version),))
                    order = (0, _GATEWAY, "")
                    yield Candidate(every - inside, hop, is_sure=False, order=order)
            is_sure = used.is_sure and is_propagated
            for prefix in _each_prefix(used.announced):
                order = (-(prefix.prefix_length or 0), _GATEWAY, str(prefix))
                part = Space((prefix,)) - inside
                yield Candidate(part - perhaps, hop, is_sure=is_sure, order=order)
                yield Candidate(part & perhaps, hop, is_sure=False, order=order)
            if used.is_open:
                covered = inside
                for route in user:
                    if route.order[0] and route.order[1] == _USER:
                        covered = covered | route.destinations
                order = (_FIRST, _GATEWAY, "")
                yield Candidate(PRIVATE - covered, hop, is_sure=False, order=order)

    def _endpoints(
        self, subnet: Subnet, user: tuple[Candidate, ...]
    ) -> Iterator[Candidate]:
        """Yield the single-address routes of private endpoints.

        Source:
            Azure docs, disable-private-endpoint-network-policy, "User-defined routes".
        """
        atlas = self._atlas
        peerings = {
            each.remote.lower(): each for each in atlas.peerings_of(subnet.network)
        }
        unreadable = [route for route in user if route.order[1] != _USER]
        for endpoint in atlas.fabric.private_endpoints:
            home = atlas.subnet(endpoint.subnet)
            if home is None or endpoint.address is None:
                continue
            rule = _system_rule(f"private endpoint {endpoint.name}")
            peering = peerings.get(home.network.lower())
            if home.network.lower() == subnet.network.lower():
                hop = Hop(Toward.LOCAL, rule=rule)
            elif peering is not None and not peering.is_sure:
                says = f"whether {peering.name} is in force: {peering.deployed.why}"
                hop = Hop(Toward.UNKNOWN, rule=rule, says=says)
            elif peering is not None:
                hop = Hop(Toward.PEERING, peering=peering, rule=rule)
            else:
                continue
            order = (2 * _FIRST, _SYSTEM, endpoint.id)
            covering = [
                route for route in user if endpoint.address in route.destinations
            ]
            here = at(endpoint.address)
            for other in self._displacing(home, endpoint.address, covering):
                yield other._replace(destinations=here, order=order)
            for route in unreadable:
                if endpoint.address in route.destinations:
                    yield Candidate(here, route.hop, is_sure=False, order=order)
            if not self._is_displaced(home, endpoint.address, covering):
                yield Candidate(here, hop, is_sure=True, order=order)

    def _displacing(
        self, home: Subnet, address: Address, covering: list[Candidate]
    ) -> Iterator[Candidate]:
        """Yield the user routes that win, or may win, over an endpoint's route."""
        policies = home.endpoint_policies
        enabled = policies.known and policies.value in _ROUTE_POLICIES
        sure_routes = [route for route in covering if route.order[1] == _USER]
        if enabled or not policies.known:
            least = self._least(home, address)
            eligible = [route for route in sure_routes if -route.order[0] >= least]
            longest = min((route.order[0] for route in eligible), default=None)
            for route in eligible:
                if route.order[0] == longest:
                    yield route._replace(is_sure=enabled)
        if not enabled:
            for route in sure_routes:
                if -route.order[0] == _SINGLE[address.version]:
                    yield route._replace(is_sure=False)

    def _is_displaced(
        self, home: Subnet, address: Address, covering: list[Candidate]
    ) -> bool:
        return any(route.is_sure for route in self._displacing(home, address, covering))

    def _least(self, home: Subnet, address: Address) -> int:
        network = self._atlas.network(home.network)
        return max(
            (
                prefix.prefix_length or 0
                for prefix in (network.space if network else ())
                if address in prefix
            ),
            default=0,
        )


def filters_endpoints(subnet: Subnet) -> bool | None:
    """Say whether the security group of a subnet sees packets to its endpoints.

    Returns:
        None if the subnet's setting is not known.

    Source:
        Azure docs, disable-private-endpoint-network-policy.
    """
    if not subnet.endpoint_policies.known:
        return None
    return subnet.endpoint_policies.value in _GROUP_POLICIES


def _hop_of(route: Route, table: RouteTable) -> Hop:
    rule = DecidingRule(f"{table.name}/{route.name}", route.origin)
    toward = {
        NextHop.VNET_LOCAL: Toward.LOCAL,
        NextHop.INTERNET: Toward.INTERNET,
        NextHop.VIRTUAL_APPLIANCE: Toward.APPLIANCE,
        NextHop.VIRTUAL_NETWORK_GATEWAY: Toward.GATEWAY,
        NextHop.NONE: Toward.NONE,
        NextHop.UNKNOWN: Toward.UNKNOWN,
    }[route.next_hop]
    if toward is Toward.UNKNOWN:
        return Hop(toward, rule=rule, says=f"the next hop of {rule.name} is not known")
    if toward is Toward.APPLIANCE:
        return Hop(toward, appliance=route.appliance, rule=rule)
    return Hop(toward, rule=rule)


def _ask(used: UsedGateway) -> str:
    """Return what would tell where a virtual hub leads."""
    if used.hub is None:
        return ""
    return (
        f"what the virtual hub {used.hub.hub} announces is not in the input; effective "
        "routes (`az network nic show-effective-route-table`) tell"
    )


def _has_default(table: RouteTable | None) -> bool:
    """Whether a user's route leads all of IPv4 somewhere."""
    every = AddressRange.everything(4)
    return table is not None and any(it.destination == every for it in table.routes)


def _each_prefix(announced: Iterable[AddressRange]) -> Iterator[AddressRange]:
    """Yield prefixes as announced: two halves are longer than the whole."""
    for item in announced:
        yield from prefixes_of([item])


def _beating(table: RouteTable | None) -> Space:
    """Return where the platform reports that no gateway route holds.

    Source:
        Azure SDK, armnetwork, RoutePropertiesFormat.HasBgpOverride.
    """
    return Space.of(
        route.destination
        for route in (table.routes if table else ())
        if route.beats_learned and isinstance(route.destination, AddressRange)
    )


def _split_local(
    prefix: Space, hop: Hop, own: Space, order: tuple[int, int, str]
) -> Iterator[Candidate]:
    """Yield a user route; one that keeps packets local drops them outside.

    Source:
        Azure docs, virtual-networks-udr-overview: `Virtual network` overrides the
        default routing within a virtual network.
    """
    if hop.toward is not Toward.LOCAL:
        yield Candidate(prefix, hop, is_sure=True, order=order)
        return
    if inside := prefix & own:
        yield Candidate(inside, hop, is_sure=True, order=order)
    if outside := prefix - own:
        drop = Hop(Toward.NONE, rule=hop.rule, says="outside the virtual network")
        yield Candidate(outside, drop, is_sure=True, order=order)


def _system_rule(name: str) -> DecidingRule:
    return DecidingRule(f"system route: {name}", None)


def _system_route(prefix: AddressRange, hop: Hop) -> Candidate:
    order = (-(prefix.prefix_length or 0), _SYSTEM, str(prefix))
    return Candidate(Space((prefix,)), hop, is_sure=True, order=order)
