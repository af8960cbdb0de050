"""The first two packets of SCTP, written by hand for kernels without it.

Source: RFC 9260 sections 3.1, 3.3.2 to 3.3.4, 3.3.7 and appendix A.
"""

import struct
from dataclasses import dataclass
from enum import IntEnum

PROTOCOL = 132
_POLYNOMIAL = 0x82F63B78
_COOKIE = 7
_COMMON = struct.Struct("!HHII")
_CHUNK = struct.Struct("!BBH")
_INIT = struct.Struct("!IIHHI")


class Chunk(IntEnum):
    """Types of chunks that a twin knows."""

    INIT = 1
    INIT_ACK = 2
    ABORT = 6


@dataclass(frozen=True, slots=True)
class Packet:
    """An SCTP packet with one chunk.

    Attributes:
        source: Source port.
        destination: Destination port.
        tag: Verification tag: whose association it belongs to.
        chunk: Type of the chunk.
        own_tag: In INIT and INIT ACK: the tag that the sender wants to be called by.
        cookie: In INIT ACK: what the sender gives the other to carry.
    """

    source: int
    destination: int
    tag: int
    chunk: Chunk
    own_tag: int = 0
    cookie: bytes = b""

    def encode(self) -> bytes:
        """Return the packet's bytes, with its checksum."""
        value = b""
        if self.chunk is not Chunk.ABORT:
            value = _INIT.pack(self.own_tag, 65_535, 1, 1, self.own_tag)
        if self.cookie:
            value += struct.pack("!HH", _COOKIE, 4 + len(self.cookie)) + self.cookie
        body = _CHUNK.pack(self.chunk, 0, _CHUNK.size + len(value)) + value
        body += b"\0" * (-len(body) % 4)
        head = _COMMON.pack(self.source, self.destination, self.tag, 0)
        checksum = _crc32c(head + body)
        return head[:8] + struct.pack("<I", checksum) + body


def read(data: bytes) -> Packet | None:
    """Read a packet; None when its first chunk is none that a twin knows."""
    try:
        source, destination, tag, _ = _COMMON.unpack_from(data)
        kind, _, size = _CHUNK.unpack_from(data, _COMMON.size)
        at = _COMMON.size + _CHUNK.size
        end = min(len(data), _COMMON.size + size)
        if kind == Chunk.ABORT:
            return Packet(source, destination, tag, Chunk.ABORT)
        if kind not in {Chunk.INIT, Chunk.INIT_ACK}:
            return None
        own_tag = _INIT.unpack_from(data, at)[0]
        at += _INIT.size
        cookie = b""
        while at + 4 <= end:
            parameter, length = struct.unpack_from("!HH", data, at)
            if parameter == _COOKIE:
                cookie = data[at + 4 : at + length]
            at += max(4, (length + 3) & ~3)
    except struct.error:
        return None
    return Packet(source, destination, tag, Chunk(kind), own_tag, cookie)


def _table() -> tuple[int, ...]:
    made = []
    for byte in range(256):
        value = byte
        for _ in range(8):
            value = value >> 1 ^ (_POLYNOMIAL if value & 1 else 0)
        made.append(value)
    return tuple(made)


_TABLE = _table()


def _crc32c(data: bytes) -> int:
    value = 0xFFFFFFFF
    for byte in data:
        value = _TABLE[(value ^ byte) & 0xFF] ^ value >> 8
    return value ^ 0xFFFFFFFF
