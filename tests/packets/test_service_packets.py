"""Services: what nodes make of packets for virtual addresses and node ports."""

from dataclasses import replace
from ipaddress import ip_address

from fabrics import (
    HERE,
    cluster,
    group,
    known,
    network,
    pool,
    service,
    snapshot,
    subnet,
    workload,
)
from policy_cluster import block, labelled, policy, rule
from rehearsed import differing, packet, passed, rehearsed
from seawall.model.policy import Policy
from seawall.model.ranked import Node
from seawall.model.service import Service
from seawall.model.snapshot import Fabric, Snapshot
from seawall.model.workload import Pod

NODES = {"one": "10.1.0.10", "two": "10.1.0.11"}
FABRIC = Fabric(
    networks=(network("shop", "10.1.0.0/16"),),
    subnets=(
        subnet("nodes", "shop", "10.1.0.0/24", security_group=known("g")),
        subnet("desk", "shop", "10.1.5.0/24"),
    ),
    security_groups=(group("g"),),
)


def pod(name: str, address: str, node: str) -> Pod:
    return Pod(name, (ip_address(address),), node, (ip_address(NODES[node]),))


def shop(*services: Service, policies: tuple[Policy, ...] = ()) -> Snapshot:
    """Return a cluster of two nodes: `web` on one, `cart` on two, `cli` on each."""
    placed = (
        workload("web", pods=(pod("web-0", "10.244.0.10", "one"),)),
        workload("cart", pods=(pod("cart-0", "10.244.1.10", "two"),)),
        workload("near", pods=(pod("near-0", "10.244.0.11", "one"),)),
    )
    read = snapshot(
        FABRIC, cluster(pool("p", "nodes")), workloads=placed, services=services
    )
    nodes = tuple(
        Node(name, (), (ip_address(address),), HERE) for name, address in NODES.items()
    )
    return replace(read, objects=replace(read.objects, nodes=nodes, policies=policies))


def closed(name: str, *rules: object) -> Policy:
    return policy(f"ns/{name}", labelled(app=name), ingress=list(rules))


def test_a_service_leads_from_its_own_address_to_the_port_of_its_pod() -> None:
    found = rehearsed(shop(service("web", "web", 80, 8080)), "calico")
    assert differing(found) == []
    there = packet(found, "cart", "Service ns/web", 80)
    assert passed(there)
    assert there.outcome.answered_by == "pod:ns/web-0"
    assert there.outcome.seen_source == "10.244.1.10"
    assert not passed(packet(found, "cart", "Service ns/web", 4444))


def test_policies_judge_the_pod_behind_a_service_and_not_its_address() -> None:
    to_range = rule([block("10.250.0.0/16")])
    out = policy("ns/cart", labelled(app="cart"), egress=[to_range])
    found = rehearsed(shop(service("web", "web", 80, 8080), policies=(out,)), "calico")
    assert differing(found) == []
    assert not passed(packet(found, "cart", "Service ns/web", 80))
    assert passed(packet(found, "near", "Service ns/web", 80))


def test_a_service_of_nobody_leads_nowhere() -> None:
    found = rehearsed(shop(service("gone", "gone", 80, 8080)), "calico")
    assert differing(found) == []
    assert not passed(packet(found, "cart", "Service ns/gone", 80))


def test_what_a_machine_outside_sends_to_a_virtual_address_is_lost() -> None:
    found = rehearsed(shop(service("web", "web", 80, 8080)), "calico")
    assert not passed(packet(found, "desk", "Service ns/web", 80))


def test_a_pod_reaches_itself_by_its_service_past_policies_except_on_calico() -> None:
    given = shop(service("web", "web", 80, 8080), policies=(closed("web"),))
    for engine, reaches in (("calico", False), ("npm", True), ("cilium", True)):
        found = rehearsed(given, engine)
        assert differing(found) == [], engine
        assert passed(packet(found, "web", "Service ns/web", 80)) is reaches, engine
