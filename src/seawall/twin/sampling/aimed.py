"""Questions that aim at one rule: so that each is met that any packet can meet.

Who passes a rule, from where to where and over what, is known where it is compiled. A
few packets are sent for each, from and to those whom it means. For a rule that nobody
here is meant by, that is told instead.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address
from itertools import chain, islice, zip_longest

from seawall.model.address import AddressRange
from seawall.model.packet import LAST_PORT, WITH_PORTS, PortRange, Protocol
from seawall.model.policy import Direction
from seawall.twin.classes.cast import Cast, PodStand
from seawall.twin.line import Aim, Marks
from seawall.twin.sampling.questions import Question, Stand, is_endpoint
from seawall.twin.sampling.services import SENT

PAIRS_EACH = 6
"""Pairs of ends that a rule is tried with."""

PLATFORM = AddressRange.parse("168.63.129.16/32")
"""Where health probes of load balancers come from: path.md, K6."""
_NOT_SENT = "it is for what no probe is sent over"
_BY_PORT = "it is for certain source ports, which no probe chooses"


@dataclass(frozen=True, slots=True)
class Aimed:
    """What is sent for each rule.

    Attributes:
        questions: By the id of the rule.
        why: By the id of a rule that no packet of the twin can meet: why not.
    """

    questions: dict[str, tuple[Question, ...]]
    why: dict[str, str]


def aimed(marks: Marks, cast: Cast) -> Aimed:
    """Return questions for every rule that was compiled."""
    found: dict[str, tuple[Question, ...]] = {}
    why: dict[str, str] = {}
    for id_, aims in marks.aims.items():
        questions: dict[Question, None] = {}
        for aim in aims:
            questions.update(dict.fromkeys(_for_aim(aim, cast)))
        if questions:
            found[id_] = tuple(questions)
        else:
            why[id_] = _hindrance(aims, cast)
    return Aimed(found, why)


def with_aimed(
    questions: tuple[Question, ...], found: Aimed, most: int
) -> tuple[Question, ...]:
    """Return questions with those that aim at a rule before them, each once.

    Every rule has one before any has two, and those that aim are half at most.
    """
    turns = chain.from_iterable(zip_longest(*found.questions.values()))
    first = dict.fromkeys(it for it in turns if it is not None)
    return tuple(dict.fromkeys((*tuple(first)[: most // 2], *questions)))[:most]


def _for_aim(aim: Aim, cast: Cast) -> Iterator[Question]:
    services = tuple(_services(aim))
    for source, target in islice(_pairs(aim, cast), PAIRS_EACH):
        for protocol, port in services:
            yield Question(source, target, protocol, port)


def _pairs(aim: Aim, cast: Cast) -> Iterator[tuple[Stand, Stand]]:
    senders = [it for it in _senders(cast) if _sends(aim, it)]
    targets = [it for it in (*cast.inside, *cast.places) if _takes(aim, it)]
    # Turned, so that few pairs are of many ends.
    for turn in range(max(len(targets), 1)):
        for at, source in enumerate(senders):
            target = targets[(at + turn) % len(targets)] if targets else source
            if target is not source:
                yield source, target


def _senders(cast: Cast) -> Iterator[Stand]:
    """Yield who sends; those first whom no network policy holds back."""
    everybody: tuple[Stand, ...] = (*cast.machines, *cast.nodes, *cast.pods)
    for stand in everybody:
        if not is_endpoint(stand):
            yield stand


def _sends(aim: Aim, stand: Stand) -> bool:
    seen = _seen_as(stand)
    if not _holds(aim.sources, seen):
        return False
    own = aim.own if aim.way is Direction.EGRESS else None
    return own is None or not own.isdisjoint(seen)


def _takes(aim: Aim, stand: Stand) -> bool:
    if not _holds(aim.targets, (stand.address,)):
        return False
    own = aim.own if aim.way is Direction.INGRESS else None
    return own is None or stand.address in own


def _seen_as(stand: Stand) -> tuple[IPv4Address, ...]:
    """Return what somebody may be seen as: a pod also as its node, which hides it."""
    if isinstance(stand, PodStand):
        return stand.address, stand.node.address
    return (stand.address,)


def _holds(ranges: tuple[AddressRange, ...], found: Iterable[IPv4Address]) -> bool:
    return any(at in item for at in found for item in ranges)


def _services(aim: Aim) -> Iterator[tuple[Protocol, int]]:
    if aim.has_source_ports:
        return
    for number, ports in aim.services:
        for protocol in sorted(it for it in SENT if number in (None, it)):
            if protocol in WITH_PORTS:
                yield protocol, _port(ports)
            elif ports.first <= 1 and ports.last == LAST_PORT:
                yield protocol, 0


def _port(ports: PortRange) -> int:
    return ports.first if ports.last - ports.first < LAST_PORT - 1 else 4_444


def _hindrance(aims: Iterable[Aim], cast: Cast) -> str:
    """Return why no packet is sent for a rule."""
    listed = tuple(aims)
    if all(aim.has_source_ports for aim in listed):
        return _BY_PORT
    if not any(tuple(_services(aim)) for aim in listed):
        return _NOT_SENT
    inside = tuple(_senders(cast))
    if not any(_sends(aim, it) for aim in listed for it in inside):
        return _absent(listed, cast)
    everybody: tuple[Stand, ...] = (*cast.inside, *cast.places)
    if not any(_takes(aim, it) for aim in listed for it in everybody):
        return "nobody in the twin is where it leads"
    return "whom it means as sender is all that it leads to"


def _absent(aims: tuple[Aim, ...], cast: Cast) -> str:
    """Return why nobody sends from where a rule means."""
    if all(set(aim.sources) == {PLATFORM} for aim in aims):
        return "it is for health probes of the platform, which nobody sends here"
    gateways = {it.inside for it in cast.gateways}
    if gateways and any(
        not gateways.isdisjoint(aim.own or ()) or _holds(aim.sources, gateways)
        for aim in aims
    ):
        return "it is for what a gateway sends or takes, and no packet of one met it"
    places = [(it.address,) for it in cast.places]
    if any(_holds(aim.sources, it) for aim in aims for it in places):
        return "whom it means as sender is outside, and nobody asks from there"
    return "nobody in the twin sends from where it means"
