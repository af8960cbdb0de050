"""Who is inside a network has a way to the doors of a Service, with what is on it."""

from pathlib import Path

import pytest

from reading import read
from seawall.model.trace import Layer, Verdict
from seawall.query.ask import Asked, ask
from seawall.query.case import Case
from seawall.query.words.end import parse_source, parse_target

ALLOWED, DENIED, UNKNOWN = Verdict.ALLOWED, Verdict.DENIED, Verdict.UNKNOWN
NETWORK = """
type: Microsoft.ContainerService/managedClusters
name: aks
location: westeurope
properties:
  networkProfile: {networkPlugin: azure, networkPluginMode: overlay}
  agentPoolProfiles:
    - name: system
      vnetSubnetID: microsoft.network/virtualnetworks/net/subnets/nodes
---
type: Microsoft.Network/virtualNetworks
name: net
properties:
  addressSpace: {addressPrefixes: [10.0.0.0/16]}
  subnets:
    - {name: nodes, properties: {addressPrefix: 10.0.0.0/24}}
    - name: desks
      properties: {addressPrefix: 10.0.1.0/24, OWN}
---
type: Microsoft.Network/networkSecurityGroups
name: shut
properties:
  securityRules:
    - name: deny
      properties:
        priority: 100
        direction: Outbound
        access: Deny
        protocol: "*"
        sourceAddressPrefix: "*"
        sourcePortRange: "*"
        destinationAddressPrefix: WHERE
        destinationPortRange: "*"
"""
OPEN, SHUT, HALF = "defaultOutboundAccess: true", "shut", "half"
GROUP = "networkSecurityGroup: {id: microsoft.network/networksecuritygroups/shut}"
WEB = """
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {containers: [{name: web, image: web, ports: [{containerPort: 8080}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop, annotations: {INTERNAL}}
spec:
  type: LoadBalancer
  selector: {app: web}
  ports: [{port: 80, targetPort: 8080}]
"""
INSIDE = 'service.beta.kubernetes.io/azure-load-balancer-internal: "true"'
PLACED = "  type: LoadBalancer\n  loadBalancerIP: 10.0.0.77"
TOLD = "status: {loadBalancer: {ingress: [{ip: 52.1.1.1}]}}\n"


def asked(folder: Path, own: str, web: str, source: str) -> Asked:
    settings = {OPEN: OPEN, SHUT: f"{OPEN}, {GROUP}", HALF: f"{OPEN}, {GROUP}"}
    where = '"*"' if own == SHUT else "10.0.0.0/25"
    network = NETWORK.replace("OWN", settings[own]).replace("WHERE", where)
    snapshot = read(folder, network, web)
    targets, port = parse_target("service:shop/web:80", snapshot)
    (sender,) = parse_source(source, snapshot)
    return ask(Case(snapshot), sender, targets[0], port)


PUBLIC = WEB.replace("INTERNAL", "")
PRIVATE = WEB.replace("INTERNAL", INSIDE)
DESKS = "subnet:net/desks"


@pytest.mark.parametrize(
    ("own", "web", "source", "wanted"),
    [
        (OPEN, PUBLIC + TOLD, DESKS, ALLOWED),
        (SHUT, PUBLIC + TOLD, DESKS, DENIED),
        (OPEN, PUBLIC, DESKS, UNKNOWN),
        (SHUT, PUBLIC, DESKS, DENIED),
        (OPEN, PRIVATE, DESKS, ALLOWED),
        (SHUT, PRIVATE, DESKS, DENIED),
        (HALF, PRIVATE, DESKS, UNKNOWN),
        (SHUT, PRIVATE.replace("  type: LoadBalancer", PLACED), DESKS, DENIED),
        (HALF, PRIVATE.replace("  type: LoadBalancer", PLACED), DESKS, DENIED),
        (SHUT, PUBLIC + TOLD, "internet", ALLOWED),
        (SHUT, PUBLIC, "internet", ALLOWED),
        (SHUT, PUBLIC + TOLD, "203.0.113.9", ALLOWED),
    ],
)
def test_the_filters_of_the_sender_stand_on_the_way_to_a_service(
    tmp_path: Path, own: str, web: str, source: str, wanted: Verdict
) -> None:
    assert asked(tmp_path, own, web, source).verdict is wanted


OTHER = PUBLIC.replace(
    "type: LoadBalancer", "type: LoadBalancer\n  loadBalancerClass: example.com/other"
)
WITHIN = "status: {loadBalancer: {ingress: [{ip: 10.0.0.77}]}}\n"


@pytest.mark.parametrize(
    ("own", "web", "source", "wanted"),
    [
        (OPEN, OTHER, "internet", UNKNOWN),
        (OPEN, OTHER, DESKS, UNKNOWN),
        (OPEN, OTHER + TOLD, "internet", UNKNOWN),
        (OPEN, OTHER + TOLD, DESKS, UNKNOWN),
        (SHUT, OTHER + TOLD, DESKS, DENIED),
        (OPEN, OTHER + WITHIN, DESKS, UNKNOWN),
        (SHUT, OTHER + WITHIN, DESKS, DENIED),
    ],
)
def test_what_another_controller_makes_of_a_class_is_not_known(
    tmp_path: Path, own: str, web: str, source: str, wanted: Verdict
) -> None:
    assert asked(tmp_path, own, web, source).verdict is wanted


def test_the_way_is_told_from_its_start(tmp_path: Path) -> None:
    found = asked(tmp_path, OPEN, PRIVATE, DESKS)
    layers = [hop.layer for hop in found.forward]
    assert layers[0] is Layer.ROUTE
    assert Layer.LOAD_BALANCER in layers
    assert layers[-1] is Layer.POLICY_INGRESS
