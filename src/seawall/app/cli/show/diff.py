"""A difference on a terminal: a sentence, then one paragraph for each change."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from seawall.app.cli.show.words import bold, placed, wrapped
from seawall.query.difference.cause import causes
from seawall.query.difference.change import (
    AREAS,
    KINDS,
    Cause,
    Change,
    few,
    word,
)
from seawall.query.difference.flows import Flows
from seawall.query.reach.text import services_text

MOST = 60
"""Changes in full; more are counted and left to the JSON."""
MOST_OF_AREA = 12

SIGNS = {"opened": "+", "closed": "-", "unknown": "?", "settled": "!", "rerouted": "~"}
WORDS = {
    "opened": "opened",
    "closed": "closed",
    "unknown": "no longer known",
    "settled": "now known",
    "rerouted": "by another way",
}
_INDENT = 4


@dataclass(frozen=True, slots=True)
class Screen:
    """How a difference is shown.

    Attributes:
        named: Gives places the names that people know.
        colored: Whether colour codes belong in the output.
    """

    named: Callable[[str], str] = str
    colored: bool = False

    def line(self, text: str, place: object = None, indent: int = _INDENT) -> str:
        """Return a line, folded, with its place behind it."""
        folded = wrapped(self.named(text), indent + 2, indent)
        where = self.named(str(place)) if place is not None else None
        return placed(" " * indent + folded, where, indent + 2, colored=self.colored)


def flow_lines(flows: Flows, screen: Screen) -> Iterator[str]:
    """Yield what flows change."""
    changes = flows.changes
    left, right = flows.left.name, flows.right.name
    yield screen.line(f"{left} -> {right}: {_sentence(flows)}", indent=0)
    if flows.one_network:
        yield screen.line(f"? {flows.one_network}", indent=0)
    elif flows.not_compared:
        left_out = "; ".join(flows.not_compared)
        yield screen.line(f"not compared: {left_out}", indent=0)
    said = flows.relation.sentence(left, right) if changes else ""
    if said:
        yield screen.line(said, indent=0)
    for how, items in (("added", flows.added), ("removed", flows.removed)):
        if items:
            listed = few([item.label for item in items])
            yield screen.line(f"Workloads {how}: {listed}", indent=0)
    if flows.network is None:
        yield from _listed(changes, MOST, flows, screen)
    else:
        for area in AREAS:
            held = [change for change in changes if change.area == area]
            if held:
                yield ""
                yield bold(area.upper(), colored=screen.colored)
                yield from _listed(held, MOST_OF_AREA, flows, screen)
    if changes:
        found = {change.kind for change in changes}
        yield ""
        yield "   ".join(
            f"{SIGNS[kind]} {WORDS[kind]}"
            for kind in KINDS
            if kind != "rerouted" or kind in found
        )


def _listed(
    changes: Sequence[Change], most: int, flows: Flows, screen: Screen
) -> Iterator[str]:
    for change in changes[:most]:
        if flows.network is None or change is not changes[0]:
            yield ""
        yield from paragraph(change, flows, screen)
    if len(changes) > most:
        yield ""
        yield f"{len(changes) - most} more changes: read them all with -o json"


def _sentence(flows: Flows) -> str:
    changes = flows.changes
    if changes:
        counts = [
            f"{count} {WORDS[kind]}"
            for kind in KINDS
            if (count := sum(change.kind == kind for change in changes))
        ]
        total = f"{len(changes)} change" + ("s" if len(changes) > 1 else "")
        return f"{total}: {', '.join(counts)}."
    if flows.is_certain:
        compared = " in what is compared" if flows.not_compared else ""
        return f"equivalent{compared}: every connection fares alike."
    return (
        "no difference where both are known; some verdicts are unknown on both sides, "
        "so that they are equivalent is not proved."
    )


def paragraph(change: Change, flows: Flows, screen: Screen) -> Iterator[str]:
    """Yield the lines that tell one change."""
    turn = change.turn
    via = f" through {change.via}" if change.via else ""
    fate = f"{word(turn.before)} -> {word(turn.after)}"
    if change.kind == "rerouted":
        fate = f"{word(turn.before)} as before, {change.ways[0]} -> {change.ways[1]}"
    sign = f"{SIGNS[change.kind]} {services_text(turn.services)}{via}: {fate}"
    yield screen.line(sign, indent=0)
    yield screen.line(f"from  {few(map(flows.end_text, change.sources))}")
    yield screen.line(f"to    {few(map(flows.end_text, change.destinations))}")
    for name, found in zip(
        flows.words, causes(change, (flows.left, flows.right)), strict=True
    ):
        for item in found:
            yield _cause(name, item, screen)


def _cause(name: str, item: Cause, screen: Screen) -> str:
    return screen.line(f"{name}: {item.text}", item.origin)
