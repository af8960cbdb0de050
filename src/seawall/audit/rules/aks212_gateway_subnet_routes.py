"""AKS212: the routes of a gateway's own subnet cut it off."""

from collections.abc import Iterator
from typing import ClassVar

from seawall.audit.finding import Finding, Severity
from seawall.audit.rule import Rule
from seawall.model.address import AddressRange
from seawall.model.network import RouteTable, Subnet
from seawall.query.case import Case

GATEWAY_SUBNET = "gatewaysubnet"


class GatewaySubnetRoutes(Rule):
    """The routes of a gateway's own subnet cut it off.

    Why it matters: a default route on `GatewaySubnet`, or a table there that stops the
    propagation of gateway routes, keeps the gateway from its own management and from
    what it learns. Tunnels fail, often days later, and nothing on the cluster's side
    shows why.

    When it is fine: never; routes for the spokes, to a firewall, are fine.

    Source: Azure docs, vpn-gateway-about-vpn-gateway-settings, "Gateway subnet", and
    virtual-networks-udr-overview, read 2026-08-21.
    """

    code = "AKS212"
    name = "gateway-subnet-routes"
    severity = Severity.MEDIUM
    bad: ClassVar = {
        "network.yaml": """
            type: Microsoft.Network/virtualNetworks
            name: net
            properties:
              addressSpace: {addressPrefixes: [10.0.0.0/16]}
              subnets:
                - name: GatewaySubnet
                  properties:
                    addressPrefix: 10.0.255.0/27
                    routeTable: {id: microsoft.network/routetables/gateway}
            ---
            type: Microsoft.Network/routeTables  # finding
            name: gateway
            properties:
              disableBgpRoutePropagation: true
              routes:
                - name: everything  # finding
                  properties:
                    addressPrefix: 0.0.0.0/0
                    nextHopType: VirtualAppliance
                    nextHopIpAddress: 10.0.2.4
            """,
    }
    good: ClassVar = {
        "network.yaml": bad["network.yaml"]
        .replace("  # finding", "")
        .replace("disableBgpRoutePropagation: true", "tags: {}")
        .replace("addressPrefix: 0.0.0.0/0", "addressPrefix: 10.0.0.0/24"),
    }

    def check(self, case: Case) -> Iterator[Finding]:
        tables = {each.id: each for each in case.snapshot.fabric.route_tables}
        for subnet in case.snapshot.fabric.subnets:
            table = tables.get(subnet.route_table.value or "")
            if subnet.name.lower() == GATEWAY_SUBNET and table is not None:
                yield from self._found(case, subnet, table)

    def _found(
        self, case: Case, subnet: Subnet, table: RouteTable
    ) -> Iterator[Finding]:
        where = case.subnet_text(subnet.id)
        if table.propagates_gateway_routes.is_surely(value=False):
            yield self.finding(
                where,
                f"the route table `{table.name}` of `{where}` stops gateway routes, "
                "and the gateway stands there",
                "let the table propagate gateway routes",
                origin=table.origin,
            )
        for route in table.routes:
            to = route.destination
            if not isinstance(to, AddressRange):
                continue
            if to == AddressRange.everything(to.version):
                yield self.finding(
                    where,
                    f"the route `{table.name}/{route.name}` of `{where}` takes all "
                    "traffic of the gateway, its management included",
                    "write routes for the networks that are meant",
                    origin=route.origin,
                )
