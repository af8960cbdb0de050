"""`trace` and `diff` on clusters with cluster-wide policies name what decides."""

import json
from pathlib import Path

import pytest

from seawall.app.cli.main import run

PODS = """\
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {containers: [{name: web, image: web}]}
---
apiVersion: v1
kind: Pod
metadata: {name: db, namespace: pay, labels: {app: db}}
spec: {containers: [{name: db, image: db}]}
---
"""
SEALED = """\
apiVersion: policy.networking.k8s.io/v1alpha1
kind: AdminNetworkPolicy
metadata: {name: sealed}
spec:
  priority: 10
  subject:
    namespaces: {matchLabels: {kubernetes.io/metadata.name: pay}}
  ingress:
  - action: Pass
    from: [{namespaces: {}}]
    ports: [{portNumber: {protocol: TCP, port: 5432}}]
  - action: Deny
    from: [{namespaces: {}}]
"""
CLUSTER = {
    "type": "Microsoft.ContainerService/managedClusters",
    "name": "shop",
    "location": "westeurope",
    "properties": {
        "kubernetesVersion": "1.33",
        "networkProfile": {
            "networkPlugin": "azure",
            "networkPluginMode": "overlay",
            "podCidr": "10.244.0.0/16",
            "networkPolicy": "calico",
        },
        "agentPoolProfiles": [{"name": "system", "count": 3}],
    },
}


def test_trace_names_the_rule_and_its_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "all.yaml").write_text(PODS + SEALED, encoding="utf-8")
    (tmp_path / "cluster.json").write_text(json.dumps(CLUSTER), encoding="utf-8")
    run(["trace", "shop/web", "pay/db:80", str(tmp_path)])
    out = " ".join(capsys.readouterr().out.split())
    line = (PODS + SEALED).splitlines().index("  - action: Deny") + 1
    assert "AdminNetworkPolicy sealed ingress rule 2 denies it" in out
    assert f"all.yaml:{line}" in out
    run(["trace", "shop/web", "pay/db:5432", str(tmp_path)])
    out = " ".join(capsys.readouterr().out.split())
    assert "after AdminNetworkPolicy sealed ingress rule 1 passed it on" in out


def test_diff_names_the_rule_on_either_side(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old, new = tmp_path / "old.yaml", tmp_path / "new.yaml"
    old.write_text(PODS + SEALED, encoding="utf-8")
    new.write_text(PODS + SEALED.replace("Deny", "Allow"), encoding="utf-8")
    assert run(["diff", "--engine", "calico", str(old), str(new)]) == 1
    out = capsys.readouterr().out
    assert "AdminNetworkPolicy sealed ingress rule 2 denies it" in out
    assert "AdminNetworkPolicy sealed ingress rule 2 admits it" in out
    assert (
        f"old.yaml:{(PODS + SEALED).splitlines().index('  - action: Deny') + 1}" in out
    )


@pytest.mark.parametrize(
    ("entity", "which"), [("host", "own node"), ("remote-node", "other nodes")]
)
def test_a_trace_says_that_own_and_other_nodes_are_not_told_apart(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], entity: str, which: str
) -> None:
    (tmp_path / "k8s.yaml").write_text(
        "apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: x}\n"
        "spec: {nodeName: n1, containers: [{name: c, image: c}]}\n"
        "---\napiVersion: v1\nkind: Pod\nmetadata: {name: h, namespace: x}\n"
        "spec: {nodeName: n1, hostNetwork: true, containers: [{name: c, image: c}]}\n"
        "---\napiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\n"
        "metadata: {name: p, namespace: x}\n"
        f"spec: {{endpointSelector: {{}}, egress: [{{toEntities: [{entity}]}}]}}\n"
    )
    run(["trace", "x/a", "x/h:80", str(tmp_path), "--engine", "cilium"])
    said = " ".join(capsys.readouterr().out.split())
    assert f"it means the pod's {which} alone, which is not told apart here" in said


@pytest.mark.parametrize(
    ("engine", "verdict"),
    [("cilium", "DENIED"), ("npm", "UNKNOWN"), ("calico", "UNKNOWN")],
)
def test_a_pod_on_a_node_without_known_address_is_no_address_of_a_block(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], engine: str, verdict: str
) -> None:
    (tmp_path / "k8s.yaml").write_text(
        "apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: x}\n"
        "spec: {containers: [{name: c, image: c}]}\n"
        "---\napiVersion: v1\nkind: Pod\nmetadata: {name: h, namespace: x}\n"
        "spec: {hostNetwork: true, containers: [{name: c, image: c}]}\n"
        "---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n"
        "metadata: {name: p, namespace: x}\n"
        "spec:\n  podSelector: {}\n  policyTypes: [Egress]\n"
        "  egress: [{to: [{ipBlock: {cidr: 0.0.0.0/0}}]}]\n"
    )
    run(["trace", "x/a", "x/h:80", str(tmp_path), "--engine", engine])
    assert capsys.readouterr().out.startswith(verdict)
