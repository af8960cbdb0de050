"""Service endpoint policies.

Source: Azure docs, virtual-network-service-endpoint-policies-overview; Azure SDK,
Microsoft.Network.
"""

from seawall.ingest.azure.records.catalogue import Catalogue
from seawall.ingest.azure.records.values import has_unresolved, text, texts
from seawall.ingest.notes import Notes
from seawall.ingest.resource import ResourceRecord
from seawall.model.endpoint import EndpointPolicy
from seawall.model.setting import Setting

ENDPOINT_POLICIES = "microsoft.network/serviceendpointpolicies"
_STORAGE = ("microsoft.storage", "")
_DEFINITIONS = "serviceEndpointPolicyDefinitions"


def endpoint_policies(catalogue: Catalogue, notes: Notes) -> tuple[EndpointPolicy, ...]:
    """Convert the service endpoint policies, as far as they are about storage."""
    return tuple(
        _policy(catalogue, record, notes) for record in catalogue.of(ENDPOINT_POLICIES)
    )


def _policy(
    catalogue: Catalogue, record: ResourceRecord, notes: Notes
) -> EndpointPolicy:
    listed: list[str] = []
    hidden = has_unresolved(record.body.get(_DEFINITIONS))
    for part in catalogue.parts(record, _DEFINITIONS):
        service = (text(part.body.get("service")) or "").lower()
        if service not in _STORAGE:
            hidden = hidden or f"what `{service}` adds is not modelled"
            continue
        resources = part.body.get("serviceResources")
        hidden = hidden or has_unresolved(resources)
        listed += [item.lower().rstrip("/") for item in texts(resources)]
    for key in ("serviceAlias", "contextualServiceEndpointPolicies"):
        if record.body.get(key).is_given:
            hidden = hidden or f"what `{key}` adds is not modelled"
    if hidden:
        notes.unmodelled(
            record.origin,
            f"not all that the service endpoint policy `{record.name}` lists is known",
            hidden,
            "give an input in which it is known",
        )
    return EndpointPolicy(
        id=record.id,
        name=record.name,
        resources=tuple(dict.fromkeys(listed)),
        complete=Setting.unknown(hidden, record.origin)
        if hidden
        else Setting.stated(True, record.origin),  # noqa: FBT003
        origin=record.origin,
    )
