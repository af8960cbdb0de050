"""Writes the policies of a rewrite as manifests."""

from collections.abc import Iterable, Iterator, Sequence

import yaml

from seawall.model.packet import EVERY_PORT
from seawall.model.policy import (
    BlockPeer,
    Direction,
    NamedPort,
    Peer,
    Policy,
    PolicyRule,
    PortMatch,
)
from seawall.model.selector import Operator, Selector
from seawall.query.document import Json
from seawall.query.migration.draft import CiliumDraft, Draft, EntityRule

MOST_PORTS = 40
"""Source: cilium pkg/policy/api: at most so many ports in one list."""


def manifests(draft: Draft, heading: Iterable[str] = ()) -> str:
    """Return the policies of *draft* as YAML, below *heading* as comments."""
    objects = [
        *map(network_policy, draft.policies),
        *map(cilium_policy, draft.added),
    ]
    lines = "".join(f"# {line}".rstrip() + "\n" for line in heading)
    return lines + "---\n".join(as_yaml(item) for item in objects)


def as_yaml(value: Json) -> str:
    """Return an object as people write it in a file."""
    return yaml.safe_dump(value, sort_keys=False, allow_unicode=True, width=88)


def network_policy(policy: Policy) -> Json:
    """Return a NetworkPolicy as a manifest."""
    spec: Json = {
        "podSelector": _selector(policy.subject),
        "policyTypes": [
            way.value.capitalize() for way in Direction if way in policy.isolates
        ],
    }
    for way, key in ((Direction.INGRESS, "from"), (Direction.EGRESS, "to")):
        if way in policy.isolates:
            spec[way.value] = [_rule(item, key) for item in policy.rules(way)]
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": policy.name, "namespace": policy.namespace},
        "spec": spec,
    }


def cilium_policy(draft: CiliumDraft) -> Json:
    """Return a CiliumNetworkPolicy as a manifest."""
    spec: Json = {"endpointSelector": _selector(draft.subject)}
    ways = {item.direction for item in draft.rules}
    if not draft.isolates:
        spec["enableDefaultDeny"] = {
            way.value: False for way in Direction if way in ways
        }
    for way in Direction:
        rules = [
            written
            for item in draft.rules
            if item.direction is way
            for written in _entity_rules(item)
        ]
        if rules:
            spec[way.value] = rules
    return {
        "apiVersion": "cilium.io/v2",
        "kind": "CiliumNetworkPolicy",
        "metadata": {"name": draft.name, "namespace": draft.namespace},
        "spec": spec,
    }


def _selector(selector: Selector) -> Json:
    labels: dict[str, str] = {}
    terms: list[Json] = []
    for item in selector.requirements:
        if (
            item.operator is Operator.IN
            and len(item.values) == 1
            and item.key not in labels
        ):
            (labels[item.key],) = item.values
            continue
        term: Json = {"key": item.key, "operator": item.operator.value}
        if item.values:
            term["values"] = sorted(item.values)
        terms.append(term)
    out: Json = {}
    if labels:
        out["matchLabels"] = labels
    if terms:
        out["matchExpressions"] = terms
    return out


def _rule(rule: PolicyRule, key: str) -> Json:
    out: Json = {}
    if rule.peers is not None:
        out[key] = [_peer(item) for item in rule.peers]
    if rule.ports is not None:
        out["ports"] = [_port(item) for item in rule.ports]
    return out


def _peer(peer: Peer) -> Json:
    if isinstance(peer, BlockPeer):
        block: Json = {"cidr": _cidr(str(peer.block), peer.block.version)}
        if peer.excepts:
            block["except"] = [_cidr(str(hole), hole.version) for hole in peer.excepts]
        return {"ipBlock": block}
    out: Json = {}
    if peer.namespaces is not None:
        out["namespaceSelector"] = _selector(peer.namespaces)
    if peer.namespaces is None or not peer.pods.selects_everything:
        out["podSelector"] = _selector(peer.pods)
    return out


def _cidr(text: str, version: int) -> str:
    return text if "/" in text else f"{text}/{32 if version == 4 else 128}"  # noqa: PLR2004


def _port(match: PortMatch) -> Json:
    out: Json = {"protocol": match.protocol.name}
    if isinstance(match, NamedPort):
        out["port"] = match.name
    elif match.ports != EVERY_PORT:
        out["port"] = match.ports.first
        if match.is_range:
            out["endPort"] = match.ports.last
    return out


def _entity_rules(rule: EntityRule) -> Iterator[Json]:
    near = "from" if rule.direction is Direction.INGRESS else "to"
    whom: Json = {f"{near}Entities": list(rule.entities)}
    if rule.blocks:
        whom = {f"{near}CIDR": list(rule.blocks)}
    if rule.ports is None:
        yield whom
        return
    for chunk in _chunks(rule.ports):
        ports = [_entity_port(item) for item in chunk]
        yield {**whom, "toPorts": [{"ports": ports}]}


def _chunks(ports: Sequence[PortMatch]) -> Iterator[Sequence[PortMatch]]:
    for at in range(0, len(ports), MOST_PORTS):
        yield ports[at : at + MOST_PORTS]


def _entity_port(match: PortMatch) -> Json:
    protocol = match.protocol.name
    if isinstance(match, NamedPort):
        return {"port": match.name, "protocol": protocol}
    if match.ports == EVERY_PORT:
        return {"port": "0", "protocol": protocol}
    out: Json = {"port": str(match.ports.first), "protocol": protocol}
    if match.is_range and match.ports.last > match.ports.first:
        out["endPort"] = match.ports.last
    return out
