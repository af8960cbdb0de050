"""The order in which diagnostics are told: by place, whatever was read first."""

from collections.abc import Iterable

from seawall.ingest.kubernetes.terms.tally import compacted
from seawall.model.diagnostic import Diagnostic


def told_in_order(found: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Return diagnostics by place, those that are alike put together."""
    return tuple(sorted(compacted(sorted(found, key=_place)), key=_place))


def _place(item: Diagnostic) -> tuple[str, int, tuple[str, ...], str]:
    if item.origin is None:
        return "", 0, (), item.what
    pointer = tuple(
        f"{key:09}" if isinstance(key, int) else key for key in item.origin.pointer
    )
    return item.origin.path, item.origin.document, pointer, item.what
