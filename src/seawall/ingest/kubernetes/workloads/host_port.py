"""The ports of a node at which pods ask to be reached."""

from collections.abc import Iterator, Mapping
from ipaddress import ip_address

from seawall.ingest.kubernetes.terms.port import is_port
from seawall.ingest.kubernetes.terms.record import mapping, sequence
from seawall.model.packet import Protocol
from seawall.model.workload import HostPort

_PROTOCOLS = {"TCP": Protocol.TCP, "UDP": Protocol.UDP, "SCTP": Protocol.SCTP}


def read_host_ports(spec: Mapping[object, object]) -> tuple[HostPort, ...]:
    """Return the host ports of a pod spec, sorted; none on the network of the node.

    Source:
        Kubernetes API reference, ContainerPort: `hostPort` is a port of the host, and
        on the host network equal to `containerPort`; `hostIP` binds it to an address.
        Concepts, "Sidecar containers": init containers with `restartPolicy: Always`
        keep running.
    """
    if spec.get("hostNetwork") is True:
        return ()
    return tuple(sorted({*_all(spec)}))


def _all(spec: Mapping[object, object]) -> Iterator[HostPort]:
    for part in ("containers", "initContainers"):
        for item in sequence(spec.get(part)):
            container = mapping(item)
            stays = container.get("restartPolicy") == "Always"
            if part == "containers" or stays:
                for port in sequence(container.get("ports")):
                    yield from _one(mapping(port))


def _one(port: Mapping[object, object]) -> Iterator[HostPort]:
    number, target = port.get("hostPort"), port.get("containerPort")
    written = port.get("protocol")
    protocol = Protocol.TCP if written is None else _PROTOCOLS.get(str(written))
    if is_port(number) and is_port(target) and protocol is not None:
        yield HostPort(number, protocol, target, _bound(port.get("hostIP")))


def _bound(written: object) -> str:
    """Return the one address that a host port is limited to; empty for all."""
    try:
        address = ip_address(written) if isinstance(written, str) else None
    except ValueError:
        # Which address is meant cannot be read: it may be any.
        address = None
    return "" if address is None or address.is_unspecified else str(address)
