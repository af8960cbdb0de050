"""Which ends of a connection a rule means: predicates in one small algebra.

Every policy language says it in its own words; these few nouns say what they all mean.
Truth has three values: an item holds, does not hold, or is not settled. `AllOf`,
`AnyOf` and `Not` combine these as Kleene's logic does, `Perhaps` unsettles. What a
predicate matches is decided twice, in the engine and in the reference, and so not here.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Generic, TypeVar, Union

from seawall.model.policy import BlockPeer

Item = TypeVar("Item", covariant=True)  # noqa: PLC0105


@dataclass(frozen=True, slots=True)
class AllOf(Generic[Item]):
    """Every item holds; so it does when there are none."""

    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class AnyOf(Generic[Item]):
    """At least one item holds; so none does when there are none."""

    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Not(Generic[Item]):
    """The item does not hold."""

    item: Item


@dataclass(frozen=True, slots=True)
class Perhaps(Generic[Item]):
    """Where the item holds, it is not settled whether this does; elsewhere it does not.

    Attributes:
        item: What may be meant at most.
        why: What is not known or not modelled, as a clause.
    """

    item: Item
    why: str


class Facet(Enum):
    """What of an endpoint a label test looks at."""

    LABELS = "labels"
    """The labels of the pod, or of the network set."""
    NAMESPACE_LABELS = "namespace labels"
    NAMESPACE_NAME = "namespace name"
    """One value without a key; absent for what has no namespace."""
    ACCOUNT_LABELS = "service account labels"
    ACCOUNT_NAME = "service account name"
    """One value without a key; absent for what runs as no account."""
    MESH = "part in a mesh"
    """The value of the pod's `MeshRole`, without a key; not settled if not known."""


class Comparison(Enum):
    """How a test compares a value."""

    EXISTS = "exists"
    IN = "in"
    CONTAINS = "contains"
    STARTS_WITH = "starts with"
    ENDS_WITH = "ends with"


@dataclass(frozen=True, slots=True)
class LabelTest:
    """One condition on one endpoint; where the value is absent it does not hold.

    Attributes:
        facet: What is looked at.
        key: The label's key; empty for the facets that are names.
        comparison: How the value is compared.
        values: What it is compared with: any of them will do; empty for EXISTS.
    """

    facet: Facet
    key: str
    comparison: Comparison
    values: frozenset[str] = frozenset()


Labels = Union[
    LabelTest,
    "AllOf[Labels]",
    "AnyOf[Labels]",
    "Not[Labels]",
    "Perhaps[Labels]",
]
"""A condition on one labelled endpoint. What has no namespace has no namespace labels,
and what has no account no account labels."""

ANYTHING: AllOf[Labels] = AllOf(())
"""The condition that every endpoint fulfils."""


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Pods with their own network that fulfil a condition.

    Nodes, pods on the host network and other addresses are never meant.

    Attributes:
        labels: The condition.
        sets: Whether network sets that fulfil it are meant too: every address in
            them, whoever has it.
    """

    labels: Labels
    sets: bool = False


@dataclass(frozen=True, slots=True)
class Addresses:
    """Every end whose address lies in a block: pod, node or neither."""

    block: BlockPeer


class NodeScope(Enum):
    """Which nodes are meant, seen from the pod that a policy governs."""

    ANY = "any"
    OWN = "own"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Nodes:
    """Nodes of the cluster and the pods on their network.

    Attributes:
        scope: Which, seen from the governed pod.
        labels: What the labels of the node must fulfil: tests of `Facet.LABELS`.
    """

    scope: NodeScope = NodeScope.ANY
    labels: Labels = ANYTHING


@dataclass(frozen=True, slots=True)
class World:
    """What is neither pod nor node of the cluster.

    Attributes:
        version: 4 or 6 for one address family; None for both.
    """

    version: int | None = None


Ends = Union[
    Endpoints,
    Addresses,
    Nodes,
    World,
    "AllOf[Ends]",
    "AnyOf[Ends]",
    "Not[Ends]",
    "Perhaps[Ends]",
]
"""Ends of a connection."""

EVERYONE: AllOf[Ends] = AllOf(())
"""Every end, of every kind."""

NO_ONE: AnyOf[Ends] = AnyOf(())
"""No end at all."""
