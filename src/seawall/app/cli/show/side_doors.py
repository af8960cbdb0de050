"""Side doors on a terminal: one line for doors that fare alike."""

from collections.abc import Iterable, Sequence

from seawall.app.cli.show.words import opening, placed, wrapped
from seawall.model.trace import Verdict
from seawall.query.side_doors.answer import Passage, SideDoor
from seawall.query.side_doors.standing import StandingDoor

FEW = 3
_ORDER = (Verdict.ALLOWED, Verdict.UNKNOWN, Verdict.DENIED)


def side_door_lines(
    passages: Sequence[Passage], standing: Iterable[StandingDoor], *, paint: bool
) -> list[str]:
    """Return what every side door is to workloads, then those of settings."""
    by_door: dict[SideDoor, list[Passage]] = {}
    for item in passages:
        by_door.setdefault(item.door, []).append(item)
    total = len({name for item in passages for name in item.workloads})
    alike: dict[object, tuple[list[SideDoor], list[Passage]]] = {}
    for door, items in by_door.items():
        found = alike.setdefault(_signature(items), ([], items))
        found[0].append(door)
    lines = []
    for doors, items in alike.values():
        lines += _lines(doors, items, total, paint=paint)
    for each in standing:
        mark = opening(each.verdict, colored=paint)
        text = f"  {mark} " + wrapped(f"{each.name}: {each.text}", 4, 4)
        lines.append(placed(text, each.origin, 4, colored=paint))
    return lines


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


def _lines(
    doors: Sequence[SideDoor], items: Sequence[Passage], total: int, *, paint: bool
) -> list[str]:
    names = "; ".join(f"{door.name}, {door.where}" for door in doors)
    shut = [it for it in items if it.verdict is Verdict.DENIED]
    closed = len({name for item in shut for name in item.workloads})
    shown = [item for item in items if item.verdict is not Verdict.DENIED]
    shown.sort(key=lambda item: _ORDER.index(item.verdict))
    if not shown:
        mark = opening(Verdict.DENIED, colored=paint)
        why = _closed_by(shut)
        return [f"  {mark} " + wrapped(f"{names}: {_many(closed, total)}. {why}", 4, 4)]
    lines = []
    for item in shown:
        mark = opening(item.verdict, colored=paint)
        who = _who(item, total)
        rest = f"; closed to the other {closed}" if closed and item is shown[-1] else ""
        text = wrapped(f"{names}: {who}. {item.reason}{rest}", 4, 4)
        lines.append(placed(f"  {mark} {text}", item.origin, 4, colored=paint))
    return lines


def _many(count: int, total: int) -> str:
    if count == total:
        return f"all {total} workloads" if total > 1 else "the only workload"
    return f"{count} workloads"


def _who(item: Passage, total: int) -> str:
    on = f" on {', '.join(item.pools)}" if item.pools else ""
    names = item.workloads
    if len(names) == total:
        return _many(total, total) + on
    shown = ", ".join(names[:FEW])
    more = len(names) - FEW
    return f"{shown} and {more} more{on}" if more > 0 else shown + on


def _closed_by(shut: Sequence[Passage]) -> str:
    """Return what closes a door: one reason, or the kinds of place that do."""
    reasons = list(dict.fromkeys(item.reason for item in shut))
    if len(reasons) == 1:
        return reasons[0]
    layers = dict.fromkeys(reason.partition(":")[0] for reason in reasons)
    return " and ".join(layers)
