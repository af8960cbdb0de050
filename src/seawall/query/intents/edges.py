"""What outside clients reach by the doors of a cluster, and by the proxies behind them.

A proxy ends the client's connection and opens its own, so no packet of the client
arrives at the pods. Whoever forbids it means the client all the same.

Source: Kubernetes docs, concepts, "Ingress"; docs/semantics/path.md.
"""

from collections.abc import Iterator
from functools import cached_property

from seawall.flowspace import Field, FlowSet
from seawall.model.address import AddressRange
from seawall.model.end import (
    AddressEnd,
    End,
    InternetEnd,
    OnPremisesEnd,
    PodEnd,
    SubnetEnd,
)
from seawall.model.trace import Verdict
from seawall.model.workload import HostPort
from seawall.query.ask import answered
from seawall.query.case import Case
from seawall.query.edge import edge
from seawall.query.intents.crossing import Crossing
from seawall.query.intents.party import Party, services
from seawall.query.reach.entering import NOT_TO_PODS, door_text, entering
from seawall.query.ways_in import Arrival
from seawall.query.words.port import PortText

OUTSIDE = (AddressEnd, InternetEnd, OnPremisesEnd, SubnetEnd)


class Edges:
    """The ways in for clients outside of the cluster."""

    def __init__(self, case: Case) -> None:
        self._case = case
        self._entered: dict[End, list[tuple[End, FlowSet, FlowSet, str]]] = {}

    def crossings(
        self, sources: Party, targets: Party, ports: tuple[PortText, ...]
    ) -> Iterator[Crossing]:
        """Yield what outside sources reach by a door or a proxy, or may.

        Complexity: a walk for each outside source and each door, and one for each pair
        of a proxy and what stands behind it.
        """
        yield from self._by_host_ports(sources, targets, ports)
        outside = [end for end in sources.ends if isinstance(end, OUTSIDE)]
        if not outside or not targets.pods:
            return
        for source in outside:
            for end, allowed, unknown, via in self._by_doors(source):
                if isinstance(end, PodEnd) and id(end.workload) in targets.pods:
                    wanted = services(ports, end)
                    yield Crossing(source, end, allowed & wanted, unknown & wanted, via)
        for arrival in self._arrivals:
            if id(arrival.target) not in targets.pods:
                continue
            for source in outside:
                found = self._through(source, arrival, ports)
                if found is not None:
                    yield found

    def _by_doors(self, source: End) -> list[tuple[End, FlowSet, FlowSet, str]]:
        """Return what comes from a source by each door, and where it ends.

        Questions from the internet to pods are asked about its doors as they are.
        """
        if isinstance(source, InternetEnd):
            return []
        if source not in self._entered:
            case = self._case
            self._entered[source] = [
                (end, part.allowed, part.unknown, door_text(door))
                for door in case.paths.doors()
                if door.kind not in NOT_TO_PODS
                for end, part in entering(case.paths, case.policies, door, source)
                if end is not None and (part.allowed or part.unknown)
            ]
        return self._entered[source]

    def _by_host_ports(
        self, sources: Party, targets: Party, ports: tuple[PortText, ...]
    ) -> Iterator[Crossing]:
        """Yield what may come to pods by ports of their nodes.

        Whether a source reaches the node there is not asked, so it is unknown unless
        the pods' policies deny it to every address.

        Source: docs/semantics/path.md, D6.
        """
        for workload in targets.pods.values():
            end = PodEnd(workload)
            held = () if workload.host_network else workload.host_ports
            wanted = FlowSet.union_of(map(_at_pod, held)) & services(ports, end)
            if not wanted:
                continue
            wanted = wanted - self._case.policies.ingress(workload, None).denied
            for source in (*sources.ends, *((_ANYBODY,) if sources.is_anyone else ())):
                if wanted and source != end:
                    via = "a host port of its node"
                    yield Crossing(source, end, FlowSet.empty(), wanted, via)

    @cached_property
    def _arrivals(self) -> tuple[Arrival, ...]:
        return tuple(
            item
            for item in edge(self._case)
            if item.target is not None and item.verdict is not Verdict.DENIED
        )

    def _through(
        self, source: End, arrival: Arrival, ports: tuple[PortText, ...]
    ) -> Crossing | None:
        if arrival.target is None:
            return None
        target = PodEnd(arrival.target)
        number = arrival.port
        spans = None if number is None else ((number, number),)
        protocol = int(arrival.way.protocol)
        there = FlowSet.box(protocols=((protocol, protocol),), destination_ports=spans)
        there &= services(ports, target)
        if not there:
            return None
        allowed, unknown = self._clients(source, arrival)
        if arrival.verdict is Verdict.UNKNOWN:
            allowed, unknown = FlowSet.empty(), allowed | unknown
        if not allowed and not unknown:
            return None
        way = arrival.way
        via = f"{way.kind} {way.namespace}/{way.name}"
        if arrival.proxies:
            via += f" through {arrival.proxies[0].label}"
        return Crossing(source, target, allowed & there, unknown & there, via)

    def _clients(self, source: End, arrival: Arrival) -> tuple[FlowSet, FlowSet]:
        """Return the sources that surely reach a proxy of a way, and those that may."""
        if not arrival.proxies:
            space = self._case.paths.asking.addresses(source)
            return FlowSet.empty(), space.as_sources()
        sure, perhaps = FlowSet.empty(), FlowSet.empty()
        for proxy in arrival.proxies:
            answer = answered(self._case, source, PodEnd(proxy), FlowSet.everything())
            sure |= _sources(answer.allowed)
            perhaps |= _sources(answer.unknown)
            for end, allowed, unknown, _ in self._by_doors(source):
                if isinstance(end, PodEnd) and end.workload is proxy:
                    sure |= _sources(allowed)
                    perhaps |= _sources(unknown)
        return sure, perhaps - sure


def _sources(flows: FlowSet) -> FlowSet:
    return FlowSet.box(sources=flows.project(Field.SOURCE)) if flows else flows


def _at_pod(port: HostPort) -> FlowSet:
    """Return the packets that a host port hands to the pod, as the pod gets them."""
    protocol = int(port.protocol)
    spans = ((port.target, port.target),) if port.target else None
    return FlowSet.box(protocols=((protocol, protocol),), destination_ports=spans)


_ANYBODY = AddressEnd((AddressRange.everything(4),))
