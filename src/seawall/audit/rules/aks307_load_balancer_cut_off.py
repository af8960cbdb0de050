"""AKS307: a Service that nobody outside can reach, for a group of the subnet."""

from collections.abc import Iterator
from typing import ClassVar

from seawall.audit.finding import Finding, Severity
from seawall.audit.rule import Rule
from seawall.engine.path import DoorKind
from seawall.ingest.aks.exposure import read_exposure
from seawall.model.trace import Hop, Layer, Verdict
from seawall.query.case import Case
from seawall.query.doors import DoorAnswer


class LoadBalancerCutOff(Rule):
    """A security group of the subnet keeps all clients outside from a Service.

    Why it matters: AKS opens its own group on the nodes for a Service of type
    LoadBalancer, and never touches a group of your own on the subnet. A packet must
    pass both, so the Service has a front end, looks healthy and answers nobody
    outside. So must health probes, which come from the tag AzureLoadBalancer: a node
    that they do not reach counts as down, and gets nothing. Pods and nodes of the
    cluster may reach the Service by their own node.

    When it is fine: a Service whose clients are let in later, or that is to go.

    Source: AKS docs, concepts-network and configure-load-balancer-standard; Azure/AKS
    issue 674, read 2026-08-21; Azure docs, load-balancer-custom-probe-overview.
    """

    code = "AKS307"
    name = "load-balancer-cut-off"
    severity = Severity.MEDIUM
    tells_what_is_missed = True
    bad: ClassVar = {
        "cluster.yaml": """
            type: Microsoft.ContainerService/managedClusters
            name: shop
            location: westeurope
            properties:
              networkProfile: {networkPlugin: azure, networkPluginMode: overlay}
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
                    networkSecurityGroup:
                      id: microsoft.network/networksecuritygroups/own
            ---
            type: Microsoft.Network/networkSecurityGroups
            name: own
            properties:
              securityRules:
                - name: web
                  properties:
                    priority: 100
                    direction: Inbound
                    access: Allow
                    protocol: Tcp
                    sourceAddressPrefix: Internet
                    sourcePortRange: "*"
                    destinationAddressPrefix: "*"
                    destinationPortRange: "80"
            """,
        "web.yaml": """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web, namespace: shop}
            spec:
              selector: {matchLabels: {app: web}}
              template:
                metadata: {labels: {app: web}}
                spec: {containers: [{name: web, image: web}]}
            ---
            apiVersion: v1  # finding
            kind: Service
            metadata: {name: web, namespace: shop}
            spec:
              type: LoadBalancer
              selector: {app: web}
              ports: [{port: 443}]
            """,
    }
    good: ClassVar = {
        **bad,
        "web.yaml": bad["web.yaml"]
        .replace("  # finding", "")
        .replace("port: 443", "port: 80"),
    }

    def check(self, case: Case) -> Iterator[Finding]:
        found: dict[str, list[DoorAnswer]] = {}
        for answer in case.doors:
            door = answer.door
            if door.kind is DoorKind.LOAD_BALANCER and door.service:
                found.setdefault(door.service, []).append(answer)
        written = {
            it.label
            for it in case.snapshot.objects.services
            if read_exposure(it).has_rules and not it.load_balancer_class
        }
        # A group that AKS makes is none of somebody's own.
        made = {it.name for it in case.snapshot.fabric.security_groups if it.predicted}
        for service, answers in found.items():
            if service not in written:
                continue
            stops = [
                hop
                for each in answers
                if (hop := _stop(each)) is not None and _group(hop) not in made
            ]
            if len(stops) < len(answers):
                continue
            rule = stops[0].rule
            name = rule.name if rule else stops[0].at
            place = f" ({rule.origin})" if rule and rule.origin else ""
            probes = stops[0].layer is Layer.LOAD_BALANCER
            denies = f"of {stops[0].at} denies it"
            denies = "denies the health probes of its nodes" if probes else denies
            mend = "the tag AzureLoadBalancer" if probes else "its clients and ports"
            yield self.finding(
                service,
                f"nothing from outside the cluster reaches the Service `{service}`: "
                f"`{name}`{place} {denies}, although AKS opens its own group",
                f"allow {mend} in the group of the subnet too",
                origin=answers[0].origin,
                evidence=answers[0].forward,
            )


def _stop(answer: DoorAnswer) -> Hop | None:
    """Return where a group stops all that comes, or all probes, if one does."""
    if answer.verdict is not Verdict.DENIED:
        return None
    stops = [hop for hop in answer.forward if hop.verdict is Verdict.DENIED]
    by_group = [hop for hop in stops if hop.layer is Layer.SUBNET_FILTER]
    probed = [hop for hop in stops if hop.layer is Layer.LOAD_BALANCER and hop.rule]
    return next(iter((*by_group, *probed)), None)


def _group(hop: Hop) -> str:
    """Return the name of the group that a rule stands in."""
    return hop.rule.name.partition("/")[0] if hop.rule else ""
