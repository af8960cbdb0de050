"""The overview tells what is not known, and why."""

import json
from pathlib import Path

from seawall.ingest import load
from seawall.query.case import Case
from seawall.query.overview import overview

POD = """\
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec: {containers: [{name: c, image: i}]}
"""
BASELINE = """\
apiVersion: policy.networking.k8s.io/v1alpha1
kind: BaselineAdminNetworkPolicy
metadata: {name: default}
spec:
  subject: {namespaces: {}}
  egress: [{action: Deny, to: [{namespaces: {}}]%s}]
"""
NETWORK = {
    "id": "/subscriptions/0/resourceGroups/r/providers"
    "/Microsoft.Network/virtualNetworks/hub",
    "type": "Microsoft.Network/virtualNetworks",
    "name": "hub",
    "location": "westeurope",
    "properties": {"addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}},
}


def unknown(folder: Path, engine: str | None = None) -> tuple[str, ...]:
    case = Case(load([folder]), engine)
    return tuple(overview(case).unknown)


def test_no_azure_input_is_told(tmp_path: Path) -> None:
    (tmp_path / "pod.yaml").write_text(POD, encoding="utf-8")
    assert "the cluster and its network: no Azure input was given" in unknown(tmp_path)


def test_azure_input_without_a_cluster_is_told(tmp_path: Path) -> None:
    (tmp_path / "pod.yaml").write_text(POD, encoding="utf-8")
    (tmp_path / "hub.json").write_text(json.dumps(NETWORK), encoding="utf-8")
    assert (
        "the cluster and its network: the Azure input holds no cluster, "
        "so nothing starts in its network" in unknown(tmp_path)
    )


def test_a_cluster_wide_policy_that_cannot_be_read_is_told_where_it_counts(
    tmp_path: Path,
) -> None:
    def told(more: str, engine: str) -> list[str]:
        path = tmp_path / "policy.yaml"
        path.write_text(f"{POD}---\n{BASELINE % more}", encoding="utf-8")
        return [it for it in unknown(tmp_path, engine) if "Baseline" in it]

    (line,) = told(", porst: []", "calico")
    assert line.startswith("BaselineAdminNetworkPolicy default (")
    assert line.endswith("it cannot be read: unknown field `porst`")
    assert not told(", porst: []", "cilium")
    assert not told("", "calico")


def test_open_pairs_on_which_tcp_is_closed_or_not_known_are_told(
    tmp_path: Path,
) -> None:
    for name in ("api", "db"):
        pod = POD.replace("name: web", f"name: {name}, labels: {{app: {name}}}")
        (tmp_path / f"{name}.yaml").write_text(pod, encoding="utf-8")
    (tmp_path / "policies.yaml").write_text(BESIDE_TCP, encoding="utf-8")
    share = overview(Case(load([tmp_path]))).share
    assert (share.open, share.closed, share.unknown) == (2, 0, 0)
    assert (share.open_without_tcp, share.open_perhaps_tcp) == (1, 1)
    assert share.beside_tcp == (
        "TCP is closed on 1 of them, TCP is not known on 1 of them"
    )


BESIDE_TCP = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: names, namespace: shop}
spec:
  podSelector: {matchLabels: {app: db}}
  ingress: [{ports: [{protocol: UDP, port: 53}]}]
---
apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata: {name: api, namespace: shop}
spec: {podSelector: {matchLabels: {app: api}}}
"""
