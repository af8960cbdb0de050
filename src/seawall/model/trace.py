"""The answer to one question: a verdict and the hops that make it."""

from dataclasses import dataclass
from enum import Enum

from seawall.model.origin import Origin


class Verdict(Enum):
    """What becomes of packets; unknown is never folded into the other two."""

    ALLOWED = "allowed"
    DENIED = "denied"
    UNKNOWN = "unknown"

    def then(self, other: "Verdict") -> "Verdict":
        """Return the verdict of passing both: a denial anywhere denies."""
        if Verdict.DENIED in (self, other):
            return Verdict.DENIED
        if Verdict.UNKNOWN in (self, other):
            return Verdict.UNKNOWN
        return Verdict.ALLOWED


class Layer(Enum):
    """The kinds of place that can decide about a packet or change it."""

    NAME = "name resolution"
    POLICY_EGRESS = "network policy, egress"
    POLICY_INGRESS = "network policy, ingress"
    SERVICE = "service translation"
    MASQUERADE = "masquerade"
    ADMIN_FILTER = "security admin rules"
    NIC_FILTER = "network interface NSG"
    SUBNET_FILTER = "subnet NSG"
    ROUTE = "route"
    PEERING = "peering"
    FIREWALL = "Azure Firewall"
    SOURCE_NAT = "outbound translation"
    LOAD_BALANCER = "load balancer"
    GATEWAY = "application gateway"
    PRIVATE_ENDPOINT = "private endpoint"
    PRIVATE_LINK = "private link service"
    SERVICE_ENDPOINT = "service endpoint"
    RESOURCE_FIREWALL = "resource firewall"
    PLATFORM = "platform address"
    DELIVERY = "delivery"


class AccessPath(Enum):
    """By which door a name is reached; it says nothing about who is let in there."""

    PRIVATE = "private"
    PUBLIC = "public"
    SERVICE_ENDPOINT = "serviceEndpoint"
    UNRESOLVED = "unresolved"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class HeaderView:
    """A packet header, or a set of them, in words for a person.

    Attributes:
        source: An address, a range, or several with commas.
        destination: Likewise; a DNS name may stand before it with `=`.
        protocol: `TCP`, `UDP`, `SCTP`, `ICMP`, `any` or a number.
        port: Destination ports, such as `443` or `80,8000-8010`; empty without ports.
    """

    source: str
    destination: str
    protocol: str
    port: str


@dataclass(frozen=True, slots=True)
class DecidingRule:
    """The rule, default or missing fact that decided at a hop.

    Attributes:
        name: As its author named it, with its container: `aks-nsg/deny-all`.
        origin: Where it stands; None for a platform default.
    """

    name: str
    origin: Origin | None


@dataclass(frozen=True, slots=True)
class Hop:
    """One place on a packet's way.

    Attributes:
        layer: The kind of place.
        at: Its name.
        verdict: What it does with the packet: ALLOWED where it only passes it on.
        says: What happens here, as a clause: `no egress rule admits 10.1.0.4:443`.
        rule: What decided; None where there was nothing to decide.
        source: The document that says so.
        before: The header as it arrives.
        after: The header as it leaves; equal to *before* where nothing is rewritten.
    """

    layer: Layer
    at: str
    verdict: Verdict
    says: str
    rule: DecidingRule | None
    source: str
    before: HeaderView
    after: HeaderView


class Reply(Enum):
    """Whether the answer comes back to whoever asked."""

    RETURNS = "returns"
    LOST = "lost"
    UNKNOWN = "unknown"
    NOT_SENT = "not sent"
    """The packet does not arrive, so there is nothing to answer."""
