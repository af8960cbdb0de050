"""What a set of policies mentions: label keys, port names, ranges and blocks.

What is not mentioned cannot tell two pods apart.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, fields

from seawall.model.ends import (
    Addresses,
    AllOf,
    AnyOf,
    Endpoints,
    Ends,
    Facet,
    Labels,
    LabelTest,
    Nodes,
    Not,
    Perhaps,
    World,
)
from seawall.model.packet import PortRange, Protocol
from seawall.model.policy import (
    BlockPeer,
    NamedPort,
    NumberedPorts,
    OpaquePolicy,
    Policy,
    PolicyRule,
)
from seawall.model.ranked import (
    IcmpMessages,
    NetworkSet,
    RankedPolicy,
    RankedRule,
    ServiceMatch,
    WholeProtocol,
)
from seawall.model.selector import Selector


@dataclass(slots=True)
class Vocabulary:
    """Everything that some policies mention.

    Attributes:
        label_keys: Keys of pod labels.
        names: Port names, with their protocol.
        ports: Port ranges, with their protocol.
        blocks: ipBlocks, and the ranges of network sets.
        icmp: ICMP messages.
        protocols: Numbers of protocols.
        accounts: Whether anything is said of service accounts.
        mesh: Whether anything is said of parts in a mesh.
        places: Whether a block may mean a pod or node by its address, whatever the
            engine makes of ipBlocks.
    """

    label_keys: set[str] = field(default_factory=set)
    names: set[tuple[Protocol, str]] = field(default_factory=set)
    ports: set[tuple[Protocol, PortRange]] = field(default_factory=set)
    blocks: dict[BlockPeer, None] = field(default_factory=dict)
    icmp: set[IcmpMessages] = field(default_factory=set)
    protocols: set[int] = field(default_factory=set)
    accounts: bool = False
    mesh: bool = False
    places: bool = False

    @classmethod
    def of(
        cls,
        policies: Iterable[Policy],
        opaque: Iterable[OpaquePolicy],
        ranked: Iterable[RankedPolicy],
        sets: Iterable[NetworkSet],
    ) -> "Vocabulary":
        """Return what some policies mention.

        Args:
            policies: NetworkPolicies.
            opaque: Unreadable ones, of which only the scope is known.
            ranked: Those of other languages.
            sets: What these may mean by labels.
        """
        words = cls()
        uses_sets = False
        for each in ranked:
            uses_sets |= words._ranked(each)
        for item in sets if uses_sets else ():
            words.blocks.update(dict.fromkeys(blocks_of(item)))
            words.places = True
        for policy in policies:
            words._selector(policy.subject)
            for direction in policy.isolates:
                for rule in policy.rules(direction):
                    words._rule(rule)
        for scope in opaque:
            if scope.subject is not None:
                words._selector(scope.subject)
        return words

    def take(self, other: "Vocabulary") -> None:
        """Take in what *other* holds."""
        for each in fields(self):
            setattr(
                self, each.name, getattr(self, each.name) | getattr(other, each.name)
            )

    def holds(self, other: "Vocabulary") -> bool:
        """Whether nothing is in *other* alone."""
        for each in fields(self):
            mine, others = getattr(self, each.name), getattr(other, each.name)
            if isinstance(mine, dict):
                mine, others = mine.keys(), others.keys()
            if not mine >= others:
                return False
        return True

    def _selector(self, selector: Selector) -> None:
        for requirement in selector.requirements:
            self.label_keys.add(requirement.key)

    def _rule(self, rule: PolicyRule) -> None:
        for peer in rule.peers or ():
            if isinstance(peer, BlockPeer):
                self.blocks[peer] = None
            else:
                self._selector(peer.pods)
        for match in rule.ports or ():
            if isinstance(match, NamedPort):
                self.names.add((match.protocol, match.name))
            else:
                self._numbers(match)

    def _numbers(self, match: NumberedPorts) -> None:
        self.ports.add((match.protocol, match.ports))
        if match.is_range:
            first = match.ports.first
            self.ports.add((match.protocol, PortRange(first, first)))

    def _ranked(self, policy: RankedPolicy) -> bool:
        """Take in a policy; return whether it may mean network sets."""
        self._labels(policy.subject)
        sets = False
        for direction in policy.governs:
            for rule in policy.rules(direction):
                sets |= self._ranked_rule(rule)
        return sets

    def _ranked_rule(self, rule: RankedRule) -> bool:
        for match in (*(rule.services or ()), *rule.except_services):
            self._service(match)
        sets = self._ends(rule.far)
        if rule.own is not None:
            sets |= self._ends(rule.own)
        return sets

    def _service(self, match: ServiceMatch) -> None:
        match match:
            case NamedPort(protocol, name):
                self.names.add((protocol, name))
            case NumberedPorts(protocol, ports):
                self.ports.add((protocol, ports))
            case IcmpMessages():
                self.icmp.add(match)
            case WholeProtocol(protocol):
                self.protocols.add(protocol)

    def _ends(self, ends: Ends, *, beyond: bool = False) -> bool:
        """Take in a predicate; return whether it may mean network sets.

        Args:
            ends: The predicate.
            beyond: Whether it is only asked of what is no pod and no node.
        """
        match ends:
            case Endpoints(labels, sets):
                self._labels(labels)
                return sets
            case Addresses(block):
                self.blocks[block] = None
                self.places |= not beyond
                return False
            case AllOf(items):
                beyond |= any(isinstance(item, World) for item in items)
                return self._all_of_ends(items, beyond=beyond)
            case AnyOf(items):
                return self._all_of_ends(items, beyond=beyond)
            case Not(item) | Perhaps(item, _):
                return self._ends(item, beyond=beyond)
            case Nodes() | World():
                return False

    def _all_of_ends(self, items: Iterable[Ends], *, beyond: bool) -> bool:
        sets = False
        for item in items:
            sets |= self._ends(item, beyond=beyond)
        return sets

    def _labels(self, labels: Labels) -> None:
        match labels:
            case LabelTest(facet, key):
                if facet is Facet.LABELS:
                    self.label_keys.add(key)
                self.mesh |= facet is Facet.MESH
                self.accounts |= facet in {Facet.ACCOUNT_NAME, Facet.ACCOUNT_LABELS}
            case AllOf(items) | AnyOf(items):
                for item in items:
                    self._labels(item)
            case Not(item) | Perhaps(item, _):
                self._labels(item)


def blocks_of(item: NetworkSet) -> tuple[BlockPeer, ...]:
    """Return the ranges of a network set as blocks."""
    return tuple(BlockPeer(each) for each in item.ranges)
