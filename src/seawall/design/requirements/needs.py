"""What is needed, as values.

Each need has a path, such as `egress.names[0]`, by which choices, comments and proofs
name it; `Requirements.stated` says where it stands. What nobody stated is left to the
chooser: None, or an empty tuple.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from seawall.model.address import AddressRange
from seawall.model.origin import Origin


class Access(Enum):
    """From where the API server may be reached."""

    ANYWHERE = "anywhere"
    RANGES = "ranges"
    PRIVATE = "private"


class Desk(Enum):
    """How an operator comes to the network."""

    VPN = "vpn"
    EXPRESSROUTE = "expressroute"
    PEERING = "peering"
    BASTION = "bastion"
    PIPELINE = "pipeline"
    """A build agent with a machine of its own in the network."""
    INTERNET = "internet"


@dataclass(frozen=True, slots=True)
class Operator:
    """Somebody who operates the cluster.

    Attributes:
        name: What they are called.
        desk: How they come.
        ranges: Their addresses; those of VPN clients, of the office, of the peer.
        network: The resource ID of the network that is peered; may be empty.
    """

    name: str
    desk: Desk
    ranges: tuple[AddressRange, ...] = ()
    network: str = ""


class Egress(Enum):
    """What pods may reach in the internet."""

    OPEN = "open"
    NAMES = "names"
    """Nothing but the names that are listed."""
    FIREWALL = "firewall"
    """Whatever a firewall sees and logs."""
    NONE = "none"


@dataclass(frozen=True, slots=True)
class EgressName:
    """A name in the internet that pods reach.

    Attributes:
        name: A name, or `*.` and a name.
        ports: TCP ports.
        segments: Which segments reach it; empty for all.
    """

    name: str
    ports: tuple[int, ...] = (443,)
    segments: tuple[str, ...] = ()


class WayIn(Enum):
    """How clients come in."""

    PUBLIC_WAF = "public-waf"
    PUBLIC = "public"
    INTERNAL = "internal"
    PRIVATE_LINK = "private-link"


@dataclass(frozen=True, slots=True)
class Entry:
    """Clients from outside that reach a workload.

    Attributes:
        way: How.
        segment: The segment whose pods they reach.
        port: The TCP port of the pods.
        listen: The TCP port that clients call.
        host: The name that clients call; may be empty.
        ranges: Who they are; empty for everybody on that way.
    """

    way: WayIn
    segment: str
    port: int
    listen: int = 443
    host: str = ""
    ranges: tuple[AddressRange, ...] = ()


class ServiceKind(Enum):
    """Services of the platform."""

    KEY_VAULT = "key-vault"
    STORAGE = "storage"
    REGISTRY = "registry"
    SQL = "sql"
    COSMOS = "cosmos"


class ServiceAccess(Enum):
    """How a service of the platform may be reached."""

    ANY = "any"
    PUBLIC = "public"
    SERVICE_ENDPOINT = "service-endpoint"
    PRIVATE = "private"
    """By an address of the network."""


@dataclass(frozen=True, slots=True)
class PaasService:
    """A service of the platform that pods or nodes use.

    Attributes:
        kind: What it is.
        name: Its own name, unique in Azure.
        access: How it may be reached.
        segments: Which segments use it; empty for all.
    """

    kind: ServiceKind
    name: str
    access: ServiceAccess = ServiceAccess.ANY
    segments: tuple[str, ...] = ()


class PodControl(Enum):
    """By what policies must tell packets apart."""

    NONE = "none"
    PORTS = "ports"
    NAMES = "names"
    L7 = "l7"


@dataclass(frozen=True, slots=True)
class Call:
    """What one segment calls of another.

    Attributes:
        segment: The other's name.
        ports: TCP ports; empty for all that it serves.
        methods: HTTP methods; empty for all.
        paths: HTTP paths, as regular expressions; empty for all.
    """

    segment: str
    ports: tuple[int, ...] = ()
    methods: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Segment:
    """Pods that are kept apart from others.

    Attributes:
        name: What it is called; the namespace unless that is stated.
        namespace: Where its pods run.
        serves: TCP ports that its pods listen on.
        calls: What it calls.
        tenant: To whom it belongs; segments of two tenants never meet. May be empty.
    """

    name: str
    namespace: str
    serves: tuple[int, ...] = ()
    calls: tuple[Call, ...] = ()
    tenant: str = ""


@dataclass(frozen=True, slots=True)
class Scale:
    """How large the cluster may grow.

    Attributes:
        nodes: Nodes at most, all pools together.
        pods_per_node: Pods on a node at most.
        zones: Availability zones that nodes are spread over; empty for none.
    """

    nodes: int = 5
    pods_per_node: int = 50
    zones: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class AddressPlan:
    """Which addresses there are.

    Attributes:
        space: What the design may use in virtual networks; empty for its own choice.
        pods: What pods may use in an overlay; empty for its own choice.
        services: What Services may use; empty for its own choice.
        on_premises: Ranges behind a gateway or peering.
        in_use: Ranges of connected networks that must not be used.
    """

    space: tuple[AddressRange, ...] = ()
    pods: tuple[AddressRange, ...] = ()
    services: tuple[AddressRange, ...] = ()
    on_premises: tuple[AddressRange, ...] = ()
    in_use: tuple[AddressRange, ...] = ()


@dataclass(frozen=True, slots=True)
class ExistingNetwork:
    """A network to fit into.

    Attributes:
        node_subnet: The resource ID of the subnet for nodes.
        node_range: Its addresses.
        pod_subnet: The resource ID of the subnet for pods; may be empty.
        pod_range: Its addresses; None without one.
        next_hop: The address of the appliance that a route table of the subnet leads
            `0.0.0.0/0` to; empty if there is none.
    """

    node_subnet: str
    node_range: AddressRange
    pod_subnet: str = ""
    pod_range: AddressRange | None = None
    next_hop: str = ""


@dataclass(frozen=True, slots=True)
class Limits:
    """What may be spent; None where nobody said.

    Attributes:
        firewall: Whether an Azure Firewall may be paid for.
        acns: Whether Advanced Container Networking Services may be paid for.
        nat_gateway: Whether a NAT gateway may.
        application_gateway: Whether an application gateway may.
        private_endpoints: Whether private endpoints for services of the platform may.
    """

    firewall: bool | None = None
    acns: bool | None = None
    nat_gateway: bool | None = None
    application_gateway: bool | None = None
    private_endpoints: bool | None = None


@dataclass(frozen=True, slots=True)
class Requirements:
    """Everything that is needed of a cluster.

    Attributes:
        name: Of the cluster; other names follow from it.
        region: An Azure region.
        stated: Where each need stands, by its path; a preset's needs at the preset.
        preset: Its name; may be empty.
        kubernetes: The version, as `1.34`; empty for the newest but one.
        access: From where the API server may be reached; None if nobody said.
        access_ranges: Ranges of `Access.RANGES`.
        run_command: Whether Azure may run commands in the cluster; None if nobody said.
        operators: Who operates it.
        egress: What pods may reach in the internet; None if nobody said.
        names: What they may reach by name.
        fixed_address: Whether packets leave from addresses that stay the same.
        entries: Who comes in.
        services: Services of the platform.
        control: By what policies tell packets apart; None if nobody said.
        default_deny: Whether pods are closed unless opened; None if nobody said.
        segments: Pods that are kept apart.
        network_sees_pods: Whether network security groups must see pods' addresses.
        encrypted: Whether packets between nodes are encrypted.
        windows: Whether Windows nodes are needed.
        scale: How large it grows.
        addresses: Which addresses there are.
        existing: A network to fit into.
        compliance: Names of rule sets, such as `pci-dss`.
        limits: What may be spent.
    """

    name: str
    region: str
    stated: Mapping[str, Origin]
    preset: str = ""
    kubernetes: str = ""
    access: Access | None = None
    access_ranges: tuple[AddressRange, ...] = ()
    run_command: bool | None = None
    operators: tuple[Operator, ...] = ()
    egress: Egress | None = None
    names: tuple[EgressName, ...] = ()
    fixed_address: bool = False
    entries: tuple[Entry, ...] = ()
    services: tuple[PaasService, ...] = ()
    control: PodControl | None = None
    default_deny: bool | None = None
    segments: tuple[Segment, ...] = ()
    network_sees_pods: bool = False
    encrypted: bool = False
    windows: bool = False
    scale: Scale = field(default_factory=Scale)
    addresses: AddressPlan = field(default_factory=AddressPlan)
    existing: ExistingNetwork | None = None
    compliance: tuple[str, ...] = ()
    limits: Limits = field(default_factory=Limits)

    def states(self, path: str) -> bool:
        """Return whether a need, or a part of it, was stated."""
        return any(
            each == path or each.startswith((f"{path}.", f"{path}["))
            for each in self.stated
        )
