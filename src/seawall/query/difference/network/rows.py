"""What is asked of each side: who, to whom, and what becomes of the packets.

A row is about all packets between two ends, or between an end and all addresses. It
knows how to ask about one of them again, so that what decided can be told.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from seawall.engine.path import Answer, DoorKind, gateway_note
from seawall.engine.path.ground.verdicts import agreed
from seawall.flowspace import AddressField, Field, FlowSet
from seawall.model.address import AddressRange
from seawall.model.end import (
    AddressEnd,
    ApiServerEnd,
    End,
    InternetEnd,
    NameEnd,
    NodeEnd,
    PodEnd,
)
from seawall.model.trace import AccessPath
from seawall.model.workload import Workload
from seawall.query.case import Case
from seawall.query.control_plane.api_server import HTTPS, askers, who
from seawall.query.difference.change import NamedEnd
from seawall.query.difference.network.survey import Survey
from seawall.query.difference.side import Name
from seawall.query.firewall_names import allowed_names
from seawall.query.policy_names import knowing
from seawall.query.reach.cells import NOTHING, Passing, by_service, passing
from seawall.query.reach.entering import door_text
from seawall.query.reach.network import Place, stand_in
from seawall.query.services import asked_services
from seawall.query.side_doors.answer import NAMELESS, JudgedAs
from seawall.query.ways_out import through_text

Asking = Callable[[AddressRange | None, FlowSet], Iterable[Answer]]
"""Asks about one address, where addresses count, and some services."""


class Anywhere(NamedTuple):
    """Stands for all addresses at one end of a row."""


ANYWHERE = Anywhere()
RowEnd = Name | NamedEnd | Anywhere


class Key(NamedTuple):
    """What makes a row the same on both sides."""

    area: str
    via: str
    source: RowEnd
    target: RowEnd


@dataclass(frozen=True, slots=True)
class Row:
    """What becomes of packets between two ends, on one side.

    Attributes:
        passing: What passes; of addresses only those of *field* count.
        field: At which end addresses are told apart; None if at neither.
        case: The side.
        ask: Asks again.
        way: By which way packets go, in words, where that is told.
        tells_way_only: Whether what passes is told elsewhere, and here by which way.
    """

    passing: Passing
    field: AddressField | None
    case: Case
    ask: Asking
    way: str = ""
    tells_way_only: bool = False


def outward_rows(survey: Survey, names: Iterable[Name]) -> Iterator[tuple[Key, Row]]:
    """Yield what workloads may send to addresses."""
    for name in names:
        if name in survey.positions:
            known = survey.outward.passing(survey.positions[name])
            end = PodEnd(survey.workload(name))
            key = Key("ways out", "", name, ANYWHERE)
            yield (
                key,
                Row(
                    known, Field.DESTINATION, survey.case, to_address(survey.case, end)
                ),
            )


def inward_rows(survey: Survey, names: Iterable[Name]) -> Iterator[tuple[Key, Row]]:
    """Yield what addresses may send to workloads, directly and by each door."""
    for name in names:
        if name not in survey.positions:
            continue
        end = PodEnd(survey.workload(name))
        for via, known in survey.inward.passings(survey.positions[name]).items():
            ask = (
                _by_door(survey.case, via, end)
                if via
                else from_address(survey.case, end)
            )
            yield (
                Key("ways in", via, ANYWHERE, name),
                Row(known, Field.SOURCE, survey.case, ask),
            )


def name_rows(
    survey: Survey, group: Sequence[Name], asked: Iterable[tuple[str, str]]
) -> Iterator[tuple[Key, Row]]:
    """Yield what workloads may send to names, and by which door of a resource.

    Args:
        survey: The side.
        group: Workloads that fare alike; the first speaks for all.
        asked: Names as they are told, each with one that it stands for.
    """
    workload = survey.workload(group[0])
    # One for all names that no policy speaks of, as what is found about servers of
    # names is kept with it.
    plain = JudgedAs(survey.case.policies, workload)
    for text, example in asked:
        case = knowing(survey.case, NameEnd(example))
        policy = plain if case is survey.case else JudgedAs(case.policies, workload)
        row = _from_pods(case, workload, policy, example)
        for name in group:
            yield Key("names", "", name, NamedEnd("name", text)), row


def node_rows(
    survey: Survey, asked: Iterable[tuple[str, str]]
) -> Iterator[tuple[Key, Row]]:
    """Yield what nodes may send to names, by pool."""
    listed = list(asked)
    cluster = survey.case.cluster
    for pool in cluster.pools if cluster else ():
        for text, example in listed:
            source = NamedEnd("end", f"nodes of {pool.name}")
            key = Key("names", "", source, NamedEnd("name", text))
            yield key, _to_name(survey.case, NodeEnd(pool.name), example)


def exit_rows(survey: Survey) -> Iterator[tuple[Key, Row]]:
    """Yield through what the pods of each pool leave, whatever policies say."""
    cluster = survey.case.cluster
    for pool in cluster.pools if cluster else ():
        place = Place(host_network=False, pool=pool.name)
        answer = survey.case.paths.partition(PodEnd(stand_in(place)), InternetEnd())
        way = through_text(answer, answer.allowed | answer.unknown)
        source = NamedEnd("end", f"pods on {pool.name}, by the network alone")
        key = Key("ways out", "", source, NamedEnd("end", "the internet"))
        known = passing_by_service(answer)
        yield key, Row(known, None, survey.case, _nobody, way, tells_way_only=True)


def _from_pods(case: Case, workload: Workload, policy: JudgedAs, example: str) -> Row:
    """Return what pods may send to a name.

    Where the network does not see their addresses, it is asked for any pod of a pool,
    so that its answer serves for others too; policies are asked about the workload.
    """
    end = PodEnd(workload)
    if workload.host_network or not case.paths.atlas.pods_are_hidden:
        return _to_name(case, end, example)
    pools = {start.pool.name for start in case.paths.starts(end) if start.pool}
    answers = []
    for pool in sorted(pools):
        place = Place(host_network=False, pool=pool, gateway=gateway_note(workload))
        someone = replace(stand_in(place), namespace=NAMELESS)
        answers.append(
            case.paths.partition(PodEnd(someone), NameEnd(example), policy=policy)
        )
    if not answers:
        return _to_name(case, end, example)
    parts = agreed(each.partition for each in answers)
    known = by_service(passing(parts, Field.SOURCE, Field.DESTINATION))
    way = _way(path for each in answers for path in each.paths)
    return Row(known, None, case, between(case, end, NameEnd(example)), way)


def _way(paths: Iterable[AccessPath]) -> str:
    return " or ".join(sorted({path.value for path in paths}))


def _to_name(case: Case, end: End, example: str) -> Row:
    target = NameEnd(example)
    answer = case.paths.partition(end, target, policy=case.policies)
    way = _way(answer.paths)
    return Row(passing_by_service(answer), None, case, between(case, end, target), way)


def api_rows(survey: Survey) -> Iterator[tuple[Key, Row]]:
    """Yield who reaches the API server, the internet by address."""
    case, target = survey.case, ApiServerEnd()
    services = asked_services(HTTPS, target)
    server = NamedEnd("api-server", "API server")
    for end in askers(case):
        answer = case.paths.partition(
            end, target, services=services, policy=case.policies
        )
        if isinstance(end, InternetEnd):
            known = passing(answer.partition, Field.DESTINATION)
            key = Key("API server", "", ANYWHERE, server)
            yield key, Row(known, Field.SOURCE, case, from_address(case, target))
            continue
        known = passing_by_service(answer)
        key = Key("API server", "", NamedEnd("end", who(case, end)), server)
        yield key, Row(known, None, case, between(case, end, target))


def names_of(case: Case) -> dict[str, str]:
    """Return the names that an input speaks of, each with one that it stands for.

    Those that firewalls allow, and those of platform resources.
    """
    found: dict[str, str] = {}
    for firewall in case.snapshot.fabric.firewalls:
        for name in allowed_names(firewall):
            found.setdefault(name.text.lower(), name.example)
    for resource in case.snapshot.fabric.resources:
        if not resource.is_api_server:
            for host in resource.host_names:
                found.setdefault(host.lower(), host)
    return found


def passing_by_service(answer: Answer) -> Passing:
    """Return what passes, whatever the addresses."""
    return by_service(passing(answer.partition, Field.SOURCE, Field.DESTINATION))


def to_address(case: Case, source: End) -> Asking:
    """Return what asks about packets from an end to one address, or the internet."""

    def ask(address: AddressRange | None, services: FlowSet) -> Iterable[Answer]:
        end = AddressEnd((address,)) if address else InternetEnd()
        yield case.paths.partition(source, end, services=services, policy=case.policies)

    return ask


def from_address(case: Case, target: End) -> Asking:
    """Return what asks about packets from one address, or the internet, to an end."""

    def ask(address: AddressRange | None, services: FlowSet) -> Iterable[Answer]:
        end = AddressEnd((address,)) if address else InternetEnd()
        yield case.paths.partition(end, target, services=services, policy=case.policies)

    return ask


def between(case: Case, source: End, target: End) -> Asking:
    """Return what asks about packets between two ends that are no addresses."""

    def ask(_address: AddressRange | None, services: FlowSet) -> Iterable[Answer]:
        policy = case.policies
        yield case.paths.partition(source, target, services=services, policy=policy)

    return ask


def _by_door(case: Case, via: str, target: PodEnd) -> Asking:
    def ask(address: AddressRange | None, services: FlowSet) -> Iterable[Answer]:
        for door in case.paths.doors():
            if door.kind is DoorKind.API_SERVER or door_text(door) != via:
                continue
            outside = AddressEnd((address,)) if address else None
            for entry in case.paths.enter(door, policy=case.policies, source=outside):
                if entry.target == target:
                    part = entry.answer.partition & services
                    yield replace(entry.answer, partition=part)

    return ask


def pair_row(survey: Survey, source: Name, target: Name, known: Passing) -> Row:
    """Return what passes between two workloads that are there."""
    ends = PodEnd(survey.workload(source)), PodEnd(survey.workload(target))
    return Row(known, None, survey.case, between(survey.case, *ends))


def nothing_of(row: Row) -> Row:
    """Return a row of the same kind by which nothing passes, as nothing is there."""
    return replace(row, passing=NOTHING, ask=_nobody, way="")


def _nobody(_address: AddressRange | None, _services: FlowSet) -> Iterable[Answer]:
    return ()
