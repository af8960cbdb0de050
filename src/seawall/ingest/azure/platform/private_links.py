"""Private Link services, and the origins of Azure Front Door.

Source: Azure SDK, Microsoft.Network privateLinkServices and Microsoft.Cdn profiles;
Azure docs, private-link-service-overview and frontdoor private-link, read 2026-08.
"""

from seawall.ingest.azure.records.catalogue import Catalogue
from seawall.ingest.azure.records.values import address, has_unresolved, text, texts
from seawall.ingest.identity import last_name, referenced_id
from seawall.ingest.notes import Notes
from seawall.ingest.resource import Field, ResourceRecord
from seawall.model.private_link import FrontDoorOrigin, PrivateLinkService
from seawall.model.setting import Setting

LINK_SERVICES = "microsoft.network/privatelinkservices"
PROFILES = "microsoft.cdn/profiles"
ORIGINS = "microsoft.cdn/profiles/origingroups/origins"
_ENDS = "microsoft.cdn/profiles/"


def private_link_services(
    catalogue: Catalogue, notes: Notes
) -> tuple[PrivateLinkService, ...]:
    """Convert the Private Link services."""
    return tuple(
        _service(catalogue, record, notes) for record in catalogue.of(LINK_SERVICES)
    )


def _service(
    catalogue: Catalogue, record: ResourceRecord, notes: Notes
) -> PrivateLinkService:
    body = record.body
    parts = catalogue.parts(record, "ipConfigurations")
    subnets = (referenced_id(part.body.get("subnet")) for part in parts)
    addresses = (address(part.body.get("privateIPAddress"), notes) for part in parts)
    fronts = body.get("loadBalancerFrontendIpConfigurations")
    # A front end that Terraform has yet to make is `?`.
    front = next((referenced_id(item) for item in fronts.items()), None)
    balancer, _, name = (front or "").partition("/frontendipconfigurations/")
    return PrivateLinkService(
        id=record.id,
        name=record.name,
        subnets=tuple(dict.fromkeys(item for item in subnets if item)),
        addresses=tuple(item for item in addresses if item is not None),
        balancer=(balancer or None) if name else None,
        front_end=last_name(name) if name not in ("", "?") else None,
        visible_to=_subscriptions(body.get("visibility")),
        auto_approved=_subscriptions(body.get("autoApproval")),
        origin=record.origin,
    )


def _subscriptions(field: Field) -> Setting[tuple[str, ...]]:
    """Return the subscriptions that are named; none means those with a role on it."""
    listed = field.get("subscriptions")
    if field.left_to_service or listed.left_to_service:
        why = "only who holds a role on it"
        return Setting[tuple[str, ...]].defaulted((), why, field.origin)
    why = has_unresolved(listed)
    if why:
        return Setting.unknown(why, listed.origin)
    return Setting.stated(texts(listed), listed.origin)


def front_door_origins(catalogue: Catalogue) -> tuple[FrontDoorOrigin, ...]:
    """Convert the origins of Front Door, Standard and Premium."""
    return tuple(_origin(record) for record in catalogue.of(ORIGINS))


def _origin(record: ResourceRecord) -> FrontDoorOrigin:
    body = record.body
    shared = body.get("sharedPrivateLinkResource")
    state = text(shared.get("status"))
    approved = Setting[bool].unknown(
        "the owner of what it leads to must approve the connection", shared.origin
    )
    if state is not None:
        approved = Setting.stated(state.lower() == "approved", shared.origin)
    parts = record.id.split("/")
    profile = parts[parts.index("profiles") + 1] if "profiles" in parts[:-1] else ""
    return FrontDoorOrigin(
        id=record.id,
        name=f"{profile}/{record.name}" if profile else record.name,
        host=(text(body.get("hostName")) or "").lower(),
        target=referenced_id(shared.get("privateLink")) if shared.is_given else None,
        approved=approved,
        origin=record.origin,
    )
