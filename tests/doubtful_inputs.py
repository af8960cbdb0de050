"""A cluster in its subnet, as a template and as Terraform, and what one asks of it."""

import json
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from arm_templates import template
from seawall.app.cli.main import run
from terraform_folders import write

NSG = "Microsoft.Network/networkSecurityGroups"
TABLE = "Microsoft.Network/routeTables"
VNET = "Microsoft.Network/virtualNetworks"
CLUSTER = "Microsoft.ContainerService/managedClusters"
POOL_SUBNET = f"[resourceId('{VNET}/subnets', 'net', 'nodes')]"

POD = """
    apiVersion: v1
    kind: Pod
    metadata: {name: web, namespace: shop}
    spec: {containers: [{name: web, image: web}]}
"""

DENY_ALL = {
    "priority": 100,
    "direction": "Outbound",
    "access": "Deny",
    "protocol": "*",
    "sourceAddressPrefix": "*",
    "sourcePortRange": "*",
    "destinationAddressPrefix": "*",
    "destinationPortRange": "*",
}

FOLDER = """
    variable "unknown" { type = string }

    resource "azurerm_virtual_network" "net" {
      name                = "net"
      location            = "westeurope"
      resource_group_name = "rg"
      address_space       = ["10.1.0.0/16"]
    }

    resource "azurerm_subnet" "nodes" {
      name                 = "nodes"
      resource_group_name  = "rg"
      virtual_network_name = azurerm_virtual_network.net.name
      address_prefixes     = ["10.1.0.0/20"]
    }

    resource "azurerm_network_security_group" "nsg" {
      name                = "nsg"
      location            = "westeurope"
      resource_group_name = "rg"
    }

    resource "azurerm_route_table" "table" {
      name                = "table"
      location            = "westeurope"
      resource_group_name = "rg"
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

TIED = """
    resource "azurerm_subnet_network_security_group_association" "tie" {
      subnet_id                 = azurerm_subnet.nodes.id
      network_security_group_id = azurerm_network_security_group.nsg.id
    }

    resource "azurerm_subnet_route_table_association" "tie" {
      subnet_id      = azurerm_subnet.nodes.id
      route_table_id = azurerm_route_table.table.id
    }
"""


def resource(kind: str, name: str, /, **properties: Any) -> dict[str, Any]:
    """Return a resource of a template."""
    return {"type": kind, "name": name, "properties": properties}


def id_of(kind: str, *names: str) -> dict[str, str]:
    """Return a reference of a template to a resource."""
    listed = ", ".join(f"'{it}'" for it in names)
    return {"id": f"[resourceId('{kind}', {listed})]"}


def whole(*more: dict[str, Any], tied: bool = True, **sections: Any) -> dict[str, Any]:
    """Return a template of a cluster, whose subnet has a security group and routes."""
    ties = {"networkSecurityGroup": id_of(NSG, "nsg"), "routeTable": id_of(TABLE, "rt")}
    inner = {"addressPrefix": "10.1.0.0/20", **(ties if tied else {})}
    return template(
        resource(NSG, "nsg"),
        resource(TABLE, "rt"),
        resource(
            VNET,
            "net",
            addressSpace={"addressPrefixes": ["10.1.0.0/16"]},
            subnets=[{"name": "nodes", "properties": inner}],
        ),
        resource(
            CLUSTER,
            "aks",
            networkProfile={"networkPlugin": "azure", "networkPluginMode": "overlay"},
            agentPoolProfiles=[{"name": "system", "vnetSubnetID": POOL_SUBNET}],
        ),
        *more,
        **sections,
    )


class Ask:
    """Asks whether a pod reaches something, of files in a folder."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self._capsys = capsys
        write(folder, {"pod.yaml": POD})

    def template(self, content: dict[str, Any], to: str = "93.184.216.34") -> str:
        """Return the answer where there is a template."""
        text = json.dumps(content, indent=1)
        (self.folder / "main.json").write_text(text, encoding="utf-8")
        return self._answer(to)

    def terraform(self, text: str, to: str = "93.184.216.34") -> str:
        """Return the answer where there is a folder of Terraform."""
        write(self.folder, {"main.tf": dedent(FOLDER) + dedent(text)})
        return self._answer(to)

    def _answer(self, to: str) -> str:
        run(["trace", "shop/web", f"{to}:443", str(self.folder)])
        out = self._capsys.readouterr().out
        return " ".join(out.split())
