"""AKS211: a route leads in a loop, or to an appliance that cannot take packets."""

from collections.abc import Iterator
from typing import ClassVar

from seawall.audit.finding import Confidence, Finding, Severity
from seawall.audit.phrases import listed
from seawall.audit.rule import Rule
from seawall.engine.path import Space
from seawall.model.address import AddressRange
from seawall.model.origin import Origin
from seawall.query.case import Case


class RouteLeadsNowhere(Rule):
    """A route leads in a loop, or to an appliance that cannot take packets.

    Why it matters: the route looks like control, and nothing arrives. Whoever looks for
    the cause reads the rules of a firewall that never sees the packets, or that sees
    them over and over; a mend in haste then opens what was meant to be closed.

    When it is fine: never; a route that is to drop packets says `None`.

    Source: Azure docs, virtual-networks-udr-overview, virtual-network-network-interface
    and load-balancer-ha-ports-overview, read 2026-08-21.
    """

    code = "AKS211"
    name = "route-leads-nowhere"
    severity = Severity.HIGH
    bad: ClassVar = {
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
                - name: appliances
                  properties: {addressPrefix: 10.0.3.0/24}
                - name: AzureFirewallSubnet
                  properties:
                    addressPrefix: 10.0.2.0/26
                    routeTable: {id: microsoft.network/routetables/firewall}
            ---
            type: Microsoft.Network/networkInterfaces
            name: nva-nic
            properties:
              enableIPForwarding: false
              ipConfigurations:
              - name: only
                properties:
                  privateIPAddress: 10.0.3.4
                  subnet: {id: microsoft.network/virtualnetworks/net/subnets/appliances}
            ---
            type: Microsoft.Network/routeTables
            name: out
            properties:
              routes:
                - name: everything  # finding
                  properties:
                    addressPrefix: 0.0.0.0/0
                    nextHopType: VirtualAppliance
                    nextHopIpAddress: 10.0.2.4
                - name: office  # finding
                  properties:
                    addressPrefix: 192.168.0.0/16
                    nextHopType: VirtualAppliance
                    nextHopIpAddress: 10.0.3.4
                - name: partner  # finding
                  properties:
                    addressPrefix: 172.16.0.0/16
                    nextHopType: VirtualAppliance
                    nextHopIpAddress: 172.31.0.4
            ---
            type: Microsoft.Network/routeTables
            name: firewall
            properties:
              routes:
                - name: back  # finding
                  properties:
                    addressPrefix: 0.0.0.0/0
                    nextHopType: VirtualAppliance
                    nextHopIpAddress: 10.0.2.4
            ---
            type: Microsoft.Network/azureFirewalls
            name: fw
            properties:
              ipConfigurations:
              - name: only
                properties:
                  privateIPAddress: 10.0.2.4
                  subnet:
                   id: microsoft.network/virtualnetworks/net/subnets/azurefirewallsubnet
              networkRuleCollections: []
            """,
    }
    good: ClassVar = {
        "network.yaml": bad["network.yaml"]
        .replace("  # finding", "")
        .replace("enableIPForwarding: false", "enableIPForwarding: true")
        .replace("nextHopIpAddress: 172.31.0.4", "nextHopIpAddress: 10.0.3.4")
        .replace("routeTable: {id: microsoft.network/routetables/firewall}", ""),
    }

    def check(self, case: Case) -> Iterator[Finding]:
        found: dict[tuple[str, str], tuple[list[str], Origin | None, bool]] = {}
        reached: dict[tuple[str, str], Space] = {}
        for item in case.paths.astray():
            key = (item.rule.name, item.says)
            where = case.subnet_text(item.subnet.id)
            subnets, _, _ = found.setdefault(
                key, ([], item.rule.origin, item.is_proved)
            )
            subnets.append(where)
            reached[key] = reached.get(key, Space()) | item.to
        for (name, says), (subnets, origin, is_proved) in found.items():
            to = listed(_words(reached[name, says].ranges))
            yield self.finding(
                name,
                f"the route `{name}` of {listed(subnets)} leads nowhere for {to}: "
                f"{says}",
                "lead it to an appliance that takes packets and passes them on, or "
                "let the route itself drop them if that is meant",
                origin=origin,
                confidence=Confidence.PROVED if is_proved else Confidence.LIKELY,
            )


def _words(ranges: tuple[AddressRange, ...]) -> list[str]:
    return [str(item) for item in ranges]
