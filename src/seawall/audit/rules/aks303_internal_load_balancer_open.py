"""AKS303: source ranges that do not restrict an internal load balancer."""

from collections.abc import Iterator
from typing import ClassVar

from seawall.audit.controls import controls
from seawall.audit.finding import Confidence, Finding, Severity
from seawall.audit.phrases import listed
from seawall.audit.rule import Rule
from seawall.engine.path import Door, DoorKind
from seawall.ingest.aks.exposure import Exposure, read_exposure
from seawall.model.address import AddressRange, without
from seawall.model.end import AddressEnd
from seawall.model.trace import Hop, Verdict
from seawall.query.case import Case
from seawall.query.doors import ask_door


class InternalLoadBalancerOpen(Rule):
    """Source ranges of an internal load balancer leave it open to the network.

    Why it matters: ranges add an allow rule; they take nothing away. The default rule
    AllowVnetInBound goes on to admit the whole network, its peers and on premises.

    When it is fine: everybody in these networks may use the Service anyway.

    Source: kubernetes-sigs/cloud-provider-azure, accesscontrol.go; AKS docs,
    configure-load-balancer-standard, read 2026-08-21.
    """

    code = "AKS303"
    name = "internal-load-balancer-open-to-network"
    severity = Severity.MEDIUM
    controls = controls("MCSB NS-1", "NIST AC-4", "NIST SC-7", "PCI 1.3.1")
    bad: ClassVar = {
        "cluster.yaml": """
            type: Microsoft.ContainerService/managedClusters
            name: shop
            location: westeurope
            properties:
              networkProfile: {networkPlugin: azure, networkPluginMode: overlay}
              agentPoolProfiles:
                - name: system
                  vnetSubnetID: microsoft.network/virtualnetworks/shop/subnets/nodes
            ---
            type: Microsoft.Network/virtualNetworks
            name: shop
            properties:
              addressSpace: {addressPrefixes: [10.0.0.0/16]}
              subnets: [{name: nodes, properties: {addressPrefix: 10.0.0.0/24}}]
            """,
        "api.yaml": """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: api, namespace: shop}
            spec:
              selector: {matchLabels: {app: api}}
              template:
                metadata: {labels: {app: api}}
                spec: {containers: [{name: api, image: api}]}
            ---
            apiVersion: v1  # finding
            kind: Service
            metadata:
              name: api
              namespace: shop
              annotations:
                service.beta.kubernetes.io/azure-load-balancer-internal: "true"
                service.beta.kubernetes.io/azure-load-balancer-ipv4: 10.0.0.200
                service.beta.kubernetes.io/azure-allowed-ip-ranges: 10.0.9.0/24
            spec:
              type: LoadBalancer
              selector: {app: api}
              ports: [{port: 443}]
            """,
    }
    good: ClassVar = {
        "cluster.yaml": bad["cluster.yaml"],
        "api.yaml": bad["api.yaml"]
        .replace("  # finding", "")
        .replace(
            "azure-allowed-ip-ranges: 10.0.9.0/24",
            "azure-allowed-ip-ranges: 10.0.9.0/24\n"
            "                service.beta.kubernetes.io/"
            'azure-deny-all-except-load-balancer-source-ranges: "true"',
        ),
    }

    def check(self, case: Case) -> Iterator[Finding]:
        services = {each.label: each for each in case.snapshot.objects.services}
        seen = set()
        for door in case.paths.doors():
            if door.kind is not DoorKind.LOAD_BALANCER or door.is_public:
                continue
            service = services.get(door.service)
            if service is None or service.label in seen:
                continue
            exposure = read_exposure(service)
            if exposure.ranges or exposure.tags:
                found = self._open(case, door, exposure)
                if found is not None:
                    seen.add(service.label)
                    yield found

    def _open(self, case: Case, door: Door, exposure: Exposure) -> Finding | None:
        others = without(_networks(case), exposure.ranges)
        if not others:
            return None
        service = exposure.service
        answers = list(
            ask_door(case.paths, case.policies, door, AddressEnd(tuple(others)))
        )
        sure = [each for each in answers if each.verdict is Verdict.ALLOWED]
        possible = [each for each in answers if each.verdict is Verdict.UNKNOWN]
        if not sure and not possible:
            return None
        names = listed([str(item) for item in exposure.ranges] or exposure.tags)
        does = "does not keep" if sure else "perhaps does not keep"
        shown = (sure or possible)[0]
        return self.finding(
            service.label,
            f"restricting the internal Service `{service.label}` to {names} {does} the "
            f"rest of the network out of `{shown.target}`"
            + ("" if sure else f": {_doubt(shown.forward)}"),
            "add the annotation "
            "`service.beta.kubernetes.io/azure-deny-all-except-load-balancer-source-"
            'ranges: "true"`',
            origin=service.origin,
            confidence=Confidence.PROVED if sure else Confidence.POSSIBLE,
            evidence=shown.forward,
        )


def _doubt(hops: tuple[Hop, ...]) -> str:
    return next((hop.says for hop in hops if hop.verdict is Verdict.UNKNOWN), "")


def _networks(case: Case) -> list[AddressRange]:
    return [item for network in case.snapshot.fabric.networks for item in network.space]
