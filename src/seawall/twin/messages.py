"""What the process that keeps a twin is told, and what it answers.

Each message is its length in four bytes and then MessagePack.
"""

import asyncio
import socket
import struct
from typing import TypeVar

import msgspec

from seawall.twin.kernel.filters import Counted
from seawall.twin.kernel.footing import Footing
from seawall.twin.plan import Outcome, Plan, Probe
from seawall.twin.probing.asking import Pace

_LENGTH = struct.Struct("!I")


class Become(msgspec.Struct, tag=True, frozen=True):
    """Be this plan from now on."""

    plan: Plan


class Ask(msgspec.Struct, tag=True, frozen=True):
    """Send these probes."""

    probes: tuple[Probe, ...]
    pace: Pace


class Hold(msgspec.Struct, tag=True, frozen=True):
    """Open these connections and keep them; or try those that are kept."""

    probes: tuple[Probe, ...]
    again: bool


class Count(msgspec.Struct, tag=True, frozen=True):
    """Tell the counters of rules."""


class Enter(msgspec.Struct, tag=True, frozen=True):
    """Hand over what is needed to enter a space."""

    space: str


class Record(msgspec.Struct, tag=True, frozen=True):
    """Write what every device sees into files of this folder; empty: stop."""

    folder: str


class Stay(msgspec.Struct, tag=True, frozen=True):
    """Live on after the one who began; listen at this path."""

    path: str


class End(msgspec.Struct, tag=True, frozen=True):
    """Take the twin down."""


Request = Become | Ask | Hold | Count | Enter | Record | Stay | End


class Done(msgspec.Struct, tag=True, frozen=True):
    """It is done."""


class Standing(msgspec.Struct, tag=True, frozen=True):
    """The process has namespaces of its own."""

    footing: Footing


class Outcomes(msgspec.Struct, tag=True, frozen=True):
    """What came back of probes."""

    outcomes: tuple[Outcome, ...]


class Counters(msgspec.Struct, tag=True, frozen=True):
    """The counters of rules."""

    counted: tuple[Counted, ...]


class Entrance(msgspec.Struct, tag=True, frozen=True):
    """Descriptors follow: the space's network and, if rootless, the user namespace."""

    rootless: bool
    resolver: str


class Hindered(msgspec.Struct, tag=True, frozen=True):
    """It cannot be done, and why."""

    what: str
    why: str
    mend: str


class Broken(msgspec.Struct, tag=True, frozen=True):
    """A fault of the program's own."""

    trace: str


Reply = Done | Standing | Outcomes | Counters | Entrance | Hindered | Broken

M = TypeVar("M")
_REQUESTS: msgspec.msgpack.Decoder[Request] = msgspec.msgpack.Decoder(Request)
_REPLIES: msgspec.msgpack.Decoder[Reply] = msgspec.msgpack.Decoder(Reply)
_ENCODER = msgspec.msgpack.Encoder()


def framed(message: Request | Reply) -> bytes:
    """Return the bytes of a message."""
    body = _ENCODER.encode(message)
    return _LENGTH.pack(len(body)) + body


def receive(channel: socket.socket) -> Reply | None:
    """Wait for a reply; None when the other side is gone."""
    head = _exactly(channel, _LENGTH.size)
    body = _exactly(channel, _LENGTH.unpack(head)[0]) if head else b""
    return _REPLIES.decode(body) if body else None


async def receive_request(channel: socket.socket) -> Request | None:
    """Wait for a request; None when the other side is gone."""
    loop = asyncio.get_running_loop()

    async def exactly(size: int) -> bytes:
        data = b""
        while len(data) < size:
            more = await loop.sock_recv(channel, size - len(data))
            if not more:
                return b""
            data += more
        return data

    head = await exactly(_LENGTH.size)
    body = await exactly(_LENGTH.unpack(head)[0]) if head else b""
    return _REQUESTS.decode(body) if body else None


def _exactly(channel: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        try:
            more = channel.recv(size - len(data))
        except ConnectionResetError:
            return b""
        if not more:
            return b""
        data += more
    return data
