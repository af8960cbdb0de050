"""Side doors that fare alike, told together."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from seawall.model.origin import Origin
from seawall.model.trace import Verdict
from seawall.query.side_doors.answer import Passage, SideDoor

_ORDER = (Verdict.ALLOWED, Verdict.UNKNOWN, Verdict.DENIED)


@dataclass(frozen=True, slots=True)
class Together:
    """What some side doors are to some workloads.

    Attributes:
        doors: The doors, in words.
        verdict: Whether they are open.
        workloads: The workloads; every workload that they are closed to, if closed.
        pools: The pools on which this holds; empty for every pool.
        is_all: Whether these are all workloads.
        reason: What decided, as a clause; of several, the kinds of place.
        origin: Where that stands, if it stands at one place.
        closed: To how many others the doors are closed; told once for each group.
    """

    doors: str
    verdict: Verdict
    workloads: tuple[str, ...]
    pools: tuple[str, ...]
    is_all: bool
    reason: str
    origin: Origin | None = None
    closed: int = 0


def together(passages: Sequence[Passage]) -> Iterator[Together]:
    """Yield what side doors are to workloads; the open ones of each group first."""
    by_door: dict[SideDoor, list[Passage]] = {}
    for item in passages:
        by_door.setdefault(item.door, []).append(item)
    total = len({name for item in passages for name in item.workloads})
    alike: dict[object, tuple[list[SideDoor], list[Passage]]] = {}
    for door, items in by_door.items():
        found = alike.setdefault(_signature(items), ([], items))
        found[0].append(door)
    for doors, items in alike.values():
        yield from _group(doors, items, total)


def _signature(items: Iterable[Passage]) -> object:
    return tuple(
        sorted(
            (
                item.verdict.value,
                item.workloads,
                item.pools,
                item.reason if item.verdict is not Verdict.DENIED else "",
            )
            for item in items
        )
    )


def _group(
    doors: Sequence[SideDoor], items: Sequence[Passage], total: int
) -> Iterator[Together]:
    words = "; ".join(f"{door.name}, {door.where}" for door in doors)
    shut = [item for item in items if item.verdict is Verdict.DENIED]
    closed = tuple(dict.fromkeys(name for item in shut for name in item.workloads))
    shown = [item for item in items if item.verdict is not Verdict.DENIED]
    shown.sort(key=lambda item: _ORDER.index(item.verdict))
    if not shown:
        is_all = len(closed) == total
        why = _closed_by(shut)
        yield Together(words, Verdict.DENIED, closed, (), is_all, why)
    for item in shown:
        yield Together(
            words,
            item.verdict,
            item.workloads,
            item.pools,
            len(item.workloads) == total,
            item.reason,
            item.origin,
            len(closed) if item is shown[-1] else 0,
        )


def _closed_by(shut: Sequence[Passage]) -> str:
    """Return what closes a door: one reason, or the kinds of place that do."""
    reasons = list(dict.fromkeys(item.reason for item in shut))
    if len(reasons) == 1:
        return reasons[0]
    layers = dict.fromkeys(reason.partition(":")[0] for reason in reasons)
    return " and ".join(layers)
