"""The engine's way of a packet beside its definition: they never differ.

First each kind of stage on its own, where every verdict must be equal, then whole ways.
"""

from hypothesis import given
from hypothesis import strategies as st

import strategies_fabric as fabric_strategies
from seawall.engine.path.atlas import Atlas
from seawall.engine.path.branch import Question
from seawall.engine.path.filter import Filters
from seawall.engine.path.firewall import Firewalls
from seawall.engine.path.resolve import Answers, Resolver
from seawall.engine.path.route import Routes, Toward
from seawall.engine.path.tags import Tags
from seawall.flowspace import Header
from seawall.model.network import NextHop
from seawall.model.packet import Packet
from seawall.model.policy import Direction
from seawall.model.snapshot import Snapshot
from seawall.model.trace import Verdict
from seawall.reference.filter import Side, decide
from seawall.reference.firewall import Passage, public_ranges, rulings
from seawall.reference.name import resolve
from seawall.reference.place import within
from seawall.reference.route import Way, ways

snapshots = fabric_strategies.snapshots()
many_packets = st.lists(fabric_strategies.packets(), min_size=4, max_size=12)


def header_of(packet: Packet) -> Header:
    return Header(
        packet.source.version,
        packet.protocol,
        int(packet.source),
        int(packet.destination),
        packet.source_port,
        packet.destination_port,
    )


def from_sets(header: Header, *, denied: object, unknown: object) -> Verdict:
    if header in denied:  # type: ignore[operator]
        return Verdict.DENIED
    return Verdict.UNKNOWN if header in unknown else Verdict.ALLOWED  # type: ignore[operator]


@given(snapshots, many_packets, st.integers(0, 13))
def test_a_security_group_decides_alike(
    snapshot: Snapshot, packets: list[Packet], turn: int
) -> None:
    atlas = Atlas(snapshot)
    filters = Filters(atlas, Tags(atlas))
    group = snapshot.fabric.security_groups[turn % 2]
    subnet = snapshot.fabric.subnets[turn // 2]
    for direction in Direction:
        ruling = filters.compiled(group, subnet, direction=direction, tag="").ruling
        side = Side(snapshot, subnet, direction)
        for packet in packets:
            ours = from_sets(
                header_of(packet), denied=ruling.denied, unknown=ruling.unknown
            )
            found = decide(side, group, packet)
            where = (group.name, subnet.name, direction, str(packet), found, ours)
            assert ours is found.verdict, where


TOWARD = {
    NextHop.NONE: Toward.NONE,
    NextHop.INTERNET: Toward.INTERNET,
    NextHop.VIRTUAL_APPLIANCE: Toward.APPLIANCE,
    NextHop.VIRTUAL_NETWORK_GATEWAY: Toward.GATEWAY,
    NextHop.UNKNOWN: Toward.UNKNOWN,
}


def toward(found: list[Way]) -> tuple[Toward, object]:
    if len(found) > 1:
        return Toward.UNKNOWN, None
    way = found[0]
    if way.hop is NextHop.VNET_LOCAL:
        if way.peer is not None:
            return Toward.PEERING, way.peer
        return Toward.LOCAL, None
    return TOWARD[way.hop], way.appliance


@given(snapshots, st.lists(fabric_strategies.packets(), min_size=8, max_size=24))
def test_routes_lead_to_one_place(snapshot: Snapshot, packets: list[Packet]) -> None:
    routes = Routes(Atlas(snapshot))
    for subnet in snapshot.fabric.subnets:
        for packet in packets:
            address = packet.destination
            lanes = [
                lane for lane in routes.lanes(subnet) if address in lane.destinations
            ]
            assert len(lanes) == 1, (subnet.name, str(address))
            hop = lanes[0].hop
            detail = hop.peering.remote if hop.peering is not None else hop.appliance
            found = ways(snapshot.fabric, subnet, address)
            assert (hop.toward, detail) == toward(found), (
                subnet.name,
                str(address),
                hop,
                found,
            )


@given(snapshots, many_packets, st.sampled_from((None, *fabric_strategies.NAMES)))
def test_a_firewall_rules_alike(
    snapshot: Snapshot, packets: list[Packet], name: str | None
) -> None:
    atlas = Atlas(snapshot)
    firewalls = Firewalls(atlas, Tags(atlas))
    for firewall in snapshot.fabric.firewalls:
        compiled = firewalls.compiled(firewall, Question(name=name or ""))
        for packet in packets:
            if within(packet.destination, public_ranges(snapshot.fabric, firewall)):
                continue
            header = header_of(packet)
            found = rulings(snapshot.fabric, firewall, packet, name)
            passages = {item.passage for item in found}
            refused = Passage.REFUSED in passages
            verdict = Verdict.UNKNOWN if refused else Verdict.ALLOWED
            verdict = Verdict.DENIED if passages == {Passage.REFUSED} else verdict
            ruling = compiled.ruling
            ours = from_sets(header, denied=ruling.denied, unknown=ruling.unknown)
            incomplete = not firewall.complete.is_surely(value=True)
            assert ours is (Verdict.UNKNOWN if incomplete else verdict), (
                str(packet),
                found,
                ours,
            )
            if not incomplete:
                network = header in compiled.by_network
                application = header in compiled.by_application
                assert network == (Passage.NETWORK in passages), (str(packet), found)
                assert application == (Passage.APPLICATION in passages), (
                    str(packet),
                    found,
                )


ANSWERS = {
    "addresses": Answers.PRIVATE,
    "endpoints": Answers.PRIVATE,
    "public": Answers.PUBLIC,
    "nothing": Answers.NOTHING,
    "unknown": Answers.UNKNOWN,
}


@given(snapshots)
def test_names_resolve_alike(snapshot: Snapshot) -> None:
    resolver = Resolver(Atlas(snapshot))
    for network in snapshot.fabric.networks:
        for name in fabric_strategies.NAMES:
            ours = resolver.resolve(name, network.id)
            found = resolve(snapshot, network.id, name)
            assert ours.answer is ANSWERS[found.kind], (network.id, name, ours, found)
            for address in found.addresses:
                assert address in ours.addresses, (network.id, name, ours, found)
