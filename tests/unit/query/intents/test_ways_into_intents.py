"""Who comes from outside by a door, a proxy or a node counts for an intent."""

from pathlib import Path

import pytest
from test_judging_intents import (
    APP,
    HOLDS,
    NETWORK,
    UNKNOWN,
    VIOLATED,
    judged,
    pod,
    policy,
)

from seawall.query.intents.verdict import Standing

PODS = "".join(
    pod(name).replace("containerPort: 80", "containerPort: 8080")
    for name in ("web", "api", "db")
)
BALANCED = """---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {type: LoadBalancer, selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
"""
OF_A_CLASS = BALANCED.replace(
    "LoadBalancer,", "LoadBalancer, loadBalancerClass: example.com/other,"
)
INTERNAL = BALANCED.replace(
    "namespace: shop}",
    "namespace: shop, annotations: "
    "{service.beta.kubernetes.io/azure-load-balancer-internal: 'true'}}",
)
NOT_ON_NODES = INTERNAL.replace(
    "LoadBalancer,", "LoadBalancer, allocateLoadBalancerNodePorts: false,"
)
ON_NODES = """---
apiVersion: v1
kind: Service
metadata: {name: db, namespace: shop}
spec:
  type: NodePort
  selector: {app: db}
  ports: [{port: 80, targetPort: 8080, nodePort: 30080}]
"""
WAY = """---
apiVersion: v1
kind: Service
metadata: {name: api, namespace: shop}
spec: {selector: {app: api}, ports: [{port: 80, targetPort: 8080}]}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: api, namespace: shop}
spec:
  ingressClassName: nginx
  rules:
    - http:
        paths:
          - path: /
            pathType: Prefix
            backend: {service: {name: api, port: {number: 80}}}
"""


def proxy(spec: str = "") -> str:
    labels = "{app.kubernetes.io/name: ingress-nginx, "
    labels += "app.kubernetes.io/component: controller}"
    return pod("proxy", "edge", spec).replace("{app: proxy}", labels)


PROXY_DOOR = BALANCED.replace(
    "{name: web, namespace: shop}", "{name: edge, namespace: edge}"
).replace("{app: web}", "{app.kubernetes.io/name: ingress-nginx}")
PROXY_DOOR = PROXY_DOOR.replace("port: 80, targetPort: 8080", "port: 443")


def admits(peer: str) -> str:
    rules = f"policyTypes: [Ingress], ingress: [{{from: [{peer}]}}]"
    return policy("shop", APP % "api", rules, name="admits")


def of_namespace(name: str) -> str:
    labels = f"{{matchLabels: {{kubernetes.io/metadata.name: {name}}}}}"
    return f"{{namespaceSelector: {labels}}}"


UNSEEN = WAY + admits(of_namespace("edge"))
ON_HOST = WAY + admits("{ipBlock: {cidr: 10.0.0.0/24}}") + proxy("hostNetwork: true, ")
SHOWN = UNSEEN + proxy() + PROXY_DOOR
SHOWN_BY_ANOTHER = SHOWN.replace(
    "LoadBalancer,", "LoadBalancer, loadBalancerClass: example.com/other,"
)
DESKS = "'subnet:net/desks'"
CLOSED = policy("shop", APP % "db", "policyTypes: [Ingress]", name="closed")


@pytest.mark.parametrize(
    ("more", "text", "wanted"),
    [
        (BALANCED, "forbid: {from: internet, to: shop/web, ports: web}", UNKNOWN),
        (BALANCED, "forbid: {from: internet, to: shop/web, ports: 80}", VIOLATED),
        (BALANCED, "forbid: {from: internet, to: shop/db, ports: web}", HOLDS),
        (OF_A_CLASS, "forbid: {from: internet, to: shop/web, ports: 80}", UNKNOWN),
        (OF_A_CLASS, "forbid: {from: internet, to: shop/db, ports: 80}", HOLDS),
        (SHOWN, "forbid: {from: internet, to: shop/api}", VIOLATED),
        (SHOWN_BY_ANOTHER, "forbid: {from: internet, to: shop/api}", UNKNOWN),
        (INTERNAL, f"forbid: {{from: {DESKS}, to: shop/web, ports: 80}}", UNKNOWN),
        (INTERNAL, f"forbid: {{from: {DESKS}, to: shop/web, ports: 81}}", HOLDS),
        (INTERNAL, f"forbid: {{from: {DESKS}, to: shop/web, ports: 31000}}", UNKNOWN),
        (NOT_ON_NODES, f"forbid: {{from: {DESKS}, to: shop/web, ports: 31000}}", HOLDS),
        (ON_NODES, f"forbid: {{from: {DESKS}, to: shop/db}}", UNKNOWN),
        (ON_NODES, f"forbid: {{from: {DESKS}, to: 'pod:shop/db'}}", UNKNOWN),
        (ON_NODES, f"forbid: {{from: {DESKS}, to: shop/db, ports: 443}}", HOLDS),
        (ON_NODES, f"forbid: {{from: {DESKS}, to: shop/db, ports: web}}", UNKNOWN),
        (ON_NODES, "forbid: {from: internet, to: shop/db}", HOLDS),
        (ON_NODES + CLOSED, f"forbid: {{from: {DESKS}, to: shop/db}}", HOLDS),
        (UNSEEN, "forbid: {from: internet, to: shop/api, ports: 443}", UNKNOWN),
        (UNSEEN, "forbid: {from: internet, to: 'pod:shop/api'}", UNKNOWN),
        (UNSEEN, "only: {from: shop/web, to: shop/api}", UNKNOWN),
        (UNSEEN, "forbid: {from: anyone, to: shop/api}", UNKNOWN),
        (ON_HOST, "only: {from: shop/web, to: shop/api}", VIOLATED),
        (ON_HOST, "only: {from: edge/proxy, to: shop/api}", HOLDS),
        (ON_HOST, "only: {from: nodes, to: shop/api}", HOLDS),
        (SHOWN, "forbid: {from: internet, to: shop/api, ports: 443}", VIOLATED),
        (SHOWN, "forbid: {from: internet, to: shop/api, ports: 8080}", HOLDS),
        (SHOWN, "forbid: {from: internet, to: shop/api, ports: web}", VIOLATED),
        (SHOWN, "forbid: {from: internet, to: 'pod:shop/api'}", VIOLATED),
        (SHOWN, "only: {from: ns:edge, to: shop/api}", HOLDS),
    ],
)
def test_whoever_comes_by_a_door_counts(
    tmp_path: Path, more: str, text: str, wanted: Standing
) -> None:
    found = judged(tmp_path, f"- {text}", NETWORK, PODS + more, engine="calico")
    assert found.standing is wanted


AT_FRONT = BALANCED.replace(
    "LoadBalancer,", "LoadBalancer, allocateLoadBalancerNodePorts: false,"
)
KNOWN = AT_FRONT + "status: {loadBalancer: {ingress: [{ip: 52.1.1.1}]}}\n"
DESKS = "{name: desks, properties: {addressPrefix: 10.0.1.0/24"


@pytest.mark.parametrize(
    ("source", "more", "service", "wanted"),
    [
        ("'subnet:net/desks'", ", defaultOutboundAccess: false", KNOWN, HOLDS),
        ("'subnet:net/desks'", ", defaultOutboundAccess: true", KNOWN, VIOLATED),
        ("'subnet:net/desks'", "", KNOWN, UNKNOWN),
        ("'subnet:net/desks'", ", defaultOutboundAccess: true", AT_FRONT, UNKNOWN),
        ("203.0.113.5", "", KNOWN, VIOLATED),
        ("internet", "", AT_FRONT, VIOLATED),
    ],
)
def test_who_is_inside_a_network_has_a_way_to_a_public_door(
    tmp_path: Path, source: str, more: str, service: str, wanted: Standing
) -> None:
    text = f"- forbid: {{from: {source}, to: shop/web}}"
    network = NETWORK.replace(DESKS, DESKS + more)
    found = judged(tmp_path, text, network, PODS + service, engine="calico")
    assert found.standing is wanted
