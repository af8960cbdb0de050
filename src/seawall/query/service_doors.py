"""What reaches a Service from outside the cluster, through its doors.

Who is on the internet stands before a public door. Anybody else has a way to it, with
the filters, routes and translation of where he is. Where the address of a door is not
known, that way is asked for every address that it may have.

Source: docs/semantics/path.md, S4, B and V6.
"""

from collections.abc import Iterator
from dataclasses import replace

from seawall.engine.path import (
    Answer,
    Branch,
    Door,
    PathModel,
    PolicyOracle,
    Ruling,
    StartKind,
    Step,
    one_of,
)
from seawall.engine.path.ground.space import Space
from seawall.engine.path.ground.verdicts import agreed
from seawall.flowspace import Field
from seawall.model.address import AddressRange
from seawall.model.end import AddressEnd, End, InternetEnd
from seawall.model.service import Service
from seawall.model.trace import Layer
from seawall.model.translation import LoadBalancer

_TRANSIT = (Layer.ROUTE, Layer.PEERING, Layer.FIREWALL, Layer.SERVICE_ENDPOINT)


def by_doors(
    paths: PathModel, policy: PolicyOracle, source: End, service: Service
) -> list[Answer]:
    """Return what reaches a Service by each of its doors; nothing if it has none."""
    starts = paths.starts(source)
    is_there = all(each.kind is StartKind.INTERNET for each in starts)
    found: list[Answer] = []
    for door in paths.doors():
        if door.service != service.label:
            continue
        if not door.is_public and isinstance(source, InternetEnd):
            continue
        if (is_there and door.is_public) or _is_anywhere(door):
            entries = paths.enter(door, policy=policy, source=source)
            found += [entry.answer for entry in entries]
        elif door.addresses:
            end = AddressEnd(door.addresses.ranges)
            found.append(
                paths.partition(source, end, services=door.headers, policy=policy)
            )
        elif door.is_public:
            found += _by_the_internet(paths, policy, source, door)
        else:
            found += _inside(paths, policy, source, door)
    return found


def _is_anywhere(door: Door) -> bool:
    """Whether it is not known at all where a door is. Source: path.md, B13."""
    device = door.device
    return (
        isinstance(device, LoadBalancer)
        and bool(device.other_class)
        and not door.addresses
    )


def _by_the_internet(
    paths: PathModel, policy: PolicyOracle, source: End, door: Door
) -> Iterator[Answer]:
    """Yield what may come to a door whose public address is not known."""
    entries = paths.enter(door, policy=policy)
    parts = [entry.answer.partition for entry in entries]
    if not any(part.allowed or part.unknown for part in parts):
        yield from (entry.answer for entry in entries)
        return
    answer = paths.partition(
        source, InternetEnd(), services=door.headers, policy=policy
    )
    says = f"which public address {door.name} has is not known"
    ruling = Ruling.not_known(says, "docs/semantics/path.md, B6")
    ways = tuple(
        way.judged(Layer.LOAD_BALANCER, door.name, ruling) for way in answer.branches
    )
    yield replace(
        answer, partition=agreed(way.verdicts() for way in ways), branches=ways
    )


def _inside(
    paths: PathModel, policy: PolicyOracle, source: End, door: Door
) -> Iterator[Answer]:
    """Yield what comes to a door in a network that waits for its address."""
    for entry in paths.enter(door, policy=policy, source=source):
        answer = entry.answer
        flows = answer.partition.flows
        there = flows.project(Field.DESTINATION)
        ranges = tuple(
            AddressRange(family, first, last)
            for family, spans in there.items()
            for first, last in spans
        )
        ways = tuple(
            replace(way.within(sent.flows), steps=(*_until_there(sent), *way.steps))
            for start in paths.starts(source)
            for sent in paths.walk(start, AddressEnd(ranges), door.headers)
            for way in answer.branches
            if way.flows & sent.flows
        )
        parts = one_of(agreed(way.verdicts() for way in ways), (Space.of(ranges),))
        yield replace(answer, partition=parts, branches=ways)


def _until_there(way: Branch) -> tuple[Step, ...]:
    """Return the steps of a way before it comes to the subnet of its destination."""
    last = max(
        (at for at, step in enumerate(way.steps) if step.layer in _TRANSIT), default=-1
    )
    return way.steps[: last + 1]
