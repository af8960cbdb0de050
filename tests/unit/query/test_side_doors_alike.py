"""Which workloads are asked about together."""

from pathlib import Path

import pytest

from seawall.ingest import load
from seawall.model.end import NodeEnd
from seawall.model.packet import PortRange, Protocol
from seawall.query.case import Case
from seawall.query.services import asked_services
from seawall.query.side_doors.alike import alike_outward, alike_toward
from seawall.query.words.port import PortText

CLUSTER = """
type: Microsoft.ContainerService/managedClusters
name: shop
location: westeurope
properties:
  networkProfile: {networkPlugin: azure, networkPluginMode: overlay,
    networkPolicy: calico}
  agentPoolProfiles: [{name: system}]
"""
POD = """
---
apiVersion: v1
kind: Pod
metadata: {{name: {0}, namespace: shop, labels: {{app: {0}}}}}
spec: {{containers: [{{name: main, image: main}}]}}
"""
POLICY = """
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {{name: {0}, namespace: shop}}
spec:
  podSelector: {{matchLabels: {{app: {0}}}}}
  policyTypes: [Egress]
  egress: {1}
"""
WEB = "[{ports: [{protocol: TCP, port: 80}]}]"


def together(case: Case, port: int) -> list[list[str]]:
    pods = case.workloads
    groups = alike_outward(case.paths, case.table, pods)
    asked = PortText(Protocol.TCP, PortRange(port, port))
    headers = asked_services(asked, NodeEnd(""))
    found = alike_toward(case.paths, case.policies, groups, headers)
    return sorted(sorted(pod.name for pod in group) for group in found)


@pytest.fixture
def case(tmp_path: Path) -> Case:
    pods = "".join(POD.format(name) for name in ("shut", "web", "mail", "free"))
    rules = {"shut": "[]", "web": WEB, "mail": WEB.replace("80", "25")}
    held = "".join(POLICY.format(*each) for each in rules.items())
    (tmp_path / "all.yaml").write_text(CLUSTER + pods + held)
    return Case(load([tmp_path]))


def test_pods_that_other_policies_hold_alike_are_asked_together(case: Case) -> None:
    assert together(case, 22) == [["free"], ["mail", "shut", "web"]]


def test_pods_that_policies_tell_apart_at_the_port_are_asked_apart(case: Case) -> None:
    assert together(case, 80) == [["free", "web"], ["mail", "shut"]]
