"""Groups of ends, and what stands for them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from seawall.ingest.intents.terms import Desk
from seawall.model.intent import ANYONE, Written
from seawall.model.origin import Origin

_PLAIN = ("pods", "nodes", "internet", "onprem", "api-server", "imds", "wireserver")
_WORDS = {ANYONE, *_PLAIN}


def means_something(name: str) -> bool:
    """Whether a name would mean an end if it were not that of a group."""
    return name in _WORDS or any(mark in name for mark in "/:.")


@dataclass(slots=True)
class Groups:
    """Names for several ends, as one file gives them.

    Attributes:
        members: From a name to what it stands for, as written.
        faults: From a name to why its members are not known.
    """

    members: dict[str, tuple[Written, ...]] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, value: object, origin: Origin, desk: Desk) -> "Groups":
        """Return the groups of a file; faults are told at *desk*."""
        out = cls()
        if value is None:
            return out
        given: Mapping[str, object] = desk.mapping(value, origin, "`groups`")
        for name, members in given.items():
            own = Desk()
            if means_something(name):
                own.tell(
                    origin.at(name),
                    f"`{name}` is no name for a group: it means something by itself",
                    "who reads an intent would take it for that",
                    "call the group otherwise, by a word without `/`, `:` and dots",
                )
            out.members[name] = own.texts(
                members, origin.at(name), f"an end in group `{name}`"
            )
            desk.diagnostics.extend(own.diagnostics)
            if own.fault:
                out.faults[name] = own.fault
        return out

    def expanded(self, ends: tuple[Written, ...], desk: Desk) -> tuple[Written, ...]:
        """Return ends with the members of groups in the place of their names."""
        out: dict[Written, None] = {}
        for end in ends:
            for found in self._members(end, (), desk):
                out.setdefault(found)
        return tuple(out)

    def _members(
        self, end: Written, above: tuple[str, ...], desk: Desk
    ) -> tuple[Written, ...]:
        if end.text not in self.members:
            return (end,)
        if end.text in above:
            desk.tell(
                end.origin,
                f"group `{end.text}` holds itself",
                "its members would never end",
                "leave it out of its own members",
            )
            return ()
        if end.text in self.faults:
            desk.fault = desk.fault or self.faults[end.text]
        return tuple(
            found
            for member in self.members[end.text]
            for found in self._members(member, (*above, end.text), desk)
        )
