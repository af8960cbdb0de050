"""Writes what every device sees into files that Wireshark and tcpdump read.

One file a device, `SPACE-DEVICE.pcap`, so each hop of a packet can be looked at.

Source: the draft `draft-ietf-opsawg-pcap` (the classic format), packet(7).
"""

import asyncio
import contextlib
import re
import socket
import struct
import time
from pathlib import Path
from typing import BinaryIO

from seawall.twin.kernel.namespaces import Namespaces
from seawall.twin.kernel.trouble import trouble
from seawall.twin.plan import Plan

_MAGIC = 0xA1B2C3D4
_ETHERNET = 1
_LONGEST = 262_144
_ALL = 3
_BURST = 256
_NAMEABLE = re.compile(r"[^A-Za-z0-9._-]+")


class Recorder:
    """The files of one recording."""

    def __init__(self, spaces: Namespaces, plan: Plan, folder: Path) -> None:
        self._open: list[tuple[socket.socket, BinaryIO]] = []
        ends = [end for link in plan.links for end in (link.left, link.right)]
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for end in ends:
                tap = spaces.socket(
                    end.space, socket.AF_PACKET, socket.SOCK_RAW, socket.htons(_ALL)
                )
                with spaces.inside(end.space):
                    tap.bind((end.device, _ALL))
                name = _NAMEABLE.sub("_", f"{end.space}-{end.device}")
                file: BinaryIO = (folder / f"{name}.pcap").open("wb")
                file.write(
                    struct.pack("IHHiIII", _MAGIC, 2, 4, 0, 0, _LONGEST, _ETHERNET)
                )
                self._open.append((tap, file))
        except OSError as cause:
            self.close()
            raise trouble(
                f"nothing can be recorded into {folder}: {cause.strerror}",
                "every device gets a file of its own there",
                "name a folder that can be written",
            ) from cause
        loop = asyncio.get_running_loop()
        for tap, file in self._open:
            loop.add_reader(tap, self._read, tap, file)

    def close(self) -> None:
        """Write what is left, and close the files."""
        loop = asyncio.get_running_loop()
        for tap, file in self._open:
            loop.remove_reader(tap)
            while self._read(tap, file):
                pass
            tap.close()
            file.close()
        self._open.clear()

    def _read(self, tap: socket.socket, file: BinaryIO) -> bool:
        """Write the packets that wait; tell whether there may be more."""
        with contextlib.suppress(OSError):
            for _ in range(_BURST):
                packet = tap.recv(_LONGEST)
                seconds, rest = divmod(time.time_ns(), 1_000_000_000)
                size = len(packet)
                file.write(struct.pack("IIII", seconds, rest // 1000, size, size))
                file.write(packet)
            return True
        return False
