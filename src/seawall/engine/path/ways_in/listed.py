"""Addresses listed behind a Service, as nodes lead clients of a front end there."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from seawall.engine.path.ground.atlas import Atlas
from seawall.engine.path.ground.branch import Branch, Start, StartKind
from seawall.engine.path.ground.rewrite import Rewrite
from seawall.engine.path.ground.verdicts import Ruling, constant
from seawall.engine.path.start import Places
from seawall.engine.path.ways_in.backends import OuterDoor, not_followed
from seawall.model.cluster import NodePool
from seawall.model.end import AddressEnd
from seawall.model.network import Subnet
from seawall.model.service import Service
from seawall.model.trace import DecidingRule, Layer

SOURCE = "Kubernetes docs, Service, Services without selectors, and Traffic policies"


class Listed:
    """Hands on what a load balancer brings to a node for listed addresses."""

    def __init__(
        self,
        atlas: Atlas,
        places: Places,
        send: Callable[[Branch, Subnet], Iterator[Branch]],
    ) -> None:
        self._atlas = atlas
        self._places = places
        self._send = send

    def ways(
        self, branch: Branch, service: Service, door: OuterDoor, pool: NodePool
    ) -> Iterator[Branch]:
        """Yield the ways from a node, which puts its own address in for the client's.

        Source:
            docs/semantics/path.md, B16; kube-proxy, iptables KUBE-EXT chains.
        """
        home = self._atlas.subnet(pool.subnet.value)
        nodes = self._places.nodes(pool)
        own = self._atlas.pod_space | self._atlas.perhaps_pod_space
        for other in self._atlas.pools:
            own = own | self._places.nodes(other) | self._places.pods(other)
        rewrite = Rewrite(
            sources=nodes,
            destinations=door.addresses,
            port=door.port,
            by=service.label,
        )
        says = f"leads to {door.addresses} port {door.port}, as from the node"
        saying = constant(says, SOURCE)
        way = branch.rewritten(Layer.SERVICE, service.label, rewrite, say=saying)
        question = replace(way.question, target=AddressEnd(door.addresses.ranges))
        way = replace(way, question=question)
        if home is None or door.addresses & own or service.local_traffic_only:
            ruling = not_followed(service, door)
            yield way.judged(Layer.SERVICE, service.label, ruling)
            return
        start = Start(
            StartKind.NODE,
            f"node:{pool.name}",
            nodes,
            subnet=home.id,
            network=home.network,
            pool=pool,
        )
        yield from self._send(replace(way, relay=start), home)


def on_own_node(service: Service) -> Ruling:
    """Return what is said of listed endpoints of which a node takes its own alone.

    Source:
        Kubernetes, discovery/v1 types.go, Endpoint, `nodeName`.
    """
    rule = DecidingRule(f"{service.label} externalTrafficPolicy: Local", service.origin)
    says = (
        f"which of the endpoints listed behind {service.label} run on the node that "
        "takes the packet is not modelled"
    )
    return Ruling.not_known(says, SOURCE, rule)
