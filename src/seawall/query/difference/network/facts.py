"""What other questions answer of a side, each as one verdict that compares."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

from seawall.model.end import PodEnd
from seawall.model.origin import Origin
from seawall.model.packet import LAST_PORT
from seawall.model.trace import Verdict
from seawall.query.case import Case
from seawall.query.control_plane.api_server import past_the_network
from seawall.query.control_plane.calls import calls
from seawall.query.difference.change import NamedEnd
from seawall.query.difference.network.survey import Survey
from seawall.query.difference.side import Name, name_of
from seawall.query.edge import edge
from seawall.query.services import ANY, Service
from seawall.query.side_doors.answer import side_doors
from seawall.query.side_doors.standing import standing_doors
from seawall.query.trace.way_back import in_practice, lost_at

API_SERVER = NamedEnd("api-server", "API server")


class FactKey(NamedTuple):
    """What makes a fact the same on both sides.

    *pool* is empty where it holds on every pool.
    """

    area: str
    via: str
    source: Name | NamedEnd
    target: Name | NamedEnd
    services: tuple[Service, ...]
    pool: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """One verdict of one side.

    Attributes:
        verdict: The verdict.
        says: What decided, as a clause.
        origin: Where that stands.
        way: By which way, in words, where that counts.
        is_about_both: Whether it says nothing where the other side lacks it.
    """

    verdict: Verdict
    says: str
    origin: Origin | None
    way: str = ""
    is_about_both: bool = False


Facts = dict[FactKey, Fact]


def facts_of(survey: Survey, touched: Collection[Name]) -> Facts:
    """Return the facts of a side.

    Args:
        survey: The side.
        touched: The workloads about which side doors are asked.
    """
    case = survey.case
    found: Facts = {}
    for key, fact in _always(case):
        known = found.setdefault(key, fact)
        if known.verdict is not fact.verdict:
            # One question with several answers: what is certain of none of them.
            found[key] = Fact(Verdict.UNKNOWN, fact.says, fact.origin)
    found.update(_of_workloads(survey, touched))
    return found


def matching(facts: Mapping[FactKey, Fact], key: FactKey) -> Fact | None:
    """Return the fact of a key; one that holds on every pool holds on each."""
    found = facts.get(key)
    if found is None and key.pool:
        found = facts.get(key._replace(pool=""))
    return found


def keys_of(one: Facts, other: Facts) -> Iterator[FactKey]:
    """Yield the keys of both sides, in the finer of the ways in which they are told."""
    by_pool = {key._replace(pool="") for key in (*one, *other) if key.pool}
    for key in dict.fromkeys((*one, *other)):
        if key.pool or key not in by_pool:
            yield key


def _always(case: Case) -> Iterator[tuple[FactKey, Fact]]:
    yield from _edge(case)
    yield from _doors(case)
    if case.cluster is None:
        return
    for entrance in past_the_network(case.cluster):
        key = FactKey(
            "API server", "", NamedEnd("end", entrance.who), API_SERVER, (ANY,)
        )
        yield key, Fact(entrance.verdict, entrance.reason, entrance.origin)
    for called in calls(case):
        port = ("TCP", str(called.port) if called.port else f"0-{LAST_PORT}")
        targets = [f"nodes of {pool}" for pool in called.pools] or [called.target]
        for name, text in product(called.names or ("",), targets):
            via = f"{called.kind} {name}".rstrip()
            target = NamedEnd("end", text)
            key = FactKey("control plane", via, API_SERVER, target, (port,))
            says = called.reason or "nothing on the way denies it"
            yield key, Fact(called.verdict, says, called.origin)
    for door in standing_doors(case):
        target = NamedEnd("standing-door", door.name)
        anyone = NamedEnd("end", "whoever can address it")
        key = FactKey("side doors", "", anyone, target, (ANY,))
        yield key, Fact(door.verdict, door.text, door.origin)


def _edge(case: Case) -> Iterator[tuple[FactKey, Fact]]:
    for item in edge(case):
        way = item.way
        where = f"{way.host or ''}{way.path or ''}"
        target = (
            name_of(item.target) if item.target else NamedEnd("end", item.target_text)
        )
        port = str(item.port) if item.port is not None else f"0-{LAST_PORT}"
        key = FactKey(
            "ways in",
            way.label,
            NamedEnd("way-in", f"{way.proxy.name} for {where or 'any host'}"),
            target,
            ((way.protocol.name, port),),
        )
        says = item.reason or "nothing on the way denies it"
        yield key, Fact(item.verdict, says, way.origin)


def _doors(case: Case) -> Iterator[tuple[FactKey, Fact]]:
    """Yield doors that lead to no pod of the input, and whether answers come back."""
    for door in case.doors if case.cluster else ():
        source, target = NamedEnd("end", door.source), NamedEnd("end", door.target)
        verdict = in_practice(door.verdict, door.reply)
        says = f"{door.name} hands it on"
        if door.verdict is Verdict.ALLOWED and verdict is not Verdict.ALLOWED:
            says = f"the reply is lost: {lost_at(door.back)}"
        elif door.verdict is not Verdict.ALLOWED:
            says = next(
                (
                    hop.says
                    for hop in door.forward
                    if hop.verdict is not Verdict.ALLOWED
                ),
                "no packet fits",
            )
        leads_to_pods = isinstance(door.end, PodEnd)
        if leads_to_pods and door.verdict is not Verdict.ALLOWED:
            continue
        key = FactKey("ways in", door.name, source, target, (ANY,))
        fact = Fact(verdict, says, door.origin, is_about_both=leads_to_pods)
        yield key, fact


def _of_workloads(survey: Survey, touched: Collection[Name]) -> Facts:
    """Return what workloads reach beside pods."""
    found: Facts = {}
    case = survey.case
    asked = [survey.workload(it) for it in touched if it in survey.positions]
    if not asked or case.cluster is None:
        return found
    by_label = {item.label: name_of(item) for item in asked}
    for passage in side_doors(case, asked):
        door = passage.door
        target = NamedEnd("side-door", door.name)
        fact = Fact(passage.verdict, passage.reason, passage.origin)
        for label, pool in _each(passage.workloads, passage.pools):
            key = FactKey("side doors", "", by_label[label], target, (ANY,), pool)
            found[key] = fact
    return found


def _each(labels: Iterable[str], pools: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for label in labels:
        for pool in pools or ("",):
            yield label, pool
