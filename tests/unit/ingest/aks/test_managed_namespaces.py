"""Managed namespaces: the policies that AKS makes there, and their labels."""

from pathlib import Path
from textwrap import dedent

import pytest

from seawall.ingest import load
from seawall.model.end import PodEnd
from seawall.model.packet import PortRange, Protocol
from seawall.model.snapshot import Snapshot
from seawall.model.trace import Verdict
from seawall.query.ask import ask
from seawall.query.case import Case
from seawall.query.words.port import PortText

CLUSTER = """
    type: Microsoft.ContainerService/managedClusters
    name: shop
    location: westeurope
    properties:
      networkProfile:
        {networkPlugin: azure, networkPluginMode: overlay, networkDataplane: cilium}
      agentPoolProfiles: [{name: system, count: 3}]
    ---
    type: Microsoft.ContainerService/managedClusters/managedNamespaces
    name: shop/retail
    properties: PROPERTIES
    """
PODS = """
    apiVersion: v1
    kind: Pod
    metadata: {name: web, namespace: retail, labels: {app: web}}
    spec: {containers: [{name: web, image: web}]}
    ---
    apiVersion: v1
    kind: Pod
    metadata: {name: db, namespace: retail, labels: {app: db}}
    spec: {containers: [{name: db, image: db}]}
    ---
    apiVersion: v1
    kind: Pod
    metadata: {name: web, namespace: other, labels: {app: web}}
    spec: {containers: [{name: web, image: web}]}
    """


def read(folder: Path, properties: str, more: str = "") -> Snapshot:
    text = CLUSTER.replace("PROPERTIES", properties)
    (folder / "cluster.yaml").write_text(dedent(text), encoding="utf-8")
    (folder / "pods.yaml").write_text(dedent(PODS) + dedent(more), encoding="utf-8")
    return load([folder])


def verdict(snapshot: Snapshot, source: str, target: str) -> Verdict:
    found = {f"{it.namespace}/{it.name}": it for it in snapshot.objects.workloads}
    port = PortText(Protocol.TCP, PortRange(80, 80))
    ends = PodEnd(found[source]), PodEnd(found[target])
    return ask(Case(snapshot), *ends, port).verdict


@pytest.mark.parametrize(
    ("properties", "from_own", "from_other", "to_other"),
    [
        ("{defaultNetworkPolicy: {ingress: DenyAll}}", "denied", "denied", "allowed"),
        (
            "{defaultNetworkPolicy: {ingress: AllowAll, egress: AllowSameNamespace}}",
            "allowed",
            "allowed",
            "denied",
        ),
        ("{}", "allowed", "denied", "allowed"),
        (
            "{defaultNetworkPolicy: \"[parameters('policy')]\"}",
            "unknown",
            "unknown",
            "unknown",
        ),
    ],
)
def test_the_default_policy_of_a_managed_namespace_holds_its_pods(
    properties: str, from_own: str, from_other: str, to_other: str, tmp_path: Path
) -> None:
    snapshot = read(tmp_path, properties)
    assert verdict(snapshot, "retail/db", "retail/web").value == from_own
    assert verdict(snapshot, "other/web", "retail/web").value == from_other
    assert verdict(snapshot, "retail/web", "other/web").value == to_other


def test_a_default_policy_that_is_no_object_is_told_and_not_known(
    tmp_path: Path,
) -> None:
    snapshot = read(tmp_path, "{defaultNetworkPolicy: DenyAll, labels: [a]}")
    assert verdict(snapshot, "other/web", "retail/web") is Verdict.UNKNOWN
    told = [it.what for it in snapshot.diagnostics if "is no object" in it.what]
    assert len(told) == 2
    assert "`DenyAll` is no object" in told


def test_labels_that_azure_gives_a_namespace_are_selected(tmp_path: Path) -> None:
    policy = """
        ---
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata: {name: in, namespace: other}
        spec:
          podSelector: {}
          ingress: [{from: [{namespaceSelector: {matchLabels: {stage: dev}}}]}]
        """
    named = read(tmp_path, "{labels: {stage: dev}}", policy)
    assert verdict(named, "retail/web", "other/web") is Verdict.ALLOWED
    without = read(tmp_path, "{}", policy)
    assert verdict(without, "retail/web", "other/web") is Verdict.DENIED


def test_a_policy_that_aks_makes_is_not_told_as_a_rule_without_effect(
    tmp_path: Path,
) -> None:
    policy = """
        ---
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata: {name: own, namespace: retail}
        spec: {podSelector: {}, ingress: [{from: [{podSelector: {}}]}]}
        """
    found = Case(read(tmp_path, "{}", policy)).dead_rules
    assert {each.rule.origin.path.rpartition("/")[2] for each in found} == {"pods.yaml"}
