"""A machine in the subnet of nodes is asked for as what it is."""

from dataclasses import replace
from ipaddress import ip_address

import pytest

import fabrics as fab
from seawall.engine.path import ArrivalKind, PathModel
from seawall.model.address import AddressRange
from seawall.model.end import AddressEnd, NodeEnd, SubnetEnd
from seawall.model.interface import NetworkInterface

MACHINE, OTHER = ip_address("10.1.0.9"), ip_address("10.1.0.10")
SHUT = fab.group("shut", fab.rule("no", 100, fab.IN, fab.DENY))
NIC = NetworkInterface(
    "nic",
    "nic",
    "nodes",
    (MACHINE,),
    fab.known(value=False),
    fab.known("shut"),
    fab.HERE,
)
FABRIC = fab.hub_and_spoke(interfaces=(NIC,), security_groups=(SHUT,))
MODEL = PathModel.build(fab.snapshot(FABRIC, fab.cluster(fab.pool("p", "nodes"))))


def test_the_group_of_its_own_interface_decides() -> None:
    for address, kind, stops in (
        (MACHINE, ArrivalKind.MACHINE, True),
        (OTHER, ArrivalKind.NODE, False),
    ):
        end = AddressEnd((AddressRange.of(address),))
        answer = MODEL.partition(SubnetEnd("jump"), end)
        kinds = {way.arrival.kind for way in answer.branches if way.arrival}
        assert kinds == {kind}
        assert bool(answer.denied) is stops


def test_a_question_about_nodes_leaves_it_out() -> None:
    asked = MODEL.asking.addresses(NodeEnd("p"))
    assert OTHER in asked
    assert MACHINE not in asked


@pytest.mark.parametrize(
    ("group", "kinds"),
    [
        ("mc_shop", {ArrivalKind.NODE}),
        ("other", {ArrivalKind.MACHINE}),
        ("", {ArrivalKind.MACHINE, ArrivalKind.NODE}),
    ],
)
def test_an_interface_of_the_clusters_own_node_is_no_other_machine(
    group: str, kinds: set[ArrivalKind]
) -> None:
    own = replace(NIC, id="/subscriptions/s/resourceGroups/MC_shop/providers/x/nic")
    cluster = replace(fab.cluster(fab.pool("p", "nodes")), node_resource_group=group)
    fabric = replace(FABRIC, interfaces=(own,))
    model = PathModel.build(fab.snapshot(fabric, cluster))

    end = AddressEnd((AddressRange.of(MACHINE),))
    answer = model.partition(SubnetEnd("jump"), end)

    assert {way.arrival.kind for way in answer.branches if way.arrival} == kinds
    assert (MACHINE in model.asking.addresses(NodeEnd("p"))) is (group != "other")


def test_an_interface_with_the_address_of_a_pod_is_its_nodes() -> None:
    shop = fab.workload("shop", pods=(fab.pod("a", str(MACHINE)),))
    cluster = fab.cluster(fab.pool("p", "nodes"))
    model = PathModel.build(fab.snapshot(FABRIC, cluster, workloads=(shop,)))

    assert MACHINE in model.asking.addresses(NodeEnd("p"))
