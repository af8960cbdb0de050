"""Stands that speak HTTP, in the open or within TLS, and tell which name was meant."""

import asyncio
import contextlib
import ssl
from typing import Any

from seawall.twin.formats.heads import name_of
from seawall.twin.formats.sighting import Sighting, plain

_PATIENCE_S = 10.0
_CHUNK = 4096


def remember_server_name(context: ssl.SSLContext) -> None:
    """Have connections of *context* keep the name that their client gave."""

    def keep(connection: Any, name: str | None, _: ssl.SSLContext) -> None:  # noqa: ANN401
        connection.seawall_name = name or ""

    context.sni_callback = keep


class Web:
    """A stand that answers every request with whom it saw."""

    def __init__(self, space: str) -> None:
        self._space = space

    async def serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Answer one request."""
        try:
            async with asyncio.timeout(_PATIENCE_S):
                await self._serve(reader, writer)
        except (OSError, TimeoutError, ssl.SSLError):
            pass
        finally:
            with contextlib.suppress(OSError, RuntimeError):
                writer.close()

    async def _serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        data = b""
        while (named := name_of(data)) is None:
            more = await reader.read(_CHUNK)
            if not more:
                return
            data += more
        connection = writer.get_extra_info("ssl_object")
        name = getattr(connection, "seawall_name", "") if connection else named.name
        peer = writer.get_extra_info("peername")
        own = writer.get_extra_info("sockname")
        seen = Sighting(self._space, plain(peer[0]), peer[1], plain(own[0]), name)
        writer.write(response(200, "OK", seen.encode()))
        await writer.drain()


def response(status: int, reason: str, body: bytes) -> bytes:
    """Write an answer of HTTP that ends the connection."""
    head = (
        f"HTTP/1.1 {status} {reason}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    return head.encode("ascii") + body
