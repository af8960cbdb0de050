"""One AKS cluster: the settings that decide how its packets travel."""

from dataclasses import dataclass, field
from enum import Enum

from seawall.model.address import Address, AddressRange
from seawall.model.control_plane import TrustedAccess
from seawall.model.dataplane import Feature, PolicyEngine
from seawall.model.details import Details
from seawall.model.local_dns import LocalDns
from seawall.model.managed_namespace import ManagedNamespace
from seawall.model.masquerade import Masquerade
from seawall.model.origin import Origin
from seawall.model.setting import Setting
from seawall.model.upkeep import Upkeep


class Addressing(Enum):
    """Where pods get their addresses from."""

    OVERLAY = "overlay"
    POD_SUBNET = "pod subnet"
    NODE_SUBNET = "node subnet"
    KUBENET = "kubenet"
    OWN_CNI = "bring your own CNI"


class OutboundType(Enum):
    """How a cluster reaches the internet, in the words of the service."""

    LOAD_BALANCER = "loadBalancer"
    MANAGED_NAT_GATEWAY = "managedNATGateway"
    USER_ASSIGNED_NAT_GATEWAY = "userAssignedNATGateway"
    USER_DEFINED_ROUTING = "userDefinedRouting"
    NONE = "none"
    BLOCK = "block"


@dataclass(frozen=True, slots=True)
class NodePool:
    """A node pool.

    Attributes:
        name: Its name.
        subnet: Id of the subnet of its nodes. Networks that AKS makes are in the
            snapshot too, so a known value is never None.
        pod_subnet: Id of the subnet of its pods; a known None means there is none.
        windows: Whether its nodes run Windows.
        node_public_addresses: Whether each node has a public address of its own.
        node_public_prefix: Id of the prefix that these are taken from; a known None
            means that they are any.
        nic_security_group: Id of the security group on its network interfaces.
        origin: Where it stands.
        image: The operating system of its nodes, such as `ubuntu` or `windows2022`.
        graphics: Whether AKS installs NVIDIA's driver on its nodes.
        windows_keeps_pods: Whether Windows nodes are kept from hiding their pods
            (`disableOutboundNat`).
        ssh: Whether its nodes answer SSH.
        local_dns: How the DNS server on its nodes hands names on, where there is one.
        host_ports: Ports of its nodes that are opened to the internet.
        details: What else it says, by the service's names.
    """

    name: str
    subnet: Setting[str]
    pod_subnet: Setting[str]
    windows: Setting[bool]
    node_public_addresses: Setting[bool]
    nic_security_group: Setting[str]
    origin: Origin
    node_public_prefix: Setting[str] = field(
        default_factory=lambda: Setting[str].defaulted(None, "none is named")
    )
    image: Setting[str] = field(
        default_factory=lambda: Setting[str].unknown("its node image is not stated")
    )
    graphics: Setting[bool] = field(
        default_factory=lambda: Setting[bool].unknown(
            "the size of its machines is not stated"
        )
    )
    windows_keeps_pods: Setting[bool] = field(
        default_factory=lambda: Setting.defaulted(value=False, why="off unless chosen")
    )
    ssh: Setting[bool] = field(
        default_factory=lambda: Setting.defaulted(
            value=True, why="AKS docs, manage-ssh-node-access"
        )
    )
    host_ports: Setting[tuple[str, ...]] = field(
        default_factory=lambda: Setting.defaulted((), "AKS docs, use-node-public-ips")
    )
    details: Details = field(default_factory=Details)
    local_dns: LocalDns = field(default_factory=LocalDns)


@dataclass(frozen=True, slots=True)
class ApiServer:
    """How the Kubernetes API server of a cluster can be reached.

    The public side is also a `PlatformResource` of kind `api-server` with id
    *resource*; the private side a `PrivateEndpoint` to it, or *internal_address*.

    Attributes:
        resource: Id of the platform resource that stands for it.
        private: Whether the cluster is private.
        vnet_integration: Whether it listens in a subnet of the cluster's network.
        subnet: Id of that subnet, under integration; a known None otherwise.
        authorized_ranges: What may connect to the public address, as written, addresses
            and service tags alike; a known `()` means everyone.
        public_name: Whether a private cluster also has a public DNS name.
        private_zone: `system`, `none`, or the id of a private DNS zone.
        run_command: Whether commands can be run through Azure Resource Manager.
        name: The DNS name that clients use; None when not known.
        origin: Where it stands.
        internal_address: Its address in the cluster's network, under integration.
        public_access: Whether the service is told to answer the public network at all;
            what that means where the cluster is not private is not documented.
        trusted_access: Which resources of Azure are let to it past the network.
    """

    resource: str
    private: Setting[bool]
    vnet_integration: Setting[bool]
    subnet: Setting[str]
    authorized_ranges: Setting[tuple[str, ...]]
    public_name: Setting[bool]
    private_zone: Setting[str]
    run_command: Setting[bool]
    name: str | None
    origin: Origin
    internal_address: Address | None = None
    public_access: Setting[bool] = field(
        default_factory=lambda: Setting.defaulted(True, "AKS docs, private-clusters")  # noqa: FBT003
    )
    trusted_access: tuple[TrustedAccess, ...] = ()


@dataclass(frozen=True, slots=True)
class Cluster:
    """An AKS cluster.

    Attributes:
        id: Resource id or address, in lower case.
        name: Its name.
        region: Its region, in lower case without spaces; empty when not known.
        addressing: Where pods get addresses.
        policy_engine: Who enforces network policies.
        outbound: How it reaches the internet.
        pod_ranges: The pod CIDRs; a known `()` where pods use subnets.
        service_ranges: The service CIDRs.
        dns_address: The address of the cluster's DNS Service.
        dual_stack: Whether it has IPv6 too.
        kubernetes_version: `1.33` or `1.33.2`.
        policy_features: What policies may ask for beside addresses and ports, where
            Cilium enforces them.
        advanced_networking: Whether Advanced Container Networking Services are on.
        local_dns: Whether each node answers DNS itself (LocalDNS).
        instance_metadata_blocked: Whether pods are kept from IMDS by the platform.
        masquerade: Towards which ranges pods keep their address, beyond what the
            addressing mode says.
        outbound_addresses: Ids of the public addresses that its load balancer, or its
            managed NAT gateway, lends; unknown where the input does not name them.
        host_routing: Whether Cilium routes past the node's own rules (eBPF host
            routing), so that the agent that hides pods is not heard.
        pools: Its node pools, at least one.
        api_server: Its API server.
        node_resource_group: The resource group that AKS manages, in lower case.
        upkeep: What it runs beside workloads, and where its software comes from.
        details: What else it says, by the service's names.
        origin: Where it stands.
    """

    id: str
    name: str
    region: str
    addressing: Setting[Addressing]
    policy_engine: Setting[PolicyEngine]
    outbound: Setting[OutboundType]
    pod_ranges: Setting[tuple[AddressRange, ...]]
    service_ranges: Setting[tuple[AddressRange, ...]]
    dns_address: Setting[Address]
    dual_stack: Setting[bool]
    kubernetes_version: Setting[str]
    advanced_networking: Setting[bool]
    local_dns: Setting[bool]
    instance_metadata_blocked: Setting[bool]
    pools: tuple[NodePool, ...]
    api_server: ApiServer
    origin: Origin
    masquerade: Masquerade = field(default_factory=Masquerade)
    outbound_addresses: Setting[tuple[str, ...]] = field(
        default_factory=lambda: Setting[tuple[str, ...]].unknown(
            "the cluster does not name its outbound addresses"
        )
    )
    host_routing: Setting[bool] = field(
        default_factory=lambda: Setting.defaulted(value=False, why="off unless chosen")
    )
    policy_features: Setting[frozenset[Feature]] = field(
        default_factory=lambda: Setting[frozenset[Feature]].unknown(
            "the input does not say what advanced networking enforces"
        )
    )
    node_resource_group: str = ""
    upkeep: Upkeep = field(default_factory=Upkeep)
    details: Details = field(default_factory=Details)
    managed_namespaces: tuple[ManagedNamespace, ...] = ()

    def pool(self, name: str) -> NodePool | None:
        """Return the pool of that name, or None."""
        return next((pool for pool in self.pools if pool.name == name), None)
