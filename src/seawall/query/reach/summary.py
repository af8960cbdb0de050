"""Reachability in numbers: a short text for people, a document for machines."""

from collections.abc import Iterator
from heapq import nlargest

from seawall.model.snapshot import Snapshot
from seawall.query.document import Json, envelope
from seawall.query.reach.answer import Reach
from seawall.query.reach.count import NamespaceCount, ReachCount, count_reach
from seawall.query.reach.policy import ReachResult
from seawall.query.reach.tally import Tally

SCHEMA = "seawall/reach-summary/v1"

MOST = 10
"""So many namespaces are named in the text; the document holds all."""


def reach_count(result: Reach) -> ReachCount:
    """Count what *result* would list.

    Complexity: for the policy layer alone see `count_reach`; through all layers
    `count_every_layer`.
    """
    if isinstance(result, ReachResult):
        return count_reach(result)
    from seawall.query.reach.count_every_layer import count_every_layer
    from seawall.query.reach.every_layer import ReachAll

    if not isinstance(result, ReachAll):
        raise TypeError(f"no answer of `reach`: {result!r}")
    return count_every_layer(result)


def summary_document(snapshot: Snapshot, result: Reach, counted: ReachCount) -> Json:
    """Return the counts as the document `seawall/reach-summary/v1`."""
    return {
        **envelope(SCHEMA, snapshot, result.assumptions),
        "workloads": sum(space.workloads for space in counted.namespaces),
        "pods": sum(space.pods for space in counted.namespaces),
        "workloadPairs": _numbers(counted.workloads),
        "podPairs": _numbers(counted.pods),
        "namespaces": [_namespace(space) for space in counted.namespaces],
    }


def summary_text(counted: ReachCount) -> str:
    """Return the counts in words, with the namespaces that most pairs enter."""
    return "\n".join(_lines(counted)) + "\n"


def _lines(counted: ReachCount) -> Iterator[str]:
    spaces = counted.namespaces
    workloads = sum(space.workloads for space in spaces)
    pods = sum(space.pods for space in spaces)
    yield f"{workloads:,} workloads with {pods:,} pods in {len(spaces):,} namespaces"
    yield ""
    yield from _table(
        [
            ("ordered pairs of", "open", "unknown", "closed", "in all"),
            ("workloads", *_words(counted.workloads)),
            ("pods", *_words(counted.pods)),
        ]
    )
    entered = nlargest(
        MOST, spaces, key=lambda item: item.entering.open + item.entering.unknown
    )
    if len(spaces) > 1:
        yield ""
        yield from _table(
            [
                ("from other namespaces into", "open", "unknown", "closed", "in all"),
                *((item.name, *_words(item.entering)) for item in entered),
            ]
        )
    if len(spaces) > MOST:
        yield f"and {len(spaces) - MOST:,} more namespaces: -o summary-json=FILE"


def _words(tally: Tally) -> tuple[str, ...]:
    parts = (tally.open, tally.unknown, tally.closed, tally.total)
    return tuple(f"{part:,}" for part in parts)


def _table(rows: list[tuple[str, ...]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for first, *others in rows:
        cells = [
            text.rjust(width) for text, width in zip(others, widths[1:], strict=True)
        ]
        yield "  ".join((first.ljust(widths[0]), *cells))


def _numbers(tally: Tally) -> Json:
    return {
        "open": tally.open,
        "unknown": tally.unknown,
        "closed": tally.closed,
        "total": tally.total,
    }


def _namespace(space: NamespaceCount) -> Json:
    return {
        "namespace": space.name,
        "workloads": space.workloads,
        "pods": space.pods,
        "within": _numbers(space.within),
        "leaving": _numbers(space.leaving),
        "entering": _numbers(space.entering),
    }
