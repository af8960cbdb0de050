"""Ingress controllers that application routing runs, and what they lead to."""

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
kind: Service
metadata: {name: web, namespace: shop}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}, {port: 81}]}
---
apiVersion: v1
kind: Pod
metadata: {name: own, namespace: edge, labels: {app: ingress-nginx}}
spec: {containers: [{name: a, image: x}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: p, namespace: shop}
spec:
  podSelector: {}
  policyTypes: [Ingress]
  ingress:
    - from:
        - namespaceSelector:
            matchLabels: {kubernetes.io/metadata.name: app-routing-system}
---
"""
INGRESS = """
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web, namespace: shop}
spec:
  ingressClassName: nginx-internal
  defaultBackend: {service: {name: web, port: {number: 80}}}
---
"""
CONTROLLER = """
apiVersion: approuting.kubernetes.azure.com/v1alpha1
kind: NginxIngressController
metadata: {name: nginx-internal}
spec:
  controllerNamePrefix: inner
  httpDisabled: true
  defaultBackendService: {name: web, namespace: shop}
---
"""
CLASS = """
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: {name: nginx-internal}
spec: {controller: approuting.kubernetes.azure.com/nginx-internal}
---
"""
RUNS = """
apiVersion: v1
kind: Pod
metadata:
  name: run
  namespace: app-routing-system
  labels: {app: inner-0, app.kubernetes.io/component: ingress-controller}
spec: {containers: [{name: a, image: x}]}
---
"""


def verdicts(snapshot: Snapshot) -> set[tuple[str, Verdict, int | None]]:
    found = reach_policy(snapshot, DATAPLANES[PolicyEngine.CALICO]).ways_in
    return {(it.way.kind, it.verdict, it.port) for it in found}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (INGRESS, Verdict.DENIED),
        (INGRESS + CONTROLLER, Verdict.UNKNOWN),
        (INGRESS + CLASS, Verdict.UNKNOWN),
        (INGRESS + CONTROLLER + RUNS, Verdict.ALLOWED),
        (INGRESS + CLASS + RUNS, Verdict.ALLOWED),
        (
            INGRESS + CONTROLLER + RUNS.replace("inner-0", "outer-0"),
            Verdict.UNKNOWN,
        ),
    ],
)
def test_a_class_that_the_add_on_serves_is_not_that_of_another_chart(
    tmp_path: Path, text: str, wanted: Verdict
) -> None:
    """Source: Azure/aks-app-routing-operator, pkg/manifests/nginx.go."""
    assert ("Ingress", wanted, 8080) in verdicts(read(tmp_path, PODS + text))


def test_what_no_ingress_takes_goes_to_the_first_port_of_the_default_backend(
    tmp_path: Path,
) -> None:
    """Source: kubernetes/ingress-nginx, `--default-backend-service`."""
    snapshot = read(tmp_path, PODS + CONTROLLER + RUNS)
    wanted = ("NginxIngressController", Verdict.ALLOWED, 8080)
    assert verdicts(snapshot) == {wanted}
    (way,) = snapshot.objects.ways_in
    assert way.listens == (443,)


def test_what_a_controller_asks_for_is_read_with_its_defaults(tmp_path: Path) -> None:
    default = """
        apiVersion: approuting.kubernetes.azure.com/v1alpha1
        kind: NginxIngressController
        metadata: {name: default}
        spec: {ingressClassName: webapprouting.kubernetes.azure.com}
        """
    bare = """
        apiVersion: approuting.kubernetes.azure.com/v1alpha1
        kind: NginxIngressController
        metadata: {name: nginx-internal}
        spec: {}
        """
    found = read(tmp_path, default, bare)
    own, other = found.objects.controllers
    assert (own.name, own.names) == ("default", ("nginx",))
    assert (other.ingress_class, other.names[0]) == ("nginx-internal", "nginx-0")
    assert (other.ports, other.default_backend) == ((80, 443), None)
