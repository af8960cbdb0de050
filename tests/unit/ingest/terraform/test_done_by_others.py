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
        {"type": "Microsoft.Resources/deploymentScripts", "name": "run"},
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


RUNS = "az network nsg rule create"
NSG = "azurerm_network_security_group.nsg"
INTERPRETER = 'interpreter = ["bash", "-c"]'
GIVEN = 'command = "./open.sh"\nenvironment = {{ {} }}'


@pytest.mark.parametrize(
    ("kind", "text", "wanted"),
    [
        ("remote-exec", f'inline = ["cd x", "{RUNS}"]', False),
        ("remote-exec", 'inline = ["apt-get update"]', True),
        ("remote-exec", "inline = [azurerm_kubernetes_cluster.aks.fqdn]", False),
        ("local-exec", "command = azurerm_kubernetes_cluster.aks.fqdn", False),
        ("local-exec", GIVEN.format('NSG_NAME = "nsg"'), False),
        (
            "local-exec",
            GIVEN.format("GROUP = azurerm_network_security_group.nsg.id"),
            False,
        ),
        ("local-exec", GIVEN.format('REGION = "nsg"'), True),
        ("local-exec", GIVEN.format(f'RUN = "{RUNS}"'), False),
        ("local-exec", f'command = "{RUNS}"\nwhen = destroy', True),
        ("local-exec", f'command = "{RUNS}"\nwhen = "destroy"', True),
        ("local-exec", f'command = "{RUNS}"\nwhen = "create"', False),
        ("local-exec", f'command = "./open.sh ${{{NSG}.name}}"', False),
        ("local-exec", f'command = "./open.sh --group=${{{NSG}.id}}"', False),
        ("local-exec", f'command = "./open.sh nsg"\n{INTERPRETER}', False),
        ("local-exec", 'command = "./open.sh other"', True),
        ("local-exec", 'command = "./x --nsg-name ${terraform_data.y.output}"', False),
        ("local-exec", f'command = "kubectl get ${{{NSG}.name}}"', True),
        ("local-exec", f'command = "echo ${{{NSG}.name}} | ./open.sh"', False),
        ("local-exec", f'command = "az network nsg show -n ${{{NSG}.name}}"', True),
        (
            "local-exec",
            f'command = "az network private-dns zone create; ./a ${{{NSG}.id}}"',
            False,
        ),
        ("local-exec", f'command = "./list | grep ${{{NSG}.name}}"', False),
        ("local-exec", f'command = "sudo kubectl get ${{{NSG}.name}}"', True),
        ("local-exec", f'command = "Get-AzVM -Name ${{{NSG}.name}}"', True),
        ("remote-exec", f'inline = ["G=${{{NSG}.name}}", "./open.sh $G"]', False),
        ("file", f'destination = "{RUNS}"', True),
    ],
)
def test_a_provisioner_leaves_open_what_its_text_or_its_environment_names(
    tmp_path: Path, kind: str, text: str, *, wanted: bool
) -> None:
    """Source: Terraform docs, Provisioners, local-exec and remote-exec."""
    block = f'provisioner "{kind}" {{\n{text}\n}}'
    run = f'resource "null_resource" "more" {{\n{block}\n}}\n'
    run += 'resource "terraform_data" "y" {}\n'
    assert is_open(read_text(tmp_path, CLUSTER + GROUP + run)) is wanted


ELSEWHERE = 'primary_script_uri = "https://example.com/x.sh"'
SCRIPT = """script_content = "./x.sh"
      environment_variable {
        name  = "NSG_NAME"
        value = "nsg"
      }"""


@pytest.mark.parametrize(
    ("more", "wanted"),
    [
        (f'script_content = "{RUNS}"', False),
        ('script_content = "az network nsg rule list"', True),
        (ELSEWHERE, True),
        (ELSEWHERE + '\nidentity {\ntype = "UserAssigned"\n}', False),
        (SCRIPT, False),
        (SCRIPT.replace("value =", "secure_value ="), False),
        ('script_content = "./x.sh"\ncommand_line = "-n nsg"', False),
        ('script_content = "./x.sh"\ncommand_line = "-n other"', True),
    ],
)
def test_a_deployment_script_leaves_open_what_it_may_change(
    tmp_path: Path, more: str, *, wanted: bool
) -> None:
    """Source: Azure docs, deployment-script-template."""
    script = f"""
    resource "azurerm_resource_deployment_script_azure_cli" "run" {{
      name                = "run"
      resource_group_name = "rg"
      location            = "westeurope"
      version             = "2.40.0"
      retention_interval  = "P1D"
      {more}
    }}
    """
    assert is_open(read_text(tmp_path, CLUSTER + GROUP + script)) is wanted


@pytest.mark.parametrize(
    ("kind", "wanted"),
    [
        ("var.kind", False),
        ('"Microsoft.Insights/components@2020-02-02"', True),
        ('"Microsoft.Insights/components@${var.kind}"', True),
        ('"Microsoft.Insights/${var.kind}@2020-02-02"', False),
    ],
)
def test_a_resource_of_a_type_that_is_not_known_may_be_a_rule(
    tmp_path: Path, kind: str, *, wanted: bool
) -> None:
    more = f"""
    variable "kind" {{}}
    resource "azapi_resource" "x" {{
      type      = {kind}
      parent_id = azurerm_resource_group.rg.id
      name      = "x"
      body      = {{ properties = {{}} }}
    }}
    """
    snapshot = read_text(tmp_path, CLUSTER + GROUP + more)
    assert is_open(snapshot) is wanted
    told = [it for it in serious(snapshot) if "azapi_resource.x" in it.what]
    assert bool(told) is not wanted


def test_a_rule_of_which_only_the_version_is_not_known_is_read(tmp_path: Path) -> None:
    more = f"""
    variable "version_of_rules" {{}}
    resource "azapi_resource" "x" {{
      type      = "{RULE["type"]}@${{var.version_of_rules}}"
      parent_id = {NSG}.id
      name      = "x"
      body      = {{
        properties = {{
          access    = "Deny"
          direction = "Inbound"
          priority  = 100
          protocol  = "*"
          sourceAddressPrefix      = "*"
          sourcePortRange          = "*"
          destinationAddressPrefix = "*"
          destinationPortRange     = "*"
        }}
      }}
    }}
    """
    groups = read_text(tmp_path, CLUSTER + GROUP + more).fabric.security_groups
    (group,) = (it for it in groups if it.name == "nsg")
    assert "x" in {rule.name for rule in group.rules}


RESOURCES = """
    resource "azurerm_key_vault" "k" {
      name                = "k"
      location            = "westeurope"
      resource_group_name = "rg"
      network_acls {
        default_action = "Deny"
        bypass         = "None"
        ip_rules       = ["203.0.113.0/24"]
      }
    }
    resource "azurerm_mssql_server" "s" {
      name                = "s"
      location            = "westeurope"
      resource_group_name = "rg"
    }
"""


@pytest.mark.parametrize(
    ("command", "open_"),
    [
        ("az keyvault secret set -n x", set()),
        ("az keyvault network-rule add -n k", {"vault"}),
        ("az sql server firewall-rule create -n x", {"sql"}),
        ("az stack group create -n x", {"vault", "sql"}),
    ],
)
def test_a_command_may_let_others_in_at_a_platform_resource(
    tmp_path: Path, command: str, open_: set[str]
) -> None:
    """Source: Azure CLI reference, az keyvault network-rule, az sql server."""
    run = f"""
    resource "null_resource" "more" {{
      provisioner "local-exec" {{
        command = "{command}"
      }}
    }}
    """
    snapshot = read_text(tmp_path, CLUSTER + RESOURCES + run)
    found = {it.kind: it for it in snapshot.fabric.resources}
    kinds = {"vault", "sql"}
    assert {it for it in kinds if not found[it].default_access_allowed.known} == open_
    assert {it for it in kinds if not found[it].public.known} == open_


def in_azapi(kind: str, body: str, more: str = "") -> str:
    return f"""
    resource "azapi_resource" "x" {{
      type      = "Microsoft.Resources/{kind}@2023-08-01"
      name      = "x"
      parent_id = azurerm_resource_group.rg.id
      body      = {body}
      {more}
    }}
    """


URI = '{ properties = { primaryScriptUri = "https://example.com/x.sh" } }'
IDENTITY = 'identity {\n        type = "UserAssigned"\n      }'


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            in_azapi("deploymentScripts", f'{{properties={{scriptContent="{RUNS}"}}}}'),
            False,
        ),
        (in_azapi("deploymentScripts", '{properties={scriptContent="echo x"}}'), True),
        (in_azapi("deploymentScripts", URI), True),
        (in_azapi("deploymentScripts", URI, IDENTITY), False),
        (in_azapi("deploymentScripts", "var.x") + 'variable "x" {}', False),
        (in_azapi("deployments", "{ properties = { template = TEMPLATE } }"), False),
        (in_azapi("deploymentStacks", "{properties={template={resources=[]}}}"), True),
        (in_azapi("deployments", '{properties={templateLink={uri="x"}}}'), False),
    ],
)
def test_what_azapi_has_others_deploy_is_as_azurerms(
    tmp_path: Path, text: str, *, wanted: bool
) -> None:
    """Source: Azure REST, Deployments, Deployment Stacks, Deployment Scripts."""
    rule = f'{{ resources = [ {{ type = "{RULE["type"]}", name = "n/r" }} ] }}'
    more = text.replace("TEMPLATE", rule)
    assert is_open(read_text(tmp_path, CLUSTER + GROUP + more)) is wanted
