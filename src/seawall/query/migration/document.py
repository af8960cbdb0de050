"""The part of a difference's JSON document that is about a rewrite."""

from seawall.query.difference.document import change_json
from seawall.query.document import Json, diagnostic_json, origin_json
from seawall.query.migration.draft import Note
from seawall.query.migration.proof import Migration


def migration_json(migration: Migration) -> Json:
    """Return a rewrite, and what is proved of it.

    `equivalent` says that each verdict under the new engine is that under the old,
    `certain` that none is unknown under both.
    """
    return {
        "equivalent": migration.is_equivalent,
        "certain": migration.is_certain,
        "edits": [_note(item) for item in migration.draft.edits],
        "limits": [_note(item) for item in migration.draft.limits],
        "remaining": [
            {
                **change_json(item.change, item.difference),
                "onlyIf": None if item.only is None else item.only.value,
            }
            for item in migration.remaining
        ],
        "diagnostics": [diagnostic_json(item) for item in migration.diagnostics],
        "manifest": migration.text() if migration.is_needed else "",
    }


def _note(note: Note) -> Json:
    return {
        "topic": note.topic.value,
        "where": note.where,
        "text": note.text,
        "origin": origin_json(note.origin),
    }
