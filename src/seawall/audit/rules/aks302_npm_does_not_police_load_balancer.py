"""AKS302: Azure NPM lets load balancer traffic past ingress policy."""

from collections.abc import Iterator
from typing import ClassVar

from seawall.audit.controls import SEGMENTS
from seawall.audit.finding import Finding, Severity
from seawall.audit.phrases import listed
from seawall.audit.rule import Rule
from seawall.model.dataplane import Tri
from seawall.model.policy import Direction
from seawall.model.service import Service, ServiceType
from seawall.model.workload import Workload
from seawall.query.case import Case
from seawall.query.words.label import matches

PUBLISHED = (ServiceType.LOAD_BALANCER, ServiceType.NODE_PORT)


class NpmDoesNotPoliceLoadBalancer(Rule):
    """Azure NPM does not apply ingress policy to what a Service lets in.

    Why it matters: under `externalTrafficPolicy: Cluster` the node translates the
    packet before NPM looks at it. Ingress policies on the pods behind a LoadBalancer
    or NodePort Service then hold for pods of the cluster and not for the outside.

    When it is fine: the Service's source ranges restrict clients as the policy would.

    Source: AKS docs, migrate-from-npm-to-cilium-network-policy, read 2026-08-21.
    """

    code = "AKS302"
    name = "npm-does-not-police-load-balancer"
    severity = Severity.HIGH
    controls = SEGMENTS
    bad: ClassVar = {
        "cluster.yaml": """
            type: Microsoft.ContainerService/managedClusters
            name: shop
            location: westeurope
            properties:
              networkProfile:
                networkPlugin: azure
                networkPluginMode: overlay
                networkPolicy: azure
              agentPoolProfiles: [{name: system, count: 3}]
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
            ---
            apiVersion: networking.k8s.io/v1
            kind: NetworkPolicy
            metadata: {name: partners, namespace: shop}
            spec:
              podSelector: {matchLabels: {app: web}}
              ingress: [{from: [{ipBlock: {cidr: 198.51.100.0/24}}]}]
            """,
    }
    good: ClassVar = {
        "cluster.yaml": bad["cluster.yaml"],
        "web.yaml": bad["web.yaml"]
        .replace("  # finding", "")
        .replace(
            "type: LoadBalancer",
            "type: LoadBalancer\n              externalTrafficPolicy: Local",
        ),
    }

    def check(self, case: Case) -> Iterator[Finding]:
        if case.dataplane.polices_cluster_traffic_policy is not Tri.NO:
            return
        for service in case.snapshot.objects.services:
            if service.type not in PUBLISHED or service.local_traffic_only:
                continue
            governed = [pod for pod in _behind(case, service) if _is_held(case, pod)]
            if governed:
                doors = [each for each in case.doors if each.origin == service.origin]
                yield self.finding(
                    service.label,
                    f"ingress policies on {listed(pod.label for pod in governed)} do "
                    f"not hold for what comes in by the Service `{service.label}`: "
                    "Azure NPM skips it under `externalTrafficPolicy: Cluster`",
                    "set `externalTrafficPolicy: Local`, or move to the Cilium "
                    "dataplane",
                    origin=service.origin,
                    evidence=doors[0].forward if doors else (),
                )


def _behind(case: Case, service: Service) -> Iterator[Workload]:
    if service.selector is None or service.selector.selects_everything:
        return
    for workload in case.workloads:
        same = workload.namespace == service.namespace and not workload.host_network
        if same and matches(service.selector, dict(workload.labels)):
            yield workload


def _is_held(case: Case, workload: Workload) -> bool:
    return any(
        case.table.grip(unit, Direction.INGRESS).policies
        for unit in case.table.units(workload)
    )
