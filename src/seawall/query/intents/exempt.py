"""What an intent does not speak of: its exceptions, taken from what passes."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from seawall.engine.path import Space
from seawall.flowspace import FlowSet
from seawall.model.end import (
    AddressEnd,
    End,
    InnerEnd,
    InternetEnd,
    NameEnd,
    NodeEnd,
    OnPremisesEnd,
    PlatformEnd,
    PodEnd,
    SubnetEnd,
    TagEnd,
)
from seawall.model.intent import Exemption, Intent
from seawall.query.case import Case
from seawall.query.intents.pair import Crossing
from seawall.query.intents.party import EVERY_PORT, Party, party, ports_of, services
from seawall.query.words.port import PortText

_EXACT = (AddressEnd, InternetEnd, PlatformEnd, SubnetEnd)
"""Ends that are nothing but their addresses."""
_PERHAPS = (NodeEnd, OnPremisesEnd)
"""Ends whose addresses others may have too."""


@dataclass(frozen=True, slots=True)
class Exempt:
    """Packets that an intent does not speak of.

    Attributes:
        sources: Whose; None for everybody's.
        targets: To whom; None for everybody.
        ports: By which services.
        written: Where it is written; None for what the intent itself leaves out.
    """

    sources: Party | None
    targets: Party | None
    ports: tuple[PortText, ...] = EVERY_PORT
    written: Exemption | None = None


@dataclass(slots=True)
class Exempting:
    """Takes exceptions from what passes, and remembers which of them mattered.

    Attributes:
        case: What was read.
        exempt: The exceptions.
        used: The positions of those that took something.
    """

    case: Case
    exempt: tuple[Exempt, ...]
    used: set[int] = field(default_factory=set)

    def left(self, crossing: Crossing) -> Crossing:
        """Return what remains of a crossing, maybe nothing."""
        allowed, unknown = crossing.allowed, crossing.unknown
        for at, item in enumerate(self.exempt):
            surely, perhaps = self._covered(item, crossing)
            if (surely | perhaps) & (allowed | unknown):
                self.used.add(at)
            unknown = (unknown | (allowed & perhaps)) - surely
            allowed = allowed - surely - perhaps
        return replace(crossing, allowed=allowed, unknown=unknown)

    def covers(self, crossing: Crossing) -> bool:
        """Whether an exception speaks of all that one end may send to another."""
        for at, item in enumerate(self.exempt):
            ends = (item.sources, crossing.source), (item.targets, crossing.target)
            sides = [self._side(*each)[0] for each in ends]
            whole = all(side is _EVERYWHERE for side in sides)
            if whole and item.ports == EVERY_PORT:
                self.used.add(at)
                return True
        return False

    def idle(self) -> tuple[Exemption, ...]:
        """Return the written exceptions that took nothing so far."""
        return tuple(
            item.written
            for at, item in enumerate(self.exempt)
            if item.written is not None and at not in self.used
        )

    def _covered(self, item: Exempt, crossing: Crossing) -> tuple[FlowSet, FlowSet]:
        """Return the headers that an exception surely speaks of, and those perhaps."""
        source = self._side(item.sources, crossing.source)
        end = crossing.target
        target = self._side(item.targets, end.of if isinstance(end, InnerEnd) else end)
        wanted = services(item.ports, crossing.target)
        sure = wanted & _from(source[0]) & _to(target[0])
        every = wanted & _from(source[0] | source[1]) & _to(target[0] | target[1])
        return sure, every - sure

    def _side(self, side: Party | None, end: End) -> tuple[Space, Space]:
        """Return the addresses of one end that a side surely holds, and perhaps."""
        if side is None or end in side.ends:
            return _EVERYWHERE, Space()
        if side.is_anyone:
            host = isinstance(end, NodeEnd) or (
                isinstance(end, PodEnd) and end.workload.host_network
            )
            if not host:
                return _EVERYWHERE, Space()
        if isinstance(end, TagEnd) and any(_holds_tag(each, end) for each in side.ends):
            return _EVERYWHERE, Space()
        sure, perhaps = Space(), Space()
        if isinstance(end, PodEnd):
            return sure, perhaps
        for each in side.ends:
            if isinstance(each, _EXACT):
                sure = sure | self.case.paths.asking.addresses(each)
            elif isinstance(each, _PERHAPS):
                perhaps = perhaps | self.case.paths.asking.addresses(each)
            elif isinstance(each, NameEnd):
                sure = sure | self._private_address(each)
        return sure, perhaps - sure

    def _private_address(self, end: NameEnd) -> Space:
        """Return where a name leads inside the network, if that is one address."""
        found = self.case.paths.resolve(end.name, self.case.paths.atlas.cluster_network)
        return Space() if found.endpoints or found.doubt else found.addresses


def exempting(
    case: Case, intent: Intent, own: Sequence[Exempt], day: date
) -> tuple[Exempting, tuple[Exemption, ...]]:
    """Return the exceptions of an intent, and those whose day is past.

    Args:
        case: What was read.
        intent: The intent.
        own: What it leaves out by itself.
        day: Today.

    Raises:
        NotJudged: One names nothing that is known.
    """
    found = list(own)
    lapsed = []
    for item in intent.exemptions:
        if item.expires is not None and item.expires < day:
            lapsed.append(item)
            continue
        found.append(
            Exempt(
                party(case, item.sources) if item.sources else None,
                party(case, item.destinations) if item.destinations else None,
                ports_of(item.ports),
                item,
            )
        )
    return Exempting(case, tuple(found)), tuple(lapsed)


def _holds_tag(end: End, tag: TagEnd) -> bool:
    if isinstance(end, TagEnd):
        return end.tag.lower() == tag.tag.lower()
    return isinstance(end, InternetEnd)


def _from(space: Space) -> FlowSet:
    if space is _EVERYWHERE:
        return FlowSet.everything()
    return FlowSet.box(sources=space.intervals) if space else FlowSet.empty()


def _to(space: Space) -> FlowSet:
    if space is _EVERYWHERE:
        return FlowSet.everything()
    return space.as_destinations() if space else FlowSet.empty()


_EVERYWHERE = Space.parse("0.0.0.0/0", "::/0")
