"""Nodes of auto-provisioning that stand in subnets of their own."""

from pathlib import Path
from textwrap import dedent

import pytest

from seawall.ingest import load
from seawall.model.diagnostic import Level
from seawall.model.snapshot import Snapshot
from seawall.model.trace import Verdict
from seawall.query.case import Case

NET = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network"
NODES = f"{NET}/virtualNetworks/net/subnets/nodes"
EXTRA = f"{NET}/virtualNetworks/net/subnets/extra"
INPUT = f"""
    type: Microsoft.Network/virtualNetworks
    id: {NET}/virtualNetworks/net
    name: net
    location: westeurope
    properties:
      addressSpace: {{addressPrefixes: [10.1.0.0/16]}}
      subnets:
        - name: nodes
          id: {NODES}
          properties:
            addressPrefix: 10.1.0.0/24
            routeTable: {{id: {NET}/routeTables/closed}}
        - name: extra
          id: {EXTRA}
          properties: {{addressPrefix: 10.1.1.0/24, natGateway: {{id: {NET}/nat}}}}
    ---
    type: Microsoft.Network/routeTables
    id: {NET}/routeTables/closed
    name: closed
    location: westeurope
    properties:
      routes:
        - {{name: all, properties: {{addressPrefix: 0.0.0.0/0, nextHopType: None}}}}
    ---
    type: Microsoft.ContainerService/managedClusters
    name: shop
    location: westeurope
    properties:
      networkProfile: {{networkPlugin: azure, networkPluginMode: overlay}}
      agentPoolProfiles: [{{name: system, count: 3, vnetSubnetID: {NODES}}}]
    ---
    apiVersion: v1
    kind: Pod
    metadata: {{name: web, namespace: shop}}
    spec: {{containers: [{{name: web, image: web}}]}}
    """
CLASS = """
    ---
    apiVersion: karpenter.azure.com/v1beta1
    kind: AKSNodeClass
    metadata: {name: burst}
    spec: SPEC
    """


def read(folder: Path, spec: str) -> Snapshot:
    text = dedent(INPUT) + (dedent(CLASS).replace("SPEC", spec) if spec else "")
    (folder / "all.yaml").write_text(text, encoding="utf-8")
    return load([folder])


def ways(snapshot: Snapshot) -> set[Verdict]:
    return {way.verdict for way in Case(snapshot).ways_out}


def test_pods_that_are_pinned_nowhere_may_run_in_the_subnet_of_a_class(
    tmp_path: Path,
) -> None:
    assert ways(read(tmp_path, "")) == {Verdict.DENIED}
    snapshot = read(tmp_path, f"{{vnetSubnetID: {EXTRA}}}")
    assert len(ways(snapshot)) > 1
    assert snapshot.cluster is not None
    assert [it.name for it in snapshot.cluster.pools] == ["system", "nodeclass-burst"]


@pytest.mark.parametrize("spec", ["{}", f"{{vnetSubnetID: {NODES}}}"])
def test_a_class_in_the_subnet_of_a_pool_changes_nothing(
    spec: str, tmp_path: Path
) -> None:
    snapshot = read(tmp_path, spec)
    assert snapshot.cluster is not None
    assert [it.name for it in snapshot.cluster.pools] == ["system"]


@pytest.mark.parametrize("spec", ["{vnetSubnetID: [a]}", '{vnetSubnetID: "$SUBNET"}'])
def test_a_subnet_that_cannot_be_read_is_told_and_leaves_pods_open(
    spec: str, tmp_path: Path
) -> None:
    snapshot = read(tmp_path, spec)
    assert Verdict.UNKNOWN in ways(snapshot)
    told = [it for it in snapshot.diagnostics if "no id of a subnet" in it.what]
    assert [str(it.origin).rpartition("/")[2] for it in told] == ["all.yaml:42"]
    assert [it.level for it in told] == [Level.ERROR]
