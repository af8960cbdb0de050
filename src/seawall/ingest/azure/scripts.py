"""Scripts that templates and files of Bicep hold, as they are written."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from seawall.ingest.arm import scripts
from seawall.ingest.documents import ReadDocument
from seawall.model.origin import Origin


def scripts_in(
    documents: Sequence[ReadDocument], within: Sequence[Path], held: Mapping[str, str]
) -> Iterator[tuple[str, str, Origin]]:
    """Yield of each script what is not run, as a clause, its text, and its place.

    Args:
        documents: Those of an input.
        within: Paths that were given; nothing outside of them is opened.
        held: Texts of scripts that an archive holds, by path.
    """
    for document in documents:
        if document.form == "bicep":
            # Much code, and no use for it where there is no Bicep.
            from seawall.ingest.bicep import commands  # noqa: PLC0415
            from seawall.ingest.bicep.language.declarations import (  # noqa: PLC0415
                BicepFile,
            )
            from seawall.ingest.bicep.lowering.shelf import Shelf  # noqa: PLC0415

            shelf = Shelf(within=within, scripts=held)
            if isinstance(document.value, BicepFile):
                yield from commands.scripts_in(document.value, shelf)
                continue
        yield from scripts.scripts_in(document)
