"""What is changed by somebody else than the resources that a folder declares."""

import json
from pathlib import Path

import pytest

import fabrics as fab
from seawall.engine.path import PathModel
from seawall.model.end import AddressEnd, SubnetEnd
from seawall.model.snapshot import Snapshot
from terraform_folders import CLUSTER, read_files, read_text, serious, subnet

GROUP = """
    resource "azurerm_network_security_group" "nsg" {
      name                = "nsg"
      location            = "westeurope"
      resource_group_name = "rg"
    }
    resource "azurerm_subnet_network_security_group_association" "nodes" {
      subnet_id                 = azurerm_subnet.nodes.id
      network_security_group_id = azurerm_network_security_group.nsg.id
    }
"""
RULE = {"type": "Microsoft.Network/networkSecurityGroups/securityRules", "name": "n/r"}


def is_open(snapshot: Snapshot) -> bool:
    """Whether nodes surely send each other everything, as their group lets them."""
    assert subnet(snapshot, "nodes").security_group.known
    end = AddressEnd((fab.cidr("10.1.0.9"),))
    source = SubnetEnd(subnet(snapshot, "nodes").id)
    answer = PathModel.build(snapshot).partition(source, end)
    return bool(answer.allowed) and not answer.unknown


def deployed(*resources: object) -> str:
    """Return a template that Terraform deploys."""
    text = json.dumps({"contentVersion": "1.0.0.0", "resources": resources})
    return f"""
    resource "azurerm_resource_group_template_deployment" "more" {{
      name                = "more"
      resource_group_name = "rg"
      deployment_mode     = "Incremental"
      template_content    = <<-EOT
        {text}
      EOT
    }}
    """


def test_a_configuration_in_a_file_that_is_not_opened_may_say_anything(
    tmp_path: Path,
) -> None:
    inside = tmp_path / "in"
    assert subnet(
        read_files(inside, {"main.tf": CLUSTER}), "nodes"
    ).security_group.known
    (tmp_path / "nsg.tf").write_text(GROUP, encoding="utf-8")
    (inside / "nsg.tf").symlink_to(tmp_path / "nsg.tf")
    found = subnet(read_files(inside, {"main.tf": CLUSTER}), "nodes")
    assert not found.security_group.known


def test_nothing_beside_the_resources_changes_what_they_say(tmp_path: Path) -> None:
    assert is_open(read_text(tmp_path, CLUSTER + GROUP))


@pytest.mark.parametrize(
    "resource",
    [
        RULE,
        {
            "type": "Microsoft.Resources/deployments",
            "name": "inner",
            "properties": {"template": {"resources": {"rule": RULE}}},
        },
        {
            "type": "Microsoft.Network/networkSecurityGroups",
            "name": "nsg",
            "resources": [{"type": "securityRules", "name": "r"}],
        },
        {"type": "Microsoft.Resources/deployments", "name": "linked"},
        {"type": "[parameters('what')]", "name": "x"},
    ],
)
def test_a_template_that_is_deployed_leaves_open_what_it_may_change(
    tmp_path: Path, resource: object
) -> None:
    """Source: azurerm docs, resource_group_template_deployment."""
    snapshot = read_text(tmp_path, CLUSTER + GROUP + deployed(resource))
    assert not is_open(snapshot)
    assert any("is not followed" in it.what for it in serious(snapshot))


def test_a_template_of_other_resources_changes_nothing(tmp_path: Path) -> None:
    more = deployed({"type": "Microsoft.Insights/components", "name": "x"})
    snapshot = read_text(tmp_path, CLUSTER + GROUP + more)
    assert is_open(snapshot)
    assert not [it for it in snapshot.diagnostics if "not followed" in it.what]
    whole = more.replace('"Incremental"', '"Complete"')
    assert not is_open(read_text(tmp_path, CLUSTER + GROUP + whole))


@pytest.mark.parametrize(
    ("method", "wanted"), [("PUT", False), ("PATCH", False), ("POST", True)]
)
def test_a_request_that_writes_a_rule_leaves_the_groups_open(
    tmp_path: Path, method: str, *, wanted: bool
) -> None:
    """Source: azapi docs, resource_action."""
    action = f"""
    resource "azapi_resource_action" "rule" {{
      type        = "Microsoft.Network/networkSecurityGroups/securityRules@2023-09-01"
      resource_id = "${{azurerm_network_security_group.nsg.id}}/securityRules/x"
      method      = "{method}"
      body        = {{ properties = {{ priority = 100 }} }}
    }}
    """
    assert is_open(read_text(tmp_path, CLUSTER + GROUP + action)) is wanted


@pytest.mark.parametrize(
    ("command", "wanted"),
    [
        ("az network nsg rule create -g rg --nsg-name nsg -n x", False),
        ("az network nsg rule list -g rg --nsg-name nsg", True),
        ("az deployment group create -g rg -f more.bicep", False),
        ("Add-AzNetworkSecurityRuleConfig -Name x", False),
        (
            "az rest --method put --url $URL/Microsoft.Network/networkSecurityGroups/n",
            False,
        ),
        ("echo done", True),
    ],
)
def test_a_command_that_writes_rules_leaves_the_groups_open(
    tmp_path: Path, command: str, *, wanted: bool
) -> None:
    """Source: Terraform docs, Provisioners; Azure CLI reference, az network nsg."""
    run = f"""
    resource "null_resource" "more" {{
      provisioner "local-exec" {{
        command = "{command}"
      }}
    }}
    """
    assert is_open(read_text(tmp_path, CLUSTER + GROUP + run)) is wanted
