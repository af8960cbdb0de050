"""What gives private machines public addresses: public IPs, NAT, load balancers."""

from dataclasses import dataclass, field

from seawall.model.address import Address, AddressRange
from seawall.model.origin import Origin
from seawall.model.packet import PortRange
from seawall.model.setting import Setting


@dataclass(frozen=True, slots=True)
class PublicAddress:
    """A public IP address or prefix.

    Attributes:
        id: Resource id or address, in lower case.
        name: Its name.
        ranges: The addresses; empty when they are allocated later.
        origin: Where it stands.
    """

    id: str
    name: str
    ranges: tuple[AddressRange, ...]
    origin: Origin


@dataclass(frozen=True, slots=True)
class NatGateway:
    """A NAT gateway; subnets name it.

    Attributes:
        public_addresses: Ids of its public addresses and prefixes; a known value of
            `()` means that it has none and lets nothing out.
    """

    id: str
    name: str
    public_addresses: Setting[tuple[str, ...]]
    origin: Origin


@dataclass(frozen=True, slots=True)
class FrontEnd:
    """One address at which a load balancer or gateway listens.

    Attributes:
        name: Its name.
        public_address: Id of a public address, or None for a private front end.
        address: The address itself, when known.
        subnet: Id of the subnet of a private front end.
    """

    name: str
    public_address: str | None
    address: Address | None
    subnet: str | None

    @property
    def is_public(self) -> bool:
        """Whether clients on the internet can address it."""
        return self.public_address is not None


@dataclass(frozen=True, slots=True)
class LoadBalancerRule:
    """One rule that hands packets from a front end to a pool.

    Attributes:
        name: Its name.
        front_end: Name of the front end.
        pool: Name of the backend pool, or None.
        protocol: IP protocol number, or None for all.
        front_port: The port at the front end; EVERY_PORT for an HA ports rule.
        back_port: The port at the backend, or of which ports it is one where that is
            not known; None keeps the port.
        floating: Whether the packet keeps the front end's address as destination.
        source_nat: Whether it also gives backends a way out.
        service: `namespace/name` of the Service that it stands for, if any.
        probe: The TCP ports of which one is probed, to learn which nodes take packets;
            None where no probe decides.
    """

    name: str
    front_end: str
    pool: str | None
    protocol: int | None
    front_port: PortRange
    back_port: int | PortRange | None
    floating: bool
    source_nat: bool
    origin: Origin
    service: str | None = None
    probe: PortRange | None = None


@dataclass(frozen=True, slots=True)
class LoadBalancer:
    """A load balancer.

    Attributes:
        id: Resource id or address, in lower case.
        name: Its name.
        front_ends: Where it listens.
        rules: What it hands on.
        outbound_front_ends: Names of the front ends of its outbound rules.
        outbound_pools: Names of the backend pools of its outbound rules, in lower case.
        backend_pools: Names of the node pools behind it; None when not known.
        origin: Where it stands.
        predicted: Whether Seawall derived it from what AKS would create.
        other_class: The `loadBalancerClass` of the Services that it stands for, which
            another controller than Azure's serves: it stands for whatever that makes,
            and what becomes of packets there is not known. Empty for Azure's own.
    """

    id: str
    name: str
    front_ends: tuple[FrontEnd, ...]
    rules: tuple[LoadBalancerRule, ...]
    outbound_front_ends: tuple[str, ...]
    origin: Origin
    backend_pools: tuple[str, ...] | None = None
    predicted: bool = False
    outbound_pools: tuple[str, ...] = ()
    other_class: str = ""


@dataclass(frozen=True, slots=True)
class GatewayRoute:
    """What a listener of an application gateway leads to.

    Attributes:
        front_end: Name of the front end that it listens at.
        port: The port that it listens at.
        addresses: Its backends by address.
        names: Its backends by DNS name.
        back_ports: The ports that the gateway connects to.
    """

    front_end: str
    port: int
    addresses: tuple[AddressRange, ...]
    names: tuple[str, ...]
    back_ports: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ApplicationGateway:
    """An application gateway: a proxy that connects anew to its backends.

    Attributes:
        id: Resource id or address, in lower case.
        name: Its name.
        subnet: Id of the subnet that its instances stand in; None when not known.
        front_ends: Where it listens.
        listener_ports: The ports of its listeners.
        backend_addresses: Backends by address.
        backend_names: Backends by DNS name.
        backend_ports: The ports it connects to.
        firewall_mode: `Prevention`, `Detection`, or a known None without a web
            application firewall.
        follows_ingresses: Whether AKS fills its backends from Ingress objects; it has
            no routes then.
        origin: Where it stands.
        for_containers: Whether it is an Application Gateway for Containers, whose front
            ends Azure hosts outside any network.
        may_refuse: Clients that a custom rule of its web application firewall may
            refuse by their address.
        managed_from_outside: Whether Azure manages it over the internet; a gateway with
            network isolation is not.
        routes: What each listener leads to, several where paths or host names tell
            them apart; empty if that is not known, so that each may lead to any
            backend. One without backends answers for itself, by a redirection.
    """

    id: str
    name: str
    subnet: str | None
    front_ends: tuple[FrontEnd, ...]
    listener_ports: tuple[int, ...]
    backend_addresses: tuple[AddressRange, ...]
    backend_names: tuple[str, ...]
    backend_ports: tuple[int, ...]
    firewall_mode: Setting[str]
    origin: Origin
    follows_ingresses: bool = False
    for_containers: bool = False
    may_refuse: tuple[AddressRange, ...] = ()
    routes: tuple[GatewayRoute, ...] = ()
    managed_from_outside: Setting[bool] = field(
        default_factory=lambda: Setting.defaulted(
            value=True, why="Azure docs, configuration-infrastructure"
        )
    )
