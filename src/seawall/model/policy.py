"""Network policies: who may talk to which pods, by label and by address.

A policy in any language becomes these nouns. What they mean on a given dataplane is
decided in the engine and in the reference.
"""

from dataclasses import dataclass
from enum import Enum

from seawall.model.address import AddressRange
from seawall.model.dataplane import PolicyEngine
from seawall.model.origin import Origin
from seawall.model.packet import PortRange, Protocol
from seawall.model.selector import Selector


class Direction(Enum):
    """Which way a rule looks from the pod that it governs."""

    INGRESS = "ingress"
    EGRESS = "egress"

    __hash__ = object.__hash__
    """Members are single objects; their own hash calls that of their name each time."""


@dataclass(frozen=True, slots=True)
class PodPeer:
    """Pods, chosen by label.

    Attributes:
        namespaces: Which namespaces; None is the policy's own.
        pods: Which pods in them.
    """

    namespaces: Selector | None
    pods: Selector


@dataclass(frozen=True, slots=True)
class BlockPeer:
    """Addresses: a block without its exceptions."""

    block: AddressRange
    excepts: tuple[AddressRange, ...] = ()


Peer = PodPeer | BlockPeer


@dataclass(frozen=True, slots=True)
class NumberedPorts:
    """Ports of one protocol by number, both ends included."""

    protocol: Protocol
    ports: PortRange
    is_range: bool = False
    """Whether it was written with `endPort`: some dataplanes ignore that."""


@dataclass(frozen=True, slots=True)
class NamedPort:
    """The container ports of that name and protocol on the destination pod."""

    protocol: Protocol
    name: str


PortMatch = NumberedPorts | NamedPort


@dataclass(frozen=True, slots=True)
class PolicyRule:
    """One allowance: some peers, on some ports.

    Attributes:
        peers: None is everyone. An empty tuple is nobody.
        ports: None is every port of every protocol.
        origin: Where the rule stands.
    """

    peers: tuple[Peer, ...] | None
    ports: tuple[PortMatch, ...] | None
    origin: Origin


@dataclass(frozen=True, slots=True)
class Policy:
    """A Kubernetes NetworkPolicy: allowances for the pods that it selects.

    Attributes:
        namespace: Its namespace; it selects pods there only.
        name: Its name.
        subject: The pods that it governs.
        isolates: The directions in which those pods become isolated.
        ingress: Allowances; read only if *isolates* holds INGRESS.
        egress: Allowances; read only if *isolates* holds EGRESS.
        origin: Where it stands.
        predicted: Whether Seawall derived it from what AKS would create.
    """

    namespace: str
    name: str
    subject: Selector
    isolates: frozenset[Direction]
    ingress: tuple[PolicyRule, ...]
    egress: tuple[PolicyRule, ...]
    origin: Origin
    predicted: bool = False

    @property
    def label(self) -> str:
        """`namespace/name`, as people write it."""
        return f"{self.namespace}/{self.name}"

    def rules(self, direction: Direction) -> tuple[PolicyRule, ...]:
        """Return the allowances of one direction."""
        return self.ingress if direction is Direction.INGRESS else self.egress


LOST = "its document cannot be read"
"""Why a policy is opaque of which only its kind is known."""


@dataclass(frozen=True, slots=True)
class OpaquePolicy:
    """A policy that is in force but whose meaning is not known.

    It was malformed, holds an unresolved placeholder, or is in a language that is
    not modelled. The pods in its scope get no certain verdict in its directions.

    Attributes:
        kind: Its kind, with the API group where that tells more.
        namespace: Its namespace, or None if it reaches the whole cluster.
        name: Its name, or `?`.
        subject: The pods that it surely governs at most; None if not readable, so
            all pods in scope.
        directions: The directions that it may touch.
        engines: The engines that enforce it; None is all that enforce anything.
        why: What is not understood, as a clause.
        origin: Where it stands.
        only_frees: Whether it takes other policies away and denies nothing itself.
        by_gateway: Whether what it frees leaves by a static egress gateway alone.
        only_closes: Whether it opens nothing that others close, whatever it says.
        only_removes: Whether it does nothing but take away policies, all or some: a pod
            that none holds is left as it is.
    """

    kind: str
    namespace: str | None
    name: str
    subject: Selector | None
    directions: frozenset[Direction]
    engines: frozenset[PolicyEngine] | None
    why: str
    origin: Origin
    only_frees: bool = False
    only_closes: bool = False
    by_gateway: bool = False
    only_removes: bool = False

    @property
    def only_takes(self) -> bool:
        """Whether it is nothing to a pod that no other policy holds."""
        return self.only_frees or self.only_removes

    @property
    def label(self) -> str:
        """`kind namespace/name`, as people write it."""
        place = f"{self.namespace}/{self.name}" if self.namespace else self.name
        return f"{self.kind} {place}"
