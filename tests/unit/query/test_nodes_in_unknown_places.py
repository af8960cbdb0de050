"""Where it is not known which addresses nodes have, any may be somebody else's."""

import json
from pathlib import Path

import pytest

from azure_builders import cluster, resource_id
from seawall.app.testing import Network

OBJECTS = """\
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {containers: [{name: c, image: i, ports: [{containerPort: 8080}]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: cli, namespace: shop, labels: {app: cli}}
spec: {containers: [{name: c, image: i}]}
---
apiVersion: v1
kind: Service
metadata:
  name: web
  namespace: shop
  annotations: {service.beta.kubernetes.io/azure-load-balancer-internal: "true"}
spec: {type: LoadBalancer, selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  podSelector: {matchLabels: {app: web}}
  policyTypes: [Ingress]
  ingress:
    - from:
        - podSelector: {matchLabels: {app: cli}}
        - ipBlock: {cidr: 192.168.0.0/16}
"""


def network(folder: Path, objects: str = OBJECTS) -> Network:
    """A cluster whose nodes are in a subnet that the input does not hold."""
    place = resource_id("virtualNetworks/subnets", "net", "nodes")
    pool = {"name": "system", "osType": "Linux", "vnetSubnetID": place}
    azure = cluster(
        agentPoolProfiles=[pool],
        networkProfile={
            "networkPlugin": "azure",
            "networkPluginMode": "overlay",
            "networkPolicy": "calico",
        },
    )
    (folder / "aks.json").write_text(json.dumps(azure))
    (folder / "shop.yaml").write_text(objects)
    return Network.read(str(folder))


def test_everybody_else_may_come_from_private_addresses(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match=r"192\.168\.0\.0/16[^:]*: TCP 80"):
        network(tmp_path).assert_only("shop/cli", "shop/web")
