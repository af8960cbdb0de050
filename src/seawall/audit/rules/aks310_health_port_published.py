"""AKS310: the health port of a gateway on the internet."""

from collections.abc import Iterator
from typing import ClassVar

from seawall.audit.controls import OPEN_PORTS
from seawall.audit.finding import Finding, Severity
from seawall.audit.phrases import listed
from seawall.audit.rule import Rule
from seawall.flowspace import Field, FlowSet
from seawall.model.packet import Protocol
from seawall.model.service import Service
from seawall.model.trace import Verdict
from seawall.query.case import Case
from seawall.query.doors import DoorAnswer

HEALTH = 15021
_NAMED = "status-port"
_TCP = (int(Protocol.TCP),) * 2


class HealthPortPublished(Rule):
    """The health port of a gateway of Istio is on the internet.

    Why it matters: port 15021 tells everybody whether a gateway lives, and is one more
    thing to be flooded. Only the probes of the load balancer need it, and these come
    without a rule that publishes it.

    When it is fine: an outside monitor asks it on purpose. Ports that go by another
    name, and those that only some addresses reach, are not told.

    Source: AKS docs, app-routing-gateway-api and configure-load-balancer-standard,
    `port_<port>_no_lb_rule`, read 2026-11-29.
    """

    code = "AKS310"
    name = "health-port-published"
    severity = Severity.LOW
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
        "gateway.yaml": """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: gateway, namespace: entry}
            spec:
              selector: {matchLabels: {istio: gateway}}
              template:
                metadata: {labels: {istio: gateway}}
                spec: {containers: [{name: proxy, image: proxy}]}
            ---
            apiVersion: v1  # finding
            kind: Service
            metadata: {name: gateway, namespace: entry}
            spec:
              type: LoadBalancer
              selector: {istio: gateway}
              ports:
                - {name: status-port, port: 15021}
                - {name: https, port: 443, targetPort: 8443}
            """,
    }
    good: ClassVar = {
        "cluster.yaml": bad["cluster.yaml"],
        "gateway.yaml": bad["gateway.yaml"]
        .replace("  # finding", "")
        .replace(
            "metadata: {name: gateway, namespace: entry}\n            spec:\n"
            "              type",
            "metadata:\n              name: gateway\n              namespace: entry\n"
            "              annotations:\n                service.beta.kubernetes.io/"
            'port_15021_no_lb_rule: "true"\n            spec:\n              type',
        ),
    }

    def check(self, case: Case) -> Iterator[Finding]:
        port = FlowSet.box(protocols=(_TCP,), destination_ports=((HEALTH, HEALTH),))
        everyone = FlowSet.box(sources=case.paths.atlas.internet.intervals)
        whole = everyone.project(Field.SOURCE).get(4)
        gateways = {it.label for it in case.snapshot.objects.services if _is_health(it)}
        found: dict[str, list[DoorAnswer]] = {}
        for answer in case.doors:
            door = answer.door
            if not door.is_public or door.service not in gateways:
                continue
            asked = answer.flows & port
            if answer.verdict is not Verdict.ALLOWED:
                continue
            if asked and asked.project(Field.SOURCE).get(4) == whole:
                found.setdefault(door.service, []).append(answer)
        for service, answers in found.items():
            targets = listed(answer.target for answer in answers)
            yield self.finding(
                service,
                f"the internet reaches the health port of {targets}, TCP {HEALTH}, by "
                f"the Service `{service}`",
                f"annotate it with `service.beta.kubernetes.io/port_{HEALTH}_no_lb_"
                'rule: "true"`',
                origin=answers[0].origin,
                evidence=answers[0].forward,
            )


def _is_health(service: Service) -> bool:
    """Say whether a Service has the port by which gateways tell that they live."""
    return any(it.port == HEALTH and it.name == _NAMED for it in service.ports)
