from pathlib import Path

import pytest

from seawall.app.cli.main import run

CLUSTER = """
apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: v1
kind: Namespace
metadata: {name: vault}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {containers: [{name: main}]}
---
apiVersion: v1
kind: Pod
metadata: {name: api, namespace: shop, labels: {app: api}}
spec: {containers: [{name: main}]}
---
apiVersion: v1
kind: Pod
metadata: {name: store, namespace: vault, labels: {app: store}}
spec: {containers: [{name: main}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: from-web, namespace: vault}
spec:
  podSelector: {}
  ingress:
  - from: [{namespaceSelector: {}, podSelector: {matchLabels: {app: web}}}]
    ports: [{port: 443}]
"""


def summary(tmp_path: Path, *options: str) -> list[str]:
    (tmp_path / "cluster.yaml").write_text(CLUSTER)
    out = tmp_path / "summary.txt"
    code = run(
        ["reach", str(tmp_path / "cluster.yaml"), *options, "-o", f"summary={out}"]
    )
    assert code == 0
    return out.read_text().splitlines()


@pytest.mark.parametrize("layers", ["policy", "all"])
def test_a_summary_counts_open_and_closed_pairs(tmp_path: Path, layers: str) -> None:
    lines = summary(tmp_path, "--layers", layers)
    assert lines[0] == "3 workloads with 3 pods in 2 namespaces"
    assert lines[3].split() == ["workloads", "5", "0", "1", "6"]
    assert ["vault", "1", "0", "1", "2"] in [line.split() for line in lines]


def test_a_summary_is_narrowed_as_a_list_is(tmp_path: Path) -> None:
    lines = summary(tmp_path, "--layers", "policy", "--to", "vault/store")
    assert lines[3].split() == ["workloads", "1", "0", "1", "2"]
    closed = summary(tmp_path, "--layers", "policy", "--port", "80", "--to", "ns:vault")
    assert closed[3].split() == ["workloads", "0", "0", "2", "2"]
