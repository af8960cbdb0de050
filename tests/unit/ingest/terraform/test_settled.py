"""What resources of one deployment say of each other beside their references."""

from pathlib import Path

from terraform_folders import CLUSTER, read_text, subnet, the_cluster

FIREWALL = """
    locals {
      out = azurerm_firewall.fw.ip_configuration[0].private_ip_address
    }
    resource "azurerm_subnet" "fw" {
      name                 = "AzureFirewallSubnet"
      resource_group_name  = "rg"
      virtual_network_name = azurerm_virtual_network.net.name
      address_prefixes     = ["10.9.0.0/24"]
    }
    resource "azurerm_firewall" "fw" {
      name                = "fw"
      resource_group_name = "rg"
      location            = "westeurope"
      sku_name            = "AZFW_VNet"
      sku_tier            = "Standard"
      ip_configuration {
        name      = "one"
        subnet_id = azurerm_subnet.fw.id
      }
    }
    resource "azurerm_route_table" "rt" {
      name                = "rt"
      resource_group_name = "rg"
      route {
        name                   = "out"
        address_prefix         = "0.0.0.0/0"
        next_hop_type          = "VirtualAppliance"
        next_hop_in_ip_address = local.out
      }
    }
"""


def test_a_route_leads_to_the_firewall_whose_address_is_not_known_yet(
    tmp_path: Path,
) -> None:
    found = read_text(tmp_path, CLUSTER + FIREWALL)
    (table,) = found.fabric.route_tables
    (firewall,) = found.fabric.firewalls
    assert str(table.routes[0].appliance) == "10.9.0.4"
    assert str(firewall.address) == "10.9.0.4"
    assert any(it.id == "firewall-address" for it in found.assumptions)


def test_a_data_source_finds_what_the_deployment_makes(tmp_path: Path) -> None:
    text = (
        CLUSTER.replace("azurerm_subnet.nodes.id", "data.azurerm_subnet.n.id")
        + """
        data "azurerm_subnet" "n" {
          name                 = "nodes"
          virtual_network_name = azurerm_virtual_network.net.name
          resource_group_name  = "rg"
        }
    """
    )
    found = read_text(tmp_path, text)
    (pool,) = the_cluster(found).pools
    assert pool.subnet.is_surely("azurerm_subnet.nodes")
    assert [it.name for it in found.fabric.subnets] == ["nodes"]


def test_a_data_source_finds_a_subnet_that_stands_in_its_network(
    tmp_path: Path,
) -> None:
    text = """
        resource "azurerm_virtual_network" "net" {
          name                = "net"
          resource_group_name = "rg"
          address_space       = ["10.0.0.0/16"]
          subnet {
            name             = "nodes"
            address_prefixes = ["10.0.1.0/24"]
          }
        }
        data "azurerm_subnet" "n" {
          name                 = "nodes"
          virtual_network_name = azurerm_virtual_network.net.name
          resource_group_name  = "rg"
        }
        resource "azurerm_route_table" "rt" {
          name                = "rt"
          resource_group_name = "rg"
        }
        resource "azurerm_subnet_route_table_association" "rt" {
          subnet_id      = data.azurerm_subnet.n.id
          route_table_id = azurerm_route_table.rt.id
        }
    """
    found = read_text(tmp_path, text)
    nodes = subnet(found, "nodes")
    assert nodes.id == "azurerm_virtual_network.net/subnets/nodes"
    assert nodes.route_table.is_surely("azurerm_route_table.rt")


MAYBE = """
    variable "on" {}
    resource "azurerm_network_security_group" "nsg" {
      name                = "nsg"
      resource_group_name = "rg"
    }
    resource "azurerm_network_security_rule" "one" {
      count                       = var.on ? 1 : 0
      name                        = "one"
      resource_group_name         = "rg"
      network_security_group_name = azurerm_network_security_group.nsg.name
      priority                    = 100
      direction                   = "Inbound"
      access                      = "Deny"
      protocol                    = "*"
      source_port_range           = "*"
      destination_port_range      = "*"
      source_address_prefix       = "*"
      destination_address_prefix  = "*"
    }
    resource "azurerm_route_table" "rt" {
      name                = "rt"
      resource_group_name = "rg"
    }
    resource "azurerm_route" "one" {
      for_each            = var.on
      name                = "one"
      resource_group_name = "rg"
      route_table_name    = azurerm_route_table.rt.name
      address_prefix      = "0.0.0.0/0"
      next_hop_type       = "None"
    }
    resource "azurerm_subnet_route_table_association" "rt" {
      count          = var.on ? 1 : 0
      subnet_id      = azurerm_subnet.nodes.id
      route_table_id = azurerm_route_table.rt.id
    }
"""


def test_rules_routes_and_ties_that_may_not_be_made_decide_nothing(
    tmp_path: Path,
) -> None:
    found = read_text(tmp_path, CLUSTER + MAYBE)
    assert not subnet(found, "nodes").route_table.known
    group = next(it for it in found.fabric.security_groups if it.name == "nsg")
    names = {it.name for it in group.rules}
    assert "unknown rules" in names
    assert "one" not in names
    (table,) = found.fabric.route_tables
    assert [it.destination for it in table.routes] == [None]


def test_an_automatic_cluster_is_preconfigured(tmp_path: Path) -> None:
    text = (
        CLUSTER.partition('resource "azurerm_kubernetes_cluster"')[0]
        + """
        resource "azurerm_kubernetes_automatic_cluster" "auto" {
          name                = "auto"
          resource_group_name = "rg"
          location            = "westeurope"
          hosted_system {
            node_subnet_id        = azurerm_subnet.nodes.id
            system_node_subnet_id = azurerm_subnet.nodes.id
          }
        }
    """
    )
    cluster = the_cluster(read_text(tmp_path, text))
    assert cluster.pools[0].subnet.is_surely("azurerm_subnet.nodes")
    assert cluster.policy_engine.known


def test_a_group_that_is_write_only_is_tied(tmp_path: Path) -> None:
    text = (
        CLUSTER.replace(
            '"nodes"\n      resource_group_name  = ',
            '"nodes"\n      route_table_id_wo = azurerm_route_table.rt.id\n'
            "      resource_group_name  = ",
        )
        + '\nresource "azurerm_route_table" "rt" {\n  name = "rt"\n}\n'
    )
    found = read_text(tmp_path, text)
    assert subnet(found, "nodes").route_table.is_surely("azurerm_route_table.rt")


ZONE = """
    resource "azurerm_private_dns_zone" "z" {
      name                = "example.internal"
      resource_group_name = "rg"
    }
    resource "azurerm_private_dns_zone_virtual_network_link" "l" {
      name                  = "l"
      resource_group_name   = "rg"
      private_dns_zone_name = azurerm_private_dns_zone.z.name
      virtual_network_id    = azurerm_virtual_network.net.id
    }
"""


def test_a_zone_is_whole_only_where_all_of_its_deployment_was_read(
    tmp_path: Path,
) -> None:
    unread = 'module "m" {\n  source = "example/records/azurerm"\n}\n'
    broken = 'resource "azurerm_private_dns_a_record" "r" {\n  name = = 1\n}\n'
    for more, whole in (("", True), (unread, False), (broken, False)):
        found = read_text(tmp_path, CLUSTER + ZONE + "\n" + more)
        (zone,) = [it for it in found.fabric.zones if it.name == "example.internal"]
        assert zone.complete.is_surely(value=True) is whole
