"""Each documented difference between NPM and Cilium, rewritten on a small input."""

from dataclasses import replace
from ipaddress import ip_address

import pytest
import yaml

from policy_cluster import (
    SCTP,
    block,
    cluster,
    labelled,
    name,
    placed,
    pod,
    pods,
    policy,
    port,
    rule,
)
from seawall.model.dataplane import CALICO, CILIUM, NPM, Dataplane, Tri
from seawall.model.origin import Origin
from seawall.model.packet import Protocol
from seawall.model.policy import NumberedPorts
from seawall.model.selector import EVERYTHING
from seawall.model.service import Service, ServicePort, ServiceType
from seawall.model.snapshot import KubernetesObjects, Snapshot
from seawall.model.workload import ContainerPort
from seawall.query.migration.draft import Topic
from seawall.query.migration.proof import Migration, migrate

A = labelled(pod="a")
XA = placed(pod("x/a", "10.244.0.1"), "n1=10.1.0.4")
XB = placed(pod("x/b", "10.244.1.5"), "n2=10.1.0.5")
YC = placed(pod("y/c", "10.244.2.7"), "n2=10.1.0.5")
PODS = (XA, XB, YC)
WITHOUT_RANGES = replace(CILIUM, honours_end_port=Tri.NO)


def rewritten(
    objects: KubernetesObjects, old: Dataplane = NPM, new: Dataplane = CILIUM
) -> Migration:
    return migrate(Snapshot(objects=objects), ("old", "new"), (old, new))


def topics(found: Migration) -> set[Topic]:
    return {item.topic for item in found.draft.edits}


def limits(found: Migration) -> set[Topic]:
    return {item.topic for item in found.draft.limits} - {Topic.NOT_CARRIED}


def manifests(found: Migration) -> list[dict[str, object]]:
    return list(yaml.safe_load_all(found.text()))


def test_what_passes_alike_is_left_as_it_is() -> None:
    rules = (rule([pods(EVERYTHING, EVERYTHING)], [port(80)]),)
    found = rewritten(cluster(policy("x/p", A, ingress=rules), workloads=PODS))
    assert not found.is_needed
    assert found.is_equivalent
    assert not found.draft.edits


def test_pods_that_a_block_held_are_named_by_label_beside_it() -> None:
    rules = (rule([block("10.244.1.0/24")], [port(80)]),)
    found = rewritten(cluster(policy("x/p", A, ingress=rules), workloads=PODS))
    assert found.is_equivalent
    assert topics(found) == limits(found) == {Topic.PODS_IN_BLOCKS}
    (made,) = manifests(found)
    assert made["spec"] == {
        "podSelector": {"matchLabels": {"pod": "a"}},
        "policyTypes": ["Ingress"],
        "ingress": [
            {
                "from": [
                    {"ipBlock": {"cidr": "10.244.1.0/24"}},
                    {
                        "namespaceSelector": {
                            "matchLabels": {"kubernetes.io/metadata.name": "x"}
                        },
                        "podSelector": {"matchLabels": {"pod": "b"}},
                    },
                ],
                "ports": [{"protocol": "TCP", "port": 80}],
            }
        ],
    }


def test_a_block_over_all_pods_becomes_every_namespace() -> None:
    rules = (rule([block("0.0.0.0/0", "10.1.0.0/24")]),)
    found = rewritten(cluster(policy("x/p", A, egress=rules), workloads=PODS), CALICO)
    (made,) = manifests(found)
    spec = made["spec"]
    assert isinstance(spec, dict)
    assert spec["egress"][0]["to"][1] != {"namespaceSelector": {}}
    whole = (rule([block("0.0.0.0/0")]),)
    objects = cluster(policy("x/p", A, egress=whole), workloads=PODS)
    spec = manifests(rewritten(objects, CALICO))[0]["spec"]
    assert isinstance(spec, dict)
    assert spec["egress"][0]["to"][1] == {"namespaceSelector": {}}


def test_pods_that_no_label_tells_apart_are_told_and_not_let_in() -> None:
    twin = replace(XB, name="twin", labels=XB.labels, pods=())
    twin = replace(pod("x/twin", "10.244.3.9"), labels=XB.labels)
    rules = (rule([block("10.244.1.0/24")]),)
    objects = cluster(policy("x/p", A, ingress=rules), workloads=(*PODS, twin))
    found = rewritten(objects)
    assert not found.is_equivalent
    assert {it.change.kind for it in found.remaining} == {"closed"}
    assert any("x/b[Pod], which no labels tell" in it.text for it in found.draft.limits)


def test_a_port_name_is_said_by_number_for_the_pods_where_it_holds() -> None:
    workloads = (
        pod("x/a"),
        pod("y/a", ports=(ContainerPort("web", 80),)),
        pod("y/b", ports=(ContainerPort("web", 8080),)),
    )
    rules = (rule([pods(EVERYTHING, EVERYTHING)], [name("web"), port(53)]),)
    found = rewritten(
        cluster(policy("x/p", A, egress=rules), workloads=workloads), CALICO
    )
    assert found.is_equivalent
    assert topics(found) == {Topic.PORT_NAMES}
    (made,) = found.draft.policies
    assert [it.ports for it in made.egress] == [
        (port(53),),
        (port(80),),
        (port(8080),),
    ]


def test_a_port_range_is_said_port_by_port_where_ranges_are_ignored() -> None:
    rules = (rule(ports=[port(8000, 8002)]),)
    objects = cluster(policy("x/p", A, ingress=rules), workloads=PODS)
    found = rewritten(objects, NPM, WITHOUT_RANGES)
    assert found.is_equivalent
    (made,) = found.draft.policies
    assert made.ingress[0].ports == (port(8000), port(8001), port(8002))
    wide = cluster(
        policy("x/p", A, ingress=(rule(ports=[port(1, 9000)]),)), workloads=PODS
    )
    kept = rewritten(wide, NPM, WITHOUT_RANGES)
    assert limits(kept) == {Topic.PORT_RANGES}
    assert not kept.is_equivalent


def spec_of_cilium(found: Migration) -> object:
    (made,) = (it for it in manifests(found) if it["kind"] == "CiliumNetworkPolicy")
    return made["spec"]


def test_nodes_that_a_block_held_are_named_as_entities() -> None:
    rules = (rule([block("10.1.0.0/24")], [port(443), port(81, None, SCTP)]),)
    egress = cluster(policy("x/p", A, egress=rules), workloads=PODS)
    assert spec_of_cilium(rewritten(egress)) == {
        "endpointSelector": {"matchLabels": {"pod": "a"}},
        "egress": [
            {
                "toEntities": ["remote-node"],
                "toPorts": [{"ports": [{"port": "443", "protocol": "TCP"}]}],
            },
            {"toEntities": ["host"]},
        ],
    }
    assert rewritten(egress).is_equivalent
    ingress = cluster(policy("x/p", A, ingress=rules), workloads=PODS)
    assert rewritten(ingress).is_equivalent
    assert spec_of_cilium(rewritten(ingress)) == {
        "endpointSelector": {"matchLabels": {"pod": "a"}},
        "ingress": [
            {
                "fromEntities": ["remote-node"],
                "toPorts": [{"ports": [{"port": "443", "protocol": "TCP"}]}],
            }
        ],
    }


def test_a_block_over_a_part_of_the_nodes_cannot_be_said() -> None:
    rules = (rule([block("10.1.0.4/32")]),)
    found = rewritten(cluster(policy("x/p", A, ingress=rules), workloads=PODS))
    assert limits(found) == {Topic.NODES_IN_BLOCKS}
    assert not found.is_needed
    assert not found.is_equivalent


def test_the_own_node_is_named_as_host() -> None:
    found = rewritten(cluster(policy("x/p", A, egress=()), workloads=PODS))
    assert topics(found) == {Topic.OWN_NODE}
    assert found.is_equivalent
    assert spec_of_cilium(found) == {
        "endpointSelector": {"matchLabels": {"pod": "a"}},
        "egress": [{"toEntities": ["host"]}],
    }


def published(*ranges: str, everyone: bool = True) -> KubernetesObjects:
    service = Service(
        "x",
        "web",
        ServiceType.LOAD_BALANCER,
        A if everyone else EVERYTHING,
        (ServicePort("", Protocol.TCP, 80, 8443),),
        Origin("service.yaml"),
        source_ranges=ranges,
    )
    objects = cluster(policy("x/p", A, ingress=()), workloads=PODS)
    return replace(objects, services=(service,))


def test_clients_of_a_service_are_let_in_as_they_were() -> None:
    found = rewritten(published())
    assert topics(found) == {Topic.TRAFFIC_POLICY}
    assert found.is_equivalent
    ports = [{"ports": [{"port": "8443", "protocol": "TCP"}]}]
    assert spec_of_cilium(found) == {
        "endpointSelector": {"matchLabels": {"pod": "a"}},
        "ingress": [{"fromEntities": ["world", "remote-node"], "toPorts": ports}],
    }
    few = rewritten(published("1.2.3.0/24"))
    assert few.is_equivalent
    narrowed = spec_of_cilium(few)
    assert isinstance(narrowed, dict)
    assert narrowed["ingress"] == [
        {"fromCIDR": ["1.2.3.0/24"], "toPorts": ports},
        {"fromEntities": ["remote-node"], "toPorts": ports},
    ]


def test_pods_of_a_service_that_are_open_are_not_shut_by_it() -> None:
    found = rewritten(published(everyone=False))
    assert found.is_equivalent
    spec = spec_of_cilium(found)
    assert isinstance(spec, dict)
    assert spec["enableDefaultDeny"] == {"ingress": False}


def test_a_policy_that_was_skipped_is_told_and_left() -> None:
    rules = (rule([block("2001:db8::/32")]),)
    found = rewritten(cluster(policy("x/p", A, ingress=rules), workloads=PODS))
    assert limits(found) == {Topic.SKIPPED}
    assert not found.is_equivalent


def test_a_name_that_is_taken_is_not_given_again() -> None:
    objects = cluster(policy("x/p", A, egress=()), workloads=PODS)
    first = rewritten(objects)
    again = rewritten(replace(first.objects, policies=objects.policies))
    (made,) = again.draft.added
    assert made.name == "p-nodes-2"


@pytest.mark.parametrize("version", [4, 6])
def test_no_sctp_is_always_told(version: int) -> None:
    address = "10.244.0.1" if version == 4 else "fd00::1"
    objects = cluster(workloads=(pod("x/a", address), pod("x/b")))
    assert ip_address(address).version == version
    (limit,) = rewritten(objects).draft.limits
    assert limit.topic is Topic.NOT_CARRIED


def test_what_is_written_reads_back_as_it_was_meant() -> None:
    rules = (
        rule([block("10.244.1.0/24", "10.244.1.8/29")], [port(80, 90)]),
        rule([pods(A), pods(EVERYTHING, labelled(ns="y"))], [name("serve-80-tcp")]),
        rule([block("10.244.2.0/24")], [port()]),
    )
    objects = cluster(policy("x/p", A, ingress=rules), workloads=PODS)
    found = rewritten(objects)
    (made,) = found.draft.policies
    (read,) = found.objects.policies
    assert _bare(read.ingress) == _bare(made.ingress)
    assert found.is_equivalent


def _bare(rules: object) -> list[object]:
    assert isinstance(rules, tuple)
    return [
        (
            it.peers,
            tuple(
                match.ports if isinstance(match, NumberedPorts) else match
                for match in it.ports or ()
            ),
        )
        for it in rules
    ]
