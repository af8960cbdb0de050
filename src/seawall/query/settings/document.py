"""The JSON document of settings, `seawall/explain-input/v1`."""

from seawall.model.setting import State
from seawall.model.snapshot import Snapshot
from seawall.query.document import Json, diagnostic_json, envelope, origin_json
from seawall.query.settings.answer import Explained, Subject, counts
from seawall.query.settings.row import Row

SCHEMA = "seawall/explain-input/v1"


EVERY = frozenset(State)


def explained_json(
    snapshot: Snapshot, found: Explained, shown: frozenset[State] = EVERY
) -> Json:
    """Return the document of what an input says.

    Args:
        snapshot: What was read.
        found: Its settings.
        shown: Which of them are listed, by how they are known; all are counted.
    """
    return {
        **envelope(SCHEMA, snapshot),
        "summary": _counts(found.rows),
        "clusters": [_subject(item, shown) for item in found.clusters],
        "around": [_row(row) for row in found.around if row.state in shown],
        "passedOver": [item.path for item in found.passed_over],
        "notRead": [diagnostic_json(item) for item in found.not_read],
    }


def _counts(rows: tuple[Row, ...]) -> Json:
    return {state.value: number for state, number in counts(rows).items()}


def _subject(subject: Subject, shown: frozenset[State]) -> Json:
    return {
        "name": subject.name,
        "summary": _counts(subject.rows),
        "settings": [_row(row) for row in subject.rows if row.state in shown],
    }


def _row(row: Row) -> Json:
    return {
        "group": row.group,
        "of": row.of or None,
        "name": row.name,
        "title": row.title,
        "state": row.state.value,
        "value": row.value,
        "why": row.why or None,
        "origin": origin_json(row.origin),
        "settle": row.settle or None,
    }
