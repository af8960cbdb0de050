"""Service tags: the weekly file, and the answer of the discovery API.

Both list `values` with a `name` and `properties.addressPrefixes`, under a `cloud` and
a `changeNumber`.

Source: Azure docs, service-tags-overview, "Service tags in on-premises", read 2026-08;
the published files of 2025-10 and 2025-11.
"""

from collections.abc import Iterator

from seawall.ingest.azure.records.rule_terms import service_tag
from seawall.ingest.azure.records.values import shown, text
from seawall.ingest.notes import Notes
from seawall.ingest.resource import Field
from seawall.model.address import AddressRange
from seawall.model.filter import AddressTerm, ServiceTag
from seawall.model.firewall import ApplicationRule, FirewallRule
from seawall.model.origin import Origin
from seawall.model.snapshot import Fabric
from seawall.model.tag import KnownTag, TagList

_NOWHERE = Origin("")
_COMMAND = "az network list-service-tags --location REGION -o json"
_BY_PLACE = ("virtualnetwork", "internet", "azureloadbalancer")
"""Tags that mean something of their own at every subnet; no list has them."""


def is_tag_list(value: object) -> bool:
    """Whether *value* lists service tags with their addresses."""
    return _body(Field(value, _NOWHERE)) is not None


def _body(field: Field) -> Field | None:
    """Return what lists the tags: a file, or the body of a recorded answer."""
    if not isinstance(field.value, dict):
        return None
    first = next(iter(field.get("values").items()), None)
    if first is not None and first.get("addressPrefixes").is_given:
        return field
    responses = field.get("responses")
    keys = sorted(responses.value, key=str) if isinstance(responses.value, dict) else ()
    found = (_body(responses.get(str(key)).get("body")) for key in keys)
    return next((body for body in found if body is not None), None)


def read_tag_list(value: object, origin: Origin, notes: Notes) -> TagList:
    """Return the tags of a document that `is_tag_list` accepts."""
    body = _body(Field(value, origin)) or Field(value, origin)
    found: dict[str, KnownTag] = {}
    for item in body.get("values").items():
        tag = _tag(item, notes)
        if tag is not None:
            found[tag.name] = tag
    return TagList(
        cloud=text(body.get("cloud")) or "",
        change_number=_number(body.get("changeNumber")),
        tags=tuple(found[name] for name in sorted(found)),
        origin=origin,
    )


def _number(field: Field) -> str:
    value = field.value
    return str(value) if isinstance(value, int | str) else ""


def _tag(item: Field, notes: Notes) -> KnownTag | None:
    """Return one tag; None if a part of it cannot be read, so that it is unknown."""
    name = text(item.get("name")) or ""
    prefixes: list[AddressRange] = []
    listed = item.get("addressPrefixes")
    for prefix in listed.items():
        try:
            prefixes.append(AddressRange.parse(text(prefix) or ""))
        except ValueError:
            notes.error(
                prefix.origin,
                f"`{shown(prefix)}` is not an address prefix of a service tag",
                f"what `{name}` stands for is unknown where one of its prefixes is",
                f"download the file again, or give the output of `{_COMMAND}`",
            )
            return None
    if service_tag(name) is None or not isinstance(listed.value, list):
        notes.error(
            item.origin,
            f"`{shown(item.get('name'))}` is no service tag with `addressPrefixes`",
            "a list of service tags gives each its name and its prefixes",
            f"download the file again, or give the output of `{_COMMAND}`",
        )
        return None
    return KnownTag(name.lower(), tuple(prefixes))


def held(lists: list[TagList], wanted: str | None, notes: Notes) -> TagList | None:
    """Return the list that holds, of several in an input.

    Args:
        lists: Those that were read.
        wanted: The path of the one that the user chose, if any.
        notes: Takes what must be told.
    """
    named = [item for item in lists if item.origin.path == wanted]
    found = named or lists
    if len({(item.cloud.lower(), item.tags) for item in found}) <= 1:
        return found[0] if found else None
    told = " and ".join(str(item) for item in found)
    newest = max(found, key=lambda item: (item.change_number.zfill(9), item.tags))
    if len({item.cloud.lower() for item in found}) > 1:
        notes.error(
            found[-1].origin,
            f"the input lists the service tags of two clouds: {told}",
            "each cloud has its own addresses, so none of these lists is used",
            "choose one with `--service-tags FILE`",
        )
        return None
    notes.warning(
        found[-1].origin,
        f"the input lists the service tags of two weeks: {told}",
        f"the newest is used: {newest}",
        "choose one with `--service-tags FILE`",
    )
    return newest


def tell(fabric: Fabric, notes: Notes) -> None:
    """Say which list is used, and which tags of the input it does not hold."""
    listed = fabric.service_tags
    if listed is None:
        return
    notes.assume(
        "service-tags-as-listed",
        f"service tags stand for the addresses that {listed} gives them; Azure may "
        "use a newer list",
        "Azure docs, service-tags-overview, read 2026-08",
    )
    known = {tag.name for tag in listed.tags}
    missing: dict[str, tuple[str, Origin]] = {}
    for name, origin in _named(fabric):
        own = name.lower() in _BY_PLACE or name.lower().startswith("azureplatform")
        if not own and name.lower() not in known:
            missing.setdefault(name.lower(), (name, origin))
    for _, (name, origin) in sorted(missing.items()):
        notes.unmodelled(
            origin,
            f"the service tag `{name}` is not in {listed}",
            "which addresses it stands for is unknown, and so is what it matches",
            f"check its spelling, or give a newer list: `{_COMMAND}`",
        )


def _named(fabric: Fabric) -> Iterator[tuple[str, Origin]]:
    """Yield every service tag that the network names, with its place."""
    for terms, origin in _terms(fabric):
        for term in terms:
            if isinstance(term, ServiceTag):
                yield term.name, origin
    for resource in fabric.resources:
        for tag in resource.allowed_tags:
            yield tag, resource.origin


def _terms(
    fabric: Fabric,
) -> Iterator[tuple[tuple[AddressTerm | None, ...], Origin]]:
    for group in fabric.security_groups:
        for rule in group.rules:
            yield (*rule.sources, *rule.destinations), rule.origin
    for admin in fabric.admin_rules:
        for each in admin.rules:
            yield (*each.sources, *each.destinations), each.origin
    for table in fabric.route_tables:
        for route in table.routes:
            yield (route.destination,), route.origin
    for firewall in fabric.firewalls:
        for collection in firewall.collections:
            for one in collection.rules:
                yield (*one.sources, *_destinations(one)), one.origin


def _destinations(rule: FirewallRule) -> tuple[AddressTerm, ...]:
    return () if isinstance(rule, ApplicationRule) else rule.destinations
