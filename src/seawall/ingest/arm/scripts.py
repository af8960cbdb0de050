"""Scripts that templates hold, as they are written: nothing of them is evaluated.

Source: Azure docs, deployment-script-template.
"""

from collections.abc import Iterator, Mapping

from seawall.ingest.documents import ReadDocument
from seawall.model.origin import Origin

Script = tuple[str, str, Origin]
"""What is not run, as a clause, the text of it, and its place."""

_DEEPEST = 60


def scripts_in(document: ReadDocument) -> Iterator[Script]:
    """Yield the scripts of a template, whatever becomes of them."""
    if isinstance(document.value, Mapping):
        yield from _below(document.value, document.origin, 0)


def _below(value: object, origin: Origin, depth: int) -> Iterator[Script]:
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _below(item, origin.at(index), depth + 1)
    elif isinstance(value, Mapping):
        properties = value.get("properties")
        kept = properties if isinstance(properties, Mapping) else {}
        text = kept.get("scriptContent")
        if isinstance(text, str):
            yield f"the program `{value.get('name')}` is not run", text, origin
        for key, item in value.items():
            if isinstance(item, list | Mapping):
                yield from _below(item, origin.at(str(key)), depth + 1)
