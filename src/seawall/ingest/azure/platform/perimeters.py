"""Network security perimeters around platform resources.

Source: Azure docs, network-security-perimeter-concepts and -transition; Azure SDK,
Microsoft.Network; azurerm provider, network_security_perimeter_access_rule.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from seawall.ingest.azure.records.catalogue import Catalogue
from seawall.ingest.azure.records.values import has_unresolved, prefix, text, texts
from seawall.ingest.identity import last_name, referenced_id
from seawall.ingest.notes import Notes
from seawall.ingest.resource import PLANNED, Field, ResourceRecord
from seawall.model.address import AddressRange, merged
from seawall.model.origin import Origin
from seawall.model.perimeter import Perimeter
from seawall.model.setting import Setting
from seawall.model.snapshot import Fabric

PERIMETERS = "microsoft.network/networksecurityperimeters"
_ASSOCIATIONS = f"{PERIMETERS}/resourceassociations"
_PROFILES = f"{PERIMETERS}/profiles"
_CONFIGURATIONS = "networksecurityperimeterconfigurations"
_SECURED = "securedbyperimeter"
_VAULTS = "microsoft.keyvault/vaults"
_ONBOARDED = frozenset(
    {
        _VAULTS,
        "microsoft.storage/storageaccounts",
        "microsoft.sql/servers",
        "microsoft.documentdb/databaseaccounts",
        "microsoft.eventhub/namespaces",
        "microsoft.search/searchservices",
    }
)
"""Kinds that the documentation lists as fit for a perimeter."""


def is_secured(record: ResourceRecord) -> bool:
    """Whether a resource leaves its public access to a perimeter."""
    written = text(record.body.get("publicNetworkAccess")) or ""
    return written.lower() == _SECURED


@dataclass(frozen=True, slots=True)
class _Association:
    """One association, before what the resource itself says.

    Attributes:
        resource: Id of the resource; None when not known, so that it may be any.
        mode: The field with the access mode.
        body: What is the same whatever the resource says; `alone` is not settled.
    """

    resource: str | None
    mode: Field
    body: Perimeter


@dataclass(slots=True)
class _Rules:
    ranges: list[AddressRange] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    others: str = ""

    def hide(self, why: str) -> None:
        self.others = self.others or why


class Perimeters:
    """The associations of an input, by resource."""

    def __init__(self, catalogue: Catalogue, notes: Notes) -> None:
        self._notes = notes
        found = [
            *self._reported(catalogue),
            *(
                self._associated(catalogue, item)
                for item in catalogue.of(_ASSOCIATIONS)
            ),
        ]
        self._any = [each for each in found if each.resource is None]
        self._by_resource: dict[str, list[_Association]] = {}
        for each in found:
            if each.resource is not None:
                self._by_resource.setdefault(each.resource, []).append(each)

    def around(self, record: ResourceRecord) -> Perimeter | None:
        """Return the perimeter that a resource is associated with, if one is known."""
        found = self._by_resource.get(record.id) or self._any
        if not found:
            return _unseen(record) if is_secured(record) else None
        first = found[0]
        if len({each.body.name.lower() for each in found}) > 1:
            self._notes.error(
                first.body.origin,
                f"`{record.name}` is associated with several perimeters",
                "a resource can only be in one; which one holds is not known",
                "keep one of the associations",
            )
            return _unsettled(first.body, "which of several perimeters it is in")
        if first.resource is None:
            return _unsettled(
                first.body, "an association does not say of which resource"
            )
        if record.type not in _ONBOARDED:
            why = "that perimeters hold for this kind of resource is not documented"
            return _unsettled(first.body, why)
        body = first.body
        if body.tags and record.type != _VAULTS:
            why = "service tags of perimeters are documented for Key Vault only"
            body = replace(body, tags=(), others=body.others or why)
        return replace(body, alone=_alone(first.mode, record))

    def _reported(self, catalogue: Catalogue) -> Iterable[_Association]:
        """Yield what resources themselves report that they apply."""
        for kind, records in sorted(catalogue.types().items()):
            if not kind.endswith(f"/{_CONFIGURATIONS}"):
                continue
            for record in sorted(records, key=lambda record: record.id):
                home = referenced_id(record.body.get("networkSecurityPerimeter"))
                profile = record.body.get("profile")
                rules = _Rules()
                listed = profile.get("accessRules")
                if not isinstance(listed.value, list) or listed.unresolved:
                    rules.hide(listed.unresolved or "its access rules are not listed")
                for item in listed.items():
                    self._add(rules, item)
                mode = record.body.walk("resourceAssociation", "accessMode")
                yield _Association(
                    record.parent or None,
                    mode,
                    _body(record.id, last_name(home or "?"), rules, record.origin),
                )

    def _associated(self, catalogue: Catalogue, record: ResourceRecord) -> _Association:
        target = record.body.get("privateLinkResource")
        resource = referenced_id(target)
        if resource is None:
            self._notes.error(
                record.origin,
                f"the association `{record.name}` does not say of which resource",
                target.unresolved or "it names its `privateLinkResource`",
                "give the id of the resource, or an input in which it is known",
            )
        wanted = record.body.get("profile")
        profile = referenced_id(wanted)
        rules = _Rules()
        name = last_name(record.parent) if record.parent else "?"
        if profile is None:
            rules.hide(wanted.unresolved or "the association names no profile")
        else:
            name = self._profile(catalogue, record, profile, rules) or name
        body = _body(record.id, name, rules, record.origin)
        return _Association(resource, record.body.get("accessMode"), body)

    def _profile(
        self, catalogue: Catalogue, by: ResourceRecord, profile: str, rules: _Rules
    ) -> str:
        """Read the rules of a profile, and return the name of its perimeter."""
        known = catalogue.find(_PROFILES, profile)
        parts = catalogue.parts(known, "accessRules") if known else []
        children = parts or catalogue.children(profile, f"{_PROFILES}/accessrules")
        if known is not None:
            rules.others = has_unresolved(known.body.get("accessRules"))
        for item in children:
            self._add(rules, item.body)
        complete = known is not None and by.source in PLANNED
        if not children and not complete:
            why = f"the access rules of profile `{last_name(profile)}` are not given"
            rules.hide(why)
            self._notes.error(
                by.origin,
                f"{why}, and `{by.name}` associates a resource with it",
                "whom a perimeter admits stands in its rules",
                "add the output of `az network perimeter profile access-rule list "
                "-o json`",
            )
        owner = (
            known.parent if known is not None else profile.rpartition("/profiles/")[0]
        )
        return last_name(owner) if owner else ""

    def _add(self, rules: _Rules, rule: Field) -> None:
        """Add what one access rule admits from outside."""
        direction = rule.get("direction")
        if (text(direction) or "").lower() == "outbound":
            return
        if (text(direction) or "").lower() != "inbound":
            rules.hide(direction.unresolved or "a rule does not say its direction")
        addresses, tags = rule.get("addressPrefixes"), rule.get("serviceTags")
        for part in (addresses, tags, rule.get("subscriptions")):
            if why := has_unresolved(part):
                rules.hide(why)
        for item in addresses.items():
            found = prefix(item, self._notes)
            if found is None:
                rules.hide("an address in one of its rules cannot be read")
            elif (text(direction) or "").lower() == "inbound":
                rules.ranges.append(found)
        rules.tags += texts(tags)
        if any(True for _ in rule.get("subscriptions").items()):
            rules.hide(
                "a rule admits identities of subscriptions, and who has one is not read"
            )


def assume_no_perimeter(fabric: Fabric, catalogue: Catalogue, notes: Notes) -> None:
    """Say which resources are taken to be in no perimeter, for want of an association.

    Source: Azure docs, network-security-perimeter-concepts.
    """
    shown = {
        record.id: f"`{record.name}`"
        for kind in _ONBOARDED
        for record in catalogue.of(kind)
    }
    settled = [f"{each.id}/" for each in fabric.resources if each.perimeter is not None]
    names = sorted(
        name
        for id_, name in shown.items()
        if not any(part.startswith(f"{id_}/") for part in settled)
    )
    if names:
        notes.assume(
            "in-no-perimeter",
            f"{', '.join(names)} {'is' if len(names) == 1 else 'are'} in no network "
            "security perimeter; `az network perimeter association list` would tell",
            "Azure docs, network-security-perimeter-concepts",
        )


def _body(id_: str, name: str, rules: _Rules, origin: Origin) -> Perimeter:
    return Perimeter(
        id=id_,
        name=name,
        alone=Setting.unknown("what the resource says is not read yet"),
        ranges=merged(rules.ranges),
        tags=tuple(dict.fromkeys(rules.tags)),
        others=rules.others,
        origin=origin,
    )


def _unseen(record: ResourceRecord) -> Perimeter:
    """Return what decides about a secured resource whose association is not given."""
    origin = record.body.get("publicNetworkAccess").origin
    why = (
        "its association is not in the input; `az network perimeter association list` "
        "tells of it"
    )
    return Perimeter(
        id=f"{record.id}#perimeter",
        name=f"of {record.name}",
        alone=Setting.stated(True, origin),  # noqa: FBT003
        ranges=(),
        tags=(),
        others=why,
        origin=origin,
    )


def _unsettled(body: Perimeter, why: str) -> Perimeter:
    """Return a perimeter that may hold or not, and admit anybody or nobody."""
    return replace(
        body,
        alone=Setting.unknown(why, body.origin),
        ranges=(),
        tags=(),
        others=why,
    )


def _alone(mode: Field, record: ResourceRecord) -> Setting[bool]:
    """Return whether the perimeter decides alone about a resource.

    Source: Azure docs, network-security-perimeter-transition: so it does in enforced
    mode, and where the resource is secured by perimeter; in learning mode, the default,
    the resource's own rules are asked too.
    """
    public = record.body.get("publicNetworkAccess")
    if is_secured(record):
        return Setting.stated(True, public.origin)  # noqa: FBT003
    if mode.unresolved and not mode.left_to_service:
        return Setting.unknown(mode.unresolved, mode.origin)
    written = (text(mode) or "learning").lower()
    if written == "enforced":
        return Setting.stated(True, mode.origin)  # noqa: FBT003
    if written != "learning":
        why = f"what the access mode `{text(mode)}` lets pass is not documented"
        return Setting.unknown(why, mode.origin)
    if public.unresolved and not public.left_to_service:
        return Setting.unknown(public.unresolved, public.origin)
    return Setting.stated(False, mode.origin)  # noqa: FBT003
