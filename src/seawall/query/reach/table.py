"""All pairs at port level as one compact file: its layout, and how it is written.

The file does not hold pairs. It holds what decides about them, once for each set of
pods that policies cannot tell apart: what each may send, and what each takes. An answer
is what both grant. `docs/reach-table.md` describes the layout, `reach_table_file` reads
it.
"""

from __future__ import annotations

import json
import struct
import sys
import zlib
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from seawall.engine.policy import PolicyTable
from seawall.engine.policy.ends.services import Atom
from seawall.engine.policy.rows.bits import indices
from seawall.engine.policy.rows.row import Row, Term
from seawall.model.policy import Direction
from seawall.query.document import Json, envelope
from seawall.query.reach.policy import ReachResult

SCHEMA = "seawall/reach-table/v1"
MAGIC = b"seawall\x01"
NO_ROW = 0xFFFFFFFF
LIST, BITMAP = b"\x00", b"\x01"
SECTIONS = (
    "answers",
    "setEnds",
    "sets",
    "rowEnds",
    "cells",
    "unitFamilies",
    "unitRows",
    "unitEnds",
    "workloadUnits",
    "workloadRows",
)


def reach_table(result: ReachResult) -> Iterator[bytes]:
    """Yield the file `seawall/reach-table/v1` in pieces.

    It holds every workload, every service and every address; *result* must not be
    narrowed.

    Complexity: cells of distinct rows, plus workloads; and the pairs of a workload on
    the host network with one that policies hold. Other pairs are not looked at.
    """
    body = _Body(result.table)
    table = result.table
    units = table.index.units.units
    width = table.index.columns.first_class
    for unit in range(len(units)):
        for direction in (Direction.EGRESS, Direction.INGRESS):
            body.unit_rows.append(body.part(table.row(unit, direction), width))
    for at, number in enumerate(result.numbers):
        body.workload_units.extend(result.units[at])
        body.unit_ends.append(len(body.workload_units))
        for direction in (Direction.EGRESS, Direction.INGRESS):
            body.workload_rows.append(body.row(table.cells(number, direction)))
        body.workload_rows.append(body.row(_exceptions(result, number), none=NO_ROW))
    families = bytes(
        sum(1 << (family == 6) for family in unit.families)  # noqa: PLR2004
        for unit in units
    )
    parts = body.sections(families)
    head = _head(result, [len(part) for part in parts])
    text = json.dumps(head, separators=(",", ":")).encode("utf-8", "backslashreplace")
    yield MAGIC + struct.pack("<I", len(text)) + text
    yield zlib.compress(b"".join(parts), 1)


def _exceptions(result: ReachResult, number: int) -> list[Term]:
    """Return the answers for workloads that may share a node, as cells over these."""
    cells: dict[int, int] = {}
    for other, answer in result.table.near_answers(number).items():
        at = result.positions.get(other)
        if at is not None:
            cells[answer] = cells.get(answer, 0) | 1 << at
    return list(cells.items())


def _head(result: ReachResult, lengths: list[int]) -> Json:
    table = result.table
    return {
        **envelope(SCHEMA, result.snapshot, result.assumptions),
        "services": [_atom(item) for item in table.services.atoms],
        "families": list(table.index.columns.families),
        "workloads": [item.label for item in result.workloads],
        "namespaces": [item.namespace for item in result.workloads],
        "pods": [len(item.pods) for item in result.workloads],
        "addresses": [
            [[item.version, str(first), str(last)] for first, last in item.intervals]
            for item in table.index.addresses.classes
        ],
        "sections": dict(zip(SECTIONS, lengths, strict=True)),
    }


def _atom(item: Atom) -> Json:
    return {"protocol": item.protocol, "ports": [list(each) for each in item.ports]}


@dataclass(slots=True)
class _Body:
    """The sections in the making; whatever is equal is stored once."""

    table: PolicyTable
    answers: dict[int, int] = field(default_factory=dict)
    sets: dict[int, int] = field(default_factory=dict)
    rows: dict[tuple[Term, ...], int] = field(default_factory=dict)
    of_row: dict[int, int] = field(default_factory=dict)
    cells: array[int] = field(default_factory=lambda: array("I"))
    row_ends: array[int] = field(default_factory=lambda: array("I"))
    unit_rows: array[int] = field(default_factory=lambda: array("I"))
    unit_ends: array[int] = field(default_factory=lambda: array("I"))
    workload_units: array[int] = field(default_factory=lambda: array("I"))
    workload_rows: array[int] = field(default_factory=lambda: array("I"))

    def part(self, row: Row, width: int) -> int:
        """Return the number of the part of a row that is about units."""
        found = self.of_row.get(id(row))
        if found is None:
            found = self.of_row[id(row)] = self.row(row.part(0, width))
        return found

    def row(self, terms: Iterable[Term], *, none: int | None = None) -> int:
        """Return the number of a row; *none* for one without cells."""
        cells = tuple(sorted(terms))
        if not cells and none is not None:
            return none
        found = self.rows.get(cells)
        if found is None:
            found = self.rows[cells] = len(self.rows)
            for answer, members in cells:
                self.cells.append(self.answers.setdefault(answer, len(self.answers)))
                self.cells.append(self.sets.setdefault(members, len(self.sets)))
            self.row_ends.append(len(self.cells) // 2)
        return found

    def sections(self, families: bytes) -> list[bytes]:
        """Return the sections in the order of `SECTIONS`."""
        size = answer_size(self.table.services.width)
        answers = b"".join(answer.to_bytes(size, "little") for answer in self.answers)
        ends, texts, end = array("I"), [], 0
        for members in self.sets:
            text = _set(members)
            texts.append(text)
            end += len(text)
            ends.append(end)
        return [
            answers,
            numbers(ends),
            b"".join(texts),
            numbers(self.row_ends),
            numbers(self.cells),
            families,
            *map(numbers, (self.unit_rows, self.unit_ends)),
            *map(numbers, (self.workload_units, self.workload_rows)),
        ]


def answer_size(width: int) -> int:
    """Return how many bytes an answer over so many services has."""
    return (2 * width + 7) // 8


def _set(members: int) -> bytes:
    size = (members.bit_length() + 7) // 8
    if 4 * members.bit_count() < size:
        return LIST + numbers(array("I", indices(members)))
    return BITMAP + members.to_bytes(size, "little")


def numbers(values: array[int]) -> bytes:
    """Return numbers of four bytes each, lowest byte first."""
    if sys.byteorder == "big":
        values = array("I", values)
        values.byteswap()
    return values.tobytes()
