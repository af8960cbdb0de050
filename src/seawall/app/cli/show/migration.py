"""A rewrite on a terminal, and as a file to apply."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from seawall.app.cli.show.diff import MOST, Screen, paragraph
from seawall.app.cli.write import write_text
from seawall.query.difference.answer import Difference
from seawall.query.difference.flows import Flows
from seawall.query.migration.draft import Note
from seawall.query.migration.proof import Migration


def migration_lines(migration: Migration) -> Iterator[str]:
    """Yield what a rewrite does, what is proved of it, and what it cannot say."""
    new = migration.new
    yield ""
    yield f"Rewrite for {new}: {_sentence(migration)}"
    yield from _notes("Edits", migration.draft.edits)
    yield from _notes(f"What no policy says under {new}", migration.draft.limits)
    for item in migration.diagnostics:
        yield f"  not read back: {item.what}; {item.why}"
    remaining = migration.remaining
    if remaining:
        yield ""
        yield "What still differs:"
    for left in remaining[:MOST]:
        yield ""
        flows = Flows(left.difference, words=_names(left.difference))
        yield from paragraph(left.change, flows, Screen())
        if left.only is not None:
            yield f"    if {left.only.value}"
    if len(remaining) > MOST:
        yield ""
        yield f"{len(remaining) - MOST} more: read them all with -o json"
    if migration.is_needed:
        yield ""
        yield "Write the policies with -o yaml=FILE."


def _names(difference: Difference) -> tuple[str, str]:
    return difference.left.name, difference.right.name


def migration_manifest(migration: Migration, file: Path | None) -> None:
    """Write the policies of a rewrite, with what is proved of them as comments."""
    heading = (
        f"Policies for {migration.new}, to let pass what {migration.old} does.",
        f"Proof: {_sentence(migration)}",
        *(f"Not said: {it.where}: {it.text}." for it in migration.draft.limits),
    )
    write_text(migration.text(heading), file)


def _sentence(migration: Migration) -> str:
    found = len(migration.remaining)
    if migration.is_equivalent and not migration.is_needed:
        return "nothing to edit; the policies let the same pass as they are."
    if migration.is_equivalent:
        return (
            f"equivalent; read back and compared flow by flow, it lets pass what "
            f"{migration.old} does."
        )
    if found:
        changes = "1 change remains" if found == 1 else f"{found} changes remain"
        return f"not proved equivalent: {changes}."
    return (
        "no difference where both are known; some verdicts are unknown under both, so "
        "that it is equivalent is not proved."
    )


def _notes(title: str, notes: Sequence[Note]) -> Iterator[str]:
    if notes:
        yield ""
        yield f"{title}:"
    for note in notes:
        place = f"  {note.origin}" if note.origin is not None else ""
        yield f"  {note.where}: {note.text}.{place}"
