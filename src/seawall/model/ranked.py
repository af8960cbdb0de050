"""Policies whose rules have an order, or deny: tiers, priorities, passes.

AdminNetworkPolicy, ClusterNetworkPolicy, the Calico and Cilium kinds and Istio's
AuthorizationPolicy become these nouns. In one direction, the policies that select an
endpoint are walked tier by tier:

1. Within a tier, policies go by *order*. Those of one order whose *tie* is stated go
   by it; if any of one order states none, no order among all of these is fixed.
2. The rules of a policy go in sequence. The first that matches decides: ALLOW and DENY
   end the walk, PASS leaves the tier for the next.
3. Where no rule of the tier matches, the packet is denied if any policy of the tier
   that selects the endpoint *isolates* it in this direction, and otherwise goes on to
   the next tier.
4. After the last tier the packet is allowed.

A NetworkPolicy takes part as a policy of `DEFAULT_TIER` with ALLOW rules alone, at
`NETWORK_POLICY_ORDER` and without a tie. Policies of a mesh (`Language.of_mesh`)
are walked on their own, and both walks must allow.
"""

from dataclasses import dataclass
from enum import Enum

from seawall.model.address import Address, AddressRange
from seawall.model.dataplane import Feature, Language
from seawall.model.ends import EVERYONE, Ends, Labels
from seawall.model.origin import Origin
from seawall.model.packet import Protocol
from seawall.model.policy import Direction, NamedPort, NumberedPorts


class Action(Enum):
    """What a rule does with what it matches."""

    ALLOW = "allow"
    DENY = "deny"
    PASS = "pass"  # noqa: S105 - an action


@dataclass(frozen=True, slots=True)
class WholeProtocol:
    """Every packet of one IP protocol, by number; of both ICMP messages and ports."""

    protocol: int


@dataclass(frozen=True, slots=True)
class IcmpMessages:
    """ICMP or ICMPv6 messages of one type.

    Attributes:
        protocol: `Protocol.ICMP` or `Protocol.ICMPV6`.
        type: 0 to 255.
        code: 0 to 255; None is every code.
    """

    protocol: Protocol
    type: int
    code: int | None = None


ServiceMatch = NumberedPorts | NamedPort | WholeProtocol | IcmpMessages
"""What of a packet, beside its ends, a rule can match."""


@dataclass(frozen=True, slots=True)
class RankedRule:
    """One rule: what it does with packets of some ends and services.

    Attributes:
        action: What it does.
        far: The other end of the connection.
        origin: Where it stands.
        own: What the governed endpoint itself must be, seen as an end; None is any.
        services: Any of these will do; None is every service. Empty is none.
        except_services: None of these may match.
        versions: The address families that it matches.
        condition: A condition that the header of a packet does not show, as a clause,
            such as an HTTP path or a source port: where all else matches, it is not
            settled whether the rule does. None if there is none.
        needs: What a dataplane must have to follow it; where one surely has not, or
            this is not known, it is not settled whether the rule matches.
        names: The domain names, or patterns with `*`, whose addresses *far* is; empty
            if it is meant in another way.
    """

    action: Action
    far: Ends
    origin: Origin
    own: Ends | None = None
    services: tuple[ServiceMatch, ...] | None = None
    except_services: tuple[ServiceMatch, ...] = ()
    versions: frozenset[int] = frozenset({4, 6})
    condition: str | None = None
    needs: frozenset[Feature] = frozenset()
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class Tier:
    """Where a policy stands among all: tiers go by *order*, then by *name*.

    Attributes:
        order: Lower goes first; `math.inf` for none.
        name: Its name.
    """

    order: float
    name: str


ADMIN_TIER = Tier(1_000.0, "kube-admin")
DEFAULT_TIER = Tier(1_000_000.0, "default")
BASELINE_TIER = Tier(10_000_000.0, "kube-baseline")
"""The tiers that every cluster has.

Source: projectcalico/calico api/pkg/apis/projectcalico/v3 tier.go; the sequence of
admin, NetworkPolicy and baseline: kubernetes-sigs/network-policy-api apis.
"""

NETWORK_POLICY_ORDER = 1_000.0
"""Where NetworkPolicies stand in the default tier.

Source: projectcalico/calico libcalico-go/lib/backend/k8s/conversion/conversion.go.
"""


@dataclass(frozen=True, slots=True)
class RankedPolicy:
    """A policy of ordered rules.

    One object may be several of these, as a Cilium policy is: its denials go before
    every allowance, so that they are a policy of their own, with a lower order.

    Attributes:
        kind: Its kind, as people call it: `Calico GlobalNetworkPolicy`.
        language: Its language.
        namespace: Its namespace; None if it is cluster-wide.
        name: Its name.
        subject: Which pods it governs; pods on the host network never.
        tier: Its tier.
        order: Its place there; lower goes first, `math.inf` for none.
        tie: What breaks ties of *order*; None if nothing is fixed.
        governs: The directions in which it takes part.
        isolates: The directions in which what no rule of its tier matches is denied;
            a part of *governs*.
        ingress: Rules; read only if *governs* holds INGRESS.
        egress: Rules; read only if *governs* holds EGRESS.
        origin: Where it stands.
        needs: What a dataplane must have to enforce it; where one surely has not, or
            this is not known, it is not settled whether the policy is in force.
        doubt: Why it is not settled anywhere, as a clause; None if it is.
    """

    kind: str
    language: Language
    namespace: str | None
    name: str
    subject: Labels
    tier: Tier
    order: float
    tie: str | None
    governs: frozenset[Direction]
    isolates: frozenset[Direction]
    ingress: tuple[RankedRule, ...]
    egress: tuple[RankedRule, ...]
    origin: Origin
    needs: frozenset[Feature] = frozenset()
    doubt: str | None = None

    @property
    def label(self) -> str:
        """`kind namespace/name`, as people write it."""
        place = f"{self.namespace}/{self.name}" if self.namespace else self.name
        return f"{self.kind} {place}"

    @property
    def settles_nothing(self) -> bool:
        """Whether it may deny whatever it governs: it cannot be read, or is not."""
        return self.language is Language.MESH or (
            bool(self.governs)
            and all(
                {Action.ALLOW, Action.DENY}
                <= {
                    rule.action
                    for rule in self.rules(direction)
                    if rule.condition is not None and rule.far == EVERYONE
                }
                for direction in self.governs
            )
        )

    def rules(self, direction: Direction) -> tuple[RankedRule, ...]:
        """Return the rules of one direction."""
        return self.ingress if direction is Direction.INGRESS else self.egress


@dataclass(frozen=True, slots=True)
class NetworkSet:
    """Addresses that carry labels, so that selectors can mean them.

    Attributes:
        namespace: Its namespace; None if it is cluster-wide.
        name: Its name.
        labels: Sorted by key.
        ranges: Its addresses.
        origin: Where it stands.
    """

    namespace: str | None
    name: str
    labels: tuple[tuple[str, str], ...]
    ranges: tuple[AddressRange, ...]
    origin: Origin


@dataclass(frozen=True, slots=True)
class ServiceAccount:
    """An account that pods run as, and its labels, sorted by key."""

    namespace: str
    name: str
    labels: tuple[tuple[str, str], ...]
    origin: Origin


@dataclass(frozen=True, slots=True)
class Node:
    """A node, as a live cluster reports it; labels sorted by key."""

    name: str
    labels: tuple[tuple[str, str], ...]
    addresses: tuple[Address, ...]
    origin: Origin
