"""Reads what a rule matches beside ends: ports, messages of ICMP, and requests."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from seawall.ingest.kubernetes.cilium.requests import read_requests
from seawall.ingest.kubernetes.terms.fault import Fault, Findings, near, shown
from seawall.ingest.kubernetes.terms.label import (
    refuse_unknown_fields,
    text_fault,
    wrong_type,
)
from seawall.ingest.kubernetes.terms.port import is_port
from seawall.model.dataplane import Feature
from seawall.model.origin import Pointer
from seawall.model.packet import EVERY_PORT, LAST_PORT, PortRange, Protocol
from seawall.model.policy import NamedPort, NumberedPorts
from seawall.model.ranked import IcmpMessages, ServiceMatch

MOST_PORTS = 40
_ALLOWED = frozenset(
    {
        "ports",
        "rules",
        "listener",
        "originatingTLS",
        "serverNames",
        "terminatingTLS",
    }
)
_DENIED = frozenset({"ports"})
_FIELDS = frozenset({"port", "endPort", "protocol"})
_WITH_PORTS = (Protocol.TCP, Protocol.UDP, Protocol.SCTP)
_PROTOCOLS: dict[str, tuple[Protocol, ...]] = {
    **{item.name: (item,) for item in _WITH_PORTS},
    "ANY": _WITH_PORTS,
}
_NAME = re.compile(r"(?=.*[a-z])(?!.*--)[a-z0-9](?:[-a-z0-9]{0,13}[a-z0-9])?")
_PORT_RULE = (
    "a port is a number up to 65535 in quotes, `0` for all, or the name of a container "
    "port"
)
_MESSAGES = {
    4: {
        "EchoReply": 0,
        "DestinationUnreachable": 3,
        "Redirect": 5,
        "Echo": 8,
        "EchoRequest": 8,
        "RouterAdvertisement": 9,
        "RouterSelection": 10,
        "TimeExceeded": 11,
        "ParameterProblem": 12,
        "Timestamp": 13,
        "TimestampReply": 14,
        "Photuris": 40,
        "ExtendedEchoRequest": 42,
        "ExtendedEchoReply": 43,
    },
    6: {
        "DestinationUnreachable": 1,
        "PacketTooBig": 2,
        "TimeExceeded": 3,
        "ParameterProblem": 4,
        "EchoRequest": 128,
        "EchoReply": 129,
        "MulticastListenerQuery": 130,
        "MulticastListenerReport": 131,
        "MulticastListenerDone": 132,
        "RouterSolicitation": 133,
        "RouterAdvertisement": 134,
        "NeighborSolicitation": 135,
        "NeighborAdvertisement": 136,
        "RedirectMessage": 137,
    },
}
"""The names that the schema knows. Source: IANA, "ICMP Type Numbers" and "ICMPv6"."""
_FAMILIES = {"IPv4": (4, Protocol.ICMP), "IPv6": (6, Protocol.ICMPV6)}


@dataclass(frozen=True, slots=True)
class Match:
    """What one entry of a rule matches.

    Attributes:
        services: Any of these; None for all.
        condition: What no header shows and must hold too; None if there is none.
        needs: What a dataplane must have to enforce it.
        resolves: Whether answers about names go through the proxy of Cilium, so that
            it learns what they stand for.
    """

    services: tuple[ServiceMatch, ...] | None
    condition: str | None = None
    needs: frozenset[Feature] = frozenset()
    resolves: bool = False


def read_to_ports(
    value: Sequence[object],
    pointer: Pointer,
    found: Findings,
    *,
    denies: bool,
    inbound: bool,
) -> list[Match]:
    """Return what the entries of `toPorts` match.

    Source:
        cilium pkg/policy/api l4.go and rule_validation.go, PortRule: an entry without
        ports matches nothing (pkg/policy/rule.go).
    """
    out = []
    for at, item in enumerate(value):
        place = (*pointer, at)
        if not isinstance(item, dict):
            found.faults.append(wrong_type(place, "toPorts", item, "a mapping"))
            continue
        fields = _DENIED if denies else _ALLOWED
        refuse_unknown_fields(item, fields, place, found.faults)
        ports = item.get("ports")
        if ports is not None and not isinstance(ports, list):
            place = (*place, "ports")
            found.faults.append(wrong_type(place, "ports", ports, "a list"))
            continue
        listed = ports or []
        if not listed:
            found.warnings.append(_no_ports(place))
        if len(listed) > MOST_PORTS:
            found.faults.append(_too_many(len(listed), (*place, "ports")))
        services: list[ServiceMatch] = []
        for index, port in enumerate(listed):
            services.extend(_port(port, (*place, "ports", index), found.faults))
        asks = read_requests(item, listed, place, found, inbound=inbound)
        out.append(Match(tuple(services), asks.condition, asks.needs, asks.resolves))
    return out


def read_icmps(
    value: Sequence[object], pointer: Pointer, faults: list[Fault]
) -> list[Match]:
    """Return what the entries of `icmps` match.

    Source:
        cilium pkg/policy/api icmp.go, ICMPField: a type by number or name, of IPv4
        unless told otherwise.
    """
    out: list[ServiceMatch] = []
    for at, item in enumerate(value):
        place = (*pointer, at)
        if not isinstance(item, dict):
            faults.append(wrong_type(place, "icmps", item, "a mapping"))
            continue
        refuse_unknown_fields(item, frozenset({"fields"}), place, faults)
        fields = item.get("fields")
        if fields is not None and not isinstance(fields, list):
            faults.append(wrong_type((*place, "fields"), "fields", fields, "a list"))
            continue
        if len(fields or []) > MOST_PORTS:
            faults.append(_too_many(len(fields or []), (*place, "fields")))
        for index, each in enumerate(fields or []):
            out.extend(_message(each, (*place, "fields", index), faults))
    return [Match(tuple(out))]


def _message(
    value: object, pointer: Pointer, faults: list[Fault]
) -> tuple[ServiceMatch, ...]:
    if not isinstance(value, dict):
        faults.append(wrong_type(pointer, "fields", value, "a mapping"))
        return ()
    refuse_unknown_fields(value, frozenset({"family", "type"}), pointer, faults)
    written = value.get("family", "IPv4") or "IPv4"
    family = _FAMILIES.get(written) if isinstance(written, str) else None
    if family is None:
        faults.append(
            Fault(
                (*pointer, "family"),
                f"family {shown(written)} does not exist",
                "the schema knows `IPv4` and `IPv6`",
                f"write `{near(written, _FAMILIES) or 'IPv4'}`",
            )
        )
        return ()
    version, protocol = family
    kind = value.get("type")
    if isinstance(kind, str) and kind in _MESSAGES[version]:
        return (IcmpMessages(protocol, _MESSAGES[version][kind]),)
    number = isinstance(kind, int) and not isinstance(kind, bool)
    if isinstance(kind, int) and number and 0 <= kind <= 255:  # noqa: PLR2004
        return (IcmpMessages(protocol, kind),)
    close = near(kind, _MESSAGES[version])
    faults.append(
        Fault(
            (*pointer, "type"),
            "no ICMP type given"
            if kind is None
            else f"ICMP type {shown(kind)} does not exist",
            f"a type is a number from 0 to 255, or a name that {written} has",
            f"write `{close}`" if close else "give a number from 0 to 255",
        )
    )
    return ()


def _port(
    value: object, pointer: Pointer, faults: list[Fault]
) -> tuple[ServiceMatch, ...]:
    """Return what one entry of `ports` matches; after a fault, nothing.

    Source:
        cilium pkg/policy/api l4.go, PortProtocol: `0` is every port; without a
        protocol, all that have ports; names in any case.
    """
    if not isinstance(value, dict):
        faults.append(wrong_type(pointer, "ports", value, "a mapping"))
        return ()
    refuse_unknown_fields(value, _FIELDS, pointer, faults)
    protocols = _protocols(value.get("protocol"), (*pointer, "protocol"), faults)
    port, end = value.get("port"), value.get("endPort")
    if not isinstance(port, str):
        faults.append(_not_text(port, (*pointer, "port")))
        return ()
    if port.isascii() and port.isdecimal():
        return _numbered(port, end, protocols, pointer, faults)
    name = port.lower()
    if _NAME.fullmatch(name):
        if end:
            faults.append(_end_fault("`endPort` beside a port name", pointer))
        return tuple(NamedPort(protocol, name) for protocol in protocols)
    mend = "give the number of a port in quotes, or a name"
    faults.append(text_fault(port, (*pointer, "port"), _PORT_RULE, mend))
    return ()


def _numbered(
    port: str,
    end: object,
    protocols: tuple[Protocol, ...],
    pointer: Pointer,
    faults: list[Fault],
) -> tuple[ServiceMatch, ...]:
    if port.startswith("0") and port != "0":
        faults.append(
            Fault(
                (*pointer, "port"),
                f"port {shown(port)} starts with a zero",
                "Cilium reads such a number in base eight, or refuses it",
                "write it without the zero",
            )
        )
        return ()
    number = int(port[:6])
    if number > LAST_PORT:
        what = f"port {shown(port)} does not exist"
        faults.append(
            Fault((*pointer, "port"), what, _PORT_RULE, "give a port up to 65535")
        )
        return ()
    if number == 0:
        if end:
            faults.append(_end_fault("`endPort` beside port `0`", pointer))
        return tuple(NumberedPorts(protocol, EVERY_PORT) for protocol in protocols)
    if end is None or end == 0:
        ports = PortRange(number, number)
        return tuple(NumberedPorts(protocol, ports) for protocol in protocols)
    if not is_port(end):
        faults.append(_end_fault(f"`endPort` is {shown(end)}", pointer))
    elif end < number:
        what = f"`endPort` {end} is below `port` {number}"
        faults.append(_end_fault(what, pointer))
    else:
        ports = PortRange(number, end)
        return tuple(
            NumberedPorts(protocol, ports, is_range=True) for protocol in protocols
        )
    return ()


def _protocols(
    value: object, pointer: Pointer, faults: list[Fault]
) -> tuple[Protocol, ...]:
    """Return the protocols that one name stands for.

    Source:
        cilium pkg/policy/api l4.go: `TCP`, `UDP`, `SCTP`, `ANY`; others that newer
        schemas take (`ICMP`, `VRRP`, `IGMP`) have no ports and are not modelled here.
    """
    if value is None or value == "":
        return _WITH_PORTS
    found = _PROTOCOLS.get(value) if isinstance(value, str) else None
    if found is not None:
        return found
    close = near(value, _PROTOCOLS)
    icmp = isinstance(value, str) and value.upper().startswith("ICMP")
    faults.append(
        Fault(
            pointer,
            f"protocol {shown(value)} is not one of those with ports",
            "the schema takes `TCP`, `UDP`, `SCTP` and `ANY` here, in capitals",
            "write an `icmps` section in a rule of its own"
            if icmp
            else f"write `{close}`"
            if close
            else "choose one of these",
        )
    )
    return ()


def _not_text(port: object, pointer: Pointer) -> Fault:
    if port is None:
        return Fault(
            pointer,
            "no port given",
            "the schema requires `port`; " + _PORT_RULE,
            'write `port: "0"` for every port',
        )
    if is_port(port) or port == 0:
        return Fault(
            pointer,
            f"port `{port}` is a number, not text",
            "the schema takes a string here and the API server refuses anything else",
            f'put it in quotes: `port: "{port}"`',
        )
    return Fault(
        pointer, f"port {shown(port)} is not text", _PORT_RULE, "write a port in quotes"
    )


def _end_fault(what: str, pointer: Pointer) -> Fault:
    return Fault(
        (*pointer, "endPort"),
        what,
        "a range needs a numeric `port` and an `endPort` from there to 65535",
        "give `port` in quotes and `endPort` as a number, the lower one first",
    )


def _no_ports(pointer: Pointer) -> Fault:
    return Fault(
        pointer,
        "entry of `toPorts` names no ports",
        "it matches nothing at all, whatever stands beside it",
        "write `ports`, or leave `toPorts` out if every port is meant",
    )


def _too_many(count: int, pointer: Pointer) -> Fault:
    return Fault(
        pointer,
        f"`{pointer[-1]}` has {count} entries",
        f"the schema takes at most {MOST_PORTS}",
        "spread them over several entries",
    )
