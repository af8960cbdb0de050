"""Reads what `reach_table` wrote, and answers from it without the input."""

from __future__ import annotations

import json
import struct
import sys
import zlib
from array import array
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from seawall.engine.policy.answers.answer import ServiceMask
from seawall.engine.policy.compile.agreement import agreed
from seawall.engine.policy.ends.services import Atom, Services
from seawall.engine.policy.rows.row import Term
from seawall.model.address import AddressRange
from seawall.model.packet import Protocol
from seawall.model.policy import Direction
from seawall.query.reach.table import (
    BITMAP,
    MAGIC,
    NO_ROW,
    SCHEMA,
    SECTIONS,
    answer_size,
)

_PROTOCOLS = frozenset(int(each) for each in Protocol)
DIRECTIONS = (Direction.EGRESS, Direction.INGRESS)


class NotATableError(ValueError):
    """A file is not what `seawall reach -o binary` writes, or not whole."""


class ReachTableFile:
    """All pairs of one snapshot under its network policies.

    Attributes:
        head: What the file says of itself: tool, inputs, assumptions, diagnostics.
        workloads: The labels of the workloads, such as `shop/web[Deployment]`.
        services: The services that are told apart, and masks over them.
    """

    def __init__(self, content: bytes) -> None:
        """Take a whole file.

        Raises:
            NotATableError: It is none of these, or of a later version.

        Complexity: linear in the file; what is asked for is decoded when it is asked.
        """
        self.head, sections = _opened(content)
        self.workloads: tuple[str, ...] = tuple(self.head["workloads"])
        self.services = Services((), atoms=map(_atom, self.head["services"]))
        self._families: tuple[int, ...] = tuple(self.head["families"])
        self._answers = sections["answers"]
        self._set_texts = sections["sets"]
        self._unit_families = sections["unitFamilies"]
        self._set_ends = _numbers(sections["setEnds"])
        self._row_ends = _numbers(sections["rowEnds"])
        self._cells = _numbers(sections["cells"])
        self._unit_rows = _numbers(sections["unitRows"])
        self._unit_ends = _numbers(sections["unitEnds"])
        self._workload_units = _numbers(sections["workloadUnits"])
        self._workload_rows = _numbers(sections["workloadRows"])
        self._rows: dict[int, list[Term]] = {}
        self._sets: dict[int, int] = {}

    @classmethod
    def read(cls, path: Path) -> ReachTableFile:
        """Read a file.

        Raises:
            NotATableError: It is no such file.
            OSError: It cannot be read.
        """
        return cls(path.read_bytes())

    def between(self, source: int, destination: int) -> ServiceMask:
        """Return what one workload may send to another, both named by position.

        Of a workload to itself: to its other pods.

        Complexity: the units of both, times the cells of their rows.
        """
        exceptions = self._workload_rows[3 * source + 2]
        answer = None
        if exceptions != NO_ROW:
            answer = _at(self._row(exceptions), destination)
        if answer is None:
            answer = agreed(
                self.services,
                (
                    self._pair(here, there)
                    for here in self._units(source)
                    for there in self._units(destination)
                ),
            )
        return ServiceMask(self.services.sure(answer), self.services.possible(answer))

    def row(self, source: int) -> Iterator[tuple[int, ServiceMask]]:
        """Yield the workloads to which one may send anything, and what."""
        for destination in range(len(self.workloads)):
            if destination != source:
                mask = self.between(source, destination)
                if mask.possible:
                    yield destination, mask

    def outside(
        self, workload: int, direction: Direction
    ) -> Iterator[tuple[tuple[AddressRange, ...], ServiceMask]]:
        """Yield the addresses with which a workload may exchange anything, and what.

        Args:
            workload: Its position.
            direction: EGRESS for what it may send, INGRESS for what may come.
        """
        row = self._workload_rows[3 * workload + DIRECTIONS.index(direction)]
        for answer, classes in self._row(row):
            ranges = tuple(
                AddressRange(version, int(first), int(last))
                for at, intervals in enumerate(self.head["addresses"])
                if classes >> at & 1
                for version, first, last in intervals
            )
            services = self.services
            yield ranges, ServiceMask(services.sure(answer), services.possible(answer))

    def _pair(self, source: int, destination: int) -> int:
        out = self._row(self._unit_rows[2 * source])
        back = self._row(self._unit_rows[2 * destination + 1])
        shared = self._unit_families[source] & self._unit_families[destination]
        count = len(self._unit_families)
        answer = 0
        for at, family in enumerate(self._families):
            if shared >> (family == 6) & 1:  # noqa: PLR2004
                sent = _at(out, at * count + destination)
                taken = _at(back, at * count + source)
                answer |= (sent or 0) & (taken or 0)
        return answer

    def _units(self, workload: int) -> Sequence[int]:
        first = self._unit_ends[workload - 1] if workload else 0
        return self._workload_units[first : self._unit_ends[workload]]

    def _row(self, number: int) -> list[Term]:
        found = self._rows.get(number)
        if found is None:
            first = self._row_ends[number - 1] if number else 0
            cells = self._cells[2 * first : 2 * self._row_ends[number]]
            size = answer_size(self.services.width)
            found = self._rows[number] = [
                (
                    int.from_bytes(
                        self._answers[at * size : (at + 1) * size], "little"
                    ),
                    self._set(members),
                )
                for at, members in zip(cells[::2], cells[1::2], strict=True)
            ]
        return found

    def _set(self, number: int) -> int:
        found = self._sets.get(number)
        if found is None:
            first = self._set_ends[number - 1] if number else 0
            text = self._set_texts[first : self._set_ends[number]]
            if text[:1] == BITMAP:
                found = int.from_bytes(text[1:], "little")
            else:
                found = sum(1 << at for at in _numbers(text[1:]))
            self._sets[number] = found
        return found


def _atom(item: Mapping[str, Any]) -> Atom:
    protocol = item["protocol"]
    if protocol in _PROTOCOLS:
        protocol = Protocol(protocol)
    return Atom(protocol, tuple((first, last) for first, last in item["ports"]))


def _at(cells: Sequence[Term], column: int) -> int | None:
    for answer, members in cells:
        if members >> column & 1:
            return answer
    return None


def _opened(content: bytes) -> tuple[Mapping[str, Any], dict[str, bytes]]:
    start = len(MAGIC) + 4
    if content[: len(MAGIC)] != MAGIC or len(content) < start:
        raise NotATableError("it does not begin as `seawall reach -o binary` does")
    (size,) = struct.unpack("<I", content[len(MAGIC) : start])
    try:
        head = json.loads(content[start : start + size])
        body = zlib.decompress(content[start + size :])
        lengths = [head["sections"][name] for name in SECTIONS]
        schema = head["schemaVersion"]
    except (ValueError, KeyError, TypeError, zlib.error) as error:
        raise NotATableError("it is cut off or was changed") from error
    if schema != SCHEMA:
        raise NotATableError(f"it follows `{schema}`, and `{SCHEMA}` is read")
    if sum(lengths) != len(body):
        raise NotATableError("its parts are not as long as it says")
    sections, first = {}, 0
    for name, length in zip(SECTIONS, lengths, strict=True):
        sections[name] = body[first : first + length]
        first += length
    return head, sections


def _numbers(text: bytes) -> array[int]:
    found = array("I", text)
    if sys.byteorder == "big":
        found.byteswap()
    return found
