"""The policies of the pods on one node, as a table of the packet filter.

Policy stands where the node hands packets on, as it does in a cluster: after a Service
was translated and before a pod is hidden behind its node. What the node itself sends to
its pods passes; what a pod sends to its own node is policed where the engine does.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from seawall.model.dataplane import Tri
from seawall.model.policy import Direction
from seawall.twin.classes.cast import NodeStand, PodStand
from seawall.twin.line import Does, Line, Sets, Stage, comment, used_in
from seawall.twin.policies.ground import Ground
from seawall.twin.policies.hiding import TOLD, hidden_terms, is_told
from seawall.twin.policies.network import holds_nobody, isolating, stage
from seawall.twin.policies.ranked import holding, stages

REJECT = "reject with icmpx type admin-prohibited"
"""A denial that the sender hears of; a cluster drops in silence."""
REJECT_IPV4 = "reject with icmp type admin-prohibited"
"""The same in a table of IPv4 alone."""


@dataclass(frozen=True, slots=True)
class Walk:
    """The tiers of one pod in one direction, in order."""

    stand: PodStand
    direction: Direction
    stages: tuple[Stage, ...]


def walks(ground: Ground) -> tuple[Walk, ...]:
    """Return what holds each pod of the cast, in both directions."""
    if holds_nobody(ground):
        return ()
    _tell_what_is_opaque(ground)
    found = []
    for stand in ground.cast.pods:
        for way in Direction:
            tiers = _tiers(ground, stand, way)
            if tiers:
                found.append(Walk(stand, way, tiers))
    return tuple(found)


def _tiers(ground: Ground, stand: PodStand, way: Direction) -> tuple[Stage, ...]:
    policies = isolating(ground, stand, way)
    admitted = stage(ground, policies, stand, way) if policies else None
    ranked = holding(ground, stand, way)
    if ranked:
        return stages(ground, ranked, admitted, stand, way)
    return (admitted,) if admitted is not None else ()


def _tell_what_is_opaque(ground: Ground) -> None:
    for policy in ground.objects.opaque_policies:
        ground.gap("policy-not-read", policy.label, policy.why, policy.origin)
    for ranked in ground.objects.ranked_policies:
        if ranked.language.of_mesh:
            why = "a mesh judges requests in its proxies, which are not there"
            ground.gap("mesh-policy", ranked.label, why, ranked.origin)


def table_of(
    ground: Ground,
    node: NodeStand,
    interfaces: Mapping[str, str],
    found: Sequence[Walk],
) -> str:
    """Return the text of the table of one node.

    Args:
        ground: What the policies were compiled against.
        node: The node.
        interfaces: From the name of each of its pods to the link that leads there.
        found: The walks of all pods; those of other nodes are left out.
    """
    here = [walk for walk in found if walk.stand.node == node]
    chains: list[str] = []
    used: set[str] = set()
    doors: dict[Direction, list[str]] = {way: [] for way in Direction}
    for number, walk in enumerate(here):
        name = f"{walk.direction.value}_{number}"
        link = interfaces[walk.stand.name]
        doors[walk.direction].append(f'"{link}" : jump {name}_0')
        chains.extend(_chains(name, walk, used))
    out = ["table inet seawall_policy {"]
    out.extend(f"  {line}" for line in _declared(ground.sets, used))
    out.extend(f"  {line}" for line in chains)
    own = [interfaces[it.name] for it in ground.cast.pods if it.node == node]
    out.extend(f"  {line}" for line in _bases(ground, node, doors, own))
    if ground.dataplane.carries_sctp is Tri.NO:
        out.extend(f"  {line}" for line in _without_sctp(own))
    out.append("}")
    return "\n".join(out)


def _declared(sets: Sets, used: set[str]) -> Iterator[str]:
    for line in sets.text():
        if line.split()[1] in used:
            yield line


def _bases(
    ground: Ground,
    node: NodeStand,
    doors: Mapping[Direction, list[str]],
    interfaces: Iterable[str],
) -> Iterator[str]:
    yield "chain forward {"
    yield "  type filter hook forward priority 0; policy accept;"
    yield "  ct state established,related accept"
    if ground.dataplane.polices_hairpin is not Tri.YES:
        # What comes back to a pod was translated for a Service: engines.md, D23.
        for link in sorted(interfaces):
            yield f'  iifname "{link}" oifname "{link}" counter accept'
    if is_told(ground):
        # kube-proxy accepts what it hides: engines.md, D20 and AZ3.
        yield f"  {TOLD} counter accept"
        yield from (
            f"  {term} counter accept" for term in hidden_terms(ground.cast, node)
        )
    if doors[Direction.EGRESS]:
        yield f"  iifname vmap {{ {', '.join(doors[Direction.EGRESS])} }}"
    if doors[Direction.INGRESS]:
        yield f"  oifname vmap {{ {', '.join(doors[Direction.INGRESS])} }}"
    yield "}"
    if doors[Direction.EGRESS] and ground.dataplane.own_node_egress is not Tri.YES:
        yield "chain input {"
        yield "  type filter hook input priority 0; policy accept;"
        yield "  ct state established,related accept"
        yield f"  iifname vmap {{ {', '.join(doors[Direction.EGRESS])} }}"
        yield "}"


def _without_sctp(links: Sequence[str]) -> Iterator[str]:
    """Yield what refuses SCTP to and from pods, the node's own too: engines.md, D9."""
    listed = ", ".join(f'"{link}"' for link in links)
    hooks = {
        "forward": ("iifname", "oifname"),
        "input": ("iifname",),
        "output": ("oifname",),
    }
    for hook, words in hooks.items() if links else ():
        yield f"chain sctp_{hook} {{"
        yield f"  type filter hook {hook} priority -1; policy accept;"
        for word in words:
            yield f"  {word} {{ {listed} }} meta l4proto sctp {REJECT}"
        yield "}"


def _chains(name: str, walk: Walk, used: set[str]) -> Iterator[str]:
    """Yield a chain for each tier; those that others go to stand first.

    `return` ends the walk, for each tier is gone to and not jumped to.
    """
    last = len(walk.stages) - 1
    for number, tier in reversed(list(enumerate(walk.stages))):
        onward = "return" if number == last else f"goto {name}_{number + 1}"
        verdicts = {Does.ALLOW: "return", Does.DENY: REJECT, Does.PASS: onward}
        yield f"chain {name}_{number} {{"
        for line in tier.lines:
            yield f"  {_text(line, walk.direction, used)} {verdicts[line.does]} " + (
                comment(line.written)
            )
        yield f"  counter {verdicts[tier.otherwise]} {comment(tier.written)}"
        yield "}"


def _text(line: Line, way: Direction, used: set[str]) -> str:
    far = "saddr" if way is Direction.INGRESS else "daddr"
    terms = [term.format(far=far) for term in line.matches]
    used |= used_in(terms)
    return " ".join((*terms, "counter"))
