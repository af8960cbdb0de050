"""From resources of deployments to records, each value with its place."""

from collections.abc import Iterator

from seawall.ingest.arm.deployment import Deployment
from seawall.ingest.arm.language.tree import Fault
from seawall.ingest.arm.language.values import (
    Array,
    Object,
    Rest,
    Text,
    Unknown,
    Value,
    doubts,
    lookup,
)
from seawall.ingest.arm.resources import DEPLOYMENTS, Instance
from seawall.ingest.arm.targets import rendered, segments
from seawall.ingest.identity import (
    group_of,
    last_name,
    normal_id,
    parent_of,
    region_name,
)
from seawall.ingest.resource import (
    REST,
    Field,
    ResourceRecord,
    Source,
    Unresolved,
)
from seawall.model.origin import Origin

_HEADS = ("location", "sku", "identity", "kind", "zones")


def instances(deployment: Deployment) -> Iterator[Instance]:
    """Yield all resources of a deployment, with those of the deployments in it."""
    for item in deployment.instances():
        if item.exists or not item.is_deployed:
            continue
        item.doubt = item.doubt or deployment.doubt
        yield item
        if item.is_nested:
            inner = deployment.nested(item)
            if inner is not None:
                yield from instances(inner)


def record(instance: Instance) -> ResourceRecord | None:
    """Return a resource as it will be; None for what is no resource of its own."""
    if instance.kind.lower() == DEPLOYMENTS:
        return None
    kind = instance.kind.lower()
    own = normal_id(rendered(instance.id) or "")
    name = rendered(instance.name) or ""
    body: dict[str, object] = {"id": own, "name": last_name(name)}
    for key in _HEADS:
        spelled = lookup(instance.node, key)
        if spelled is not None:
            place = instance.origin.at(spelled)
            body[key] = emitted(instance.part(key), place)
    if lookup(instance.node, "properties") is not None:
        place = instance.origin.at("properties")
        body["properties"] = emitted(instance.part("properties"), place)
    location = instance.part("location")
    return ResourceRecord(
        type=kind,
        id=own,
        name=last_name(name),
        resource_group=group_of(own),
        location=region_name(location) if isinstance(location, str) else "",
        body=Field(body, instance.origin),
        parent=parent_of(own, kind),
        source=Source.TEMPLATE,
        astray=_astray(instance),
    )


def _astray(instance: Instance) -> str:
    """Return why it is not known what a resource is a part of; empty if it is."""
    try:
        names = segments(instance.name, instance.kind.count("/"))
    except Fault:
        return ""
    return next((it.why for it in doubts(names[:-1])), "")


def emitted(value: Value, place: Origin, *, is_element: bool = False) -> object:
    """Return a value as records hold it, with its place where that is its own.

    Args:
        value: The value.
        place: Where it stands in the resource.
        is_element: Whether it is an element of a list, whose `name` tells it from the
            others.
    """
    if isinstance(value, dict):
        own = _own(value) or place
        out: dict[object, object] = {}
        for key, item in value.items():
            if key is REST:
                out[REST] = Unresolved(item.why)
            elif is_element and str(key).lower() == "name":
                out["name"] = _name(item)
            else:
                out[str(key)] = emitted(item, own.at(str(key)))
        return out if own is place else Field(out, own)
    if isinstance(value, list):
        own = _own(value) or place
        items = [
            emitted(item, own.at(index), is_element=True)
            for index, item in enumerate(value)
        ]
        return items if own is place else Field(items, own)
    if isinstance(value, Rest):
        return Unresolved(value.of.why)
    if isinstance(value, Unknown):
        return Unresolved(value.why)
    plain = _text(value) if isinstance(value, Text) else _escaped(value)
    by = _default(place)
    return Field(plain, place, by) if by and value is not None else plain


def _default(place: Origin) -> str:
    """Return who gives a value at a place that nobody wrote; empty if it is written."""
    told = getattr(place.finder, "default", None)
    return "" if told is None else str(told(place.pointer))


def _name(value: Value) -> object:
    """Return a name; one that is not known is still the same in all places."""
    if isinstance(value, Text | Unknown):
        return rendered(value)
    return _escaped(value)


def _text(value: Text) -> object:
    """Return the id of a resource, holes and all; any other such text is unknown.

    An id that is made of what is not known yet is still the same in all places.
    """
    first = value.parts[0]
    starts = ("/subscriptions/", "/providers/")
    if isinstance(first, str) and first.startswith(starts):
        return rendered(value)
    return Unresolved(value.why)


def _escaped(value: Value) -> object:
    """Return a plain text so that nobody takes it for an expression again."""
    if isinstance(value, str) and value.startswith("[") and value.endswith("]"):
        return "[" + value
    return value


def _own(value: Object | Array | dict[object, Value] | list[Value]) -> Origin | None:
    return getattr(value, "place", None)
