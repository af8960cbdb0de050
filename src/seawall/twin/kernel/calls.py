"""System calls that Python has no name for before 3.12.

Source: the manual pages namespaces(7), unshare(2), setns(2), prctl(2) and mount(2),
read 2026-11-29.
"""

import ctypes
import os
from enum import IntEnum

_LIBC = ctypes.CDLL(None, use_errno=True)
_MS_BIND = 0x1000
_MS_REC_PRIVATE = 0x4000 | 0x40000


class Kind(IntEnum):
    """Kinds of namespaces, by the number that the kernel knows them by."""

    MOUNT = 0x00020000
    USER = 0x10000000
    NETWORK = 0x40000000


def _checked(status: int, what: str) -> None:
    if status != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), what)


def unshare(kinds: int) -> None:
    """Leave the namespaces of *kinds* for new ones, for this thread."""
    _checked(_LIBC.unshare(ctypes.c_int(kinds)), "unshare")


def enter(descriptor: int, kind: Kind) -> None:
    """Go into the namespace that *descriptor* holds, for this thread."""
    _checked(_LIBC.setns(ctypes.c_int(descriptor), ctypes.c_int(kind)), "setns")


def keep_mounts_to_oneself() -> None:
    """Let no mount of this mount namespace be seen in another."""
    nothing = ctypes.c_char_p(None)
    _checked(
        _LIBC.mount(b"none", b"/", nothing, ctypes.c_ulong(_MS_REC_PRIVATE), nothing),
        "mount",
    )


def mount_over(source: str, target: str) -> None:
    """Show the file *source* where *target* was, in this mount namespace."""
    nothing = ctypes.c_char_p(None)
    _checked(
        _LIBC.mount(
            os.fsencode(source),
            os.fsencode(target),
            nothing,
            ctypes.c_ulong(_MS_BIND),
            nothing,
        ),
        "mount",
    )
