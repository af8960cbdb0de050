"""How people write the ports of a question, and the names that ports have."""

import re
from dataclasses import dataclass

from seawall.model.end import End, PodEnd, ServiceEnd
from seawall.model.packet import PortRange, Protocol
from seawall.model.service import ServicePort
from seawall.model.workload import ContainerPort

_PORT = re.compile(
    r"(?:(?P<protocol>tcp|udp|sctp|icmp)(?:/|$))?(?P<port>\d+(?:-\d+)?|[a-z][a-z0-9-]*)?",
    re.IGNORECASE,
)


class EndError(ValueError):
    """An end that names nothing in the snapshot; says what and what to do."""

    def __init__(self, what: str, mend: str) -> None:
        super().__init__(f"{what}; {mend}")
        self.what = what
        self.mend = mend


@dataclass(frozen=True, slots=True)
class PortText:
    """The ports of a question.

    Attributes:
        protocol: Its number, or None for every protocol.
        ports: The range, or None for every port.
        name: The name of a container port, resolved at each destination.
    """

    protocol: int | None = None
    ports: PortRange | None = None
    name: str = ""

    def __str__(self) -> str:
        protocol = Protocol(self.protocol).name if self.protocol is not None else ""
        if self.name:
            return f"{protocol or 'TCP'} {self.name}"
        if self.ports is None:
            return protocol or "any protocol and port"
        return f"{protocol} {self.ports}"


def parse_port(text: str) -> PortText:
    """Read `443`, `udp/53`, `8000-8010`, `icmp` or the name of a port.

    Raises:
        EndError: It is none of these.
    """
    match = _PORT.fullmatch(text)
    if match is None or (match["protocol"] is None and match["port"] is None):
        raise EndError(
            f"`{text}` is not a port",
            "write 443, udp/53, 8000-8010, icmp or the name of a container port",
        )
    protocol = Protocol[(match["protocol"] or "tcp").upper()]
    port = match["port"]
    if port is None:
        return PortText(protocol)
    if protocol is Protocol.ICMP:
        raise EndError(f"`{text}` is not a port", "ICMP has none: write icmp")
    if not port[0].isdigit():
        return PortText(protocol, None, port)
    try:
        return PortText(protocol, PortRange.parse(port))
    except ValueError as error:
        raise EndError(f"`{text}` is not a port", "ports go from 0 to 65535") from error


def named_ports(end: End) -> tuple[ContainerPort | ServicePort, ...]:
    """Return the ports that have a name at an end: those of a pod, or of a Service."""
    match end:
        case PodEnd(workload):
            return tuple(port for port in workload.ports if port.name)
        case ServiceEnd(service):
            return tuple(port for port in service.ports if port.name)
        case _:
            return ()


def with_port(ends: tuple[End, ...], name: str) -> tuple[End, ...]:
    """Return those of *ends* that have a port of this name.

    Raises:
        EndError: None has.
    """
    found = tuple(
        end for end in ends if any(port.name == name for port in named_ports(end))
    )
    if found:
        return found
    names = sorted({port.name for end in ends for port in named_ports(end)})
    mend = "give the port by its number"
    if names:
        mend += ", or one of " + ", ".join(f"`{held}`" for held in names)
    raise EndError(f"no port of `{ends[0]}` is named `{name}`", mend)
