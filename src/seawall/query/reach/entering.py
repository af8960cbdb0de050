"""What comes into the cluster through a door, by where it ends."""

from collections.abc import Iterable, Iterator

from seawall.engine.path import (
    Branch,
    Door,
    DoorKind,
    Partition,
    PathModel,
    StartKind,
    TablePolicies,
)
from seawall.engine.path.ground.space import EVERYWHERE
from seawall.engine.path.ground.verdicts import agreed
from seawall.flowspace import Field, FlowSet
from seawall.model.end import AddressEnd, End, InternetEnd, PodEnd

NOT_TO_PODS = (DoorKind.API_SERVER, DoorKind.PODS)


def entering(
    paths: PathModel, policy: TablePolicies, door: Door, outside: End
) -> Iterator[tuple[End | None, Partition]]:
    """Yield what comes through a door from an end outside, for each end behind it.

    Headers are those at the door. Who is not on the internet has a way to the address
    of the door, with filters on it; where that is not known, nothing is sure.
    """
    starts = paths.starts(outside)
    if door.is_public and all(each.kind is StartKind.INTERNET for each in starts):
        for entry in paths.enter(door, policy=policy, source=outside):
            yield entry.target, entry.answer.partition
    elif door.addresses:
        answer = paths.partition(
            outside,
            AddressEnd(door.addresses.ranges),
            services=door.headers,
            policy=policy,
        )
        found = dict(by_target(answer.branches))
        lost = _lost(answer.branches)
        # What is lost on the way to the door may end at anything behind it.
        for entry in paths.enter(door, policy=policy, source=outside) if lost else ():
            here, behind = found.get(entry.target, Partition()), entry.answer.partition
            perhaps = lost & (behind.allowed | behind.unknown)
            found[entry.target] = Partition(
                allowed=here.allowed - perhaps,
                denied=here.denied - perhaps,
                unknown=here.unknown | perhaps,
            )
        yield from found.items()
    elif door.is_public:
        yield from _by_the_internet(paths, policy, door, outside)
    else:
        for entry in paths.enter(door, policy=policy, source=outside):
            part = entry.answer.partition
            # The filters were asked about an address that is not the door's.
            maybe = Partition(unknown=part.allowed | part.unknown)
            yield entry.target, maybe


def _by_the_internet(
    paths: PathModel, policy: TablePolicies, door: Door, outside: End
) -> Iterator[tuple[End | None, Partition]]:
    """Yield what may come to a door whose public address is not known, by its end.

    It leaves its network for some public address, and arrives with another.
    """
    answer = paths.partition(
        outside, InternetEnd(), services=door.headers, policy=policy
    )
    everyone = EVERYWHERE.intervals
    leaves = (answer.allowed | answer.unknown).some(Field.DESTINATION, everyone)
    for entry in paths.enter(door, policy=policy):
        part = entry.answer.partition
        arrives = (part.allowed | part.unknown).some(Field.SOURCE, everyone)
        yield entry.target, Partition(unknown=leaves & arrives)


def door_text(door: Door) -> str:
    """Return a door as a person would call it."""
    if door.service:
        return f"Service {door.service}"
    return f"{door.kind.value} {door.name}"


def _lost(branches: Iterable[Branch]) -> FlowSet:
    """Return the flows of which it is not known where they end."""
    return FlowSet.union_of(
        way.verdicts().unknown
        for way in branches
        if way.arrival is None and not isinstance(way.question.target, PodEnd)
    )


def by_target(branches: Iterable[Branch]) -> Iterator[tuple[End | None, Partition]]:
    """Yield what becomes of the flows of some ways, for each end that they lead to."""
    found: dict[End | None, list[Partition]] = {}
    for way in branches:
        found.setdefault(way.question.target, []).append(way.verdicts())
    for target, parts in found.items():
        yield target, agreed(parts)
