"""Ways in by copies of requests, and by Services whose clients are addresses."""

from pathlib import Path

import pytest

from reading import read
from seawall.model.dataplane import DATAPLANES, PolicyEngine
from seawall.model.snapshot import Snapshot
from seawall.model.trace import Verdict
from seawall.query.reach.policy import reach_policy

PODS = """
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {containers: [{name: a, image: x}]}
---
apiVersion: v1
kind: Pod
metadata: {name: copy, namespace: shop, labels: {app: copy}}
spec: {containers: [{name: a, image: x}]}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
---
apiVersion: v1
kind: Service
metadata: {name: copy, namespace: shop}
spec: {selector: {app: copy}, ports: [{port: 80, targetPort: 9090}]}
---
"""
GATEWAY = """
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: gate, namespace: shop}
spec: {gatewayClassName: any, listeners: [{name: one, port: 80, protocol: HTTP}]}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: r, namespace: shop}
spec: {parentRefs: [{name: gate}], rules: [{BACKENDS}]}
---
"""
COPY = "filters: [{type: RequestMirror, requestMirror: {backendRef: BACKEND}}]"
OWN = COPY.replace("BACKEND", "{name: copy, port: 80}")
FOREIGN = COPY.replace("BACKEND", "{name: copy, namespace: other, port: 80}")
MESH = """
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: v, namespace: shop}
spec:
  hosts: [shop.example]
  gateways: [gate]
  http: [{route: [{destination: {host: web}}], COPIES}]
---
"""
PUBLISHED = """
apiVersion: v1
kind: Service
metadata: {name: open, namespace: shop}
spec:
  type: LoadBalancer
  externalTrafficPolicy: TRAFFIC
  selector: {app: web}
  ports: [{port: 80, targetPort: 8080}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: p, namespace: shop}
spec: {podSelector: {}, policyTypes: [Ingress], ingress: [{from: [PEER]}]}
---
"""
EVERY = "{ipBlock: {cidr: 0.0.0.0/0}}"
SOME = "{ipBlock: {cidr: 192.0.2.0/24}}"
PODS_ALONE = "{namespaceSelector: {}}"


def ends(
    snapshot: Snapshot, engine: str = "spec"
) -> list[tuple[str, int | None, Verdict]]:
    dataplane = DATAPLANES[PolicyEngine(engine)]
    ways = reach_policy(snapshot, dataplane).ways_in
    return [(it.target_text, it.port, it.verdict) for it in ways]


@pytest.mark.parametrize(
    ("backends", "copies"),
    [
        ("backendRefs: [{name: web, port: 80}]", 0),
        (f"backendRefs: [{{name: web, port: 80}}], {OWN}", 1),
        (f"backendRefs: [{{name: web, port: 80, {OWN}}}]", 1),
        (f"backendRefs: [{{name: web, port: 80}}], {FOREIGN}", 0),
    ],
)
def test_a_route_sends_copies_to_the_backends_of_its_mirrors(
    tmp_path: Path, backends: str, copies: int
) -> None:
    text = PODS + GATEWAY.replace("BACKENDS", backends)
    targets = {(name, port) for name, port, _ in ends(read(tmp_path, text))}
    assert ("shop/web[Pod]", 8080) in targets
    assert (("shop/copy[Pod]", 9090) in targets, len(targets)) == (copies, 1 + copies)


@pytest.mark.parametrize(
    "copies", ["mirror: {host: copy}", "mirrors: [{destination: {host: copy}}]"]
)
def test_a_virtual_service_sends_copies_to_its_mirrors(
    tmp_path: Path, copies: str
) -> None:
    found = ends(read(tmp_path, PODS + MESH.replace("COPIES", copies)))
    assert {(name, port) for name, port, _ in found} == {
        ("shop/web[Pod]", 8080),
        ("shop/copy[Pod]", 9090),
    }


@pytest.mark.parametrize(
    ("peer", "traffic", "engine", "want"),
    [
        (EVERY, "Local", "spec", Verdict.ALLOWED),
        (EVERY, "Local", "cilium", Verdict.ALLOWED),
        (EVERY, "Cluster", "calico", Verdict.ALLOWED),
        (EVERY, "Cluster", "spec", Verdict.UNKNOWN),
        (EVERY, "Cluster", "cilium", Verdict.UNKNOWN),
        (SOME, "Local", "calico", Verdict.UNKNOWN),
        (PODS_ALONE, "Local", "calico", Verdict.DENIED),
        (PODS_ALONE, "Cluster", "calico", Verdict.DENIED),
        (PODS_ALONE, "Cluster", "spec", Verdict.UNKNOWN),
    ],
)
def test_clients_of_a_load_balancer_are_addresses_to_policies(
    tmp_path: Path, peer: str, traffic: str, engine: str, want: Verdict
) -> None:
    text = PUBLISHED.replace("PEER", peer).replace("TRAFFIC", traffic)
    (found,) = ends(read(tmp_path, PODS + text), engine)
    assert found == ("shop/web[Pod]", 8080, want)
