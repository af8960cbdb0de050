"""The application gateway that the ingress add-on runs."""

from dataclasses import replace

from seawall.ingest.aks.draft import Draft, put
from seawall.model.diagnostic import Level
from seawall.model.snapshot import Fabric, KubernetesObjects
from seawall.model.translation import ApplicationGateway
from seawall.model.way_in import CONTAINERS


def listening(fabric: Fabric, objects: KubernetesObjects) -> Fabric:
    """Return a network whose gateways for containers listen as Kubernetes objects say.

    Source: Azure docs, application-gateway/for-containers, components: the controller
    sets up listeners for Gateways and Ingresses of its class.
    """
    if not any(gateway.for_containers for gateway in fabric.application_gateways):
        return fabric
    ports = {
        port
        for way in objects.ways_in
        if way.proxy.device == CONTAINERS
        for port in way.listens
    }
    gateways = tuple(
        _followed(replace(it, listener_ports=tuple(sorted(ports))))
        if it.for_containers
        else it
        for it in fabric.application_gateways
    )
    return replace(fabric, application_gateways=gateways)


def _followed(gateway: ApplicationGateway) -> ApplicationGateway:
    """Return a gateway whose controller writes what its listeners lead to."""
    return replace(gateway, follows_ingresses=True, routes=())


def mark_application_gateway(draft: Draft) -> None:
    """Mark the gateway whose backends AKS fills from Ingress objects.

    Source: Azure docs, application-gateway/ingress-controller-overview, read 2026-08.
    """
    wanted = draft.record.application_gateway.lower()
    if not wanted:
        return
    for gateway in draft.fabric.application_gateways:
        if wanted in (gateway.id, gateway.name.lower()):
            gateways = put(draft.fabric.application_gateways, _followed(gateway))
            draft.fabric = replace(draft.fabric, application_gateways=gateways)
            return
    draft.tell(
        Level.UNMODELLED,
        draft.cluster.origin,
        what=f"the application gateway `{draft.record.application_gateway}` of the "
        "ingress add-on is not in the input",
        why="it opens a door to the pods behind Ingress objects, and where it listens "
        "and stands is not known",
        mend="add the gateway to the input",
    )
