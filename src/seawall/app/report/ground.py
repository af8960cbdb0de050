"""What the answers rest on: assumptions, what could not be read, and the inputs."""

from collections.abc import Iterable, Sequence

from seawall.app.report.element import Child, element, place, prose, table
from seawall.model.diagnostic import Assumption, Diagnostic, Level
from seawall.model.snapshot import InputFile

_LEVELS = {
    Level.ERROR: "error: cannot be read",
    Level.UNMODELLED: "not modelled",
    Level.WARNING: "warning",
    Level.NOTE: "note",
}


def taken_for_granted(given: Iterable[Assumption]) -> list[Child]:
    """Return what was assumed because no input says it, each with its source."""
    held = {item.id: item for item in given}
    rows = [
        (
            [element("code", key)],
            [*prose(held[key].text), *_touched(held[key].touches)],
            prose(held[key].source),
        )
        for key in sorted(held)
    ]
    if not rows:
        return [element("p", "Nothing was taken for granted.")]
    heads = ("Name", "What is assumed", "Source")
    return [table("Assumptions", heads, rows)]


def diagnosed(given: Sequence[Diagnostic]) -> list[Child]:
    """Return what the reading of the inputs has to tell, the heaviest first."""
    if not given:
        return [element("p", "Everything was read and understood.")]
    order = list(Level)
    rows = [
        (
            [_LEVELS[item.level]],
            place(item.origin) or ["the whole input"],
            prose(item.what),
            prose(item.why),
            prose(item.mend),
        )
        for item in sorted(given, key=lambda item: order.index(item.level))
    ]
    note = (
        "What is in error or not modelled turns what it touches into not known; it "
        "never counts as open or as closed."
    )
    heads = ("Kind", "Place", "What", "Why", "Mend")
    return [element("p", note), table("Diagnostics", heads, rows)]


def inputs(given: Sequence[InputFile]) -> list[Child]:
    """Return every file that was read, with the digest that names its content."""
    rows = [
        (
            [element("code", item.path)],
            [item.kind],
            [element("code", item.sha256, kind="digest")],
        )
        for item in given
    ]
    note = (
        "The digest of a file changes with any byte of it: whoever has the files can "
        "check with "
    )
    return [
        element("p", note, element("code", "sha256sum FILE"), " that they are these."),
        table(f"Inputs ({len(rows)})", ("Path", "Read as", "SHA-256"), rows),
    ]


def _touched(given: Sequence[str]) -> list[Child]:
    """Return what an assumption touches; ids of Azure from their provider on."""
    if not given:
        return []
    short = ", ".join(item.rsplit("/providers/", 1)[-1] for item in given)
    return [
        element("br"),
        element("small", f"What rests on it: {short}", kind="long"),
    ]
