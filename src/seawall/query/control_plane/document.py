"""The control plane as the document of `check` holds it."""

from seawall.query.control_plane.answer import ControlPlane, Note
from seawall.query.control_plane.calls import Called
from seawall.query.document import Json, origin_json


def control_plane_json(plane: ControlPlane) -> Json:
    """Return the control plane as the contract has it."""
    return {
        "topology": plane.topology.name.lower() if plane.topology else None,
        "says": plane.says,
        "notes": [_note(note) for note in plane.notes],
        "calls": [_called(called) for called in plane.calls],
    }


def _note(note: Note) -> Json:
    return {
        "about": note.about,
        "verdict": note.verdict.value if note.verdict else None,
        "text": note.text,
        "origin": origin_json(note.origin),
    }


def _called(called: Called) -> Json:
    return {
        "kind": called.kind,
        "names": list(called.names),
        "to": called.target,
        "port": called.port,
        "verdict": called.verdict.value,
        "reason": called.reason,
        "required": called.is_required,
        "origin": origin_json(called.origin),
    }
