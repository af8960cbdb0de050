"""The JSON document of reachability through all layers, written as it is computed."""

import json
from collections.abc import Iterator

from seawall.query.document import envelope
from seawall.query.reach.cells import Words
from seawall.query.reach.every_layer import ReachAll
from seawall.query.reach.policy_json import (
    SCHEMA,
    addresses_json,
    services_json,
    workload_json,
)
from seawall.query.ways_in import assumptions as edge_assumptions
from seawall.query.ways_in_json import edge_json


def reach_all_json(result: ReachAll) -> Iterator[bytes]:
    """Yield the document `seawall/reach/v1` in pieces, as ASCII.

    The order is that of the policy layer. A connection through a door has a field
    `via`; `otherProtocols` stands where `ICMP` does not speak for the protocols that
    have neither ports nor a name.
    """
    made = (*result.assumptions, *edge_assumptions(result.ways_in))
    head = json.dumps(
        envelope(SCHEMA, result.snapshot, made) | edge_json(result),
        separators=(",", ":"),
    )
    yield head[:-1].encode() + b',"connections":['
    lead = b"\n"
    for lines in _lines(result):
        yield lead + b",\n".join(lines)
        lead = b",\n"
    yield b"\n]}\n"


def _lines(result: ReachAll) -> Iterator[list[bytes]]:
    """Yield the lines of each source together, then those of each destination."""
    names = [workload_json(item) for item in result.workloads]
    ends: dict[Words, bytes] = {}
    destinations = result.destinations()
    for source in result.sources():
        start = b'{"from":' + names[source] + b',"to":'
        lines = [
            start + names[at] + _end(found, ends)
            for at, found in result.between(source, destinations)
        ]
        lines += [
            start + addresses_json(row.ranges) + _end(row.words, ends)
            for row in result.outward(source)
        ]
        if lines:
            yield lines
    for at in destinations:
        name = b',"to":' + names[at]
        lines = [
            b'{"from":'
            + addresses_json(row.ranges)
            + name
            + _with_door(_end(row.words, ends), row.via)
            for row in result.inward(at)
        ]
        if lines:
            yield lines


def _end(found: Words, known: dict[Words, bytes]) -> bytes:
    text = known.get(found)
    if text is None:
        text = known[found] = _services(found)
    return text


def _services(found: Words) -> bytes:
    text = (
        f',"allowed":{services_json(found.allowed)}'
        f',"unknown":{services_json(found.unknown)}'
    )
    if found.others is not None:
        allowed, unknown = found.others
        others = {"allowed": allowed, "unknown": unknown}
        text += f',"otherProtocols":{json.dumps(others, separators=(",", ":"))}'
    return (text + "}").encode()


def _with_door(end: bytes, via: str) -> bytes:
    return end[:-1] + f',"via":{json.dumps(via)}}}'.encode() if via else end
