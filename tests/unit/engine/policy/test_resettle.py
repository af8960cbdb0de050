"""Workloads that come, go, or get other labels."""

from dataclasses import replace
from ipaddress import ip_address
from itertools import product

from policy_cluster import (
    IN,
    OUT,
    block,
    cluster,
    labelled,
    pod,
    pods,
    policy,
    port,
    rule,
)
from seawall.engine.policy import PolicyTable
from seawall.engine.policy.edits.edit import changed
from seawall.model.dataplane import CILIUM, NPM, SPEC, Dataplane
from seawall.model.packet import Protocol
from seawall.model.policy import Direction, NamedPort
from seawall.model.snapshot import KubernetesObjects
from seawall.model.workload import ContainerPort, Pod, Workload

WEB, DB = {"app": "web"}, {"app": "db"}
PODS = (
    pod("x/one", labels=WEB),
    pod("x/other", labels=WEB),
    pod("x/store", labels=DB),
)
GUARDED = cluster(
    policy(
        "x/in",
        labelled(app="db"),
        ingress=[rule([pods(labelled(app="web"))], [port(80)])],
    ),
    policy("x/out", labelled(app="db"), egress=[rule([block("192.0.2.0/24")])]),
    workloads=PODS,
)
TABLE = PolicyTable.build(GUARDED, SPEC)
MOVED = replace(PODS[0], labels=PODS[2].labels)
AFTER = replace(GUARDED, workloads=(MOVED, *PODS[1:]))


def test_a_relabelled_workload_answers_as_those_that_are_labelled_so() -> None:
    table, _ = changed(TABLE, AFTER)
    other, store = PODS[1:]
    assert table.between(other, MOVED) == table.between(other, store)
    assert table.between(store, MOVED).possible == 0
    assert TABLE.between(store, PODS[0]).possible == 0, "db may send to no pod"
    assert table.compiled.rows is TABLE.compiled.rows, "no row is compiled"


def test_what_a_relabelled_workload_gets_and_loses_is_listed() -> None:
    _, changes = changed(TABLE, AFTER)
    turned = {
        (source.name, target.name)
        for change in changes.pairs
        for source in change.sources.workloads
        for target in change.destinations.workloads
    }
    scratch = PolicyTable.build(AFTER, SPEC)
    differs = {
        (a.name, b.name)
        for at, a in enumerate(AFTER.workloads)
        for to, b in enumerate(AFTER.workloads)
        if TABLE.answer(at, to) != scratch.answer(at, to)
    }
    assert turned == differs
    assert {("one", "other"), ("other", "one")} <= turned
    assert {item.direction for item in changes.addresses} == {IN, OUT}
    assert all(item.workloads.workloads == (MOVED,) for item in changes.own_node)
    assert changes.own_node


def test_a_unit_that_everybody_leaves_keeps_its_row() -> None:
    store = replace(PODS[2], labels=PODS[0].labels)
    after = replace(GUARDED, workloads=(*PODS[:2], store))
    table, _ = changed(TABLE, after)
    assert table.between(PODS[0], store) == table.between(PODS[0], PODS[1])
    assert table.compiled.rows is TABLE.compiled.rows, "no row is compiled"
    again, _ = changed(table, GUARDED)
    assert again.between(PODS[0], PODS[2]) == TABLE.between(PODS[0], PODS[2])


def test_a_pod_that_comes_answers_as_those_that_are_labelled_so() -> None:
    new = pod("x/new", labels=WEB)
    table, changes = changed(TABLE, replace(GUARDED, workloads=(new, *PODS)))
    assert table.between(new, PODS[2]) == TABLE.between(PODS[0], PODS[2])
    assert table.compiled.rows is TABLE.compiled.rows, "no row is compiled"
    assert changes.came == (new,)
    assert not changes.pairs
    assert not changes.addresses
    assert not changes.own_node


def test_a_pod_that_goes_leaves_the_others_as_they_are() -> None:
    table, changes = changed(TABLE, replace(GUARDED, workloads=PODS[1:]))
    assert table.between(PODS[1], PODS[2]) == TABLE.between(PODS[1], PODS[2])
    assert changes.went == PODS[:1]
    assert not changes.pairs


def test_a_pod_unlike_all_others_is_taken_in() -> None:
    new = pod("x/new", labels={"app": "cache"})
    objects = replace(GUARDED, workloads=(*PODS, new))
    table, changes = changed(TABLE, objects)
    scratch = PolicyTable.build(objects, SPEC)
    assert table.between(new, PODS[2]).possible == 0, "only web may reach db"
    assert all(
        table.between(a, b) == scratch.between(a, b)
        for a in objects.workloads
        for b in objects.workloads
    )
    assert changes.came == (new,)
    assert not changes.pairs


def test_an_edit_of_policies_and_workloads_together_lists_both() -> None:
    objects = replace(AFTER, policies=GUARDED.policies[:1])
    table, changes = changed(TABLE, objects)
    scratch = PolicyTable.build(objects, SPEC)
    found = {
        (source.name, target.name)
        for change in changes.pairs
        for source in change.sources.workloads
        for target in change.destinations.workloads
    }
    pairs = [(a, b) for a in objects.workloads for b in objects.workloads]
    assert found == {
        (a.name, b.name)
        for (a, b), (c, d) in zip(pairs, product(PODS, PODS), strict=True)
        if spoken(TABLE, c, d) != spoken(scratch, a, b)
    }
    assert all(spoken(table, a, b) == spoken(scratch, a, b) for a, b in pairs)


def spoken(table: PolicyTable, source: Workload, target: Workload) -> object:
    """Return an answer in words, whatever services are cut into."""
    mask, services = table.between(source, target), table.services
    return services.mask_services(mask.allowed), services.mask_services(mask.possible)


def test_a_namespace_with_other_labels_is_taken_in() -> None:
    spaces = tuple(
        replace(item, labels=(*item.labels, ("tier", "gold")))
        for item in GUARDED.namespaces
    )
    objects = replace(GUARDED, namespaces=spaces)
    table, changes = changed(TABLE, objects)
    assert table.between(PODS[0], PODS[2]) == TABLE.between(PODS[0], PODS[2])
    assert not changes


def test_a_pod_that_goes_from_a_node_where_others_are_keeps_all_rows() -> None:
    node = (ip_address("10.0.0.9"),)
    one, two = (
        replace(item, pods=(Pod(item.name, (), "n1", node),)) for item in PODS[:2]
    )
    objects = replace(GUARDED, workloads=(one, two, PODS[2]))
    table = PolicyTable.build(objects, SPEC)
    fewer, _ = changed(table, replace(objects, workloads=(two, PODS[2])))
    assert fewer.compiled.rows is table.compiled.rows
    none, _ = changed(fewer, replace(objects, workloads=PODS[2:]))
    assert none.compiled.rows is not table.compiled.rows, "nobody shows the node"


def agree(
    before: KubernetesObjects, after: KubernetesObjects, plane: Dataplane = SPEC
) -> bool:
    """Whether the edited table says what one from scratch says, and the list does."""
    table = PolicyTable.build(before, plane)
    edited, changes = changed(table, after)
    scratch = PolicyTable.build(after, plane)
    listed = {
        (source.name, target.name)
        for change in changes.pairs
        for source in change.sources.workloads
        for target in change.destinations.workloads
    }
    both = [
        it for it in after.workloads if it.name in {w.name for w in before.workloads}
    ]
    old = {it.name: it for it in before.workloads}
    turned = {
        (a.name, b.name)
        for a, b in product(both, both)
        if table.between(old[a.name], old[b.name]) != scratch.between(a, b)
    }
    return (
        listed == turned
        and edited.assumptions == scratch.assumptions
        and all(
            spoken(edited, a, b) == spoken(scratch, a, b)
            for a, b in product(after.workloads, after.workloads)
        )
        and all(
            [part.ranges for part in edited.outside(item, way)]
            == [part.ranges for part in scratch.outside(item, way)]
            for item in after.workloads
            for way in Direction
        )
    )


def without(objects: KubernetesObjects, name: str) -> KubernetesObjects:
    kept = tuple(item for item in objects.workloads if item.name != name)
    return replace(objects, workloads=kept)


def test_the_last_pod_with_an_ipv6_address_goes() -> None:
    objects = cluster(
        policy("x/in", ingress=[rule([block("10.0.0.0/8")])]),
        workloads=(pod("x/old", "10.0.0.1", "fd00::1"), pod("x/one", "10.0.0.2")),
    )
    assert agree(objects, without(objects, "old"))
    assert agree(without(objects, "old"), objects)


def test_a_port_name_becomes_clear_when_a_pod_goes() -> None:
    eighty, other = (
        (ContainerPort("web", number, Protocol.TCP),) for number in (80, 8080)
    )
    objects = cluster(
        policy("x/out", egress=[rule([pods()], [NamedPort(Protocol.TCP, "web")])]),
        workloads=(
            pod("x/a", ports=eighty, labels=WEB),
            pod("x/b", ports=eighty, labels=WEB),
            pod("x/c", ports=other, labels=WEB),
        ),
    )
    assert agree(objects, without(objects, "c"), CILIUM)
    assert agree(without(objects, "c"), objects, CILIUM)


def test_the_last_pod_without_a_known_address_goes() -> None:
    objects = cluster(
        policy("x/out", egress=[rule([block("10.0.0.0/9")])]),
        workloads=(pod("x/known", "10.0.0.1"), pod("x/template")),
    )
    assert PolicyTable.build(objects, SPEC).assumptions
    assert agree(objects, without(objects, "template"))


def test_a_pod_that_comes_to_the_node_of_another_is_beyond_its_policies() -> None:
    node = {name: (ip_address(f"10.0.0.{at}"),) for at, name in ((8, "n1"), (9, "n2"))}

    def on(workload: Workload, name: str) -> Workload:
        return replace(workload, pods=(Pod(workload.name, (), name, node[name]),))

    hosts = tuple(on(pod(f"x/host-{name}", host=True), name) for name in node)
    guarded = policy("x/in", labelled(app="web"), ingress=[])
    before = cluster(guarded, workloads=(*hosts, on(PODS[0], "n1")))
    after = replace(before, workloads=(*hosts, on(PODS[0], "n2")))
    assert agree(before, after)


def test_the_first_pod_on_windows_comes() -> None:
    named = [rule([pods()], [NamedPort(Protocol.TCP, "web")])]
    objects = cluster(
        policy("x/in", ingress=named),
        workloads=(*PODS, replace(PODS[0], name="pane", windows=True)),
    )
    assert agree(without(objects, "pane"), objects, NPM)
    assert agree(objects, without(objects, "pane"), NPM)
