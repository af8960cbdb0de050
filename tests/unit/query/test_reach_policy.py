"""Reachability of the policy layer: rows, narrowing, and the JSON document."""

import json
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from policy_cluster import (
    TCP,
    block,
    cluster,
    labelled,
    opaque,
    placed,
    pod,
    pods,
    policy,
    port,
    rule,
)
from seawall.engine.policy import ServiceMask
from seawall.model.address import AddressRange
from seawall.model.dataplane import (
    CALICO,
    DATAPLANES,
    NONE,
    SPEC,
    Dataplane,
    PolicyEngine,
)
from seawall.model.packet import PortRange
from seawall.model.snapshot import KubernetesObjects, Snapshot
from seawall.model.workload import Workload
from seawall.query.reach.policy import Connection, Narrowing, reach_policy
from seawall.query.reach.policy_json import reach_json
from strategies import clusters

WHOLE = (AddressRange.everything(4),)
ANY = (("any", "0-65535"),)
TCP_80_TO_82 = ((TCP, PortRange(80, 82)),)


def end_name(end: object) -> str:
    if isinstance(end, Workload):
        return end.label
    assert isinstance(end, tuple)
    return ",".join(str(item) for item in end)


def document(
    objects: KubernetesObjects, dataplane: Dataplane, narrowing: Narrowing | None = None
) -> dict[str, Any]:
    result = reach_policy(
        Snapshot(objects=objects), dataplane, narrowing or Narrowing()
    )
    loaded = json.loads(b"".join(reach_json(result)))
    assert isinstance(loaded, dict)
    return loaded


def connections(
    objects: KubernetesObjects, narrowing: Narrowing | None = None
) -> list[Connection]:
    snapshot = Snapshot(objects=objects)
    return list(reach_policy(snapshot, CALICO, narrowing or Narrowing()).connections())


def test_the_document_has_the_promised_form() -> None:
    workloads = (
        placed(pod("default/cart"), "n1"),
        pod("default/front"),
        placed(pod("default/probe", host=True), "n2"),
    )
    objects = cluster(
        policy(
            "default/p",
            labelled(pod="cart"),
            ingress=(rule([pods(labelled(pod="front"))], [port(7070)]),),
            egress=(rule([block("203.0.113.0/24", "203.0.113.0/25")]),),
        ),
        workloads=workloads,
    )
    found = document(objects, SPEC)
    assert found["schemaVersion"] == "seawall/reach/v1"
    assert found["connections"] == [
        {
            "from": {
                "kind": "workload",
                "name": "default/cart[Pod]",
                "namespace": "default",
            },
            "to": {
                "kind": "addresses",
                "name": "203.0.113.128-203.0.113.255",
                "ranges": ["203.0.113.128/25"],
            },
            "allowed": [{"protocol": "any", "ports": "0-65535"}],
            "unknown": [],
        },
        *[
            item
            for item in found["connections"]
            if item["from"]["name"] != "default/cart[Pod]"
        ],
    ]
    assert {
        "from": {
            "kind": "workload",
            "name": "default/front[Pod]",
            "namespace": "default",
        },
        "to": {
            "kind": "workload",
            "name": "default/cart[Pod]",
            "namespace": "default",
        },
        "allowed": [{"protocol": "TCP", "ports": "7070"}],
        "unknown": [],
    } in found["connections"]


def test_what_may_pass_stands_under_unknown_and_not_under_allowed() -> None:
    workloads = (pod("x/a"), pod("x/b"))
    objects = cluster(
        policy("x/p", labelled(pod="a"), egress=(rule([block("0.0.0.0/0")]),)),
        workloads=workloads,
    )
    (row,) = [
        item
        for item in document(objects, SPEC)["connections"]
        if item["from"]["name"] == "x/a[Pod]" and item["to"]["kind"] == "workload"
    ]
    assert row["allowed"] == []
    assert row["unknown"] == [{"protocol": "any", "ports": "0-65535"}]


def test_open_workloads_exchange_everything_with_all_addresses() -> None:
    found = connections(cluster(workloads=(pod("x/a"), pod("x/b"))))
    assert [(end_name(c.source), end_name(c.destination)) for c in found] == [
        ("x/a[Pod]", "x/b[Pod]"),
        ("x/a[Pod]", "0.0.0.0/0"),
        ("x/b[Pod]", "x/a[Pod]"),
        ("x/b[Pod]", "0.0.0.0/0"),
        ("0.0.0.0/0", "x/a[Pod]"),
        ("0.0.0.0/0", "x/b[Pod]"),
    ]
    assert {c.allowed for c in found} == {ANY}


def test_a_workload_reaches_itself_only_if_asked() -> None:
    objects = cluster(workloads=(pod("x/a"),))
    wanted = Narrowing(include_self=True, source_ranges=(), destination_ranges=())
    assert connections(objects, replace(wanted, include_self=False)) == []
    (found,) = connections(objects, wanted)
    assert found.source is found.destination


def test_what_policies_deny_a_workload_to_send_to_itself_is_unknown() -> None:
    objects = cluster(
        policy("x/p", ingress=(rule([pods()], [port(80)]),)), workloads=(pod("x/a"),)
    )
    narrowing = Narrowing(
        include_self=True, source_ranges=(), destination_ranges=(), ports=TCP_80_TO_82
    )
    for engine in ("spec", "npm", "calico", "cilium"):
        (row,) = document(objects, DATAPLANES[PolicyEngine(engine)], narrowing)[
            "connections"
        ]
        assert row["from"] == row["to"]
        assert row["allowed"] == [{"protocol": "TCP", "ports": "80"}]
        assert row["unknown"] == [{"protocol": "TCP", "ports": "81-82"}]
    (row,) = document(objects, NONE, narrowing)["connections"]
    assert row["allowed"] == [{"protocol": "TCP", "ports": "80-82"}]


def test_workloads_without_a_common_address_family_exchange_nothing() -> None:
    workloads = (pod("x/a", "10.0.0.1"), pod("x/b", "fd00::1"))
    narrowing = Narrowing(source_ranges=(), destination_ranges=())
    assert connections(cluster(workloads=workloads), narrowing) == []


def test_finished_workloads_and_silent_pairs_are_left_out() -> None:
    workloads = (pod("x/a"), pod("x/done", runs=False))
    objects = cluster(policy("x/p", ingress=(), egress=()), workloads=workloads)
    assert connections(objects) == []


def test_a_narrowed_question_gets_its_part_alone() -> None:
    objects = cluster(policy("x/p", ingress=(rule(ports=[port(80, 90)]),)))
    narrowing = Narrowing(
        sources=lambda item: item.label == "y/a[Pod]",
        destinations=lambda item: item.namespace == "x",
        source_ranges=(),
        destination_ranges=(AddressRange.parse("10.0.0.0/8"),),
        ports=((TCP, PortRange(85, 443)),),
    )
    found = connections(objects, narrowing)
    assert [(end_name(c.destination), c.allowed) for c in found] == [
        ("x/a[Pod]", (("TCP", "85-90"),)),
        ("x/b[Pod]", (("TCP", "85-90"),)),
        ("x/c[Pod]", (("TCP", "85-90"),)),
        ("10.0.0.0/8", (("TCP", "85-443"),)),
    ]


def test_an_ipv6_block_brings_the_other_family_into_the_rows() -> None:
    objects = cluster(
        policy("x/p", labelled(pod="a"), egress=(rule([block("2001:db8::/32")]),)),
        workloads=(pod("x/a"),),
    )
    rows = document(objects, CALICO)["connections"]
    (row,) = [item for item in rows if item["from"]["kind"] == "workload"]
    assert row["to"]["ranges"] == ["2001:db8::/32"]


@given(clusters(), st.sampled_from(list(DATAPLANES.values())))
def test_the_document_lists_exactly_the_connections(
    objects: KubernetesObjects, dataplane: Dataplane
) -> None:
    narrowing = Narrowing()
    result = reach_policy(Snapshot(objects=objects), dataplane, narrowing)
    listed = [
        (
            item["from"]["name"],
            item["to"]["name"],
            tuple((one["protocol"], one["ports"]) for one in item["allowed"]),
            tuple((one["protocol"], one["ports"]) for one in item["unknown"]),
        )
        for item in json.loads(b"".join(reach_json(result)))["connections"]
    ]
    wanted = [
        (_name(c.source), _name(c.destination), c.allowed, c.unknown)
        for c in result.connections()
    ]
    assert listed == wanted


@given(clusters(), st.sampled_from(list(DATAPLANES.values())))
def test_the_rows_of_pairs_are_the_answers_about_pairs(
    objects: KubernetesObjects, dataplane: Dataplane
) -> None:
    narrowing = Narrowing(include_self=True)
    result = reach_policy(Snapshot(objects=objects), dataplane, narrowing)
    for at, source in enumerate(result.workloads):
        answers = result.answers_from(at)
        for to, destination in enumerate(result.workloads):
            mask = result.table.between(source, destination)
            if at == to:
                everything = result.table.services.everything
                mask = ServiceMask(mask.allowed, everything)
            assert result.table.mask(answers.get(to, 0)) == mask


def test_an_unreadable_policy_shows_as_unknown() -> None:
    objects = cluster(workloads=(pod("x/a"),), opaque_policies=(opaque(),))
    rows = document(objects, CALICO)["connections"]
    assert all(not row["allowed"] and row["unknown"] for row in rows)
    assert len(rows) == 2


def _name(end: object) -> str:
    if isinstance(end, Workload):
        return end.label
    assert isinstance(end, tuple)
    return ",".join(f"{item.lowest}-{item.highest}" for item in end)
