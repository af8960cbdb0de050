"""A difference on a terminal: a sentence, then one paragraph for each change."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from seawall.app.cli.write import write_text
from seawall.model.trace import Verdict
from seawall.model.workload import Workload
from seawall.query.difference.answer import Difference
from seawall.query.difference.cause import cause
from seawall.query.difference.change import KINDS, Change, ChangedEnd, OwnNode
from seawall.query.difference.relation import relation
from seawall.query.reach.text import end_text, services_text

FEW = 4
MOST = 60
"""Changes in full; more are counted and left to the JSON."""

_SIGNS = {"opened": "+", "closed": "-", "unknown": "?", "settled": "!"}
_WORDS = {
    "opened": "opened",
    "closed": "closed",
    "unknown": "no longer known",
    "settled": "now known",
}


def diff_table(
    difference: Difference,
    file: Path | None,
    more: Iterable[str] = (),
    named: Callable[[str], str] = str,
) -> None:
    """Print a difference for people, and *more* lines, or write it to *file*.

    Args:
        difference: What differs.
        file: Where to; None for standard output.
        more: Lines that follow.
        named: Gives places the names that people know.
    """
    write_text(named("\n".join((*_lines(difference), *more))), file)


def _lines(difference: Difference) -> Iterator[str]:
    left, right = difference.left, difference.right
    changes = difference.changes
    yield f"{left.name} -> {right.name}: {_sentence(difference)}"
    said = relation(difference).sentence(left.name, right.name) if changes else ""
    if said:
        yield said
    for word, items in (("added", difference.added), ("removed", difference.removed)):
        if items:
            yield f"Workloads {word}: {_list([item.label for item in items])}"
    for change in changes[:MOST]:
        yield ""
        yield from paragraph(change, difference)
    if len(changes) > MOST:
        yield ""
        yield f"{len(changes) - MOST} more changes: read them all with -o json"
    if changes:
        yield ""
        yield "+ opened   - closed   ? no longer known   ! now known"


def _sentence(difference: Difference) -> str:
    changes = difference.changes
    if changes:
        counts = [
            f"{count} {_WORDS[kind]}"
            for kind in KINDS
            if (count := sum(change.kind == kind for change in changes))
        ]
        total = f"{len(changes)} change" + ("s" if len(changes) > 1 else "")
        return f"{total}: {', '.join(counts)}."
    if difference.is_certain:
        return "equivalent: every connection fares alike."
    return (
        "no difference where both are known; some verdicts are unknown on both sides, "
        "so that they are equivalent is not proved."
    )


def paragraph(change: Change, difference: Difference) -> Iterator[str]:
    """Yield the lines that tell one change."""
    turn = change.turn
    yield (
        f"{_SIGNS[change.kind]} {services_text(turn.services)}: "
        f"{_word(turn.before)} -> {_word(turn.after)}"
    )
    yield f"    from  {_ends(change.sources)}"
    yield f"    to    {_ends(change.destinations)}"
    sides = ((difference.left, turn.before), (difference.right, turn.after))
    for side, verdict in sides:
        for item in cause(change, side, verdict):
            place = ""
            if item.rule is not None and item.rule.origin is not None:
                place = f"  {item.rule.origin}"
            yield f"    {side.name}: {item.text}{place}"


def _word(verdict: Verdict | None) -> str:
    return "absent" if verdict is None else verdict.value


def _ends(ends: Sequence[ChangedEnd]) -> str:
    return _list([_end(end) for end in ends])


def _end(end: ChangedEnd) -> str:
    if isinstance(end, OwnNode):
        return "the node that it runs on"
    return end.label if isinstance(end, Workload) else end_text(end)


def _list(texts: Sequence[str]) -> str:
    if len(texts) <= FEW + 1:
        return ", ".join(texts)
    return f"{', '.join(texts[:FEW])} and {len(texts) - FEW} more"
