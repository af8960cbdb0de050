"""Which documents hold intents, and what they mean together."""

from collections.abc import Sequence

from seawall.ingest.documents import ReadDocument
from seawall.ingest.intents.form import KIND
from seawall.model.diagnostic import Diagnostic
from seawall.model.intent import Intent


def claims(value: object) -> bool:
    """Whether a document is a file of intents, well written or not."""
    return isinstance(value, dict) and (
        str(value.get("apiVersion", "")).startswith("seawall/")
        or (value.get("kind") == KIND and "intents" in value)
    )


def gathered(
    documents: Sequence[ReadDocument],
) -> tuple[tuple[Intent, ...], tuple[Diagnostic, ...]]:
    """Return all intents, by file and in the order of each, and what is wrong."""
    if not documents:
        return (), ()
    # Most inputs hold none.
    from seawall.ingest.intents.read import read_intents  # noqa: PLC0415

    found: list[Intent] = []
    faults: list[Diagnostic] = []
    for document in sorted(documents, key=_place):
        intents, told = read_intents(document)
        found.extend(intents)
        faults.extend(told)
    return tuple(found), tuple(faults)


def _place(document: ReadDocument) -> tuple[str, int]:
    return document.path, document.origin.document
