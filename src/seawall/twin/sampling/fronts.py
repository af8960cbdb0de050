"""Which packets to send to what stands before pods: Services, front ends, names."""

from collections.abc import Iterable, Iterator

from seawall.model.packet import Protocol
from seawall.twin.classes.cast import Cast, MachineStand
from seawall.twin.classes.services import CARRIED, PUBLISHED
from seawall.twin.sampling.question import Question, Stand

_WEB = frozenset({80, 443})


def to_services(
    cast: Cast, senders: Iterable[Stand], odd: int
) -> Iterator[tuple[Question, ...]]:
    """Yield a row for each sender and Service: its ports, and one more.

    Whoever is outside of the cluster reaches none. Where a firewall goes by names, its
    proxy may take what is for HTTP and TLS, and keeps silent until it knows a name.

    Args:
        cast: Who is there.
        senders: Who sends.
        odd: A port that nothing names.
    """
    for a in senders:
        for stand in cast.services:
            ports = [it for it in stand.service.ports if it.protocol in CARRIED]
            silent = _WEB if cast.sites and isinstance(a, MachineStand) else ()
            yield (
                *(
                    Question(a, stand, it.protocol, it.port)
                    for it in ports
                    if it.port not in silent
                ),
                Question(a, stand, Protocol.TCP, odd),
            )


def to_resources(
    cast: Cast, senders: Iterable[Stand]
) -> Iterator[tuple[Question, ...]]:
    """Yield a row for each sender, on the internet too: every resource in public."""
    far = [it for it in cast.places if not it.is_on_premises]
    for a in (*senders, *far):
        yield tuple(Question(a, it, Protocol.TCP, 443) for it in cast.resources)


def to_names(cast: Cast) -> Iterator[tuple[Question, ...]]:
    """Yield a row for each who asks for names: every name, of whom he asks."""
    rows: dict[str, list[Question]] = {}
    for asker, stand in cast.lookups:
        row = rows.setdefault(asker.name, [])
        row.append(Question(asker, stand, Protocol.UDP, 53))
    yield from map(tuple, rows.values())


def to_sites(cast: Cast, senders: Iterable[Stand]) -> Iterator[tuple[Question, ...]]:
    """Yield a row for each sender: every name, in TLS and HTTP."""
    for a in senders:
        yield tuple(Question(a, it, Protocol.TCP, it.port) for it in cast.sites)


def to_doors(cast: Cast, odd: int) -> Iterator[tuple[Question, ...]]:
    """Yield a row for each place on the internet and firewall that translates."""
    for a in cast.places:
        for door in () if a.is_on_premises else cast.doors:
            yield (
                *(Question(a, door, protocol, port) for protocol, port in door.asked),
                Question(a, door, Protocol.TCP, odd),
            )


def to_node_ports(
    cast: Cast, senders: Iterable[Stand]
) -> Iterator[tuple[Question, ...]]:
    """Yield a row for each sender and node: every port that nodes hear for Services."""
    asked = {
        (port.protocol, port.node_port): None
        for stand in cast.services
        if stand.service.type in PUBLISHED
        for port in stand.service.ports
        if port.protocol in CARRIED and port.node_port is not None
    }
    far = [it for it in cast.places if it.is_on_premises]
    for a in (*senders, *far) if asked else ():
        for node in cast.nodes:
            if node is not a:
                yield tuple(Question(a, node, *it) for it in asked)


def to_gateways(
    cast: Cast, senders: Iterable[Stand], odd: int
) -> Iterator[tuple[Question, ...]]:
    """Yield a row for each client and backend of a gateway: its listeners' ports.

    Clients of private front ends are in the networks or on premises.
    """
    inside = tuple(senders)
    for stand in cast.gateways:
        far = [it for it in cast.places if it.is_on_premises]
        clients: list[Stand] = [*inside, *far]
        if stand.front.is_public:
            clients = [*inside, *(it for it in cast.places if it not in far)]
        ports = stand.gateway.listener_ports if stand.backend is not None else (odd,)
        for a in clients:
            yield tuple(Question(a, stand, Protocol.TCP, number) for number in ports)


def to_fronts(cast: Cast, odd: int) -> Iterator[tuple[Question, ...]]:
    """Yield a row for each front end and client: its rules' ports, and one more.

    Clients are places on the internet for public ones, for private ones machines and
    places on premises; and for both pods and nodes, which nodes of the twin serve as
    kube-proxy does, without the load balancer.
    """
    machines = [it for it in cast.machines if it.kind == "machine"]
    for front in cast.fronts:
        far = [it for it in cast.places if it.is_on_premises]
        clients: list[Stand] = [*machines, *far]
        if front.front.is_public:
            clients = [it for it in cast.places if not it.is_on_premises]
        clients += [*cast.pods, *cast.nodes]
        asked = {
            (Protocol(rule.protocol or Protocol.TCP), number): None
            for rule in front.rules
            for number in (rule.front_port.first, rule.front_port.last)
            if (rule.protocol or Protocol.TCP) in CARRIED
        }
        for a in clients:
            yield (
                *(Question(a, front, protocol, number) for protocol, number in asked),
                Question(a, front, Protocol.TCP, odd),
            )
