"""One try of one probe: what is sent, and what counts as an answer.

Each try ends by an answer, or raises: `OSError` for what the socket says, `Hindered`
for an ICMP error or a refusal within the protocol, `TimeoutError` for silence.
"""

import asyncio
import contextlib
import itertools
import secrets
import socket
import ssl
import struct
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from functools import cache

from seawall.twin.formats import chunks, names, sighting
from seawall.twin.formats.chunks import Chunk, Packet
from seawall.twin.formats.names import Code, Kind, Question
from seawall.twin.formats.sighting import Sighting
from seawall.twin.kernel.namespaces import Namespaces
from seawall.twin.plan import Probe, ProbeKind, Result
from seawall.twin.probing.errors import Hindrance, ask_for_errors, told
from seawall.twin.stands.certificates import client_context

_LARGEST = 65_535
_ICMPV6 = 58
_ECHO = {socket.AF_INET: 8, socket.AF_INET6: 128}
_ECHOED = {0, 129}
_DENIED_STATUS = frozenset({470, 502})
_NOT_TLS = "WRONG_VERSION_NUMBER"
_HEADER_WORD = 4
_PORTS = itertools.cycle(range(32_768, 60_999))
_HOLD_NOTHING = struct.pack("ii", 1, 0)


@dataclass(frozen=True, slots=True)
class Answered:
    """What the far end said."""

    seen: Sighting | None = None
    addresses: tuple[str, ...] = ()
    detail: str = ""


class Hindered(Exception):  # noqa: N818
    """Somebody said no."""

    def __init__(self, hindrance: Hindrance) -> None:
        super().__init__(hindrance.detail)
        self.hindrance = hindrance


def family_of(address: str) -> socket.AddressFamily:
    """Return the family of an address."""
    return socket.AF_INET6 if ":" in address else socket.AF_INET


@contextlib.contextmanager
def open_socket(
    spaces: Namespaces, probe: Probe, kind: int, protocol: int = 0
) -> Iterator[socket.socket]:
    """Give a socket of the probe's space, bound as the probe says."""
    family = family_of(probe.destination)
    asker = spaces.socket(probe.space, family, kind, protocol)
    try:
        ask_for_errors(asker)
        if kind == socket.SOCK_STREAM:
            # What is over is forgotten at once, here and in tables of connections.
            asker.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _HOLD_NOTHING)
        port = 0 if kind == socket.SOCK_RAW else probe.source_port
        if kind == socket.SOCK_DGRAM and not protocol and not port:
            # Who answered a datagram is let through for a while, whatever the rules
            # have become: so none goes out twice from one port in that time.
            port = next(_PORTS)
        if probe.source or port:
            asker.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            # An empty address is any of the space's own.
            asker.bind((probe.source, port))
        yield asker
    finally:
        asker.close()


async def _connected(asker: socket.socket, probe: Probe) -> None:
    try:
        if asker.type == socket.SOCK_STREAM:
            await asyncio.get_running_loop().sock_connect(
                asker, (probe.destination, probe.port)
            )
        else:
            # Nothing is sent and nothing waited for.
            asker.connect((probe.destination, probe.port))
    except OSError as cause:
        hindrance = told(asker)
        if hindrance is not None:
            raise Hindered(hindrance) from cause
        raise


async def _received(asker: socket.socket) -> bytes:
    """Return the next thing that comes, or raise what somebody said instead."""
    try:
        return await asyncio.get_running_loop().sock_recv(asker, _LARGEST)
    except OSError as cause:
        hindrance = told(asker)
        if hindrance is not None:
            raise Hindered(hindrance) from cause
        raise


async def tcp(spaces: Namespaces, probe: Probe) -> Answered:
    """Connect, and wait for what the stand tells."""
    with open_socket(spaces, probe, socket.SOCK_STREAM) as asker:
        await _connected(asker, probe)
        line = b""
        while not line.endswith(b"\n"):
            more = await _received(asker)
            if not more:
                raise Hindered(
                    Hindrance(Result.REFUSED, "connection taken and closed at once")
                )
            line += more
        return Answered(sighting.decode(line))


async def udp(spaces: Namespaces, probe: Probe) -> Answered:
    """Send a datagram, and wait for one."""
    with open_socket(spaces, probe, socket.SOCK_DGRAM) as asker:
        await _connected(asker, probe)
        await asyncio.get_running_loop().sock_sendall(asker, b"seawall\n")
        return Answered(sighting.decode(await _received(asker)))


async def icmp(spaces: Namespaces, probe: Probe) -> Answered:
    """Send an echo request; the kernel of whoever is asked answers it."""
    family = family_of(probe.destination)
    protocol = _ICMPV6 if family == socket.AF_INET6 else socket.IPPROTO_ICMP
    with open_socket(spaces, probe, socket.SOCK_DGRAM, protocol) as asker:
        await _connected(asker, probe)
        request = struct.pack("!BBHHH", _ECHO[family], 0, 0, 0, 1) + b"seawall"
        await asyncio.get_running_loop().sock_sendall(asker, request)
        while True:
            answer = await _received(asker)
            if answer and answer[0] in _ECHOED:
                return Answered()


async def dns(spaces: Namespaces, probe: Probe) -> Answered:
    """Ask a resolver for the addresses of a name, IPv4 and IPv6."""
    found: set[str] = set()
    codes = []
    for kind in (Kind.A, Kind.AAAA):
        with open_socket(spaces, probe, socket.SOCK_DGRAM) as asker:
            await _connected(asker, probe)
            number = secrets.randbelow(1 << 16)
            question = Question(number, probe.name.rstrip(".").lower(), kind)
            loop = asyncio.get_running_loop()
            await loop.sock_sendall(asker, names.ask(question))
            while True:
                reply = names.read_reply(await _received(asker))
                if reply is not None and reply.number == number:
                    break
            codes.append(Code(reply.code))
            found |= set(reply.addresses())
    worst = max(codes)
    return Answered(addresses=tuple(sorted(found)), detail=worst.name)


async def http(spaces: Namespaces, probe: Probe) -> Answered:
    """Ask for a page of the host that the probe names."""
    return await _page(spaces, probe, None)


async def tls(spaces: Namespaces, probe: Probe) -> Answered:
    """The same within TLS, whose greeting names the server."""
    return await _page(spaces, probe, _speaks_tls())


async def _page(
    spaces: Namespaces, probe: Probe, context: ssl.SSLContext | None
) -> Answered:
    with open_socket(spaces, probe, socket.SOCK_STREAM) as asker:
        await _connected(asker, probe)
        try:
            answer = await _asked_for_page(asker, probe, context)
        except ssl.SSLError as cause:
            if cause.reason == _NOT_TLS:
                return Answered(detail="answered, and not in TLS")
            hindrance = Hindrance(Result.REFUSED, f"TLS: {cause.reason or cause}")
            raise Hindered(hindrance) from cause
    head, _, body = answer.partition(b"\r\n\r\n")
    words = head.split(b" ", 2)
    if len(words) < 2 or not words[1].isdigit():  # noqa: PLR2004
        raise Hindered(
            Hindrance(Result.REFUSED, "connection taken and closed without an answer")
        )
    status = int(words[1])
    if status in _DENIED_STATUS:
        raise Hindered(Hindrance(Result.REFUSED, f"HTTP status {status}"))
    return Answered(sighting.decode(body), detail=f"HTTP status {status}")


async def _asked_for_page(
    asker: socket.socket, probe: Probe, context: ssl.SSLContext | None
) -> bytes:
    # The loop closes what it is given in its own time, so it gets one of its own.
    reader, writer = await asyncio.open_connection(
        sock=asker.dup(),
        ssl=context,
        server_hostname=probe.name if context else None,
    )
    try:
        host = probe.name or probe.destination
        request = f"GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
        writer.write(request.encode())
        return await reader.read()
    finally:
        writer.transport.abort()


async def sctp(spaces: Namespaces, probe: Probe) -> Answered:
    """Send the first packet of an association, and wait for the second.

    Written by hand over a raw socket, so that it works in kernels without SCTP. A
    kernel with SCTP aborts what it does not know of, after the stand has answered: an
    abort counts only when nothing else comes.
    """
    port = probe.source_port or next(_PORTS)
    tag = secrets.randbelow((1 << 32) - 1) + 1
    with open_socket(spaces, probe, socket.SOCK_RAW, chunks.PROTOCOL) as asker:
        loop = asyncio.get_running_loop()
        asker.connect((probe.destination, 0))
        begin = Packet(port, probe.port, 0, Chunk.INIT, tag)
        await loop.sock_sendall(asker, begin.encode())
        while True:
            try:
                data = await loop.sock_recv(asker, _LARGEST)
            except OSError as cause:
                # Every raw socket to that address is told; the packet's ports tell who
                # is meant.
                hindrance = told(asker)
                if hindrance is None:
                    raise
                if hindrance.payload[:4] == begin.encode()[:4]:
                    raise Hindered(hindrance) from cause
                continue
            if asker.family == socket.AF_INET:
                data = data[(data[0] & 0xF) * _HEADER_WORD :]
            reply = chunks.read(data)
            if reply is None or reply.tag != tag or reply.destination != port:
                continue
            if reply.chunk is Chunk.ABORT:
                raise Hindered(Hindrance(Result.REFUSED, "SCTP abort"))
            return Answered(sighting.decode(reply.cookie))


@cache
def _speaks_tls() -> ssl.SSLContext:
    return client_context()


TRIES: dict[ProbeKind, Callable[[Namespaces, Probe], Awaitable[Answered]]] = {
    ProbeKind.TCP: tcp,
    ProbeKind.UDP: udp,
    ProbeKind.ICMP: icmp,
    ProbeKind.SCTP: sctp,
    ProbeKind.HTTP: http,
    ProbeKind.TLS: tls,
    ProbeKind.DNS: dns,
}
