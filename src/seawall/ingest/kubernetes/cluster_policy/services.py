"""Reads the protocols and ports of cluster-wide policies."""

from collections.abc import Mapping

from seawall.ingest.kubernetes.terms.fault import Fault, near, shown
from seawall.ingest.kubernetes.terms.label import (
    refuse_unknown_fields,
    text_fault,
    wrong_type,
)
from seawall.ingest.kubernetes.terms.port import PORT_NAME, PORT_RULE, is_port
from seawall.model.origin import Pointer
from seawall.model.packet import PortRange, Protocol
from seawall.model.policy import NamedPort, NumberedPorts
from seawall.model.ranked import ServiceMatch

_PROTOCOLS = {name: Protocol[name] for name in ("TCP", "UDP", "SCTP")}
_FORMS = frozenset({"portNumber", "portRange", "namedPort"})
_CLUSTER_FORMS = frozenset({"tcp", "udp", "sctp", "destinationNamedPort"})
_RANGE_RULE = "a range needs two numbers from 1 to 65535, `start` below `end`"


def read_port(
    value: object, pointer: Pointer, faults: list[Fault]
) -> tuple[ServiceMatch, ...]:
    """Return what one entry of `ports` matches; after a fault, nothing.

    Source:
        kubernetes-sigs/network-policy-api apis/v1alpha1 shared_types.go,
        AdminNetworkPolicyPort: a named port has the protocol that the pod gives it.
    """
    form = _form(value, _FORMS, pointer, faults)
    if form is None:
        return ()
    name, written = form
    place = (*pointer, name)
    if name == "namedPort":
        return _named(written, place, faults)
    if not isinstance(written, dict):
        faults.append(wrong_type(place, name, written, "a mapping"))
        return ()
    known = (
        {"protocol", "port"} if name == "portNumber" else {"protocol", "start", "end"}
    )
    refuse_unknown_fields(written, frozenset(known), place, faults)
    protocol = _protocol(written.get("protocol"), (*place, "protocol"), faults)
    if name == "portNumber":
        return _numbered(protocol, written.get("port"), (*place, "port"), faults)
    return _range(protocol, written, place, faults)


def read_protocol(
    value: object, pointer: Pointer, faults: list[Fault]
) -> tuple[ServiceMatch, ...]:
    """Return what one entry of `protocols` matches; after a fault, nothing.

    Source:
        kubernetes-sigs/network-policy-api apis/v1alpha2 shared_types.go,
        ClusterNetworkPolicyProtocol: exactly one field; `tcp: {}` is refused.
    """
    form = _form(value, _CLUSTER_FORMS, pointer, faults)
    if form is None:
        return ()
    name, written = form
    place = (*pointer, name)
    if name == "destinationNamedPort":
        return _named(written, place, faults)
    protocol = _PROTOCOLS[name.upper()]
    if not isinstance(written, dict) or not written:
        faults.append(_without_port(name, written, place))
        return ()
    refuse_unknown_fields(written, frozenset({"destinationPort"}), place, faults)
    port = written.get("destinationPort")
    return _destination(protocol, port, (*place, "destinationPort"), faults)


def _destination(
    protocol: Protocol, value: object, pointer: Pointer, faults: list[Fault]
) -> tuple[ServiceMatch, ...]:
    form = _form(value, frozenset({"number", "range"}), pointer, faults)
    if form is None:
        return ()
    name, port = form
    place = (*pointer, name)
    if name == "number":
        return _numbered(protocol, port, place, faults)
    if not isinstance(port, dict):
        faults.append(wrong_type(place, "range", port, "a mapping"))
        return ()
    refuse_unknown_fields(port, frozenset({"start", "end"}), place, faults)
    return _range(protocol, port, place, faults)


def _form(
    value: object, forms: frozenset[str], pointer: Pointer, faults: list[Fault]
) -> tuple[str, object] | None:
    """Return the one field that an entry has, and its value."""
    if not isinstance(value, dict):
        faults.append(wrong_type(pointer, str(pointer[-1]), value, "a mapping"))
        return None
    refuse_unknown_fields(value, forms, pointer, faults)
    given = [name for name in value if name in forms and value[name] is not None]
    if len(given) == 1:
        return given[0], value[given[0]]
    if value.keys() <= forms:
        names = ", ".join(f"`{name}`" for name in sorted(forms))
        faults.append(
            Fault(
                pointer,
                f"{len(given) or 'none'} of {names} "
                f"{'are' if len(given) > 1 else 'is'} given",
                "the API server takes exactly one of them",
                "make an entry of each" if given else "write one of them",
            )
        )
    return None


def _numbered(
    protocol: Protocol, port: object, pointer: Pointer, faults: list[Fault]
) -> tuple[ServiceMatch, ...]:
    if is_port(port):
        return (NumberedPorts(protocol, PortRange(port, port)),)
    what = f"port {shown(port)} does not exist" if port is not None else "no port given"
    faults.append(Fault(pointer, what, PORT_RULE, "give a port from 1 to 65535"))
    return ()


def _range(
    protocol: Protocol,
    written: Mapping[object, object],
    pointer: Pointer,
    faults: list[Fault],
) -> tuple[ServiceMatch, ...]:
    start, end = written.get("start"), written.get("end")
    if is_port(start) and is_port(end) and start < end:
        return (NumberedPorts(protocol, PortRange(start, end), is_range=True),)
    faults.append(
        Fault(
            pointer,
            f"range from {shown(start)} to {shown(end)} is none",
            _RANGE_RULE,
            "give `start` and `end` as numbers, the lower one first; one port is no "
            "range",
        )
    )
    return ()


def _named(
    name: object, pointer: Pointer, faults: list[Fault]
) -> tuple[ServiceMatch, ...]:
    if isinstance(name, str) and PORT_NAME.fullmatch(name):
        return tuple(NamedPort(protocol, name) for protocol in _PROTOCOLS.values())
    if isinstance(name, str):
        faults.append(text_fault(name, pointer, PORT_RULE, "name the container port"))
    else:
        faults.append(wrong_type(pointer, str(pointer[-1]), name, "a port name"))
    return ()


def _protocol(value: object, pointer: Pointer, faults: list[Fault]) -> Protocol:
    if value is None:
        return Protocol.TCP
    protocol = _PROTOCOLS.get(value) if isinstance(value, str) else None
    if protocol is None:
        close = near(value, _PROTOCOLS)
        faults.append(
            Fault(
                pointer,
                f"protocol {shown(value)} does not exist",
                "the API knows `TCP`, `UDP` and `SCTP`, in capitals",
                f"write `{close}`" if close else "choose one of the three",
            )
        )
    return protocol or Protocol.TCP


def _without_port(name: str, written: object, pointer: Pointer) -> Fault:
    if written == {}:
        return Fault(
            pointer,
            f"`{name}` has no `destinationPort`",
            "the API server refuses a protocol without a port",
            "for all ports write a range from 1 to 65535, for all traffic leave "
            "`protocols` out",
        )
    return wrong_type(pointer, name, written, "a mapping")
