"""What a change does beside flows, on a terminal; what is empty says nothing."""

from collections.abc import Iterator, Sequence

from seawall.app.cli.show.diff import Screen
from seawall.app.cli.show.words import bold
from seawall.app.forms.review import Review
from seawall.app.forms.review_words import (
    intent_change_text,
    setting_change_text,
    unread_text,
)
from seawall.audit.finding import Finding
from seawall.query.difference.intents import IntentChange

MOST = 20


def review_lines(found: Review, screen: Screen) -> Iterator[str]:
    """Yield the lines of a review."""
    if found.unread:
        yield from _heading("NOT READ, SO THAT IT MAY DIFFER", screen)
        for unseen in found.unread[:MOST]:
            yield screen.line(f"? {unread_text(unseen)}", unseen.diagnostic.origin, 0)
            yield screen.line(f"mend: {unseen.diagnostic.mend}")
        yield from _more(found.unread)
    if found.settings:
        yield from _heading("SETTINGS", screen)
        for setting in found.settings[:MOST]:
            rows = (setting.before, setting.after)
            places = [str(row.origin) for row in rows if row and row.origin]
            text = f"~ {setting_change_text(setting)}"
            yield screen.line(text, " -> ".join(places) or None, 0)
        yield from _more(found.settings)
    if found.new or found.gone:
        yield from _heading("FINDINGS", screen)
        yield from _findings("! new", found.new, screen)
        yield from _findings("  gone", found.gone, screen)
    if found.intents:
        yield from _heading("INTENTS", screen)
        for intent in found.intents[:MOST]:
            yield from _intent(intent, screen)
        yield from _more(found.intents)


def _heading(text: str, screen: Screen) -> Iterator[str]:
    yield ""
    yield bold(text, colored=screen.colored)


def _findings(word: str, found: Sequence[Finding], screen: Screen) -> Iterator[str]:
    for item in found[:MOST]:
        head = (
            f"{word} {item.severity.value} {item.rule} {item.subject}: {item.message}"
        )
        yield screen.line(head, item.origin, 0)
    yield from _more(found)


def _intent(item: IntentChange, screen: Screen) -> Iterator[str]:
    yield screen.line(intent_change_text(item), item.judged.intent.origin, 0)
    for breach in item.judged.breaches[:2] if item.after else ():
        services = f" {breach.services}" if breach.services else ""
        yield screen.line(f"{breach.ends}{services}: {breach.says}", breach.origin)


def _more(found: Sequence[object]) -> Iterator[str]:
    if len(found) > MOST:
        yield f"{len(found) - MOST} more: read them all with -o json"
