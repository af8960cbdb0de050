"""From instances of plans, states and configurations to resources as ARM has them."""

import json
from collections.abc import Sequence

from seawall.ingest.doubts.trusted import trust
from seawall.ingest.identity import (
    group_of,
    last_name,
    normal_id,
    parent_of,
    region_name,
)
from seawall.ingest.notes import Notes
from seawall.ingest.resource import Field, ResourceRecord, Source, Unresolved
from seawall.ingest.terraform.associations import TIES, tie, without_doubtful
from seawall.ingest.terraform.attributes import KINDS
from seawall.ingest.terraform.attributes.workload import is_object
from seawall.ingest.terraform.by_other_means import (
    BY_OTHERS,
    changes_by_any_type,
    changes_by_others,
    is_of_any_type,
)
from seawall.ingest.terraform.commands import (
    COMMAND,
    SCRIPTS,
    changes_by_command,
    named,
)
from seawall.ingest.terraform.given import MODULE, changes_by
from seawall.ingest.terraform.in_arm import in_azurerm
from seawall.ingest.terraform.instance import Block, Instance
from seawall.ingest.terraform.links import Links
from seawall.ingest.terraform.shape import Kind, Parent, build, linked
from seawall.ingest.terraform.spelled import attribute_of, spelled, spelled_azapi
from seawall.ingest.terraform.updates import UPDATE, changed_by, updated

_DATA_KINDS = frozenset(
    {
        "azurerm_virtual_network",
        "azurerm_subnet",
        "azurerm_network_security_group",
        "azurerm_route_table",
        "azurerm_public_ip",
        "azurerm_private_dns_zone",
        "azurerm_key_vault",
        "azurerm_storage_account",
        "azurerm_container_registry",
        "azurerm_mssql_server",
    }
)
"""Data sources that tell enough of what they stand for."""


_HIDDEN = "`sensitive_body` is not read"


def records_of(
    found: Sequence[Instance], links: Links, notes: Notes, *, trusts: bool = False
) -> list[ResourceRecord]:
    """Return the resources, with what only ties two of them written into one.

    With *trusts*, commands are taken to change nothing.
    """
    records: list[ResourceRecord] = []
    associations: list[Instance] = []
    updates: list[ResourceRecord] = []
    changes: list[ResourceRecord] = []
    for instance in map(in_azurerm, found):
        if instance.type == MODULE:
            changes.extend(changes_by(instance, found))
            continue
        if is_of_any_type(instance):
            changes.extend(changes_by_any_type(instance, notes))
            continue
        if instance.type in BY_OTHERS and instance.source is not Source.DATA:
            changes.extend(changes_by_others(instance, notes))
            continue
        if instance.type == COMMAND or (
            instance.type in SCRIPTS and instance.source is not Source.DATA
        ):
            if trusts:
                trust(named(instance), instance.origin, notes)
            else:
                changes.extend(changes_by_command(instance, found, notes))
            continue
        if instance.type in TIES and instance.source is not Source.DATA:
            associations.append(instance)
            continue
        record = _record(instance, links, notes)
        if record is not None:
            listed = updates if instance.type == UPDATE else records
            listed.append(record)
    doubtful = {
        item.id: f"whether `{item.address}` is made is not known: {item.perhaps}"
        for item in found
        if item.perhaps
    }
    records = without_doubtful(tie(records, associations, links), doubtful)
    return [*updated(records, updates, doubtful, notes), *changes]


def _record(instance: Instance, links: Links, notes: Notes) -> ResourceRecord | None:
    if instance.source is Source.DATA and instance.type not in _DATA_KINDS:
        return None
    if instance.type in {"azapi_resource", UPDATE}:
        return _from_azapi(instance, links)
    kind = KINDS.get(instance.type)
    if kind is None:
        return None if is_object(instance.type) else _unrelated(instance)
    block = instance.block()
    return ResourceRecord(
        type=kind.arm,
        id=instance.id,
        name=last_name(_text(block, kind.name)) or _own_name(instance, kind.parent),
        resource_group=_text(block, "resource_group_name").lower()
        or group_of(instance.id),
        location=region_name(_text(block, "location")),
        body=build(kind.shape, block, links),
        parent=_parent(kind, block, links, notes),
        source=instance.source,
        spelled=spelled(kind, block),
        astray=_astray(kind, block),
        address=instance.address,
    )


def _astray(kind: Kind, block: Block) -> str:
    """Return why it is not known what a resource is a part of; empty if it is."""
    if kind.parent is None:
        return ""
    return block.field(attribute_of(kind.parent, block)).unresolved


def _own_name(instance: Instance, is_part: object) -> str:
    """Return what stands for a name that is not known: parts are told apart by it."""
    if not is_part:
        return instance.label
    return instance.address.replace(f"{instance.type}.", "", 1)


def _text(block: Block, name: str) -> str:
    value = block.values.get(name)
    return value if isinstance(value, str) else ""


def _parent(kind: Kind, block: Block, links: Links, notes: Notes) -> str:
    """Return the id of what a resource is a part of; empty when it is not known."""
    parent = kind.parent
    if parent is None:
        return ""
    found = _parent_id(parent, block, links)
    if found:
        return found
    above = parent_of(block.owner.id, kind.arm)
    if above:
        return above
    attribute = attribute_of(parent, block)
    written = _text(block, parent.name) if parent.name else ""
    if written:
        return f"{kind.arm.rpartition('/')[0]}/{written.lower()}"
    notes.error(
        block.origin.at(attribute),
        f"it cannot be told what `{block.owner.address}` belongs to",
        f"`{attribute}` is not known, and no single resource is referred to",
        "give a plan with its configuration, or the state after the deployment",
    )
    return ""


def _parent_id(parent: Parent, block: Block, links: Links) -> str:
    if parent.id:
        found = linked(block, links, parent.id, parent.kinds)
        if isinstance(found.value, str):
            return found.value
    if parent.name:
        for kind in parent.kinds:
            instance = links.named(block, parent.name, kind)
            if instance is not None:
                return instance.id
    return ""


def _from_azapi(instance: Instance, links: Links) -> ResourceRecord | None:
    """Return a resource that is configured in ARM's own words."""
    block = instance.block()
    arm = _text(block, "type").partition("@")[0].lower()
    if not arm:
        return _unrelated(instance)
    body = block.field("body")
    if isinstance(body.value, str):
        try:
            decoded: object = json.loads(body.value)
        except ValueError:
            decoded = None
        # Inside a text there are no lines; the text's own place stands for all of it.
        body = Field(decoded, body.origin)
    body = _with_identity(_with_sensitive(body, block), block)
    parent = _text(block, "parent_id")
    if instance.type == UPDATE:
        parent = changed_by(block, links, arm)
    return ResourceRecord(
        type=arm,
        id=instance.id,
        name=last_name(_text(block, "name")) or _own_name(instance, arm.count("/") > 1),
        resource_group=group_of(parent) or group_of(instance.id),
        location=region_name(_text(block, "location")),
        body=body,
        parent=normal_id(parent)
        if arm.count("/") > 1 or instance.type == UPDATE
        else "",
        source=instance.source,
        spelled=spelled_azapi(arm, block),
        astray=block.field("parent_id").unresolved,
        address=instance.address,
    )


def _with_sensitive(body: Field, block: Block) -> Field:
    """Leave open what a block states in `sensitive_body`, which goes over the rest.

    Source: Azure/terraform-provider-azapi, docs/resources/resource.
    """
    given, hidden = block.field("sensitive_body"), Unresolved(_HIDDEN)
    if not given.is_given and "sensitive_body" in (block.expressions or {}):
        # A plan keeps no value that is only written.
        told = block.expression("sensitive_body").get("constant_value", hidden)
        given = Field(told, given.origin)
    elif not given.is_given and block.field("sensitive_body_version").is_given:
        given = Field(hidden, given.origin)
    known = {} if body.value is None or body.left_to_service else body.value
    if given.left_to_service or not isinstance(known, dict):
        return body
    inner = given.get("properties")
    if not given.unresolved and not inner.is_given:
        return body
    out = body.get("properties").value
    held = dict(out) if isinstance(out, dict) else {}
    names = inner.value if isinstance(inner.value, dict) else None
    held.update((name, hidden) for name in names or ())
    if names is None or isinstance(out, Unresolved):
        return Field({**known, "properties": hidden}, body.origin)
    return Field({**known, "properties": held}, body.origin)


def _with_identity(body: Field, block: Block) -> Field:
    """Put the identity of a block where ARM has it, beside the properties."""
    found = block.blocks("identity")
    if not found or not isinstance(body.value, dict) or "identity" in body.value:
        return body
    kind = found[0].field("type")
    identity = Field({"type": kind}, found[0].origin)
    return Field({**body.value, "identity": identity}, body.origin)


def _unrelated(instance: Instance) -> ResourceRecord:
    """Return a record that only counts."""
    return ResourceRecord(
        type=instance.type,
        id=instance.id,
        name=instance.label,
        resource_group="",
        location="",
        body=Field({}, instance.origin),
        source=instance.source,
    )
