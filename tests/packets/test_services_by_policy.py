"""Services where policies alone are rehearsed: translated first, then judged."""

from pathlib import Path

from rehearsed import differing, packet, passed
from seawall.app.cli.rehearsal.hold import hold
from seawall.ingest import load
from seawall.query.case import Case
from seawall.query.rehearsal.answer import Agreement, Rehearsal
from seawall.query.rehearsal.prepare import Layers, prepared
from seawall.twin.classes.cast import ServiceStand

SHOP = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: c, image: i, ports: [{containerPort: 8080}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
---
apiVersion: v1
kind: Pod
metadata: {name: near, namespace: shop, labels: {app: near}}
spec: {containers: [{name: c, image: i}]}
---
apiVersion: v1
kind: Pod
metadata: {name: far, namespace: shop, labels: {app: far}}
spec: {containers: [{name: c, image: i}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  podSelector: {matchLabels: {app: web}}
  ingress:
  - from: [{podSelector: {matchLabels: {app: near}}}]
    ports: [{port: 8080}]
"""
LEAVING = """
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: near, namespace: shop}
spec:
  podSelector: {matchLabels: {app: near}}
  policyTypes: [Egress]
  egress: [{ports: [{port: PORT}]}]
"""


def rehearsed_shop(folder: Path, engine: str, leaving: int = 0) -> Rehearsal:
    more = LEAVING.replace("PORT", str(leaving)) if leaving else ""
    (folder / "shop.yaml").write_text(SHOP + more, encoding="utf-8")
    case = Case(load([str(folder)]), engine)
    found = hold(prepared(case, Layers.POLICY, 2_000)).found
    assert differing(found) == []
    return found


def test_policies_see_the_pod_behind_a_service_and_its_port(tmp_path: Path) -> None:
    for engine in ("spec", "calico", "cilium", "npm"):
        found = rehearsed_shop(tmp_path, engine)
        assert passed(packet(found, "shop/near", "Service shop/web", 80)), engine
        assert not passed(packet(found, "shop/far", "Service shop/web", 80)), engine


def test_egress_rules_are_for_the_port_of_the_pod(tmp_path: Path) -> None:
    for port, answers in ((80, False), (8080, True)):
        found = rehearsed_shop(tmp_path, "calico", leaving=port)
        assert passed(packet(found, "shop/near", "Service shop/web", 80)) is answers


def test_a_port_that_a_service_lacks_is_closed(tmp_path: Path) -> None:
    found = rehearsed_shop(tmp_path, "calico")
    asked = [
        item
        for item in found.compared
        if isinstance(item.question.target, ServiceStand) and item.question.port != 80
    ]
    assert asked
    assert {item.agreement for item in asked} == {Agreement.AGREED}
    assert not any(item.expected.answers for item in asked)
