"""Judged intents as a list: what holds in a line, what does not with its reason."""

import click

from seawall.app.cli.show.words import bold, dim, is_colored, is_plain, placed, wrapped
from seawall.model.intent import Exemption
from seawall.model.snapshot import Snapshot
from seawall.model.trace import Hop
from seawall.query.intents.verdict import Breach, Judged, Standing, Tested

_SIGNS = {
    Standing.HOLDS: ("✓", "+", "green"),
    Standing.VIOLATED: ("✗", "x", "red"),
    Standing.UNKNOWN: ("?", "?", "yellow"),
}
_TEXT = 13


def tested_text(
    snapshot: Snapshot, tested: Tested, *, colored: bool, verbose: bool
) -> str:
    """Return all intents as a person reads them.

    Args:
        snapshot: What was read.
        tested: The intents, judged.
        colored: Whether it goes to a terminal.
        verbose: Whether to spell assumptions out and show each hop.
    """
    paint = is_colored(to_terminal=colored)
    lines = judged_lines(tested, paint=paint, verbose=verbose)
    lines += ["", bold(counts(tested), colored=paint)]
    lines += _assumptions(snapshot, tested, verbose=verbose, paint=paint)
    return "\n".join(lines)


def judged_lines(tested: Tested, *, paint: bool, verbose: bool) -> list[str]:
    """Return the lines of all intents, those that hold first."""
    lines: list[str] = []
    for standing in (Standing.HOLDS, Standing.UNKNOWN, Standing.VIOLATED):
        for judged in tested.judged:
            if judged.standing is standing:
                lines += _judged(judged, paint=paint, verbose=verbose)
    return lines


def counts(tested: Tested) -> str:
    """Return how many intents there are, and how many stand how."""
    total = len(tested.judged)
    return f"{total} intent{'' if total == 1 else 's'}: {tested.counts}"


def _judged(judged: Judged, *, paint: bool, verbose: bool) -> list[str]:
    intent = judged.intent
    fancy, plain, color = _SIGNS[judged.standing]
    mark = plain if is_plain() else fancy
    word = f"{judged.standing.value.upper():<9}"
    if paint:
        mark = click.style(mark, fg=color, bold=True)
        word = click.style(word, fg=color, bold=True)
    name = wrapped(intent.name, _TEXT)
    lines = [
        f"{mark} {word}  "
        + placed(name, intent.origin, _TEXT, colored=paint, taken=_TEXT)
    ]
    if judged.standing is Standing.HOLDS and not verbose:
        lines += _exceptions(judged, paint=paint)
        return lines
    if intent.because:
        lines.append(" " * _TEXT + dim(wrapped(intent.because, _TEXT), colored=paint))
    lines.append(" " * _TEXT + wrapped(_says(judged), _TEXT))
    for breach in judged.breaches:
        lines += _breach(breach, paint=paint, verbose=verbose)
    left = judged.count - sum(b.standing is judged.standing for b in judged.breaches)
    if left > 0:
        more = f"and {'at least ' if judged.is_more else ''}{left} more: use -o json"
        lines.append(" " * (_TEXT + 2) + more)
    if judged.mend:
        lines.append(" " * _TEXT + "mend: " + wrapped(judged.mend, _TEXT + 6))
    lines += _exceptions(judged, paint=paint)
    return lines


def _says(judged: Judged) -> str:
    if judged.standing is Standing.HOLDS or not judged.breaches:
        return judged.says
    more = "at least " if judged.is_more else ""
    is_one = judged.count == 1 and not more
    what = "speaks against it" if is_one else "speak against it"
    if judged.standing is Standing.UNKNOWN:
        what = "is not known" if is_one else "are not known"
    return f"{judged.says}, {more}{judged.count} {what}:"


def _breach(breach: Breach, *, paint: bool, verbose: bool) -> list[str]:
    fancy, plain, color = _SIGNS[breach.standing]
    mark = plain if is_plain() else fancy
    if paint:
        mark = click.style(mark, fg=color, bold=True)
    ends = breach.ends
    if breach.services:
        ends += f": {breach.services}"
    margin = _TEXT + 4
    lines = [" " * (_TEXT + 2) + f"{mark} " + wrapped(ends, margin)]
    if breach.packet:
        lines.append(" " * margin + wrapped(f"as {breach.packet}", margin))
    if breach.hops and verbose:
        for hop in breach.hops:
            lines += _hop(hop, margin, paint=paint)
        if breach.back:
            lines.append(" " * margin + "the way of the reply:")
        for hop in breach.back:
            lines += _hop(hop, margin, paint=paint)
        return lines
    says = wrapped(breach.says, margin)
    lines.append(
        " " * margin + placed(says, breach.origin, margin, colored=paint, taken=margin)
    )
    return lines


def _hop(hop: Hop, margin: int, *, paint: bool) -> list[str]:
    place = f"{hop.layer.value}: {hop.at}" if hop.at else hop.layer.value
    says = wrapped(f"{place}: {hop.says}", margin + 2, margin)
    origin = hop.rule.origin if hop.rule is not None else None
    text = placed(says, origin, margin + 2, colored=paint, taken=margin)
    return [" " * margin + text]


def _exceptions(judged: Judged, *, paint: bool) -> list[str]:
    lines = []
    for word, items in (
        ("this exception has expired and no longer counts", judged.lapsed),
        ("this exception excepts nothing; it can go", judged.idle),
    ):
        for item in items:
            text = wrapped(f"note: {word}: {_exception(item)}", _TEXT + 6, _TEXT)
            lines.append(
                " " * _TEXT
                + placed(text, item.origin, _TEXT + 6, colored=paint, taken=_TEXT)
            )
    return lines


def _exception(item: Exemption) -> str:
    until = f" (until {item.expires})" if item.expires else ""
    return f"{item.reason}{until}"


def _assumptions(
    snapshot: Snapshot, tested: Tested, *, verbose: bool, paint: bool
) -> list[str]:
    held = {item.id: item for item in (*snapshot.assumptions, *tested.assumptions)}
    if not held:
        return []
    if not verbose:
        count = f"{len(held)} thing{'' if len(held) == 1 else 's'}"
        text = f"{count} taken for granted: see with --verbose"
        return [dim(text, colored=paint)]
    lines = ["", bold("TAKEN FOR GRANTED", colored=paint)]
    lines += ["  " + wrapped(f"{item.text}", 4, 2) for _, item in sorted(held.items())]
    return lines
