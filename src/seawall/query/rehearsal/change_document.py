"""The document `seawall/rehearse-change/v1`."""

from collections.abc import Sequence

from seawall.model.snapshot import Snapshot
from seawall.query.document import Json, envelope
from seawall.query.rehearsal.change import Change, Changed, Effect
from seawall.query.rehearsal.words import place_text
from seawall.twin.plan import Outcome

SCHEMA = "seawall/rehearse-change/v1"
_EFFECTS: Sequence[tuple[Effect, str]] = (
    (Effect.OPENED, "opened"),
    (Effect.CLOSED, "closed"),
    (Effect.SEEN_OTHERWISE, "seenOtherwise"),
    (Effect.CUT, "cut"),
    (Effect.OUTLIVES, "outlives"),
)


def change_json(snapshot: Snapshot, found: Change) -> Json:
    """Return what a change did as a document.

    Args:
        snapshot: What was read of the network after the change.
        found: What it did.
    """
    return envelope(SCHEMA, snapshot) | {
        "connections": {
            "tried": found.asked,
            "heldOpen": found.live,
            "engineCutsLiveOnes": found.cuts,
        },
        **{
            key: [_changed(it) for it in found.changed if it.effect is effect]
            for effect, key in _EFFECTS
        },
        "gone": list(found.gone),
        "new": list(found.new),
    }


def _changed(item: Changed) -> Json:
    question = item.question
    return {
        "from": place_text(question.source),
        "to": place_text(question.target),
        "protocol": question.protocol.name,
        "port": question.port or None,
        "before": _outcome(item.before),
        "after": _outcome(item.after),
    }


def _outcome(item: Outcome) -> Json:
    return {
        "result": item.result.value,
        "seenAs": item.seen_source or None,
        "detail": item.detail or None,
    }
