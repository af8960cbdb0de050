"""Pods of kubenet are reached by whoever has the routes to their nodes."""

from dataclasses import replace
from ipaddress import ip_address

import pytest

import fabrics as fab
from fabrics import known
from seawall.engine.path import PathModel
from seawall.flowspace import Header
from seawall.model.address import AddressRange
from seawall.model.cluster import Addressing
from seawall.model.dataplane import CALICO
from seawall.model.end import AddressEnd, PodEnd
from seawall.model.network import NextHop
from seawall.model.snapshot import Snapshot
from seawall.model.trace import Verdict
from seawall.query.ask import verdict_of
from seawall.query.reach.every_layer import reach_all
from seawall.query.reach.policy import Narrowing

POOL = fab.pool("sys", "nodes")
JUMP = ip_address("10.0.1.7")


def shot(addressing: Addressing) -> Snapshot:
    """Return a cluster beside a subnet that has a route to the pods of one node."""
    to_node = fab.route(
        "node-1", "10.244.1.0/24", NextHop.VIRTUAL_APPLIANCE, "10.1.0.4"
    )
    fabric = fab.hub_and_spoke(
        route_tables=(fab.table("rt"), fab.table("cluster", to_node))
    )
    subnets = tuple(
        replace(each, route_table=known("cluster")) if each.name == "jump" else each
        for each in fabric.subnets
    )
    on = fab.cluster(POOL, addressing=known(addressing))
    pods = fab.workload("web", pods=(fab.pod("web-1", "10.244.1.7"),))
    return fab.snapshot(replace(fabric, subnets=subnets), on, workloads=(pods,))


def test_an_address_that_is_asked_about_is_answered_though_nobody_has_it() -> None:
    far = (AddressRange.parse("192.168.9.9"),)
    asked = reach_all(
        shot(Addressing.KUBENET), CALICO, Narrowing(source_ranges=far)
    ).connections()
    (row,) = [each for each in asked if isinstance(each.source, tuple)]
    assert (row.source, row.allowed) == (far, ())
    assert row.unknown == (("any", "0-65535"),)


NOBODYS, OF_PODS, OF_NODES = "192.168.9.9", "10.244.9.9", "10.1.0.9"


def verdict(shown: Snapshot, sender: str) -> Verdict:
    """Return what both questions say of everything that an address sends to a pod."""
    far = (AddressRange.parse(sender),)
    pod = PodEnd(shown.objects.workloads[0])
    answer = PathModel.build(shown).partition(AddressEnd(far), pod)
    rows = reach_all(shown, CALICO, Narrowing(source_ranges=far)).connections()
    row = next((each for each in rows if isinstance(each.source, tuple)), None)
    assert bool(answer.allowed) == bool(row and row.allowed)
    assert bool(answer.unknown) == bool(row and row.unknown)
    return verdict_of(answer.partition)


@pytest.mark.parametrize(
    ("sender", "overlay", "kubenet"),
    [
        (NOBODYS, Verdict.DENIED, Verdict.UNKNOWN),
        (OF_PODS, Verdict.UNKNOWN, Verdict.UNKNOWN),
        (OF_NODES, Verdict.ALLOWED, Verdict.ALLOWED),
    ],
)
def test_nobody_reaches_pods_of_an_overlay_but_who_may_be_of_the_cluster(
    sender: str, overlay: Verdict, kubenet: Verdict
) -> None:
    """Source: AKS docs, concepts-network-azure-cni-overlay; path.md, D5."""
    assert verdict(shot(Addressing.OVERLAY), sender) is overlay
    assert verdict(shot(Addressing.KUBENET), sender) is kubenet


def test_who_may_be_a_node_of_a_subnet_that_is_not_shown_may_reach_the_pods() -> None:
    shown = shot(Addressing.OVERLAY)
    assert shown.cluster is not None
    pools = (POOL, fab.pool("more", "elsewhere"))
    shown = replace(shown, cluster=replace(shown.cluster, pools=pools))
    assert verdict(shown, NOBODYS) is Verdict.UNKNOWN


def test_of_a_range_the_part_that_nobody_has_is_told_apart() -> None:
    wide = AddressEnd((AddressRange.parse("10.0.0.0/8"),))
    shown = shot(Addressing.OVERLAY)
    answer = PathModel.build(shown).partition(wide, PodEnd(shown.objects.workloads[0]))
    for sender, part in (
        ("10.9.0.9", answer.denied),
        (OF_PODS, answer.unknown),
        (OF_NODES, answer.allowed),
    ):
        to = ip_address("10.244.1.7")
        assert Header(4, 6, int(ip_address(sender)), int(to), 40000, 80) in part


def sources(addressing: Addressing) -> tuple[AddressRange, ...]:
    """Return the addresses that surely reach the pod."""
    result = reach_all(shot(addressing), CALICO, Narrowing())
    rows = [row for row in result.connections() if isinstance(row.source, tuple)]
    return tuple(item for row in rows if row.allowed for item in row.source)


def test_who_has_the_routes_stands_among_those_who_reach_pods_of_kubenet() -> None:
    """Source: AKS docs, configure-kubenet; docs/semantics/path.md, H9."""
    found = sources(Addressing.KUBENET)
    assert any(JUMP in item for item in found)
    assert not any(ip_address("10.9.0.1") in item for item in found)


def test_nobody_outside_stands_among_those_who_reach_pods_of_an_overlay() -> None:
    """Source: AKS docs, concepts-network-azure-cni-overlay."""
    assert sources(Addressing.OVERLAY) == ()
