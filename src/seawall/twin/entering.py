"""Goes into a space and becomes another program there.

Started as `python -m seawall.twin.entering NETWORK USER RESOLVER PROGRAM…`, with the
descriptors of the space's network and of the user namespace (or -1 as root). The
program sees the space's name server in `/etc/resolv.conf`, in mounts of its own.
"""

import contextlib
import os
import sys
import tempfile
from pathlib import Path

from seawall.twin.kernel import calls
from seawall.twin.kernel.calls import Kind

_RESOLVER = "/etc/resolv.conf"


def main(arguments: list[str]) -> None:
    """Enter, and become the program."""
    network, user = int(arguments[0]), int(arguments[1])
    resolver, program = arguments[2], arguments[3:]
    if user >= 0:
        calls.enter(user, Kind.USER)
    calls.enter(network, Kind.NETWORK)
    calls.unshare(Kind.MOUNT)
    calls.keep_mounts_to_oneself()
    _show_resolver(resolver)
    os.execvp(program[0], program)  # noqa: S606


def _show_resolver(resolver: str) -> None:
    """Put the space's name server in place of the host's, for this program alone."""
    text = f"nameserver {resolver}\n" if resolver else "# no name server\n"
    with tempfile.NamedTemporaryFile("w", suffix=".conf", delete=False) as file:
        file.write(text)
    try:
        # Without such a file on the host there is nothing to hide.
        with contextlib.suppress(OSError):
            calls.mount_over(file.name, str(Path(_RESOLVER).resolve()))
    finally:
        Path(file.name).unlink()


if __name__ == "__main__":
    main(sys.argv[1:])
