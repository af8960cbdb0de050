"""What the service atoms of two tables have in common."""

from collections.abc import Sequence

from seawall.engine.policy.ends.services import Atom, Services


def common_parts(
    ours: Services, theirs: Services
) -> tuple[list[int] | None, list[int] | None]:
    """Return the common parts of the service atoms of two tables, as sets.

    For each atom of either, the set of its parts; None where both cut alike. Exact,
    where headers are not: they do not show the type of an ICMP message.
    """
    if ours.atoms == theirs.atoms:
        return None, None
    found: tuple[list[int], list[int]] = [0] * ours.width, [0] * theirs.width
    count = 0
    for at, one in enumerate(ours.atoms):
        for to, two in enumerate(theirs.atoms):
            if _meet(one, two, ours.named, theirs.named):
                found[0][at] |= 1 << count
                found[1][to] |= 1 << count
                count += 1
    return found


def _meet(
    one: Atom, two: Atom, named: Sequence[int], others_named: Sequence[int]
) -> bool:
    """Whether two atoms share a service.

    Args:
        one: The first.
        two: The second.
        named: The protocols that have an atom beside the first.
        others_named: Likewise beside the second.
    """
    if one.protocol is None:
        return two.protocol is None or two.protocol not in named
    if two.protocol is None:
        return one.protocol not in others_named
    if one.protocol != two.protocol:
        return False
    if not one.ports or not two.ports:
        return True
    return any(a <= d and c <= b for a, b in one.ports for c, d in two.ports)
