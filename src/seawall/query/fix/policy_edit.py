"""A NetworkPolicy whose rules let less pass than before."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from seawall.engine.policy.reasons.held import RuleMatch
from seawall.flowspace import FlowSet
from seawall.ingest.manifest import read_manifest
from seawall.model.address import AddressRange
from seawall.model.origin import Origin
from seawall.model.packet import PortRange
from seawall.model.policy import (
    BlockPeer,
    Direction,
    NumberedPorts,
    Peer,
    Policy,
    PolicyRule,
    PortMatch,
)
from seawall.model.snapshot import Snapshot
from seawall.query.fix.change import Snippet
from seawall.query.fix.need import ServiceNeed
from seawall.query.fix.policy_change import FILE
from seawall.query.migration.manifest import as_yaml, network_policy


@dataclass(frozen=True, slots=True)
class PolicyEdit:
    """A NetworkPolicy in the place of one of its name.

    Attributes:
        before: The policy as it is.
        text: The manifest of the one in its place.
        says: What it does, as a sentence without its full stop.
        after: What the manifest means to our own reader.
    """

    before: Policy = field(repr=False)
    text: str
    says: str
    after: Policy = field(compare=False, repr=False)
    kind: str = "NetworkPolicy edit"
    notes: tuple[str, ...] = ()

    @classmethod
    def of(cls, before: Policy, wanted: Policy, says: str) -> "PolicyEdit | None":
        """Return the change to a policy; None if it is not read as meant."""
        text = as_yaml(network_policy(wanted))
        objects, _ = read_manifest(text, FILE)
        if len(objects.policies) != 1 or objects.opaque_policies:
            return None
        return cls(before, text, says, objects.policies[0])

    @property
    def touches(self) -> FlowSet:
        """No headers: what policies let pass is told by the policy engine."""
        return FlowSet.empty()

    def applied(self, snapshot: Snapshot) -> Snapshot:
        """Return the snapshot with the policy in the place of the one before."""
        policies = tuple(
            self.after if item.label == self.before.label else item
            for item in snapshot.objects.policies
        )
        return replace(snapshot, objects=replace(snapshot.objects, policies=policies))

    def snippets(self) -> tuple[Snippet, ...]:
        """Return the manifest."""
        name = self.before.label.replace("/", "-") + ".yaml"
        return (Snippet("yaml", name, self.text),)


def excepted(policy: Policy, hole: AddressRange) -> PolicyEdit | None:
    """Return an edit that excepts addresses from what egress rules admit by block.

    None if no block holds them, or if one has no others.

    Source: Kubernetes docs, networking/v1, IPBlock: exceptions lie within the block.
    """

    def without(peer: Peer) -> Peer:
        if not isinstance(peer, BlockPeer) or not _holds(peer.block, hole):
            return peer
        if peer.block == hole or any(_holds(each, hole) for each in peer.excepts):
            return peer
        return replace(peer, excepts=(*peer.excepts, hole))

    rules = tuple(
        rule
        if rule.peers is None
        else replace(rule, peers=tuple(without(peer) for peer in rule.peers))
        for rule in policy.egress
    )
    if rules == policy.egress:
        return None
    says = f"takes {hole} out of what egress rules of {policy.label} admit"
    return PolicyEdit.of(policy, replace(policy, egress=rules), says)


def _holds(block: AddressRange, hole: AddressRange) -> bool:
    same = block.version == hole.version
    return same and block.first <= hole.first and hole.last <= block.last


def narrowed(
    match: RuleMatch, direction: Direction, services: Sequence[ServiceNeed]
) -> Iterator[PolicyEdit]:
    """Yield edits after which one rule lets less pass, the narrowest first.

    One takes ports out of it, one each a peer, and the last the whole rule.
    """
    policy, rule = match.policy, match.rule
    rules = policy.rules(direction)
    name = f"{policy.label} {direction.value} rule {match.position + 1}"

    def with_rule(new: PolicyRule | None, says: str) -> PolicyEdit | None:
        kept = list(rules)
        kept[match.position : match.position + 1] = [] if new is None else [new]
        wanted = (
            replace(policy, egress=tuple(kept))
            if direction is Direction.EGRESS
            else replace(policy, ingress=tuple(kept))
        )
        return PolicyEdit.of(policy, wanted, says)

    found: list[PolicyEdit | None] = []
    ports = _without(rule.ports, services)
    for index, peer in enumerate(rule.peers or ()):
        others = (rule.peers or ())[:index] + (rule.peers or ())[index + 1 :]
        if not others:
            continue
        if ports:
            # The others keep all ports, and this one those that are not asked about.
            split = [
                replace(rule, peers=others, origin=Origin("")),
                PolicyRule((peer,), ports, Origin("")),
            ]
            kept = [*rules[: match.position], *split, *rules[match.position + 1 :]]
            wanted = (
                replace(policy, egress=tuple(kept))
                if direction is Direction.EGRESS
                else replace(policy, ingress=tuple(kept))
            )
            says = f"takes the ports from one peer of {name}"
            found.append(PolicyEdit.of(policy, wanted, says))
        one_less = replace(rule, peers=others)
        found.append(with_rule(one_less, f"takes peer {index + 1} out of {name}"))
    if ports:
        found.append(
            with_rule(replace(rule, ports=ports), f"takes ports out of {name}")
        )
    found.append(with_rule(None, f"takes {name} away"))
    yield from (item for item in found if item is not None)


def _without(
    ports: tuple[PortMatch, ...] | None, services: Sequence[ServiceNeed]
) -> tuple[PortMatch, ...] | None:
    """Return ports without those of some services; None if it cannot be said."""
    if ports is None or any(not item.has_ports for item in services):
        return None
    out: list[PortMatch] = []
    for match in ports:
        if not isinstance(match, NumberedPorts):
            return None
        pieces = [match.ports]
        for item in services:
            if item.protocol == match.protocol:
                pieces = [part for piece in pieces for part in _cut(piece, item.ports)]
        out += [
            NumberedPorts(match.protocol, each, is_range=each.first != each.last)
            for each in pieces
        ]
    return tuple(out)


def _cut(piece: PortRange, holes: Sequence[PortRange]) -> Iterator[PortRange]:
    # A range starts at 1: Kubernetes, networking/v1, NetworkPolicyPort.
    first = max(piece.first, 1)
    for hole in sorted(holes):
        if hole.last < first or hole.first > piece.last:
            continue
        if hole.first > first:
            yield PortRange(first, hole.first - 1)
        first = hole.last + 1
    if first <= piece.last:
        yield PortRange(first, piece.last)
