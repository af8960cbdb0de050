"""The ports of a node at which pods ask to be reached."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address

from seawall.ingest.kubernetes.terms.fault import Fault, shown
from seawall.ingest.kubernetes.terms.port import is_port
from seawall.ingest.kubernetes.terms.record import mapping, sequence
from seawall.model.origin import Pointer
from seawall.model.packet import Protocol
from seawall.model.workload import HostPort

_PROTOCOLS = {"TCP": Protocol.TCP, "UDP": Protocol.UDP, "SCTP": Protocol.SCTP}


@dataclass(slots=True)
class HostPorts:
    """The host ports of a pod spec, and what of them cannot be read."""

    found: set[HostPort] = field(default_factory=set)
    faults: list[Fault] = field(default_factory=list)


def read_host_ports(spec: Mapping[object, object], pointer: Pointer = ()) -> HostPorts:
    """Return the host ports of a pod spec; none on the network of the node.

    Args:
        spec: The pod spec.
        pointer: Its place in the object.

    Source:
        Kubernetes API reference, ContainerPort: `hostPort` is a port of the host, and
        on the host network equal to `containerPort`; `hostIP` binds it to an address;
        0 is as nothing. Concepts, "Sidecar containers": init containers with
        `restartPolicy: Always` keep running.
    """
    out = HostPorts()
    if spec.get("hostNetwork") is True:
        return out
    for place, port in _ports(spec, pointer):
        if port.get("hostPort") not in (None, 0) or port.get("hostPort") is False:
            _read(port, place, out)
    return out


def _ports(
    spec: Mapping[object, object], pointer: Pointer
) -> Iterator[tuple[Pointer, Mapping[object, object]]]:
    for part in ("containers", "initContainers"):
        for number, item in enumerate(sequence(spec.get(part))):
            container = mapping(item)
            stays = container.get("restartPolicy") == "Always"
            if part == "containers" or stays:
                for index, port in enumerate(sequence(container.get("ports"))):
                    yield (*pointer, part, number, "ports", index), mapping(port)


def _read(port: Mapping[object, object], place: Pointer, out: HostPorts) -> None:
    """Take one port that asks for a host port; what cannot be read leaves it open."""
    before = len(out.faults)
    number = _number(port.get("hostPort"), (*place, "hostPort"), out.faults)
    target = _number(port.get("containerPort"), (*place, "containerPort"), out.faults)
    protocols = _protocols(port.get("protocol"), (*place, "protocol"), out.faults)
    address = _bound(port.get("hostIP"), (*place, "hostIP"), out.faults)
    certain = len(out.faults) == before
    out.found |= {
        HostPort(number, each, target, address, certain=certain) for each in protocols
    }


def _number(value: object, place: Pointer, faults: list[Fault]) -> int:
    """Return a port, or 0 where it is not known which one is meant."""
    if is_port(value):
        return value
    faults.append(
        _fault(
            place,
            f"`{place[-1]}` is {shown(value)}",
            "a port is a number from 1 to 65535, without quotes",
            "give the port as a number",
        )
    )
    return 0


def _protocols(
    value: object, place: Pointer, faults: list[Fault]
) -> tuple[Protocol, ...]:
    if value is None:
        return (Protocol.TCP,)
    if isinstance(value, str) and value in _PROTOCOLS:
        return (_PROTOCOLS[value],)
    faults.append(
        _fault(
            place,
            f"the protocol of a host port is {shown(value)}",
            "the API knows `TCP`, `UDP` and `SCTP`, in capitals",
            "choose one of the three",
        )
    )
    return tuple(_PROTOCOLS.values())


def _bound(value: object, place: Pointer, faults: list[Fault]) -> str:
    """Return the one address that a host port is limited to; empty for all."""
    if value is None or value == "":
        return ""
    try:
        address = ip_address(value) if isinstance(value, str) else None
    except ValueError:
        address = None
    if address is None:
        faults.append(
            _fault(
                place,
                f"`hostIP` is {shown(value)}",
                "it is an address of the node",
                "give an address, or leave `hostIP` out",
            )
        )
        return ""
    return "" if address.is_unspecified else str(address)


def _fault(place: Pointer, what: str, why: str, mend: str) -> Fault:
    follows = "; which packets to nodes the pod gets is not known"
    return Fault(place, what, why + follows, mend)
