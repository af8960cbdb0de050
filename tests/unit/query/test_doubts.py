"""Policies of which nobody can tell whether they are in force, as the overview says."""

from dataclasses import replace
from pathlib import Path

import pytest

from reading import read
from seawall.model.dataplane import CALICO, CILIUM, SPEC, Dataplane, Tri
from seawall.query.case import Case
from seawall.query.doubts import doubts

POLICIES = """
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: names, namespace: x}
spec:
  endpointSelector: {}
  egress:
  - toFQDNs: [{matchName: example.com}]
  - toPorts: [{ports: [{port: '53'}], rules: {dns: [{matchPattern: '*'}]}}]
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: nodes, namespace: x}
spec:
  endpointSelector: {}
  ingress: [{fromNodes: [{}]}]
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: plain, namespace: x}
spec:
  endpointSelector: {}
  ingress: [{}]
"""


@pytest.mark.parametrize(
    ("plane", "says"),
    [
        (SPEC, ["3 CiliumNetworkPolicy: it is not fixed whether the engine acts"]),
        (CALICO, []),
        (
            CILIUM,
            ["x/nodes", "1 policy filters domain names: it is not known whether"],
        ),
        (replace(CILIUM, filters_names=Tri.YES), ["x/nodes"]),
    ],
)
def test_each_doubt_is_said_once(
    tmp_path: Path, plane: Dataplane, says: list[str]
) -> None:
    case = Case(read(tmp_path, POLICIES))
    case.dataplane = plane
    found = list(doubts(case))
    assert len(found) == len(says)
    assert all(part in text for part, text in zip(says, found, strict=True))
