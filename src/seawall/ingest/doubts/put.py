"""Puts values into a resource, whatever shape it has."""

from dataclasses import replace

from seawall.ingest.resource import Field, ResourceRecord


def changed(
    record: ResourceRecord, path: tuple[str, ...], value: Field, *, adds: bool
) -> ResourceRecord:
    """Return a resource with one of its values set, or added to."""
    return replace(record, body=put(record.body, path, value, adds=adds))


def put(body: Field, path: tuple[str, ...], value: Field, *, adds: bool) -> Field:
    """Return *body* with the value at *path* set, or added to the list there."""
    if isinstance(body.value, list):
        items = [put(item, path, value, adds=adds) for item in body.items()]
        return Field(items, body.origin)
    known = body.value if isinstance(body.value, dict) else {}
    key, rest = path[0], path[1:]
    inner = body.get(key)
    if rest:
        new = put(inner, rest, value, adds=adds)
    elif adds:
        new = Field([*inner.items(), value], value.origin)
    else:
        new = value
    return Field({**known, key: new}, body.origin)
