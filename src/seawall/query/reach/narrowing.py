"""From the options of `reach` to the part of all connections that is wanted."""

from dataclasses import replace

from seawall.model.address import AddressRange, without
from seawall.model.end import AddressEnd, End, InternetEnd, PodEnd, ServiceEnd
from seawall.model.packet import EVERY_PORT, PortRange, Protocol
from seawall.model.snapshot import Snapshot
from seawall.model.workload import Workload
from seawall.query.reach.policy import Narrowing, Selection
from seawall.query.words.end import parse_end
from seawall.query.words.label import matches, parse_selector
from seawall.query.words.port import EndError, PortText, parse_port

NOT_PUBLIC = tuple(
    AddressRange.parse(text)
    for text in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "168.63.129.16",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "224.0.0.0/3",
    )
)
"""IPv4 addresses that are no one's on the internet.

Source: IANA, IPv4 Special-Purpose Address Registry; Azure docs,
what-is-ip-address-168-63-129-16.
"""


def narrowing(
    snapshot: Snapshot,
    *,
    source: str | None,
    target: str | None,
    port: str | None,
    namespace: str | None,
    labels: str | None,
) -> Narrowing:
    """Return what part of all connections the options ask for.

    Args:
        snapshot: What was read.
        source: An end, or None for all.
        target: An end, or None for all.
        port: As in `TO:PORT`, or None for all services.
        namespace: Only connections with a workload of this namespace at an end that no
            other option names.
        labels: Likewise for labels, as `kubectl -l` writes them.

    Raises:
        EndError: An option names nothing that is known.
    """
    out = Narrowing()
    scope = _scope(snapshot, namespace, labels)
    if source is not None:
        chosen, ranges = _sides(parse_end(source, snapshot))
        out = replace(out, sources=chosen, source_ranges=ranges)
    elif scope is not None:
        out = replace(out, sources=scope, source_ranges=() if target else None)
    if target is not None:
        chosen, ranges = _sides(parse_end(target, snapshot))
        out = replace(out, destinations=chosen, destination_ranges=ranges)
    elif scope is not None and source is not None:
        out = replace(out, destinations=scope)
    if port is not None:
        out = replace(out, ports=_ports(parse_port(port)))
    return out


def _scope(
    snapshot: Snapshot, namespace: str | None, labels: str | None
) -> Selection | None:
    if namespace is None and labels is None:
        return None
    if namespace is not None:
        parse_end(f"ns:{namespace}", snapshot)
    try:
        selector = parse_selector(labels or "")
    except ValueError as error:
        raise EndError(str(error), "write labels as kubectl's -l does") from error

    def inside(workload: Workload) -> bool:
        return namespace in (None, workload.namespace) and matches(
            selector, dict(workload.labels)
        )

    return inside


def _sides(ends: tuple[End, ...]) -> tuple[Selection, tuple[AddressRange, ...]]:
    workloads: set[Workload] = set()
    ranges: list[AddressRange] = []
    for end in ends:
        match end:
            case PodEnd(workload):
                workloads.add(workload)
            case AddressEnd(held):
                ranges.extend(held)
            case InternetEnd():
                ranges.extend(without((AddressRange.everything(4),), NOT_PUBLIC))
            case ServiceEnd(service):
                raise EndError(
                    f"`{service.label}` is a Service; rows are of workloads",
                    f"ask `seawall trace FROM service:{service.label}`",
                )
            case _:
                raise EndError(
                    f"`{end}` is no end of a network policy",
                    "name a workload, a namespace or addresses, or use `seawall trace`",
                )
    return workloads.__contains__, tuple(ranges)


def _ports(port: PortText) -> tuple[tuple[Protocol, PortRange], ...]:
    if port.name:
        raise EndError(
            f"the port `{port.name}` has a number only at one destination",
            "give the number, or ask `seawall trace FROM TO:NAME`",
        )
    protocol = Protocol(port.protocol if port.protocol is not None else Protocol.TCP)
    return ((protocol, port.ports or EVERY_PORT),)
