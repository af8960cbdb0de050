"""Reads the protocols, ports and ICMP messages of a Calico rule."""

import re
from collections.abc import Mapping

from seawall.ingest.kubernetes.terms.fault import Fault, Findings, near, shown
from seawall.ingest.kubernetes.terms.label import (
    refuse_unknown_fields,
    text_fault,
    wrong_type,
)
from seawall.ingest.kubernetes.terms.port import PORT_NAME
from seawall.model.origin import Pointer
from seawall.model.packet import LAST_PORT, WITH_PORTS, PortRange, Protocol
from seawall.model.policy import NamedPort, NumberedPorts
from seawall.model.ranked import IcmpMessages, ServiceMatch, WholeProtocol

_NAMES = {
    "TCP": int(Protocol.TCP),
    "UDP": int(Protocol.UDP),
    "ICMP": int(Protocol.ICMP),
    "ICMPv6": int(Protocol.ICMPV6),
    "SCTP": int(Protocol.SCTP),
    "UDPLite": 136,
}
"""Source: IANA, "Assigned Internet Protocol Numbers"."""

_RANGE = re.compile(r"([0-9]+)(?::([0-9]+))?", re.ASCII)
_LAST_PROTOCOL = 255
_LAST_TYPE = 254
_PORT_RULE = (
    "a port is a number from 1 to 65535, a range such as `8000:8010`, lower one first, "
    "or the name of a container port"
)
ICMP = frozenset({int(Protocol.ICMP), int(Protocol.ICMPV6)})


def read_protocol(value: object, pointer: Pointer, found: Findings) -> int | None:
    """Return a protocol by number; None if left out, or after a fault.

    Source:
        projectcalico/calico libcalico-go/lib/validator/v3, validateProtocol; api
        pkg/lib/numorstring: digits in quotes are a number too.
    """
    if value is None:
        return None
    if isinstance(value, str) and value in _NAMES:
        return _NAMES[value]
    number = _digits(value) if isinstance(value, str) and _is_digits(value) else value
    if isinstance(number, int) and not isinstance(number, bool):
        if 0 < number <= _LAST_PROTOCOL:
            return number
        what = f"protocol {shown(value)} does not exist"
    elif isinstance(value, str):
        what = f"protocol {shown(value)} does not exist"
    else:
        what = f"protocol {shown(value)} is neither name nor number"
    close = near(value, _NAMES)
    names = ", ".join(f"`{name}`" for name in _NAMES)
    why = f"Calico knows {names}, written like this, and numbers from 1 to 255"
    mend = f"write `{close}`" if close else "write one of these"
    found.faults.append(Fault(pointer, what, why, mend))
    return None


def read_ports(
    value: object, protocol: int | None, pointer: Pointer, found: Findings
) -> tuple[ServiceMatch, ...]:
    """Return what a list of ports matches; nothing if it is empty, or after a fault.

    Source:
        projectcalico/calico libcalico-go/lib/validator/v3, validateRule: ports need a
        protocol that has some; api pkg/lib/numorstring/port.go.
    """
    if value is None or value == []:
        return ()
    if not isinstance(value, list):
        found.faults.append(wrong_type(pointer, str(pointer[-1]), value, "a list"))
        return ()
    if protocol not in WITH_PORTS:
        found.faults.append(
            Fault(
                pointer,
                f"`{pointer[-1]}` without a protocol that has ports",
                "the API server refuses ports in a rule whose `protocol` is not `TCP`, "
                "`UDP` or `SCTP`",
                "write `protocol: TCP` beside `action`",
            )
        )
        return ()
    read = (
        _port(item, Protocol(protocol), (*pointer, at), found)
        for at, item in enumerate(value)
    )
    return tuple(match for match in read if match is not None)


def read_icmp(
    value: object, protocol: int, pointer: Pointer, found: Findings
) -> ServiceMatch | None:
    """Return the messages that are meant; None if left out, or after a fault.

    Source:
        projectcalico/calico api/pkg/apis/projectcalico/v3, ICMPFields, and
        libcalico-go/lib/validator/v3, validateICMPFields.
    """
    if value is None:
        return None
    if not isinstance(value, dict):
        found.faults.append(wrong_type(pointer, str(pointer[-1]), value, "a mapping"))
        return None
    refuse_unknown_fields(value, frozenset({"type", "code"}), pointer, found.faults)
    kind = _number(value, "type", _LAST_TYPE, pointer, found)
    code = _number(value, "code", 255, pointer, found)
    if kind is None and code is not None:
        found.faults.append(
            Fault(
                (*pointer, "code"),
                "ICMP code without a type",
                "a code has a meaning for one type only; the API server refuses it "
                "alone",
                "write the `type` too",
            )
        )
    if kind is None:
        return WholeProtocol(protocol)
    return IcmpMessages(Protocol(protocol), kind, code)


def _number(
    fields: Mapping[object, object],
    name: str,
    most: int,
    pointer: Pointer,
    found: Findings,
) -> int | None:
    value = fields.get(name)
    if value is None:
        return None
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most:
        return value
    wanted = f"a number from 0 to {most}"
    found.faults.append(wrong_type((*pointer, name), name, value, wanted))
    return None


def _port(
    value: object, protocol: Protocol, pointer: Pointer, found: Findings
) -> ServiceMatch | None:
    written = str(value) if isinstance(value, int | str) else ""
    if isinstance(value, bool):
        written = ""
    match = _RANGE.fullmatch(written)
    if match is not None:
        first = _digits(match[1])
        last = _digits(match[2]) if match[2] else first
        if 0 < first <= last <= LAST_PORT:
            ports = PortRange(first, last)
            return NumberedPorts(protocol, ports, is_range=match[2] is not None)
        what = f"port {shown(value)} does not exist"
        found.faults.append(Fault(pointer, what, _PORT_RULE, "mend the port"))
    elif isinstance(value, str) and PORT_NAME.fullmatch(value):
        return NamedPort(protocol, value)
    elif isinstance(value, str):
        mend = "write ranges with `:`, and names as in the container"
        found.faults.append(text_fault(value, pointer, _PORT_RULE, mend))
    else:
        what = f"port is {shown(value)}"
        found.faults.append(Fault(pointer, what, _PORT_RULE, "mend the port"))
    return None


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdecimal()


def _digits(text: str) -> int:
    """Return a number, cut where it is too high for any port."""
    return int(text.lstrip("0")[:6] or "0")
