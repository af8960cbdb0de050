"""Who is let to an API server beside its network: public access, trusted access.

Source: Azure SDK, Microsoft.ContainerService, managedClusters `publicNetworkAccess` and
trustedAccessRoleBindings; AKS docs, trusted-access-feature, read 2026-08.
"""

from seawall.ingest.azure.records.catalogue import Catalogue
from seawall.ingest.azure.records.values import setting, text, texts
from seawall.ingest.identity import referenced_id
from seawall.ingest.notes import Notes
from seawall.ingest.resource import Field, ResourceRecord
from seawall.model.control_plane import TrustedAccess
from seawall.model.setting import Setting

_CHILD = "trustedAccessRoleBindings"
_PERIMETER = "securedbyperimeter"


def trusted_access(
    catalogue: Catalogue, record: ResourceRecord
) -> tuple[TrustedAccess, ...]:
    """Return the bindings of one cluster, by name."""
    found = (
        TrustedAccess(
            name=part.name,
            source=referenced_id(part.body.get("sourceResourceId")) or "",
            roles=texts(part.body.get("roles")),
            origin=part.body.origin,
        )
        for part in catalogue.parts(record, _CHILD)
    )
    return tuple(sorted(found, key=lambda item: item.name))


def public_access(body: Field, notes: Notes) -> Setting[bool]:
    """Return whether the cluster answers the public network at all, as written."""
    field = body.get("publicNetworkAccess")
    if (text(field) or "").lower() == _PERIMETER:
        why = "a network security perimeter decides, which is not modelled"
        return Setting.unknown(why, field.origin)
    return setting(
        field,
        Setting.defaulted(True, "AKS docs, private-clusters"),  # noqa: FBT003
        lambda item: {"enabled": True, "disabled": False}.get(
            (text(item) or "").lower()
        ),
        notes=notes,
        allowed="`Enabled`, `Disabled` or `SecuredByPerimeter`",
    )
