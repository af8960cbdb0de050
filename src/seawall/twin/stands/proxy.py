"""A stand as Azure Firewall's application rules are: it ends connections, reads names.

Connections are redirected to it by the rules of its space. It takes every one of them
(so a handshake proves nothing), reads the server name or `Host`, and connects on with
its own address, or refuses: TLS by a reset, HTTP by status 470.

Source: Azure Firewall's pages about application rules and about troubleshooting
connections (the proxy completes the handshake itself; application rules always
translate the source).
"""

import asyncio
import contextlib
import ipaddress
import socket
import struct
from dataclasses import dataclass

from seawall.twin.formats.heads import Named, name_of
from seawall.twin.formats.sighting import plain
from seawall.twin.plan import Admitted, Stand
from seawall.twin.stands.resolver import Sockets, addresses_of
from seawall.twin.stands.web import response

REFUSED_STATUS = 470
_ORIGINAL = 80
_PATIENCE_S = 5.0
_CHUNK = 65_536
_FIRST = 4096


@dataclass(frozen=True, slots=True)
class Redirected:
    """A connection as its client meant it."""

    source: str
    destination: str
    port: int


class Proxy:
    """The connections of one proxy."""

    def __init__(self, stand: Stand, sockets: Sockets) -> None:
        self._stand = stand
        self._sockets = sockets

    async def serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Take one connection, and connect on or refuse."""
        named = Named("", "")
        try:
            meant = _meant(writer)
            async with asyncio.timeout(_PATIENCE_S):
                named, first = await _greeting(reader)
            rules = self._stand.admits
            fitting = next((one for one in rules if admits(one, meant, named)), None)
            if fitting and not fitting.denies:
                await self._connect_on(reader, writer, meant, named, first)
            else:
                await _refuse(writer, named)
        except (OSError, TimeoutError):
            with contextlib.suppress(OSError, RuntimeError):
                _reset(writer)

    async def _connect_on(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        meant: Redirected,
        named: Named,
        first: bytes,
    ) -> None:
        target = meant.destination
        if self._stand.resolver:
            found = await addresses_of(self._sockets, self._stand.resolver, named.name)
            if not found:
                _reset(writer)
                return
            target = found[0]
        family = socket.AF_INET6 if ":" in target else socket.AF_INET
        onward = self._sockets(family, socket.SOCK_STREAM)
        try:
            async with asyncio.timeout(_PATIENCE_S):
                loop = asyncio.get_running_loop()
                await loop.sock_connect(onward, (target, meant.port))
        except (OSError, TimeoutError):
            onward.close()
            raise
        far_reader, far_writer = await asyncio.open_connection(sock=onward)
        far_writer.write(first)
        await asyncio.gather(_pump(reader, far_writer), _pump(far_reader, writer))


def admits(rule: Admitted, meant: Redirected, named: Named) -> bool:
    """Tell whether *rule* is about a connection."""
    source = ipaddress.ip_address(meant.source)
    return (
        rule.protocol == named.protocol
        and (not rule.ports or meant.port in rule.ports)
        and any(source in ipaddress.ip_network(block) for block in rule.sources)
        and any(_fits(pattern, named.name) for pattern in rule.names)
    )


def _fits(pattern: str, name: str) -> bool:
    pattern = pattern.lower()
    if not name:
        return False
    if pattern.startswith("*"):
        return name.endswith(pattern[1:])
    return name == pattern


async def _greeting(reader: asyncio.StreamReader) -> tuple[Named, bytes]:
    data = b""
    while True:
        more = await reader.read(_FIRST)
        data += more
        named = name_of(data) if data else None
        if named is not None:
            return named, data
        if not more:
            raise ConnectionResetError


async def _refuse(writer: asyncio.StreamWriter, named: Named) -> None:
    if named.protocol != "http":
        _reset(writer)
        return
    writer.write(response(REFUSED_STATUS, "Denied", b"{}\n"))
    await writer.drain()
    writer.close()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(_CHUNK):
            writer.write(data)
            await writer.drain()
        writer.write_eof()
    except (OSError, RuntimeError):
        pass
    finally:
        with contextlib.suppress(OSError, RuntimeError):
            writer.close()


def _reset(writer: asyncio.StreamWriter) -> None:
    connection = writer.get_extra_info("socket")
    if connection is not None:
        linger = struct.pack("ii", 1, 0)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    writer.transport.abort()


def _meant(writer: asyncio.StreamWriter) -> Redirected:
    """Return where a client wanted to go before it was redirected."""
    peer = writer.get_extra_info("peername")
    own = writer.get_extra_info("sockname")
    connection = writer.get_extra_info("socket")
    source = plain(peer[0])
    try:
        if connection.family == socket.AF_INET6 and ":" in source:
            level, size = socket.IPPROTO_IPV6, 28
            told = connection.getsockopt(level, _ORIGINAL, size)
            port, packed = struct.unpack("!2xH4x16s4x", told)
            return Redirected(source, socket.inet_ntop(socket.AF_INET6, packed), port)
        told = connection.getsockopt(socket.IPPROTO_IP, _ORIGINAL, 16)
        port, packed = struct.unpack("!2xH4s8x", told)
        return Redirected(source, socket.inet_ntoa(packed), port)
    except OSError:
        return Redirected(source, plain(own[0]), own[1])
