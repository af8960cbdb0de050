"""What stands for a Service of a class that another controller than Azure's serves.

Whatever that controller makes, somebody answers at the front end, so the input must not
look as if nobody did; what becomes of packets there is not known.

Source: Kubernetes API reference, ServiceSpec, loadBalancerClass: a cloud's own
controller ignores Services that have a class; docs/semantics/path.md, B13.
"""

from dataclasses import replace

from seawall.ingest.aks.draft import Draft, find, put
from seawall.model.address import Address, AddressRange
from seawall.model.packet import PortRange
from seawall.model.service import Service
from seawall.model.snapshot import Fabric
from seawall.model.translation import (
    FrontEnd,
    LoadBalancer,
    LoadBalancerRule,
    PublicAddress,
)


def stand_in(draft: Draft, service: Service) -> None:
    """Add a load balancer of which nothing is known but its Service and addresses.

    An address that a load balancer of the input has is left to that. Where none is
    told, or a name beside it, it may be anywhere.
    """
    told = service.load_balancer_addresses
    free = [it for it in told if not _is_held(draft.fabric, it)]
    if told and not free and not service.load_balancer_names:
        return
    anywhere = (None,) if service.load_balancer_names or not told else ()
    fronts = [
        _front_end(draft, service, number, address)
        for number, address in enumerate((*free, *anywhere))
    ]
    name = f"{service.load_balancer_class} for {service.label}"
    balancer = LoadBalancer(
        id=draft.predicted_id(f"class-of-{service.label}"),
        name=name,
        front_ends=tuple(fronts),
        rules=tuple(rule for front in fronts for rule in _rules(service, front)),
        outbound_front_ends=(),
        origin=service.origin,
        backend_pools=(),
        predicted=True,
        other_class=service.load_balancer_class,
    )
    draft.fabric = replace(
        draft.fabric, load_balancers=put(draft.fabric.load_balancers, balancer)
    )


def _is_held(fabric: Fabric, address: Address) -> bool:
    fronts = [front for it in fabric.load_balancers for front in it.front_ends]
    public = [find(fabric.public_addresses, it.public_address) for it in fronts]
    return any(front.address == address for front in fronts) or any(
        address in item for it in public if it is not None for item in it.ranges
    )


def _front_end(
    draft: Draft, service: Service, number: int, address: Address | None
) -> FrontEnd:
    name = f"{service.label}-{number}" if number else service.label
    if address is not None and not _is_on_internet(draft.fabric, address):
        holders = (
            it.id
            for it in draft.fabric.subnets
            if any(address in prefix for prefix in it.prefixes)
        )
        return FrontEnd(name, None, address, next(holders, None))
    given = draft.fabric.public_addresses
    for public in given:
        if address is not None and any(address in item for item in public.ranges):
            return FrontEnd(name, public.id, address, None)
    new = PublicAddress(
        id=draft.predicted_id(f"address-of-{name}"),
        name=name,
        ranges=() if address is None else (AddressRange.of(address),),
        origin=service.origin,
    )
    draft.fabric = replace(draft.fabric, public_addresses=put(given, new))
    return FrontEnd(name, new.id, address, None)


def _is_on_internet(fabric: Fabric, address: Address) -> bool:
    """Whether clients outside of all networks can address it.

    Source: docs/semantics/path.md, A2.
    """
    inside = (item for network in fabric.networks for item in network.space)
    return address.is_global and not any(address in item for item in inside)


def _rules(service: Service, front: FrontEnd) -> list[LoadBalancerRule]:
    return [
        LoadBalancerRule(
            name=f"{port.protocol.name}-{port.port}",
            front_end=front.name,
            pool=None,
            protocol=int(port.protocol),
            front_port=PortRange(port.port, port.port),
            back_port=None,
            floating=True,
            source_nat=False,
            origin=service.origin,
            service=service.label,
        )
        for port in service.ports
    ]
