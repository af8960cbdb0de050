"""Every decision of a design, and what may be chosen.

A decision is an enum, an option one of its members; the value is the word that is shown
and written. The solver gives each decision exactly one option.
"""

from dataclasses import dataclass
from enum import Enum


class Option(Enum):
    """An option of a decision; each decision is a subclass."""


class Network(Option):
    """Whose virtual network the nodes stand in."""

    MANAGED = "managed"
    """AKS makes it, in the node resource group."""
    OWN = "own"
    """One virtual network of the design."""
    HUB_AND_SPOKE = "hub-and-spoke"
    """A hub with what is shared, and a spoke with the cluster, peered."""
    EXISTING = "existing"
    """Subnets that stand already."""


class Addressing(Option):
    """Where pods have their addresses from."""

    OVERLAY = "overlay"
    POD_SUBNET = "pod-subnet"
    NODE_SUBNET = "node-subnet"


class Dataplane(Option):
    """What moves packets on a node."""

    AZURE = "azure"
    CILIUM = "cilium"


class PolicyEngine(Option):
    """Who enforces network policies."""

    NONE = "none"
    AZURE = "azure"
    CALICO = "calico"
    CILIUM = "cilium"


class PolicyLevel(Option):
    """What Advanced Container Networking Services add to policies."""

    NONE = "none"
    FQDN = "fqdn"
    L7 = "l7"


class Encryption(Option):
    """How packets between nodes are encrypted."""

    NONE = "none"
    WIREGUARD = "wireguard"


class ApiServer(Option):
    """How the API server is reached."""

    PUBLIC = "public"
    """From the internet, and from anywhere in it unless ranges are authorized."""
    PRIVATE_LINK = "private-link"
    VNET_PUBLIC = "vnet-integration-public"
    VNET_PRIVATE = "vnet-integration-private"


class AuthorizedRanges(Option):
    """Whether a public API server answers stated addresses alone."""

    NONE = "none"
    STATED = "stated"


class PrivateZone(Option):
    """Where the name of a private API server is resolved."""

    NOT_NEEDED = "not-needed"
    SYSTEM = "system"
    CUSTOM = "custom"
    """A zone of the design, linked where operators resolve names."""
    NONE = "none"


class PublicName(Option):
    """Whether a private API server has a public name too."""

    OFF = "off"
    ON = "on"


class RunCommand(Option):
    """Whether Azure Resource Manager may run commands in the cluster."""

    OFF = "off"
    ON = "on"


class OutboundType(Option):
    """By what packets leave for the internet."""

    LOAD_BALANCER = "loadBalancer"
    MANAGED_NAT_GATEWAY = "managedNATGateway"
    USER_NAT_GATEWAY = "userAssignedNATGateway"
    USER_DEFINED_ROUTING = "userDefinedRouting"
    NONE = "none"


class Firewall(Option):
    """What inspects packets on their way out."""

    NONE = "none"
    STANDARD = "standard"
    PREMIUM = "premium"
    EXISTING = "existing"
    """The next hop of the network that stands already."""


class Images(Option):
    """Where nodes take the platform's images and packages from."""

    DIRECT = "direct"
    CACHE = "cache"
    """A registry of one's own with a private endpoint."""


class Ingress(Option):
    """How clients outside the cluster reach pods."""

    NONE = "none"
    INTERNAL = "internal-load-balancer"
    PUBLIC = "public-load-balancer"
    APPLICATION_GATEWAY = "application-gateway"
    FIREWALL_DNAT = "firewall-dnat"
    PRIVATE_LINK = "private-link-service"


class PaasAccess(Option):
    """How services of the platform are reached."""

    NOT_NEEDED = "not-needed"
    PUBLIC = "public"
    SERVICE_ENDPOINT = "service-endpoint"
    PRIVATE_ENDPOINT = "private-endpoint"


class NodeOs(Option):
    """Which systems run on nodes."""

    LINUX = "linux"
    LINUX_AND_WINDOWS = "linux-and-windows"


class DefaultDeny(Option):
    """What policies let pass where no other policy speaks."""

    OFF = "off"
    ON = "on"


class Fact(Option):
    """What needs say of one another, whatever is chosen; no decision has it."""

    SERVICES_INSIDE = "inside-alone"
    """Services of the platform are used at addresses of the network alone."""


@dataclass(frozen=True, slots=True)
class Choices:
    """One option of every decision."""

    network: Network
    addressing: Addressing
    dataplane: Dataplane
    engine: PolicyEngine
    level: PolicyLevel
    encryption: Encryption
    api_server: ApiServer
    ranges: AuthorizedRanges
    zone: PrivateZone
    public_name: PublicName
    run_command: RunCommand
    outbound: OutboundType
    firewall: Firewall
    images: Images
    ingress: Ingress
    paas: PaasAccess
    systems: NodeOs
    default_deny: DefaultDeny

    @property
    def is_private(self) -> bool:
        """Whether the API server has no public address."""
        return self.api_server in (ApiServer.PRIVATE_LINK, ApiServer.VNET_PRIVATE)
