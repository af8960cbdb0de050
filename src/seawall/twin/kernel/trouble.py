"""What hinders a twin, in words that say what to do.

Source: user_namespaces(7), and the pages of Ubuntu, Debian and Docker about who may
make user namespaces.
"""

import errno
import os
from collections.abc import Callable
from pathlib import Path

from seawall.model.diagnostic import Diagnostic, InputError, Level

Reads = Callable[[str], str | None]
"""Gives the text of a file, or None where there is no such file."""

NEITHER = "network namespaces cannot be made here, neither as root nor without"
_FILTERED = "2"


class TwinError(InputError):
    """A twin cannot be built or asked; carries what to tell the user."""


def trouble(what: str, why: str, mend: str) -> TwinError:
    """Return the error that says *what* is wrong and how to *mend* it."""
    return TwinError(Diagnostic(Level.ERROR, None, what, why, mend))


def read(path: str) -> str | None:
    """Return the text of a file of the kernel's, or None."""
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError:
        return None


def no_namespaces(cause: OSError, reads: Reads = read) -> TwinError:
    """Say why no user namespace could be made, after a look at what forbids it."""
    for finds in (_by_apparmor, _by_debian, _by_number, _by_seccomp):
        found = finds(reads)
        if found is not None:
            return trouble(NEITHER, *found)
    name = errno.errorcode.get(cause.errno or 0, "?")
    return trouble(
        NEITHER,
        f"the kernel refused with {name} ({cause.strerror}), and no setting that is "
        "known here forbids it",
        "run it as root, on a machine or in a virtual machine of your own",
    )


def _by_apparmor(reads: Reads) -> tuple[str, str] | None:
    name = "kernel/apparmor_restrict_unprivileged_userns"
    if reads(f"/proc/sys/{name}") != "1":
        return None
    return (
        "AppArmor lets only named programs make user namespaces (Ubuntu since 23.10)",
        f"run it as root, or `sysctl -w {name.replace('/', '.')}=0`",
    )


def _by_debian(reads: Reads) -> tuple[str, str] | None:
    name = "kernel/unprivileged_userns_clone"
    if reads(f"/proc/sys/{name}") != "0":
        return None
    return (
        "only root may make user namespaces on this system",
        f"run it as root, or `sysctl -w {name.replace('/', '.')}=1`",
    )


def _by_number(reads: Reads) -> tuple[str, str] | None:
    for name in ("user/max_user_namespaces", "user/max_net_namespaces"):
        if reads(f"/proc/sys/{name}") == "0":
            dotted = name.replace("/", ".")
            return (
                f"the setting {dotted} is 0, so none may be made",
                f"`sysctl -w {dotted}=10000`",
            )
    return None


def _by_seccomp(reads: Reads) -> tuple[str, str] | None:
    status = reads("/proc/self/status") or ""
    modes = [line.split()[1] for line in status.splitlines() if line[:8] == "Seccomp:"]
    if modes != [_FILTERED]:
        return None
    return (
        "a filter of system calls (seccomp), as containers have, stands in the way",
        "run the container with `--privileged`, or run it outside a container",
    )


def too_few_descriptors(wanted: int, limit: int) -> TwinError:
    """Say that a process may not open as many files as the twin has spaces."""
    return trouble(
        f"the twin needs about {wanted} open files, and {limit} are allowed",
        "every namespace and every listener is an open file of one process",
        f"raise the limit with `ulimit -n {wanted * 2}`, or rehearse a smaller part",
    )


def read_only_settings(path: str, cause: OSError) -> TwinError:
    """Say that the kernel's settings cannot be written."""
    name = errno.errorcode.get(cause.errno or 0, "?")
    return trouble(
        f"the setting {path} of a new namespace cannot be written ({name})",
        "containers often show /proc/sys read-only; a router must be told to forward",
        "run the container with `--privileged` or "
        "`--security-opt systempaths=unconfined`, or run it outside a container",
    )


def missing_setting(path: str) -> TwinError:
    """Say that this kernel does not know a setting that the plan names."""
    return trouble(
        f"this kernel has no setting {path}",
        "it was built without that part of the network",
        "rehearse on a kernel that has it",
    )


def refused(what: str, cause: OSError) -> TwinError:
    """Say that the kernel refused one thing of the plan."""
    name = errno.errorcode.get(abs(cause.errno or 0), "?")
    unsupported = abs(cause.errno or 0) in {errno.EOPNOTSUPP, errno.EPROTONOSUPPORT}
    why = (
        "this kernel was built without it, or its module cannot be loaded from here"
        if unsupported
        else f"the kernel refused it with {name} ({os.strerror(abs(cause.errno or 0))})"
    )
    return trouble(
        f"{what} cannot be made",
        why,
        "as root, `modprobe veth nf_tables nf_nat` loads what a twin needs"
        if unsupported
        else "this is a fault of the plan: report it with the input that led to it",
    )
