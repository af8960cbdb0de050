"""What a set of policies mentions: label keys, port names, ranges and blocks.

What is not mentioned cannot tell two pods apart.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from seawall.model.packet import PortRange, Protocol
from seawall.model.policy import (
    BlockPeer,
    NamedPort,
    NumberedPorts,
    OpaquePolicy,
    Policy,
    PolicyRule,
)
from seawall.model.selector import Selector


@dataclass(slots=True)
class Vocabulary:
    """Everything that some policies mention.

    Attributes:
        label_keys: Keys of pod labels.
        names: Port names, with their protocol.
        ports: Port ranges, with their protocol.
        blocks: ipBlocks.
    """

    label_keys: set[str] = field(default_factory=set)
    names: set[tuple[Protocol, str]] = field(default_factory=set)
    ports: set[tuple[Protocol, PortRange]] = field(default_factory=set)
    blocks: dict[BlockPeer, None] = field(default_factory=dict)

    @classmethod
    def of(
        cls, policies: Iterable[Policy], opaque: Iterable[OpaquePolicy]
    ) -> "Vocabulary":
        """Return what *policies* and the scopes of *opaque* ones mention."""
        words = cls()
        for policy in policies:
            words._selector(policy.subject)
            for direction in policy.isolates:
                for rule in policy.rules(direction):
                    words._rule(rule)
        for scope in opaque:
            if scope.subject is not None:
                words._selector(scope.subject)
        return words

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
