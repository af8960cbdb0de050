"""Workloads that get the labels of others."""

from dataclasses import replace

import pytest

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
from seawall.engine.policy.edit import changed
from seawall.model.dataplane import SPEC

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


def test_a_unit_that_everybody_leaves_means_another_table() -> None:
    store = replace(PODS[2], labels=PODS[0].labels)
    with pytest.raises(ValueError, match="more differs"):
        changed(TABLE, replace(GUARDED, workloads=(*PODS[:2], store)))


def test_a_pod_that_comes_means_another_table() -> None:
    with pytest.raises(ValueError, match="more differs"):
        changed(TABLE, replace(GUARDED, workloads=(*PODS, pod("x/new", labels=WEB))))
