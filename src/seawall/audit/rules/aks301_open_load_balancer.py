"""AKS301: a Service that the whole internet can reach."""

from collections.abc import Iterator
from typing import ClassVar

from seawall.audit.controls import OPEN_PORTS
from seawall.audit.finding import Finding, Severity
from seawall.audit.phrases import listed
from seawall.audit.rule import Rule
from seawall.engine.path import DoorKind
from seawall.flowspace import Field, FlowSet
from seawall.model.trace import Reply, Verdict
from seawall.query.case import Case
from seawall.query.doors import DoorAnswer
from seawall.query.services import ANY, Service, services_of

WEB = frozenset({"80", "443", "80,443"})


class OpenLoadBalancer(Rule):
    """A Service of type LoadBalancer is open to the whole internet.

    Why it matters: without source ranges AKS opens the port to the tag Internet by
    itself, in a security group that nobody reviews. One manifest publishes a pod.

    When it is fine: a website, an ingress controller; therefore ports 80 and 443 weigh
    less than others.

    Source: AKS docs, configure-load-balancer-standard, "Restrict inbound traffic";
    kubernetes-sigs/cloud-provider-azure, accesscontrol.go, read 2026-08-21.
    """

    code = "AKS301"
    name = "open-load-balancer"
    severity = Severity.HIGH
    controls = OPEN_PORTS
    bad: ClassVar = {
        "cluster.yaml": """
            type: Microsoft.ContainerService/managedClusters
            name: shop
            location: westeurope
            properties:
              networkProfile: {networkPlugin: azure, networkPluginMode: overlay}
              agentPoolProfiles: [{name: system, count: 3}]
            """,
        "db.yaml": """
            apiVersion: apps/v1
            kind: StatefulSet
            metadata: {name: db, namespace: shop}
            spec:
              selector: {matchLabels: {app: db}}
              template:
                metadata: {labels: {app: db}}
                spec: {containers: [{name: db, image: postgres}]}
            ---
            apiVersion: v1  # finding
            kind: Service
            metadata: {name: db, namespace: shop}
            spec:
              type: LoadBalancer
              selector: {app: db}
              ports: [{port: 5432}]
            """,
    }
    good: ClassVar = {
        "cluster.yaml": bad["cluster.yaml"],
        "db.yaml": bad["db.yaml"]
        .replace("  # finding", "")
        .replace(
            "type: LoadBalancer",
            "type: LoadBalancer\n"
            "              loadBalancerSourceRanges: [198.51.100.0/28]",
        ),
    }

    def check(self, case: Case) -> Iterator[Finding]:
        everyone = FlowSet.box(sources=case.paths.atlas.internet.intervals)
        found: dict[str, list[DoorAnswer]] = {}
        for answer in case.doors:
            if _is_open(answer, everyone):
                found.setdefault(answer.door.service, []).append(answer)
        for service, answers in found.items():
            services = services_of(FlowSet.union_of(each.flows for each in answers))
            is_web = all(name == "TCP" and ports in WEB for name, ports in services)
            targets = dict.fromkeys(answer.target for answer in answers)
            what = ", ".join(_words(each) for each in services)
            yield self.finding(
                service,
                f"the whole internet reaches {listed(targets)} on {what} by the "
                f"Service `{service}`",
                "set `loadBalancerSourceRanges`, or make the Service internal",
                origin=answers[0].origin,
                severity=Severity.MEDIUM if is_web else Severity.HIGH,
                evidence=answers[0].forward,
            )


def _is_open(answer: DoorAnswer, everyone: FlowSet) -> bool:
    """Say whether a Service is open to every IPv4 address outside."""
    door = answer.door
    if not (door.is_public and door.service and door.kind is DoorKind.LOAD_BALANCER):
        return False
    if answer.verdict is not Verdict.ALLOWED or answer.reply is Reply.LOST:
        return False
    whole = everyone.project(Field.SOURCE).get(4)
    return answer.flows.project(Field.SOURCE).get(4) == whole


def _words(service: Service) -> str:
    name, ports = service
    if service == ANY:
        return "every port"
    return f"{name} {ports}" if ports else name
