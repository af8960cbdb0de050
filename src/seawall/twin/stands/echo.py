"""Stands that tell whom they saw, over TCP, UDP and SCTP.

Over TCP the telling comes as soon as the connection stands, and whatever is sent
afterwards comes back as it was, so that a connection can be held and tried again.
"""

import asyncio
import contextlib
import ipaddress
import socket
import struct
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, cast

from seawall.twin.formats import chunks
from seawall.twin.formats.chunks import Chunk, Packet
from seawall.twin.formats.sighting import Sighting, plain

_IPV6_RECVPKTINFO = 49
_IPV6_PKTINFO = 50
_IP_PKTINFO = 8
_LARGEST = 65_535
_BURST = 64
_HEADER_WORD = 4

Answers = Callable[[bytes, Sighting], bytes | None]
"""Gives what to send back for a datagram; None for nothing."""


class Echo(asyncio.Protocol):
    """One connection to a TCP echo stand."""

    def __init__(self, space: str) -> None:
        self._space = space
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Tell whom we see."""
        self._transport = cast("asyncio.Transport", transport)
        peer = transport.get_extra_info("peername")
        own = transport.get_extra_info("sockname")
        if peer is None or own is None:
            self._transport.abort()
            return
        seen = Sighting(self._space, plain(peer[0]), peer[1], plain(own[0]))
        self._transport.write(seen.encode())

    def data_received(self, data: bytes) -> None:
        """Give back what came."""
        if self._transport is not None:
            self._transport.write(data)


def tell_where_it_was_sent(listener: socket.socket) -> None:
    """Have the kernel tell of each datagram to which address it was sent."""
    if listener.family == socket.AF_INET6:
        listener.setsockopt(socket.IPPROTO_IPV6, _IPV6_RECVPKTINFO, 1)
    else:
        listener.setsockopt(socket.IPPROTO_IP, _IP_PKTINFO, 1)


class _Listening(ABC):
    """Hears datagrams, and answers each from the address that it was sent to."""

    def __init__(self, space: str, listener: socket.socket) -> None:
        self._space = space
        self._listener = listener
        tell_where_it_was_sent(listener)
        asyncio.get_running_loop().add_reader(listener, self._read)

    def close(self) -> None:
        """Stop listening."""
        asyncio.get_running_loop().remove_reader(self._listener)
        self._listener.close()

    def _read(self) -> None:
        for _ in range(_BURST):
            try:
                data, extra, _, peer = self._listener.recvmsg(_LARGEST, 256)
            except OSError:
                return
            self._heard(data, peer, _destination(extra))

    @abstractmethod
    def _heard(self, data: bytes, peer: Any, at: str) -> None:  # noqa: ANN401
        """Take a datagram that *peer* sent to the address *at*."""

    def send(self, answer: bytes, peer: Any, at: str) -> None:  # noqa: ANN401
        """Send *answer* to *peer*, from the address *at*."""
        with contextlib.suppress(OSError):
            self._listener.sendmsg([answer], _from(at), 0, peer)


class Datagrams(_Listening):
    """A UDP stand."""

    def __init__(self, space: str, listener: socket.socket, answers: Answers) -> None:
        super().__init__(space, listener)
        self._answers = answers

    def _heard(self, data: bytes, peer: Any, at: str) -> None:  # noqa: ANN401
        seen = Sighting(self._space, plain(peer[0]), peer[1], at)
        answer = self._answers(data, seen)
        if answer is not None:
            self.send(answer, peer, at)


class Initiations(_Listening):
    """An SCTP stand: acknowledges who begins, aborts who asks for another port.

    A raw socket sees what comes for every port of its space, so one serves them all;
    port 0 among its ports is every port.
    """

    def __init__(self, space: str, listener: socket.socket, ports: set[int]) -> None:
        super().__init__(space, listener)
        self._ports = ports

    def _heard(self, data: bytes, peer: Any, at: str) -> None:  # noqa: ANN401
        if self._listener.family == socket.AF_INET:
            data = data[(data[0] & 0xF) * _HEADER_WORD :]
        asked = chunks.read(data)
        if asked is not None and asked.chunk is Chunk.INIT:
            self.send(self._answer(asked, plain(peer[0]), at).encode(), peer, at)

    def _answer(self, asked: Packet, source: str, at: str) -> Packet:
        ports = (asked.destination, asked.source)
        if not self._ports & {0, asked.destination}:
            return Packet(*ports, asked.own_tag, Chunk.ABORT)
        seen = Sighting(self._space, source, asked.source, at)
        return Packet(*ports, asked.own_tag, Chunk.INIT_ACK, 1, seen.encode())


def _destination(extra: list[tuple[int, int, bytes]]) -> str:
    for level, kind, data in extra:
        if (level, kind) == (socket.IPPROTO_IP, _IP_PKTINFO):
            return socket.inet_ntoa(data[8:12])
        if (level, kind) == (socket.IPPROTO_IPV6, _IPV6_PKTINFO):
            return plain(socket.inet_ntop(socket.AF_INET6, data[:16]))
    return ""


def _from(address: str) -> list[tuple[int, int, bytes]]:
    """Return the message that makes the kernel send from *address*."""
    if not address:
        return []
    packed = ipaddress.ip_address(address).packed
    if len(packed) == struct.calcsize("I"):
        return [(socket.IPPROTO_IP, _IP_PKTINFO, struct.pack("I4s4x", 0, packed))]
    return [(socket.IPPROTO_IPV6, _IPV6_PKTINFO, packed + struct.pack("I", 0))]
