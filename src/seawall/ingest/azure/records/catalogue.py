"""All records of an input, to be asked for by type, by id and by parent."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from seawall.ingest.azure.records.values import has_unresolved, hidden_part, text
from seawall.ingest.doubts.alike import may_be_same
from seawall.ingest.identity import last_name
from seawall.ingest.notes import Notes
from seawall.ingest.resource import Field, ResourceRecord, Source

_UNKNOWN = re.compile(r"\{[^{}]*\}")
_TRUST = (
    Source.AZURE,
    Source.STATE,
    Source.PLAN,
    Source.TEMPLATE,
    Source.CONFIGURATION,
    Source.PART,
    Source.DATA,
)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a resource: an element of a list in it, or a child of its own.

    Attributes:
        id: Its id in lower case.
        name: Its name as written.
        body: Its values.
    """

    id: str
    name: str
    body: Field


class Catalogue:
    """Records by id, each once."""

    def __init__(self, records: Iterable[ResourceRecord], notes: Notes) -> None:
        self._notes = notes
        self._by_id: dict[tuple[str, str], ResourceRecord] = {}
        self._by_type: dict[str, list[ResourceRecord]] = {}
        self._by_parent: dict[tuple[str, str], list[ResourceRecord]] = {}
        for record in sorted(records, key=_trust):
            self._add(record, notes)

    def _add(self, record: ResourceRecord, notes: Notes) -> None:
        key = (record.type, record.id)
        known = self._by_id.get(key)
        if known is not None:
            _warn_of_difference(known, record, notes)
            return
        self._by_id[key] = record
        self._by_type.setdefault(record.type, []).append(record)
        if record.parent:
            parent = (record.parent, record.type)
            self._by_parent.setdefault(parent, []).append(record)

    def of(self, resource_type: str) -> list[ResourceRecord]:
        """Return the records of one type, by id."""
        found = self._by_type.get(resource_type, [])
        return sorted(found, key=_order)

    def find(self, resource_type: str, resource_id: str) -> ResourceRecord | None:
        """Return one record, or None."""
        return self._by_id.get((resource_type, resource_id))

    def named(self, resource_type: str, name: str) -> ResourceRecord | None:
        """Return the only record of a type with that name, or None."""
        found = [item for item in self.of(resource_type) if same(item.name, name)]
        return found[0] if len(found) == 1 else None

    def perhaps(self, resource_type: str, resource_id: str) -> list[ResourceRecord]:
        """Return the resources that an id may mean which names none here surely.

        A template may be deployed to a group that is not known, while the id says one.

        Args:
            resource_type: The type of the resource.
            resource_id: Its id, in lower case.
        """
        if (resource_type, resource_id) in self._by_id:
            return []
        return [
            record
            for record in self.of(resource_type)
            if may_be_same(record.pattern, resource_id)
        ]

    def children(self, parent: str, resource_type: str) -> list[ResourceRecord]:
        """Return the children of one record, by id."""
        found = self._by_parent.get((parent, resource_type), [])
        return sorted(found, key=_order)

    def types(self) -> dict[str, list[ResourceRecord]]:
        """Return all records by type."""
        return self._by_type

    def parts(self, record: ResourceRecord, key: str, suffix: str = "") -> list[Part]:
        """Return the parts in the list *key* and those that stand as own resources.

        Where both name the same part, the own resource holds.

        Args:
            record: The resource.
            key: Name of the list in it.
            suffix: Last segment of the child type; by default *key*.
        """
        segment = suffix or key
        found: dict[str, Part] = {}
        listed = record.body.get(key)
        hidden = has_unresolved(listed)
        if hidden:
            self._notes.unmodelled(
                hidden_part(listed).origin,
                f"not all `{key}` of `{record.name}` are known",
                f"{hidden}; what they would change is not seen",
                "give an input in which they are known",
            )
        for index, body in enumerate(listed.items()):
            if body.unresolved:
                continue
            name = last_name(text(body.get("name")) or f"#{index}")
            written = text(body.get("id"))
            own = written.lower().rstrip("/") if written else ""
            part_id = own or f"{record.id}/{segment.lower()}/{name.lower()}"
            found[name.lower()] = Part(part_id, name, body)
        for child in self.children(record.id, f"{record.type}/{segment.lower()}"):
            found[child.name.lower()] = Part(child.id, child.name, child.body)
        return list(found.values())


def same(left: str, right: str) -> bool:
    """Whether two names are the same to Azure."""
    return left.casefold() == right.casefold()


def _trust(record: ResourceRecord) -> tuple[int, str, int, str]:
    origin = record.origin
    return (
        _TRUST.index(record.source),
        origin.path,
        origin.document,
        str(origin.pointer),
    )


_VOLATILE = frozenset(
    {"etag", "provisioningstate", "systemdata", "tags", "resourceguid"}
)


def _order(record: ResourceRecord) -> tuple[str, str, str]:
    """Return what sorts records: their ids, and their places where these are unknown.

    What stands in an id for what is not known tells the path of its file, and so
    depends on where the input lies.
    """
    if "{" not in record.id:
        return record.id, "", ""
    origin = record.origin
    return _UNKNOWN.sub("{}", record.id), origin.path, repr(origin.pointer)


def _warn_of_difference(
    known: ResourceRecord, other: ResourceRecord, notes: Notes
) -> None:
    if known.source is not Source.AZURE or other.source is not Source.AZURE:
        return
    left, right = _plain(known.body.value), _plain(other.body.value)
    if not isinstance(left, dict) or not isinstance(right, dict):
        return
    keys = (left.keys() & right.keys()) - {"id", "name", "type"}
    differing = sorted(key for key in keys if left[key] != right[key])
    if differing:
        notes.error(
            other.origin,
            f"`{known.id}` is described a second time, with other values of "
            + ", ".join(f"`{key}`" for key in differing[:3]),
            f"the description at {known.origin} is used, and this one is not",
            "keep one snapshot of each resource",
        )


def _plain(value: object) -> object:
    """Return *value* with keys in lower case, flattened, without what always varies."""
    if isinstance(value, Field):
        return _plain(value.value)
    if isinstance(value, dict):
        out: dict[str, object] = {}
        for key, item in value.items():
            folded = str(key).lower()
            if folded == "properties" and isinstance(item, dict):
                inner = _plain(item)
                out.update(inner if isinstance(inner, dict) else {})
            elif folded not in _VOLATILE and item is not None:
                out[folded] = _plain(item)
        return out
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value.lower() if isinstance(value, str) else value
