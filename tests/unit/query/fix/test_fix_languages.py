"""Which language a policy that opens a flow is written in, and that it reads back."""

from pathlib import Path

import pytest
from test_fix_search import CLUSTER, DENY, app, asked, manifests

from reading import read
from seawall.query.case import Case

CALICO_DENY = """
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: {name: %s}
spec:
  %sorder: 100
  selector: app == 'b'
  types: [Ingress]
  ingress: [{action: Deny, protocol: TCP, destination: {ports: [8080]}}]
"""
TIER = """
apiVersion: projectcalico.org/v3
kind: Tier
metadata: {name: security}
spec: {order: 50}
"""
CILIUM = """
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: closed, namespace: y}
spec: {endpointSelector: {}, ingress: [{}]}
"""


def test_what_calico_denies_by_order_takes_a_policy_of_calico_before_it(
    tmp_path: Path,
) -> None:
    deny = CALICO_DENY % ("deny", "")
    snapshot = read(tmp_path, CLUSTER, app("x/a"), app("y/b"), deny)
    (made,) = manifests(asked(snapshot, "x/a", "y/b:8080"))
    assert made["apiVersion"] == "projectcalico.org/v3"
    assert made["spec"]["order"] < 100
    (rule,) = made["spec"]["ingress"]
    assert rule["source"]["namespaceSelector"] == "kubernetes.io/metadata.name == 'x'"
    assert rule["destination"] == {"ports": [8080]}


def test_it_stands_in_the_tier_of_what_denies_and_is_named_for_it(
    tmp_path: Path,
) -> None:
    deny = CALICO_DENY % ("security.deny", "tier: security\n  ")
    snapshot = read(tmp_path, CLUSTER, app("x/a"), app("y/b"), TIER, deny)
    found = asked(snapshot, "x/a", "y/b:8080")
    (made,) = manifests(found)
    assert made["spec"]["tier"] == "security"
    assert made["metadata"]["name"].startswith("security.")
    written = found.fixes[0].changes[0].snippets()[0].text
    again = read(tmp_path, CLUSTER, app("x/a"), app("y/b"), TIER, deny, written)
    assert not asked(again, "x/a", "y/b:8080").fixes
    assert (
        Case(again, "calico")
        .table.between(*(w for w in again.objects.workloads))
        .allowed
    )


@pytest.mark.parametrize("engine", ["calico", "npm"])
def test_a_protocol_without_ports_is_named_where_the_language_can(
    tmp_path: Path, engine: str
) -> None:
    snapshot = read(tmp_path, CLUSTER, app("x/a"), app("y/b"), DENY % "x")
    found = asked(snapshot, "x/a", "y/b:icmp", engine)
    assert bool(found.fixes[0].opens) is (engine == "npm")


def test_pods_that_cilium_isolates_are_opened_by_a_policy_of_cilium_that_isolates_none(
    tmp_path: Path,
) -> None:
    nobody = "ingress: [{fromEndpoints: [{matchLabels: {none: such}}]}]"
    closed = CILIUM.replace("ingress: [{}]", nobody)
    snapshot = read(tmp_path, CLUSTER, app("x/a"), app("y/b"), closed)
    found = asked(snapshot, "x/a", "y/b:8080", "cilium")
    (made,) = manifests(found)
    assert made["kind"] == "CiliumNetworkPolicy"
    assert made["spec"]["enableDefaultDeny"] == {"ingress": False}
    assert not found.fixes[0].effects


def test_what_cilium_denies_outright_no_policy_opens(tmp_path: Path) -> None:
    deny = CILIUM.replace("ingress: [{}]", "ingressDeny: [{fromEntities: [all]}]")
    snapshot = read(tmp_path, CLUSTER, app("x/a"), app("y/b"), deny)
    found = asked(snapshot, "x/a", "y/b:8080", "cilium")
    assert not found.fixes
    assert "no policy that could be written" in found.advice[0].says
