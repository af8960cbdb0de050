"""AKS309: an add-on that publishes an ingress controller by itself."""

from collections.abc import Iterator
from typing import ClassVar

from seawall.audit.controls import OPEN_PORTS
from seawall.audit.finding import Confidence, Finding, Severity
from seawall.audit.rule import Rule
from seawall.model.setting import State
from seawall.query.case import Case

_ON = "ingressProfile.webAppRouting.enabled"
_TYPE = "ingressProfile.webAppRouting.nginx.defaultIngressControllerType"
_NAMESPACE = "app-routing-system"
_PUBLIC = ("annotationcontrolled", "external")


class IngressPublicByDefault(Rule):
    """Application routing publishes its ingress controller to the internet.

    Why it matters: turning the add-on on makes a load balancer with a public address
    that is open on ports 80 and 443, without a manifest that anybody reviewed. Every
    Ingress of its class is on the internet from then on.

    When it is fine: the cluster serves websites, and this is their entrance. Where the
    Service of the add-on is in the input, it is judged itself and not listed here. By
    default annotations of the NginxIngressController `default` decide, which are not
    read: then it is possible, and no more.

    Source: AKS docs, app-routing-nginx-configuration, "Control the default NGINX
    ingress controller configuration", read 2026-11-29.
    """

    code = "AKS309"
    name = "ingress-public-by-default"
    severity = Severity.MEDIUM
    controls = OPEN_PORTS
    bad: ClassVar = {
        "cluster.yaml": """
            type: Microsoft.ContainerService/managedClusters
            name: shop
            location: westeurope
            properties:
              networkProfile: {networkPlugin: azure, networkPluginMode: overlay}
              ingressProfile:
                webAppRouting:
                  enabled: true  # finding
              agentPoolProfiles: [{name: system, count: 3}]
            """,
    }
    good: ClassVar = {
        "cluster.yaml": bad["cluster.yaml"].replace(
            "enabled: true  # finding",
            "enabled: true\n"
            "                  nginx: {defaultIngressControllerType: Internal}",
        ),
    }

    def check(self, case: Case) -> Iterator[Finding]:
        cluster = case.cluster
        if cluster is None or not cluster.details.get(_ON).is_surely(value=True):
            return
        kind = cluster.details.get(_TYPE)
        if str(kind.value or "").lower() not in _PUBLIC:
            return
        services = case.snapshot.objects.services
        if any(item.namespace == _NAMESPACE for item in services):
            return
        stated = kind.state is State.STATED
        origin = kind.origin if stated else cluster.details.get(_ON).origin
        surely = str(kind.value).lower() == "external"
        how = (
            "as it is set to"
            if surely
            else "unless the NginxIngressController `default` is annotated as internal"
        )
        yield self.finding(
            cluster.name,
            f"application routing publishes its ingress controller by a public load "
            f"balancer, {how}",
            "make it internal: `az aks approuting update --nginx Internal`",
            origin=origin or cluster.origin,
            confidence=Confidence.PROVED if surely else Confidence.POSSIBLE,
        )
