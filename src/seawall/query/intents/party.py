"""Who an intent is about: ends as they are written, against what was read."""

from dataclasses import dataclass
from functools import cached_property

from seawall.engine.path import Space
from seawall.flowspace import FlowSet
from seawall.model.end import (
    ApiServerEnd,
    End,
    NameEnd,
    NodeEnd,
    PlatformEnd,
    PodEnd,
    ServiceEnd,
    TagEnd,
)
from seawall.model.intent import ANYONE, Written
from seawall.model.workload import Workload
from seawall.query.case import Case
from seawall.query.services import asked_services
from seawall.query.words.end import parse_end
from seawall.query.words.port import EndError, PortText, parse_port

PODS = "pods"
NODES = "nodes"
EVERY_PORT = (PortText(),)
"""The services of what names none."""
_NEVER_SENDERS = (ApiServerEnd, NameEnd, PlatformEnd, ServiceEnd, TagEnd)


class NotJudged(Exception):  # noqa: N818  (what it says is shown, it is no failure)
    """A part of an intent names nothing that is known; says what and what to do."""

    def __init__(self, written: Written, what: str, mend: str) -> None:
        super().__init__(what)
        self.written = written
        self.what = what
        self.mend = mend


@dataclass(frozen=True)
class Party:
    """One side of an intent.

    Attributes:
        ends: What is named, without repetition.
        is_anyone: Whether it is everybody but nodes and pods on their network.
    """

    ends: tuple[End, ...]
    is_anyone: bool = False

    @cached_property
    def pods(self) -> dict[int, Workload]:
        """The workloads among the ends, by identity."""
        return {id(e.workload): e.workload for e in self.ends if isinstance(e, PodEnd)}


def party(case: Case, written: tuple[Written, ...]) -> Party:
    """Return the ends that some texts mean.

    Raises:
        NotJudged: One of them names nothing in the input.
    """
    found: dict[End, None] = {}
    anyone = False
    for item in written:
        if item.text == ANYONE:
            anyone = True
        elif item.text == PODS:
            found.update(dict.fromkeys(PodEnd(each) for each in case.workloads))
            if not case.workloads:
                raise NotJudged(
                    item,
                    "no workload is in the input",
                    "give the manifests, or what the cluster runs",
                )
        elif item.text == NODES:
            pools = case.cluster.pools if case.cluster else ()
            found.update(dict.fromkeys(NodeEnd(each.name) for each in pools))
            if not pools:
                raise NotJudged(
                    item,
                    "no node pool is in the input",
                    "give what tells them: `az aks show -o json` or a plan",
                )
        else:
            found.update(dict.fromkeys(_ends(case, item)))
    return Party(tuple(found), anyone)


def takers(case: Case, written: tuple[Written, ...]) -> Party:
    """Return the ends that some texts mean, as those that packets are sent to.

    Raises:
        NotJudged: One of them names nothing, or names without end.
    """
    for item in written:
        if item.text.startswith("*."):
            raise NotJudged(
                item,
                f"`{item.text}` stands for any number of names, and not all are asked",
                "name each that is meant; patterns can be excepted and, with "
                "`confine`, be left to somebody",
            )
    return party(case, written)


def _ends(case: Case, item: Written) -> tuple[End, ...]:
    if item.text.startswith("*.") and item.text[2:]:
        return (NameEnd(item.text.lower()),)
    try:
        return parse_end(item.text, case.snapshot)
    except EndError as error:
        raise NotJudged(item, error.what, error.mend) from error


def senders(case: Case, written: tuple[Written, ...]) -> Party:
    """Return the ends that some texts mean, as those that open connections.

    Raises:
        NotJudged: One of them names nothing, or nothing that opens connections.
    """
    for item in written:
        for end in party(case, (item,)).ends:
            if isinstance(end, _NEVER_SENDERS):
                raise NotJudged(
                    item,
                    f"connections that `{case.end_text(end)}` opens are not modelled",
                    "name what opens the connection: workloads, addresses, a subnet, "
                    "node:POOL, internet or onprem",
                )
    return party(case, written)


def ports_of(written: tuple[Written, ...]) -> tuple[PortText, ...]:
    """Return the services that some texts mean; every service if there are none.

    Raises:
        NotJudged: One is no port.
    """
    found = []
    for item in written:
        try:
            found.append(parse_port(item.text))
        except EndError as error:
            raise NotJudged(item, error.what, error.mend) from error
    return tuple(found) or EVERY_PORT


def services(ports: tuple[PortText, ...], target: End) -> FlowSet:
    """Return the headers of some services at one destination."""
    return FlowSet.union_of(asked_services(port, target) for port in ports)


def own_pods(case: Case) -> dict[int, Workload]:
    """Return the workloads that have a network of their own, by identity."""
    return {id(each): each for each in case.workloads if not each.host_network}


def sure_node_space(case: Case) -> Space:
    """Return the addresses of subnets of nodes, so far as it is known which they are.

    Where it is not, every private address may be that of somebody else.
    """
    found = Space()
    places = case.paths.walker.places
    for pool in case.cluster.pools if case.cluster else ():
        found = found | places.surely_nodes(pool)
    return found


def node_space(case: Case) -> Space:
    """Return the addresses that nodes of the cluster have or may have."""
    found = Space()
    for pool in case.cluster.pools if case.cluster else ():
        found = found | case.paths.asking.addresses(NodeEnd(pool.name))
    return found
