"""What the kernel knows of why a packet did not arrive.

A socket that asks for it (`IP_RECVERR`) is told the ICMP error itself: type, code and
who sent it. That tells a filter's refusal from a missing route, and where it was.

Source: ip(7) and ipv6(7), `IP_RECVERR`; RFC 1812 section 5.2.7.1 and RFC 4443 section
3.1 for the codes.
"""

import errno
import os
import socket
import struct
from dataclasses import dataclass

from seawall.twin.formats.sighting import plain
from seawall.twin.plan import Result

_RECVERR = {socket.AF_INET: 11, socket.AF_INET6: 25}
_LEVEL = {socket.AF_INET: socket.IPPROTO_IP, socket.AF_INET6: socket.IPPROTO_IPV6}
_ERROR = struct.Struct("IBBBBII")
_BY_ICMP = (2, 3)
_UNREACHABLE = {2: 3, 3: 1}
_REFUSALS = {
    2: {
        3: "port unreachable",
        9: "network prohibited",
        10: "host prohibited",
        13: "prohibited by a filter",
    },
    3: {
        1: "prohibited by a filter",
        4: "port unreachable",
        5: "source address refused",
        6: "route refused",
    },
}
_REFUSING = frozenset({errno.ECONNREFUSED, errno.ECONNRESET, errno.EPIPE})
_ROUTELESS = frozenset({errno.ENETUNREACH, errno.EHOSTUNREACH})
SILENCE = "silence"


@dataclass(frozen=True, slots=True)
class Hindrance:
    """Why a packet did not arrive, as far as somebody told."""

    result: Result
    detail: str
    told_by: str = ""
    payload: bytes = b""


def ask_for_errors(asker: socket.socket) -> None:
    """Have the kernel keep ICMP errors for *asker*."""
    family = socket.AddressFamily(asker.family)
    asker.setsockopt(_LEVEL[family], _RECVERR[family], 1)


def told(asker: socket.socket) -> Hindrance | None:
    """Return the next ICMP error that *asker* was told of; None for none."""
    try:
        payload, extra, _, _ = asker.recvmsg(512, 512, socket.MSG_ERRQUEUE)
    except OSError:
        return None
    for _, kind, data in extra:
        if kind not in _RECVERR.values() or len(data) < _ERROR.size:
            continue
        number, origin, sort, code, _, _, _ = _ERROR.unpack_from(data)
        if origin not in _BY_ICMP:
            return by_errno(number)
        by = _offender(data[_ERROR.size :])
        told_as = f"ICMP{'v6' if origin == _BY_ICMP[1] else ''} {sort}/{code}"
        refusal = _REFUSALS[origin].get(code)
        if sort == _UNREACHABLE[origin] and refusal:
            detail = f"{told_as}, {refusal}, from {by}"
            return Hindrance(Result.REFUSED, detail, by, payload)
        detail = f"{told_as}, {os.strerror(number)}, from {by}"
        return Hindrance(Result.UNREACHABLE, detail, by, payload)
    return None


def by_errno(number: int | None) -> Hindrance:
    """Say what an error number of a socket means for a probe.

    What this machine lacks (files, memory, ports, an address) says nothing about the
    network.
    """
    number = number or 0
    name = f"{errno.errorcode.get(number, '?')} ({os.strerror(number)})"
    if number in _REFUSING:
        return Hindrance(Result.REFUSED, name)
    if number in {errno.EACCES, errno.EPERM}:
        return Hindrance(Result.REFUSED, f"{name}, by the sender's own kernel")
    if number in _ROUTELESS:
        return Hindrance(Result.UNREACHABLE, name)
    if number == errno.ETIMEDOUT:
        return Hindrance(Result.UNPROVED, SILENCE)
    return Hindrance(Result.UNPROVED, f"{name}, which says nothing about the network")


def _offender(data: bytes) -> str:
    family = struct.unpack_from("H", data)[0] if len(data) >= 2 else 0  # noqa: PLR2004
    if family == socket.AF_INET:
        return socket.inet_ntoa(data[4:8])
    if family == socket.AF_INET6:
        return plain(socket.inet_ntop(socket.AF_INET6, data[8:24]))
    return ""
