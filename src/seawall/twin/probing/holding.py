"""Connections that are opened once and tried again: does a change cut them?"""

import asyncio
import secrets
import socket
import time
from collections.abc import Iterable
from dataclasses import replace

from seawall.twin.formats import sighting
from seawall.twin.kernel.namespaces import Namespaces
from seawall.twin.plan import Outcome, Probe, ProbeKind, Result
from seawall.twin.probing.errors import SILENCE, ask_for_errors, by_errno, told
from seawall.twin.probing.tries import family_of

_LARGEST = 65_535


class Held:
    """Live TCP connections of a twin, by the numbers of their probes."""

    def __init__(self, spaces: Namespaces) -> None:
        self._spaces = spaces
        self._open: dict[int, socket.socket] = {}

    async def open(self, probes: Iterable[Probe], wait_s: float) -> list[Outcome]:
        """Open a connection for each probe of TCP, and keep those that stand."""
        wanted = [probe for probe in probes if probe.kind is ProbeKind.TCP]
        return await asyncio.gather(*(self._opened(one, wait_s) for one in wanted))

    async def again(self, wait_s: float) -> list[Outcome]:
        """Send something over each connection, and see whether it comes back."""
        tries = (
            self._tried(number, kept, wait_s) for number, kept in self._open.items()
        )
        return await asyncio.gather(*tries)

    def close(self) -> None:
        """Let all connections go."""
        for kept in self._open.values():
            kept.close()
        self._open.clear()

    async def _opened(self, probe: Probe, wait_s: float) -> Outcome:
        family = family_of(probe.destination)
        kept = self._spaces.socket(probe.space, family, socket.SOCK_STREAM)
        ask_for_errors(kept)
        loop = asyncio.get_running_loop()
        try:
            if probe.source or probe.source_port:
                kept.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                kept.bind((probe.source, probe.source_port))
            async with asyncio.timeout(wait_s):
                await loop.sock_connect(kept, (probe.destination, probe.port))
                line = await loop.sock_recv(kept, _LARGEST)
        except TimeoutError:
            kept.close()
            return Outcome(probe.number, Result.UNPROVED, detail=SILENCE)
        except OSError as cause:
            hindrance = told(kept) or by_errno(cause.errno)
            kept.close()
            return Outcome(probe.number, hindrance.result, detail=hindrance.detail)
        seen = sighting.decode(line)
        if seen is None:
            kept.close()
            return Outcome(probe.number, Result.REFUSED, detail="taken and closed")
        before = self._open.pop(probe.number, None)
        if before is not None:
            before.close()
        self._open[probe.number] = kept
        return Outcome(
            probe.number,
            Result.ANSWERED,
            seen_source=seen.source,
            seen_port=seen.port,
            answered_by=seen.space,
            seen_destination=seen.destination,
        )

    async def _tried(self, number: int, kept: socket.socket, wait_s: float) -> Outcome:
        word = secrets.token_hex(8).encode() + b"\n"
        loop = asyncio.get_running_loop()
        begin = time.perf_counter()
        data = b""
        try:
            async with asyncio.timeout(wait_s):
                await loop.sock_sendall(kept, word)
                while word not in data:
                    more = await loop.sock_recv(kept, _LARGEST)
                    if not more:
                        return Outcome(number, Result.REFUSED, detail="closed")
                    data += more
        except TimeoutError:
            # It stood before, so its own past is the control.
            return Outcome(number, Result.SILENT, detail=SILENCE)
        except OSError as cause:
            hindrance = told(kept) or by_errno(cause.errno)
            return Outcome(number, hindrance.result, detail=hindrance.detail)
        took = int((time.perf_counter() - begin) * 1_000_000)
        return replace(Outcome(number, Result.ANSWERED), took_us=took)
