"""The application gateway that the ingress add-on runs."""

from dataclasses import replace

from seawall.ingest.aks.draft import Draft, put
from seawall.model.diagnostic import Level


def mark_application_gateway(draft: Draft) -> None:
    """Mark the gateway whose backends AKS fills from Ingress objects.

    Source: Azure docs, application-gateway/ingress-controller-overview, read 2026-08.
    """
    wanted = draft.record.application_gateway.lower()
    if not wanted:
        return
    for gateway in draft.fabric.application_gateways:
        if wanted in (gateway.id, gateway.name.lower()):
            followed = replace(gateway, follows_ingresses=True)
            gateways = put(draft.fabric.application_gateways, followed)
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
