"""Finds the resources in whatever a tool wraps around them.

Shapes: Azure Resource Manager (one resource, or a list in `value`), Resource Graph
(`data`), `az ... -o json` (flattened, one or a list), recorded REST calls
(`responses`), and exports that wrap one resource in `data` or spell keys otherwise.
"""

import json
from collections.abc import Iterator

from seawall.ingest.azure.records.values import shown, text
from seawall.ingest.identity import (
    group_of,
    last_name,
    made_id,
    normal_id,
    parent_of,
    region_name,
    type_of,
)
from seawall.ingest.notes import Notes
from seawall.ingest.resource import Field, ResourceRecord, Source
from seawall.model.origin import Origin

_INFERRED = (
    ("agentpoolprofiles", "microsoft.containerservice/managedclusters"),
    ("securityrules", "microsoft.network/networksecuritygroups"),
    ("addressspace", "microsoft.network/virtualnetworks"),
)
"""What a body without type and id must be, by a key that only it has."""

_NAMING = frozenset({"id", "name", "type", "resourceid", "resourcename"})
_DEEPEST = 6
_NOWHERE = Origin("")


def is_effective_list(value: object) -> bool:
    """Whether *value* lists effective rules or routes of one interface."""
    found = Field(value, _NOWHERE)
    if isinstance(value, dict) and found.get("responses").is_given:
        return any(
            is_effective_list(answer.get("body").value)
            for answer in _answers(found.get("responses"))
        )
    return any(
        _states(item, "effectiveSecurityRules")
        or _states(item, "nextHopType", "source")
        for item in found.get("value").items()
    )


def _states(item: Field, *keys: str) -> bool:
    """Whether an object states all of some keys."""
    found = [item.get(key) for key in keys]
    return all(it.is_given and not it.unresolved for it in found)


def holds_resources(value: object) -> bool:
    """Whether *value* holds an Azure resource in any envelope."""
    return next(_bodies(Field(value, _NOWHERE), 0), None) is not None


def records(value: Field, notes: Notes) -> Iterator[ResourceRecord]:
    """Yield every resource in a document, its nested children included."""
    context = _recorded_name(value)
    for body in _bodies(value, 0):
        if not _is_readable(body, notes):
            continue
        record = _record(body, context)
        if record is None:
            notes.note(
                body.origin,
                "an object looks like an Azure resource and has no name",
                "a resource is known by its id, or by its name and type",
                "export it with its `id`",
            )
            continue
        yield record
        yield from _nested(record)


def _bodies(value: Field, depth: int) -> Iterator[Field]:
    """Yield the resource bodies in an envelope."""
    if depth > _DEEPEST:
        return
    if isinstance(value.value, list):
        found = False
        for item in value.items():
            for body in _bodies(item, depth + 1):
                found = True
                yield body
        if found:
            # Beside resources stands nothing else.
            yield from (it for it in value.items() if not _is_structure(it))
    elif isinstance(value.value, dict):
        value = _decoded(value)
        if _is_resource(value):
            yield value
        else:
            yield from _wrapped(value, depth)


def _is_structure(value: Field) -> bool:
    return isinstance(value.value, dict | list)


def _is_readable(body: Field, notes: Notes) -> bool:
    """Whether something is a resource; what tells which one may still be no text."""
    if not _is_structure(body):
        notes.error(
            body.origin,
            f"`{shown(body)}` stands where a resource should",
            "what was meant is not in any verdict",
            "export the resources again, as `az ... -o json` writes them",
        )
        return False
    for key, item in body.value.items() if isinstance(body.value, dict) else ():
        is_given = item is not None and not isinstance(item, str)
        if is_given and isinstance(key, str) and key.lower() in _NAMING:
            notes.error(
                body.origin.at(key),
                f"`{key}` of a resource is not a text",
                "a resource is known by it; what names the resource is not led to it",
                "export the resource again, as `az ... -o json` writes it",
            )
    return True


def _decoded(value: Field) -> Field:
    """Return a body whose properties are not a text of JSON, as exports have them."""
    body = value.value if isinstance(value.value, dict) else {}
    for key, item in body.items():
        is_text = isinstance(item, str) and item.lstrip().startswith("{")
        if is_text and isinstance(key, str) and key.lower() == "properties":
            try:
                inner: object = json.loads(item)
            except (ValueError, RecursionError):
                return value
            # Inside a text there are no lines; its own place stands for all of it.
            return Field({**body, key: Field(inner, value.origin)}, value.origin)
    return value


def _wrapped(value: Field, depth: int) -> Iterator[Field]:
    for key in ("value", "data"):
        inner = value.get(key)
        if isinstance(inner.value, list | dict):
            yield from _bodies(inner, depth + 1)
            return
    for answer in _answers(value.get("responses")):
        found = list(_bodies(answer.get("body"), depth + 1))
        if found:
            yield from found
            return


def _answers(responses: Field) -> list[Field]:
    """Return the recorded answers of a REST call, the usual one first."""
    if not isinstance(responses.value, dict):
        return []
    return [responses.get(str(key)) for key in sorted(responses.value, key=str)]


def _is_resource(value: Field) -> bool:
    if _own_type(value):
        return True
    return not value.get("apiVersion").is_given and bool(_inferred_type(value))


def _own_type(value: Field) -> str:
    """Return the ARM type that an object states, or that its id spells."""
    written = (_top(value, "type") or _top(value, "resourceType") or "").lower()
    if written.startswith("microsoft.") and "/" in written:
        return written
    return type_of(_top(value, "id") or _top(value, "resourceId") or "")


def _top(value: Field, key: str) -> str | None:
    """Return a text of the object itself, not of its properties."""
    if isinstance(value.value, dict):
        for known, item in value.value.items():
            if isinstance(known, str) and known.lower() == key.lower():
                return item if isinstance(item, str) else None
    return None


def _inferred_type(value: Field) -> str:
    for key, resource_type in _INFERRED:
        if isinstance(value.get(key).value, list | dict):
            return resource_type
    return ""


def _recorded_name(value: Field) -> str:
    """Return the resource name among the parameters of a recorded call."""
    parameters = value.get("parameters")
    if not value.get("responses").is_given:
        return ""
    return text(parameters.get("resourceName")) or ""


def _record(body: Field, context: str) -> ResourceRecord | None:
    resource_type = _own_type(body) or _inferred_type(body)
    written = normal_id(_top(body, "id") or _top(body, "resourceId") or "")
    name = text(body.get("name")) or _top(body, "resourceName") or ""
    name = name or (last_name(written) if written else context)
    if not name and resource_type == _INFERRED[0][1]:
        name = text(body.get("dnsPrefix")) or ""
    if not name:
        return None
    spelled = type_of(written)
    if spelled and spelled != resource_type and resource_type.count("/") == 1:
        resource_type = spelled
    resource_id = written or made_id(resource_type, name)
    group = group_of(written) or (_top(body, "resourceGroup") or "").lower()
    return ResourceRecord(
        type=resource_type,
        id=resource_id,
        name=last_name(name),
        resource_group=group,
        location=region_name(_top(body, "location") or ""),
        body=body,
        parent=parent_of(resource_id, resource_type),
        source=Source.AZURE,
    )


def _nested(record: ResourceRecord) -> Iterator[ResourceRecord]:
    """Yield children that stand in a `resources` list of their parent."""
    for item in record.body.get("resources").items():
        if not isinstance(item.value, dict):
            continue
        child = _record(item, "")
        if child is None or child.id == record.id:
            continue
        yield child
        yield from _nested(child)
