"""Reads the port entries of a NetworkPolicy."""

import re
from typing import TypeGuard

from seawall.ingest.kubernetes.terms.alike import once
from seawall.ingest.kubernetes.terms.fault import Fault, near, number_of, shown
from seawall.ingest.kubernetes.terms.label import (
    refuse_unknown_fields,
    text_fault,
    wrong_type,
)
from seawall.model.origin import Pointer
from seawall.model.packet import EVERY_PORT, LAST_PORT, PortRange, Protocol
from seawall.model.policy import NamedPort, NumberedPorts, PortMatch

_FIELDS = frozenset({"protocol", "port", "endPort"})
_PROTOCOLS = {name: Protocol[name] for name in ("TCP", "UDP", "SCTP")}
PORT_NAME = re.compile(r"(?=.*[a-z])(?!.*--)[a-z0-9](?:[-a-z0-9]{0,13}[a-z0-9])?")
PORT_RULE = (
    "a port is a number from 1 to 65535, or a name of at most 15 lower-case letters, "
    "digits and single hyphens with a letter in it"
)


@once(number_of)
def read_port(value: object, pointer: Pointer, faults: list[Fault]) -> PortMatch:
    """Return what one port entry matches; after a fault, any value.

    Source:
        Kubernetes, networking/v1 types.go, NetworkPolicyPort, and
        pkg/apis/networking/validation/validation.go.
    """
    every = NumberedPorts(Protocol.TCP, EVERY_PORT)
    if not isinstance(value, dict):
        faults.append(wrong_type(pointer, "ports", value, "a mapping"))
        return every
    refuse_unknown_fields(value, _FIELDS, pointer, faults)
    protocol = _protocol(value.get("protocol"), (*pointer, "protocol"), faults)
    port = value.get("port")
    end = value.get("endPort")
    if end is not None:
        return _range(protocol, port, end, pointer, faults)
    if port is None:
        return NumberedPorts(protocol, EVERY_PORT)
    if is_port(port):
        return NumberedPorts(protocol, PortRange(port, port))
    if isinstance(port, str) and PORT_NAME.fullmatch(port):
        return NamedPort(protocol, port)
    faults.append(_port_fault(port, (*pointer, "port")))
    return every


def is_port(value: object) -> TypeGuard[int]:
    """Whether *value* is a number from 1 to 65535."""
    return (
        isinstance(value, int)
        and not isinstance(value, bool)
        and 0 < value <= LAST_PORT
    )


def _port_fault(port: object, pointer: Pointer) -> Fault:
    if isinstance(port, str) and not port.isdecimal():
        mend = "name the container port, or give its number"
        return text_fault(port, pointer, PORT_RULE, mend)
    if isinstance(port, str) and port.isascii() and 0 < int(port[:9]) <= LAST_PORT:
        what = f'port `"{port}"` is text, not a number'
        return Fault(pointer, what, PORT_RULE, "remove the quotes")
    what = f"port {shown(port)} does not exist"
    return Fault(pointer, what, PORT_RULE, "give a port from 1 to 65535")


def _protocol(value: object, pointer: Pointer, faults: list[Fault]) -> Protocol:
    if value is None:
        return Protocol.TCP
    protocol = _PROTOCOLS.get(value) if isinstance(value, str) else None
    if protocol is not None:
        return protocol
    close = near(value, _PROTOCOLS)
    rule = "the API knows `TCP`, `UDP` and `SCTP`, in capitals"
    mend = f"write `{close}`" if close else "choose one of the three"
    if isinstance(value, str):
        faults.append(text_fault(value, pointer, rule, mend))
    else:
        faults.append(
            Fault(pointer, f"protocol {shown(value)} is not text", rule, mend)
        )
    return Protocol.TCP


def _range(
    protocol: Protocol,
    port: object,
    end: object,
    pointer: Pointer,
    faults: list[Fault],
) -> NumberedPorts:
    if not is_port(port):
        what = "`endPort` without a numeric `port`"
    elif not is_port(end):
        what = f"`endPort` is {shown(end)}"
    elif end < port:
        what = f"`endPort` {end} is below `port` {port}"
    else:
        return NumberedPorts(protocol, PortRange(port, end), is_range=True)
    faults.append(
        Fault(
            (*pointer, "endPort"),
            what,
            "a range needs two numbers from 1 to 65535, `endPort` not below `port`",
            "give `port` and `endPort` as numbers, the lower one first",
        )
    )
    return NumberedPorts(protocol, EVERY_PORT)
