"""The doors of platform resources beside their definition, for each packet."""

from dataclasses import replace
from ipaddress import ip_address

from hypothesis import given
from hypothesis import strategies as st

import strategies_fabric as fabric_strategies
from seawall.engine.path.arrive import Resources
from seawall.engine.path.ground.atlas import Atlas
from seawall.engine.path.ground.branch import Branch, Question, Start, StartKind
from seawall.engine.path.ground.space import Space
from seawall.engine.path.ground.tags import Tags
from seawall.engine.path.ground.verdicts import EVERYTHING
from seawall.engine.path.resource_rules import Leaving
from seawall.flowspace import Header
from seawall.model.address import AddressRange
from seawall.model.end import NameEnd, SubnetEnd
from seawall.model.endpoint import PlatformResource
from seawall.model.origin import Origin
from seawall.model.packet import Packet
from seawall.model.snapshot import Fabric, Snapshot
from seawall.model.tag import TagList
from seawall.model.trace import Verdict
from seawall.model.translation import PublicAddress
from seawall.reference.journey import Journey
from seawall.reference.journey import Start as ReferenceStart
from seawall.reference.outbound import BY_FIREWALL, arrive, by_service_endpoint

SOMEWHERE = Space.of((AddressRange.parse("10.1.0.0/29"),))
SERVICE = ip_address("1.1.1.1")
many_packets = st.lists(
    fabric_strategies.packets()
    .filter(lambda packet: packet.source.version == SERVICE.version)
    .map(lambda packet: replace(packet, destination=SERVICE)),
    min_size=8,
    max_size=16,
)


def ways(
    snapshot: Snapshot, resource: PlatformResource, packet: Packet
) -> tuple[tuple[Branch, Verdict], ...]:
    """Return how each way in ends, here and there."""
    atlas = Atlas(snapshot)
    doors = Resources(atlas, Tags(atlas))
    (name, *_) = resource.host_names
    start = Start(StartKind.MACHINE, "nodes", SOMEWHERE, subnet="nodes")
    question = Question(NameEnd(name), name, resource, is_public=True)
    branch = Branch(start, question, EVERYTHING)
    here = ReferenceStart(SubnetEnd("nodes"), "", "spoke")
    choice = fabric_strategies.Drawn(0)
    journey = Journey(snapshot, here, name, NameEnd(name), choice)
    subnet = next(each for each in snapshot.fabric.subnets if each.id == "nodes")
    home = next(each for each in snapshot.fabric.networks if each.id == subnet.network)
    found = []
    for left, method, place in (
        (None, "internet", None),
        (Leaving(home.region), BY_FIREWALL, subnet),
        (Leaving(home.region, is_lent=True), "NAT gateway", subnet),
    ):
        ours = doors.by_public_address(branch, resource, left)
        found.append((ours, arrive(journey, packet, method, place).verdict))
    served = by_service_endpoint(journey, subnet, packet, offered=True)
    if served is not None:
        found.append(
            (doors.by_service_endpoint(branch, resource, subnet), served.verdict)
        )
    return tuple(found)


@given(
    fabric_strategies.resources(),
    fabric_strategies.subnets(),
    fabric_strategies.networks(),
    fabric_strategies.tag_lists(),
    many_packets,
    st.integers(1, 2),
)
def test_a_resource_admits_alike(
    resources: tuple[PlatformResource, ...],
    subnets: tuple[fabric_strategies.Subnet, ...],
    networks: tuple[fabric_strategies.VirtualNetwork, ...],
    listed: TagList | None,
    packets: list[Packet],
    turn: int,
) -> None:
    ours = AddressRange.parse("52.0.0.1")
    fabric = Fabric(
        networks=networks,
        subnets=subnets,
        resources=resources,
        service_tags=listed,
        public_addresses=(PublicAddress("pip", "pip", (ours,), Origin("x")),),
    )
    snapshot = Snapshot(fabric=fabric)
    for packet in packets:
        header = Header(
            packet.source.version,
            packet.protocol,
            int(packet.source),
            int(packet.destination),
            packet.source_port,
            packet.destination_port,
        )
        for branch, verdict in ways(snapshot, resources[turn], packet):
            parts = branch.verdicts()
            ours = Verdict.DENIED if header in parts.denied else Verdict.ALLOWED
            ours = Verdict.UNKNOWN if header in parts.unknown else ours
            where = (str(packet), resources[turn], ours, verdict)
            assert ours is verdict, where
