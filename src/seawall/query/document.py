"""The part that every JSON document has in common."""

from seawall import __version__
from seawall.model.diagnostic import Assumption, Diagnostic
from seawall.model.origin import Origin
from seawall.model.snapshot import InputFile, Snapshot

Json = dict[str, object]


def envelope(
    schema: str, snapshot: Snapshot, assumptions: tuple[Assumption, ...] = ()
) -> Json:
    """Return the common head of a document of kind *schema*.

    Args:
        schema: Such as `seawall/reach/v1`.
        snapshot: What was read.
        assumptions: Those made while answering, beside those of reading.
    """
    together = {item.id: item for item in (*snapshot.assumptions, *assumptions)}
    return {
        "schemaVersion": schema,
        "tool": {"name": "seawall", "version": __version__},
        "inputs": [_input(item) for item in snapshot.inputs],
        "assumptions": [_assumption(together[key]) for key in sorted(together)],
        "diagnostics": [diagnostic_json(item) for item in snapshot.diagnostics],
    }


def diagnostic_json(item: Diagnostic) -> Json:
    """Return a diagnostic as the contract has it."""
    return {
        "level": item.level.value,
        "origin": origin_json(item.origin),
        "what": item.what,
        "why": item.why,
        "mend": item.mend,
    }


def origin_json(origin: Origin | None) -> Json | None:
    """Return a place as path, line and pointer; None for no place."""
    if origin is None:
        return None
    return {
        "path": origin.path,
        "line": origin.line,
        "document": origin.document,
        "pointer": "".join(f"/{key}" for key in origin.pointer),
    }


def _input(item: InputFile) -> Json:
    return {"path": item.path, "kind": item.kind, "sha256": item.sha256}


def _assumption(item: Assumption) -> Json:
    return {
        "id": item.id,
        "text": item.text,
        "source": item.source,
        "touches": list(item.touches),
    }
