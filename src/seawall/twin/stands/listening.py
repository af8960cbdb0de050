"""Opens and closes the listeners of a plan, each in its own space."""

import asyncio
import errno
import os
import socket
import ssl
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Protocol

from seawall.twin.formats.chunks import PROTOCOL as SCTP
from seawall.twin.formats.names import read_question
from seawall.twin.formats.sighting import Sighting
from seawall.twin.kernel.namespaces import Namespaces
from seawall.twin.kernel.trouble import trouble
from seawall.twin.plan import Plan, Stand, StandKind
from seawall.twin.stands.certificates import server_context
from seawall.twin.stands.echo import Datagrams, Echo, Initiations
from seawall.twin.stands.gateway import Gateway
from seawall.twin.stands.proxy import Proxy
from seawall.twin.stands.resolver import Resolver
from seawall.twin.stands.web import Web, remember_server_name

_BACKLOG = 4096
_FREE_BIND = {
    socket.AF_INET: (socket.IPPROTO_IP, 15),
    socket.AF_INET6: (socket.IPPROTO_IPV6, 78),
}
_Serves = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class _Closes(Protocol):
    def close(self) -> None: ...


class Stands:
    """The listeners of a twin, as they are now."""

    def __init__(self, spaces: Namespaces) -> None:
        self._spaces = spaces
        self._open: dict[Stand, list[_Closes]] = {}
        self._chunks: dict[tuple[str, str], _Closes] = {}
        self._certified: ssl.SSLContext | None = None

    async def become(self, plan: Plan, remade: set[str]) -> None:
        """Listen as *plan* says; spaces that were *remade* have lost their sockets."""
        wanted = set(plan.stands)
        for stand in list(self._open):
            if stand not in wanted or stand.space in remade:
                self._close(stand)
        for key in list(self._chunks):
            self._chunks.pop(key).close()
        chunked: dict[tuple[str, str], set[int]] = {}
        for stand in plan.stands:
            if stand.protocol == "sctp":
                key = (stand.space, stand.address)
                chunked.setdefault(key, set()).add(stand.port)
            elif stand not in self._open:
                self._open[stand] = []
                await self._listen(stand)
        for (space, address), ports in chunked.items():
            listener = self._bound(space, address, 0, socket.SOCK_RAW, SCTP)
            self._chunks[space, address] = Initiations(space, listener, ports)

    def close(self) -> None:
        """Close all listeners."""
        for stand in list(self._open):
            self._close(stand)
        for key in list(self._chunks):
            self._chunks.pop(key).close()

    def _close(self, stand: Stand) -> None:
        for one in self._open.pop(stand):
            one.close()

    async def _listen(self, stand: Stand) -> None:
        if stand.kind is StandKind.DNS:
            resolver = Resolver(stand, self._sockets(stand.space))
            self._datagrams(stand, resolver)
            await self._streams(stand, resolver.serve)
        elif stand.protocol == "udp":
            self._datagrams(stand, None)
        elif stand.kind is StandKind.ECHO:
            loop = asyncio.get_running_loop()
            listener = self._bound(stand.space, stand.address, stand.port)
            server = await loop.create_server(
                partial(Echo, stand.space), sock=listener, backlog=_BACKLOG
            )
            self._open[stand].append(server)
        elif stand.kind is StandKind.GATEWAY:
            asking = self._sockets(stand.asks_from or stand.space)
            gateway = Gateway(stand, self._sockets(stand.space), asking)
            await self._streams(stand, gateway.serve)
        elif stand.kind is StandKind.PROXY:
            proxy = Proxy(stand, self._sockets(stand.space))
            await self._streams(stand, proxy.serve)
        else:
            context = self._context() if stand.kind is StandKind.TLS else None
            await self._streams(stand, Web(stand.space).serve, context)

    async def _streams(
        self,
        stand: Stand,
        serve: _Serves,
        context: ssl.SSLContext | None = None,
    ) -> None:
        server = await asyncio.start_server(
            serve,
            sock=self._bound(stand.space, stand.address, stand.port),
            ssl=context,
            backlog=_BACKLOG,
        )
        self._open[stand].append(server)

    def _datagrams(self, stand: Stand, resolver: Resolver | None) -> None:
        listener = self._bound(
            stand.space, stand.address, stand.port, socket.SOCK_DGRAM
        )
        if resolver is None:
            echo = Datagrams(stand.space, listener, lambda _, seen: seen.encode())
            self._open[stand].append(echo)
            return
        waiting: list[Datagrams] = []

        def ask(message: bytes, seen: Sighting) -> bytes | None:
            if read_question(message) is None:
                return seen.encode()
            peer = (seen.source, seen.port)
            send: Callable[[bytes], None] = partial(
                waiting[0].send, peer=peer, at=seen.destination
            )
            resolver.in_time(message, send)
            return None

        waiting.append(Datagrams(stand.space, listener, ask))
        self._open[stand].extend(waiting)

    def _context(self) -> ssl.SSLContext:
        if self._certified is None:
            self._certified = server_context()
            remember_server_name(self._certified)
        return self._certified

    def _sockets(self, space: str) -> Callable[[int, int], socket.socket]:
        return partial(self._spaces.socket, space)

    def _bound(
        self,
        space: str,
        address: str,
        port: int,
        kind: int = socket.SOCK_STREAM,
        protocol: int = 0,
    ) -> socket.socket:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        made: socket.socket | None = None
        try:
            made = self._spaces.socket(space, family, kind, protocol)
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6 and kind != socket.SOCK_RAW:
                made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            # What is a space's own by a route alone counts as its address too.
            level, option = _FREE_BIND[family]
            made.setsockopt(level, option, 1)
            made.bind((address, port))
        except OSError as cause:
            if made is not None:
                made.close()
            name = errno.errorcode.get(cause.errno or 0, "?")
            raise trouble(
                f"nobody can listen at {address} port {port} in {space} ({name})",
                os.strerror(cause.errno or 0),
                "this is a fault of the plan: report it with the input that led to it",
            ) from cause
        return made
