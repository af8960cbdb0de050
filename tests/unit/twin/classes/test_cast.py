"""Who stands for whom in the twin."""

from dataclasses import replace
from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest

from policy_cluster import ORIGIN, block, labelled, pod, pods, policy, rule
from seawall.ingest import load
from seawall.model.ends import Comparison, Facet, LabelTest, Not, Perhaps
from seawall.model.snapshot import KubernetesObjects, Snapshot
from seawall.model.workload import Namespace
from seawall.twin.classes.cast import Cast, cast_of, enacted
from seawall.twin.classes.ranges import PRIVATE, SPECIAL
from seawall.twin.classes.selecting import Facts, Unsettled, fulfils

CONTOSO = Path(__file__).parents[4] / "examples" / "contoso"


def cast(*workloads: object, policies: tuple[object, ...] = ()) -> Cast:
    return cast_of(snapshot(*workloads, policies=policies))


def snapshot(*workloads: object, policies: tuple[object, ...] = ()) -> Snapshot:
    names = sorted({it.namespace for it in workloads})  # type: ignore[attr-defined]
    spaces = tuple(Namespace(name, (), declared=True, origin=ORIGIN) for name in names)
    objects = KubernetesObjects(
        namespaces=spaces,
        workloads=workloads,  # type: ignore[arg-type]
        policies=policies,  # type: ignore[arg-type]
    )
    return Snapshot(objects=objects)


def test_pods_that_no_rule_tells_apart_have_one_that_stands_for_them() -> None:
    found = cast(pod("x/a"), pod("x/b"), pod("y/a"))
    assert [stand.workload.label for stand in found.pods] == ["x/a[Pod]", "y/a[Pod]"]
    assert found.pods[0].others == ("x/b[Pod]",)


def test_where_it_is_asked_for_every_workload_has_a_pod_of_its_own() -> None:
    found = cast_of(snapshot(pod("x/a"), pod("x/b"), pod("y/a")), apart=True)
    assert [stand.workload.label for stand in found.pods] == [
        "x/a[Pod]",
        "x/b[Pod]",
        "y/a[Pod]",
    ]


def test_a_label_that_a_policy_names_tells_pods_apart() -> None:
    rules = [rule([pods(labelled(pod="a"))])]
    found = cast(pod("x/a"), pod("x/b"), policies=(policy("x/p", ingress=rules),))
    assert len(found.pods) == 2


def test_pods_on_the_host_network_and_finished_ones_have_no_part() -> None:
    found = cast(pod("x/a", host=True), pod("x/b", runs=False), pod("x/c"))
    assert [stand.workload.name for stand in found.pods] == ["c"]


def test_a_pod_keeps_its_address_and_others_are_given_free_ones() -> None:
    rules = [rule([pods(labelled(pod=name))]) for name in "abc"]
    found = cast(
        pod("x/a", "10.244.0.4"),
        pod("x/b"),
        pod("x/c"),
        policies=(policy("x/p", ingress=rules),),
    )
    addresses = [str(stand.address) for stand in found.pods]
    assert addresses[0] == "10.244.0.4"
    assert len(set(addresses)) == 3


def test_outside_places_are_as_many_as_blocks_tell_apart() -> None:
    rules = [rule([block("8.8.0.0/16", "8.8.8.0/24")])]
    found = cast(pod("x/a"), policies=(policy("x/p", egress=rules),))
    inside = {
        (
            it.address in ip_network("8.8.0.0/16"),
            it.address in ip_network("8.8.8.0/24"),
        )
        for it in found.places
    }
    assert inside == {(False, False), (True, False), (True, True)}


def test_no_place_has_the_address_of_a_pod_or_node() -> None:
    read = load([str(CONTOSO)])
    found = cast_of(read)
    held = {stand.address for stand in (*found.pods, *found.nodes)}
    assert held.isdisjoint(place.address for place in found.places)


def test_the_cast_is_the_same_for_every_order_of_the_input() -> None:
    read = load([str(CONTOSO)])
    objects = read.objects
    turned = replace(objects, workloads=tuple(reversed(objects.workloads)))
    assert cast_of(replace(read, objects=turned)) == cast_of(read)


def test_what_is_enacted_holds_the_cast_and_nobody_else() -> None:
    read = load([str(CONTOSO)])
    found = cast_of(read)
    played = enacted(read, found).objects
    addresses = {
        address for workload in played.workloads for address in workload.addresses
    }
    assert addresses == {stand.address for stand in found.pods}
    assert played.policies == read.objects.policies


def test_each_subnet_without_pools_has_a_machine_in_the_whole_network() -> None:
    found = cast_of(load([str(CONTOSO)]), whole=True)
    names = {stand.name for stand in found.machines if stand.kind == "machine"}
    assert "vnet-hub/snet-jumpbox" in names
    assert not any("AzureFirewallSubnet" in name for name in names)
    inside = (*PRIVATE, *SPECIAL)
    assert not any(it.address in item for it in found.places for item in inside)


def test_a_condition_that_may_hold_is_not_settled_and_its_negation_neither() -> None:
    test = LabelTest(Facet.LABELS, "app", Comparison.EXISTS)
    doubt = Perhaps(test, "it is a test")
    for condition in (doubt, Not(doubt)):
        with pytest.raises(Unsettled, match="it is a test"):
            fulfils(condition, Facts({"app": "a"}))
    assert not fulfils(doubt, Facts({}))


def test_a_pod_of_one_name_in_two_workloads_is_told_apart() -> None:
    one, two = pod("x/a", "10.0.0.1"), pod("x/b", "10.0.0.2", labels={"tier": "b"})
    same = tuple(replace(it, name="p") for it in two.pods)
    one = replace(one, pods=tuple(replace(it, name="p") for it in one.pods))
    rules = [rule([pods(labelled(tier="b"))])]
    found = cast(one, replace(two, pods=same), policies=(policy("x/p", ingress=rules),))
    assert len({stand.name for stand in found.pods}) == 2
    assert ip_address("10.0.0.2") in {stand.address for stand in found.pods}
