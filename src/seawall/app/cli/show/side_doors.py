"""Side doors on a terminal: one line for doors that fare alike."""

from collections.abc import Iterable, Sequence

from seawall.app.cli.show.words import opening, placed, wrapped
from seawall.model.trace import Verdict
from seawall.query.side_doors.answer import Passage
from seawall.query.side_doors.standing import StandingDoor
from seawall.query.side_doors.together import Together, together

FEW = 3


def side_door_lines(
    passages: Sequence[Passage], standing: Iterable[StandingDoor], *, paint: bool
) -> list[str]:
    """Return what every side door is to workloads, then those of settings."""
    lines = []
    for item in together(passages):
        mark = opening(item.verdict, colored=paint)
        rest = f"; closed to the other {item.closed}" if item.closed else ""
        text = wrapped(f"{item.doors}: {_who(item)}. {item.reason}{rest}", 4, 4)
        lines.append(placed(f"  {mark} {text}", item.origin, 4, colored=paint))
    for each in standing:
        mark = opening(each.verdict, colored=paint)
        text = f"  {mark} " + wrapped(f"{each.name}: {each.text}", 4, 4)
        lines.append(placed(text, each.origin, 4, colored=paint))
    return lines


def _who(item: Together) -> str:
    on = f" on {', '.join(item.pools)}" if item.pools else ""
    count = len(item.workloads)
    if item.is_all:
        return (f"all {count} workloads" if count > 1 else "the only workload") + on
    if item.verdict is Verdict.DENIED:
        return f"{count} workloads"
    shown = ", ".join(item.workloads[:FEW])
    more = count - FEW
    return f"{shown} and {more} more{on}" if more > 0 else shown + on
