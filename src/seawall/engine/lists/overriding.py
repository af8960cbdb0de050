"""Rules of one list that another list, asked before, decides in full."""

from collections.abc import Hashable, Sequence
from dataclasses import replace

from seawall.engine.lists.axis import bits
from seawall.engine.lists.facts import RuleList
from seawall.engine.lists.rule import Listed


def overridden(
    rules: Sequence[Listed], before: Sequence[Listed], passing: Hashable
) -> list[tuple[Listed, tuple[Listed, ...]]]:
    """Return the rules that never get to decide, with those that decide instead.

    A rule that earlier ones of its own list keep from every packet is not among them.

    Args:
        rules: A list.
        before: The list that is asked before; read by the same reader.
        passing: The verdict of its rules that lead on to *rules*.

    Raises:
        TooIntricateError: They tell too much apart.

    Complexity: for each rule those of *before* that meet it and lead on, each with the
    cuts of the rules that meet both.
    """
    first = [replace(item, order=(0, *item.order)) for item in before]
    second = [replace(item, order=(1, *item.order)) for item in rules]
    made = RuleList([*first, *second])
    end = len(first)
    above = (1 << end) - 1
    leading = made.doing.get(passing, 0) & above
    found = []
    for at in range(end, len(made.rules)):
        own = made.before[at] & ~above
        deciding = above & ~leading
        if not made.escapes((at,), own) or made.escapes((at,), own | deciding):
            continue
        passed = (
            made.escapes((at, other), own | (deciding & made.before[other]))
            for other in bits(leading & made.meetings[at])
        )
        if any(passed):
            continue
        by = tuple(
            made.rules[other]
            for other in bits(deciding & made.meetings[at])
            if made.escapes((at, other), own | (above & made.before[other]))
        )
        found.append((made.rules[at], by))
    return found
