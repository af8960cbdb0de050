"""A firewall asked at its own address, by engine and definition: DNS comes there."""

from hypothesis import assume, given
from hypothesis import strategies as st

import strategies_fabric as fabric_strategies
from seawall.engine.path import PathModel
from seawall.flowspace import Header
from seawall.model.address import AddressRange
from seawall.model.end import AddressEnd, SubnetEnd
from seawall.model.packet import Packet, Protocol
from seawall.model.snapshot import Snapshot
from seawall.model.trace import Verdict
from seawall.reference.journey import Start
from seawall.reference.walk import follow

snapshots = fabric_strategies.snapshots()
asked = st.sampled_from(((Protocol.UDP, 53), (Protocol.TCP, 53), (Protocol.TCP, 443)))
OWN = fabric_strategies.FIREWALL_ADDRESS


@given(snapshots, st.sampled_from(("nodes", "shared", "remote", "pods")), asked)
def test_a_firewall_answers_at_its_own_address_alike(
    snapshot: Snapshot, subnet: str, service: tuple[Protocol, int]
) -> None:
    """Whatever leads there: the network itself, a peering, a route by the firewall."""
    model = PathModel.build(snapshot)
    source, target = SubnetEnd(subnet), AddressEnd((AddressRange.of(OWN),))
    (start,) = model.starts(source)
    protocol, port = service
    packet = Packet(start.sources.ranges[0].lowest, OWN, protocol, 1024, port)
    assume(packet.source != OWN)
    header = Header(4, protocol, int(packet.source), int(OWN), 1024, port)
    answer = model.partition(source, target)
    here = Start(source, "", start.network or "")
    choices = [fabric_strategies.Drawn(number) for number in range(4)]
    found = {
        follow(snapshot, here, packet, target=target, choice=each).verdict
        for each in choices
    }
    parts = {
        Verdict.ALLOWED: answer.allowed,
        Verdict.DENIED: answer.denied,
        Verdict.UNKNOWN: answer.unknown,
    }
    (ours,) = (verdict for verdict, part in parts.items() if header in part)
    where = (subnet, str(packet), ours, found)
    if ours is Verdict.UNKNOWN and any(it.asked for it in choices):
        # What one choice in a few shows is no proof for all.
        return
    assert found == {ours}, where
