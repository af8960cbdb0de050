"""Exposure on a terminal: for each workload, who may come and whom it may call."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

from seawall.app.cli.write import write_text
from seawall.model.policy import Direction
from seawall.query.exposure.answer import Exposed
from seawall.query.exposure.reader import Exposure, Services
from seawall.query.reach.text import services_text

MOST = 200
"""Workloads in full; more are counted and left to the JSON."""

_HEADINGS = {Direction.INGRESS: "from", Direction.EGRESS: "to  "}


def exposure_table(found: Iterable[Exposed], file: Path | None) -> None:
    """Print exposures for people, or write them to *file*."""
    write_text("\n".join(_lines(found)), file)


def _lines(found: Iterable[Exposed]) -> Iterator[str]:
    yield "What pods that do not exist yet may exchange with these workloads."
    count = 0
    for label, items in groupby(found, key=lambda item: item.workload.label):
        count += 1
        if count > MOST:
            continue
        yield ""
        yield label
        for item in items:
            yield from _direction(item)
    if not count:
        yield "No workload with its own network is in what was asked."
    if count > MOST:
        yield ""
        yield f"{count - MOST} more workloads: read them all with -o json"


def _direction(item: Exposed) -> Iterator[str]:
    heading = _HEADINGS[item.direction]
    note = "" if item.isolated else "   (no policy holds it)"
    if item.why:
        yield f"  {heading}  unknown: {item.why}"
    elif not item.found:
        yield f"  {heading}  none"
    for one in item.found:
        yield f"  {heading}  {one.peers.text}: {_what(one)}{note}"


def _what(item: Exposure) -> str:
    texts = []
    allowed = _services(item.allowed, item.named)
    if allowed:
        texts.append(f"allowed {allowed}")
    unknown = _services(item.unknown, item.perhaps_named)
    if unknown:
        texts.append(f"unknown {unknown}")
    return "; ".join(texts)


def _services(numbered: Services, named: Services) -> str:
    texts = [services_text(numbered)] if numbered else []
    texts.extend(f"{protocol} `{name}`" for protocol, name in named)
    return "; ".join(texts)
