"""Finds the resource that a written id means, also one with gaps.

Configurations spell ids out of names: `"/subscriptions/${…}/…/subnets/nodes"`. The
names in it tell which resource of the same configuration is meant.
"""

from collections.abc import Iterable

from seawall.ingest.terraform.instance import Instance, Link

_PROVIDERS = "/providers/"
_GROUPS = "/resourcegroups/"

_PARTS = {"azurerm_virtual_hub": "default_route_table_id"}
"""Attributes that hold the id of a part that every resource of a type has."""


class Spelling:
    """Instances by type and address."""

    def __init__(self, instances: Iterable[Instance]) -> None:
        self._addressed: dict[str, Instance] = {}
        self._types: dict[str, list[Instance]] = {}
        for item in instances:
            self._addressed[item.address] = item
            self._types.setdefault(item.type, []).append(item)

    def meant(self, value: object, kinds: tuple[str, ...]) -> Instance | None:
        """Return what a promise or an id means; None unless it is one of *kinds*."""
        if isinstance(value, Link):
            if value.address:
                found = self._addressed.get(value.address)
                if found is None or value.attribute not in (
                    *("id", "name"),
                    _PARTS.get(found.type),
                ):
                    return None
                return found if found.type in kinds else None
            return self._spelled(value.spelled, kinds)
        return None

    def _spelled(self, text: str, kinds: tuple[str, ...]) -> Instance | None:
        whole = self._addressed.get(text[1:-1]) if text.startswith("<") else None
        if whole is not None and whole.type in kinds:
            return whole
        group, providers, tail = _parted(text)
        names = [part for part in tail.split("/") if part][2::2]
        if not providers or not names:
            return None
        found = {
            item.address: item
            for kind in kinds
            for item in self._types.get(kind, [])
            if _is_named(item, names) and _may_be(item, "resource_group_name", group)
        }
        if len(found) != 1 or (names[-1] == "?" and "<" not in text):
            return None
        return next(iter(found.values()))


def _parted(text: str) -> tuple[str, str, str]:
    """Return the group that an id names, and what follows the last provider."""
    head, providers, tail = text.rpartition(_PROVIDERS)
    _, _, group = head.lower().partition(_GROUPS)
    return head[len(head) - len(group) :].partition("/")[0], providers, tail


def _is_named(item: Instance, names: list[str]) -> bool:
    if not _may_be(item, "name", names[-1]):
        return False
    parents = [
        key
        for key in item.values
        if key.endswith("_name") and key != "resource_group_name"
    ]
    return len(names) == 1 or all(_may_be(item, it, names[-2]) for it in parents)


def _may_be(item: Instance, attribute: str, part: str) -> bool:
    """Whether an attribute may have a written value; gaps match all."""
    value = item.values.get(attribute)
    if isinstance(value, str):
        return part == "?" or value.lower() == part.lower()
    if isinstance(value, Link) and part.startswith("<"):
        own = f"<{value.address}#{value.attribute}>" if value.address else value.spelled
        return own == part
    if part.startswith("<") and "#" in part:
        return part[1:].partition("#")[0] == item.address
    return part == "?" or isinstance(value, Link)
