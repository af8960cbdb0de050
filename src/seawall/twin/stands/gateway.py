"""A stand as an application gateway is: it ends connections and makes its own.

It reads `Host`, connects to the backend that is named, and gives the client what that
tells; where no connection comes about, it says 502, as the real one does.

Source: Azure docs, how-application-gateway-works; application-gateway-troubleshooting
("502 bad gateway").
"""

import asyncio
import contextlib
import socket

from seawall.twin.formats.heads import Named, name_of
from seawall.twin.plan import Relayed, Stand
from seawall.twin.stands.resolver import Sockets, addresses_of
from seawall.twin.stands.web import response

BAD_GATEWAY = 502
_PATIENCE_S = 4.0
_CHUNK = 4096


class Gateway:
    """The connections of one listener."""

    def __init__(self, stand: Stand, sockets: Sockets, asking: Sockets) -> None:
        self._stand = stand
        self._sockets = sockets
        self._asking = asking
        self._relays = {relay.host: relay for relay in stand.relays}

    async def serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Take one request, and answer with what the backend tells."""
        told = b""
        with contextlib.suppress(OSError, TimeoutError, RuntimeError):
            async with asyncio.timeout(_PATIENCE_S):
                named = await _named(reader)
                relay = self._relays.get(named.name) if named else None
                told = await self._told_by(relay) if relay else b""
        status = (200, "OK") if told else (BAD_GATEWAY, "Bad Gateway")
        with contextlib.suppress(OSError, RuntimeError):
            writer.write(response(*status, told))
            await writer.drain()
            writer.close()

    async def _told_by(self, relay: Relayed) -> bytes:
        address = relay.address
        if not address.replace(".", "").isdecimal():
            found = await addresses_of(self._asking, self._stand.resolver, address)
            if not found:
                return b""
            address = found[0]
        onward = self._sockets(socket.AF_INET, socket.SOCK_STREAM)
        try:
            onward.bind((self._stand.address, 0))
            loop = asyncio.get_running_loop()
            await loop.sock_connect(onward, (address, relay.port))
            line = b""
            while not line.endswith(b"\n"):
                more = await loop.sock_recv(onward, _CHUNK)
                if not more:
                    return b""
                line += more
            return line
        finally:
            onward.close()


async def _named(reader: asyncio.StreamReader) -> Named | None:
    data = b""
    while more := await reader.read(_CHUNK):
        data += more
        named = name_of(data)
        if named is not None:
            return named
    return None
