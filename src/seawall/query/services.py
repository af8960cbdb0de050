"""Between services as people write them and sets of packet headers."""

from collections.abc import Iterable

from seawall.flowspace import FlowSet
from seawall.model.address import AddressRange, prefixes_of
from seawall.model.end import End
from seawall.model.packet import LAST_PORT, WITH_PORTS, Protocol
from seawall.query.words.port import PortText, named_ports

Service = tuple[str, str]
"""A protocol's name and its ports, such as `("TCP", "80,443")`."""

ANY: Service = ("any", f"0-{LAST_PORT}")
LAST_PROTOCOL = 255

_PORTED = (Protocol.TCP, Protocol.UDP, Protocol.SCTP)


def asked_services(port: PortText, target: End) -> FlowSet:
    """Return the headers of the services that a question names.

    A named port stands for the container ports of that name on a pod, or for the port
    of that name of a Service; other ends have none.
    """
    if port.name:
        return _named(port, target)
    if port.protocol is None:
        return FlowSet.everything()
    if port.protocol == Protocol.ICMP:
        # Each family has an ICMP of its own, and never that of the other.
        return FlowSet.union_of(
            FlowSet.box(families=(family,), protocols=((number, number),))
            for family, number in ((4, int(Protocol.ICMP)), (6, int(Protocol.ICMPV6)))
        )
    protocols = ((port.protocol, port.protocol),)
    if port.ports is None:
        return FlowSet.box(protocols=protocols)
    ports = ((port.ports.first, port.ports.last),)
    return FlowSet.box(protocols=protocols, destination_ports=ports)


def _named(port: PortText, target: End) -> FlowSet:
    protocol = Protocol(port.protocol or Protocol.TCP)
    numbers = tuple(
        (each.port, each.port)
        for each in named_ports(target)
        if each.name == port.name and each.protocol == protocol
    )
    if not numbers:
        return FlowSet.empty()
    return FlowSet.box(
        protocols=((int(protocol), int(protocol)),), destination_ports=numbers
    )


def services_of(flows: FlowSet) -> tuple[Service, ...]:
    """Return the protocols and destination ports that occur in *flows*.

    Addresses are left out: a service is listed if some address has it.
    """
    ports: dict[int, list[tuple[int, int]]] = {}
    bare: list[tuple[int, int]] = []
    for box in flows.boxes():
        for first, last in box.protocols:
            for protocol in _PORTED:
                if first <= protocol <= last:
                    held = (
                        ((0, LAST_PORT),)
                        if box.is_any_destination_port
                        else box.destination_ports
                    )
                    ports.setdefault(int(protocol), []).extend(held)
            bare.append((first, last))
    out: list[Service] = []
    whole = True
    for protocol in _PORTED:
        joined = _joined(ports.get(int(protocol), []))
        whole = whole and joined == [(0, LAST_PORT)]
        if joined:
            out.append((protocol.name, numbers_text(joined)))
    others = [span for span in _joined(bare) for span in _without_ported(span)]
    if whole and _joined(bare) == [(0, LAST_PROTOCOL)]:
        return (ANY,)
    return (*out, *_bare_services(others))


def ranges_of(by_family: dict[int, tuple[tuple[int, int], ...]]) -> tuple[str, ...]:
    """Return addresses by family as the shortest list of prefixes, in words."""
    ranges = [
        AddressRange(version, first, last)
        for version, intervals in by_family.items()
        for first, last in intervals
    ]
    return tuple(str(prefix) for prefix in prefixes_of(ranges))


def _joined(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    out: list[tuple[int, int]] = []
    for first, last in sorted(spans):
        if out and first <= out[-1][1] + 1:
            out[-1] = (out[-1][0], max(out[-1][1], last))
        else:
            out.append((first, last))
    return out


def numbers_text(spans: Iterable[tuple[int, int]]) -> str:
    """Return ports or protocols in words, such as `80,8000-8080`."""
    return ",".join(
        str(first) if first == last else f"{first}-{last}" for first, last in spans
    )


def _without_ported(span: tuple[int, int]) -> list[tuple[int, int]]:
    """Return a span of protocols without those that have ports."""
    spans = [span]
    for hole in sorted(WITH_PORTS):
        cut: list[tuple[int, int]] = []
        for first, last in spans:
            if first <= hole <= last:
                cut += [(first, hole - 1)] if first < hole else []
                cut += [(hole + 1, last)] if hole < last else []
            else:
                cut.append((first, last))
        spans = cut
    return spans


def _bare_services(spans: list[tuple[int, int]]) -> list[Service]:
    """Return the protocols without ports: ICMP by name, the others by number."""
    icmp = {int(Protocol.ICMP), int(Protocol.ICMPV6)}
    out: list[Service] = []
    if any(first <= number <= last for first, last in spans for number in icmp):
        out.append(("ICMP", f"0-{LAST_PORT}"))
    rest = [span for span in spans if not (span[0] == span[1] and span[0] in icmp)]
    if rest:
        out.append((f"protocols {numbers_text(rest)}", ""))
    return out
