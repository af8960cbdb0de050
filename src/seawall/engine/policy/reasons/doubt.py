"""What makes an answer of the policy layer uncertain, in words.

The words follow the flags of the dataplane. Which packets are uncertain is decided in
`peer` and `compiler`.
"""

from collections.abc import Iterator

from seawall.engine.policy.compile.grip import Grip
from seawall.engine.policy.compile.index import Index
from seawall.engine.policy.ends.refused import refusal
from seawall.model.dataplane import PolicyEngine, Tri
from seawall.model.policy import BlockPeer, Direction, NamedPort, PodPeer, PolicyRule
from seawall.model.selector import Operator


def doubts_of_unit(
    index: Index, unit: int, family: int, *, held: bool
) -> tuple[str, ...]:
    """Return what, beside single rules, keeps policies from deciding about a unit.

    Args:
        index: The compiled snapshot.
        unit: The unit whose policies are asked.
        family: The family of the packet.
        held: Whether any policy selects the unit.
    """
    if not held:
        return ()
    dataplane = index.dataplane
    found = []
    if dataplane.enforces is Tri.UNDEFINED:
        why = f": {dataplane.why_unknown}" if dataplane.why_unknown else ""
        found.append(f"it is not known whether any engine enforces policies{why}")
    if index.units.units[unit].host:
        found.append(
            "the API leaves open whether policies bind pods on the host network"
        )
    if family == 6 and dataplane.enforces_ipv6 is Tri.NO:  # noqa: PLR2004
        found.append("this engine does not police IPv6")
    if family == 6 and dataplane.enforces_ipv6 is Tri.UNDEFINED:  # noqa: PLR2004
        found.append("it is not known whether this engine polices IPv6")
    return tuple(found)


def doubts_of_subjects(index: Index, grip: Grip) -> tuple[str, ...]:
    """Return why policies that seem to hold a unit may not: refused, or not selecting.

    Whether its node may refuse them is told by `grip.without`.
    """
    found: list[str | None] = []
    for at in grip.policies:
        policy = index.policies[at]
        found.append(index.peers.oversight.unsettled(policy.subject))
        if grip.without is not None:
            found.append(refusal(policy, index.dataplane))
    return tuple(dict.fromkeys(why for why in found if why))


def doubt_of_own_node(*, inward: bool, sure: bool) -> str:
    """Return what it changes that one end is, or may be, the other's own node."""
    if inward and sure:
        return "a node always reaches the pods that run on it"
    if inward:
        return "it may come from the pod's own node, which always reaches its pods"
    if sure:
        return "this engine lets pods reach the node that they run on"
    return "it may be the pod's own node, to which policies need not apply"


def doubts_of_rule(
    index: Index, rule: PolicyRule, direction: Direction, column: int
) -> tuple[str, ...]:
    """Return why it is not certain that *rule* matches the end at *column*."""
    return (
        *dict.fromkeys(
            (*_of_peers(index, rule, column), *_of_ports(index, rule, direction))
        ),
    )


def _of_peers(index: Index, rule: PolicyRule, column: int) -> Iterator[str]:
    for peer in rule.peers or ():
        if isinstance(peer, BlockPeer):
            yield from _of_block(index, peer, column)
        else:
            yield from _of_pods(index, peer, column)


def _of_block(index: Index, peer: BlockPeer, column: int) -> Iterator[str]:
    columns, dataplane = index.columns, index.dataplane
    if column >= columns.first_class:
        yield "the address may be that of a node or pod, for which no block need hold"
        return
    unit = index.units.units[column % columns.units]
    kind = "node" if unit.host else "pod"
    flag = dataplane.block_matches_nodes if unit.host else dataplane.block_matches_pods
    if flag is Tri.UNDEFINED and columns.family_of(column) == peer.block.version:
        yield f"the API leaves open whether an ipBlock matches the address of a {kind}"
    unplaced = (peer.block.version, None) in unit.homes
    if flag is Tri.NO or columns.family_of(column) != peer.block.version:
        return
    if unplaced and index.peers.coverage(peer, host=unit.host) is Tri.UNDEFINED:
        yield f"the address of the {kind} is not known, and the block covers a part"


def _of_pods(index: Index, peer: PodPeer, column: int) -> Iterator[str]:
    columns, dataplane = index.columns, index.dataplane
    inside = column < columns.first_class
    host = inside and index.units.units[column % columns.units].host
    if host and dataplane.engine is PolicyEngine.SPEC:
        yield "the API leaves open whether selectors match pods on the host network"
    requirements = () if peer.namespaces is None else peer.namespaces.requirements
    several = any(
        item.operator is Operator.NOT_IN and len(item.values) > 1
        for item in requirements
    )
    if several and dataplane.multi_value_not_in_excludes is Tri.UNDEFINED:
        yield (
            "before a fix, this engine reads `NotIn` with several values on namespaces "
            "so that it excludes nobody"
        )
    if inside:
        yield from _of_labels(index, peer)
    outside = host or not inside
    if outside and dataplane.negative_namespaces_match_outside is Tri.UNDEFINED:
        yield (
            "before a fix, this engine lets a peer of negative terms match what is no "
            "pod"
        )


def _of_labels(index: Index, peer: PodPeer) -> Iterator[str]:
    oversight = index.peers.oversight
    why = oversight.unsettled(peer.pods)
    if why is None and peer.namespaces is not None:
        why = oversight.unsettled_namespaces(peer.namespaces)
    if why is not None:
        yield why


def _of_ports(index: Index, rule: PolicyRule, direction: Direction) -> Iterator[str]:
    dataplane = index.dataplane
    for match in rule.ports or ():
        if isinstance(match, NamedPort):
            unreliable = dataplane.named_port_conflicts is Tri.UNDEFINED
            if unreliable and direction is Direction.EGRESS:
                yield (
                    f"port name `{match.name}` stands for several numbers, which this "
                    "engine does not resolve reliably"
                )
        elif match.is_range and dataplane.honours_end_port is Tri.UNDEFINED:
            yield "whether `endPort` is honoured depends on a version that is not known"
