"""Pods that surely share a node, though their addresses may be hidden on the way.

Source: docs/semantics/path.md, F9 and N1.
"""

from dataclasses import replace
from ipaddress import ip_address

import pytest

import fabrics as fab
from seawall.engine.path import PathModel
from seawall.flowspace import Header
from seawall.model.cluster import Addressing
from seawall.model.end import NodeEnd, PodEnd
from seawall.model.masquerade import Masquerade
from seawall.model.setting import Setting
from seawall.model.snapshot import Fabric, Snapshot
from seawall.model.trace import Verdict


def test_what_a_pod_sends_to_its_own_node_is_not_hidden_behind_that() -> None:
    """Found by packets; source translation is for what leaves a machine.

    Source: nftables wiki, Netfilter hooks: what is delivered locally meets input, and
    never postrouting, where sources are translated.
    """
    shown = fab.snapshot(
        Fabric(
            networks=(fab.network("net", "10.1.0.0/16"),),
            subnets=(fab.subnet("nodes", "net", "10.1.0.0/24"),),
        ),
        fab.cluster(
            fab.pool("sys", "nodes"),
            addressing=fab.known(Addressing.OVERLAY),
            pod_ranges=fab.known((fab.cidr("10.244.0.0/16"),)),
        ),
        workloads=(
            fab.workload(
                "a", pods=(fab.pod("a1", "10.244.0.20", "n1"),), node_pool="sys"
            ),
        ),
    )
    (pod,) = shown.objects.workloads
    own = replace(pod.pods[0], node_addresses=(ip_address("10.1.0.5"),))
    pod = replace(pod, pods=(own,))
    paths = PathModel.build(
        replace(shown, objects=replace(shown.objects, workloads=(pod,)))
    )
    answer = paths.partition(PodEnd(pod), NodeEnd("sys"))
    for node, seen in (("10.1.0.5", "10.244.0.20"), ("10.1.0.6", "10.1.0.0/24")):
        source, target = ip_address("10.244.0.20"), ip_address(node)
        packet = Header(4, 6, int(source), int(target), 1024, 80)
        assert [str(it) for it in paths.seen(answer, packet).ranges] == [seen]


def world(other: str) -> Snapshot:
    """Return two pods in the subnet of their nodes, whose filters are not known.

    Whether pods keep their addresses towards each other is not known either.
    """
    fabric = Fabric(
        networks=(fab.network("net", "10.1.0.0/16"),),
        subnets=(
            fab.subnet(
                "nodes", "net", "10.1.0.0/24", security_group=Setting.unknown("hidden")
            ),
        ),
    )
    on = fab.cluster(
        fab.pool("sys", "nodes"),
        addressing=fab.known(Addressing.NODE_SUBNET),
        masquerade=Masquerade(fab.known(()), Setting.unknown("hidden")),
    )
    one = fab.workload("a", pods=(fab.pod("a1", "10.1.0.20", "n1"),), node_pool="sys")
    two = fab.workload("b", pods=(fab.pod("b1", "10.1.0.21", other),), node_pool="sys")
    return fab.snapshot(fabric, on, workloads=(one, two))


@pytest.mark.parametrize(
    ("other", "expected"), [("n1", Verdict.ALLOWED), ("n2", Verdict.UNKNOWN)]
)
def test_who_shares_a_node_is_told_by_pods_and_not_by_what_hides_them(
    other: str, expected: Verdict
) -> None:
    shown = world(other)
    one, two = shown.objects.workloads
    answer = PathModel.build(shown).partition(PodEnd(one), PodEnd(two))
    here, there = (int(item.pods[0].addresses[0]) for item in (one, two))
    packet = Header(4, 6, here, there, 1024, 80)
    verdicts = {
        Verdict.ALLOWED: answer.allowed,
        Verdict.DENIED: answer.denied,
        Verdict.UNKNOWN: answer.unknown,
    }
    assert [it for it, flows in verdicts.items() if packet in flows] == [expected]
