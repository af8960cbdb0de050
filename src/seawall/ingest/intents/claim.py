"""Which documents are Seawall's own, and what they mean together."""

from collections.abc import Sequence
from typing import NamedTuple

from seawall.ingest.documents import ReadDocument
from seawall.ingest.intents.form import KIND, REQUIREMENTS, SUPPRESSIONS
from seawall.ingest.text.template import TemplatedObject
from seawall.model.diagnostic import Diagnostic, Level
from seawall.model.intent import Intent
from seawall.model.origin import Origin
from seawall.model.suppression import Suppression


class Own(NamedTuple):
    """What documents in Seawall's own form say.

    Attributes:
        intents: What must hold, by file and in the order of each.
        suppressions: What is not to be told of, likewise.
        diagnostics: What is wrong with them.
    """

    intents: tuple[Intent, ...] = ()
    suppressions: tuple[Suppression, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()


def claims(value: object) -> bool:
    """Whether a document is in Seawall's own form, well written or not."""
    return isinstance(value, dict) and (
        str(value.get("apiVersion", "")).startswith("seawall/")
        or (value.get("kind") == KIND and "intents" in value)
        or (value.get("kind") == SUPPRESSIONS and "suppress" in value)
    )


def lost(
    named: Sequence[TemplatedObject], told: Sequence[Diagnostic]
) -> tuple[tuple[Origin, str], ...]:
    """Return where and why a file of intents is not read; empty if it is none, or is.

    Args:
        named: What a file names in what cannot be read of it.
        told: What is wrong with it.
    """
    if not any(item.kind == KIND for item in named):
        return ()
    faults = (item for item in told if item.level is Level.ERROR)
    fault = next(faults, None)
    if fault is None or fault.origin is None:
        return ()
    return ((fault.origin, fault.what),)


def gathered(
    documents: Sequence[ReadDocument], broken: Sequence[tuple[Origin, str]] = ()
) -> Own:
    """Return what some documents say together.

    Args:
        documents: Those in Seawall's own form.
        broken: Where and why files of intents could not be read; for each there is one
            intent that cannot be judged.
    """
    if not documents and not broken:
        return Own()
    # Most inputs hold none.
    from seawall.ingest.intents.read import read_intents, unread  # noqa: PLC0415
    from seawall.ingest.intents.suppressions import read_suppressions  # noqa: PLC0415

    intents: list[Intent] = []
    suppressions: list[Suppression] = []
    faults: list[Diagnostic] = []
    for document in sorted(documents, key=_place):
        value = document.value
        if isinstance(value, dict) and value.get("kind") == REQUIREMENTS:
            continue
        told: tuple[Diagnostic, ...]
        if isinstance(value, dict) and value.get("kind") == SUPPRESSIONS:
            more, told = read_suppressions(document)
            suppressions.extend(more)
        else:
            found, told = read_intents(document)
            intents.extend(found)
        faults.extend(told)
    intents.extend(unread(*item) for item in broken)
    intents.sort(key=lambda item: item.origin.path)
    return Own(tuple(intents), tuple(suppressions), tuple(faults))


def _place(document: ReadDocument) -> tuple[str, int]:
    return document.path, document.origin.document
