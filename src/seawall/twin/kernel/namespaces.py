"""Network namespaces without names: each is a descriptor of this process.

When the process ends, in whatever way, the kernel takes them down with all that is in
them: there is nothing to clean up after a crash.
"""

import contextlib
import os
import socket
from collections.abc import Iterator

from seawall.twin.kernel import calls
from seawall.twin.kernel.calls import Kind

_MINE = "/proc/thread-self/ns/net"


class Namespaces:
    """The network namespaces of one twin, by the names of their spaces.

    Whoever goes into one comes back to the namespace that the twin stands on. A socket
    stays in the namespace in which it was made, wherever its owner goes.
    """

    def __init__(self) -> None:
        self.home = os.open(_MINE, os.O_RDONLY | os.O_CLOEXEC)
        self._held: dict[str, int] = {}

    def make(self, name: str) -> None:
        """Make the namespace of the space *name*."""
        calls.unshare(Kind.NETWORK)
        try:
            self._held[name] = os.open(_MINE, os.O_RDONLY | os.O_CLOEXEC)
        finally:
            calls.enter(self.home, Kind.NETWORK)

    def descriptor(self, name: str) -> int:
        """Return the descriptor that holds the namespace of a space."""
        return self._held[name]

    def __contains__(self, name: object) -> bool:
        return name in self._held

    def __len__(self) -> int:
        return len(self._held)

    @contextlib.contextmanager
    def inside(self, name: str) -> Iterator[None]:
        """Be in the namespace of a space meanwhile; this thread only."""
        calls.enter(self._held[name], Kind.NETWORK)
        try:
            yield
        finally:
            calls.enter(self.home, Kind.NETWORK)

    def socket(
        self, name: str, family: int, kind: int, protocol: int = 0
    ) -> socket.socket:
        """Return a new socket of the space *name*, which never blocks."""
        calls.enter(self._held[name], Kind.NETWORK)
        try:
            made = socket.socket(family, kind, protocol)
        finally:
            calls.enter(self.home, Kind.NETWORK)
        made.settimeout(0)
        return made

    def drop(self, name: str) -> None:
        """Let a space go; it vanishes with its last socket."""
        os.close(self._held.pop(name))

    def close(self) -> None:
        """Let all spaces go."""
        for name in list(self._held):
            self.drop(name)
