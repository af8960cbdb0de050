"""Where a twin stands: namespaces of its own, apart from the host's.

Must be taken by a process of one thread, before anything else is done: afterwards the
process has no hold on the host's network any more. A user namespace is preferred even
for root, because then the kernel itself forbids to change the host's.
"""

import contextlib
import os
import resource
from enum import Enum
from pathlib import Path

from seawall.twin.kernel import calls
from seawall.twin.kernel.calls import Kind
from seawall.twin.kernel.trouble import no_namespaces


class Footing(Enum):
    """By what right the namespaces are made."""

    ROOTLESS = "rootless"
    """In a user namespace, where we are root of our own namespaces only."""
    ROOT = "root"
    """As root of the host, in a network namespace apart."""


def take(wanted: Footing | None = None) -> Footing:
    """Leave the host's network for namespaces of our own, for good.

    Args:
        wanted: One footing and no other; None takes what the kernel allows.

    Raises:
        TwinError: The kernel allows none of them; says which setting to look at.
    """
    user, group = os.geteuid(), os.getegid()
    raise_limit()
    try:
        if wanted is not Footing.ROOT:
            _rootless(user, group)
            return Footing.ROOTLESS
    except OSError as cause:
        if wanted is Footing.ROOTLESS or user != 0:
            raise no_namespaces(cause) from cause
    try:
        calls.unshare(Kind.NETWORK | Kind.MOUNT)
        calls.keep_mounts_to_oneself()
    except OSError as cause:
        raise no_namespaces(cause) from cause
    return Footing.ROOT


def raise_limit() -> int:
    """Let this process open as many files as the system lets it; return how many."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]


def _rootless(user: int, group: int) -> None:
    """Become root of a user namespace, and of a network in it.

    Where AppArmor restricts user namespaces, making one succeeds and everything in it
    fails, so success is known only when the network is there.
    """
    calls.unshare(Kind.USER)
    own = Path("/proc/self")
    (own / "setgroups").write_text("deny", encoding="ascii")
    (own / "uid_map").write_text(f"0 {user} 1", encoding="ascii")
    (own / "gid_map").write_text(f"0 {group} 1", encoding="ascii")
    calls.unshare(Kind.NETWORK | Kind.MOUNT)
    calls.keep_mounts_to_oneself()
