"""Application gateways: one connection ends there, and another one starts."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from seawall.engine.path.filters.filter import Filters
from seawall.engine.path.filters.guard import inbound, outbound
from seawall.engine.path.ground.atlas import Atlas
from seawall.engine.path.ground.branch import (
    Arrival,
    ArrivalKind,
    Branch,
    Leg,
    Start,
    StartKind,
)
from seawall.engine.path.ground.headers import TCP, port
from seawall.engine.path.ground.rewrite import Rewrite
from seawall.engine.path.ground.space import Space
from seawall.engine.path.ground.verdicts import NOTHING, Ruling, constant
from seawall.engine.path.start import Places
from seawall.engine.path.ways_in.backends import Backends
from seawall.engine.path.ways_in.named_backends import NamedBackends, question
from seawall.model.cluster import Addressing
from seawall.model.end import AddressEnd, PodEnd, SubnetEnd
from seawall.model.network import Subnet
from seawall.model.policy import Direction
from seawall.model.service import Ingress, Service, ServicePort
from seawall.model.setting import Setting
from seawall.model.trace import DecidingRule, Layer
from seawall.model.translation import ApplicationGateway, FrontEnd, GatewayRoute
from seawall.model.way_in import CONTAINERS
from seawall.model.workload import Workload

SOURCE = "Azure docs, application-gateway configuration-infrastructure"
INGRESS_SOURCE = "Azure docs, application-gateway ingress-controller-overview"
WAF_SOURCE = "Azure docs, web-application-firewall custom-waf-rules-overview"
_CLASSES = ("azure-application-gateway", "azure/application-gateway")
_CLASS_ANNOTATION = "kubernetes.io/ingress.class"

Send = Callable[[Branch, Subnet], Iterator[Branch]]


class Gateways:
    """Passes packets through application gateways."""

    def __init__(
        self, atlas: Atlas, filters: Filters, backends: Backends, send: Send
    ) -> None:
        self._atlas = atlas
        self._filters = filters
        self._backends = backends
        self._places = Places(atlas)
        self._names = NamedBackends(atlas)
        self._send = send

    def entered(
        self, branch: Branch, gateway: ApplicationGateway, front: FrontEnd
    ) -> Iterator[Branch]:
        """Yield the ways by a front end of a gateway to each backend behind it.

        Source:
            Azure docs, application-gateway configuration-infrastructure and
            application-gateway-components.
        """
        rule = DecidingRule(gateway.name, gateway.origin)
        ports = ports_at(gateway, front)
        heard = TCP & port(*ports) if ports else NOTHING
        says = f"the listeners of {gateway.name}"
        ruling = Ruling(~heard, NOTHING, constant(says, SOURCE, rule))
        branch = branch.judged(Layer.GATEWAY, gateway.name, ruling)
        if gateway.may_refuse:
            branch = branch.judged(Layer.GATEWAY, gateway.name, _refusing(gateway))
        subnet = self._atlas.subnet(gateway.subnet)
        if subnet is None:
            says = f"the subnet of {gateway.name} is not in the input"
            yield branch.judged(
                Layer.GATEWAY, gateway.name, Ruling.not_known(says, SOURCE, rule)
            )
            return
        way = branch.rewritten(
            Layer.GATEWAY,
            gateway.name,
            Rewrite(destinations=Space.of(subnet.prefixes), by=gateway.id),
            say=constant("an instance of the gateway takes it", SOURCE, rule),
        )
        if not gateway.for_containers:
            # Azure hosts the others: no packet of a client comes to their subnet.
            way = inbound(self._filters, way, subnet, None)
        if not gateway.routes:
            yield from self._connected(way, gateway, subnet)
            return
        unheard = way.within(way.flows - way.having(heard).flows)
        if unheard.flows:
            yield unheard
        for route in gateway.routes:
            part = way.having(TCP & port(route.port))
            if part.flows and route.front_end == front.name:
                yield from self._led_by(part, gateway, subnet, route)

    def _led_by(
        self,
        branch: Branch,
        gateway: ApplicationGateway,
        subnet: Subnet,
        route: GatewayRoute,
    ) -> Iterator[Branch]:
        """Yield the ways to the backends that a listener leads to.

        One that redirects answers for itself.
        """
        only = replace(
            gateway,
            backend_addresses=route.addresses,
            backend_names=route.names,
            backend_ports=route.back_ports,
        )
        if route.back_ports:
            yield from self._connected(branch, only, subnet)
            return
        says = f"{gateway.name} answers with a redirection, and leads it nowhere"
        way = branch.judged(Layer.GATEWAY, gateway.name, Ruling.passing(says, SOURCE))
        target = way.question.target or SubnetEnd(subnet.id)
        way = replace(way, question=replace(way.question, target=target))
        yield way.arrived(Arrival(ArrivalKind.MACHINE, subnet.id))

    def _connected(
        self, branch: Branch, gateway: ApplicationGateway, subnet: Subnet
    ) -> Iterator[Branch]:
        found = False
        for way in self._to_addresses(branch, gateway, subnet):
            found = True
            yield from self._send(way, subnet)
        if gateway.follows_ingresses:
            for workload, number in self._followed(gateway):
                found = True
                yield from self._to_pods(branch, gateway, subnet, (workload, number))
        for name in gateway.backend_names:
            found = True
            yield from self._to_name(branch, gateway, subnet, name)
        if not found:
            says = f"{gateway.name} has no backend in the input"
            yield branch.judged(
                Layer.GATEWAY, gateway.name, Ruling.not_known(says, SOURCE)
            )

    def _to_addresses(
        self, branch: Branch, gateway: ApplicationGateway, subnet: Subnet
    ) -> Iterator[Branch]:
        for range_ in gateway.backend_addresses:
            target = AddressEnd((range_,))
            for number in gateway.backend_ports or (80, 443):
                way = self._anew(branch, gateway, subnet, Space((range_,)), number)
                meant = replace(way.question, target=target)
                yield replace(way, question=meant)

    def _to_name(
        self, branch: Branch, gateway: ApplicationGateway, subnet: Subnet, name: str
    ) -> Iterator[Branch]:
        """Yield the ways to a backend that is a name.

        Source:
            Azure docs, application-gateway-components, "Backend pools".
        """
        found = self._names.resolved(name, subnet.network)
        branch = self._names.judged(branch, found)
        to = self._names.addresses(found)
        if not to:
            yield branch
        for number in (gateway.backend_ports or (80, 443)) if to else ():
            way = self._anew(branch, gateway, subnet, to, number)
            yield from self._send(replace(way, question=question(found, to)), subnet)

    def _to_pods(
        self,
        branch: Branch,
        gateway: ApplicationGateway,
        subnet: Subnet,
        backend: tuple[Workload, int],
    ) -> Iterator[Branch]:
        """Yield the ways to pods that a gateway follows by Ingress objects.

        Source:
            Azure docs, application-gateway ingress-controller-overview: it connects
            to pod addresses, in an overlay too; configuration-infrastructure: with
            kubenet its subnet needs the cluster's route table.
        """
        workload, number = backend
        to = self._places.addresses(workload)
        way = self._anew(branch, gateway, subnet, to, number)
        meant = replace(way.question, target=PodEnd(workload))
        way = replace(way, question=meant, backend=workload)
        mode = self._atlas.addressing
        if gateway.for_containers:
            way = self._out_of_containers(way, subnet)
            subnet = replace(subnet, security_group=_NO_GROUP)
        if mode is not Addressing.OVERLAY:
            yield from self._send(way, subnet)
            return
        way = outbound(self._filters, way, subnet, None)
        for pool in self._places.pools_of(workload):
            there = self._atlas.subnet(pool.subnet.value)
            end = Arrival(ArrivalKind.POD, pool.subnet.value)
            if there is None:
                says = f"the subnet of pool `{pool.name}` is not in the input"
                yield way.judged(
                    Layer.DELIVERY, pool.name, Ruling.not_known(says)
                ).arrived(end)
                continue
            yield inbound(self._filters, way, there, pool).arrived(end)

    def _out_of_containers(self, way: Branch, subnet: Subnet) -> Branch:
        """Pass the group of a subnet of a gateway for containers.

        Source:
            Azure docs, application-gateway/for-containers, container-networking: what
            a security group does in that delegated subnet is not documented.
        """
        if self._atlas.addressing is Addressing.KUBENET:
            says = "a gateway for containers does not support kubenet"
            way = way.judged(Layer.GATEWAY, subnet.name, Ruling.not_known(says, SOURCE))
        out = self._filters.ruling(
            subnet.security_group, subnet, direction=Direction.EGRESS, tag=""
        )
        if out is None:
            return way
        doubtful = Ruling(NOTHING, out.denied | out.unknown, out.say)
        return way.judged(Layer.SUBNET_FILTER, subnet.name, doubtful)

    def _anew(
        self,
        branch: Branch,
        gateway: ApplicationGateway,
        subnet: Subnet,
        to: Space,
        number: int,
    ) -> Branch:
        """Start the connection from the gateway to a backend."""
        own = Space.of(subnet.prefixes)
        rewrite = Rewrite(sources=own, destinations=to, port=number, by=gateway.id)
        start = Start(
            StartKind.MACHINE,
            gateway.name,
            own,
            subnet=subnet.id,
            network=subnet.network,
        )
        way = branch.rewritten(
            Layer.GATEWAY,
            gateway.name,
            rewrite,
            say=constant(f"the gateway connects to {to} port {number}", SOURCE),
        )
        leg = Leg(subnet.id, branch.rewrites, branch.passed)
        return replace(way, relay=start, legs=(*way.legs, leg))

    def _followed(self, gateway: ApplicationGateway) -> Iterator[tuple[Workload, int]]:
        """Yield the pods behind the objects that a gateway follows.

        Source:
            Azure docs, application-gateway ingress-controller-overview.
        """
        seen = set()
        found = self._led() if gateway.for_containers else self._published()
        for service, service_port in found:
            for door in self._backends.doors(service):
                backend = door.workload, door.port
                if door.service_port == service_port and backend not in seen:
                    seen.add(backend)
                    yield backend

    def _published(self) -> Iterator[tuple[Service, ServicePort]]:
        objects = self._atlas.snapshot.objects
        services = {each.label: each for each in objects.services}
        for ingress in filter(follows, objects.ingresses):
            for backend in ingress.backends:
                service = services.get(f"{ingress.namespace}/{backend.service}")
                for service_port in service.ports if service else ():
                    if service and _is_port(service_port, backend.port):
                        yield service, service_port

    def _led(self) -> Iterator[tuple[Service, ServicePort]]:
        """Yield the ports of Services that ways of a gateway for containers lead to.

        Source:
            Azure docs, application-gateway/for-containers, overview.
        """
        objects = self._atlas.snapshot.objects
        services = {each.label: each for each in objects.services}
        for way in objects.ways_in:
            service = services.get(f"{way.service_namespace}/{way.service}")
            if service is None or way.proxy.device != CONTAINERS:
                continue
            for service_port in service.ports:
                if _is_port(service_port, way.port):
                    yield service, service_port


def ports_at(gateway: ApplicationGateway, front: FrontEnd) -> tuple[int, ...]:
    """Return the ports at which a gateway listens at one of its front ends."""
    if not gateway.routes:
        return gateway.listener_ports
    found = {it.port for it in gateway.routes if it.front_end == front.name}
    return tuple(sorted(found))


_NO_GROUP: Setting[str] = Setting.stated(None)


def _refusing(gateway: ApplicationGateway) -> Ruling:
    """Return what custom rules of a web application firewall may refuse.

    Source:
        Azure docs, web-application-firewall custom-waf-rules-overview: other
        conditions, and rules before it, may let the client pass.
    """
    says = "a custom rule of its web application firewall may refuse the client"
    rule = DecidingRule(gateway.name, gateway.origin)
    clients = Space.of(gateway.may_refuse).as_sources()
    return Ruling(NOTHING, clients, constant(says, WAF_SOURCE, rule))


def follows(ingress: Ingress) -> bool:
    """Say whether an Ingress is meant for an application gateway.

    Source:
        Azure docs, application-gateway ingress-controller-annotations.
    """
    written = dict(ingress.annotations).get(_CLASS_ANNOTATION, "")
    return ingress.ingress_class in _CLASSES or written in _CLASSES


def _is_port(service_port: ServicePort, wanted: int | str | None) -> bool:
    return wanted is None or wanted in (service_port.port, service_port.name)
