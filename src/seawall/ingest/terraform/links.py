"""Follows references of the configuration to the instances that they mean.

The ids of resources that are yet to be made are unknown in a plan, and every link
between them with it. The configuration still says what each attribute refers to.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from seawall.ingest.resource import Source
from seawall.ingest.terraform.configuration import Configuration
from seawall.ingest.terraform.document import parsed_key
from seawall.ingest.terraform.instance import Block, Instance, Json, Link, Place
from seawall.ingest.terraform.spelling import Spelling

_KEY = r"(?:\[(?P<key>[^\]]*)\])?"
_RESOURCE = re.compile(
    r"(?P<data>data\.)?(?P<type>[a-z][a-z0-9]*_[a-z0-9_]+)\.(?P<name>[\w-]+)" + _KEY
)
_OUTPUT = re.compile(r"module\.(?P<name>[\w-]+)" + _KEY + r"\.(?P<output>[\w-]+)")
_VARIABLE = re.compile(r"var\.(?P<name>[\w-]+)")
_DEEPEST = 12


@dataclass(frozen=True, slots=True)
class _Scope:
    """Where an expression stands: its modules and what `each.key` is there.

    *copies* is how many copies its resource has; 0 where that is not told.
    """

    place: Place
    each: Json
    depth: int = 0
    copies: int = 0


class Links:
    """Instances by what the configuration calls them."""

    def __init__(
        self, instances: Iterable[Instance], configuration: Configuration
    ) -> None:
        self._configuration = configuration
        self._instances: dict[tuple[object, ...], list[Instance]] = {}
        self._named: dict[tuple[str, str], list[Instance]] = {}
        self._spelling = Spelling(instances := list(instances))
        for item in instances:
            key = (item.place.modules, _is_data(item), item.type, item.label)
            self._instances.setdefault(key, []).append(item)
            name = item.values.get("name")
            if isinstance(name, str):
                self._named.setdefault((item.type, name.lower()), []).append(item)

    def targets(
        self, block: Block, attribute: str, kinds: tuple[str, ...]
    ) -> list[str]:
        """Return the ids of what an attribute refers to, of the given types.

        A local value hides what it stands for. Where one is involved, the answer is
        only sure if there is nothing else that could be meant.
        """
        scope = self._scope(block.owner)
        found = list(self._follow(block.expression(attribute), scope, kinds))
        targets = dict.fromkeys(item.id for item in found if item is not None)
        if None in found and len(self._of_kinds(kinds)) > 1:
            return []
        return list(targets)

    def _scope(self, owner: Instance) -> _Scope:
        key = (owner.place.modules, _is_data(owner), owner.type, owner.label)
        copies = len(self._instances.get(key, ()))
        return _Scope(owner.place, owner.each, copies=copies)

    def _of_kinds(self, kinds: tuple[str, ...]) -> set[str]:
        """Return the ids of all instances of some types."""
        listed = self._instances.values()
        return {item.id for items in listed for item in items if item.type in kinds}

    def meant(self, value: object, kinds: tuple[str, ...]) -> str:
        """Return the id of what a promise or a written id stands for, or nothing."""
        found = self._spelling.meant(value, kinds)
        return "" if found is None else found.id

    def name_of(self, found: str, kinds: tuple[str, ...]) -> str:
        """Return the name of an instance by its id; empty if it is not known."""
        for items in self._instances.values():
            for item in items:
                name = item.values.get("name")
                if item.id == found and item.type in kinds and isinstance(name, str):
                    return name.lower()
        return ""

    def named(self, block: Block, attribute: str, kind: str) -> Instance | None:
        """Return the instance that an attribute names, by reference or by name."""
        scope = self._scope(block.owner)
        found = {
            item.id: item
            for item in self._follow(block.expression(attribute), scope, (kind,))
            if item is not None
        }
        name = block.values.get(attribute)
        promised = self._spelling.meant(name, (kind,))
        if isinstance(name, Link) and promised is not None:
            return promised
        if len(found) != 1 and isinstance(name, str):
            group = str(block.values.get("resource_group_name") or "").lower()
            found = {
                item.id: item
                for item in self._named.get((kind, name.lower()), [])
                if not group
                or str(item.values.get("resource_group_name") or group).lower() == group
            }
        return next(iter(found.values())) if len(found) == 1 else None

    def _follow(
        self, expression: Json, scope: _Scope, kinds: tuple[str, ...]
    ) -> Iterator[Instance | None]:
        """Yield the instances that an expression may mean; None for a local value."""
        listed = expression.get("references")
        if not isinstance(listed, list) or scope.depth > _DEEPEST:
            return
        references = _most_specific([str(item) for item in listed])
        # An element picked by `each.value` is not the one with the key of the copy.
        copied = any(item in {"each.key", "count.index"} for item in references)
        copied = copied and not any(it.startswith("each.value") for it in references)
        for reference in references:
            yield from self._one(reference, scope, kinds, copied=copied)

    def _one(
        self, reference: str, scope: _Scope, kinds: tuple[str, ...], *, copied: bool
    ) -> Iterator[Instance | None]:
        place, deeper = scope.place, scope.depth + 1
        if reference.startswith("local."):
            yield None
        elif reference.startswith("each."):
            if reference.startswith("each.value"):
                inner = _Scope(place, {}, deeper)
                found = list(self._follow(scope.each, inner, kinds))
                yield from _by_key(found, place.key, strict=False)
        elif match := _VARIABLE.match(reference):
            if place.modules:
                outer = Place(place.modules[:-1], place.modules[-1][1])
                each = self._configuration.each(place)
                argument = self._configuration.argument(place, match["name"])
                yield from self._follow(argument, _Scope(outer, each, deeper), kinds)
        elif match := _OUTPUT.match(reference):
            yield from self._output(match, reference[match.end() :], scope, kinds)
        elif match := _RESOURCE.match(reference):
            if match["type"] not in kinds:
                return
            is_data = match["data"] is not None
            named = self._instances.get(
                (place.modules, is_data, match["type"], match["name"]), []
            )
            if match["key"] is not None:
                yield from _by_key(named, parsed_key(match["key"]), strict=True)
            else:
                own = place.key if copied and _pairs(place, scope, named) else None
                yield from _by_key(named, own, strict=False)

    def _output(
        self, match: re.Match[str], rest: str, scope: _Scope, kinds: tuple[str, ...]
    ) -> Iterator[Instance | None]:
        """Yield what a module's output may mean."""
        key = None if match["key"] is None else parsed_key(match["key"])
        inner_key = re.match(r"\[([^\]]*)\]", rest)
        wanted = None if inner_key is None else parsed_key(inner_key[1])
        copies = {
            modules
            for modules, *_ in self._instances
            if isinstance(modules, tuple)
            and modules[:-1] == scope.place.modules
            and modules
            and modules[-1][0] == match["name"]
            and (key is None or modules[-1][1] == key)
        }
        mine = {
            modules
            for modules in copies
            if scope.place.key is not None and modules[-1][1] == scope.place.key
        }
        for modules in sorted(mine or copies, key=str):
            place = Place(modules, wanted)
            expression = self._configuration.output(place, match["output"])
            found = list(
                self._follow(expression, _Scope(place, {}, scope.depth + 1), kinds)
            )
            yield from _by_key(found, wanted, strict=False)


def _is_data(item: Instance) -> bool:
    return item.source is Source.DATA


def _pairs(place: Place, scope: _Scope, named: Sequence[Instance]) -> bool:
    """Whether the copies of two resources belong to each other one by one.

    A plan tells that `count.index` is used and not how; where one has more copies than
    the other, it may be counted from elsewhere.
    """
    is_counted = isinstance(place.key, int)
    return not is_counted or not scope.copies or scope.copies == len(named)


def _by_key(
    found: Sequence[Instance | None], key: str | int | None, *, strict: bool
) -> Sequence[Instance | None]:
    """Return the instance with that key; all of them when there is none."""
    if key is None:
        return found
    matching = [item for item in found if item is not None and item.place.key == key]
    return matching if matching or strict else found


def _most_specific(references: list[str]) -> list[str]:
    """Drop each reference that another one continues: `a.b` beside `a.b.id`."""
    return [
        item
        for item in references
        if not any(
            other != item and other.startswith((item + ".", item + "["))
            for other in references
        )
    ]
