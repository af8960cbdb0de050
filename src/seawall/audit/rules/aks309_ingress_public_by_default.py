"""AKS309: an add-on that publishes an ingress controller by itself."""

from collections.abc import Iterator
from typing import ClassVar

from seawall.audit.controls import OPEN_PORTS
from seawall.audit.finding import Confidence, Finding, Severity
from seawall.audit.rule import Rule
from seawall.model.service import NginxController
from seawall.model.setting import State
from seawall.query.case import Case

_ON = "ingressProfile.webAppRouting.enabled"
_TYPE = "ingressProfile.webAppRouting.nginx.defaultIngressControllerType"
_NAMESPACE = "app-routing-system"
INTERNAL = "service.beta.kubernetes.io/azure-load-balancer-internal"
_PUBLIC = ("annotationcontrolled", "external")


class IngressPublicByDefault(Rule):
    """Application routing publishes its ingress controller to the internet.

    Why it matters: turning the add-on on makes a load balancer with a public address
    that is open on ports 80 and 443, without a manifest that anybody reviewed. Every
    Ingress of its class is on the internet from then on.

    When it is fine: the cluster serves websites, and this is their entrance. Where the
    Services of the add-on are in the input, they are judged themselves and not listed
    here. Annotations of a NginxIngressController decide for its load balancer, and by
    default for that of the add-on too: without the one called `default` in the input,
    it is possible, and no more.

    Source: AKS docs, app-routing-nginx-configuration, "Control the default NGINX
    ingress controller configuration" and "Create another public facing NGINX ingress
    controller", read 2026-11-30.
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
        objects = case.snapshot.objects
        if any(item.namespace == _NAMESPACE for item in objects.services):
            return
        kind = cluster.details.get(_TYPE)
        set_to = str(kind.value or "").lower()
        written = {item.name: item for item in objects.controllers}
        own = written.pop("default", None) if set_to != "none" else None
        if set_to in _PUBLIC and (set_to == "external" or not _is_internal(own)):
            stated = kind.state is State.STATED
            origin = kind.origin if stated else cluster.details.get(_ON).origin
            surely = set_to == "external" or own is not None
            yield self.finding(
                cluster.name,
                "application routing publishes its ingress controller by a public load "
                f"balancer, {_how(set_to, own)}",
                "make it internal: `az aks approuting update --nginx Internal`",
                origin=own.origin if own and set_to != "external" else origin,
                confidence=Confidence.PROVED if surely else Confidence.POSSIBLE,
            )
        for item in written.values():
            if not _is_internal(item):
                yield self.finding(
                    item.name,
                    "application routing publishes the ingress controller "
                    f"`{item.name}` by a public load balancer",
                    f"annotate its load balancer: `{INTERNAL}` = `true`",
                    origin=item.origin,
                    confidence=Confidence.PROVED,
                )


def _how(set_to: str, own: NginxController | None) -> str:
    if set_to == "external":
        return "as it is set to"
    if own is not None:
        return "as the NginxIngressController `default` does not make it internal"
    return "unless the NginxIngressController `default` is annotated as internal"


def _is_internal(item: NginxController | None) -> bool:
    notes = dict(item.annotations) if item is not None else {}
    return notes.get(INTERNAL, "").strip().lower() == "true"
