"""Services and ways in that stand twice: nobody knows which the cluster holds."""

from pathlib import Path

import pytest

from reading import read, told
from seawall.model.dataplane import DATAPLANES, Dataplane, PolicyEngine
from seawall.model.diagnostic import Level
from seawall.model.packet import Protocol
from seawall.model.service import ServiceType
from seawall.model.snapshot import Snapshot
from seawall.model.trace import Verdict
from seawall.query.reach.policy import reach_policy
from seawall.reference.policy import PodAt, PolicyQuestion, decide

PODS = "".join(
    f"""
apiVersion: v1
kind: Pod
metadata: {{name: {name}, namespace: x, labels: {{app: {name}}}}}
spec: {{containers: [{{name: a, image: i}}]}}
---
"""
    for name in ("one", "two", "client")
)
FIRST = """
apiVersion: v1
kind: Service
metadata: {name: s, namespace: x}
spec: {type: LoadBalancer, selector: {app: one}, ports: [{port: 80}]}
---
"""
SECOND = """
apiVersion: v1
kind: Service
metadata: {name: s, namespace: x}
spec: {selector: {app: two}, ports: [{port: 81}]}
---
"""
UNREADABLE = """
apiVersion: v1
kind: Service
metadata: {name: s, namespace: x}
spec: {selector: [app], ports: [{port: 81}]}
---
"""
CALICO = """
apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: {name: p, namespace: x}
spec:
  selector: app == 'client'
  types: [Egress]
  egress: [{action: Allow, protocol: TCP, destination: {services: {name: s}}}]
"""
CILIUM = """
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: p, namespace: x}
spec:
  endpointSelector: {matchLabels: {app: client}}
  egress: [{toServices: [{k8sService: {serviceName: s, namespace: x}}]}]
"""
BY_ENGINE = {PolicyEngine.CALICO: CALICO, PolicyEngine.CILIUM: CILIUM}
ORDERS = [(FIRST, SECOND), (SECOND, FIRST), (FIRST, UNREADABLE), (UNREADABLE, FIRST)]


def decided(snapshot: Snapshot, plane: Dataplane, target: str, port: int) -> Verdict:
    """Return what the definition says of the client's packets to a pod."""
    pods = {item.name: item for item in snapshot.objects.workloads}
    question = PolicyQuestion(
        PodAt(pods["client"], None, None),
        PodAt(pods[target], None, None),
        Protocol.TCP,
        port,
    )
    return decide(snapshot.objects, plane, question).verdict


@pytest.mark.parametrize("services", ORDERS)
@pytest.mark.parametrize("engine", BY_ENGINE)
def test_a_rule_that_names_one_may_mean_the_backends_of_any(
    engine: PolicyEngine, services: tuple[str, str], tmp_path: Path
) -> None:
    text = PODS + "".join(services) + BY_ENGINE[engine]
    snapshot = read(tmp_path, text)
    plane = DATAPLANES[engine]
    for target, port in (("one", 80), ("two", 81)):
        found = decided(snapshot, plane, target, port)
        assert found is Verdict.UNKNOWN


@pytest.mark.parametrize("services", ORDERS)
def test_where_it_leads_as_a_way_in_is_unknown(
    services: tuple[str, str], tmp_path: Path
) -> None:
    snapshot = read(tmp_path, PODS + "".join(services))
    (service,) = snapshot.objects.services
    assert service.type is ServiceType.LOAD_BALANCER
    arrivals = reach_policy(snapshot, DATAPLANES[PolicyEngine.CALICO]).ways_in
    assert {item.verdict for item in arrivals} == {Verdict.UNKNOWN}


def test_it_is_an_error_and_equal_ones_are_one(tmp_path: Path) -> None:
    (error,) = told(read(tmp_path, PODS + FIRST + SECOND))
    assert error.level is Level.ERROR
    assert "Service `x/s` stands more than once" in error.what
    (service,) = read(tmp_path, PODS + FIRST + FIRST).objects.services
    assert service.doubt is None


ONE = SECOND.replace("two", "one").replace("81", "80")
INGRESS = """
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: i, namespace: x}
spec: {rules: [{http: {paths: [{path: /P, backend: {service: {name: s}}}]}}]}
---
"""
GATEWAY = """
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: g, namespace: y}
spec: {gatewayClassName: c, listeners: [{name: a, port: 80, protocol: HTTP, FROM}]}
---
"""
HTTP_ROUTE = """
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: r, namespace: x}
spec:
  parentRefs: [{name: g, namespace: y}]
  rules: [{backendRefs: [{name: s, port: P}]}]
---
"""
OPEN = GATEWAY.replace("FROM", "allowedRoutes: {namespaces: {from: All}}")
SHUT = GATEWAY.replace("FROM", "hostname: a")
ROUTE_80 = HTTP_ROUTE.replace("port: P", "port: 80")
ROUTE_81 = HTTP_ROUTE.replace("port: P", "port: 81")


@pytest.mark.parametrize(
    ("objects", "wanted"),
    [
        ((INGRESS,), {Verdict.ALLOWED}),
        ((INGRESS, INGRESS), {Verdict.ALLOWED}),
        ((INGRESS, INGRESS.replace("/P", "/Q")), {Verdict.UNKNOWN}),
        ((OPEN, ROUTE_80), {Verdict.ALLOWED}),
        ((SHUT, ROUTE_80), set()),
        ((OPEN, SHUT, ROUTE_80), {Verdict.UNKNOWN}),
        ((SHUT, OPEN, ROUTE_80), {Verdict.UNKNOWN}),
        ((OPEN, ROUTE_80, ROUTE_81), {Verdict.UNKNOWN, Verdict.DENIED}),
    ],
)
def test_what_opens_a_way_in_and_stands_twice_may_not_be_in_force(
    objects: tuple[str, ...], wanted: set[Verdict], tmp_path: Path
) -> None:
    snapshot = read(tmp_path, PODS + ONE + "".join(objects))
    arrivals = reach_policy(snapshot, DATAPLANES[PolicyEngine.CALICO]).ways_in
    assert {item.verdict for item in arrivals} == wanted
