"""What changes between two answers: some services, among some ends."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from seawall.flowspace import FlowSet, Header
from seawall.model.origin import Origin
from seawall.model.trace import DecidingRule, Verdict
from seawall.model.workload import Workload
from seawall.query.difference.side import name_of
from seawall.query.reach.policy import End
from seawall.query.services import Service

FEW = 4


@dataclass(frozen=True, slots=True)
class Cause:
    """What decides about the example of a change on one side.

    Attributes:
        text: What the policies do, in words.
        rule: The rule or policy that does it; None if none does.
        place: Where it stands, if no rule does it.
    """

    text: str
    rule: DecidingRule | None
    place: Origin | None = None

    @property
    def origin(self) -> Origin | None:
        """Where what decides stands."""
        return self.rule.origin if self.rule is not None else self.place


Because = Callable[[], tuple[tuple[Cause, ...], tuple[Cause, ...]]]
"""Returns what decides before and after."""


@dataclass(frozen=True, slots=True)
class OwnNode:
    """The node that a pod runs on, as the far end of what the pod sends."""


@dataclass(frozen=True, slots=True)
class NamedEnd:
    """An end that is neither a workload nor addresses: a name, the API server, a door.

    Attributes:
        kind: What it is, such as `name`.
        name: What people call it.
    """

    kind: str
    name: str

    def __str__(self) -> str:
        return self.name


OWN_NODE = OwnNode()
ChangedEnd = End | OwnNode | NamedEnd

PODS = "pods"
NODES = "nodes"
AREAS = (
    *(PODS, NODES, "ways out", "names", "ways in", "API server", "control plane"),
    "side doors",
)
"""What changes are about, in the order in which they are told."""


@dataclass(frozen=True)
class Turn:
    """What happens to some services of a pair.

    Attributes:
        services: Pairs of protocol name and ports.
        before: The verdict on the left; None if an end is only on the right.
        after: The verdict on the right; None if an end is only on the left.
        flows: Returns the headers of the services.
    """

    services: tuple[Service, ...]
    before: Verdict | None
    after: Verdict | None
    flows: Callable[[], FlowSet] = field(repr=False, compare=False)

    @cached_property
    def example(self) -> Header:
        """One of the headers; its addresses mean nothing."""
        found = self.flows().witness()
        if found is None:
            raise ValueError(f"no service has a header: {self.services}")
        return found


@dataclass(frozen=True, slots=True)
class Change:
    """Ends among which the same services change in the same way.

    Attributes:
        sources: Where the packets come from.
        destinations: Where they go: every source to every destination but itself.
        turn: What changes.
        area: What it is about, one of `AREAS`.
        via: The door that it comes through; empty if there is none.
        ways: By which way before and after, in words, where that is what changes.
        because: Why, on both sides, where no policy alone decides; None where it does.
    """

    sources: tuple[ChangedEnd, ...]
    destinations: tuple[ChangedEnd, ...]
    turn: Turn
    area: str = PODS
    via: str = ""
    ways: tuple[str, str] = ("", "")
    because: Because | None = field(default=None, repr=False, compare=False)

    @property
    def kind(self) -> str:
        """`opened`, `closed`, or, where a side does not know, `unknown` or `settled`.

        Opened and closed are between allowed and denied; an absent end is denied.
        `unknown` was known before; `settled` was not. `rerouted` fares as before, by
        another way.
        """
        if self.turn.before is self.turn.after:
            return "rerouted"
        if self.turn.before is Verdict.UNKNOWN:
            return "settled"
        if self.turn.after is Verdict.UNKNOWN:
            return "unknown"
        return "opened" if self.turn.after is Verdict.ALLOWED else "closed"


KINDS = ("opened", "closed", "unknown", "settled", "rerouted")


def places_of(ends: Sequence[ChangedEnd]) -> list[int]:
    """Return where each of some ends stands in order of names and addresses."""

    def key(at: int) -> tuple[Any, ...]:
        end = ends[at]
        if isinstance(end, Workload):
            return 0, name_of(end)
        if isinstance(end, NamedEnd):
            return 3, end.kind, end.name
        return (1,) if isinstance(end, OwnNode) else (2, end)

    found = [0] * len(ends)
    for place, at in enumerate(sorted(range(len(ends)), key=key)):
        found[at] = place
    return found


_BARE = "protocols "
_ALL_BARE = f"{_BARE}0-5,7-16,18-131,133-255"
"""Every protocol without ports but ICMP, as `services_of` writes them."""


def spoken(services: tuple[Service, ...]) -> tuple[Service, ...]:
    """Return services as connections name them.

    ICMP speaks for the protocols without a name where all fare alike.
    """
    return tuple(
        ("protocol", name.removeprefix(_BARE))
        if name.startswith(_BARE)
        else (name, ports)
        for name, ports in services
        if name != _ALL_BARE
    )


def word(verdict: Verdict | None) -> str:
    """Return a verdict, or that an end is not there."""
    return "absent" if verdict is None else verdict.value


def few(texts: Iterable[str]) -> str:
    """Return some texts, and how many more there are."""
    listed = list(texts)
    if len(listed) <= FEW + 1:
        return ", ".join(listed)
    return f"{', '.join(listed[:FEW])} and {len(listed) - FEW} more"
