"""Writes folders of Terraform, and reads them as a user would."""

from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent

from seawall.ingest import LoadOptions, load
from seawall.model.cluster import Cluster
from seawall.model.diagnostic import Diagnostic, Level
from seawall.model.network import Subnet
from seawall.model.snapshot import Snapshot

CLUSTER = """
    resource "azurerm_resource_group" "rg" {
      name     = "rg"
      location = "westeurope"
    }

    resource "azurerm_virtual_network" "net" {
      name                = "net"
      location            = azurerm_resource_group.rg.location
      resource_group_name = azurerm_resource_group.rg.name
      address_space       = ["10.0.0.0/8"]
    }

    resource "azurerm_subnet" "nodes" {
      name                 = "nodes"
      resource_group_name  = azurerm_resource_group.rg.name
      virtual_network_name = azurerm_virtual_network.net.name
      address_prefixes     = [cidrsubnet("10.0.0.0/8", 8, 1)]
    }

    resource "azurerm_kubernetes_cluster" "aks" {
      name                = "aks"
      location            = azurerm_resource_group.rg.location
      resource_group_name = azurerm_resource_group.rg.name
      dns_prefix          = "aks"
      default_node_pool {
        name           = "system"
        vm_size        = "Standard_D4s_v5"
        vnet_subnet_id = azurerm_subnet.nodes.id
      }
      network_profile {
        network_plugin = "azure"
        network_policy = "calico"
      }
    }
"""


def write(folder: Path, files: Mapping[str, str]) -> Path:
    """Write some files below a folder, and return it."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text), encoding="utf-8")
    return folder


def read_files(folder: Path, files: Mapping[str, str], **settings: str) -> Snapshot:
    """Return what some files say together."""
    write(folder, files)
    return load([folder], options=LoadOptions(parameters=tuple(settings.items())))


def read_text(folder: Path, text: str, **settings: str) -> Snapshot:
    """Return what one file says."""
    return read_files(folder, {"main.tf": text}, **settings)


def the_cluster(snapshot: Snapshot) -> Cluster:
    assert snapshot.cluster is not None, snapshot.diagnostics
    return snapshot.cluster


def subnet(snapshot: Snapshot, name: str) -> Subnet:
    (found,) = [it for it in snapshot.fabric.subnets if it.name == name]
    return found


def told(snapshot: Snapshot, text: str) -> Diagnostic:
    """Return the only diagnostic that says something."""
    (found,) = [it for it in snapshot.diagnostics if text in it.what]
    return found


def serious(snapshot: Snapshot) -> list[Diagnostic]:
    return [it for it in snapshot.diagnostics if it.level is not Level.NOTE]
