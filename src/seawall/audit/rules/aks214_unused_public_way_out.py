"""AKS214: a public way out beside the route that takes everything elsewhere."""

from collections.abc import Iterator
from typing import ClassVar

from seawall.audit.finding import Finding, Severity
from seawall.audit.phrases import counted, listed
from seawall.audit.rule import Rule
from seawall.model.address import AddressRange
from seawall.model.cluster import NodePool, OutboundType
from seawall.model.network import NextHop, Route
from seawall.query.case import Case

_EVERYTHING = AddressRange.everything(4)


class UnusedPublicWayOut(Rule):
    """A load balancer for going out stays, although a route leads everything away.

    Why it matters: the outbound type `loadBalancer` keeps a public address with an
    outbound rule for all nodes. It waits for the day on which somebody takes the route
    away or moves a pool to another subnet, and then traffic leaves unseen.

    When it is fine: for the time of a move from one way out to the other.

    Source: AKS docs, egress-outboundtype and limit-egress-traffic, read 2026-11-29.
    """

    code = "AKS214"
    name = "unused-public-way-out"
    severity = Severity.MEDIUM
    bad: ClassVar = {
        "cluster.yaml": """
            type: Microsoft.ContainerService/managedClusters
            name: shop
            location: westeurope
            properties:
              networkProfile:
                networkPlugin: azure
                networkPluginMode: overlay
                outboundType: loadBalancer  # finding
              agentPoolProfiles:
                - name: system
                  vnetSubnetID: microsoft.network/virtualnetworks/net/subnets/nodes
            """,
        "network.yaml": """
            type: Microsoft.Network/virtualNetworks
            name: net
            properties:
              addressSpace: {addressPrefixes: [10.0.0.0/16]}
              subnets:
                - name: nodes
                  properties:
                    addressPrefix: 10.0.0.0/24
                    routeTable: {id: microsoft.network/routetables/out}
            ---
            type: Microsoft.Network/routeTables
            name: out
            properties:
              routes:
                - name: everything
                  properties:
                    addressPrefix: 0.0.0.0/0
                    nextHopType: VirtualAppliance
                    nextHopIpAddress: 10.9.0.4
            """,
    }
    good: ClassVar = {
        "cluster.yaml": bad["cluster.yaml"].replace(
            "loadBalancer  # finding", "userDefinedRouting"
        ),
        "network.yaml": bad["network.yaml"],
    }

    def check(self, case: Case) -> Iterator[Finding]:
        cluster = case.cluster
        if cluster is None or cluster.outbound.value is not OutboundType.LOAD_BALANCER:
            return
        routes = [_route(case, pool) for pool in cluster.pools]
        led = [each for each in routes if each is not None]
        if not led or len(led) < len(routes):
            return
        names = list(dict.fromkeys(route.name for route in led))
        verb = "leads" if len(names) == 1 else "lead"
        yield self.finding(
            cluster.name,
            f"{listed(names)} {verb} what {counted(len(routes), 'pool')} "
            f"{'sends' if len(routes) == 1 else 'send'} to the internet elsewhere, and "
            "the load balancer for going out stays with its public address",
            "change the outbound type to `userDefinedRouting`: `az aks update "
            "--outbound-type userDefinedRouting`",
            origin=cluster.outbound.origin or cluster.origin,
        )


def _route(case: Case, pool: NodePool) -> Route | None:
    """Return the route that leads everything of a pool to an appliance, if one does.

    Where another route leads something to the internet, the load balancer is used.
    """
    atlas = case.paths.atlas
    subnet = atlas.subnet(pool.subnet.value)
    table = atlas.table(subnet.route_table.value or "") if subnet else None
    routes = table.routes if table else ()
    own = _of_firewalls(case)
    if any(_is_straight(route, own) for route in routes):
        return None
    return next(
        (
            route
            for route in routes
            if route.destination == _EVERYTHING
            and route.next_hop is NextHop.VIRTUAL_APPLIANCE
        ),
        None,
    )


def _is_straight(route: Route, own: frozenset[AddressRange]) -> bool:
    """Say whether nodes go to the internet by a route, past what takes the rest."""
    return route.next_hop is NextHop.INTERNET and route.destination not in own


def _of_firewalls(case: Case) -> frozenset[AddressRange]:
    """Return the public addresses of firewalls: the firewall's own replies go there."""
    fabric = case.snapshot.fabric
    lent = {each for wall in fabric.firewalls for each in wall.public_addresses}
    return frozenset(
        each for it in fabric.public_addresses if it.id in lent for each in it.ranges
    )
