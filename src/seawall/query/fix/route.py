"""Routes that lead where a route drops packets, or leads their reply astray."""

import json
import shlex
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from seawall.engine.path import Space
from seawall.engine.path.ground.space import PUBLIC
from seawall.flowspace import FlowSet
from seawall.model.address import Address, AddressRange, prefixes_of
from seawall.model.end import AddressEnd
from seawall.model.network import NextHop, Route, RouteTable, Subnet
from seawall.model.origin import Origin
from seawall.model.snapshot import Snapshot
from seawall.model.trace import Layer, Reply, Verdict
from seawall.query.ask import Asked, ask
from seawall.query.case import Case
from seawall.query.fix.change import Snippet
from seawall.query.fix.group import resource_group
from seawall.query.fix.naming import free_name
from seawall.query.fix.need import ends_of, refused
from seawall.query.trace.blockers import Blocker, blockers_of
from seawall.query.words.port import PortText

MOST_ROUTES = 4
LONGEST_NAME = 80
_ORIGIN = Origin("fix")


@dataclass(frozen=True, slots=True)
class RouteChange:
    """A route that is added to a table.

    Attributes:
        table: Id of the route table.
        table_name: Its name.
        route: The route.
        touches: The packets that it leads.
    """

    table: str
    table_name: str
    route: Route
    touches: FlowSet
    kind: str = "route"

    @property
    def says(self) -> str:
        """What it does, as a sentence without its full stop."""
        route = self.route
        via = f" {route.appliance}" if route.appliance else ""
        return (
            f"route {route.name} of {self.table_name} leads {route.destination} to "
            f"{route.next_hop.value}{via}"
        )

    @property
    def notes(self) -> tuple[str, ...]:
        """What whoever carries it out must know, as sentences."""
        return (f"It holds for every subnet that has {self.table_name}.",)

    def applied(self, snapshot: Snapshot) -> Snapshot:
        """Return the snapshot with the route in its table."""
        tables = tuple(
            replace(item, routes=(*item.routes, self.route))
            if item.id == self.table
            else item
            for item in snapshot.fabric.route_tables
        )
        return replace(snapshot, fabric=replace(snapshot.fabric, route_tables=tables))

    def snippets(self) -> tuple[Snippet, ...]:
        """Return the route as a command and as the JSON of ARM.

        Source: Azure CLI docs, az network route-table route create; Azure REST, Routes.
        """
        route, name = self.route, f"{self.table_name}/{self.route.name}"
        hop = _ARM[route.next_hop]
        parts = [
            "az network route-table route create",
            f"--resource-group {shlex.quote(resource_group(self.table))}",
            f"--route-table-name {shlex.quote(self.table_name)}",
            f"--name {shlex.quote(route.name)}",
            f"--address-prefix {_cidr(route)}",
            f"--next-hop-type {hop}",
        ]
        properties = {"addressPrefix": _cidr(route), "nextHopType": hop}
        if route.appliance is not None:
            parts.append(f"--next-hop-ip-address {route.appliance}")
            properties["nextHopIpAddress"] = str(route.appliance)
        body = {"name": route.name, "properties": properties}
        return (
            Snippet("az", name, " \\\n  ".join(parts) + "\n"),
            Snippet("arm", name, json.dumps(body, indent=2) + "\n"),
        )


_ARM = {
    NextHop.VNET_LOCAL: "VnetLocal",
    NextHop.INTERNET: "Internet",
    NextHop.VIRTUAL_APPLIANCE: "VirtualAppliance",
    NextHop.VIRTUAL_NETWORK_GATEWAY: "VirtualNetworkGateway",
    NextHop.NONE: "None",
}


def _cidr(route: Route) -> str:
    text = str(route.destination)
    return text if "/" in text else f"{text}/{128 if ':' in text else 32}"


def routes_for(
    case: Case, pair: Asked, blocker: Blocker, port: PortText
) -> tuple[RouteChange, ...]:
    """Return routes after which packets are not dropped where they are now."""
    wanted = Space()
    for way, step in blocker.places:
        _, destinations = ends_of(refused(step, blocker.flows & way.flows))
        wanted = wanted | destinations
    return _tried(case, pair, port, (blocker.hop.at, wanted))


def routes_back(case: Case, pair: Asked, port: PortText) -> tuple[RouteChange, ...]:
    """Return routes after which the reply to a question returns."""
    source = pair.source
    if not isinstance(source, AddressEnd) or pair.reply is not Reply.LOST:
        return ()
    for hop in pair.back:
        if hop.layer is Layer.ROUTE and hop.verdict is Verdict.DENIED:
            return _tried(case, pair, port, (hop.at, Space.of(source.ranges)))
    return ()


def _tried(
    case: Case, pair: Asked, port: PortText, place: tuple[str, Space]
) -> tuple[RouteChange, ...]:
    at, wanted = place
    subnets = [it for it in case.snapshot.fabric.subnets if it.name == at]
    prefixes = prefixes_of(wanted.ranges)
    if len(subnets) != 1 or not prefixes or len(prefixes) > MOST_ROUTES:
        return ()
    table = _table(case, subnets[0])
    if table is None:
        return ()
    for hop in _hops(case, subnets[0], wanted):
        made = tuple(_routes(table, subnets[0], prefixes, hop))
        now = case
        for change in made:
            now = now.changed(change.applied(now.snapshot))
        again = ask(now, pair.source, pair.target, port)
        stuck = any(
            item.hop.layer is Layer.ROUTE and item.hop.at == at
            for item in blockers_of(now, again)
        )
        if not stuck and (again.reply is not Reply.LOST or pair.back == ()):
            return made
    return ()


def _table(case: Case, subnet: Subnet) -> RouteTable | None:
    wanted = subnet.route_table.value
    tables = case.snapshot.fabric.route_tables
    return next((it for it in tables if it.id == wanted), None)


_Hop = tuple[NextHop, Address | None]


def _hops(case: Case, subnet: Subnet, wanted: Space) -> Iterator[_Hop]:
    """Yield next hops that may lead there, those that pass a firewall first."""
    atlas = case.paths.atlas
    near = {subnet.network.lower()}
    near |= {it.remote.lower() for it in atlas.peerings_of(subnet.network)}
    for firewall in case.snapshot.fabric.firewalls:
        home = atlas.subnet(firewall.subnet)
        if home and home.network.lower() in near and firewall.address is not None:
            yield NextHop.VIRTUAL_APPLIANCE, firewall.address
    if wanted <= PUBLIC:
        yield NextHop.INTERNET, None
    if wanted <= atlas.space(subnet.network):
        yield NextHop.VNET_LOCAL, None


def _routes(
    table: RouteTable,
    subnet: Subnet,
    prefixes: Iterable[AddressRange],
    hop: _Hop,
) -> Iterator[RouteChange]:
    if "#" in table.id:
        return  # It stands for what a hub leads to: nobody can write into it.
    taken = {item.name for item in table.routes}
    sources = Space.of(subnet.prefixes).as_sources()
    for prefix in prefixes:
        name = free_name(f"to-{prefix}", taken, LONGEST_NAME)
        taken.add(name)
        route = Route(name, prefix, *hop, _ORIGIN)
        touches = sources & Space((prefix,)).as_destinations()
        yield RouteChange(table.id, table.name, route, touches)
