"""Every way in from outside, and what becomes of packets that come to it."""

from collections.abc import Iterator
from dataclasses import dataclass

from seawall.engine.path import Door, DoorKind, Entry, PathModel, PolicyOracle
from seawall.flowspace import FlowSet
from seawall.model.address import AddressRange, merged
from seawall.model.end import AddressEnd, End, InternetEnd
from seawall.model.origin import Origin
from seawall.model.trace import Hop, Reply, Verdict

NETWORKS = "private networks"
ENDPOINTS = "private endpoints elsewhere"


@dataclass(frozen=True, slots=True)
class DoorAnswer:
    """What becomes of packets that come to one door and are meant for one end.

    Attributes:
        door: The door.
        end: What it leads to; None if nothing known stands behind it.
        name: The door as a person knows it.
        source: Who was asked about: `internet`, or `private networks`.
        target: What it leads to, in words.
        verdict: Allowed if something surely arrives, else unknown if something may.
        flows: What arrives, or may arrive if the verdict is unknown; in headers as
            they are at the door.
        reply: What becomes of the reply to the packet that is shown.
        forward: The way of one packet from the door on.
        back: The way of the reply to it.
        origin: Where the door stands in the input.
    """

    door: Door
    end: End | None
    name: str
    source: str
    target: str
    verdict: Verdict
    flows: FlowSet
    reply: Reply
    forward: tuple[Hop, ...]
    back: tuple[Hop, ...]
    origin: Origin


def doors_in(paths: PathModel, policies: PolicyOracle) -> tuple[DoorAnswer, ...]:
    """Return what every door leads to, those of the internet first.

    Public doors are asked for the internet, the others for the networks in the input.
    The API server is left out: who reaches it is a question of its own.
    """
    return tuple(
        answer
        for door in paths.doors()
        if door.kind is not DoorKind.API_SERVER
        for answer in ask_door(paths, policies, door)
    )


def ask_door(
    paths: PathModel, policies: PolicyOracle, door: Door, source: End | None = None
) -> Iterator[DoorAnswer]:
    """Yield what becomes of packets that come to a door, for each end behind it.

    Args:
        paths: The network.
        policies: The network policies.
        door: One of its doors.
        source: Where packets come from; None is the internet for a public door, and
            the networks in the input for another.
    """
    outside = source or (InternetEnd() if door.is_public else _networks(paths))
    if outside is None:
        return
    words = str(outside) if source or door.is_public else NETWORKS
    if door.kind is DoorKind.PRIVATE_LINK and not door.is_public:
        words = ENDPOINTS
    for entry in paths.enter(door, policy=policies, source=outside):
        yield _answer(paths, entry, words)


def _networks(paths: PathModel) -> AddressEnd | None:
    """Return whoever may come to a private door: the networks, and on premises."""
    fabric = paths.snapshot.fabric
    ranges: list[AddressRange] = [
        item for network in fabric.networks for item in network.space
    ]
    for gateway in fabric.gateways:
        ranges += paths.atlas.behind(gateway).ranges
    return AddressEnd(merged(ranges)) if ranges else None


def _answer(paths: PathModel, entry: Entry, source: str) -> DoorAnswer:
    answer = entry.answer
    verdict, flows = Verdict.DENIED, answer.denied
    if answer.allowed:
        verdict, flows = Verdict.ALLOWED, answer.allowed
    elif answer.unknown:
        verdict, flows = Verdict.UNKNOWN, answer.unknown
    witness = flows.witness()
    forward: tuple[Hop, ...] = ()
    back: tuple[Hop, ...] = ()
    reply = Reply.NOT_SENT
    if witness is not None:
        forward = paths.explain(answer, witness)
        if verdict is not Verdict.DENIED:
            reply, back = paths.replies(answer, witness)
    return DoorAnswer(
        door=entry.door,
        end=entry.target,
        name=f"{entry.door.kind.value} {entry.door.name}",
        source=source,
        target=_target(entry),
        verdict=verdict,
        flows=flows if verdict is not Verdict.DENIED else FlowSet.empty(),
        reply=reply,
        forward=forward,
        back=back,
        origin=entry.door.origin,
    )


def _target(entry: Entry) -> str:
    if entry.target is not None:
        return str(entry.target)
    if entry.door.kind is DoorKind.NODE:
        return entry.door.name
    return entry.door.service or "nothing that is known"
