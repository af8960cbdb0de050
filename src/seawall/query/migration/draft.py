"""What a rewrite consists of: edited policies, added ones, and notes."""

from dataclasses import dataclass, field
from enum import Enum

from seawall.model.origin import Origin
from seawall.model.policy import Direction, Policy, PolicyRule, PortMatch
from seawall.model.selector import Selector


class Topic(Enum):
    """A documented difference between engines that an edit is about.

    Source: AKS docs, migrate-from-npm-to-cilium-network-policy, read 2026-08-21.
    """

    PODS_IN_BLOCKS = "ipBlock over pods"
    NODES_IN_BLOCKS = "ipBlock over nodes"
    OWN_NODE = "own node"
    PORT_NAMES = "named ports"
    PORT_RANGES = "endPort"
    TRAFFIC_POLICY = "external traffic policy"
    NOT_CARRIED = "SCTP"
    SKIPPED = "policy that was skipped"
    WINDOWS = "Windows nodes"


@dataclass(frozen=True, slots=True)
class Note:
    """One edit, or something that no edit can say.

    Attributes:
        topic: What it is about.
        where: The policy rule or Service, as people call it.
        text: What is done, or why nothing can be, as a sentence.
        origin: Where that stands in the input.
    """

    topic: Topic
    where: str
    text: str
    origin: Origin | None


@dataclass(frozen=True, slots=True)
class EntityRule:
    """A rule of a CiliumNetworkPolicy for whom no NetworkPolicy can name.

    Attributes:
        direction: Which way it allows.
        entities: `host`, `remote-node` or `world`; empty if *blocks* are given.
        ports: None is every port of every protocol.
        blocks: Addresses in the place of entities, as written.
    """

    direction: Direction
    entities: tuple[str, ...]
    ports: tuple[PortMatch, ...] | None = None
    blocks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CiliumDraft:
    """A CiliumNetworkPolicy to be written.

    Attributes:
        namespace: Its namespace.
        name: Its name.
        subject: The pods that it governs.
        rules: Its rules.
        isolates: Whether it may isolate pods; if not, it only adds allowances.
    """

    namespace: str
    name: str
    subject: Selector
    rules: tuple[EntityRule, ...]
    isolates: bool = True


@dataclass(slots=True)
class Draft:
    """Everything that a rewrite changes.

    Attributes:
        policies: NetworkPolicies with new rules, in the place of those of their names.
        added: CiliumNetworkPolicies beside them.
        edits: What was done.
        limits: What no policy can say under the new engine, or was left as it is.
    """

    policies: list[Policy] = field(default_factory=list)
    added: list[CiliumDraft] = field(default_factory=list)
    edits: list[Note] = field(default_factory=list)
    limits: list[Note] = field(default_factory=list)


@dataclass(slots=True)
class RuleDraft:
    """What becomes of one rule.

    Attributes:
        where: The rule, as people call it.
        rules: The rules in its place.
        entities: What has to be allowed beside it.
        edits: What was done.
        limits: What could not be.
    """

    where: str
    rules: list[PolicyRule] = field(default_factory=list)
    entities: list[EntityRule] = field(default_factory=list)
    edits: list[Note] = field(default_factory=list)
    limits: list[Note] = field(default_factory=list)

    def note_edit(self, topic: Topic, rule: PolicyRule, text: str) -> None:
        """Say what was done with the rule."""
        self.edits.append(Note(topic, self.where, text, rule.origin))

    def note_limit(self, topic: Topic, rule: PolicyRule, text: str) -> None:
        """Say what could not be done."""
        self.limits.append(Note(topic, self.where, text, rule.origin))
