"""What `azapi_update_resource` changes in resources that stand elsewhere.

It names what it changes by `resource_id`, or by `parent_id` and `name`. What it changes
of a resource that may be any of its type, or may not be changed at all, is not known.

Source: Azure/terraform-provider-azapi, docs/resources/update_resource.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from seawall.ingest.doubts.handed import Taker, named, once
from seawall.ingest.doubts.lists import LISTS
from seawall.ingest.identity import last_name, normal_id
from seawall.ingest.notes import Notes
from seawall.ingest.resource import Change, Field, ResourceRecord, Unresolved
from seawall.ingest.terraform.attributes import KINDS
from seawall.ingest.terraform.instance import Block
from seawall.ingest.terraform.links import Links
from seawall.ingest.terraform.shape import linked

UPDATE = "azapi_update_resource"


def changed_by(block: Block, links: Links, arm: str) -> str:
    """Return the id of what an update changes; empty where it cannot be told.

    Of what a resource group holds it ends in `providers/TYPE/NAME`; the group before
    that is left out if it is not known.
    """
    found = linked(block, links, "resource_id", _kinds(arm))
    if isinstance(found.value, str) and found.value:
        return found.value
    above_type, _, segment = arm.rpartition("/")
    name = block.values.get("name")
    if not isinstance(name, str) or not name:
        return ""
    if "/" not in above_type:
        above = linked(block, links, "parent_id", _GROUPS)
        group = above.value if isinstance(above.value, str) else ""
        known = links.name_of(group, _GROUPS)
        group = f"/resourcegroups/{known}" if known else group
        within = group if "/resourcegroups/" in group.lower() else ""
        return f"{within}/providers/{arm}/{name.lower()}"
    above = linked(block, links, "parent_id", _kinds(above_type))
    if isinstance(above.value, str):
        return f"{above.value}/{segment}/{name.lower()}"
    return ""


_GROUPS = ("azurerm_resource_group", "azapi_resource")


def _kinds(arm: str) -> tuple[str, ...]:
    named = (name for name, kind in KINDS.items() if kind.arm == arm)
    return (*named, "azapi_resource")


def updated(
    records: list[ResourceRecord],
    updates: Sequence[ResourceRecord],
    doubtful: Mapping[str, str],
    notes: Notes,
) -> list[ResourceRecord]:
    """Return the records with what updates change in them.

    Args:
        records: All resources.
        updates: What changes some of them.
        doubtful: Why it is not known whether an update is made, by its id.
        notes: Takes what cannot be told.
    """
    found = list(records)
    changes: list[ResourceRecord] = []
    for update in updates:
        why = doubtful.get(update.id, "")
        meant, is_sure = _meant(found, update)
        if meant and not is_sure:
            why = f"whether `{update.id}` changes this resource is not known"
        if not update.parent or len(meant) > 1:
            why = f"which resource `{update.id}` changes is not known"
        if not update.parent:
            meant = _all_of(found, update)
        for at, part in meant:
            found[at] = _put(found[at], part, update, why)
        if not meant:
            changes += _changes(found, update)
        if not meant or not is_sure:
            notes.unmodelled(
                update.origin,
                f"`{update.id}` changes a resource that cannot be told",
                "what it changes there is not seen, and what may rest on it is unknown"
                if not meant
                else "what it may change is not known, in each that it may mean",
                "add the resource that it names",
            )
    return [*found, *changes]


def _changes(records: list[ResourceRecord], update: ResourceRecord) -> list[Change]:
    """Return what an update may change where no resource is known that it names."""
    what = f"what `{update.id}` changes is not in the input"
    taker = Taker(what, update.id, update.source)
    if "/" not in update.type:
        return list(taker.anything(update.origin))
    if update.parent and update.type.count("/") == 1:
        name = named(update.type, last_name(update.parent))
        return list(once(taker.named(update.type, name, update.origin)))
    above = _above(update)
    kind = update.type.rpartition("/")[0]
    if above and any(it.id == above for _, it in _parents(records, update)):
        return list(once(taker.named(kind, above, update.origin)))
    return list(once(taker.anything(update.origin, [update.type])))


Meant = list[tuple[int, int | None]]
"""Records by their position, and of each the part that is meant; None for the whole."""


def _meant(records: list[ResourceRecord], update: ResourceRecord) -> tuple[Meant, bool]:
    """Return what an update may mean, and whether that is surely what it names."""
    if not update.parent:
        return [], False
    for at, record in enumerate(records):
        if record.type == update.type and record.id == update.parent:
            return [(at, None)], True
    above = _above(update)
    name = last_name(update.parent)
    same: Meant = [
        (at, None)
        for at, record in enumerate(records)
        if record.type == update.type
        and record.name.lower() == name
        and _is_within(record, above, update)
    ]
    if same:
        return same, all(_is_surely_within(records[at], update) for at, _ in same)
    listed: Meant = [
        (at, part)
        for at, record in _parents(records, update)
        if record.id == above
        for part, item in enumerate(_listed(record, update))
        if _name(item) == name
    ]
    return listed, True


def _above(update: ResourceRecord) -> str:
    """Return the id of the parent of what an update names."""
    return normal_id(update.parent).rpartition("/")[0].rpartition("/")[0]


def _is_within(record: ResourceRecord, above: str, update: ResourceRecord) -> bool:
    if update.type.count("/") > 1:
        return bool(above) and record.parent == above
    groups = record.resource_group.lower(), update.resource_group.lower()
    return not all(groups) or groups[0] == groups[1]


def _is_surely_within(record: ResourceRecord, update: ResourceRecord) -> bool:
    """Whether what may be in the group that an update names surely is."""
    groups = record.resource_group, update.resource_group
    return update.type.count("/") > 1 or all(groups)


def _all_of(records: list[ResourceRecord], update: ResourceRecord) -> Meant:
    """Return every resource of the type of an update, and every part in a parent."""
    found: Meant = [
        (at, None) for at, record in enumerate(records) if record.type == update.type
    ]
    for at, record in _parents(records, update):
        found += [(at, part) for part, _ in enumerate(_listed(record, update))]
    return found


def _parents(
    records: list[ResourceRecord], update: ResourceRecord
) -> list[tuple[int, ResourceRecord]]:
    above = update.type.rpartition("/")[0]
    return [(at, each) for at, each in enumerate(records) if each.type == above]


def _listed(record: ResourceRecord, update: ResourceRecord) -> list[Field]:
    key = LISTS.get(update.type)
    return list(record.body.get(key).items()) if key else []


def _name(item: Field) -> str:
    return str(item.get("name").value).lower()


def _put(
    record: ResourceRecord, part: int | None, update: ResourceRecord, why: str
) -> ResourceRecord:
    """Write an update into a record; *why* its values are not known, if so."""
    if part is None:
        return replace(record, body=_over(record.body, update.body, why))
    key = LISTS[update.type]
    parts, body = record.body.get(key), record.body
    items = list(parts.items())
    items[part] = _over(items[part], update.body, why)
    value = body.value if isinstance(body.value, dict) else {}
    return replace(
        record, body=Field({**value, key: Field(items, parts.origin)}, body.origin)
    )


def _over(known: Field, update: Field, why: str) -> Field:
    """Return values with others put over them, key by key."""
    if not isinstance(known.value, dict) or not isinstance(update.value, dict):
        return Field(Unresolved(why), update.origin) if why else update
    flat = update.get("properties") if "properties" in update.value else update
    if flat.unresolved:
        return Field(Unresolved(why or flat.unresolved), flat.origin)
    out = {**known.value}
    for key in flat.value if isinstance(flat.value, dict) else ():
        held, new = known.get(str(key)), flat.get(str(key))
        if why and not isinstance(held.value, dict):
            new = Field(Unresolved(why), new.origin)
        out[str(key)] = _over(held, new, why) if isinstance(held.value, dict) else new
    return Field(out, known.origin)
