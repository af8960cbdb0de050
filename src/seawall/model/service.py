"""Services and Ingresses: the names and doors in front of pods."""

from dataclasses import dataclass
from enum import Enum

from seawall.model.address import Address
from seawall.model.origin import Origin
from seawall.model.packet import Protocol
from seawall.model.selector import Selector


class ServiceType(Enum):
    """How a Service is published."""

    CLUSTER_IP = "ClusterIP"
    NODE_PORT = "NodePort"
    LOAD_BALANCER = "LoadBalancer"
    EXTERNAL_NAME = "ExternalName"


@dataclass(frozen=True, slots=True)
class ServicePort:
    """One port of a Service.

    Attributes:
        name: Its name, or empty.
        protocol: Its protocol.
        port: The port on the Service's address.
        target: The port on the pod: a number, or the name of a container port.
        node_port: The port on every node, when stated.
    """

    name: str
    protocol: Protocol
    port: int
    target: int | str
    node_port: int | None = None


@dataclass(frozen=True, slots=True)
class ListedEndpoints:
    """Addresses behind one port of a Service, listed and not selected.

    Attributes:
        addresses: Where they are.
        port_name: The name of the Service's port that they stand behind, or empty.
        protocol: Its protocol.
        port: The port there; None if none is listed.
        origin: Where they are listed.
    """

    addresses: tuple[Address, ...]
    port_name: str
    protocol: Protocol
    port: int | None
    origin: Origin

    def is_behind(self, port: ServicePort) -> bool:
        """Whether packets to a port of the Service are led there."""
        own = (self.port_name, self.protocol)
        return own == (port.name, port.protocol) and self.port is not None


@dataclass(frozen=True, slots=True)
class Service:
    """A Kubernetes Service.

    Attributes:
        namespace: Its namespace.
        name: Its name.
        type: How it is published.
        selector: Its backends; None when it has none or lists endpoints itself.
        ports: Its ports.
        cluster_addresses: Its virtual addresses, when known.
        headless: Whether it has no virtual address by intent.
        local_traffic_only: `externalTrafficPolicy: Local`.
        local_inside_only: `internalTrafficPolicy: Local`: its virtual address leads to
            pods on the client's own node alone.
        source_ranges: `loadBalancerSourceRanges`, as written.
        load_balancer_addresses: Front-end addresses, when known.
        external_name: The DNS name that an ExternalName Service stands for.
        annotations: Sorted by key.
        external_addresses: `externalIPs`: whoever brings packets for them to a node
            reaches the pods.
        without_node_ports: `allocateLoadBalancerNodePorts: false`: nodes open no port
            for it but those that are stated.
        doubt: Why it is not known what it says, as a clause; None if it is. Then it
            has no selector, and no labels.
        load_balancer_class: `loadBalancerClass`: another controller than Azure's
            serves it; empty if it has none.
        load_balancer_names: Host names of its front ends, where its status says some.
        endpoints: What objects of kind Endpoints and EndpointSlice list behind it,
            beside what it selects; None if the input holds none that count.
        labels: Its own labels, by which policies of Cilium may mean it; sorted.
        origin: Where it stands.
    """

    namespace: str
    name: str
    type: ServiceType
    selector: Selector | None
    ports: tuple[ServicePort, ...]
    origin: Origin
    cluster_addresses: tuple[Address, ...] = ()
    headless: bool = False
    local_traffic_only: bool = False
    source_ranges: tuple[str, ...] = ()
    load_balancer_addresses: tuple[Address, ...] = ()
    external_name: str = ""
    annotations: tuple[tuple[str, str], ...] = ()
    external_addresses: tuple[Address, ...] = ()
    doubt: str | None = None
    local_inside_only: bool = False
    without_node_ports: bool = False
    labels: tuple[tuple[str, str], ...] = ()
    load_balancer_class: str = ""
    load_balancer_names: tuple[str, ...] = ()
    endpoints: tuple[ListedEndpoints, ...] | None = None

    @property
    def listed_addresses(self) -> frozenset[Address]:
        """Every address that is listed behind it."""
        return frozenset(it for each in self.endpoints or () for it in each.addresses)

    @property
    def label(self) -> str:
        """`namespace/name`."""
        return f"{self.namespace}/{self.name}"

    def annotation(self, key: str) -> str | None:
        """Return the value of one annotation, or None."""
        return dict(self.annotations).get(key)


@dataclass(frozen=True, slots=True)
class IngressBackend:
    """One route of an Ingress: host and path to a Service's port.

    Attributes:
        host: The host name, or empty for any.
        path: The path, or empty for any.
        service: Name of a Service in the Ingress's namespace.
        port: The Service port, by number or by name; None when not given.
    """

    host: str
    path: str
    service: str
    port: int | str | None


@dataclass(frozen=True, slots=True)
class Ingress:
    """A Kubernetes Ingress: HTTP routes that a controller serves.

    Attributes:
        ingress_class: The class that picks the controller; empty when not stated.
        backends: Its routes, the default backend with empty host and path.
    """

    namespace: str
    name: str
    ingress_class: str
    backends: tuple[IngressBackend, ...]
    origin: Origin
    annotations: tuple[tuple[str, str], ...] = ()

    @property
    def label(self) -> str:
        """`namespace/name`."""
        return f"{self.namespace}/{self.name}"


@dataclass(frozen=True, slots=True)
class NginxController:
    """An ingress controller that AKS's application routing runs.

    Attributes:
        name: Of the object that asks for it; `default` for the add-on's own.
        ingress_class: The class of Ingresses that it serves.
        names: What its Deployment and its Service may be called.
        annotations: Of its Service, which is a load balancer; sorted by key.
        origin: Where it stands.
        default_backend: Namespace and name of the Service that gets what no Ingress
            takes; None for its own.
        ports: Where its Service listens.
    """

    name: str
    ingress_class: str
    names: tuple[str, ...]
    annotations: tuple[tuple[str, str], ...]
    origin: Origin
    default_backend: tuple[str, str] | None = None
    ports: tuple[int, ...] = (80, 443)
