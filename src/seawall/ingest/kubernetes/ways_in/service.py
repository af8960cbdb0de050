"""Ways in through Services themselves: at nodes, load balancers and outer addresses."""

from collections.abc import Iterable, Iterator

from seawall.model.service import Service, ServiceType
from seawall.model.way_in import EntryProxy, WayIn

_NODES = EntryProxy("clients of the nodes", is_outside=True)
_BALANCER = EntryProxy("clients of the load balancer", is_outside=True)
_OUTER = EntryProxy("clients of an external address", is_outside=True)


def service_ways(services: Iterable[Service]) -> Iterator[WayIn]:
    """Yield the ways that Services open by their type and their outer addresses.

    Source:
        Kubernetes docs, Service, "type: NodePort", "type: LoadBalancer", "External
        IPs"; what a client's address is at the pods depends on the traffic policy.
    """
    for service in services:
        for address in map(str, service.external_addresses):
            yield from _ways(service, _OUTER, address, is_door=False)
        if service.type is ServiceType.NODE_PORT:
            yield from _ways(service, _NODES, "any node", is_door=True)
        elif service.type is ServiceType.LOAD_BALANCER:
            front_ends = ", ".join(map(str, service.load_balancer_addresses))
            yield from _ways(service, _BALANCER, front_ends, is_door=True)


def _ways(
    service: Service, proxy: EntryProxy, host: str, *, is_door: bool
) -> Iterator[WayIn]:
    for port in service.ports:
        listens = port.node_port if proxy is _NODES else port.port
        yield WayIn(
            "Service",
            service.namespace,
            service.name,
            proxy,
            service.namespace,
            service.name,
            port.name or port.port,
            service.origin,
            host,
            listens=() if listens is None else (listens,),
            protocol=port.protocol,
            is_door=is_door,
        )
