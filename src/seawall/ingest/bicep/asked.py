"""Has files compiled by `bicep` where the user asks for it."""

from collections.abc import Iterable, Mapping

from seawall.ingest.bicep.language.declarations import BicepFile
from seawall.ingest.bicep.tool import compiled, find_bicep
from seawall.ingest.documents import ReadDocument
from seawall.ingest.notes import Notes
from seawall.model.origin import Origin

_MEND = "mend what it tells, or leave out `--compile-bicep`"


def compiled_by_tool(
    files: Mapping[str, BicepFile], paths: Iterable[str], notes: Notes
) -> dict[str, ReadDocument]:
    """Return the templates that `bicep` makes of files, by their paths.

    A file that it cannot compile is told, and read by us.
    """
    bicep = find_bicep()
    if bicep is None:
        notes.warning(
            None,
            "`bicep` is not installed here",
            "`--compile-bicep` asks for it; the source is read instead",
            "install it, or leave out `--compile-bicep`",
        )
        return {}
    out: dict[str, ReadDocument] = {}
    for path in paths:
        file = files[path]
        made = compiled(bicep, file.path)
        if made.template is None:
            what = f"`bicep` could not compile `{file.path}`: {made.failure}"
            why = "the source is read instead"
            notes.warning(Origin(file.path), what, why, _MEND)
            continue
        notes.note(
            Origin(file.path),
            f"`{file.path}` is read as `bicep` compiled it",
            "places in it are those of the template, and no lines of the source",
            "leave out `--compile-bicep` to have the source read",
        )
        out[path] = ReadDocument(made.template, Origin(file.path), "json")
    return out
