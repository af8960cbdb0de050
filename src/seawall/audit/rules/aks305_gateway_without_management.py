"""AKS305: a security group keeps Azure from managing an application gateway."""

from collections.abc import Iterator
from typing import ClassVar

from seawall.audit.finding import Confidence, Finding, Severity
from seawall.audit.rule import Rule
from seawall.engine.path.filters.needs import MANAGER, PROBES, Need, met
from seawall.model.packet import PortRange
from seawall.model.trace import Verdict
from seawall.query.case import Case

SOURCE = "Azure docs, application-gateway configuration-infrastructure"
MANAGEMENT = Need(
    MANAGER,
    PortRange(65200, 65535),
    "Azure manages the gateway on these ports",
    SOURCE,
)
HEALTH = Need(
    PROBES, PortRange(443, 443), "Azure probes the gateway from there", SOURCE
)


class GatewayWithoutManagement(Rule):
    """The group of a gateway's subnet keeps Azure itself out.

    Why it matters: an application gateway whose subnet does not let in `GatewayManager`
    on TCP 65200-65535 and `AzureLoadBalancer` cannot be set up or changed, and reports
    its backends as unknown. Without a rule for the manager a group denies it.

    When it is fine: a gateway with network isolation needs no rule for the manager.

    Source: Azure docs, application-gateway configuration-infrastructure and
    application-gateway-private-deployment, read 2026-08-21.
    """

    code = "AKS305"
    name = "gateway-without-management"
    severity = Severity.HIGH
    bad: ClassVar = {
        "network.yaml": """
            type: Microsoft.Network/virtualNetworks
            name: net
            properties:
              addressSpace: {addressPrefixes: [10.0.0.0/16]}
              subnets:
                - name: agw
                  properties:
                    addressPrefix: 10.0.1.0/24
                    networkSecurityGroup:
                      id: microsoft.network/networksecuritygroups/agw
            """,
        "group.yaml": """
            type: Microsoft.Network/networkSecurityGroups  # finding
            name: agw
            properties:
              securityRules:
                - name: clients
                  properties:
                    priority: 100
                    direction: Inbound
                    access: Allow
                    protocol: Tcp
                    sourceAddressPrefix: Internet
                    sourcePortRange: "*"
                    destinationAddressPrefix: "*"
                    destinationPortRange: "443"
            """,
        "gateway.yaml": """
            type: Microsoft.Network/applicationGateways
            name: agw
            properties:
              gatewayIPConfigurations:
                - name: own
                  properties:
                    subnet: {id: microsoft.network/virtualnetworks/net/subnets/agw}
            """,
    }
    good: ClassVar = {
        "network.yaml": bad["network.yaml"],
        "group.yaml": bad["group.yaml"].replace("  # finding", "")
        + """
                - name: manager
                  properties:
                    priority: 110
                    direction: Inbound
                    access: Allow
                    protocol: Tcp
                    sourceAddressPrefix: GatewayManager
                    sourcePortRange: "*"
                    destinationAddressPrefix: "*"
                    destinationPortRange: 65200-65535
            """,
        "gateway.yaml": bad["gateway.yaml"],
    }

    def check(self, case: Case) -> Iterator[Finding]:
        atlas, filters = case.paths.atlas, case.paths.walker.filters
        for gateway in case.snapshot.fabric.application_gateways:
            subnet = atlas.subnet(gateway.subnet)
            group = atlas.group(subnet.security_group.value or "") if subnet else None
            if subnet is None or group is None or gateway.for_containers:
                continue
            managed = gateway.managed_from_outside.may_be(value=True)
            for need in (MANAGEMENT, HEALTH) if managed else (HEALTH,):
                found = met(atlas, filters, subnet, need)
                if found.verdict is Verdict.ALLOWED:
                    continue
                sure = found.verdict is Verdict.DENIED
                rule = found.said.rule
                yield self.finding(
                    gateway.name,
                    f"`{subnet.name}` {'does' if sure else 'may'} not let "
                    f"{need.tag} in on TCP {need.ports}, as {need.why}: "
                    f"{found.said.says}",
                    f"allow {need.tag} to TCP {need.ports} before the rule that denies",
                    origin=(rule.origin if rule else None) or group.origin,
                    confidence=Confidence.PROVED if sure else Confidence.POSSIBLE,
                )
