"""The load balancers of a cluster: `kubernetes` and `kubernetes-internal`.

Source: AKS docs, load-balancer-standard, internal-lb and
configure-load-balancer-standard, read 2026-08; kubernetes-sigs/cloud-provider-azure,
pkg/provider/azure_loadbalancer.go, commit 7b31c76.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from seawall.ingest.aks.draft import Draft, find, put
from seawall.ingest.aks.exposure import NODE_PORTS, Exposure
from seawall.ingest.aks.network import managed_addresses
from seawall.ingest.aks.other_class import stand_in
from seawall.model.address import Address, AddressRange
from seawall.model.cluster import OutboundType
from seawall.model.diagnostic import Level
from seawall.model.packet import PortRange, Protocol
from seawall.model.service import ServicePort
from seawall.model.translation import (
    FrontEnd,
    LoadBalancer,
    LoadBalancerRule,
    PublicAddress,
)

_NAMES = {False: "kubernetes", True: "kubernetes-internal"}


@dataclass(frozen=True, slots=True)
class ServiceFront:
    """Where one Service listens.

    Attributes:
        exposure: The Service.
        addresses: Its front-end addresses; empty when not known.
        subnet: The subnet of an internal front end; None for a public one, or when
            it is not in the input.
    """

    exposure: Exposure
    addresses: tuple[Address, ...]
    subnet: str | None


def add_load_balancers(
    draft: Draft, exposures: tuple[Exposure, ...]
) -> tuple[ServiceFront, ...]:
    """Link given load balancers to Services, and predict what is not given.

    Returns:
        Where each Service that Azure serves listens, in the order of *exposures*.
    """
    fronts = tuple(_front(draft, exposure) for exposure in exposures)
    fronts = tuple(_link(draft, front) for front in fronts)
    others = [it for it in fronts if _is_anothers(draft, it)]
    fronts = tuple(front for front in fronts if front not in others)
    for internal in (False, True):
        missing = [
            front
            for front in fronts
            if front.exposure.internal is internal and not _is_linked(draft, front)
        ]
        _predict(draft, missing, internal=internal)
    for front in others:
        stand_in(draft, front.exposure.service)
    return fronts


def _is_anothers(draft: Draft, front: ServiceFront) -> bool:
    """Whether another controller serves it: no load balancer of Azure's shows it.

    Source: Kubernetes API reference, ServiceSpec, loadBalancerClass: a cloud's own
    controller ignores Services that have a class.
    """
    named = front.exposure.service.load_balancer_class
    return bool(named) and not _is_linked(draft, front)


def _front(draft: Draft, exposure: Exposure) -> ServiceFront:
    if exposure.internal:
        return ServiceFront(exposure, exposure.addresses, _subnet(draft, exposure))
    addresses = exposure.addresses
    if not addresses and exposure.address_name:
        addresses = tuple(
            item.lowest
            for public in draft.fabric.public_addresses
            if public.name.lower() == exposure.address_name.lower()
            for item in public.ranges
            if item.first == item.last
        )
    return ServiceFront(exposure, addresses, None)


def _subnet(draft: Draft, exposure: Exposure) -> str | None:
    """Return the subnet of an internal front end: the named one, or the nodes'."""
    nodes = draft.node_subnets()
    if not exposure.subnet_name:
        return nodes[0].id if nodes else None
    network = draft.network()
    for subnet in draft.fabric.subnets:
        same_name = subnet.name.lower() == exposure.subnet_name.lower()
        if same_name and subnet.network == network:
            return subnet.id
    service = exposure.service
    draft.tell(
        Level.ERROR,
        service.origin,
        what=f"`{service.label}` asks for the subnet `{exposure.subnet_name}`, which "
        "is not in the cluster's network",
        why="an internal front end stands in a subnet of the cluster's virtual "
        "network, which the annotation names",
        mend="give the name of a subnet in that network, or add it to the input",
    )
    return None


def _balancers(draft: Draft, *, internal: bool) -> list[LoadBalancer]:
    return [
        item
        for item in draft.fabric.load_balancers
        if item.name.lower() == _NAMES[internal] and draft.is_managed(item.id)
    ]


def _link(draft: Draft, front: ServiceFront) -> ServiceFront:
    """Name the Service in the rules of a given load balancer that stand for it."""
    service = front.exposure.service
    for balancer in _balancers(draft, internal=front.exposure.internal):
        matching = [
            rule
            for rule in balancer.rules
            if rule.service is None and _stands_for(draft, balancer, rule, front)
        ]
        if not matching:
            continue
        rules = tuple(
            replace(rule, service=service.label) if rule in matching else rule
            for rule in balancer.rules
        )
        draft.fabric = replace(
            draft.fabric,
            load_balancers=put(
                draft.fabric.load_balancers, replace(balancer, rules=rules)
            ),
        )
        if not front.addresses:
            found = _addresses_of(draft, balancer, matching[0].front_end)
            front = replace(front, addresses=found)
            draft.assume(
                "load-balancer-rule-matched-by-port",
                f"the rule `{matching[0].name}` of `{balancer.name}` stands for the "
                f"Service `{service.label}`, the only one with its port",
                "kubernetes-sigs/cloud-provider-azure, azure_loadbalancer.go",
                service.label,
            )
    return front


def _stands_for(
    draft: Draft, balancer: LoadBalancer, rule: LoadBalancerRule, front: ServiceFront
) -> bool:
    ports = front.exposure.service.ports
    if front.exposure.service.load_balancer_class and not front.addresses:
        return False
    if not any(_same_port(rule, port) for port in ports):
        return False
    if front.addresses:
        known = _addresses_of(draft, balancer, rule.front_end)
        return any(item in front.addresses for item in known)
    rivals = [item for item in balancer.rules if item.front_port == rule.front_port]
    return len(rivals) == 1


def _same_port(rule: LoadBalancerRule, port: ServicePort) -> bool:
    return port.port in rule.front_port and rule.protocol in (
        None,
        int(port.protocol),
    )


def _addresses_of(
    draft: Draft, balancer: LoadBalancer, front_end: str
) -> tuple[Address, ...]:
    for item in balancer.front_ends:
        if item.name != front_end:
            continue
        if item.address is not None:
            return (item.address,)
        public = find(draft.fabric.public_addresses, item.public_address)
        if public is not None:
            return tuple(one.lowest for one in public.ranges if one.first == one.last)
    return ()


def _is_linked(draft: Draft, front: ServiceFront) -> bool:
    label = front.exposure.service.label
    return any(
        rule.service == label
        for balancer in draft.fabric.load_balancers
        for rule in balancer.rules
    )


def _predict(draft: Draft, missing: list[ServiceFront], *, internal: bool) -> None:
    """Add a load balancer for the Services that no given one serves."""
    given = _balancers(draft, internal=internal)
    outbound = (
        not internal
        and not given
        and draft.cluster.outbound.is_surely(OutboundType.LOAD_BALANCER)
    )
    if not missing and not outbound:
        return
    front_ends: list[FrontEnd] = []
    rules: list[LoadBalancerRule] = []
    outbound_names: tuple[str, ...] = ()
    if outbound:
        for index, item in enumerate(managed_addresses(draft, "outbound-address")):
            front_ends.append(FrontEnd(f"outbound-{index}", item, None, None))
        outbound_names = tuple(item.name for item in front_ends)
    for front in missing:
        front_ends += _front_ends(draft, front)
        rules += _rules(front)
    front_ends, rules = _shared(front_ends, rules)
    name = _NAMES[internal]
    balancer = LoadBalancer(
        id=draft.predicted_id(name),
        name=name,
        front_ends=tuple(front_ends),
        rules=tuple(rules),
        outbound_front_ends=outbound_names,
        origin=draft.cluster.origin,
        backend_pools=tuple(pool.name for pool in draft.cluster.pools),
        predicted=True,
    )
    draft.fabric = replace(
        draft.fabric, load_balancers=put(draft.fabric.load_balancers, balancer)
    )
    served = ", ".join(f"`{front.exposure.service.label}`" for front in missing)
    draft.assume(
        "internal-load-balancer" if internal else "public-load-balancer",
        f"AKS's load balancer `{name}` of `{draft.cluster.name}` "
        + (f"listens for {served}" if served else "only lets nodes out"),
        "AKS docs, load-balancer-standard and internal-lb, read 2026-08",
        balancer.id,
        *(front.exposure.service.label for front in missing),
    )


def _shared(
    front_ends: list[FrontEnd], rules: list[LoadBalancerRule]
) -> tuple[list[FrontEnd], list[LoadBalancerRule]]:
    """Return the front ends each once: Services of one address share one.

    Source: AKS docs, load-balancer-standard, "Share a load balancer IP".
    """
    kept: dict[Address, FrontEnd] = {}
    names: dict[str, str] = {}
    for item in front_ends:
        first = item if item.address is None else kept.setdefault(item.address, item)
        names[item.name] = first.name
    return (
        [item for item in front_ends if names[item.name] == item.name],
        [replace(rule, front_end=names[rule.front_end]) for rule in rules],
    )


def _front_ends(draft: Draft, front: ServiceFront) -> Iterable[FrontEnd]:
    """Return one front end for each known address, or one without any."""
    service = front.exposure.service
    for index, address in enumerate(front.addresses or (None,)):
        name = _front_name(front, index)
        if front.exposure.internal:
            yield FrontEnd(name, None, address, front.subnet)
        else:
            public = _public_address(draft, front, address, name)
            yield FrontEnd(name, public, address, None)
    if front.exposure.internal and front.subnet is None:
        draft.assume(
            "front-end-subnet-unknown",
            f"the front end of `{service.label}` stands in a subnet that is not known",
            "AKS docs, internal-lb, read 2026-08",
            service.label,
        )


def _front_name(front: ServiceFront, index: int) -> str:
    label = front.exposure.service.label
    return f"{label}-{index}" if index else label


def _public_address(
    draft: Draft, front: ServiceFront, address: Address | None, name: str
) -> str:
    """Return the id of a front end's public address, adding it if it is not there."""
    wanted = front.exposure.address_name.lower()
    for item in draft.fabric.public_addresses:
        if address is not None and any(address in one for one in item.ranges):
            return item.id
        if wanted and item.name.lower() == wanted:
            return item.id
    new = PublicAddress(
        id=draft.predicted_id(f"address-of-{name}"),
        name=name,
        ranges=() if address is None else (AddressRange.of(address),),
        origin=front.exposure.service.origin,
    )
    draft.fabric = replace(
        draft.fabric, public_addresses=put(draft.fabric.public_addresses, new)
    )
    return new.id


def _rules(front: ServiceFront) -> Iterable[LoadBalancerRule]:
    exposure = front.exposure
    service = exposure.service
    for index, address in enumerate(front.addresses or (None,)):
        # The controller never floats internal IPv6 front ends.
        floating = exposure.floating and not (
            exposure.internal and address is not None and address.version == 6  # noqa: PLR2004
        )
        for port in service.ports:
            if port.port in exposure.unpublished_ports:
                continue
            name = f"{service.label}-{port.protocol.name}-{port.port}"
            yield LoadBalancerRule(
                name=f"{name}-{index}" if index else name,
                front_end=_front_name(front, index),
                pool="kubernetes",
                protocol=None if port.protocol is Protocol.SCTP else int(port.protocol),
                front_port=PortRange(port.port, port.port),
                back_port=None if floating else port.node_port or NODE_PORTS,
                floating=floating,
                source_nat=False,
                origin=service.origin,
                service=service.label,
                probe=exposure.probe(port),
            )
