"""Resources of which a reader sees less than is there."""

from pathlib import Path
from typing import Any

import pytest

from arm_templates import required, snapshot, template
from doubtful_inputs import CLUSTER, NSG, TIED, VNET, Ask, id_of, resource, whole
from terraform_folders import read_text, the_cluster


def test_rules_whose_names_are_not_known_are_all_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rules = """
    resource "azurerm_network_security_rule" "rule" {
      for_each                    = { a = "Deny", b = "Allow" }
      name                        = "${var.unknown}${each.key}"
      resource_group_name         = "rg"
      network_security_group_name = azurerm_network_security_group.nsg.name
      priority                    = each.value == "Deny" ? 100 : 200
      direction                   = "Outbound"
      access                      = each.value
      protocol                    = "*"
      source_port_range           = "*"
      destination_port_range      = "*"
      source_address_prefix       = "*"
      destination_address_prefix  = "*"
    }
    """
    answer = Ask(tmp_path, capsys).terraform(TIED + rules)

    assert answer.startswith("DENIED")
    assert 'nsg/rule["a"] denies it' in answer


def test_pools_whose_names_are_not_known_are_all_read(tmp_path: Path) -> None:
    text = """
    variable "unknown" { type = string }
    resource "azurerm_kubernetes_cluster" "aks" {
      name                = "aks"
      location            = "westeurope"
      resource_group_name = "rg"
      default_node_pool {
        name    = "system"
        vm_size = "Standard_D4s_v5"
      }
    }
    resource "azurerm_kubernetes_cluster_node_pool" "more" {
      count                 = 2
      name                  = "${var.unknown}${count.index}"
      kubernetes_cluster_id = azurerm_kubernetes_cluster.aks.id
      vm_size               = "Standard_D4s_v5"
    }
    """
    pools = the_cluster(read_text(tmp_path, text)).pools

    assert [pool.name for pool in pools] == ["system", "more[0]", "more[1]"]


def _cluster(folder: Path, properties: Any, **sections: Any) -> Any:
    written = resource(CLUSTER, "aks") | {"properties": properties}
    return the_cluster(snapshot(folder, main=template(written, **sections)))


@pytest.mark.parametrize("properties", ["yes", 3, ["agentPoolProfiles"]])
def test_nothing_is_known_of_a_cluster_whose_properties_cannot_be_read(
    tmp_path: Path, properties: object
) -> None:
    found = _cluster(tmp_path, properties)

    assert not found.outbound.known
    assert "`properties` is not an object" in found.api_server.private.why
    assert not found.pools[0].subnet.known


@pytest.mark.parametrize("pools", [None, [], "[parameters('n')]"])
def test_a_cluster_that_shows_no_pool_has_its_nodes_in_a_subnet_that_is_not_known(
    tmp_path: Path, pools: object
) -> None:
    sections = {"parameters": required("n", kind="array")}
    found = _cluster(tmp_path, {"agentPoolProfiles": pools}, **sections)

    assert not found.pools[0].subnet.known
    assert found.pools[0].subnet.why


@pytest.mark.parametrize("nested", [False, True])
def test_of_a_subnet_that_is_declared_twice_only_what_both_say_is_known(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], *, nested: bool
) -> None:
    plain = resource(f"{VNET}/subnets", "net/nodes", addressPrefix="10.1.0.0/20")
    filtered = resource(
        f"{VNET}/subnets",
        "net/nodes",
        addressPrefix="10.1.0.0/20",
        networkSecurityGroup=id_of(NSG, "nsg"),
    )
    again = filtered
    if nested:
        again = resource(
            "Microsoft.Resources/deployments",
            "later",
            template=template(filtered),
            expressionEvaluationOptions={"scope": "inner"},
        )
    ask = Ask(tmp_path, capsys)

    assert "ALLOWED" in ask.template(whole(plain, tied=False))
    answer = ask.template(whole(plain, again, tied=False))
    assert "UNKNOWN" in answer
    assert "`nodes` is declared at" in answer
    assert "ALLOWED" in ask.template(whole(plain, plain, tied=False))


def test_two_templates_that_declare_one_resource_alike_are_one(tmp_path: Path) -> None:
    main = whole()
    other = template(*whole()["resources"])

    read = snapshot(tmp_path, main=main, other=other)

    assert read.fabric.subnets[0].security_group.known
    other["resources"][2]["properties"]["subnets"][0]["properties"].pop("routeTable")
    read = snapshot(tmp_path, main=main, other=other)
    assert not any(it.security_group.known for it in read.fabric.subnets)
