"""Which documents hold intents, and what they mean together."""

import re
from collections.abc import Sequence

from seawall.ingest.documents import ReadDocument
from seawall.ingest.files import TextFile
from seawall.ingest.intents.form import KIND
from seawall.model.diagnostic import Diagnostic, Level
from seawall.model.intent import Intent
from seawall.model.origin import Origin

_KIND = re.compile(rf"""["']?kind["']?\s*:\s*["']?{KIND}\b""")


def claims(value: object) -> bool:
    """Whether a document is a file of intents, well written or not."""
    return isinstance(value, dict) and (
        str(value.get("apiVersion", "")).startswith("seawall/")
        or (value.get("kind") == KIND and "intents" in value)
    )


def lost(file: TextFile, told: Sequence[Diagnostic]) -> tuple[tuple[Origin, str], ...]:
    """Return where and why a file of intents is not read; empty if it is none, or is.

    Args:
        file: The file.
        told: What is wrong with it.
    """
    faults = (item for item in told if item.level is Level.ERROR)
    fault = next(faults, None)
    if fault is None or fault.origin is None or not _KIND.search(file.text):
        return ()
    return ((fault.origin, fault.what),)


def gathered(
    documents: Sequence[ReadDocument], broken: Sequence[tuple[Origin, str]] = ()
) -> tuple[tuple[Intent, ...], tuple[Diagnostic, ...]]:
    """Return all intents, by file and in the order of each, and what is wrong.

    Args:
        documents: Those that hold intents.
        broken: Where and why files of intents could not be read; for each there is one
            intent that cannot be judged.
    """
    if not documents and not broken:
        return (), ()
    # Most inputs hold none.
    from seawall.ingest.intents.read import read_intents, unread  # noqa: PLC0415

    found: list[Intent] = []
    faults: list[Diagnostic] = []
    for document in sorted(documents, key=_place):
        intents, told = read_intents(document)
        found.extend(intents)
        faults.extend(told)
    found.extend(unread(*item) for item in broken)
    found.sort(key=lambda item: item.origin.path)
    return tuple(found), tuple(faults)


def _place(document: ReadDocument) -> tuple[str, int]:
    return document.path, document.origin.document
