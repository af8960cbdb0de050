"""A drawn network as a plan: what is built, who listens, and what is asked."""

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address

from seawall.model.packet import Protocol
from seawall.twin.classes.cast import (
    GatewayStand,
    NameStand,
    NodeStand,
    ResourceStand,
    SiteStand,
)
from seawall.twin.layout.draft import Draft, Room, Side
from seawall.twin.layout.policy_layer import space_of
from seawall.twin.layout.way_back import lead_errors_back
from seawall.twin.plan import (
    End,
    Link,
    Plan,
    Probe,
    ProbeKind,
    RouteKind,
    RouteLine,
    RouteRule,
    RuleText,
    Space,
    Stand,
    StandKind,
)
from seawall.twin.sampling.questions import Question

EAR = 7
"""The port at which a listener hears what was sent to any. Source: RFC 862."""

_KINDS = {
    Protocol.TCP: ProbeKind.TCP,
    Protocol.UDP: ProbeKind.UDP,
    Protocol.SCTP: ProbeKind.SCTP,
    Protocol.ICMP: ProbeKind.ICMP,
}
_ROUTER = (
    ("ipv4.conf.all.rp_filter", "0"),
    ("ipv4.conf.default.rp_filter", "0"),
    # What a router said may pass it again on its way back.
    ("ipv4.conf.all.accept_local", "1"),
    # An error has the mark of the packet that it is about.
    ("ipv4.fwmark_reflect", "1"),
)

_HEARS_ALL = f"""table ip seawall_ear {{
  chain prerouting {{
    type nat hook prerouting priority -100; policy accept;
    # spared
    fib daddr type local meta l4proto tcp redirect to :{EAR}
    fib daddr type local meta l4proto udp redirect to :{EAR}
  }}
}}"""
"""A pod, or a place outside, answers at every port: what does not, was kept out."""


def planned(draft: Draft, questions: Sequence[Question]) -> Plan:
    """Return the plan of a drawn network and of what it is asked.

    The probe of each question has the number of its place, from 1. What waits in vain
    for an answer is proved by the first question between the same two ends of which
    an answer may come.
    """
    lead_errors_back(draft)
    rooms = tuple(draft.rooms.values())
    listening = _listening(rooms, questions)
    return Plan(
        spaces=tuple(_space(room) for room in rooms),
        links=tuple(Link(_end(one), _end(other)) for one, other in draft.links),
        routes=tuple(line for room in rooms for line in _routes(room)),
        route_rules=tuple(rule for room in rooms for rule in _route_rules(room)),
        rules=tuple(
            RuleText(room.name, text)
            for room in rooms
            for text in (*room.texts, *((_hears_all(room),) if _hears(room) else ()))
        ),
        stands=listening,
        probes=tuple(
            probe_of(question, number) for number, question in enumerate(questions, 1)
        ),
    )


def probe_of(question: Question, number: int, control: int = 0) -> Probe:
    """Return the probe that asks a question."""
    target = question.target
    kind, name = _KINDS[question.protocol], ""
    if isinstance(target, NameStand):
        kind, name = ProbeKind.DNS, target.name
    if isinstance(target, ResourceStand):
        kind, name = ProbeKind.TLS, target.host
    if isinstance(target, GatewayStand) and target.backend is not None:
        kind, name = ProbeKind.HTTP, target.backend.host
    if isinstance(target, SiteStand):
        kind, name = ProbeKind(target.speaks), target.name
    return Probe(
        number,
        space_of(question.source),
        kind,
        str(target.address),
        question.port,
        source=str(question.source.address),
        name=name,
        control=control,
    )


def _space(room: Room) -> Space:
    return Space(
        room.name,
        forwards=room.forwards,
        addresses=tuple(f"{it}/32" for it in (*room.held, *room.answers_at)),
        sysctls=_ROUTER,
        resolver=room.resolver,
        origin=room.stands_for,
    )


def _end(side: Side) -> End:
    return End(side.space, side.name, (f"{side.address}/31",))


def _routes(room: Room) -> Iterable[RouteLine]:
    source = str(room.held[0]) if len(room.held) == 1 else ""
    for way in room.ways:
        table = 254 if way.table is None else way.table
        if way.over is None:
            yield RouteLine(
                room.name, str(way.to), kind=RouteKind.UNREACHABLE, table=table
            )
        else:
            yield RouteLine(
                room.name,
                str(way.to),
                via=str(way.over.far),
                device=way.over.name,
                table=table,
                source=source,
            )


def _route_rules(room: Room) -> Iterable[RouteRule]:
    for mark, table in room.returning:
        yield RouteRule(room.name, table, 50, mark=mark)
    for at, (link, table) in enumerate(room.entering):
        yield RouteRule(room.name, table, 100 + at, came_by=link)
    for mark, table in room.marked:
        yield RouteRule(room.name, table, 60, mark=mark)


def _hears_all(room: Room) -> str:
    """Return the table of a space that answers at every port but of some addresses."""
    listed = ", ".join(map(str, room.spared))
    spared = f"    ip daddr {{ {listed} }} accept\n" if listed else ""
    if any(stand.kind is StandKind.DNS for stand in room.stands):
        spared += "    udp dport 53 accept\n"
    return _HEARS_ALL.replace("    # spared\n", spared)


def _hears(room: Room) -> bool:
    """Whether somebody there answers at every port: not on a node, nor a router."""
    return bool(room.held) and (room.hears or not room.forwards)


def _listening(
    rooms: tuple[Room, ...], questions: Sequence[Question]
) -> tuple[Stand, ...]:
    found = [
        Stand(room.name, "0.0.0.0", port, protocol, origin=room.stands_for)  # noqa: S104
        for room in rooms
        if _hears(room)
        for protocol, port in (("tcp", EAR), ("udp", EAR), ("sctp", 0))
    ]
    found.extend(stand for room in rooms for stand in room.stands)
    names = {Protocol.TCP: "tcp", Protocol.UDP: "udp", Protocol.SCTP: "sctp"}
    asked: dict[tuple[str, IPv4Address, int, str], None] = {}
    for question in questions:
        target = question.target
        if isinstance(target, NodeStand) and question.protocol in names:
            word = names[question.protocol]
            asked[space_of(target), target.address, question.port, word] = None
        backend = target.backend if isinstance(target, GatewayStand) else None
        if backend is not None and backend.node is not None:
            at = backend.node.address
            asked[space_of(backend.node), at, backend.port, "tcp"] = None
    found.extend(
        Stand(space, str(address), port, word, origin=space)
        for space, address, port, word in asked
    )
    return tuple(found)
