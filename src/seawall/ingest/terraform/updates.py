"""What `azapi_update_resource` changes in resources that stand elsewhere.

It names what it changes by `resource_id`, or by `parent_id` and `name`.

Source: Azure/terraform-provider-azapi, docs/resources/update_resource.
"""

from collections.abc import Sequence
from dataclasses import replace

from seawall.ingest.identity import last_name, normal_id
from seawall.ingest.notes import Notes
from seawall.ingest.resource import Field, ResourceRecord
from seawall.ingest.terraform.attributes import KINDS
from seawall.ingest.terraform.instance import Block
from seawall.ingest.terraform.links import Links
from seawall.ingest.terraform.shape import linked

UPDATE = "azapi_update_resource"

_LISTS = {
    "microsoft.containerservice/managedclusters/agentpools": "agentPoolProfiles",
    "microsoft.network/virtualnetworks/subnets": "subnets",
}
"""Parts that their parent may list itself."""


def changed_by(block: Block, links: Links, arm: str) -> str:
    """Return the id of what an update changes; empty where it cannot be told."""
    found = linked(block, links, "resource_id", _kinds(arm))
    if isinstance(found.value, str) and found.value:
        return found.value
    above_type, _, segment = arm.rpartition("/")
    above = linked(block, links, "parent_id", _kinds(above_type))
    name = block.values.get("name")
    if isinstance(above.value, str) and isinstance(name, str):
        return f"{above.value}/{segment}/{name.lower()}"
    return ""


def _kinds(arm: str) -> tuple[str, ...]:
    named = (name for name, kind in KINDS.items() if kind.arm == arm)
    return (*named, "azapi_resource")


def updated(
    records: list[ResourceRecord], updates: Sequence[ResourceRecord], notes: Notes
) -> list[ResourceRecord]:
    """Return the records with what updates change in them."""
    found = list(records)
    for update in updates:
        if not _put(found, update):
            notes.unmodelled(
                update.origin,
                f"`{update.id}` changes a resource that cannot be told",
                "what it changes there is not seen",
                "add the resource that it names",
            )
    return found


def _put(records: list[ResourceRecord], update: ResourceRecord) -> bool:
    """Write an update into what it names, and return whether that was found."""
    above = normal_id(update.parent).rpartition("/")[0].rpartition("/")[0]
    name = last_name(update.parent)
    for at, record in enumerate(records):
        if record.type != update.type:
            continue
        is_part = record.parent == above and record.name.lower() == name
        if update.parent and (record.id == update.parent or (above and is_part)):
            records[at] = replace(record, body=_over(record.body, update.body))
            return True
    listed = _LISTS.get(update.type)
    if not listed or not above:
        return False
    parent_type = update.type.rpartition("/")[0]
    for at, record in enumerate(records):
        if record.type == parent_type and record.id == above:
            body = _with_part(record.body, listed, name, update.body)
            if body is not None:
                records[at] = replace(record, body=body)
                return True
    return False


def _with_part(body: Field, listed: str, name: str, update: Field) -> Field | None:
    """Return a body with one part of a list changed; None if it has no such part."""
    parts = body.get(listed)
    if not isinstance(parts.value, list) or not isinstance(body.value, dict):
        return None
    items = list(parts.items())
    names = [str(item.get("name").value).lower() for item in items]
    if name not in names:
        return None
    at = names.index(name)
    new = [*items[:at], _over(items[at], update), *items[at + 1 :]]
    return Field({**body.value, listed: Field(new, parts.origin)}, body.origin)


def _over(known: Field, update: Field) -> Field:
    """Return values with others put over them, key by key."""
    if not isinstance(known.value, dict) or not isinstance(update.value, dict):
        return update
    flat = update.get("properties") if "properties" in update.value else update
    out = {**known.value}
    for key in flat.value if isinstance(flat.value, dict) else ():
        held, new = known.get(str(key)), flat.get(str(key))
        out[str(key)] = _over(held, new) if isinstance(held.value, dict) else new
    return Field(out, known.origin)
