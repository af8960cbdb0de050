"""What outside clients reach by the doors of a cluster, and by the proxies behind them.

A proxy ends the client's connection and opens its own, so no packet of the client
arrives at the pods. Whoever forbids it means the client all the same.

Source: Kubernetes docs, concepts, "Ingress"; docs/semantics/path.md.
"""

from collections.abc import Iterator
from functools import cached_property

from seawall.flowspace import FlowSet
from seawall.model.address import AddressRange, without
from seawall.model.end import (
    AddressEnd,
    End,
    InternetEnd,
    NodeEnd,
    OnPremisesEnd,
    PodEnd,
    SubnetEnd,
)
from seawall.model.packet import Protocol
from seawall.model.service import ServiceType
from seawall.model.trace import Verdict
from seawall.model.workload import HostPort, Workload
from seawall.query.ask import answered
from seawall.query.case import Case
from seawall.query.edge import edge
from seawall.query.intents.own_ways import OwnWays
from seawall.query.intents.pair import PRIVATE, Crossing, key_of
from seawall.query.intents.party import Party, services, sure_node_space
from seawall.query.intents.published import published
from seawall.query.reach.entering import NOT_TO_PODS, door_text, entering
from seawall.query.services import asked_services
from seawall.query.ways_in import Arrival
from seawall.query.words.port import PortText

OUTSIDE = (AddressEnd, InternetEnd, OnPremisesEnd, SubnetEnd)


class Edges:
    """The ways in for clients outside of the cluster."""

    def __init__(self, case: Case) -> None:
        self._case = case
        self._own_ways = OwnWays(case)
        self._entered: dict[End, list[tuple[End, FlowSet, FlowSet, str]]] = {}

    def crossings(
        self,
        sources: Party,
        targets: Party,
        ports: tuple[PortText, ...],
        spared: Party | None = None,
    ) -> Iterator[Crossing]:
        """Yield what sources reach by a door or a proxy, or may; also pods and nodes.

        Complexity: a walk for each outside source and each door, and one for each pair
        of a proxy and what stands behind it.

        Args:
            sources: Who asks.
            targets: Who is asked for.
            ports: The services that a client asks for.
            spared: Who may ask: what it hands on as a proxy is its own matter.
        """
        yield from self._by_host_ports(sources, targets, ports)
        yield from self._own_ways.crossings(sources, targets, ports)
        named = [end for end in sources.ends if isinstance(end, OUTSIDE)]
        outside = [*named, *(self._everybody if sources.is_anyone else ())]
        if not outside or not targets.pods:
            return
        whole = {id(each) for each in self._case.workloads}
        for workload in targets.pods.values():
            end = PodEnd(workload)
            # Rows of all addresses tell of doors, but not for single pods.
            is_asked = sources.is_anyone and id(workload) in whole
            for source in named if is_asked else outside:
                yield from self._at_doors(source, end, ports)
            for source in outside:
                yield from self._by_node_ports(source, end, ports)
            for arrival in self._leading_to(workload):
                for source in outside:
                    found = self._through(source, end, arrival, ports, spared)
                    if found is not None:
                        yield found

    @cached_property
    def _everybody(self) -> tuple[End, ...]:
        """Ends that stand for everybody outside the cluster."""
        private = without(PRIVATE, sure_node_space(self._case).ranges)
        return InternetEnd(), AddressEnd(private)

    def _at_doors(
        self, source: End, target: PodEnd, ports: tuple[PortText, ...]
    ) -> Iterator[Crossing]:
        for end, allowed, unknown, via in self._by_doors(source):
            if isinstance(end, PodEnd) and key_of(end.workload) == key_of(
                target.workload
            ):
                sure, perhaps = asked_for(ports, target, allowed, unknown)
                yield Crossing(source, target, sure, perhaps, via)

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

    def _by_node_ports(
        self, source: End, target: PodEnd, ports: tuple[PortText, ...]
    ) -> Iterator[Crossing]:
        """Yield what may come by the ports that Services open on every node.

        Where it ends is not walked, so it is unknown unless nothing reaches the nodes
        there, or the pods' policies deny it to every address.

        Source: Kubernetes docs, Service, "type: NodePort".
        """
        asked = services(ports, target)
        for item in published(self._case, target.workload):
            there = item.on_nodes
            wanted = there if item.behind & asked else there & asked
            reached = self._at_nodes(source) & wanted if wanted else wanted
            if reached:
                via = f"a node port of Service {item.service.label}"
                yield Crossing(source, target, FlowSet.empty(), reached, via)

    def _at_nodes(self, source: End) -> FlowSet:
        """Return what of a source reaches nodes, or may."""
        if source not in self._nodes:
            found = FlowSet.empty()
            cluster = self._case.cluster
            for pool in cluster.pools if cluster else ():
                answer = answered(
                    self._case, source, NodeEnd(pool.name), FlowSet.everything()
                )
                found |= answer.allowed | answer.unknown
            self._nodes[source] = found
        return self._nodes[source]

    @cached_property
    def _nodes(self) -> dict[End, FlowSet]:
        return {}

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
            asked = services(ports, end)
            wanted = FlowSet.union_of(
                _at_pod(item)
                for item in held
                if (_at_pod(item) | _at_node(item)) & asked
            )
            if not wanted:
                continue
            wanted = wanted - self._case.policies.ingress(workload, None).denied
            for source in (*sources.ends, *((_ANYBODY,) if sources.is_anyone else ())):
                if wanted and source != end:
                    via = "a host port of its node"
                    yield Crossing(source, end, FlowSet.empty(), wanted, via)

    def _leading_to(self, workload: Workload) -> Iterator[Arrival]:
        """Yield the ways through proxies that lead to a workload, or may."""
        yield from self._arrivals.get(key_of(workload), ())
        for item in self._arrivals.get(None, ()):
            if self._may_mean(item, workload):
                yield item

    @cached_property
    def _arrivals(self) -> dict[object, list[Arrival]]:
        """The ways by what they lead to; by None where nobody knows."""
        found: dict[object, list[Arrival]] = {}
        for item in edge(self._case):
            if item.verdict is not Verdict.DENIED:
                key = key_of(item.target) if item.target is not None else None
                found.setdefault(key, []).append(item)
        return found

    def _may_mean(self, arrival: Arrival, workload: Workload) -> bool:
        """Whether a way to a Service may lead to a workload, as that is not known.

        Source:
            Kubernetes docs, Service, "Services without selectors".
        """
        way = arrival.way
        name = way.service_namespace, way.service
        services = self._case.snapshot.objects.services
        service = next((s for s in services if (s.namespace, s.name) == name), None)
        if service is None:
            may = way.service_namespace == workload.namespace
        elif service.type is ServiceType.EXTERNAL_NAME:
            may = service.external_name.rstrip(".").endswith("cluster.local")
        else:
            may = service.selector is None or service.selector.selects_everything
        return may and (
            not arrival.proxies
            or any(
                answered(
                    self._case, PodEnd(proxy), PodEnd(workload), _box(way.protocol)
                ).partition.verdict()
                is not Verdict.DENIED
                for proxy in arrival.proxies
            )
        )

    def _through(
        self,
        source: End,
        target: PodEnd,
        arrival: Arrival,
        ports: tuple[PortText, ...],
        spared: Party | None,
    ) -> Crossing | None:
        proxies = arrival.proxies
        if spared is not None:
            # A proxy with a network of its own is asked about as a pod.
            proxies = tuple(
                item
                for item in proxies
                if item.host_network and not _is_held(item, spared)
            )
            if arrival.proxies and not proxies:
                return None
        named = FlowSet.union_of(
            FlowSet.everything()
            for port in ports
            if port.name and _leads_to(arrival, asked_services(port, target))
        )
        plain = tuple(port for port in ports if not port.name)
        wanted = _box(arrival.way.protocol) & (named | services(plain, target))
        allowed, unknown = self._clients(source, proxies)
        if arrival.verdict is Verdict.UNKNOWN:
            allowed, unknown = FlowSet.empty(), allowed | unknown
        allowed, unknown = allowed & wanted, unknown & wanted
        if not allowed and not unknown:
            return None
        way = arrival.way
        via = f"{way.kind} {way.namespace}/{way.name}"
        if proxies:
            via += f" through {proxies[0].label}"
        return Crossing(source, target, allowed, unknown, via)

    def _clients(
        self, source: End, proxies: tuple[Workload, ...]
    ) -> tuple[FlowSet, FlowSet]:
        """Return what a source surely sends to a proxy of a way, and what it may."""
        if not proxies:
            space = self._case.paths.asking.addresses(source)
            return FlowSet.empty(), space.as_sources()
        key = (source, tuple(map(id, proxies)))
        if key not in self._asked:
            sure, perhaps = FlowSet.empty(), FlowSet.empty()
            for proxy in proxies:
                answer = answered(
                    self._case, source, PodEnd(proxy), FlowSet.everything()
                )
                sure |= answer.allowed
                perhaps |= answer.unknown
                for end, allowed, unknown, _ in self._by_doors(source):
                    if isinstance(end, PodEnd) and end.workload is proxy:
                        sure |= allowed
                        perhaps |= unknown
            self._asked[key] = sure, perhaps - sure
        return self._asked[key]

    @cached_property
    def _asked(self) -> dict[object, tuple[FlowSet, FlowSet]]:
        return {}


def asked_for(
    ports: tuple[PortText, ...], target: End, allowed: FlowSet, unknown: FlowSet
) -> tuple[FlowSet, FlowSet]:
    """Return what of some flows through a door is of services that are asked for.

    Which of them end at the port of a name is not told, so with a name none is sure.
    """
    wanted = services(tuple(port for port in ports if not port.name), target)
    perhaps = unknown & wanted
    if any(port.name and asked_services(port, target) for port in ports):
        perhaps = (allowed | unknown) - (allowed & wanted)
    return allowed & wanted, perhaps


def _is_held(proxy: Workload, spared: Party) -> bool:
    """Whether a proxy on the network of its node may ask for what it leads to."""
    return id(proxy) in spared.pods or any(
        isinstance(end, NodeEnd) for end in spared.ends
    )


def _leads_to(arrival: Arrival, flows: FlowSet) -> bool:
    number = arrival.port
    return bool(flows) and (
        number is None or bool(flows & _box(arrival.way.protocol, ((number, number),)))
    )


def _box(
    protocol: Protocol, spans: tuple[tuple[int, int], ...] | None = None
) -> FlowSet:
    number = int(protocol)
    return FlowSet.box(protocols=((number, number),), destination_ports=spans)


def _at_node(port: HostPort) -> FlowSet:
    """Return the packets that a host port takes, as the client sends them."""
    return _box(port.protocol, ((port.port, port.port),) if port.port else None)


def _at_pod(port: HostPort) -> FlowSet:
    """Return the packets that a host port hands to the pod, as the pod gets them."""
    return _box(port.protocol, ((port.target, port.target),) if port.target else None)


_ANYBODY = AddressEnd((AddressRange.everything(4),))
