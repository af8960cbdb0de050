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
NETWORK = {
    "id": "/subscriptions/0/resourceGroups/r/providers"
    "/Microsoft.Network/virtualNetworks/hub",
    "type": "Microsoft.Network/virtualNetworks",
    "name": "hub",
    "location": "westeurope",
    "properties": {"addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}},
}


def unknown(folder: Path) -> tuple[str, ...]:
    case = Case(load([folder]))
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
