"""NetworkPolicies of Kubernetes as lines: which hold a pod, and what each rule admits.

Written from docs/semantics/engines.md; it shares no code with engine or reference. What
no source fixes is compiled as the API has it: no verdict of it is compared.
"""

from collections.abc import Iterator

from seawall.model.address import AddressRange, without
from seawall.model.dataplane import PolicyEngine, Tri
from seawall.model.packet import EVERY_PORT, PortRange, Protocol
from seawall.model.policy import (
    BlockPeer,
    Direction,
    NamedPort,
    NumberedPorts,
    Peer,
    PodPeer,
    Policy,
    PolicyRule,
)
from seawall.twin.classes.cast import PodStand
from seawall.twin.classes.selecting import seen_labels, selects
from seawall.twin.line import IPV4, Aim, Does, Line, Stage
from seawall.twin.policies.ground import PROTOCOL_WORDS, Ground

NO_MATCH = ""
EVERYTHING = "0.0.0.0/0"
_EVERYWHERE = AddressRange.everything(IPV4)


def isolating(
    ground: Ground, stand: PodStand, direction: Direction
) -> tuple[Policy, ...]:
    """Return the policies that isolate a pod in one direction.

    Source: Kubernetes, networking/v1 types.go, `podSelector` and `policyTypes`; a
    policy with an IPv6 block under Azure NPM: engines.md, D6.
    """
    labels = seen_labels(dict(stand.workload.labels), ground.dataplane)
    return tuple(
        policy
        for policy in ground.objects.policies
        if policy.namespace == stand.workload.namespace
        and direction in policy.isolates
        and selects(policy.subject, labels)
        and not _is_void(ground, policy)
    )


def _is_void(ground: Ground, policy: Policy) -> bool:
    if not ground.dataplane.ipv6_block_voids_policy:
        return False
    for direction in policy.isolates:
        for rule in policy.rules(direction):
            for peer in rule.peers or ():
                if isinstance(peer, BlockPeer) and peer.block.version != IPV4:
                    return True
    return False


def stage(
    ground: Ground, policies: tuple[Policy, ...], stand: PodStand, way: Direction
) -> Stage:
    """Return what policies that isolate a pod admit; all else is denied."""
    lines = tuple(_admitting(ground, policies, stand, way))
    named = ", ".join(policy.label for policy in policies[:3])
    more = f" and {len(policies) - 3} more" if len(policies) > 3 else ""  # noqa: PLR2004
    default = ground.rule(
        f"no {way.value} rule of {named}{more} matches", policies[0].origin
    )
    return Stage(lines, Does.DENY, default)


def _admitting(
    ground: Ground, policies: tuple[Policy, ...], stand: PodStand, way: Direction
) -> Iterator[Line]:
    for policy in policies:
        for number, rule in enumerate(policy.rules(way), start=1):
            written = ground.rule(
                f"{policy.label}, {way.value} rule {number}", rule.origin
            )
            ground.marks.aim(written, _aim(ground, policy, rule, stand, way))
            for peer in _peers(ground, policy, rule):
                for port in _ports(ground, rule, stand, way):
                    if NO_MATCH not in (*peer, *port):
                        yield Line((*peer, *port), Does.ALLOW, written)


def _aim(
    ground: Ground, policy: Policy, rule: PolicyRule, stand: PodStand, way: Direction
) -> Aim:
    """Return which packets a rule is for at one pod."""
    own = (AddressRange.of(stand.address),)
    far = [_EVERYWHERE] if rule.peers is None else []
    for peer in rule.peers or ():
        if isinstance(peer, BlockPeer):
            far.extend(without((peer.block,), peer.excepts))
        else:
            far.extend(
                AddressRange.of(each.address)
                for each in ground.cast.pods
                if _means(ground, policy, peer, each)
            )
    services: list[tuple[int | None, PortRange]] = []
    for match in rule.ports or ():
        if isinstance(match, NumberedPorts):
            services.append((match.protocol, match.ports))
        else:
            ends = (stand,) if way is Direction.INGRESS else ground.cast.pods
            found = ground.numbers(ends, frozenset({match.protocol}), match.name)
            ports = {PortRange(port, port) for _, _, port in found}
            services.extend((match.protocol, port) for port in sorted(ports))
    if rule.ports is None:
        services.append((None, EVERY_PORT))
    into = way is Direction.INGRESS
    sources, targets = (tuple(far), own) if into else (own, tuple(far))
    return Aim(sources, targets, tuple(services), way, frozenset({stand.address}))


def _peers(
    ground: Ground, policy: Policy, rule: PolicyRule
) -> Iterator[tuple[str, ...]]:
    """Yield terms for each peer; no terms mean everyone."""
    if rule.peers is None:
        yield ()
        return
    for peer in rule.peers:
        yield _peer(ground, policy, peer)


def _peer(ground: Ground, policy: Policy, peer: Peer) -> tuple[str, ...]:
    if isinstance(peer, PodPeer):
        key = (policy.namespace if peer.namespaces is None else "", peer)
        if key not in ground.selected:
            ground.selected[key] = ground.sets.addresses(
                tuple(
                    AddressRange.of(stand.address)
                    for stand in ground.cast.pods
                    if _means(ground, policy, peer, stand)
                )
            )
        return (f"ip {{far}} @{ground.selected[key]}",)
    if peer.block.version != IPV4:
        return (NO_MATCH,)
    terms = [] if str(peer.block) == EVERYTHING else [f"ip {{far}} {peer.block}"]
    excepts = tuple(item for item in peer.excepts if item.version == IPV4)
    if excepts:
        terms.append(f"ip {{far}} != @{ground.sets.addresses(excepts)}")
    if ground.dataplane.block_matches_pods is Tri.NO:
        terms.append(f"ip {{far}} != @{ground.sets.addresses(ground.pods)}")
    if ground.dataplane.block_matches_nodes is Tri.NO:
        terms.append(f"ip {{far}} != @{ground.sets.addresses(ground.nodes)}")
    return tuple(terms)


def _means(ground: Ground, policy: Policy, peer: PodPeer, stand: PodStand) -> bool:
    facts = ground.facts(stand)
    if not selects(peer.pods, facts.labels):
        return False
    if peer.namespaces is None:
        return stand.workload.namespace == policy.namespace
    return selects(peer.namespaces, facts.namespace_labels or {})


def _ports(
    ground: Ground, rule: PolicyRule, stand: PodStand, way: Direction
) -> Iterator[tuple[str, ...]]:
    """Yield terms for each entry of `ports`; no terms mean every service."""
    if rule.ports is None:
        yield ()
        return
    for match in rule.ports:
        if isinstance(match, NamedPort):
            yield _named(ground, match, stand, way)
        else:
            yield (_numbered(ground, match),)


def _numbered(ground: Ground, match: NumberedPorts) -> str:
    protocol, ports = Protocol(match.protocol), match.ports
    if protocol not in PROTOCOL_WORDS:
        return f"meta l4proto {int(protocol)}"
    word = PROTOCOL_WORDS[protocol]
    if match.is_range and ground.dataplane.honours_end_port is Tri.NO:
        return f"{word} dport {ports.first}"
    if ports == EVERY_PORT:
        return f"meta l4proto {word}"
    return f"{word} dport {ports}"


def _named(
    ground: Ground, match: NamedPort, stand: PodStand, way: Direction
) -> tuple[str, ...]:
    """Return terms for a port name: on the pod itself, or on whichever it sends to.

    Source: engines.md, T10 and T11.
    """
    ends = (stand,) if way is Direction.INGRESS else ground.cast.pods
    found = ground.numbers(ends, frozenset({match.protocol}), match.name)
    name = ground.sets.endpoints(found)
    return (f"ip daddr . meta l4proto . th dport @{name}",)


def holds_nobody(ground: Ground) -> bool:
    """Whether policies have no effect at all."""
    plane = ground.dataplane
    return plane.engine is PolicyEngine.NONE or plane.enforces is Tri.NO
