"""Settles, once every input is read, what parts belong to whose parent is not known.

A rule, a route or a record that may be a part of several resources opens the list of
each: what that list decides is then not known. So does what may change a resource and
is not in the input.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from seawall.ingest.doubts.again import perhaps_replaced
from seawall.ingest.doubts.alike import ANYTHING, may_be_same
from seawall.ingest.doubts.lists import (
    DECIDING,
    LISTS,
    NETWORKS,
    SUBNETS,
    in_doubt,
    with_doubt,
)
from seawall.ingest.doubts.put import changed, put
from seawall.ingest.identity import last_name
from seawall.ingest.resource import (
    DOUBT,
    Change,
    Field,
    ResourceRecord,
    Source,
    Unresolved,
)


def settle_parts(records: Sequence[ResourceRecord]) -> list[ResourceRecord]:
    """Return the records of an input, each list open that may hold more than it shows.

    Args:
        records: All of them, and what may change them.
    """
    settling = _Settling(records)
    for record in records:
        if isinstance(record, Change):
            settling.change(record)
        elif record.type in DECIDING:
            settling.part(record)
    return settling.records()


class _Settling:
    def __init__(self, records: Iterable[ResourceRecord]) -> None:
        self._out = list(records)
        self._places: dict[str, list[int]] = {}
        self._known: dict[tuple[str, str], int] = {}
        self._gone: set[int] = set()
        for at, record in enumerate(self._out):
            self._known.setdefault((record.type, record.id), at)
            if isinstance(record, Change):
                self._gone.add(at)
            else:
                self._places.setdefault(record.type, []).append(at)

    def records(self) -> list[ResourceRecord]:
        """Return the records as they are now."""
        return [it for at, it in enumerate(self._out) if at not in self._gone]

    def part(self, part: ResourceRecord) -> None:
        """Open what a part may belong to."""
        kind = part.type.rpartition("/")[0]
        doubt = part.body.get(DOUBT).unresolved
        is_element = part.type in LISTS
        home = self._known.get((kind, part.parent))
        if doubt and is_element:
            self._gone.add(self._known[part.type, part.id])
        if home is not None:
            if doubt and is_element and home not in self._gone:
                self._lay(home, part, doubt)
            return
        above = part.pattern.rpartition("/")[0].rpartition("/")[0] or ANYTHING
        for at in self._like(kind, above):
            if not self._holds(at, part):
                self._lay(at, part, doubt or _why(part, self._out[at]))

    def change(self, change: Change) -> None:
        """Open what a change may touch."""
        why = f"{change.astray} ({change.origin})" if change.paths else change.astray
        promise = Field(Unresolved(why), change.origin)
        for at in self._meant(change):
            for path in change.paths:
                self._out[at] = _changed(self._out[at], path, promise, change)
            for kind in change.lays:
                made = replace(
                    self._out[at],
                    type=kind,
                    name="",
                    body=Field({}, change.origin),
                    source=change.source,
                )
                self._lay(at, made, change.astray)
            if change.inner:
                self._change_subnets(at, change)
        if change.type == SUBNETS:
            self._change_inline(change, promise)

    def _change_subnets(self, at: int, change: Change) -> None:
        """Open what a change to a network may touch of its subnets."""
        network = self._out[at]
        why = Unresolved(f"{change.astray} ({change.origin})")
        inner = replace(
            change,
            type=SUBNETS,
            spelled=f"{network.pattern}/subnets/{ANYTHING}",
            paths=change.inner,
            is_called=False,
        )
        promise = Field(why, change.origin)
        for other in self._places.get(SUBNETS, ()):
            part = self._out[other]
            above = part.pattern.rpartition("/")[0].rpartition("/")[0]
            if part.parent == network.id or may_be_same(above, network.pattern):
                for path in inner.paths:
                    self._out[other] = _changed(self._out[other], path, promise, inner)
        self._change_inline(inner, promise, of=at)

    def _like(self, kind: str, pattern: str) -> list[int]:
        """Return the places of what may have an id that is known in part."""
        return [
            at
            for at in self._places.get(kind, ())
            if may_be_same(self._out[at].pattern, pattern)
            or self._out[at].id == pattern
        ]

    def _meant(self, change: Change) -> list[int]:
        """Return those that are surely called so, or all that may be."""
        name = last_name(change.spelled).lower()
        if change.is_called:
            known = self._places.get(change.type, ())
            return [at for at in known if self._name(at) == name]
        found = self._like(change.type, change.spelled)
        same = [at for at in found if self._name(at) == name]
        return same if ANYTHING not in name and same else found

    def _name(self, at: int) -> str:
        return last_name(self._out[at].pattern).lower()

    def _holds(self, at: int, part: ResourceRecord) -> bool:
        """Whether the platform reports the part with what it is a part of."""
        home = self._out[at]
        if home.source is not Source.AZURE:
            return False
        names = [item.get("name") for item in home.body.get(_key(part)).items()]
        own = (self._out[it] for it in self._places.get(part.type, ()))
        spelled = {str(it.value).lower() for it in names}
        spelled |= {it.name.lower() for it in own if it.parent == home.id}
        return part.name.lower() in spelled

    def _lay(self, at: int, part: ResourceRecord, why: str) -> None:
        """Put a part in doubt into what it may belong to."""
        home = self._out[at]
        name = part.name or "unknown"
        own = f"{home.id}/{part.type.rpartition('/')[2]}/{name.lower()}"
        replaces = bool(part.name) and part.source is Source.TEMPLATE
        for other in self._places.get(part.type, ()) if replaces else ():
            known = self._out[other]
            if known.parent == home.id and may_be_same(known.name, part.name):
                body = perhaps_replaced(known.body, part.body, why)
                self._out[other] = replace(known, body=body)
        if part.type in LISTS:
            made = part if replaces else replace(part, name="")
            self._out[at] = with_doubt(home, LISTS[part.type], made, why)
        elif (part.type, own) not in self._known:
            laid = replace(
                part, id=own, name=name, parent=home.id, spelled="", astray=""
            )
            self._add(in_doubt(laid, why))

    def _add(self, record: ResourceRecord) -> None:
        self._known[record.type, record.id] = len(self._out)
        self._places.setdefault(record.type, []).append(len(self._out))
        self._out.append(record)

    def _change_inline(
        self, change: Change, promise: Field, of: int | None = None
    ) -> None:
        """Change subnets that stand in their network, or in one of them only."""
        for at in self._places.get(NETWORKS, ()) if of is None else (of,):
            network = self._out[at]
            listed = network.body.get("subnets")
            if not isinstance(listed.value, list):
                continue
            items: list[object] = list(listed.items())
            touched = False
            for index, item in enumerate(listed.items()):
                tail = f"/subnets/{item.get('name').value}".lower()
                ids = (network.pattern + tail, network.id + tail)
                if not any(may_be_same(it, change.spelled) for it in ids):
                    continue
                called = last_name(change.spelled).lower()
                if change.is_called and last_name(tail) != called:
                    continue
                touched = True
                for path in change.paths:
                    if change.adds or item.get(*path[:1]).left_to_service:
                        item = put(item, path, promise, adds=change.adds)  # noqa: PLW2901
                items[index] = item
            if touched:
                body = put(
                    network.body, ("subnets",), Field(items, listed.origin), adds=False
                )
                self._out[at] = replace(network, body=body)


def _key(part: ResourceRecord) -> str:
    return LISTS.get(part.type, part.type.rpartition("/")[2])


def _changed(
    record: ResourceRecord, path: tuple[str, ...], promise: Field, change: Change
) -> ResourceRecord:
    """Return a resource of which a value is not known, where nobody stated it."""
    is_open = change.adds or change.overrules
    is_open = is_open or record.body.walk(*path).left_to_service
    return changed(record, path, promise, adds=change.adds) if is_open else record


def _why(part: ResourceRecord, home: ResourceRecord) -> str:
    # What a subnet links to is shown without the place that leaves it open.
    place = f" at {part.origin}" if part.type == SUBNETS else ""
    why = f"`{part.name}` ({_key(part)}){place} may be a part of `{home.name}`"
    return f"{why}: {part.astray or 'their names are known only in part'}"
