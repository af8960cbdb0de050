"""What holds for all of several pods: each surely grants it, or only some may."""

from collections.abc import Iterable, Sequence

from seawall.engine.policy.ends.services import Services
from seawall.engine.policy.rows.row import Term, disjoint_union, meet


def agreed(services: Services, answers: Iterable[int]) -> int:
    """Return what all of *answers* surely grant and some possibly; 0 for none."""
    sure, possible = services.everything, 0
    none = True
    for answer in answers:
        none = False
        sure &= answer
        possible |= answer
    return 0 if none else sure | perhaps(services, possible)


def perhaps(services: Services, answer: int) -> int:
    """Return what *answer* grants, as possible and not sure."""
    return (answer >> services.width) << services.width


def agreed_cells(services: Services, lists: Sequence[Sequence[Term]]) -> list[Term]:
    """Return what all lists of disjoint cells surely grant and some possibly."""
    if len(lists) == 1:
        return list(lists[0])
    if not lists:
        return []
    sure = [(services.sure(answer), held) for answer, held in lists[0]]
    for cells in lists[1:]:
        sure = meet(sure, cells)
    possible = (
        (perhaps(services, answer), held) for cells in lists for answer, held in cells
    )
    return disjoint_union([*sure, *possible])
