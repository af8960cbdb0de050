"""Whether a pod's address is hidden behind its node: engine and definition alike.

Each destination at an edge of some range is asked, so that every list that is drawn is
seen at its ends.
"""

from dataclasses import replace

from hypothesis import given

import strategies_fabric as fabric_strategies
from seawall.engine.path import PathModel
from seawall.engine.path.ground.branch import Branch, Question, Start, StartKind
from seawall.engine.path.translation.masquerade import Masquerading, is_hidden
from seawall.flowspace import FlowSet
from seawall.model.address import Address
from seawall.model.end import PodEnd
from seawall.model.masquerade import Masquerade
from seawall.model.packet import Packet, Protocol
from seawall.model.setting import Setting
from seawall.model.snapshot import Snapshot
from seawall.reference.journey import Journey
from seawall.reference.journey import Start as ReferenceStart
from seawall.reference.masquerade import masqueraded

Fates = set[tuple[bool, bool]]
"""Whether the address is hidden, and whether it strays, of each way."""


def by_engine(model: PathModel, start: Start, to: Address) -> Fates:
    masquerading = Masquerading(model.atlas)
    headers = start.sources.as_sources() & FlowSet.box(
        destinations={to.version: ((int(to), int(to)),)}
    )
    branch = Branch(start, Question(), headers)
    assert start.pool is not None
    nodes = model.walker.places.nodes(start.pool)
    pods = model.atlas.pod_space
    return {
        (is_hidden(way), to not in pods and masquerading.strays(way))
        for way in masquerading.masqueraded(branch, nodes)
    }


def by_definition(snapshot: Snapshot, start: Start, to: Address) -> Fates:
    assert start.workload is not None
    assert start.pool is not None
    source = start.sources.ranges[0].lowest
    packet = Packet(source, to, Protocol.TCP, 40000, 443)
    here = ReferenceStart(PodEnd(start.workload), start.pool.name)
    choice = fabric_strategies.Drawn(0)
    journey = Journey(snapshot, here, None, None, choice)
    ways = masqueraded(journey, packet)
    return {(left.packet.source != source, left.strays) for left in ways}


@given(
    fabric_strategies.snapshots(),
    fabric_strategies.masquerades(),
    fabric_strategies.switches,
)
def test_a_pod_is_hidden_behind_its_node_alike(
    snapshot: Snapshot, told: Masquerade, host_routing: Setting[bool]
) -> None:
    assert snapshot.cluster is not None
    cluster = replace(snapshot.cluster, masquerade=told, host_routing=host_routing)
    snapshot = replace(snapshot, cluster=cluster)
    model = PathModel.build(snapshot)
    for workload in snapshot.objects.workloads:
        for start in model.starts(PodEnd(workload)):
            if start.kind is not StartKind.POD:
                continue
            for version, number in fabric_strategies.EDGES:
                to = fabric_strategies.as_address(version, number)
                if version != start.sources.ranges[0].version:
                    continue
                ours = by_engine(model, start, to)
                found = by_definition(snapshot, start, to)
                where = (workload.label, start.pool, str(to), ours, found)
                assert ours == found, where
