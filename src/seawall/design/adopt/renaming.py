"""Things of a design under the names and ranges of what runs."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from enum import Enum
from typing import TypeVar

from seawall.model.address import AddressRange
from seawall.model.origin import Origin
from seawall.model.policy import BlockPeer

T = TypeVar("T")
PLACE = Origin("the design")
"""Where what a design adds stands, before anybody wrote its files."""


@dataclass(frozen=True, slots=True)
class Renaming:
    """What is called otherwise in what runs.

    Attributes:
        names: Resource ids; those below one follow it.
        ranges: Addresses; several where one range of a design stands for several.
    """

    names: Mapping[str, str]
    ranges: Mapping[AddressRange, tuple[AddressRange, ...]]

    def of(self, value: T) -> T:
        """Return a value, whatever it holds, under the other names."""
        found: T = self._renamed(value)  # type: ignore[assignment]
        return found

    def _renamed(self, value: object) -> object:
        if isinstance(value, Origin):
            return PLACE
        if isinstance(value, AddressRange):
            return self.ranges.get(value, (value,))[0]
        if isinstance(value, str):
            return self._named(value)
        if isinstance(value, tuple | frozenset):
            return type(value)(it for item in value for it in self._each(item))
        plain = isinstance(value, Enum | type) or not is_dataclass(value)
        return value if plain else self._parts(value)

    def _each(self, item: object) -> tuple[object, ...]:
        """Return an item of a list: several, if it is about several ranges now."""
        if isinstance(item, AddressRange):
            return self.ranges.get(item, (item,))
        if isinstance(item, BlockPeer) and not item.excepts:
            found = self.ranges.get(item.block, (item.block,))
            return tuple(replace(item, block=block) for block in found)
        return (self._renamed(item),)

    def _parts(self, value: object) -> object:
        """Return a value with its fields renamed; itself if none is."""
        changed = {}
        for field in fields(value):  # type: ignore[arg-type]
            old = getattr(value, field.name)
            new = self._renamed(old) if field.init else old
            if new is not old and new != old:
                changed[field.name] = new
            elif isinstance(old, Origin):
                changed[field.name] = PLACE
        return replace(value, **changed) if changed else value  # type: ignore[type-var]

    def _named(self, text: str) -> str:
        for old, new in self.names.items():
            if text == old or text.startswith((f"{old}/", f"{old}#")):
                return new + text.removeprefix(old)
        return text
