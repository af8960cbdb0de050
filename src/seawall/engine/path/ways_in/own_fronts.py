"""Front ends of the cluster's own Services, as its own nodes may take them.

So do node ports of other nodes where Cilium translates at the sender's socket.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace

from seawall.engine.path.ground.atlas import Atlas
from seawall.engine.path.ground.branch import Branch, StartKind
from seawall.engine.path.ground.space import NOWHERE, Space, at
from seawall.engine.path.ground.verdicts import NOTHING, Ruling, constant
from seawall.engine.path.start import Places
from seawall.engine.path.ways_in.backends import Backends, headers_to
from seawall.engine.path.ways_in.node_ports import PUBLISHED, NodePorts, headers_of
from seawall.engine.path.ways_in.onward import Onward
from seawall.flowspace import FlowSet
from seawall.model.dataplane import PolicyEngine
from seawall.model.end import ServiceEnd
from seawall.model.service import Service, ServicePort
from seawall.model.trace import DecidingRule, Layer
from seawall.model.translation import FrontEnd

SOURCE = (
    "Kubernetes docs, Service, Load balancer IP mode, and Virtual IPs and Service "
    "Proxies; kube-proxy, iptables KUBE-EXT chains; Cilium docs, kubeproxy-free"
)


class OwnFronts:
    """Hands on what a sender's own node may take before the network sees it."""

    def __init__(
        self,
        atlas: Atlas,
        places: Places,
        onward: Onward,
        spaces: Callable[[FrontEnd], Space],
    ) -> None:
        self._backends = Backends(atlas)
        self._nodes = NodePorts(atlas, places, onward, by_node_port=False)
        self._fronts = (
            *_fronts(atlas, spaces),
            *_outer(atlas),
            *_node_ports(atlas, places),
        )
        self._taken = FlowSet.union_of(headers for *_, headers in self._fronts)

    def taken(self, branch: Branch) -> Iterator[Branch]:
        """Yield the ways of packets that their own node takes for a Service.

        The load balancer may get them all the same: the way there is a choice beside.

        Source:
            docs/semantics/path.md, D7 and D8.
        """
        if not self._fronts or not branch.having(self._taken).flows:
            return
        for service, port, headers in self._fronts:
            way = branch.having(headers)
            if not way.flows:
                continue
            says = (
                f"the sender's own node may take it for {service.label}, before the "
                "network sees it"
            )
            passing = Ruling.passing(says, SOURCE)
            way = way.judged(Layer.SERVICE, service.label, passing)
            # Source ranges are of front ends alone.
            if headers & headers_to(port.protocol, port.port):
                way = _from_source_ranges(way, service)
            doors = self._backends.of_port(service, port)
            for door in doors:
                for end in self._nodes.to_any(way, service, door):
                    yield end
                    if way.start.kind is StartKind.NODE and end.arrival:
                        # A pod on the very node is not closed to it.
                        near = replace(end.arrival, is_same_node=True)
                        yield end.arrived(near)
            if not doors:
                question = replace(way.question, target=ServiceEnd(service))
                way = replace(way, question=question)
                ruling = self._backends.without(service, port)
                yield way.judged(Layer.SERVICE, service.label, ruling)


def _fronts(
    atlas: Atlas, spaces: Callable[[FrontEnd], Space]
) -> Iterator[tuple[Service, ServicePort, FlowSet]]:
    """Yield each port of a Service with the headers that front ends take for it."""
    services = {item.label: item for item in atlas.snapshot.objects.services}
    for balancer in atlas.fabric.load_balancers:
        known = {item.name: spaces(item) for item in balancer.front_ends}
        for rule in balancer.rules:
            service = services.get(rule.service or "")
            space = known.get(rule.front_end, NOWHERE)
            if service is None or not space:
                continue
            for port in service.ports:
                if rule.protocol in (None, int(port.protocol)) and (
                    port.port in rule.front_port
                ):
                    taken = headers_to(port.protocol, port.port)
                    yield service, port, taken & space.as_destinations()


def _outer(atlas: Atlas) -> Iterator[tuple[Service, ServicePort, FlowSet]]:
    """Yield each port of a Service with what nodes take at its outer addresses.

    Source:
        Kubernetes docs, Service, "External IPs".
    """
    for service in atlas.snapshot.objects.services:
        there = at(*service.external_addresses).as_destinations()
        for port in service.ports if service.external_addresses else ():
            yield service, port, headers_to(port.protocol, port.port) & there


def _node_ports(
    atlas: Atlas, places: Places
) -> Iterator[tuple[Service, ServicePort, FlowSet]]:
    """Yield the ports of nodes that Cilium's sockets look up, for whichever node.

    Source:
        cilium bpf/bpf_sock.c, sock4_wildcard_lookup: an address of this or another node
        stands for all of them.
    """
    cluster = atlas.cluster
    if cluster is None or not cluster.policy_engine.may_be(PolicyEngine.CILIUM):
        return
    nodes = NOWHERE
    for pool in atlas.pools:
        nodes = nodes | places.nodes(pool)
    for service in atlas.snapshot.objects.services:
        if service.type not in PUBLISHED or service.local_traffic_only:
            continue
        for port in service.ports:
            if port.node_port is not None:
                yield service, port, headers_of(port) & nodes.as_destinations()


def _from_source_ranges(branch: Branch, service: Service) -> Branch:
    """Leave open what becomes of senders that the Service's source ranges do not hold.

    Source:
        AKS docs, configure-load-balancer-standard: pods that call the front end need
        their range in the list; without kube-proxy it is not documented.
    """
    if not service.source_ranges:
        return branch
    try:
        outside = ~Space.parse(*service.source_ranges).as_sources()
    except ValueError:
        outside = FlowSet.everything()
    rule = DecidingRule(f"{service.label} loadBalancerSourceRanges", service.origin)
    says = "the Service's source ranges decide"
    ruling = Ruling(NOTHING, outside, constant(says, SOURCE, rule))
    return branch.judged(Layer.SERVICE, service.label, ruling)
