"""A name whose address is not known fares as its packets to every address do.

The definition is asked about addresses one by one.
"""

from dataclasses import replace

from hypothesis import assume, given
from hypothesis import strategies as st
from test_path_engine_agrees import (
    PUBLIC,
    from_sets,
    header_of,
    snapshots,
    sources_of,
    verdicts_of,
)

import strategies_fabric as fabric_strategies
from seawall.engine.path import Partition, PathModel, settled
from seawall.flowspace import FlowSet
from seawall.model.address import Address
from seawall.model.end import NameEnd
from seawall.model.packet import Packet
from seawall.model.snapshot import Snapshot
from seawall.model.trace import Verdict
from seawall.reference.match import agreed


@given(snapshots, st.data())
def test_a_name_fares_as_all_addresses_do_that_it_may_have(
    snapshot: Snapshot, data: st.DataObject
) -> None:
    source = data.draw(st.sampled_from(sources_of(snapshot)))
    target = NameEnd(data.draw(st.sampled_from(fabric_strategies.NAMES)))
    model = PathModel.build(snapshot)
    answer = model.partition(source, target)
    whole = settled(answer)
    starts = model.starts(source)
    assume(len(starts) == 1 and starts[0].sources.ranges[0].version == 4)
    assume(len(answer.somewhere) == 1)
    sender = starts[0].sources.ranges[0].lowest
    first = fabric_strategies.packet_between(data.draw, sender, PUBLIC[0])
    assume(first.protocol != 132)
    packets = {
        address: replace(first, destination=address)
        for address in (*PUBLIC, *_telling(answer.partition, first))
        if address in answer.somewhere[0] and address != sender
    }
    assume(packets)
    found = {
        address: agreed(verdicts_of(snapshot, (source, target), starts[0], packet)[0])
        for address, packet in packets.items()
    }
    for packet in packets.values():
        header = header_of(packet)
        ours = from_sets(header, denied=whole.denied, unknown=whole.unknown)
        each = from_sets(header, denied=answer.denied, unknown=answer.unknown)
        where = (str(source), str(target), str(packet), ours, found)
        if ours is not Verdict.UNKNOWN:
            assert agreed(found.values()) is ours, where
        elif each is not Verdict.UNKNOWN:
            assert set(found.values()) != {each}, where


def _telling(parts: Partition, packet: Packet) -> list[Address]:
    """Return an address for each verdict that a packet has at some address."""
    alike = FlowSet.box(
        sources={4: ((int(packet.source),) * 2,)},
        protocols=((packet.protocol,) * 2,),
    )
    if packet.protocol in (6, 17):
        alike &= FlowSet.box(
            source_ports=((packet.source_port,) * 2,),
            destination_ports=((packet.destination_port,) * 2,),
        )
    found = (
        (part & alike).witness()
        for part in (parts.allowed, parts.denied, parts.unknown)
    )
    return [
        fabric_strategies.as_address(4, header.destination)
        for header in found
        if header is not None
    ]
