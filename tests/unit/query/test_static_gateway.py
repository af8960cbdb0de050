"""Pods that leave past network policies are never called sealed."""

import json
from pathlib import Path

from azure_builders import cluster
from reading import read
from seawall.model.end import InternetEnd, PodEnd
from seawall.model.trace import Verdict
from seawall.query.ask import ask
from seawall.query.case import Case
from seawall.query.words.port import PortText

SEALED = """
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: none, namespace: shop}
spec: {podSelector: {}, policyTypes: [Egress]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata:
      labels: {app: web}
      annotations: {kubernetes.azure.com/static-gateway-configuration: fixed}
    spec: {containers: [{name: web, image: web}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: db, namespace: shop}
spec:
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: db, image: db}]}
"""
CLUSTER = cluster(
    networkProfile={
        "networkPlugin": "azure",
        "networkPluginMode": "overlay",
        "networkPolicy": "calico",
    }
)


def test_denied_egress_is_unknown_for_a_pod_with_a_static_gateway(
    tmp_path: Path,
) -> None:
    snapshot = read(tmp_path, SEALED, json.dumps(CLUSTER))
    case = Case(snapshot)
    by_name = {each.name: each for each in case.workloads}
    sealed = ask(case, PodEnd(by_name["db"]), InternetEnd(), PortText())
    assert sealed.verdict is Verdict.DENIED
    open_ = ask(case, PodEnd(by_name["web"]), InternetEnd(), PortText())
    assert open_.verdict is Verdict.UNKNOWN
    assert not open_.partition.denied
    ways = {way.workloads: way.verdict for way in case.ways_out}
    assert ways[("shop/web[Deployment]",)] is Verdict.UNKNOWN
    assert ways[("shop/db[Deployment]",)] is Verdict.DENIED
