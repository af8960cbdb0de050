"""Settings, intents and what is unread, in the words that every form shares."""

from seawall.query.difference.intents import IntentChange
from seawall.query.difference.settings import SettingChange
from seawall.query.difference.unread import Unread
from seawall.query.intents.verdict import Judged, Standing
from seawall.query.settings.row import Row

_STANDS = {
    Standing.HOLDS: "holds",
    Standing.VIOLATED: "violated",
    Standing.UNKNOWN: "not known",
}
_SIDES = {"before": "only before", "after": "only after", "both": "before and after"}


def setting_change_text(item: SettingChange) -> str:
    """Return what becomes of a setting."""
    return f"{item.title}: {_value(item.before)} -> {_value(item.after)}"


def intent_change_text(item: IntentChange) -> str:
    """Return what becomes of an intent, with a sign."""
    sign = "?"
    if item.after is None or item.after.standing is not Standing.UNKNOWN:
        is_broken = item.after is not None and item.after.standing is Standing.VIOLATED
        sign = "✗" if is_broken else "✓" if item.after is not None else "~"
    return f"{sign} {item.name}: {standing(item.before)} -> {standing(item.after)}"


def unread_text(item: Unread) -> str:
    """Return on which side something was not read, and what."""
    return f"{_SIDES[item.side]}: {item.diagnostic.what}"


def standing(judged: Judged | None) -> str:
    """Return how an intent stands, in words."""
    return "absent" if judged is None else _STANDS[judged.standing]


def _value(row: Row | None) -> str:
    if row is None:
        return "absent"
    return row.text or "none"
