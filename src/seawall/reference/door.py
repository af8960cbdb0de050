"""One packet at a load balancer or application gateway, from outside to a backend."""

from dataclasses import replace

from seawall.model.address import Address, AddressRange
from seawall.model.cluster import NodePool
from seawall.model.dataplane import PolicyEngine
from seawall.model.end import AddressEnd, NodeEnd, PodEnd, SubnetEnd
from seawall.model.network import Subnet
from seawall.model.packet import WITH_PORTS, Packet, PortRange, Protocol
from seawall.model.service import Service
from seawall.model.trace import Layer, Verdict
from seawall.model.translation import (
    ApplicationGateway,
    FrontEnd,
    GatewayRoute,
    LoadBalancer,
    LoadBalancerRule,
)
from seawall.reference.delivery import filters, follow_on, onward
from seawall.reference.journey import Journey, Start, node_addresses
from seawall.reference.masquerade import any_port
from seawall.reference.match import agreed, verdict_of
from seawall.reference.needs import PROBE, lets_in
from seawall.reference.node_port import chosen_by, led_to, listed_outside
from seawall.reference.outcome import ARRIVED, Outcome, Step, single, then, together
from seawall.reference.own_public import closed
from seawall.reference.place import HOST_ADDRESS, subnet_of, within
from seawall.reference.policing import handed_on, ingress

Nodes = tuple[Subnet, NodePool]
"""Where the node is that takes a packet."""


def front_holds(journey: Journey, front: FrontEnd, address: Address) -> bool:
    """Whether *address* is that of *front*."""
    return within(address, front_ranges(journey, front))


def balanced(journey: Journey, packet: Packet) -> Outcome | None:
    """Hand *packet* on if a load balancer listens at its destination.

    Source: Azure docs, load-balancer-overview and load-balancer-floating-ip.
    """
    for balancer in journey.fabric.load_balancers:
        for front in balancer.front_ends:
            if front_holds(journey, front, packet.destination):
                return at_front_end(journey, balancer, front, packet)
    return None


def front_ranges(journey: Journey, front: FrontEnd) -> tuple[AddressRange, ...]:
    """Return the addresses of *front*, as far as they are known."""
    for public in journey.fabric.public_addresses:
        if public.id == front.public_address:
            return public.ranges
    return (AddressRange.of(front.address),) if front.address is not None else ()


def at_front_end(
    journey: Journey, balancer: LoadBalancer, front: FrontEnd, packet: Packet
) -> Outcome:
    """Take *packet* at a front end of *balancer*, by the rules that fit it."""
    found = []
    if balancer.other_class:
        return single(Layer.LOAD_BALANCER, balancer.name, Verdict.UNKNOWN, "B13")
    for rule in balancer.rules:
        alike = rule.protocol is None or rule.protocol == packet.protocol
        port = packet.destination_port in rule.front_port
        if rule.front_end == front.name and alike and port:
            found.append(_by_rule(journey, balancer, rule, packet))
    if not found:
        return single(Layer.LOAD_BALANCER, balancer.name, Verdict.DENIED, "no rule")
    return together(found)


def _by_rule(
    journey: Journey, balancer: LoadBalancer, rule: LoadBalancerRule, packet: Packet
) -> Outcome:
    """Follow one rule to every pool behind it. Source: path.md, B1 and B2."""
    cluster = journey.snapshot.cluster
    for other in journey.snapshot.other_clusters:
        group = f"/resourcegroups/{other.node_resource_group}/"
        made = bool(other.node_resource_group) and group in balancer.id
        if made or balancer.id.startswith(f"{other.id}#"):
            cluster = other
    pools = cluster.pools if cluster is not None else ()
    wanted = balancer.backend_pools
    found = {
        pool: _probed(journey, rule, pool)
        for pool in pools
        if wanted is None or pool.name in wanted
    }
    up = [pool for pool in found if found[pool] is not Verdict.DENIED]
    if not up:
        verdict = Verdict.DENIED if found else Verdict.UNKNOWN
        return then(Step(Layer.LOAD_BALANCER, balancer.name, verdict, "no backend"))
    verdict = Verdict.ALLOWED if Verdict.ALLOWED in found.values() else Verdict.UNKNOWN
    step = Step(Layer.LOAD_BALANCER, balancer.name, verdict, rule.name)
    fronts = [it for it in balancer.front_ends if it.name == rule.front_end]
    public = any(it.is_public for it in fronts)
    return together(
        then(step, _at_node(journey, rule, pool, packet, public=public)) for pool in up
    )


def _probed(journey: Journey, rule: LoadBalancerRule, pool: NodePool) -> Verdict:
    """Whether probes of *rule* come to a node. Source: docs/semantics/path.md, B14."""
    home, probe = subnet_of(journey.fabric, pool.subnet.value), rule.probe
    if probe is None or home is None:
        return Verdict.ALLOWED if probe is None else Verdict.UNKNOWN
    node = journey.choice.address("backend node", node_addresses(journey, home))
    asked = (journey.snapshot, home, PROBE, HOST_ADDRESS.lowest, node)
    ports, nic = telling(journey, probe), pool.nic_security_group
    return agreed(lets_in(*asked, port, interface=nic) for port in ports)


def telling(journey: Journey, ports: PortRange) -> set[int]:
    """Return ports at which groups may say otherwise. Source: path.md, B1 and B14."""
    held = journey.fabric
    told = [it.destination_ports for each in held.admin_rules for it in each.rules]
    told += [it.destination_ports for each in held.security_groups for it in each.rules]
    ranges = [it for listed in told for it in listed or ()]
    edges = {ports.first, *(it.first for it in ranges), *(it.last + 1 for it in ranges)}
    return {ports.last, *(edge for edge in edges if edge in ports)}


def _at_node(
    journey: Journey,
    rule: LoadBalancerRule,
    pool: NodePool,
    packet: Packet,
    *,
    public: bool,
) -> Outcome:
    subnet = subnet_of(journey.fabric, pool.subnet.value)
    if subnet is None:
        return single(Layer.DELIVERY, pool.name, Verdict.UNKNOWN, "no such subnet")
    seen = packet
    if isinstance(rule.back_port, PortRange) and packet.protocol in WITH_PORTS:
        told = [replace(rule, back_port=it) for it in telling(journey, rule.back_port)]
        ways = [_at_node(journey, it, pool, packet, public=public) for it in told]
        return together(ways)
    if isinstance(rule.back_port, int) and packet.protocol in WITH_PORTS:
        seen = replace(seen, destination_port=rule.back_port)
    if not rule.floating:
        node = journey.choice.address("backend node", node_addresses(journey, subnet))
        seen = replace(seen, destination=node)
    outcome = filters(journey, subnet, pool, seen)
    if public:
        shut = closed(journey, subnet, [pool.nic_security_group], seen)
        outcome = follow_on(outcome, shut)
    return follow_on(outcome, _to_service(journey, rule, packet, (subnet, pool)))


def _to_service(
    journey: Journey, rule: LoadBalancerRule, packet: Packet, nodes: Nodes
) -> Outcome:
    """Translate to a pod of the Service, as its traffic policy shows the client.

    Source: AKS docs, configure-load-balancer-standard; cloud-provider-azure,
    accesscontrol.go.
    """
    for service in journey.snapshot.objects.services:
        if service.label == rule.service:
            first = _source_ranges(journey, service, packet)
            if service.endpoints and service.local_traffic_only:
                unclear = Step(Layer.SERVICE, "Local", Verdict.UNKNOWN, "whose node")
                first = follow_on(first, then(unclear))
            return follow_on(first, _to_pod(journey, service, packet, nodes))
    return ARRIVED


def _source_ranges(journey: Journey, service: Service, packet: Packet) -> Outcome:
    if not service.source_ranges:
        return ARRIVED
    ranges = []
    for text in service.source_ranges:
        try:
            ranges.append(AddressRange.parse(text))
        except ValueError:
            ranges.append(AddressRange.everything(packet.source.version))
    if within(packet.source, tuple(ranges)):
        return ARRIVED
    cluster = journey.snapshot.cluster
    unsure = cluster is None or cluster.policy_engine.may_be(PolicyEngine.CILIUM)
    verdict = Verdict.UNKNOWN if unsure else Verdict.DENIED
    return single(Layer.SERVICE, service.label, verdict, "source ranges")


def _to_some_pod(
    journey: Journey, service: Service, packet: Packet, nodes: Nodes
) -> Outcome:
    """Translate to whichever pod stands behind a Service, where none is meant."""
    found = chosen_by(journey, service, packet)
    ways = [
        _outward(journey, replace(packet, destination_port=port), at, nodes, service)
        for at, port in listed_outside(journey, service, packet)
    ]
    if isinstance(found, Outcome):
        return together(ways) if ways else found
    pods = dict.fromkeys(item.workload for item in found)
    ways += [
        _to_pod(replace(journey, target=PodEnd(pod)), service, packet, nodes)
        for pod in pods
    ]
    return together(ways)


def _outward(
    journey: Journey, packet: Packet, to: Address, nodes: Nodes, service: Service
) -> Outcome:
    """Lead on to a listed address, as from the node. Source: path.md, B16."""
    home, pool = nodes
    cluster = journey.snapshot.cluster
    pools = cluster.pools if cluster is not None else ()
    homes = [it for each in pools for it in (each.subnet.value, each.pod_subnet.value)]
    subnets = [subnet_of(journey.fabric, id_) for id_ in homes if id_]
    own = [it for each in subnets if each for it in each.prefixes]
    own += (cluster.pod_ranges.value or ()) if cluster is not None else ()
    if None in subnets or within(to, tuple(own)) or service.local_traffic_only:
        return single(Layer.SERVICE, service.label, Verdict.UNKNOWN, "in the cluster")
    node = journey.choice.address("handing node", home.prefixes)
    start, meant = (
        Start(NodeEnd(pool.name), pool.name),
        AddressEnd((AddressRange.of(to),)),
    )
    anew = replace(journey, start=start, target=meant, sent_from=node, relayed=True)
    port = any_port(journey, packet)
    seen = replace(packet, source=node, destination=to, source_port=port)
    return journey.leave(anew, seen, home) if journey.leave else ARRIVED


def _to_pod(
    journey: Journey, service: Service, packet: Packet, nodes: Nodes
) -> Outcome:
    home, pool = nodes
    if not isinstance(journey.target, PodEnd):
        return _to_some_pod(journey, service, packet, nodes)
    ways = []
    for port in service.ports:
        if (port.protocol, port.port) == (packet.protocol, packet.destination_port):
            for number in led_to(service, journey.target.workload, port):
                seen = replace(packet, destination_port=number)
                ways.append(ingress(journey, seen))
                if not service.local_traffic_only:
                    node = journey.choice.address("handing node", home.prefixes)
                    between = onward(journey, seen, pool, hidden=True)
                    ways[-1] = follow_on(between, handed_on(journey, seen, node))
    if not ways:
        return single(Layer.SERVICE, service.label, Verdict.UNKNOWN, "no such port")
    return together(ways)


def at_gateway(journey: Journey, packet: Packet) -> Outcome | None:
    """Decide about both connections of an application gateway.

    Source: Azure docs, application-gateway configuration-infrastructure.
    """
    for gateway in journey.fabric.application_gateways:
        for front in gateway.front_ends:
            if front_holds(journey, front, packet.destination):
                return _at_listener(journey, gateway, front, packet)
    return None


def _at_listener(
    journey: Journey,
    gateway: ApplicationGateway,
    front: FrontEnd,
    packet: Packet,
) -> Outcome:
    here = [it for it in gateway.routes if it.front_end == front.name]
    ports = [it.port for it in here] if gateway.routes else gateway.listener_ports
    heard = packet.protocol == Protocol.TCP and packet.destination_port in ports
    step = Step(Layer.GATEWAY, gateway.name, verdict_of(heard), "listeners")
    refused = within(packet.source, gateway.may_refuse)
    may_pass = Verdict.UNKNOWN if refused else Verdict.ALLOWED
    custom = Step(Layer.GATEWAY, gateway.name, may_pass, "custom rules")
    subnet = subnet_of(journey.fabric, gateway.subnet)
    if subnet is None:
        unclear = Step(Layer.DELIVERY, gateway.name, Verdict.UNKNOWN, "no subnet")
        return then(step, then(unclear))
    inside = journey.choice.address("gateway instance", subnet.prefixes)
    if gateway.for_containers:
        return then(step, then(custom))
    seen = replace(packet, destination=inside)
    way = then(step, then(custom, filters(journey, subnet, None, seen)))
    if not heard or gateway.follows_ingresses or gateway.backend_names:
        return way
    every = gateway.backend_ports or (80, 443)
    led = [GatewayRoute(front.name, 0, gateway.backend_addresses, (), every)]
    if gateway.routes:
        led = [it for it in here if it.port == packet.destination_port]
    ways = [
        _to_backend(journey, subnet, replace(packet, destination_port=to), at)
        for route in led
        for at in route.addresses
        for to in route.back_ports
    ]
    # A listener that redirects answers for itself.
    ways += [ARRIVED for route in led if not route.back_ports]
    return follow_on(way, together(ways))


def _to_backend(
    journey: Journey, subnet: Subnet, packet: Packet, to: AddressRange
) -> Outcome:
    """Open a connection to a backend, from any address of the gateway's subnet."""
    sender = journey.choice.address("gateway instance", subnet.prefixes)
    meant = replace(journey, target=AddressEnd((to,)), sent_from=sender, relayed=True)
    anew = replace(meant, start=Start(SubnetEnd(subnet.id)))
    at = journey.choice.address("backend", (to,))
    port = any_port(journey, packet)
    seen = replace(packet, source=sender, destination=at, source_port=port)
    return journey.leave(anew, seen, subnet) if journey.leave else ARRIVED
