"""The JSON document of reachability, written as it is computed.

A large cluster has a million connections. Each is the join of three fragments that
were rendered once: who sends, who receives, and what passes.
"""

import json
from collections.abc import Iterable, Iterator
from functools import lru_cache

from seawall.engine.policy.rows.row import Term
from seawall.model.address import AddressRange, prefixes_of
from seawall.model.policy import Direction
from seawall.model.workload import Workload
from seawall.query.document import Json, envelope
from seawall.query.reach.policy import ReachResult

SCHEMA = "seawall/reach/v1"

Ranges = tuple[AddressRange, ...]


def reach_json(result: ReachResult) -> Iterator[bytes]:
    """Yield the document `seawall/reach/v1` in pieces, as ASCII.

    One connection stands on each line. Workloads as sources come first, each with its
    workloads and then its addresses as destinations; addresses as sources come last.
    """
    made, edge = result.assumptions, Json({"waysIn": []})
    if result.ways_in:
        from seawall.query.ways_in import assumptions
        from seawall.query.ways_in_json import edge_json

        made, edge = (*made, *assumptions(result.ways_in)), edge_json(result)
    head = json.dumps(
        envelope(SCHEMA, result.snapshot, made) | edge, separators=(",", ":")
    )
    yield head[:-1].encode() + b',"connections":['
    lead = b"\n"
    for lines in _Writer(result).lines():
        yield lead + lines
        lead = b",\n"
    yield b"\n]}\n"


class _Writer:
    """Holds the fragments of one document."""

    def __init__(self, result: ReachResult) -> None:
        self._result = result
        names = [workload_json(item) for item in result.workloads]
        self._from = [b'{"from":' + name + b',"to":' for name in names]
        self._to = names
        self._answers = _Answers(result)
        self._parts: dict[object, list[tuple[bytes, bytes]]] = {}

    def lines(self) -> Iterator[bytes]:
        """Yield the lines of each source together, without a final comma."""
        result = self._result
        destinations = result.destinations()
        wanted, to, text = set(destinations), self._to, self._answers.__getitem__
        everyone = len(destinations) == len(result.workloads)
        for source in result.sources():
            answers = result.answers_from(source)
            chosen = sorted(answers if everyone else answers.keys() & wanted)
            pieces = [to[at] + text(answers[at]) for at in chosen]
            cells = result.outside_from(source, Direction.EGRESS)
            pieces.extend(
                ends + answer for ends, answer in self._outside(cells, Direction.EGRESS)
            )
            if pieces:
                start = self._from[source]
                yield start + (b",\n" + start).join(pieces)
        for destination in destinations:
            cells = result.outside_from(destination, Direction.INGRESS)
            name = b',"to":' + self._to[destination]
            lines = [
                b'{"from":' + ends + name + answer
                for ends, answer in self._outside(cells, Direction.INGRESS)
            ]
            if lines:
                yield b",\n".join(lines)

    def _outside(
        self, cells: tuple[Term, ...], direction: Direction
    ) -> list[tuple[bytes, bytes]]:
        key = (cells, direction)
        found = self._parts.get(key)
        if found is None:
            found = self._parts[key] = [
                (addresses_json(ranges), self._answers[answer])
                for ranges, answer in self._result.address_parts(cells, direction)
            ]
        return found


class _Answers(dict[int, bytes]):
    """The end of a line for each answer, rendered when it is first asked for."""

    def __init__(self, result: ReachResult) -> None:
        super().__init__()
        self._result = result

    def __missing__(self, answer: int) -> bytes:
        allowed, unknown = self._result.services(answer)
        found = self[answer] = (
            f',"allowed":{services_json(allowed)},"unknown":{services_json(unknown)}}}'
        ).encode()
        return found


def ranges_name(ranges: Iterable[AddressRange]) -> str:
    """Return ranges as `first-last`, joined by commas."""
    return ",".join(f"{item.lowest}-{item.highest}" for item in ranges)


def workload_json(workload: Workload) -> bytes:
    """Return a workload as an end of a connection."""
    return json.dumps(
        {
            "kind": "workload",
            "name": workload.label,
            "namespace": workload.namespace,
        },
        separators=(",", ":"),
    ).encode()


@lru_cache(maxsize=4096)
def addresses_json(ranges: Ranges) -> bytes:
    """Return addresses as an end of a connection."""
    prefixes = [
        text if "/" in text else f"{text}/{32 if item.version == 4 else 128}"  # noqa: PLR2004
        for item in prefixes_of(ranges)
        for text in (str(item),)
    ]
    return json.dumps(
        {"kind": "addresses", "name": ranges_name(ranges), "ranges": prefixes},
        separators=(",", ":"),
    ).encode()


def services_json(pairs: Iterable[tuple[str, str]]) -> str:
    """Return pairs of protocol name and ports as the contract has them."""
    return json.dumps(
        [{"protocol": name, "ports": ports} for name, ports in pairs],
        separators=(",", ":"),
    )
