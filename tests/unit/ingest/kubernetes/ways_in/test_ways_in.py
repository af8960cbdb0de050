"""Where Ingresses, routes of gateways and OpenShift Routes lead, and by whom."""

from pathlib import Path

import pytest

from reading import read, told
from seawall.model.dataplane import CALICO, NPM, SPEC, Dataplane
from seawall.model.diagnostic import Level
from seawall.model.snapshot import Snapshot
from seawall.model.trace import Verdict
from seawall.query.reach.policy import reach_policy
from seawall.query.ways_in import Arrival
from seawall.reference.policy import PodAt, PolicyQuestion, decide

ALLOWED, DENIED, UNKNOWN = Verdict.ALLOWED, Verdict.DENIED, Verdict.UNKNOWN
SHOP = """
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {team: a}}
---
apiVersion: v1
kind: Namespace
metadata: {name: edge}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {containers: [{name: a, image: x, ports: [{name: http, containerPort: 8080}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec:
  selector: {app: web}
  ports: [{name: main, port: 80, targetPort: http}, {name: side, port: 81,
           targetPort: 9090}]
---
"""
PROXY = """
apiVersion: v1
kind: Pod
metadata: {name: proxy, namespace: edge, labels: {LABEL}}
spec: {containers: [{name: a, image: x}]}
---
"""
INGRESS = """
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: in, namespace: shop}
spec:
  ingressClassName: nginx
  rules:
  - host: shop.example
    http: {paths: [{path: /a, backend: {service: {name: web, port: {number: 80}}}}]}
---
"""
CLOSED = """
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: p, namespace: shop}
spec: {podSelector: {}, policyTypes: [Ingress], ingress: [RULE]}
---
"""
NGINX = PROXY.replace("LABEL", "app.kubernetes.io/name: ingress-nginx")
FROM_EDGE = (
    "{from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: edge}}}]}"
)


def arrivals(snapshot: Snapshot) -> list[Arrival]:
    """Return where the ways end; where proxies are known, the definition must agree."""
    found = list(reach_policy(snapshot, SPEC).ways_in)
    for item in found:
        if item.proxies and item.target and item.port and not item.way.doubt:
            question = PolicyQuestion(
                PodAt(item.proxies[0]),
                PodAt(item.target),
                item.way.protocol,
                item.port,
            )
            decided = decide(snapshot.objects, SPEC, question).verdict
            assert decided is item.verdict
    return found


def ends(snapshot: Snapshot) -> list[tuple[str, int | None, Verdict]]:
    return [(it.target_text, it.port, it.verdict) for it in arrivals(snapshot)]


def test_an_ingress_leads_to_the_target_port_of_the_pods(tmp_path: Path) -> None:
    (found,) = arrivals(read(tmp_path, SHOP + NGINX + INGRESS))
    assert (found.target_text, found.port) == ("shop/web[Pod]", 8080)
    assert found.verdict is ALLOWED
    assert [item.label for item in found.proxies] == ["edge/proxy[Pod]"]
    assert (found.way.host, found.way.path) == ("shop.example", "/a")


@pytest.mark.parametrize(
    ("rule", "want"), [("", DENIED), (FROM_EDGE, ALLOWED), ("{ports: []}", ALLOWED)]
)
def test_policies_must_let_the_proxy_reach_the_pods(
    tmp_path: Path, rule: str, want: Verdict
) -> None:
    text = SHOP + NGINX + INGRESS + CLOSED.replace("RULE", rule)
    assert ends(read(tmp_path, text)) == [("shop/web[Pod]", 8080, want)]


@pytest.mark.parametrize(
    ("rule", "want"),
    [
        ("", DENIED),
        ("{ports: [{port: 9}]}", DENIED),
        ("{}", ALLOWED),
        ("{ports: [{port: http}]}", ALLOWED),
        (FROM_EDGE, UNKNOWN),
        ("{from: [{namespaceSelector: {}}]}", UNKNOWN),
        ("{from: [{ipBlock: {cidr: 0.0.0.0/0}}]}", UNKNOWN),
    ],
)
def test_a_proxy_that_is_not_in_the_input_is_not_guessed(
    tmp_path: Path, rule: str, want: Verdict
) -> None:
    text = SHOP + INGRESS + CLOSED.replace("RULE", rule)
    (found,) = arrivals(read(tmp_path, text))
    assert found.verdict is want
    assert ("no pod of the input" in found.reason) == (want is UNKNOWN)


def test_default_backends_and_names_of_ports_lead_somewhere_too(tmp_path: Path) -> None:
    text = INGRESS.replace("{number: 80}", "{name: side}").replace(
        "  rules:",
        "  defaultBackend: {service: {name: web, port: {number: 80}}}\n  rules:",
    )
    found = ends(read(tmp_path, SHOP + NGINX + text))
    assert found == [("shop/web[Pod]", 8080, ALLOWED), ("shop/web[Pod]", 9090, ALLOWED)]


@pytest.mark.parametrize(
    ("old", "new", "verdict", "reason"),
    [
        ("name: web, port", "name: gone, port", UNKNOWN, "not in the input"),
        ("number: 80", "number: 8", DENIED, "no port `8`"),
    ],
)
def test_a_backend_that_is_not_there_is_told(
    tmp_path: Path, old: str, new: str, verdict: Verdict, reason: str
) -> None:
    (found,) = arrivals(read(tmp_path, SHOP + INGRESS.replace(old, new)))
    assert found.verdict is verdict
    assert reason in found.reason


def test_a_class_names_its_controller(tmp_path: Path) -> None:
    classes = """
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata:
  name: own
  annotations: {ingressclass.kubernetes.io/is-default-class: "true"}
spec: {controller: k8s.io/ingress-nginx}
---
"""
    text = INGRESS.replace("  ingressClassName: nginx\n", "")
    (found,) = arrivals(read(tmp_path, SHOP + NGINX + classes + text))
    assert found.way.proxy.name == "ingress controller of class `own`"
    assert found.proxies


def test_a_gateway_of_azure_is_no_pod(tmp_path: Path) -> None:
    text = INGRESS.replace("nginx", "azure-application-gateway")
    closed = CLOSED.replace("RULE", FROM_EDGE)
    (found,) = arrivals(read(tmp_path, SHOP + NGINX + text + closed))
    assert not found.proxies
    assert found.verdict is DENIED
    assert "no address outside" in found.reason


GATEWAY = """
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: gate, namespace: edge}
spec:
  gatewayClassName: istio
  listeners: [{name: one, port: 443, protocol: HTTPS, ALLOWED}]
---
"""
ROUTE = """
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: r, namespace: shop}
spec:
  parentRefs: [{name: gate, namespace: edge}]
  hostnames: [shop.example]
  rules: [{backendRefs: [{name: web, port: 80}]}]
---
"""
GATED = PROXY.replace("LABEL", "gateway.networking.k8s.io/gateway-name: gate")


@pytest.mark.parametrize(
    ("allowed", "count"),
    [
        ("allowedRoutes: {namespaces: {from: All}}", 1),
        ("allowedRoutes: {namespaces: {from: Same}}", 0),
        ("allowedRoutes: {}", 0),
        (("allowedRoutes: {namespaces: {from: Selector, selector: "
         "{matchLabels: {team: a}}}}"), 1),
        (("allowedRoutes: {namespaces: {from: Selector, selector: "
         "{matchLabels: {team: b}}}}"), 0),
        ("allowedRoutes: {kinds: [{kind: GRPCRoute}], namespaces: {from: All}}", 0),
        ("hostname: '*.example', allowedRoutes: {namespaces: {from: All}}", 1),
        ("hostname: other.example, allowedRoutes: {namespaces: {from: All}}", 0),
    ],
)  # fmt: skip
def test_a_gateway_takes_the_routes_that_its_listeners_allow(
    tmp_path: Path, allowed: str, count: int
) -> None:
    text = SHOP + GATED + GATEWAY.replace("ALLOWED", allowed) + ROUTE
    snapshot = read(tmp_path, text)
    assert ends(snapshot) == [("shop/web[Pod]", 8080, ALLOWED)] * count
    assert len(told(snapshot)) == 1 - count
    for item in arrivals(snapshot):
        assert item.way.listens == (443,)
        assert item.proxies


def test_a_section_names_one_listener(tmp_path: Path) -> None:
    gateway = GATEWAY.replace("ALLOWED", "allowedRoutes: {namespaces: {from: All}}")
    route = ROUTE.replace("namespace: edge}]", "namespace: edge, sectionName: two}]")
    assert not arrivals(read(tmp_path, SHOP + gateway + route))


def test_a_gateway_that_is_not_in_the_input_may_refuse(tmp_path: Path) -> None:
    assert ends(read(tmp_path, SHOP + ROUTE)) == [("shop/web[Pod]", 8080, UNKNOWN)]


def test_a_backend_elsewhere_needs_a_grant(tmp_path: Path) -> None:
    gateway = GATEWAY.replace("ALLOWED", "allowedRoutes: {namespaces: {from: All}}")
    route = ROUTE.replace(
        "name: r, namespace: shop", "name: r, namespace: edge"
    ).replace("{name: web,", "{name: web, namespace: shop,")
    grant = """
apiVersion: gateway.networking.k8s.io/v1beta1
kind: ReferenceGrant
metadata: {name: g, namespace: shop}
spec:
  from: [{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: edge}]
  to: [{group: "", kind: Service}]
---
"""
    for name, text, count in (("no", "", 0), ("yes", grant, 1)):
        (tmp_path / name).mkdir()
        snapshot = read(tmp_path / name, SHOP + GATED + gateway + route + text)
        assert len(arrivals(snapshot)) == count


def test_virtual_services_lead_from_the_gateways_that_they_name(tmp_path: Path) -> None:
    text = """
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: gate, namespace: edge}
spec:
  selector: {istio: ingressgateway}
  servers: [{port: {number: 443, name: https, protocol: HTTPS}, hosts: ["*"]}]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: v, namespace: shop}
spec:
  hosts: [shop.example]
  gateways: [GATE]
  http: [{route: [{destination: {host: HOST, port: {number: 80}}}]}]
---
"""
    proxy = PROXY.replace("LABEL", "istio: ingressgateway")
    for at, (gate, host, count) in enumerate(
        (
            ("edge/gate", "web", 1),
            ("edge/gate", "web.shop.svc.cluster.local", 1),
            ("mesh", "web", 0),
        )
    ):
        folder = tmp_path / str(at)
        folder.mkdir()
        written = text.replace("GATE]", f"{gate}]").replace("HOST", host)
        found = ends(read(folder, SHOP + proxy + written))
        assert found == [("shop/web[Pod]", 8080, ALLOWED)] * count


@pytest.mark.parametrize(
    ("port", "numbers"),
    [("", [8080, 9090]), ("port: {targetPort: 8080}", [8080]),
     ("port: {targetPort: side}", [9090]), ("port: {targetPort: 7}", [None])],
)  # fmt: skip
def test_a_route_of_openshift_names_ports_of_pods(
    tmp_path: Path, port: str, numbers: list[int | None]
) -> None:
    text = f"""
apiVersion: route.openshift.io/v1
kind: Route
metadata: {{name: r, namespace: shop}}
spec:
  to: {{kind: Service, name: web}}
  tls: {{termination: passthrough}}
  {port}
---
"""
    found = arrivals(read(tmp_path, SHOP + text))
    assert [item.port for item in found] == numbers
    assert {item.way.listens for item in found} == {(443,)}


PUBLISHED = """
apiVersion: v1
kind: Service
metadata: {name: open, namespace: shop}
spec:
  type: TYPE
  selector: {app: web}
  externalIPs: [EXTERNAL]
  ports:
  - {name: a, port: 80, targetPort: http, nodePort: 30080}
  - {name: b, port: 80, protocol: UDP, targetPort: 9}
---
"""


@pytest.mark.parametrize(
    ("kind", "external", "proxies"),
    [
        ("NodePort", "", ["clients of the nodes"]),
        ("LoadBalancer", "", ["clients of the load balancer"]),
        ("ClusterIP", "198.51.100.7", ["clients of an external address"]),
        ("ClusterIP", "", []),
    ],
)
def test_services_that_are_published_are_ways_in_themselves(
    tmp_path: Path, kind: str, external: str, proxies: list[str]
) -> None:
    text = SHOP + PUBLISHED.replace("TYPE", kind).replace("EXTERNAL", external)
    found = arrivals(read(tmp_path, text))
    seen = [(it.way.proxy.name, it.way.protocol.name, it.port) for it in found]
    assert seen == [
        (name, protocol, port)
        for name in proxies
        for protocol, port in (("TCP", 8080), ("UDP", 9))
    ]
    assert all(item.verdict is ALLOWED for item in found)


def test_an_ingress_means_ports_of_tcp(tmp_path: Path) -> None:
    text = PUBLISHED.replace("TYPE", "ClusterIP").replace("EXTERNAL", "")
    route = INGRESS.replace("name: web, port", "name: open, port")
    assert ends(read(tmp_path, SHOP + NGINX + text + route)) == [
        ("shop/web[Pod]", 8080, ALLOWED)
    ]


def test_what_names_no_service_is_told_with_its_place(tmp_path: Path) -> None:
    snapshot = read(
        tmp_path, ROUTE.replace("{name: web, port: 80}", "{name: b, kind: Bucket}")
    )
    (found,) = told(snapshot, Level.UNMODELLED)
    assert "Bucket" not in found.mend
    assert found.origin is not None
    assert found.origin.pointer[-2:] == ("backendRefs", 0)


@pytest.mark.parametrize(
    ("engine", "traffic", "wanted"),
    [
        (NPM, "Cluster", {ALLOWED}),
        (NPM, "Local", {DENIED}),
        (CALICO, "Cluster", {DENIED}),
        (SPEC, "Cluster", {UNKNOWN}),
    ],
)
def test_policies_hold_for_what_nodes_hand_on_as_the_engine_has_it(
    tmp_path: Path, engine: Dataplane, traffic: str, wanted: set[Verdict]
) -> None:
    opened = SHOP.replace(
        "  selector: {app: web}",
        f"  type: NodePort\n  externalTrafficPolicy: {traffic}\n"
        "  selector: {app: web}",
    )
    closed = CLOSED.replace("ingress: [RULE]", "ingress: []")
    snapshot = read(tmp_path, opened + closed)
    found = reach_policy(snapshot, engine).ways_in
    assert {item.verdict for item in found} == wanted
