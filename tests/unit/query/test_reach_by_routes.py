"""Pods of kubenet are reached by whoever has the routes to their nodes."""

from dataclasses import replace
from ipaddress import ip_address

import fabrics as fab
from fabrics import known
from seawall.model.address import AddressRange
from seawall.model.cluster import Addressing
from seawall.model.dataplane import CALICO
from seawall.model.network import NextHop
from seawall.model.snapshot import Snapshot
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
