"""Packets of IPv6 in networks of two stacks: engine and definition agree."""

from dataclasses import replace
from ipaddress import ip_address

from hypothesis import Phase, assume, given, settings
from hypothesis import strategies as st
from test_path_engine_agrees import (
    from_sets,
    header_of,
    one_of,
    reference_start,
)

import strategies_fabric as fabric_strategies
from seawall.engine.path import PathModel, Start
from seawall.model.address import AddressRange
from seawall.model.cluster import Addressing
from seawall.model.end import AddressEnd, End, InternetEnd, NodeEnd, PodEnd, SubnetEnd
from seawall.model.packet import Packet
from seawall.model.setting import Setting
from seawall.model.snapshot import Snapshot
from seawall.model.trace import Verdict
from seawall.model.translation import PublicAddress
from seawall.reference.walk import follow

SPACES = {"hub": "fd00::/64", "spoke": "fd00:1::/64"}
PREFIXES = {
    "shared": "fd00::/80",
    "nodes": "fd00:1::/80",
    "nodes2": "fd00:1::1:0:0:0/80",
}
PODS = "fd12::/64"
SIX = "2603::9"
RECEIVERS = (
    "2603::1",
    SIX,
    "2606:4700::1",
    "fd00::1",
    "fd00:1::5",
    "fd00:1::1:0:0:9",
    "fd12::9",
    "fd99::1",
)


@st.composite
def snapshots(draw: st.DrawFn) -> Snapshot:
    """Return a drawn network whose cluster has an overlay of two stacks."""
    plain = draw(fabric_strategies.snapshots())
    cluster, fabric = plain.cluster, plain.fabric
    assert cluster is not None
    has_six = draw(st.integers(0, 3)) > 0
    six = PublicAddress(
        "pip-six", "six", (AddressRange.parse(SIX),), fabric_strategies.ORIGIN
    )
    networks = tuple(
        replace(it, space=(*it.space, AddressRange.parse(SPACES[it.id])))
        if it.id in SPACES
        else it
        for it in fabric.networks
    )
    subnets = tuple(
        replace(it, prefixes=(*it.prefixes, AddressRange.parse(PREFIXES[it.id])))
        if it.id in PREFIXES and (has_six or it.id == "shared")
        else it
        for it in fabric.subnets
    )
    lent = st.sampled_from((("pip-lb",), ("pip-lb", "pip-six"), ("pip-six",)))
    gateways = tuple(
        replace(it, public_addresses=Setting.stated(draw(lent)))
        for it in fabric.nat_gateways
    )
    named = draw(st.sampled_from((None, ("pip-lb",), ("pip-lb", "pip-six"))))
    outbound = fabric_strategies.hidden() if named is None else Setting.stated(named)
    ranges = tuple(map(AddressRange.parse, (fabric_strategies.POD_RANGE, PODS)))
    pools = tuple(replace(it, pod_subnet=Setting.stated(None)) for it in cluster.pools)
    workloads = tuple(
        replace(
            it,
            pods=tuple(
                replace(pod, addresses=(ip_address(f"fd12::{number}"),))
                for pod in it.pods
            ),
        )
        for number, it in enumerate(plain.objects.workloads)
    )
    return replace(
        plain,
        cluster=replace(
            cluster,
            addressing=Setting.stated(Addressing.OVERLAY),
            pools=pools,
            pod_ranges=Setting.stated(ranges),
            dual_stack=Setting.stated(value=True),
            outbound_addresses=outbound,
        ),
        fabric=replace(
            fabric,
            networks=networks,
            subnets=subnets,
            nat_gateways=gateways,
            public_addresses=(*fabric.public_addresses, six),
        ),
        objects=replace(plain.objects, workloads=workloads),
    )


@st.composite
def journeys(draw: st.DrawFn) -> tuple[Snapshot, End, End, Start, Packet]:
    snapshot = draw(snapshots())
    assert snapshot.cluster is not None
    ends: list[End] = [PodEnd(item) for item in snapshot.objects.workloads] * 2
    ends += [NodeEnd(pool.name) for pool in snapshot.cluster.pools]
    ends += [SubnetEnd("shared"), InternetEnd()]
    source = draw(st.sampled_from(ends))
    model = PathModel.build(snapshot)
    assume(len(model.starts(source)) == 1)
    (start,) = model.starts(source)
    receiver = ip_address(draw(st.sampled_from(RECEIVERS)))
    sender = one_of(draw, start.sources, 6)
    assume(sender is not None and sender != receiver)
    protocol = draw(st.sampled_from((6, 6, 17, 58)))
    packet = Packet(sender, receiver, protocol, 40_000, 443)
    if protocol not in (6, 17):
        packet = Packet(sender, receiver, protocol)
    target = AddressEnd((AddressRange.of(receiver),))
    return snapshot, source, target, start, packet


@settings(phases=[Phase.explicit, Phase.generate], max_examples=80)
@given(journeys())
def test_ipv6_goes_alike(journey: tuple[Snapshot, End, End, Start, Packet]) -> None:
    snapshot, source, target, start, packet = journey
    answer = PathModel.build(snapshot).partition(source, target)
    header = header_of(packet)
    parts = (answer.allowed, answer.denied, answer.unknown)
    ours = from_sets(header, denied=answer.denied, unknown=answer.unknown)
    here = reference_start(source, start)
    every, chosen = set(), False
    for number in range(10):
        choice = fabric_strategies.Drawn(number)
        found = follow(snapshot, here, packet, target=target, choice=choice)
        every.add(found.verdict)
        chosen = chosen or choice.asked > 0
    where = (str(source), str(packet), ours, every)
    assert any(header in part for part in parts), where
    if ours is not Verdict.UNKNOWN:
        assert every == {ours}, where
    elif not chosen:
        assert every not in ({Verdict.ALLOWED}, {Verdict.DENIED}), where
