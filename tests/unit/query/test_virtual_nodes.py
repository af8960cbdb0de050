"""Pods on virtual nodes: neither policies nor the network of nodes hold them."""

from pathlib import Path
from textwrap import dedent

import pytest

from seawall.ingest import load
from seawall.model.address import AddressRange
from seawall.model.dataplane import CALICO
from seawall.model.diagnostic import Level
from seawall.model.end import AddressEnd, End, PodEnd
from seawall.model.packet import PortRange, Protocol
from seawall.model.snapshot import Snapshot
from seawall.model.trace import Verdict
from seawall.model.workload import Workload
from seawall.query.ask import ask
from seawall.query.case import Case
from seawall.query.reach.every_layer import reach_all
from seawall.query.reach.policy import Narrowing
from seawall.query.words.port import PortText

INPUT = """
    type: Microsoft.ContainerService/managedClusters
    name: shop
    location: westeurope
    properties:
      networkProfile: {networkPlugin: azure, networkPolicy: calico}
      addonProfiles: {aciConnectorLinux: {enabled: true}}
      agentPoolProfiles: [{name: system, count: 3}]
    ---
    apiVersion: v1
    kind: Pod
    metadata: {name: report, namespace: shop}
    spec: {containers: [{name: report, image: report}], WHERE}
    ---
    apiVersion: v1
    kind: Pod
    metadata: {name: web, namespace: open}
    spec: {containers: [{name: web, image: web}]}
    ---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: deny, namespace: shop}
    spec: {podSelector: {}, policyTypes: [Ingress, Egress]}
    """
OUTSIDE = AddressEnd((AddressRange.parse("203.0.113.7"),))


def read(folder: Path, where: str) -> Snapshot:
    text = dedent(INPUT).replace("WHERE", where)
    (folder / "all.yaml").write_text(text, encoding="utf-8")
    return load([folder])


def verdicts(snapshot: Snapshot) -> list[Verdict]:
    pods = {it.name: PodEnd(it) for it in snapshot.objects.workloads}
    port = PortText(Protocol.TCP, PortRange(80, 80))
    asked: list[tuple[End, End]] = [
        (pods["report"], OUTSIDE),
        (pods["web"], pods["report"]),
    ]
    return [ask(Case(snapshot), *ends, port).verdict for ends in asked]


@pytest.mark.parametrize(
    "where",
    [
        "nodeSelector: {type: virtual-kubelet}",
        "nodeSelector: {virtualization: virtualnode2}",
        "nodeName: virtual-node-aci-linux",
    ],
)
def test_what_policies_deny_pods_on_virtual_nodes_is_not_known(
    where: str, tmp_path: Path
) -> None:
    snapshot = read(tmp_path, where)
    assert verdicts(snapshot) == [Verdict.UNKNOWN] * 2
    told = [it for it in snapshot.diagnostics if it.level is Level.UNMODELLED]
    assert ["virtual nodes" in it.what for it in told] == [True]


def test_pods_on_nodes_are_held(tmp_path: Path) -> None:
    snapshot = read(tmp_path, "nodeName: aks-system-12345678-vmss000000")
    assert verdicts(snapshot) == [Verdict.DENIED] * 2


def test_ways_out_of_pods_on_virtual_nodes_are_told(tmp_path: Path) -> None:
    snapshot = read(tmp_path, "nodeSelector: {type: virtual-kubelet}")
    found = {way.workloads: way.verdict for way in Case(snapshot).ways_out}
    assert found[("shop/report[Pod]",)] is Verdict.UNKNOWN


def test_reach_without_policies_knows_no_more_than_a_single_question(
    tmp_path: Path,
) -> None:
    """Source: docs/semantics/path.md, V8."""
    text = dedent(INPUT).replace("WHERE", "nodeSelector: {type: virtual-kubelet}")
    (tmp_path / "all.yaml").write_text(text.rpartition("---")[0], encoding="utf-8")
    rows = reach_all(load([tmp_path]), CALICO, Narrowing()).connections()
    (row,) = [
        each
        for each in rows
        if isinstance(each.source, Workload)
        and isinstance(each.destination, Workload)
        and each.destination.name == "report"
    ]
    assert not row.allowed
    assert row.unknown
