"""The control plane on a terminal: how it is reached, and what it calls."""

from collections.abc import Iterable

from seawall.app.cli.show.words import dim, opening, placed, wrapped
from seawall.model.trace import Verdict
from seawall.query.control_plane.answer import ControlPlane
from seawall.query.control_plane.calls import KUBELETS, TUNNEL, Called

FEW = 3
_WORDS = {
    Verdict.ALLOWED: "arrives",
    Verdict.DENIED: "cut off",
    Verdict.UNKNOWN: "not known",
}
_PURPOSES = {
    KUBELETS: "logs, exec, port-forward",
    TUNNEL: "konnectivity agents hold the tunnel that carries these calls",
}


def control_plane_lines(plane: ControlPlane, *, paint: bool) -> list[str]:
    """Return how the API server is set up, one line a note."""
    lines = ["  " + wrapped(plane.says, 2, 2)]
    for note in plane.notes:
        mark = opening(note.verdict, colored=paint) if note.verdict else "-"
        text = f"  {mark} " + wrapped(f"{note.about}: {note.text}", 4, 4)
        lines.append(placed(text, note.origin, 4, colored=paint))
    return lines


def call_lines(found: Iterable[Called], *, paint: bool) -> list[str]:
    """Return what the API server calls, the cut calls first."""
    lines = []
    for called in found:
        mark = opening(called.verdict, colored=paint)
        port = f" TCP {called.port}" if called.port else ""
        words = _WORDS[called.verdict]
        why = f". {called.reason}" if called.reason else ""
        text = f"{_who(called)} -> {called.target}{port}: {words}{why}"
        lines.append(f"  {mark} " + wrapped(text, 4, 4))
        if called.names:
            lines.append(dim(f"      {called.origin}", colored=paint))
    return lines


def _who(called: Called) -> str:
    if called.kind in _PURPOSES:
        return _PURPOSES[called.kind]
    shown = ", ".join(called.names[:FEW])
    more = len(called.names) - FEW
    names = f"{shown} and {more} more" if more > 0 else shown
    fails = "" if called.is_required else " (passed over if it fails)"
    return f"{called.kind} {names}{fails}"
