"""Front ends of load balancers and application gateways: how packets get in."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from seawall.engine.path.filters.filter import Filters
from seawall.engine.path.filters.guard import inbound
from seawall.engine.path.ground.atlas import Atlas
from seawall.engine.path.ground.branch import (
    Arrival,
    ArrivalKind,
    Branch,
    Leg,
)
from seawall.engine.path.ground.rewrite import Rewrite
from seawall.engine.path.ground.space import NOWHERE, Space, at
from seawall.engine.path.ground.verdicts import EVERYTHING, NOTHING, Ruling, constant
from seawall.engine.path.start import Places
from seawall.engine.path.ways_in.backends import Backends, ServiceDoor
from seawall.engine.path.ways_in.gateway import Gateways
from seawall.engine.path.ways_in.health import healthy
from seawall.engine.path.ways_in.listed import Listed, on_own_node
from seawall.engine.path.ways_in.onward import Onward
from seawall.engine.path.ways_in.own_publics import OwnPublics
from seawall.flowspace import FlowSet
from seawall.model.cluster import NodePool
from seawall.model.dataplane import PolicyEngine
from seawall.model.end import PodEnd
from seawall.model.network import Subnet
from seawall.model.packet import EVERY_PORT
from seawall.model.service import Service
from seawall.model.trace import DecidingRule, Layer
from seawall.model.translation import (
    ApplicationGateway,
    FrontEnd,
    LoadBalancer,
    LoadBalancerRule,
)

SOURCE = (
    "Azure docs, load-balancer-floating-ip; AKS docs, configure-load-balancer-standard"
)
CLASS_SOURCE = "Kubernetes API reference, ServiceSpec, loadBalancerClass"
Send = Callable[[Branch, Subnet], Iterator[Branch]]


class Entrances:
    """Hands packets on that come to a front end."""

    def __init__(
        self, atlas: Atlas, filters: Filters, places: Places, send: Send
    ) -> None:
        self._atlas = atlas
        self._filters = filters
        self._places = places
        self.onward = Onward(atlas, places, filters)
        self.own_publics = OwnPublics(atlas, filters, places, self.onward)
        self.backends = Backends(atlas)
        self.gateways = Gateways(atlas, filters, self.backends, send)
        self._listed = Listed(atlas, places, send)

    def front_space(self, front: FrontEnd) -> Space:
        """Return the known addresses of a front end."""
        if front.public_address is not None:
            ranges, _ = self._atlas.ranges_of([front.public_address])
            if ranges:
                return ranges
        return at(front.address) if front.address is not None else NOWHERE

    def public_fronts(self) -> Iterator[Space]:
        """Yield the known public addresses of all front ends."""
        for _, front in self._fronts():
            if front.is_public:
                yield self.front_space(front)

    def private_fronts(self, subnet: Subnet) -> Iterator[Space]:
        """Yield the known addresses of the private front ends in a subnet."""
        prefixes = Space.of(subnet.prefixes)
        for _, front in self._fronts():
            if not front.is_public:
                yield self.front_space(front) & prefixes

    def _fronts(self) -> Iterator[tuple[LoadBalancer | ApplicationGateway, FrontEnd]]:
        for balancer in self._atlas.fabric.load_balancers:
            for front in balancer.front_ends:
                yield balancer, front
        for gateway in self._atlas.fabric.application_gateways:
            for front in gateway.front_ends:
                yield gateway, front

    def by_public_address(self, branch: Branch) -> Iterator[Branch]:
        """Yield the ways of packets that come to known public front ends."""
        for device, front in self._fronts():
            if front.is_public:
                yield from self._entered(branch, device, front)

    def by_private_address(self, branch: Branch, subnet: Subnet) -> Iterator[Branch]:
        """Yield the ways of packets that come to private front ends in a subnet."""
        prefixes = Space.of(subnet.prefixes)
        for device, front in self._fronts():
            if not front.is_public and self.front_space(front) & prefixes:
                yield from self._entered(branch, device, front)

    def _entered(
        self, branch: Branch, device: LoadBalancer | ApplicationGateway, front: FrontEnd
    ) -> Iterator[Branch]:
        part = branch.toward(self.front_space(front))
        if not part.flows:
            return
        if isinstance(device, LoadBalancer):
            yield from self.balanced(part, device, front)
        else:
            yield from self.gateways.entered(part, device, front)

    def balanced(
        self, branch: Branch, balancer: LoadBalancer, front: FrontEnd
    ) -> Iterator[Branch]:
        """Yield the ways of packets that come to a front end of a load balancer.

        Source:
            Azure docs, load-balancer-overview: what no rule takes is dropped.
        """
        taken = NOTHING
        if balancer.other_class:
            says = (
                f"another controller than Azure's serves the class "
                f"{balancer.other_class}, and what that makes is not modelled"
            )
            ruling = Ruling.not_known(says, CLASS_SOURCE)
            branch = branch.judged(Layer.LOAD_BALANCER, balancer.name, ruling)
        for rule in balancer.rules:
            if rule.front_end != front.name:
                continue
            headers = rule_headers(rule) - taken
            taken |= headers
            part = branch.having(headers)
            if part.flows and balancer.other_class:
                yield from self._behind(part, rule)
            elif part.flows:
                yield from self._by_rule(part, balancer, rule, front)
        rest = branch.having(~taken)
        if rest.flows and balancer.other_class:
            yield rest
        elif rest.flows:
            says = f"no rule of {balancer.name} takes it"
            yield rest.judged(
                Layer.LOAD_BALANCER, balancer.name, Ruling.denying(says, SOURCE)
            )

    def _behind(self, branch: Branch, rule: LoadBalancerRule) -> Iterator[Branch]:
        """Yield what may come to the pods of a Service, if nobody knows how.

        Source:
            docs/semantics/path.md, B13.
        """
        service = self._service(rule)
        pods = self.backends.of(service) if service is not None else ()
        for pod in pods:
            question = replace(branch.question, target=PodEnd(pod))
            yield replace(branch, question=question, backend=pod)
        if not pods:
            yield branch

    def _by_rule(
        self,
        branch: Branch,
        balancer: LoadBalancer,
        rule: LoadBalancerRule,
        front: FrontEnd,
    ) -> Iterator[Branch]:
        """Yield the ways to the nodes behind a rule, one for each pool.

        Source:
            Azure docs, load-balancer-floating-ip.
        """
        name = f"{balancer.name}/{rule.name}"
        deciding = DecidingRule(name, rule.origin)
        pools = self._pools(balancer)
        if not pools:
            says = "what stands behind the load balancer is not in the input"
            yield branch.judged(
                Layer.LOAD_BALANCER,
                balancer.name,
                Ruling.not_known(says, SOURCE, deciding),
            )
        behind = [(pool, self._places.nodes_asked(pool)) for pool in pools]
        for pool, nodes, down in healthy(self._atlas, self._filters, behind, rule):
            to = None if rule.floating else nodes
            rewrite = Rewrite(destinations=to, port=rule.back_port, by=balancer.id)
            says = f"{name} hands it to pool {pool.name}"
            way = branch.rewritten(
                Layer.LOAD_BALANCER,
                balancer.name,
                rewrite,
                say=constant(says, SOURCE, deciding),
            )
            if down is not None:
                way = way.judged(Layer.LOAD_BALANCER, balancer.name, down)
            yield from self._at_node(way, branch, pool, rule, is_public=front.is_public)

    def _pools(self, balancer: LoadBalancer) -> tuple[NodePool, ...]:
        """Return the pools behind a load balancer: of its own cluster, if it has one.

        Source:
            docs/semantics/path.md, B1 and C1.
        """
        names = balancer.backend_pools
        owner = self._atlas.other_owner(balancer.id)
        pools = owner.pools if owner else self._atlas.pools
        if names is None:
            return pools
        return tuple(pool for pool in pools if pool.name in names)

    def _at_node(
        self,
        branch: Branch,
        sent: Branch,
        pool: NodePool,
        rule: LoadBalancerRule,
        *,
        is_public: bool,
    ) -> Iterator[Branch]:
        """Yield the ways on from a node, by each port of the Service.

        Args:
            branch: The packets as they come to the node.
            sent: The same as they came to the front end: a rule may take more
                protocols and ports than the Service has.
            pool: The pool of the node.
            rule: What led them there.
            is_public: Whether the front end is.
        """
        way = self.at_interface(branch, pool, is_public=is_public)
        subnet = pool.subnet.value
        service = self._service(rule)
        if service is None:
            says = f"which Service {rule.name} belongs to is not known"
            yield way.judged(
                Layer.SERVICE, rule.name, Ruling.not_known(says, SOURCE)
            ).arrived(Arrival(ArrivalKind.NODE, subnet))
            return
        leg = Leg(subnet, way.rewrites, way.passed)
        way = replace(self._from_source_ranges(way, service), legs=(*way.legs, leg))
        if service.endpoints and service.local_traffic_only:
            ruling = on_own_node(service)
            way = way.judged(Layer.SERVICE, service.label, ruling)
        taken = rule_headers(rule)
        rest = way.flows
        for door in self.backends.doors(service):
            part = way.within(sent.having(door.headers & taken).flows)
            if not part.flows:
                continue
            rest -= part.flows
            end = self.to_pod(part, service, door)
            if not service.local_traffic_only:
                nodes = self._places.nodes(pool)
                end = self.onward.left_open(part, end, door, (pool,), nodes)
            yield end
        for outer in self.backends.outer_doors(service):
            part = way.within(sent.having(outer.headers & taken).flows)
            rest -= part.flows
            if part.flows:
                yield from self._listed.ways(part, service, outer, pool)
        if rest:
            yield way.within(rest).judged(
                Layer.SERVICE, service.label, self.backends.without(service)
            )

    def at_interface(
        self, branch: Branch, pool: NodePool, *, is_public: bool
    ) -> Branch:
        """Pass the inbound filters of a node that a front end hands packets to.

        Source:
            Azure docs, load-balancer-overview: a standard public front end is closed
            unless a security group opens it.
        """
        subnet = self._atlas.subnet(pool.subnet.value)
        if subnet is None:
            says = f"the subnet of pool `{pool.name}` is not in the input"
            return branch.judged(Layer.DELIVERY, pool.name, Ruling.not_known(says))
        branch = inbound(self._filters, branch, subnet, pool)
        if is_public:
            groups = [pool.nic_security_group]
            branch = self.own_publics.closed(branch, subnet, pool.name, groups)
        return branch

    def _service(self, rule: LoadBalancerRule) -> Service | None:
        return next(
            (
                service
                for service in self._atlas.snapshot.objects.services
                if service.label == rule.service
            ),
            None,
        )

    def _from_source_ranges(self, branch: Branch, service: Service) -> Branch:
        """Drop what the Service's source ranges do not hold.

        Source:
            AKS docs, configure-load-balancer-standard; cloud-provider-azure
            accesscontrol.go: kube-proxy drops too; without kube-proxy (Cilium) it is
            not documented.
        """
        if not service.source_ranges:
            return branch
        try:
            space = Space.parse(*service.source_ranges)
        except ValueError:
            says = f"the source ranges of {service.label} cannot be read"
            ruling = Ruling.not_known(says, SOURCE)
            return branch.judged(Layer.SERVICE, service.label, ruling)
        outside = ~space.as_sources()
        rule = DecidingRule(f"{service.label} loadBalancerSourceRanges", service.origin)
        cluster = self._atlas.cluster
        says = "the Service's source ranges decide"
        saying = constant(says, SOURCE, rule)
        ruling = Ruling(outside, NOTHING, saying)
        if cluster is not None and cluster.policy_engine.may_be(PolicyEngine.CILIUM):
            ruling = Ruling(NOTHING, outside, saying)
        return branch.judged(Layer.SERVICE, service.label, ruling)

    def to_pod(self, branch: Branch, service: Service, door: ServiceDoor) -> Branch:
        """Pass from a node to a pod of a Service.

        Source:
            AKS docs, configure-load-balancer-standard: `Local` keeps the client's
            address, `Cluster` may show the pod a node's.
        """
        nodes = NOWHERE
        for pool in self._atlas.pools:
            nodes = nodes | self._places.nodes(pool)
        local = service.local_traffic_only
        rewrite = Rewrite(
            sources=None if local else nodes,
            may_keep=True,
            destinations=self._places.addresses(door.workload),
            port=door.port,
            by=service.label,
        )
        says = f"leads to {door.workload.label} port {door.port}"
        way = branch.rewritten(
            Layer.SERVICE, service.label, rewrite, say=constant(says, SOURCE)
        )
        question = replace(way.question, target=PodEnd(door.workload))
        return replace(
            way,
            question=question,
            backend=door.workload,
            arrival=Arrival(ArrivalKind.POD, is_cluster_traffic=not local),
        )


def rule_headers(rule: LoadBalancerRule) -> FlowSet:
    """Return the headers that a load balancer rule takes, by protocol and port."""
    if rule.protocol is None:
        # An HA ports rule takes every protocol that a load balancer carries.
        return EVERYTHING if rule.front_port == EVERY_PORT else _to(rule, None)
    return _to(rule, rule.protocol)


def _to(rule: LoadBalancerRule, protocol: int | None) -> FlowSet:
    return FlowSet.box(
        protocols=None if protocol is None else ((protocol, protocol),),
        destination_ports=((rule.front_port.first, rule.front_port.last),),
    )
