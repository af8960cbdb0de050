"""Ports that the new engine does not read as the old one did: names, and ranges."""

from collections.abc import Iterator

from seawall.engine.policy import PolicyTable
from seawall.model.dataplane import Dataplane, Tri
from seawall.model.packet import EVERY_PORT, PortRange
from seawall.model.policy import (
    Direction,
    NamedPort,
    NumberedPorts,
    Policy,
    PolicyRule,
    PortMatch,
)
from seawall.query.migration.draft import RuleDraft, Topic
from seawall.query.migration.members import Members, names_of

WIDEST_RANGE = 100
"""With more ports, a list in the place of a range can no longer be read by people."""


class Ports:
    """Says ports by number, and ranges port by port, where the new engine needs it."""

    def __init__(self, table: PolicyTable, new: Dataplane, members: Members) -> None:
        old = table.index.dataplane
        self._index, self._members = table.index, members
        self._names = (
            old.named_port_conflicts is Tri.YES is not new.named_port_conflicts
        )
        self._ranges = old.honours_end_port is Tri.YES is not new.honours_end_port

    def rewrite(
        self, draft: RuleDraft, policy: Policy, rule: PolicyRule, direction: Direction
    ) -> tuple[PortMatch, ...] | None:
        """Return the ports that a rule keeps; rules for port names go to *draft*.

        Source: AKS docs, migrate-from-npm-to-cilium-network-policy, read 2026-08-21;
        cilium issue 30003.
        """
        if rule.ports is None:
            return None
        kept: list[PortMatch] = []
        for match in rule.ports:
            if isinstance(match, NumberedPorts):
                kept += self._numbered(draft, rule, match)
            elif direction is Direction.EGRESS and self._is_unclear(match):
                draft.rules += self._by_number(draft, policy, rule, match)
            else:
                kept.append(match)
        return tuple(dict.fromkeys(kept))

    def _numbered(
        self, draft: RuleDraft, rule: PolicyRule, match: NumberedPorts
    ) -> tuple[PortMatch, ...]:
        size = match.ports.last - match.ports.first + 1
        if not self._ranges or not match.is_range or size == 1:
            return (match,)
        if match.ports == EVERY_PORT or size > WIDEST_RANGE:
            draft.note_limit(
                Topic.PORT_RANGES,
                rule,
                f"{match.ports} is a range of {size} ports, too many for a list; this "
                "version of the engine reads the first alone",
            )
            return (match,)
        draft.note_edit(
            Topic.PORT_RANGES,
            rule,
            f"{match.ports} is said port by port, because this version of the engine "
            "ignores `endPort`",
        )
        return tuple(
            NumberedPorts(match.protocol, PortRange(number, number))
            for number in range(match.ports.first, match.ports.last + 1)
        )

    def _is_unclear(self, match: NamedPort) -> bool:
        """Whether a name stands for different numbers on different pods."""
        if not self._names:
            return False
        numbers = {
            port.port
            for item in self._members.workloads
            for port in item.ports
            if (port.name, port.protocol) == (match.name, match.protocol)
        }
        return len(numbers) > 1

    def _by_number(
        self, draft: RuleDraft, policy: Policy, rule: PolicyRule, match: NamedPort
    ) -> Iterator[PolicyRule]:
        """Yield one rule for each number that a name stands for."""
        found = self._index.peers.matching(policy.namespace, rule.peers)
        sure, possible = self._members.in_columns(found)
        by_number: dict[int, set[int]] = {}
        for item in self._members.workloads:
            for port in item.ports:
                if (port.name, port.protocol) == (match.name, match.protocol):
                    units = self._members.having(sure, (item,))
                    by_number.setdefault(port.port, set()).update(units)
        for number, units in sorted(by_number.items()):
            if not units:
                continue
            peers, nameless = self._members.peers(units, every=False)
            if nameless:
                draft.note_limit(
                    Topic.PORT_NAMES,
                    rule,
                    f"`{match.name}` is {number} on {names_of(nameless)}, which no "
                    "labels tell from pods where it is not",
                )
            if peers:
                ports = NumberedPorts(match.protocol, PortRange(number, number))
                yield PolicyRule(peers, (ports,), rule.origin)
        if possible - sure:
            draft.note_limit(
                Topic.PORT_NAMES, rule, "whether the rule means some pods is not known"
            )
        numbers = " and ".join(map(str, sorted(by_number)))
        draft.note_edit(
            Topic.PORT_NAMES,
            rule,
            f"`{match.name}` stands for {numbers} on different pods; each number is "
            "allowed to the pods where it holds, by label",
        )
