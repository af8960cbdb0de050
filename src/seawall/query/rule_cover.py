"""Whether one rule does all that another does, whatever pods there will be.

Compares what is written and not what it matches now: it says yes only where it is sure.
"""

from collections.abc import Iterable

from seawall.engine.policy.compile.index import Index
from seawall.engine.policy.spare.rule_groups import Place
from seawall.model.policy import (
    BlockPeer,
    NamedPort,
    NumberedPorts,
    Peer,
    PodPeer,
    Policy,
    PolicyRule,
    PortMatch,
)
from seawall.model.selector import Selector


def covered_for_ever(index: Index, place: Place, covering: Iterable[Place]) -> bool:
    """Whether a rule of a NetworkPolicy adds nothing to one that covers it.

    Source: Kubernetes, networking/v1 types.go, NetworkPolicySpec: allowances add up.
    """
    if place.is_ranked:
        return False
    policy = index.policies[place.policy]
    rule = policy.rules(place.direction)[place.position]
    for other in covering:
        if other.is_ranked:
            continue
        wider = index.policies[other.policy]
        if _selects_as_many(policy, wider) and _is_within(
            rule, wider.rules(other.direction)[other.position]
        ):
            return True
    return False


def _selects_as_many(policy: Policy, wider: Policy) -> bool:
    return policy.namespace == wider.namespace and _narrows(
        policy.subject, wider.subject
    )


def _narrows(selector: Selector, wider: Selector) -> bool:
    """Whether a selector has every requirement of another."""
    return set(wider.requirements) <= set(selector.requirements)


def _is_within(rule: PolicyRule, wider: PolicyRule) -> bool:
    peers = wider.peers is None or (
        rule.peers is not None
        and all(any(_peer(own, item) for item in wider.peers) for own in rule.peers)
    )
    ports = wider.ports is None or (
        rule.ports is not None
        and all(any(_port(own, item) for item in wider.ports) for own in rule.ports)
    )
    return peers and ports


def _peer(peer: Peer, wider: Peer) -> bool:
    if peer == wider:
        return True
    if isinstance(peer, BlockPeer) and isinstance(wider, BlockPeer):
        inside = (
            peer.block.version == wider.block.version
            and wider.block.first <= peer.block.first
            and peer.block.last <= wider.block.last
        )
        return inside and set(wider.excepts) <= set(peer.excepts)
    if isinstance(peer, PodPeer) and isinstance(wider, PodPeer):
        if peer.namespaces is None or wider.namespaces is None:
            spaces = peer.namespaces is wider.namespaces
        else:
            spaces = _narrows(peer.namespaces, wider.namespaces)
        return spaces and _narrows(peer.pods, wider.pods)
    return False


def _port(match: PortMatch, wider: PortMatch) -> bool:
    if match == wider:
        return True
    if isinstance(match, NamedPort) or isinstance(wider, NamedPort):
        return False
    return _range_within(match, wider)


def _range_within(match: NumberedPorts, wider: NumberedPorts) -> bool:
    return (
        match.protocol == wider.protocol
        and wider.ports.first <= match.ports.first
        and match.ports.last <= wider.ports.last
        # Some engines read a range as its first port alone.
        and (not wider.is_range or wider.ports.first == match.ports.first)
    )
