"""Which protocols and ports to try: those that rules name, their edges, one more."""

from collections.abc import Iterable, Iterator

from seawall.model.packet import LAST_PORT, Protocol
from seawall.model.policy import Direction, NamedPort, NumberedPorts, Policy
from seawall.model.ranked import IcmpMessages, RankedPolicy, WholeProtocol
from seawall.model.workload import Workload
from seawall.twin.classes.cast import Cast

Service = tuple[Protocol, int]
"""A protocol and a port; 0 for a protocol without ports."""

SENT = frozenset({Protocol.TCP, Protocol.UDP, Protocol.SCTP, Protocol.ICMP})
"""What probes are sent over."""

_STRANGERS = (4_444, 5_555, 6_666, 7_777, 8_888, 9_999, 11_111, 22_222)


def of_network_policy(
    policy: Policy, way: Direction, own: Workload, cast: Cast
) -> Iterator[Service]:
    """Yield services at the edges of what one policy's rules name."""
    for rule in policy.rules(way):
        for match in rule.ports or ():
            yield from _services(match, way, own, cast)


def of_ranked_policy(
    policy: RankedPolicy, way: Direction, own: Workload, cast: Cast
) -> Iterator[Service]:
    """Yield services at the edges of what one ranked policy's rules name."""
    for rule in policy.rules(way):
        for match in (*(rule.services or ()), *rule.except_services):
            yield from _services(match, way, own, cast)


def _services(
    match: NumberedPorts | NamedPort | WholeProtocol | IcmpMessages,
    way: Direction,
    own: Workload,
    cast: Cast,
) -> Iterator[Service]:
    if isinstance(match, NumberedPorts):
        ports = match.ports
        for number in (ports.first, ports.last, ports.first - 1, ports.last + 1):
            if 0 < number <= LAST_PORT:
                yield Protocol(match.protocol), number
    elif isinstance(match, NamedPort):
        inward = way is Direction.INGRESS
        others = (stand.workload for stand in cast.pods)
        for end in (own,) if inward else others:
            yield from _called(end, match)
    elif match.protocol == Protocol.ICMP:
        yield Protocol.ICMP, 0


def _called(end: Workload, match: NamedPort) -> Iterator[Service]:
    for port in end.ports:
        if port.name == match.name and port.protocol == match.protocol:
            yield port.protocol, port.port


def stranger(named: Iterable[Service]) -> int:
    """Return a port that nothing names."""
    ports = {port for _, port in named}
    return next((port for port in _STRANGERS if port not in ports), 33_333)
