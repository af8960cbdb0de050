"""Connections as flat rows and as a graph, for people and spreadsheets."""

import csv
import io
from collections.abc import Iterable, Iterator
from functools import lru_cache, partial
from itertools import islice
from typing import TYPE_CHECKING

from seawall.model.address import AddressRange, prefixes_of, without
from seawall.model.trace import Verdict
from seawall.model.workload import Workload
from seawall.query.reach.policy import Connection, End

if TYPE_CHECKING:  # an input without ways in needs none of that: decision 0007
    from seawall.query.ways_in import Arrival

HEADINGS = ("from", "to", "allowed", "unknown")
FEW_RANGES = 3
EVERY_RANGE = 1 << 32
MOST_KEPT = 4096
LINES_AT_ONCE = 1024


def rows(
    connections: Iterable[Connection], few: int = FEW_RANGES
) -> Iterator[tuple[str, str, str, str]]:
    """Yield each connection as texts: from, to, allowed, unknown.

    More than *few* address ranges at an end are counted.
    """
    # A large cluster has a million rows, and some thousand ends and services.
    services = lru_cache(maxsize=MOST_KEPT)(services_text)
    addresses = lru_cache(maxsize=MOST_KEPT)(partial(end_text, few=few))
    for item in connections:
        source, target = (
            end.label if isinstance(end, Workload) else addresses(end)
            for end in (item.source, item.destination)
        )
        yield (
            source + (f" via {item.via}" if item.via else ""),
            target,
            services((*item.allowed, *_numbered(item, 0))),
            services((*item.unknown, *_numbered(item, 1))),
        )


def edge_rows(arrivals: "Iterable[Arrival]") -> Iterator[tuple[str, str, str, str]]:
    """Yield what proxies at the edge hand on, as rows like those of connections."""
    for item in arrivals:
        if item.verdict is not Verdict.DENIED:
            port = f"{item.way.protocol.name} {item.port or 'not known'}"
            sure = item.verdict is Verdict.ALLOWED
            source = f"{item.way.proxy.name} for {item.way.label}"
            yield source, item.target_text, port if sure else "", "" if sure else port


def end_text(end: End, few: int = FEW_RANGES) -> str:
    """Return an end in words; more than *few* address ranges are counted."""
    if isinstance(end, Workload):
        return end.label
    whole = AddressRange.everything(4)
    rest = [item for item in end if item.version != whole.version]
    count = sum(each.last - each.first for each in end if each not in rest)
    if count > whole.last // 2:
        holes = _prefixes(without((whole,), end), few)
        most = f"any IPv4 address except {holes}" if holes else "any IPv4 address"
        return ", ".join(filter(None, (most, _prefixes(rest, few))))
    return _prefixes(end, few)


def _prefixes(ranges: Iterable[AddressRange], few: int) -> str:
    texts = [str(item) for item in prefixes_of(ranges)]
    if len(texts) <= few:
        return ", ".join(texts)
    return f"{', '.join(texts[:few])} and {len(texts) - few} more ranges"


def services_text(services: Iterable[tuple[str, str]]) -> str:
    """Return services such as `TCP 80,443; UDP 53`; empty for none."""
    texts = []
    for protocol, ports in services:
        if protocol == "any":
            texts.append("everything")
        elif ports == "0-65535":
            texts.append(f"{protocol} all" if protocol != "ICMP" else "ICMP")
        else:
            texts.append(f"{protocol} {ports}")
    return "; ".join(texts)


def _numbered(item: Connection, part: int) -> list[tuple[str, str]]:
    """Return the protocols without a name, as they are written among the others."""
    if item.others is None or not item.others[part]:
        return []
    return [("protocol", item.others[part])]


def as_csv(connections: Iterable[Connection]) -> Iterator[bytes]:
    """Yield the rows as CSV with a heading; every address range is written out."""
    yield _lines([HEADINGS])
    found = rows(connections, EVERY_RANGE)
    while some := list(islice(found, LINES_AT_ONCE)):
        yield _lines(some)


def as_markdown(connections: Iterable[Connection]) -> Iterator[bytes]:
    """Yield the rows as a Markdown table."""
    yield ("| " + " | ".join(HEADINGS) + " |\n|---|---|---|---|\n").encode()
    for row in rows(connections):
        cells = (" ".join(cell.split()).replace("|", "\\|") or "-" for cell in row)
        yield _bytes("| " + " | ".join(cells) + " |\n")


def as_dot(connections: Iterable[Connection]) -> Iterator[bytes]:
    """Yield a Graphviz graph: solid edges are allowed, dashed ones unknown."""
    yield b"digraph reach {\n  rankdir=LR;\n"
    yield b'  node [shape=box, fontname="sans-serif"];\n'
    drawn: set[str] = set()
    for item in connections:
        short = next(rows([item]))
        source, target, allowed, unknown = next(rows([item], EVERY_RANGE))
        # Ends that differ in a range that is not shown are still two nodes.
        for node, label in ((source, short[0]), (target, short[1])):
            if node != label and node not in drawn:
                yield _bytes(f"  {_quoted(node)} [label={_quoted(label)}];\n")
            drawn.add(node)
        for label, style in ((allowed, "solid"), (unknown, "dashed")):
            if label:
                yield _bytes(
                    f"  {_quoted(source)} -> {_quoted(target)} "
                    f"[label={_quoted(label)}, style={style}];\n"
                )
    yield b"}\n"


def _lines(rows_: Iterable[Iterable[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows_)
    return _bytes(out.getvalue())


def _bytes(text: str) -> bytes:
    """Return UTF-8; what is no character becomes its escape."""
    return text.encode("utf-8", "backslashreplace")


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
