"""Packets of IPv6 on their way out: what carries them, and what does not.

Source: Azure docs, nat-overview, ipv6-overview and deploy-dual-stack-firewall; AKS
docs, azure-cni-overlay: with two stacks IPv6 becomes the IPv6 address of the node.
"""

from dataclasses import replace
from ipaddress import ip_address
from typing import Any

import pytest

import fabrics as fab
from fabrics import known
from seawall.model.cluster import OutboundType
from seawall.model.end import NodeEnd, PodEnd
from seawall.model.network import NextHop
from seawall.model.snapshot import Fabric, Snapshot
from seawall.model.translation import NatGateway
from ways import A, D, U, ask

POD = fab.pod("web-1", "fd12:3456:789a::5")
WEB = fab.workload("web", pods=(POD,))
OUTSIDE = "2606:4700::1"
BOTH = ("10.1.0.0/24", "fd00:1::/64")


def world(
    outbound: str = "loadBalancer",
    *,
    own: tuple[str, ...] = ("pip",),
    prefixes: tuple[str, ...] = BOTH,
    **changed: Any,
) -> Snapshot:
    """Return a cluster of two stacks, with subnets as wanted."""
    nodes = fab.subnet("nodes", "net", *prefixes, **changed)
    fabric = Fabric(
        networks=(fab.network("net", "10.1.0.0/16", "fd00:1::/48"),),
        subnets=(nodes, fab.subnet("fw", "net", "10.1.9.0/26")),
        nat_gateways=(NatGateway("nat", "nat", known(own), fab.HERE),),
        public_addresses=(fab.public("pip", "52.0.0.1"), fab.public("six", "2603::1")),
    )
    ranges = (fab.cidr("10.244.0.0/16"), fab.cidr("fd12:3456:789a::/64"))
    cluster = fab.cluster(
        fab.pool("sys", "nodes"),
        outbound=known(OutboundType(outbound)),
        pod_ranges=known(ranges),
        dual_stack=known(value=True),
    )
    return fab.snapshot(fabric, cluster, workloads=(WEB,))


def out(asked: Snapshot) -> object:
    return ask(asked, PodEnd(WEB), OUTSIDE)


def test_a_load_balancer_of_aks_carries_both_families() -> None:
    assert out(world()) is A


def test_a_load_balancer_whose_addresses_are_ipv4_is_not_certain() -> None:
    asked = world()
    assert asked.cluster is not None
    for ids, expected in ((("pip",), U), (("pip", "six"), A)):
        named = replace(asked.cluster, outbound_addresses=known(ids))
        assert out(replace(asked, cluster=named)) is expected


@pytest.mark.parametrize(("own", "expected"), [(("pip",), U), (("pip", "six"), A)])
def test_a_nat_gateway_carries_ipv6_by_ipv6_addresses_alone(
    own: tuple[str, ...], expected: object
) -> None:
    assert out(world("userAssignedNATGateway", own=own, nat_gateway=known("nat"))) is (
        expected
    )


def test_default_outbound_access_is_for_ipv4() -> None:
    asked = world("none", default_outbound=known(value=True))
    assert out(asked) is D
    assert ask(asked, NodeEnd("sys"), "1.1.1.1") is A


def test_addresses_of_nodes_are_not_certain_to_be_of_both_families() -> None:
    asked = world("none")
    assert asked.cluster is not None
    (pool,) = asked.cluster.pools
    pool = replace(pool, node_public_addresses=known(value=True))
    assert out(replace(asked, cluster=replace(asked.cluster, pools=(pool,)))) is U


def test_pods_leave_unknown_where_no_node_has_an_address_of_their_family() -> None:
    assert out(world(prefixes=("10.1.0.0/24",))) is U


@pytest.mark.parametrize(("rules", "expected"), [(True, U), (False, D)])
def test_whether_a_firewall_takes_ipv6_is_not_known(
    rules: bool,  # noqa: FBT001
    expected: object,
) -> None:
    """What its rules refuse stays refused."""
    every = fab.network_rule("all", "*", "*", protocols=None)
    listed = (fab.collection("all", 100, fab.ALLOW, every),) if rules else ()
    wall = replace(fab.firewall(*listed), subnet="fw", address=ip_address("10.1.9.4"))
    hop = fab.route("all", "::/0", NextHop.VIRTUAL_APPLIANCE, "10.1.9.4")
    asked = world(route_table=known("rt"))
    fabric = replace(
        asked.fabric, firewalls=(wall,), route_tables=(fab.table("rt", hop),)
    )
    assert out(replace(asked, fabric=fabric)) is expected


def test_a_route_for_ipv4_leads_no_ipv6() -> None:
    hop = fab.route("all", "0.0.0.0/0", NextHop.VIRTUAL_APPLIANCE, "10.1.9.4")
    asked = world(route_table=known("rt"))
    fabric = replace(asked.fabric, route_tables=(fab.table("rt", hop),))
    assert out(replace(asked, fabric=fabric)) is A
