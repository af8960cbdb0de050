"""Who comes from inside by a front end or a node port of a Service counts too."""

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

PODS = pod("web").replace("containerPort: 80", "containerPort: 8443") + pod(
    "cli", "dev"
)
NEAR = policy(
    "shop",
    APP % "web",
    "policyTypes: [Ingress], ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/24}}]}]",
)
SHUT = policy("shop", APP % "web", "policyTypes: [Ingress]")
FRONT = """---
apiVersion: v1
kind: Service
metadata:
  name: web
  namespace: shop
  annotations: {service.beta.kubernetes.io/azure-load-balancer-internal: "true"}
spec:
  type: LoadBalancer
  loadBalancerIP: 10.0.0.200
  selector: {app: web}
  ports: [{port: 443, targetPort: 8443}]
"""
ON_NODES = """---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec:
  type: NodePort
  selector: {app: web}
  ports: [{port: 443, targetPort: 8443, nodePort: 31000}]
"""
TO_FRONT = policy(
    "dev",
    "{}",
    "policyTypes: [Egress], egress: [{to: [{ipBlock: {cidr: 10.0.0.200/32}}]}]",
)
FORBID = "forbid: {from: ns:dev, to: ns:shop}"
EXCEPT = "{forbid: {from: ns:dev, to: ns:shop}, except: [{ports: %s, reason: so}]}"


@pytest.mark.parametrize(
    ("more", "text", "engine", "wanted"),
    [
        (NEAR, FORBID, "npm", HOLDS),
        (NEAR + FRONT, FORBID, "npm", VIOLATED),
        (NEAR + FRONT, FORBID, "calico", UNKNOWN),
        (SHUT + FRONT, FORBID, "npm", VIOLATED),
        (SHUT + FRONT, FORBID, "calico", HOLDS),
        (NEAR + FRONT, "forbid: {from: ns:dev, to: 'pod:shop/web'}", "npm", VIOLATED),
        (NEAR + FRONT, FORBID[:-1] + ", ports: 8443}", "npm", VIOLATED),
        (NEAR + FRONT, FORBID[:-1] + ", ports: web}", "npm", VIOLATED),
        (NEAR + FRONT, FORBID[:-1] + ", ports: 443}", "npm", VIOLATED),
        (NEAR + FRONT, FORBID[:-1] + ", ports: 80}", "npm", HOLDS),
        (NEAR + FRONT, EXCEPT % 8443, "npm", HOLDS),
        (NEAR + FRONT, EXCEPT % 80, "npm", VIOLATED),
        (TO_FRONT, FORBID, "calico", HOLDS),
        (TO_FRONT + FRONT, FORBID, "calico", UNKNOWN),
        (TO_FRONT + FRONT, "confine: {from: ns:dev, to: 10.0.0.200}", "calico", HOLDS),
        (NEAR + ON_NODES, FORBID, "calico", UNKNOWN),
        (NEAR + ON_NODES, FORBID[:-1] + ", ports: 31000}", "calico", UNKNOWN),
        (NEAR + ON_NODES, FORBID[:-1] + ", ports: 443}", "calico", HOLDS),
        (SHUT + ON_NODES, FORBID, "calico", HOLDS),
    ],
)
def test_own_pods_that_come_by_what_a_service_publishes_count(
    tmp_path: Path, more: str, text: str, engine: str, wanted: Standing
) -> None:
    found = judged(tmp_path, f"- {text}", NETWORK, PODS + more, engine=engine)
    assert found.standing is wanted


def test_the_way_is_told_with_the_port_of_the_pod(tmp_path: Path) -> None:
    manifests = NETWORK, PODS + NEAR + FRONT
    (breach,) = judged(tmp_path, f"- {FORBID}", *manifests, engine="npm").breaches
    assert breach.services == "TCP 8443"
    assert breach.says == "it comes in by the front end of Service shop/web"


def test_what_passes_straight_to_pods_is_told_once(tmp_path: Path) -> None:
    manifests = NETWORK, PODS + FRONT
    (breach,) = judged(tmp_path, f"- {FORBID}", *manifests, engine="npm").breaches
    assert breach.packet


@pytest.mark.parametrize(("named", "met"), [("shop/web", 1), ("ns:dev", 0)])
def test_only_those_that_are_named_may_come_so(
    tmp_path: Path, named: str, met: int
) -> None:
    text = f"- only: {{from: {named}, to: shop/web}}"
    found = judged(tmp_path, text, NETWORK, PODS + NEAR + FRONT, engine="npm")
    assert [each.source for each in found.breaches].count("dev/cli[Pod]") == met


def test_a_pod_confined_to_others_may_not_come_by_a_node_port(tmp_path: Path) -> None:
    text = "- confine: {from: ns:dev, to: 'pod:dev/cli'}"
    found = judged(tmp_path, text, NETWORK, PODS + NEAR + ON_NODES, engine="calico")
    assert "shop/web[Pod]" in {each.target for each in found.breaches}


def test_a_front_end_and_a_node_port_of_it_are_told_once(tmp_path: Path) -> None:
    front = FRONT.replace("targetPort: 8443", "targetPort: 8443, nodePort: 31000")
    manifests = NETWORK, PODS + NEAR + front
    assert judged(tmp_path, f"- {FORBID}", *manifests, engine="npm").count == 1


WITHOUT = FRONT.replace("  loadBalancerIP: 10.0.0.200\n", "")
LOCAL = FRONT.replace("  selector", "  externalTrafficPolicy: Local\n  selector")
SOMEWHERE = ON_NODES.replace(", nodePort: 31000", "")
BARE = WITHOUT.replace(
    "  selector", "  allocateLoadBalancerNodePorts: false\n  selector"
)
OUTER = SOMEWHERE.replace("type: NodePort", "externalIPs: [20.1.2.3]")
BLIND = ON_NODES.replace("shop", "edge").replace("  selector: {app: web}\n", "")
INSIDE = ON_NODES.replace("type: NodePort", "type: ClusterIP")
FAR = NEAR.replace("10.0.0.0/24", "52.0.0.0/8")
MUTE = policy("dev", "{}", "policyTypes: [Egress]")
CLOSE = policy(
    "dev",
    "{}",
    "policyTypes: [Egress], egress: [{to: [{ipBlock: {cidr: 20.1.2.0/24}}]}]",
)


@pytest.mark.parametrize(
    ("more", "engine", "wanted"),
    [
        (NEAR + WITHOUT, "calico", UNKNOWN),
        (SHUT + WITHOUT, "calico", HOLDS),
        (SHUT + WITHOUT, "npm", UNKNOWN),
        (SHUT + LOCAL, "npm", HOLDS),
        (NEAR + MUTE + WITHOUT, "calico", HOLDS),
        (NEAR + SOMEWHERE, "calico", UNKNOWN),
        (NEAR + MUTE + SOMEWHERE, "calico", HOLDS),
        (NEAR + CLOSE + SOMEWHERE, "calico", HOLDS),
        (NEAR + BARE, "calico", UNKNOWN),
        (NEAR + OUTER, "calico", UNKNOWN),
        (NEAR + CLOSE + OUTER, "calico", UNKNOWN),
        (NEAR + TO_FRONT + OUTER, "calico", HOLDS),
        (SHUT + OUTER, "calico", HOLDS),
        (NEAR + INSIDE, "calico", HOLDS),
        (NEAR + BLIND, "calico", UNKNOWN),
        (SHUT + BLIND, "calico", HOLDS),
        (SHUT + ON_NODES, "npm", VIOLATED),
    ],
)
def test_what_no_question_can_be_asked_about_is_not_known_to_stay_away(
    tmp_path: Path, more: str, engine: str, wanted: Standing
) -> None:
    found = judged(tmp_path, f"- {FORBID}", NETWORK, PODS + more, engine=engine)
    assert found.standing is wanted


@pytest.mark.parametrize(
    ("more", "engine", "wanted"),
    [
        (FAR + ON_NODES, "calico", UNKNOWN),
        (FAR + FRONT, "calico", UNKNOWN),
        (FAR + INSIDE, "calico", HOLDS),
        (FAR + MUTE + ON_NODES, "calico", HOLDS),
        (SHUT + ON_NODES, "calico", HOLDS),
        (SHUT + ON_NODES, "npm", UNKNOWN),
    ],
)
def test_services_lead_to_pods_where_no_network_is_in_the_input_too(
    tmp_path: Path, more: str, engine: str, wanted: Standing
) -> None:
    found = judged(tmp_path, f"- {FORBID}", PODS + more, engine=engine)
    assert found.standing is wanted


@pytest.mark.parametrize(
    ("more", "engine", "wanted"),
    [
        (SHUT + ON_NODES, "npm", UNKNOWN),
        (SHUT + ON_NODES, "calico", HOLDS),
        (SHUT + SOMEWHERE, "npm", UNKNOWN),
        (SHUT + BLIND, "npm", UNKNOWN),
        (NEAR + BLIND, "calico", UNKNOWN),
        (SHUT + INSIDE, "npm", HOLDS),
    ],
)
def test_clients_beside_the_cluster_come_by_node_ports_too(
    tmp_path: Path, more: str, engine: str, wanted: Standing
) -> None:
    text = "- forbid: {from: 'subnet:net/desks', to: ns:shop}"
    found = judged(tmp_path, text, NETWORK, PODS + more, engine=engine)
    assert found.standing is wanted


ADMITTED = policy(
    "shop",
    APP % "web",
    "policyTypes: [Ingress], ingress: [{from: [{namespaceSelector: {matchLabels: "
    "{kubernetes.io/metadata.name: dev}}}], ports: [{port: 8443}]}]",
)
NODE_PORT = LOCAL.replace("targetPort: 8443", "targetPort: 8443, nodePort: 31000")


@pytest.mark.parametrize("network", [(NETWORK,), ()])
@pytest.mark.parametrize(
    ("sender", "port", "policies", "wanted"),
    [
        ("ns:dev", 443, ADMITTED, UNKNOWN),
        ("ns:dev", 31000, ADMITTED, UNKNOWN),
        ("ns:dev", 80, ADMITTED, HOLDS),
        ("ns:qa", 443, ADMITTED, HOLDS),
        ("ns:qa", 31000, ADMITTED, HOLDS),
        ("ns:dev", 443, ADMITTED.replace("port: 8443", "port: 9"), HOLDS),
    ],
)
def test_a_pod_that_policies_admit_may_come_as_itself_by_a_service(
    tmp_path: Path,
    network: tuple[str, ...],
    sender: str,
    port: int,
    policies: str,
    wanted: Standing,
) -> None:
    text = f"- forbid: {{from: {sender}, to: ns:shop, ports: {port}}}"
    manifests = PODS + pod("cli", "qa") + policies + NODE_PORT
    found = judged(tmp_path, text, *network, manifests, engine="calico")
    assert found.standing is wanted


INGRESS = """---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: way, namespace: shop}
spec:
  rules:
    - http:
        paths:
          - path: /
            pathType: Prefix
            backend: {service: {name: web, port: {number: 443}}}
"""
NAMED = """---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {type: ExternalName, externalName: %s}
"""
BARE_SERVICE = INSIDE.replace("  selector: {app: web}\n", "")


@pytest.mark.parametrize(
    ("more", "engine", "wanted"),
    [
        (INGRESS, "calico", UNKNOWN),
        (INGRESS.replace("shop", "other"), "calico", HOLDS),
        (INGRESS + NAMED % "api.example.com", "calico", HOLDS),
        (INGRESS + NAMED % "x.shop.svc.cluster.local", "calico", UNKNOWN),
        (INGRESS + BARE_SERVICE, "calico", UNKNOWN),
        (SHUT + OUTER, "calico", HOLDS),
        (SHUT + OUTER, "npm", UNKNOWN),
    ],
)
def test_what_a_way_in_leads_to_is_not_known_to_be_others(
    tmp_path: Path, more: str, engine: str, wanted: Standing
) -> None:
    text = "- forbid: {from: internet, to: ns:shop}"
    found = judged(tmp_path, text, NETWORK, PODS + more, engine=engine)
    assert found.standing is wanted
