"""Public addresses of nodes and machines: engine and definition, policies included."""

from dataclasses import replace
from ipaddress import ip_address

from hypothesis import Phase, assume, given, settings
from hypothesis import strategies as st
from test_node_ports_agree import ENGINES, POLICIES
from test_path_engine_agrees import (
    from_sets,
    header_of,
    one_of,
    pods_are_unplaced,
    reference_start,
)

import strategies_fabric as fabric_strategies
from seawall.engine.path import PathModel, Start, TablePolicies
from seawall.engine.policy import PolicyTable
from seawall.model.address import AddressRange
from seawall.model.cluster import Cluster
from seawall.model.dataplane import DATAPLANES
from seawall.model.end import AddressEnd, End, InternetEnd, NodeEnd, PodEnd, SubnetEnd
from seawall.model.packet import Packet, Protocol
from seawall.model.setting import Setting
from seawall.model.snapshot import Snapshot
from seawall.model.trace import Reply, Verdict
from seawall.reference.reply import reply
from seawall.reference.walk import follow

RECEIVERS = (fabric_strategies.OWN_PUBLIC, fabric_strategies.OF_NODES, "52.0.0.9")


def with_own_addresses(draw: st.DrawFn, cluster: Cluster) -> Cluster:
    """Return the cluster with pools whose nodes mostly have public addresses."""
    engine = Setting.stated(draw(st.sampled_from(ENGINES)))
    owned = st.sampled_from((True, True, True, False, None)).map(
        lambda it: Setting.stated(it) if it is not None else fabric_strategies.hidden()
    )
    pools = tuple(
        replace(each, node_public_addresses=draw(owned)) for each in cluster.pools
    )
    return replace(cluster, policy_engine=engine, pools=pools)


@st.composite
def journeys(draw: st.DrawFn) -> tuple[Snapshot, End, End, Start, Packet]:
    snapshot = draw(fabric_strategies.snapshots(with_dns=True))
    published = draw(fabric_strategies.published())
    assert snapshot.cluster is not None
    cluster = with_own_addresses(draw, snapshot.cluster)
    objects = replace(
        snapshot.objects,
        services=(published,) if draw(st.booleans()) else (),
        policies=draw(st.sampled_from(POLICIES)),
    )
    balancers = snapshot.fabric.load_balancers if draw(st.booleans()) else ()
    fabric = replace(snapshot.fabric, load_balancers=balancers)
    snapshot = replace(snapshot, objects=objects, cluster=cluster, fabric=fabric)
    assume(not pods_are_unplaced(snapshot))
    ends: list[End] = [InternetEnd()] * 4
    ends += [PodEnd(item) for item in objects.workloads]
    ends += [NodeEnd(pool.name) for pool in cluster.pools]
    ends += [SubnetEnd(name) for name in ("shared", "remote")]
    source = draw(st.sampled_from(ends))
    receiver = ip_address(draw(st.sampled_from(RECEIVERS)))
    target = AddressEnd((AddressRange.of(receiver),))
    model = PathModel.build(snapshot)
    assume(len(model.starts(source)) == 1)
    (start,) = model.starts(source)
    sender = one_of(draw, start.sources, 4)
    assume(sender is not None and sender != receiver)
    (port,) = published.ports
    number = draw(st.sampled_from((port.node_port or 0, 80, 443, 22)))
    packet = Packet(sender, receiver, Protocol.TCP, 40_000, number)
    return snapshot, source, target, start, packet


@settings(phases=[Phase.explicit, Phase.generate], max_examples=120)
@given(journeys())
def test_a_public_address_of_its_own_leads_alike(
    journey: tuple[Snapshot, End, End, Start, Packet],
) -> None:
    snapshot, source, target, start, packet = journey
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
    here = reference_start(source, start)
    outcomes = []
    chosen = False
    for number in range(10):
        choice = fabric_strategies.Drawn(number)
        outcomes.append(follow(snapshot, here, packet, target=target, choice=choice))
        chosen = chosen or choice.asked > 0
    every = {outcome.verdict for outcome in outcomes}
    where = (str(source), str(target), str(packet), ours, every)
    if ours is not Verdict.UNKNOWN:
        assert every == {ours}, where
    elif not snapshot.objects.policies and not chosen:
        assert every not in ({Verdict.ALLOWED}, {Verdict.DENIED}), where
    if every == {Verdict.ALLOWED} and len(answer.ways(header)) == 1:
        returns, _ = model.replies(answer, header)
        fates = {reply(snapshot.fabric, outcome) for outcome in outcomes}
        assert returns in fates or Reply.UNKNOWN in {returns, *fates}, where
