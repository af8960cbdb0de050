"""Pods and nodes where the input shows no pool of theirs: nothing arrives for sure.

Source of each: docs/semantics/path.md, A3 and D3.
"""

from dataclasses import replace
from ipaddress import ip_address

import pytest

import fabrics as fab
from fabrics import known
from policy_cluster import policy
from seawall.engine.path import PathModel, TablePolicies
from seawall.engine.policy import PolicyTable
from seawall.flowspace import Header
from seawall.model.cluster import Addressing, Cluster
from seawall.model.dataplane import SPEC
from seawall.model.end import AddressEnd, End, NodeEnd, PodEnd, SubnetEnd
from seawall.model.packet import Packet
from seawall.model.policy import Direction
from seawall.model.setting import Setting
from seawall.model.snapshot import Fabric, Snapshot
from seawall.model.trace import Verdict
from seawall.reference.journey import Start
from seawall.reference.match import agreed
from seawall.reference.walk import follow
from strategies_fabric import Drawn
from ways import A, D, U

WEB = fab.workload("web")
LISTED = fab.workload("api", pods=(fab.pod("api-1", "10.1.1.9"),))
VM = SubnetEnd("vm")
FABRIC = Fabric(
    networks=(fab.network("net", "10.1.0.0/16"),),
    subnets=(
        fab.subnet("nodes", "net", "10.1.0.0/24"),
        fab.subnet("vm", "net", "10.1.1.0/24"),
    ),
    resources=(fab.vault(),),
    private_endpoints=(fab.endpoint("nodes", "10.1.0.44"),),
)


def shot(cluster: Cluster | None, fabric: Fabric = FABRIC) -> Snapshot:
    return fab.snapshot(fabric, cluster, workloads=(WEB, LISTED))


def flat(where: str | None) -> Cluster:
    """Return a cluster whose pods have addresses of the subnet of its only pool."""
    pool = fab.pool("sys", where or "")
    if where is None:
        pool = replace(pool, subnet=Setting.unknown("it is a parameter"))
    return replace(fab.cluster(pool), addressing=known(Addressing.NODE_SUBNET))


def both(snapshot: Snapshot, target: End, to: str) -> Verdict:
    """Return the verdict of both meanings on one packet of a machine."""
    model = PathModel.build(snapshot)
    start = model.starts(VM)[0]
    packet = Packet(ip_address("10.1.1.77"), ip_address(to), 6, 40000, 80)
    here = Start(VM, "", start.network or "")
    theirs = agreed(
        follow(snapshot, here, packet, target=target, choice=Drawn(number)).verdict
        for number in range(10)
    )
    header = Header(4, 6, int(packet.source), int(packet.destination), 40000, 80)
    policies = TablePolicies(PolicyTable.build(snapshot.objects, SPEC))
    answer = model.partition(VM, target, policy=policies)
    parts = {A: answer.allowed, D: answer.denied, U: answer.unknown}
    ours = [verdict for verdict, part in parts.items() if header in part]
    assert ours == [theirs], (ours, theirs)
    return theirs


@pytest.mark.parametrize("cluster", [None, flat("gone"), flat(None)])
@pytest.mark.parametrize("to", ["10.1.0.9", "10.1.1.8"])
def test_no_pod_or_node_surely_stands_where_no_pool_of_its_is_known_to(
    cluster: Cluster | None, to: str
) -> None:
    asked = shot(cluster)
    assert both(asked, PodEnd(WEB), to) is U
    if cluster is not None:
        assert both(asked, NodeEnd("sys"), to) is U


def test_one_stands_in_the_subnet_of_its_pool_alone() -> None:
    asked = shot(flat("nodes"))
    assert both(asked, PodEnd(WEB), "10.1.0.9") is A
    assert both(asked, NodeEnd("sys"), "10.1.0.9") is A
    assert both(asked, PodEnd(LISTED), "10.1.1.9") is U


@pytest.mark.parametrize("cluster", [None, flat("nodes"), flat("gone")])
def test_an_address_of_a_pod_is_no_machine_where_no_pool_is_known(
    cluster: Cluster | None,
) -> None:
    asked = shot(cluster)
    there = AddressEnd((fab.cidr("10.1.1.0/24"),))
    assert both(asked, there, "10.1.1.9") is U
    assert both(asked, there, "10.1.1.10") is A


def test_filters_deny_whoever_stands_there() -> None:
    shut = fab.group("shut", fab.rule("no", 100, Direction.INGRESS, fab.DENY))
    subnets = (
        FABRIC.subnets[0],
        replace(FABRIC.subnets[1], security_group=known("shut")),
    )
    closed = replace(FABRIC, subnets=subnets, security_groups=(shut,))
    assert both(shot(None, closed), PodEnd(WEB), "10.1.1.8") is D


def test_policies_deny_whoever_stands_there() -> None:
    asked = shot(None)
    sealed = policy(f"{WEB.namespace}/seal", ingress=())
    objects = replace(asked.objects, policies=(sealed,))
    assert both(replace(asked, objects=objects), PodEnd(WEB), "10.1.0.9") is D


def test_a_pod_has_no_address_of_an_endpoint() -> None:
    """A sealed pod beside a private endpoint is sealed at every address."""
    asked = shot(flat("nodes"))
    model = PathModel.build(asked)
    there = model.asking.addresses(PodEnd(WEB))
    assert ip_address("10.1.0.9") in there
    assert ip_address("10.1.0.44") not in there
