"""Fixes on a terminal: what to change, that it was proved, and what else it does."""

from collections.abc import Iterator

from seawall.app.cli.show.words import bold, dim, wrapped
from seawall.query.fix.change import Change, Snippet
from seawall.query.fix.effects import Effect
from seawall.query.fix.offer import Offer
from seawall.query.fix.search import Fix

SHORT = 60
"""A snippet of more lines is shown only if the fix was asked for."""

MOST_EFFECTS = 6


def fix_lines(offer: Offer, *, whole: bool, paint: bool) -> Iterator[str]:
    """Yield the lines that tell what can be done about a question.

    Args:
        offer: What was found.
        whole: Whether to print every snippet in full and in every form.
        paint: Whether to colour.
    """
    for fix in offer.fixes:
        yield ""
        head = "FIX (verified: the question was asked again with it)"
        if fix.remains:
            head = "FIX (verified for what the input holds)"
        yield bold(head, colored=paint)
        yield from _fix(fix, whole=whole, paint=paint)
    for number, cut in enumerate(offer.cuts, start=1):
        yield ""
        yield bold(f"CUT {number} (verified: nothing arrives with it)", colored=paint)
        yield from _cut(cut, whole=whole or number == 1, paint=paint)
    if offer.advice and not offer.fixes and not offer.cuts:
        yield ""
        yield bold("NO FIX THAT COULD BE PROVED; BY HAND", colored=paint)
        for item in offer.advice[:MOST_EFFECTS]:
            place = f"{item.layer.value} at {item.at}: " if item.at else ""
            yield "  - " + wrapped(place + item.says, 4, 4)
        if len(offer.advice) > MOST_EFFECTS:
            yield f"    and {len(offer.advice) - MOST_EFFECTS} more: use -o json"
    if offer.left_out:
        yield ""
        yield offer.left_out


def _fix(fix: Fix, *, whole: bool, paint: bool) -> Iterator[str]:
    yield from _told(fix)
    for text in fix.remains:
        yield "  " + wrapped(f"Still not known: {text}.", 2, 2)
    yield from effect_lines(
        "opens nothing else between ends of the input", "also ", fix.opens
    )
    shown = [_snippets(item, whole=whole) for item in fix.changes]
    yield from _carried_out(shown, whole=whole, paint=paint)


def _cut(cut: Fix, *, whole: bool, paint: bool) -> Iterator[str]:
    yield from _told(cut)
    yield from effect_lines(
        "closes nothing else between ends of the input", "also ", cut.closes
    )
    shown = [_snippets(item, whole=False) for item in cut.changes]
    yield from _carried_out(shown, whole=whole, paint=paint)


def _told(fix: Fix) -> Iterator[str]:
    for number, change in enumerate(fix.changes, start=1):
        told = f"{change.kind}: {change.says}"
        yield f"  {number}. " + wrapped(told, 5, 5)
        for note in change.notes:
            yield "     " + wrapped(note, 5, 5)


def _carried_out(
    shown: list[tuple[Snippet, ...]], *, whole: bool, paint: bool
) -> Iterator[str]:
    length = sum(item.text.count("\n") for part in shown for item in part)
    if length > SHORT and not whole:
        yield "  " + dim("add --fix for what to apply", colored=paint)
        return
    for part in shown:
        for snippet in part:
            yield ""
            yield dim(f"  # {snippet.name} ({snippet.form})", colored=paint)
            yield from (f"  {line}" for line in snippet.text.rstrip().splitlines())


def _snippets(change: Change, *, whole: bool) -> tuple[Snippet, ...]:
    found = change.snippets()
    return found if whole else found[:1]


def effect_lines(nothing: str, word: str, effects: tuple[Effect, ...]) -> Iterator[str]:
    """Yield what else a change does, or that it does nothing else."""
    if not effects:
        yield f"  It {nothing}."
        return
    for effect in effects[:MOST_EFFECTS]:
        yield "  " + wrapped(f"It {word}{effect}.", 5, 5)
    if len(effects) > MOST_EFFECTS:
        yield f"  And {len(effects) - MOST_EFFECTS} more: use -o json."
