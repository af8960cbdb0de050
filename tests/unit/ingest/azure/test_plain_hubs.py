"""Virtual hubs that lead networks to each other without a firewall.

Source: Azure docs, virtual-wan about-virtual-hub-routing.
"""

from pathlib import Path

import pytest
from test_secured_hubs import (
    HUB,
    ONE,
    TWO,
    asked,
    connection,
    firewall,
    intent,
    network,
    subnet,
)

from azure_builders import Json, convert, resource, resource_id
from seawall.model.end import SubnetEnd
from seawall.model.trace import Verdict
from terraform_folders import read_files
from ways import A, D, U, ask


def table(name: str, *routes: Json, **more: object) -> Json:
    return resource("virtualHubs/hubRouteTables", "hub", name, routes=routes, **more)


def named(name: str) -> Json:
    return {"id": resource_id("virtualHubs/hubRouteTables", "hub", name)}


def joined(
    name: str, learns: str = "", *taught: str, labels: tuple[str, ...] = ()
) -> Json:
    """Return a connection that learns from one table and teaches others."""
    told: dict[str, object] = {}
    if learns:
        told["associatedRouteTable"] = named(learns)
    if taught or labels:
        ids = [named(each) for each in taught]
        told["propagatedRouteTables"] = {"ids": ids, "labels": list(labels)}
    return connection(name, routingConfiguration=told)


def static(prefix: str, hop: str) -> Json:
    return {"name": "s", "destinations": [prefix], "nextHop": hop}


CONNECTION = resource_id("virtualHubs/hubVirtualNetworkConnections", "hub", "two")
DEFAULT = "defaultRouteTable"


@pytest.mark.parametrize(
    ("records", "there"),
    [
        ((joined("one"), joined("two")), A),
        ((joined("one", DEFAULT), joined("two", DEFAULT, DEFAULT)), A),
        ((joined("one"), joined("two", DEFAULT, labels=("default",))), A),
        ((joined("one"), joined("two", DEFAULT, "noneRouteTable")), U),
        ((joined("one", "red"), joined("two", DEFAULT, DEFAULT)), U),
        ((joined("one", "red"), joined("two", DEFAULT, "red")), U),
        ((joined("one", "red"), joined("two", DEFAULT, "red"), table("red")), A),
        (
            (
                joined("one", "red"),
                joined("two", DEFAULT, labels=("shop",)),
                table("red", labels=["Shop"]),
            ),
            A,
        ),
        (
            (
                joined("one"),
                joined("two"),
                table(DEFAULT, static("10.2.0.0/25", "nva")),
            ),
            U,
        ),
        (
            (
                joined("one"),
                joined("two"),
                table(DEFAULT, static("10.3.0.0/24", "nva")),
            ),
            A,
        ),
        (
            (
                joined("one"),
                joined("two"),
                table(DEFAULT, static("10.2.0.0/16", CONNECTION)),
            ),
            A,
        ),
        ((joined("one"), joined("two"), intent("PrivateTraffic", hop="nva")), U),
        ((joined("one"), joined("two"), *firewall("10.2.0.0/24")), U),
        ((joined("one"), connection("two", routingConfiguration="[x()]")), U),
    ],
)
def test_a_network_reaches_those_that_teach_the_table_it_learns_from(
    records: tuple[Json, ...], there: Verdict
) -> None:
    snapshot = asked(HUB, ONE, TWO, *records)
    assert ask(snapshot, subnet("one"), "10.2.0.4") is there
    assert ask(snapshot, subnet("one"), "192.168.1.1") is U


def test_a_table_that_stops_propagation_learns_nothing() -> None:
    closed = resource("routeTables", "rt", disableBgpRoutePropagation=True)
    own = network("one", "10.1.0.0/24", routeTable={"id": closed["id"]})
    snapshot = asked(HUB, own, TWO, closed, joined("one"), joined("two"))
    assert ask(snapshot, subnet("one"), "10.2.0.4") is D
    assert ask(snapshot, subnet("two"), "10.1.0.4") is A


def test_a_basic_hub_leads_between_no_networks() -> None:
    """Source: Azure docs, virtual-wan-about, "Virtual WAN types"."""
    basic = resource("virtualHubs", "hub", addressPrefix="10.9.0.0/23", sku="Basic")
    snapshot = asked(basic, ONE, TWO, joined("one"), joined("two"))
    assert ask(snapshot, subnet("one"), "10.2.0.4") is U


def test_a_group_decides_about_what_a_hub_leads() -> None:
    rule = {
        "name": "no",
        "priority": 100,
        "direction": "Inbound",
        "access": "Deny",
        "protocol": "*",
        "sourceAddressPrefix": "10.1.0.0/24",
        "sourcePortRange": "*",
        "destinationAddressPrefix": "*",
        "destinationPortRange": "*",
    }
    shut = resource("networkSecurityGroups", "g", securityRules=[rule])
    two = network("two", "10.2.0.0/24", networkSecurityGroup={"id": shut["id"]})
    snapshot = asked(HUB, ONE, two, shut, joined("one"), joined("two"))
    assert ask(snapshot, subnet("one"), "10.2.0.4") is D


def test_it_is_told_that_a_hub_is_taken_to_have_no_appliance() -> None:
    part = convert([HUB, ONE, TWO, joined("one"), joined("two")])
    assert "virtual-hub-leads" in {each.id for each in part.assumptions}


FOLDER = """
    resource "azurerm_virtual_wan" "w" {
      name                = "w"
      location            = "westeurope"
      resource_group_name = "rg"
      type                = "TYPE"
    }
    resource "azurerm_virtual_hub" "h" {
      name                = "h"
      location            = "westeurope"
      resource_group_name = "rg"
      address_prefix      = "10.9.0.0/23"
      virtual_wan_id      = azurerm_virtual_wan.w.id
    }
"""
NETWORK = """
    resource "azurerm_virtual_network" "NAME" {
      name                = "NAME"
      location            = "westeurope"
      resource_group_name = "rg"
      address_space       = ["PREFIX"]
    }
    resource "azurerm_subnet" "NAME" {
      name                 = "s"
      resource_group_name  = "rg"
      virtual_network_name = azurerm_virtual_network.NAME.name
      address_prefixes     = ["PREFIX"]
    }
    resource "azurerm_virtual_hub_connection" "NAME" {
      name                      = "NAME"
      virtual_hub_id            = azurerm_virtual_hub.h.id
      remote_virtual_network_id = azurerm_virtual_network.NAME.id
      ROUTING
    }
"""
VIA = """routing {
        static_vnet_route {
          name                = "r"
          address_prefixes    = ["10.7.0.0/16"]
          next_hop_ip_address = "10.2.0.9"
        }
      }"""
MORE = """
    resource "azurerm_virtual_hub_route_table_route" "r" {
      route_table_id    = TABLE
      name              = "r"
      destinations_type = "CIDR"
      destinations      = ["10.2.0.0/24"]
      next_hop_type     = "ResourceId"
      next_hop          = azurerm_virtual_hub_connection.HOP.id
    }
"""
LEARNS = """routing {
        associated_route_table_id = azurerm_virtual_hub_route_table.t.id
        propagated_route_table {
          labels          = ["ours"]
        }
      }"""
OWN = """
    resource "azurerm_virtual_hub_route_table" "t" {
      name           = "t"
      virtual_hub_id = azurerm_virtual_hub.h.id
      labels         = ["ours"]
      ROUTE
    }
"""
ROUTE = """route {
        name              = "r"
        destinations_type = "CIDR"
        destinations      = ["10.2.0.0/25"]
        next_hop_type     = "ResourceId"
        next_hop          = azurerm_virtual_hub_connection.HOP.id
      }"""


def more(table: str, hop: str) -> str:
    return MORE.replace("TABLE", table).replace("HOP", hop)


BY_DEFAULT = "azurerm_virtual_hub.h.default_route_table_id"
BY_OWN = "azurerm_virtual_hub_route_table.t.id"
PLAIN = OWN.replace("ROUTE", "")


@pytest.mark.parametrize(
    ("kind", "routing", "rest", "there"),
    [
        ("Standard", "", "", A),
        ("Basic", "", "", U),
        ("Standard", VIA, "", U),
        ("Standard", "", more(BY_DEFAULT, "one"), U),
        ("Standard", "", more(BY_DEFAULT, "two"), A),
        ("Standard", "", more("var.lost", "two"), U),
        ("Standard", LEARNS, PLAIN, A),
        ("Standard", LEARNS, PLAIN.replace('"ours"', '"theirs"'), U),
        ("Standard", LEARNS, OWN.replace("ROUTE", ROUTE.replace("HOP", "two")), A),
        ("Standard", LEARNS, OWN.replace("ROUTE", ROUTE.replace("HOP", "one")), U),
        ("Standard", LEARNS, PLAIN + more(BY_OWN, "one"), U),
        ("Standard", LEARNS, PLAIN + more(BY_OWN, "two"), A),
        ("Standard", "", PLAIN + more(BY_OWN, "one"), A),
    ],
)
def test_terraform_states_hubs_alike(
    kind: str, routing: str, rest: str, there: Verdict, tmp_path: Path
) -> None:
    """Source: azurerm provider, virtual_hub_connection, virtual_hub_route_table."""
    one, two = (
        NETWORK.replace("NAME", name).replace("PREFIX", prefix)
        for name, prefix in (("one", "10.1.0.0/24"), ("two", "10.2.0.0/24"))
    )
    text = FOLDER.replace("TYPE", kind) + one + two + rest
    snapshot = read_files(tmp_path, {"a.tf": text.replace("ROUTING", routing)})
    (start,) = (it for it in snapshot.fabric.subnets if "one" in it.network)
    assert ask(snapshot, SubnetEnd(start.id), "10.2.0.4") is there
