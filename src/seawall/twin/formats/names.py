"""Questions and answers of DNS: what a twin's stands and probes need of it, no more.

Source: RFC 1035 sections 4.1 and 4.2, RFC 3596 for AAAA.
"""

import ipaddress
import struct
from dataclasses import dataclass
from enum import IntEnum

_HEADER = struct.Struct("!HHHHHH")
_POINTER = 0xC0
_JUMPS = 64
_RESPONSE = 0x8000
_ASKS_ON = 0x0100
_CAN_ASK_ON = 0x0080
_CODE = 0x000F
_INTERNET = 1
_LASTS_S = 5
_AT_QUESTION = 0xC00C


class Kind(IntEnum):
    """Types of records that stands know."""

    A = 1
    CNAME = 5
    AAAA = 28


class Code(IntEnum):
    """Response codes."""

    NOERROR = 0
    FORMERR = 1
    SERVFAIL = 2
    NXDOMAIN = 3
    REFUSED = 5


@dataclass(frozen=True, slots=True)
class Question:
    """Who is asked for what.

    Attributes:
        number: Chosen by who asks, repeated in the answer.
        name: Lower case, without the final dot.
        kind: Number of the record type.
    """

    number: int
    name: str
    kind: int


@dataclass(frozen=True, slots=True)
class Record:
    """One record of an answer; *value* is an address or a name."""

    name: str
    kind: Kind
    value: str


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer as it was read."""

    number: int
    code: int
    records: tuple[Record, ...]

    def addresses(self) -> tuple[str, ...]:
        """Return the addresses in it, sorted."""
        found = {r.value for r in self.records if r.kind is not Kind.CNAME}
        return tuple(sorted(found))


def ask(question: Question) -> bytes:
    """Write a question, for a server that may ask others."""
    head = _HEADER.pack(question.number, _ASKS_ON, 1, 0, 0, 0)
    return head + _name(question.name) + struct.pack("!HH", question.kind, _INTERNET)


def read_question(message: bytes) -> Question | None:
    """Read the first question of *message*; None when it holds none."""
    try:
        number, flags, count, *_ = _HEADER.unpack_from(message)
        if flags & _RESPONSE or count < 1:
            return None
        name, at = _read_name(message, _HEADER.size)
        (kind,) = struct.unpack_from("!H", message, at)
    except (struct.error, IndexError, ValueError):
        return None
    return Question(number, name, kind)


def answer(question: Question, code: Code, records: tuple[Record, ...]) -> bytes:
    """Write the answer to *question*."""
    flags = _RESPONSE | _ASKS_ON | _CAN_ASK_ON | code
    head = _HEADER.pack(question.number, flags, 1, len(records), 0, 0)
    asked = _name(question.name) + struct.pack("!HH", question.kind, _INTERNET)
    return head + asked + b"".join(_record(one, question) for one in records)


def read_reply(message: bytes) -> Reply | None:
    """Read an answer; None when it is none."""
    try:
        number, flags, questions, answers, *_ = _HEADER.unpack_from(message)
        if not flags & _RESPONSE:
            return None
        at = _HEADER.size
        for _ in range(questions):
            _, at = _read_name(message, at)
            at += 4
        found = []
        for _ in range(answers):
            name, at = _read_name(message, at)
            kind, _, _, size = struct.unpack_from("!HHIH", message, at)
            at += 10
            if kind in {Kind.A, Kind.AAAA}:
                value = str(ipaddress.ip_address(message[at : at + size]))
                found.append(Record(name, Kind(kind), value))
            elif kind == Kind.CNAME:
                found.append(Record(name, Kind.CNAME, _read_name(message, at)[0]))
            at += size
    except (struct.error, IndexError, ValueError):
        return None
    return Reply(number, flags & _CODE, tuple(found))


def _name(name: str) -> bytes:
    labels = [label.encode("idna") for label in name.split(".") if label]
    return b"".join(bytes([len(label)]) + label for label in labels) + b"\0"


def _read_name(message: bytes, at: int) -> tuple[str, int]:
    labels: list[str] = []
    end = 0
    for _ in range(_JUMPS):
        size = message[at]
        if size == 0:
            return ".".join(labels).lower(), end or at + 1
        if size & _POINTER == _POINTER:
            end = end or at + 2
            at = (size & ~_POINTER) << 8 | message[at + 1]
            continue
        labels.append(message[at + 1 : at + 1 + size].decode("ascii"))
        at += 1 + size
    raise ValueError(labels)


def _record(record: Record, question: Question) -> bytes:
    if record.kind is Kind.CNAME:
        value = _name(record.value)
    else:
        value = ipaddress.ip_address(record.value).packed
    same = record.name == question.name
    owner = struct.pack("!H", _AT_QUESTION) if same else _name(record.name)
    head = struct.pack("!HHIH", record.kind, _INTERNET, _LASTS_S, len(value))
    return owner + head + value
