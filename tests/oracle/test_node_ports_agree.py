"""Ports of nodes that Services listen at: engine and definition, policies included."""

from dataclasses import replace

from hypothesis import Phase, assume, given, settings
from hypothesis import strategies as st
from test_path_engine_agrees import (
    from_sets,
    header_of,
    one_of,
    pods_are_unplaced,
    reference_start,
)

import strategies_fabric as fabric_strategies
from policy_cluster import block, labelled, pods
from policy_cluster import policy as network_policy
from policy_cluster import rule as policy_rule
from seawall.engine.path import PathModel, Start, TablePolicies
from seawall.engine.policy import PolicyTable
from seawall.model.address import AddressRange
from seawall.model.dataplane import DATAPLANES, PolicyEngine
from seawall.model.end import AddressEnd, End, NodeEnd, PodEnd, SubnetEnd
from seawall.model.packet import Packet, Protocol
from seawall.model.policy import Policy
from seawall.model.setting import Setting
from seawall.model.snapshot import Snapshot
from seawall.model.trace import Verdict
from seawall.reference.walk import follow

POLICIES: tuple[tuple[Policy, ...], ...] = (
    (),
    (network_policy("ns/closed", labelled(app="app0"), ingress=[]),),
    (
        network_policy(
            "ns/some",
            labelled(app="app0"),
            ingress=[policy_rule([pods(labelled(app="app1"))])],
        ),
    ),
    (
        network_policy(
            "ns/nodes",
            labelled(app="app0"),
            ingress=[policy_rule([block("10.0.0.0/8")])],
        ),
    ),
    (network_policy("ns/mute", labelled(app="app1"), egress=[]),),
    (
        network_policy(
            "ns/out",
            labelled(app="app1"),
            egress=[policy_rule([pods(labelled(app="app0"))])],
        ),
    ),
)
ENGINES = (PolicyEngine.CALICO, PolicyEngine.CILIUM, PolicyEngine.NPM)


@st.composite
def journeys(draw: st.DrawFn) -> tuple[Snapshot, End, End, Start, Packet]:
    snapshot = draw(fabric_strategies.snapshots(with_dns=True))
    published = draw(fabric_strategies.published())
    assert snapshot.cluster is not None
    engine = draw(st.sampled_from(ENGINES))
    objects = replace(
        snapshot.objects,
        services=(published,),
        policies=draw(st.sampled_from(POLICIES)),
    )
    cluster = replace(snapshot.cluster, policy_engine=Setting.stated(engine))
    snapshot = replace(snapshot, objects=objects, cluster=cluster)
    ends: list[End] = [PodEnd(item) for item in objects.workloads] * 2
    ends += [NodeEnd(pool.name) for pool in cluster.pools]
    ends += [SubnetEnd(name) for name in ("shared", "remote")]
    source = draw(st.sampled_from(ends))
    # What policy means for a pod that is led to itself is told by engine: D23.
    led = isinstance(source, PodEnd) and source.workload.name in published.name
    assume(not led)
    pool = draw(st.sampled_from(cluster.pools))
    home = fabric_strategies.SUBNETS[pool.subnet.value or "nodes"][1]
    nodes = AddressRange.parse(home)
    offset = draw(st.sampled_from((4, 5, 9)))
    receiver = nodes.lowest + offset
    target = draw(
        st.sampled_from((NodeEnd(pool.name), AddressEnd((AddressRange.of(receiver),))))
    )
    # Which addresses pods have under a CNI of one's own is not known to either.
    assume(not pods_are_unplaced(snapshot))
    model = PathModel.build(snapshot)
    # Of several pools the definition does not know that a known node is in one.
    assume(len(model.starts(source)) == 1)
    (start,) = model.starts(source)
    sender = one_of(draw, start.sources, 4)
    assume(sender is not None and sender != receiver)
    (port,) = published.ports
    packet = Packet(sender, receiver, Protocol.TCP, 40_000, port.node_port or 0)
    return snapshot, source, target, start, packet


@settings(phases=[Phase.explicit, Phase.generate], max_examples=80)
@given(journeys())
def test_a_port_of_a_node_leads_alike(
    journey: tuple[Snapshot, End, End, Start, Packet],
) -> None:
    snapshot, source, target, _, packet = journey
    assert snapshot.cluster is not None
    engine = snapshot.cluster.policy_engine.value
    assert engine is not None
    homes = {pool.subnet.value for pool in snapshot.cluster.pools}
    table = PolicyTable.build(
        snapshot.objects,
        DATAPLANES[engine],
        pod_ranges=snapshot.cluster.pod_ranges.value or (),
        node_ranges=[
            item
            for subnet in snapshot.fabric.subnets
            if subnet.id in homes
            for item in subnet.prefixes
        ],
    )
    model = PathModel.build(snapshot)
    answer = model.partition(source, target, policy=TablePolicies(table))
    header = header_of(packet)
    parts = (answer.allowed, answer.denied, answer.unknown)
    assume(any(header in part for part in parts))
    ours = from_sets(header, denied=answer.denied, unknown=answer.unknown)
    every: set[Verdict] = set()
    for each in model.starts(source):
        if packet.source not in each.sources:
            continue
        here = reference_start(source, each)
        for number in range(10):
            choice = fabric_strategies.Drawn(number)
            every.add(
                follow(snapshot, here, packet, target=target, choice=choice).verdict
            )
    where = (str(source), str(target), str(packet), ours, every)
    if ours is not Verdict.UNKNOWN:
        assert every == {ours}, where
    elif not snapshot.objects.policies:
        assert every not in ({Verdict.ALLOWED}, {Verdict.DENIED}), where
