"""Front ends of a cluster's own Services, called from inside: both meanings agree."""

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
from seawall.model.address import Address, AddressRange
from seawall.model.dataplane import DATAPLANES
from seawall.model.end import (
    AddressEnd,
    End,
    InternetEnd,
    NodeEnd,
    PodEnd,
    SubnetEnd,
)
from seawall.model.packet import Packet, PortRange, Protocol
from seawall.model.service import ListedEndpoints, Service
from seawall.model.setting import Setting
from seawall.model.snapshot import Snapshot
from seawall.model.trace import Verdict
from seawall.model.translation import (
    FrontEnd,
    LoadBalancer,
    LoadBalancerRule,
    PublicAddress,
)
from seawall.reference.walk import follow

PORT = 9000
NODE_PORTS = PortRange(30_000, 32_767)
FRONTS = (
    FrontEnd("public", "pip-front", ip_address("52.0.0.10"), None),
    FrontEnd("private", None, ip_address("10.1.0.6"), "nodes"),
)
OF_FRONT = PublicAddress(
    *("pip-front", "front", (AddressRange.parse("52.0.0.10"),)),
    fabric_strategies.ORIGIN,
)
"""Nobody else has it: Azure gives an address to one thing alone."""
OUTER = ip_address("10.9.0.1")
RANGES = ((), (), ("10.244.0.0/30",), ("10.0.0.0/8",), ("nonsense",))


@st.composite
def journeys(draw: st.DrawFn) -> tuple[Snapshot, End, End, Start, Packet]:
    service = replace(
        draw(listing(None, None, *fabric_strategies.ENDPOINT_LISTS)),
        source_ranges=draw(st.sampled_from(RANGES)),
        external_addresses=draw(st.sampled_from(((), (OUTER,)))),
    )
    front = draw(st.sampled_from(FRONTS))
    snapshot = draw(behind_a_front(service, front))
    objects, cluster = snapshot.objects, snapshot.cluster
    assert cluster is not None
    ends: list[End] = [PodEnd(item) for item in objects.workloads] * 2
    ends += [NodeEnd(pool.name) for pool in cluster.pools]
    source = draw(st.sampled_from(ends))
    led = isinstance(source, PodEnd) and source.workload.name in service.name
    assume(not led and not pods_are_unplaced(snapshot))
    assert front.address is not None
    receiver = draw(st.sampled_from((front.address, front.address, OUTER)))
    return draw(asked(snapshot, source, receiver))


@st.composite
def listing(draw: st.DrawFn, *lists: tuple[ListedEndpoints, ...] | None) -> Service:
    """Return a Service with something listed behind it; a pod's name is in its own."""
    service = draw(fabric_strategies.published())
    listed = draw(st.sampled_from(lists))
    held = {str(it) for each in listed or () for it in each.addresses}
    first = "-app0" if fabric_strategies.FIRST_POD in held else ""
    return replace(service, name=service.name + first, endpoints=listed)


@st.composite
def from_elsewhere(draw: st.DrawFn) -> tuple[Snapshot, End, End, Start, Packet]:
    """Return packets from outside to a front end with addresses listed behind it."""
    service = draw(listing(*fabric_strategies.ENDPOINT_LISTS))
    front = draw(st.sampled_from(FRONTS))
    snapshot = draw(behind_a_front(service, front))
    places = [SubnetEnd("shared"), SubnetEnd("remote"), SubnetEnd("endpoints")]
    outside = InternetEnd() if front.is_public else None
    assume(not pods_are_unplaced(snapshot))
    assert front.address is not None
    source = outside or draw(st.sampled_from(places))
    return draw(asked(snapshot, source, front.address))


@st.composite
def behind_a_front(draw: st.DrawFn, service: Service, front: FrontEnd) -> Snapshot:
    """Return a network in which a front end listens for a Service."""
    snapshot = draw(fabric_strategies.snapshots(with_dns=True))
    assert snapshot.cluster is not None
    rule = LoadBalancerRule(
        "own",
        front.name,
        "pool",
        draw(st.sampled_from((6, None))),
        PortRange(PORT, PORT),
        None,
        draw(st.booleans()),
        source_nat=False,
        origin=fabric_strategies.ORIGIN,
        service=service.label,
        probe=draw(st.sampled_from((None, PortRange(80, 80), NODE_PORTS))),
    )
    balancer = LoadBalancer(
        *("lb", "lb", FRONTS, (rule,), (), fabric_strategies.ORIGIN, ("sys",)),
        other_class=draw(st.sampled_from(("", "", "example.com/other"))),
    )
    engine = Setting.stated(draw(st.sampled_from(ENGINES)))
    objects = replace(
        snapshot.objects,
        services=(service,),
        policies=draw(st.sampled_from(POLICIES)),
    )
    return replace(
        snapshot,
        objects=objects,
        cluster=replace(snapshot.cluster, policy_engine=engine),
        fabric=replace(
            snapshot.fabric,
            load_balancers=(balancer,),
            public_addresses=(*snapshot.fabric.public_addresses, OF_FRONT),
        ),
    )


@st.composite
def asked(
    draw: st.DrawFn, snapshot: Snapshot, source: End, receiver: Address
) -> tuple[Snapshot, End, End, Start, Packet]:
    """Return one packet from somewhere to an address."""
    target = AddressEnd((AddressRange.of(receiver),))
    model = PathModel.build(snapshot)
    assume(len(model.starts(source)) == 1)
    (start,) = model.starts(source)
    sender = one_of(draw, start.sources, 4)
    assume(sender is not None and sender != receiver)
    assert sender is not None
    protocol = draw(st.sampled_from((Protocol.TCP, Protocol.TCP, Protocol.UDP)))
    port = draw(st.sampled_from((PORT, PORT, 80)))
    packet = Packet(sender, receiver, protocol, 40_000, port)
    return snapshot, source, target, start, packet


@settings(phases=[Phase.explicit, Phase.generate], max_examples=160)
@given(st.one_of(journeys(), from_elsewhere()))
def test_a_front_end_of_the_own_cluster_leads_alike(
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
    every = {
        follow(
            snapshot,
            here,
            packet,
            target=target,
            choice=fabric_strategies.Drawn(number),
        ).verdict
        for number in range(10)
    }
    where = (str(source), str(target), str(packet), ours, every)
    if ours is not Verdict.UNKNOWN:
        assert every == {ours}, where
    elif not snapshot.objects.policies:
        assert every not in ({Verdict.ALLOWED}, {Verdict.DENIED}), where
