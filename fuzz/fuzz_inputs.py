"""What each reader is given before it is changed.

Small inputs written out here, the examples of the project and, where they are there,
the files of the corpora beside it.
"""

import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from seawall.ingest import LoadOptions
from seawall.ingest.taking.take import take

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "examples"
CORPORA = ROOT.parent / "shared" / "corpora"
LARGEST = 40_000
"""Larger files take too long to be changed often, in bytes."""

POD = """\
apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {containers: [{name: web, image: web}]}
---
apiVersion: v1
kind: Pod
metadata: {name: db, namespace: shop, labels: {app: db}}
spec: {containers: [{name: db, image: db}]}
"""

POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: shut, namespace: shop}
spec:
  podSelector: {}
  policyTypes: [Ingress, Egress]
  ingress:
    - from: [{podSelector: {matchLabels: {app: none}}}]
      ports: [{port: 80, protocol: TCP}]
"""

CALICO = """\
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: {name: default.shut}
spec:
  order: 10
  selector: app == 'web' || app in {'db', 'x'}
  types: [Ingress, Egress]
  ingress:
    - action: Deny
      protocol: TCP
      source: {nets: [10.0.0.0/8], notPorts: ['1:2']}
  egress:
    - action: Deny
---
apiVersion: projectcalico.org/v3
kind: NetworkSet
metadata: {name: s, namespace: shop, labels: {a: b}}
spec: {nets: [192.0.2.0/24]}
"""

CILIUM = """\
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: shut, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: web}}
  ingress:
    - fromEntities: [host]
  egress:
    - toCIDRSet: [{cidr: 10.0.0.0/8, except: [10.1.0.0/16]}]
      toPorts: [{ports: [{port: "443", protocol: TCP}]}]
    - toFQDNs: [{matchPattern: "*.corp.test"}]
  egressDeny:
    - toEntities: [world]
"""

RULE = {
    "name": "shut",
    "properties": {
        "priority": 100,
        "direction": "Outbound",
        "access": "Deny",
        "protocol": "*",
        "sourceAddressPrefix": "*",
        "sourcePortRange": "*",
        "destinationAddressPrefix": "*",
        "destinationPortRange": "*",
    },
}

BICEP = """\
@description('where')
param location string = resourceGroup().location
param ranges array = [ '10.1.0.0/16' ]
var names = [for i in range(0, 2): 'n${i}']
resource nsg 'Microsoft.Network/networkSecurityGroups@2024-05-01' = {
  name: 'nsg'
  location: location
  properties: {
    securityRules: [
      {
        name: 'shut'
        properties: {
          priority: 100
          direction: 'Outbound'
          access: 'Deny'
          protocol: '*'
          sourceAddressPrefix: '*'
          sourcePortRange: '*'
          destinationAddressPrefix: '*'
          destinationPortRange: '*'
        }
      }
    ]
  }
}
resource net 'Microsoft.Network/virtualNetworks@2024-05-01' = {
  name: 'net'
  properties: {
    addressSpace: { addressPrefixes: ranges }
    subnets: [
      {
        name: 'nodes'
        properties: {
          addressPrefix: '10.1.0.0/20'
          networkSecurityGroup: { id: nsg.id }
        }
      }
    ]
  }
}
resource aks 'Microsoft.ContainerService/managedClusters@2024-02-01' = {
  name: 'aks'
  properties: {
    dnsPrefix: toLower('${names[0]}-x')
    agentPoolProfiles: [
      { name: 'sys', count: 2, vnetSubnetID: net.properties.subnets[0].id }
    ]
    networkProfile: { networkPlugin: 'azure', networkPluginMode: 'overlay' }
  }
}
output told string = '''
several ${lines}
'''
"""

HCL = """\
variable "ranges" {
  type    = list(string)
  default = ["10.1.0.0/16"]
}
locals {
  names = { for i, it in var.ranges : "n${i}" => cidrsubnet(it, 4, 0) }
}
resource "azurerm_virtual_network" "net" {
  name                = "net"
  location            = "westeurope"
  resource_group_name = "rg"
  address_space       = var.ranges
}
resource "azurerm_subnet" "nodes" {
  name                 = "nodes"
  resource_group_name  = "rg"
  virtual_network_name = azurerm_virtual_network.net.name
  address_prefixes     = [local.names["n0"]]
}
resource "azurerm_network_security_group" "nsg" {
  name                = "nsg"
  location            = "westeurope"
  resource_group_name = "rg"
  security_rule {
    name                       = "shut"
    priority                   = 100
    direction                  = "Outbound"
    access                     = "Deny"
    protocol                   = "*"
    source_port_range          = "*"
    destination_port_range     = "*"
    source_address_prefix      = "*"
    destination_address_prefix = "*"
  }
}
resource "azurerm_subnet_network_security_group_association" "tie" {
  subnet_id                 = azurerm_subnet.nodes.id
  network_security_group_id = azurerm_network_security_group.nsg.id
}
resource "azurerm_kubernetes_cluster" "aks" {
  name                = "aks"
  location            = "westeurope"
  resource_group_name = "rg"
  dns_prefix          = "aks"
  default_node_pool {
    name           = "system"
    vm_size        = "Standard_D4s_v5"
    vnet_subnet_id = azurerm_subnet.nodes.id
  }
  network_profile {
    network_plugin      = "azure"
    network_plugin_mode = "overlay"
  }
}
"""

_SCHEMA = "https://schema.management.azure.com/schemas/2019-04-01/"
_SUBNET = "[resourceId('Microsoft.Network/virtualNetworks/subnets', 'net', 'nodes')]"


def _template() -> str:
    group = "Microsoft.Network/networkSecurityGroups"
    tie = {"id": f"[resourceId('{group}', variables('nsg'))]"}
    inner = {"addressPrefix": "10.1.0.0/20", "networkSecurityGroup": tie}
    network = {
        "addressSpace": {"addressPrefixes": "[parameters('ranges')]"},
        "subnets": [{"name": "nodes", "properties": inner}],
    }
    cluster = {
        "agentPoolProfiles": [{"name": "sys", "vnetSubnetID": _SUBNET}],
        "networkProfile": {"networkPlugin": "azure", "networkPluginMode": "overlay"},
    }
    return json.dumps(
        {
            "$schema": f"{_SCHEMA}deploymentTemplate.json#",
            "contentVersion": "1.0.0.0",
            "parameters": {
                "ranges": {"type": "array", "defaultValue": ["10.1.0.0/16"]}
            },
            "variables": {"nsg": "[concat('n', toLower('SG'))]"},
            "resources": [
                {
                    "type": group,
                    "apiVersion": "2024-05-01",
                    "name": "[variables('nsg')]",
                    "properties": {"securityRules": [RULE]},
                },
                {
                    "type": "Microsoft.Network/virtualNetworks",
                    "apiVersion": "2024-05-01",
                    "name": "net",
                    "properties": network,
                },
                {
                    "type": "Microsoft.ContainerService/managedClusters",
                    "apiVersion": "2024-02-01",
                    "name": "aks",
                    "properties": cluster,
                },
            ],
        },
        indent=1,
    )


def _azure() -> str:
    base = "/subscriptions/s/resourceGroups/rg/providers"
    network = f"{base}/Microsoft.Network"
    group = {
        "id": f"{network}/networkSecurityGroups/nsg",
        "name": "nsg",
        "type": "Microsoft.Network/networkSecurityGroups",
        "properties": {"securityRules": [RULE]},
    }
    nodes = {
        "name": "nodes",
        "properties": {
            "addressPrefix": "10.1.0.0/20",
            "networkSecurityGroup": {"id": group["id"]},
        },
    }
    net = {
        "id": f"{network}/virtualNetworks/net",
        "name": "net",
        "type": "Microsoft.Network/virtualNetworks",
        "properties": {
            "addressSpace": {"addressPrefixes": ["10.1.0.0/16"]},
            "subnets": [nodes],
        },
    }
    place = f"{net['id']}/subnets/nodes"
    cluster = {
        "id": f"{base}/Microsoft.ContainerService/managedClusters/aks",
        "name": "aks",
        "type": "Microsoft.ContainerService/managedClusters",
        "properties": {
            "agentPoolProfiles": [{"name": "sys", "vnetSubnetID": place}],
            "networkProfile": {
                "networkPlugin": "azure",
                "networkPluginMode": "overlay",
                "networkPolicy": "calico",
                "podCidr": "10.244.0.0/16",
                "serviceCidr": "10.0.0.0/16",
                "outboundType": "loadBalancer",
            },
        },
    }
    return json.dumps([group, net, cluster], indent=1)


def _state() -> str:
    attributes = {
        "id": "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network/"
        "virtualNetworks/net",
        "name": "net",
        "resource_group_name": "rg",
        "location": "westeurope",
        "address_space": ["10.1.0.0/16"],
        "subnet": [],
    }
    instance = {"schema_version": 0, "attributes": attributes, "index_key": 0}
    resource = {
        "mode": "managed",
        "type": "azurerm_virtual_network",
        "name": "net",
        "provider": 'provider["registry.terraform.io/hashicorp/azurerm"]',
        "instances": [instance],
    }
    return json.dumps(
        {
            "version": 4,
            "terraform_version": "1.9.0",
            "serial": 1,
            "lineage": "x",
            "outputs": {},
            "resources": [resource],
        },
        indent=1,
    )


def _plan() -> str:
    network = {
        "name": "net",
        "resource_group_name": "rg",
        "location": "westeurope",
        "address_space": ["10.1.0.0/16"],
    }
    cluster = {
        "name": "aks",
        "resource_group_name": "rg",
        "location": "westeurope",
        "default_node_pool": [{"name": "system", "node_count": 2}],
        "network_profile": [
            {"network_plugin": "azure", "network_policy": "calico"},
        ],
    }
    held = {"azurerm_virtual_network": network, "azurerm_kubernetes_cluster": cluster}
    resources = [
        {
            "address": f"{kind}.it",
            "mode": "managed",
            "type": kind,
            "name": "it",
            "provider_name": "registry.terraform.io/hashicorp/azurerm",
            "values": values,
        }
        for kind, values in held.items()
    ]
    changes = [
        {
            **{key: item[key] for key in ("address", "mode", "type", "name")},
            "change": {
                "actions": ["create"],
                "before": None,
                "after": item["values"],
                "after_unknown": {"id": True},
            },
        }
        for item in resources
    ]
    return json.dumps(
        {
            "format_version": "1.2",
            "terraform_version": "1.9.0",
            "planned_values": {"root_module": {"resources": resources}},
            "resource_changes": changes,
            "configuration": {"root_module": {}},
        },
        indent=1,
    )


HELM = """\
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: shop, namespace: shop}
spec:
  targetNamespace: shop
  chart: {spec: {chart: shop, sourceRef: {kind: HelmRepository, name: r}}}
  values: {replicas: 2}
"""
LISTING = json.dumps(
    [
        {
            "name": "shop",
            "namespace": "shop",
            "revision": "1",
            "updated": "2026-01-01 10:00:00 +0000 UTC",
            "status": "deployed",
            "chart": "shop-1.2.3",
            "app_version": "1.0",
        }
    ]
)
KUSTOMIZATION = """\
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
namespace: shop
resources: [policy.yaml, pod.yaml]
commonLabels: {team: a}
patches:
  - target: {kind: NetworkPolicy}
    patch: |-
      - op: add
        path: /spec/policyTypes
        value: [Ingress]
replacements: []
"""


@dataclass(frozen=True, slots=True)
class Reader:
    """One reader, and what it is given.

    Attributes:
        name: Its name on the command line.
        file: The name of the file that is changed.
        texts: Inputs that are written out.
        globs: Files of the examples and the corpora.
        beside: Files that stand beside it, unchanged.
        question: What is asked of the first text, where its answer rests on all of it.
    """

    name: str
    file: str
    texts: tuple[str, ...] = ()
    globs: tuple[str, ...] = ()
    beside: Mapping[str, str] = field(default_factory=dict)
    question: tuple[str, str] | None = None

    def seeds(self) -> Iterator[bytes]:
        """Yield what is changed, the texts that are written out first."""
        yield from (text.encode() for text in self.texts)
        if self.name == "snapshot":
            yield from _archives()
        for base in (EXAMPLES, CORPORA):
            for pattern in self.globs:
                for path in sorted(base.glob(pattern)):
                    if path.is_file() and path.stat().st_size <= LARGEST:
                        yield path.read_bytes()


def _archives() -> Iterator[bytes]:
    day = datetime(2026, 1, 1, tzinfo=UTC).date()
    for name in ("open", "contoso/manifests/shop", "isolated/azure"):
        yield take([EXAMPLES / name], LoadOptions(), day, redact=False).data
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("../../outside.yaml", POD)
    yield buffer.getvalue()


_OUT = ("shop/web", "93.184.216.34:443")
_IN = ("shop/web", "shop/db:80")
_PODS = {"pod.yaml": POD}

READERS = {
    it.name: it
    for it in (
        Reader("arm", "main.json", (_template(),), ("arm/**/*.json",), _PODS, _OUT),
        Reader("bicep", "main.bicep", (BICEP,), ("bicep/**/*.bicep",), _PODS, _OUT),
        Reader("hcl", "main.tf", (HCL,), ("terraform/**/*.tf",), _PODS, _OUT),
        Reader(
            "plan",
            "plan.json",
            (_plan(),),
            ("**/plan*.json", "tfplan/**/*.json"),
            _PODS,
        ),
        Reader("state", "x.tfstate", (_state(),), ("terraform/**/*.tfstate",), _PODS),
        Reader(
            "azure",
            "azure.json",
            (_azure(),),
            ("*/azure/*.json", "open/cluster.json", "az-json/**/*.json"),
            _PODS,
        ),
        Reader(
            "kubernetes",
            "policy.yaml",
            (POLICY,),
            ("*/manifests/**/*.yaml", "k8s/**/*.yaml", "netpol/traps/**/*.yaml"),
            _PODS,
            _IN,
        ),
        Reader("calico", "policy.yaml", (CALICO,), ("netpol/**/calico*.yaml",), _PODS),
        Reader("cilium", "policy.yaml", (CILIUM,), ("netpol/**/cilium*.yaml",), _PODS),
        Reader("snapshot", "taken.zip"),
        Reader(
            "kustomize",
            "kustomization.yaml",
            (KUSTOMIZATION,),
            ("k8s/**/kustomization.yaml",),
            {**_PODS, "policy.yaml": POLICY},
        ),
        Reader("helm", "listing.yaml", (HELM, LISTING), (), _PODS),
    )
}
"""All readers that can be fuzzed, by name."""
