"""Pods that have addresses of the network, asked for from outside of it."""

from dataclasses import replace

from fabrics import (
    DENY,
    IN,
    cidr,
    cluster,
    group,
    hub_and_spoke,
    known,
    pool,
    rule,
    snapshot,
    subnet,
    workload,
)
from seawall.model.cluster import Addressing
from seawall.model.dataplane import PolicyEngine
from seawall.model.network import NetworkGateway
from seawall.model.origin import Origin
from seawall.model.policy import BlockPeer, Policy, PolicyRule
from seawall.model.selector import EVERYTHING
from seawall.model.snapshot import Fabric, Snapshot
from seawall.model.trace import Verdict
from seawall.query.case import Case
from seawall.query.flat_pods import flat_pods

A, D = Verdict.ALLOWED, Verdict.DENIED
HERE = Origin("policy.yaml")


def world(
    mode: Addressing, *policies: Policy, fabric: Fabric | None = None
) -> Snapshot:
    on = cluster(
        pool("sys", "nodes"),
        addressing=known(mode),
        pod_ranges=known(()),
        policy_engine=known(PolicyEngine.CALICO),
    )
    plain = snapshot(fabric or hub_and_spoke(), on, workloads=(workload("web"),))
    return replace(plain, objects=replace(plain.objects, policies=policies))


def found(asked: Snapshot) -> list[tuple[str, Verdict]]:
    return [(item.source, item.verdict) for item in flat_pods(Case(asked))]


def test_peers_reach_flat_pods_at_their_own_addresses() -> None:
    """Source: AKS docs, concepts-network-cni-overview; aks.md 1.4."""
    assert found(world(Addressing.NODE_SUBNET)) == [("hub", A)]


def test_nobody_outside_reaches_overlay_pods_so_nothing_is_said() -> None:
    assert found(world(Addressing.OVERLAY)) == []


def test_a_policy_or_a_group_keeps_peers_out() -> None:
    """Source: aks.md, ISO-050."""
    shut = Policy("ns", "no", EVERYTHING, frozenset({IN}), (), (), HERE)
    assert found(world(Addressing.NODE_SUBNET, shut)) == [("hub", D)]
    peers = (BlockPeer(cidr("10.0.1.0/24")),)
    rules = (PolicyRule(peers, None, HERE),)
    some = Policy("ns", "some", EVERYTHING, frozenset({IN}), rules, (), HERE)
    assert found(world(Addressing.NODE_SUBNET, some)) == [("hub", A)]
    plain = hub_and_spoke()
    nodes = subnet(
        "nodes",
        "spoke",
        "10.1.0.0/24",
        route_table=known("rt"),
        security_group=known("g"),
    )
    guarded = replace(
        plain,
        subnets=(*(it for it in plain.subnets if it.id != "nodes"), nodes),
        security_groups=(group("g", rule("no", 100, IN, DENY, source="10.0.0.0/16")),),
    )
    assert found(world(Addressing.NODE_SUBNET, fabric=guarded)) == [("hub", D)]


def test_on_premises_is_asked_where_a_gateway_leads_there() -> None:
    plain = hub_and_spoke()
    way = NetworkGateway("gw", "gw", "spoke", (cidr("192.168.0.0/24"),), HERE)
    fabric = replace(
        plain,
        gateways=(way,),
        subnets=tuple(
            replace(it, route_table=known(None)) if it.id == "nodes" else it
            for it in plain.subnets
        ),
    )
    asked = found(world(Addressing.NODE_SUBNET, fabric=fabric))
    assert ("onprem", A) in asked
