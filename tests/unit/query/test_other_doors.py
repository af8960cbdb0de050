"""What else leads to pods that nobody outside reaches at their own address."""

import json
from pathlib import Path

import pytest

from azure_builders import cluster
from reading import read
from seawall.app.cli.main import run
from seawall.query.case import Case
from seawall.query.trace.answer import trace
from seawall.query.trace.other_doors import other_doors
from seawall.query.words.end import parse_source, parse_target

POD = """
apiVersion: v1
kind: Pod
metadata: {{name: {name}, namespace: shop, labels: {{app: {name}}}}}
spec: {{containers: [{{name: c, image: i, ports: [{ports}]}}]}}
"""
PROXIED = """
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web, namespace: shop}
spec:
  ingressClassName: nginx
  rules:
    - host: shop.example.com
      http:
        paths:
          - path: /
            pathType: Prefix
            backend: {service: {name: web, port: {number: 80}}}
"""
CONTROLLER = """
apiVersion: v1
kind: Pod
metadata:
  name: nginx
  namespace: ingress
  labels:
    app.kubernetes.io/name: ingress-nginx
    app.kubernetes.io/component: controller
spec: {containers: [{name: c, image: i}]}
"""
BALANCED = """
apiVersion: v1
kind: Service
metadata: {name: out, namespace: shop}
spec:
  type: LoadBalancer
  selector: {app: web}
  ports: [{port: 443, targetPort: 8080}]
"""
ON = json.dumps(
    cluster(networkProfile={"networkPlugin": "azure", "networkPluginMode": "overlay"})
)


def web(*, host_port: bool = False) -> str:
    opened = ", hostPort: 9000" if host_port else ""
    return POD.format(name="web", ports="{containerPort: 8080" + opened + "}")


def told(folder: Path, *texts: str, source: str = "internet") -> list[str]:
    case = Case(read(folder, *texts, ON))
    frm = parse_source(source, case.snapshot)
    to, port = parse_target("shop/web:22", case.snapshot)
    return other_doors(case, trace(case, "?", frm, to, port=port))


def test_a_proxy_at_the_edge_is_named_with_what_it_leads_to(tmp_path: Path) -> None:
    (one,) = told(tmp_path, web(), PROXIED, CONTROLLER)
    assert one == (
        "Ingress shop/web for shop.example.com leads to TCP 8080, "
        "by ingress/nginx[Pod]: ask for `ingress/nginx:443`"
    )


def test_a_proxy_that_the_input_lacks_is_named_all_the_same(tmp_path: Path) -> None:
    (one,) = told(tmp_path, web(), PROXIED)
    assert one.startswith("Ingress shop/web for shop.example.com leads to TCP 8080, by")
    assert one.endswith("which is not in the input")


@pytest.mark.parametrize(
    ("peer", "told_of"),
    [
        ("{}", "leads clients of the load balancer to TCP 8080, at its port 443"),
        ("{from: [{ipBlock: {cidr: 10.0.0.0/8}}]}", "may lead clients"),
        ("{from: [{podSelector: {}}]}", ""),
    ],
)
def test_a_published_service_is_named_without_a_cluster_as_policies_have_it(
    tmp_path: Path, peer: str, told_of: str
) -> None:
    policy = f"""
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata: {{name: some, namespace: shop}}
        spec: {{podSelector: {{}}, ingress: [{peer}]}}
        """
    local = BALANCED.replace("spec:", "spec:\n  externalTrafficPolicy: Local", 1)
    case = Case(read(tmp_path, web(), local, policy), "calico")
    to, port = parse_target("shop/web:22", case.snapshot)
    frm = parse_source("internet", case.snapshot)
    found = other_doors(case, trace(case, "?", frm, to, port=port))
    assert [told_of in one for one in found] == ([True] if told_of else [])


def test_a_front_end_is_named_with_its_ports(tmp_path: Path) -> None:
    (one,) = told(tmp_path, web(), BALANCED)
    assert "leads to it, at an address that comes later: TCP 443" in one


def test_a_port_of_the_nodes_is_named(tmp_path: Path) -> None:
    assert told(tmp_path, web(host_port=True)) == [
        "TCP 9000 of its nodes leads to its port 8080: ask for `node:POOL:9000`"
    ]


def test_whoever_starts_in_the_cluster_is_told_nothing(tmp_path: Path) -> None:
    other = POD.format(name="other", ports="")
    shut = """
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata: {name: none, namespace: shop}
        spec: {podSelector: {}, policyTypes: [Ingress]}
        """
    texts = (web(host_port=True), other, shut)
    assert told(tmp_path, *texts, source="shop/other") == []
    assert told(tmp_path, *texts) != []


def test_the_screen_tells_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    read(tmp_path, web(host_port=True), ON)
    run(["trace", "internet", "shop/web:22", str(tmp_path)])
    shown = capsys.readouterr().out
    assert "BY ANOTHER DOOR\n  - TCP 9000 of its nodes" in shown
