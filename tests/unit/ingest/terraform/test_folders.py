"""Folders of Terraform: what they declare, evaluated and joined by address."""

import gc
from pathlib import Path
from types import FunctionType, ModuleType

import pytest

from seawall.ingest import load
from seawall.model.cluster import OutboundType
from seawall.model.diagnostic import Level
from terraform_folders import (
    CLUSTER,
    read_files,
    read_text,
    serious,
    subnet,
    the_cluster,
    told,
    write,
)

TIES = """
    resource "azurerm_network_security_group" "nsg" {
      name                = "nsg"
      location            = "westeurope"
      resource_group_name = "rg"
      dynamic "security_rule" {
        for_each = { web = 443, dns = 53 }
        content {
          name                       = security_rule.key
          priority                   = 100 + security_rule.value
          direction                  = "Inbound"
          access                     = "Allow"
          protocol                   = "Tcp"
          source_port_range          = "*"
          destination_port_range     = security_rule.value
          source_address_prefix      = "*"
          destination_address_prefix = "*"
        }
      }
    }

    resource "azurerm_subnet_network_security_group_association" "nsg" {
      subnet_id                 = azurerm_subnet.nodes.id
      network_security_group_id = azurerm_network_security_group.nsg.id
    }

    resource "azurerm_route_table" "rt" {
      name                = "rt"
      location            = "westeurope"
      resource_group_name = "rg"
    }

    resource "azurerm_route" "out" {
      name                = "out"
      resource_group_name = "rg"
      route_table_name    = azurerm_route_table.rt.name
      address_prefix      = "0.0.0.0/0"
      next_hop_type       = "None"
    }

    resource "azurerm_subnet_route_table_association" "rt" {
      subnet_id      = azurerm_subnet.nodes.id
      route_table_id = azurerm_route_table.rt.id
    }
"""


def test_references_join_a_cluster_to_its_network(tmp_path: Path) -> None:
    found = read_text(tmp_path, CLUSTER + TIES)
    (pool,) = the_cluster(found).pools
    assert pool.subnet.is_surely("azurerm_subnet.nodes")
    nodes = subnet(found, "nodes")
    assert [str(it) for it in nodes.prefixes] == ["10.1.0.0/16"]
    assert nodes.network == "azurerm_virtual_network.net"
    assert nodes.security_group.is_surely("azurerm_network_security_group.nsg")
    assert nodes.route_table.is_surely("azurerm_route_table.rt")
    (table,) = found.fabric.route_tables
    assert [str(it.destination) for it in table.routes] == ["0.0.0.0/0"]
    group = next(it for it in found.fabric.security_groups if it.name == "nsg")
    assert {it.name for it in group.rules} >= {"web", "dns"}
    assert not serious(found)


def test_a_setting_knows_the_line_that_states_it(tmp_path: Path) -> None:
    found = read_text(tmp_path, CLUSTER)
    engine = the_cluster(found).policy_engine
    assert engine.origin is not None
    lines = (tmp_path / "main.tf").read_text(encoding="utf-8").splitlines()
    assert engine.origin.line is not None
    assert "network_policy" in lines[engine.origin.line - 1]
    (file,) = found.inputs
    assert file.kind == "terraform-configuration"


def test_values_of_variables_hold_in_the_order_of_terraform(tmp_path: Path) -> None:
    text = CLUSTER.replace('"10.0.0.0/8"]', "var.space]") + (
        '\nvariable "space" {\n  type = string\n  default = "10.0.0.0/9"\n}\n'
    )
    files = {"main.tf": text}
    space = lambda snapshot: str(snapshot.fabric.networks[0].space[0])  # noqa: E731
    assert space(read_files(tmp_path, files)) == "10.0.0.0/9"
    files["terraform.tfvars"] = 'space = "10.0.0.0/10"\n'
    assert space(read_files(tmp_path, files)) == "10.0.0.0/10"
    files["b.auto.tfvars.json"] = '{"space": "10.0.0.0/11"}'
    assert space(read_files(tmp_path, files)) == "10.0.0.0/11"
    assert space(read_files(tmp_path, files, space="10.0.0.0/12")) == "10.0.0.0/12"


def test_a_file_of_values_holds_once_it_is_named(tmp_path: Path) -> None:
    text = CLUSTER.replace('"10.0.0.0/8"]', "var.space]") + '\nvariable "space" {}\n'
    folder = write(tmp_path, {"main.tf": text, "test.tfvars": 'space = "10.0.0.0/9"'})
    alone = load([folder])
    assert not alone.fabric.networks[0].space
    assert "test.tfvars" in told(alone, "are not used").what
    assert "--set space=" in told(alone, "without a value").mend
    both = load([folder, folder / "test.tfvars"])
    assert str(both.fabric.networks[0].space[0]) == "10.0.0.0/9"


def test_a_variable_without_value_leaves_the_setting_unknown(tmp_path: Path) -> None:
    text = CLUSTER.replace('network_policy = "calico"', "network_policy = var.engine")
    found = read_text(tmp_path, text + '\nvariable "engine" {}\n')
    engine = the_cluster(found).policy_engine
    assert not engine.known
    assert "`engine` has no value" in engine.why
    given = read_text(tmp_path, text + '\nvariable "engine" {}\n', engine="azure")
    assert the_cluster(given).policy_engine.known


def test_a_sensitive_value_is_dropped(tmp_path: Path) -> None:
    text = CLUSTER.replace('"10.0.0.0/8"]', "var.space]")
    hidden = 'variable "space" {\n  default = "10.9.0.0/16"\n  sensitive = true\n}\n'
    found = read_text(tmp_path, text + "\n" + hidden)
    assert not found.fabric.networks[0].space
    assert "10.9.0.0" not in repr(found)


def test_copies_have_addresses_of_their_own(tmp_path: Path) -> None:
    text = """
        locals {
          subnets = { a = "10.0.1.0/24", b = "10.0.2.0/24" }
        }
        resource "azurerm_virtual_network" "net" {
          name                = "net"
          resource_group_name = "rg"
          address_space       = ["10.0.0.0/16"]
        }
        resource "azurerm_subnet" "each" {
          for_each             = local.subnets
          name                 = each.key
          resource_group_name  = "rg"
          virtual_network_name = azurerm_virtual_network.net.name
          address_prefixes     = [each.value]
        }
        resource "azurerm_network_security_group" "each" {
          count               = 2
          name                = "nsg${count.index}"
          resource_group_name = "rg"
        }
        resource "azurerm_subnet_network_security_group_association" "a" {
          for_each                  = { a = 0, b = 1 }
          subnet_id                 = azurerm_subnet.each[each.key].id
          network_security_group_id = azurerm_network_security_group.each[each.value].id
        }
    """
    found = read_text(tmp_path, text)
    assert subnet(found, "a").id == 'azurerm_subnet.each["a"]'
    group = "azurerm_network_security_group.each[1]"
    assert subnet(found, "b").security_group.is_surely(group)
    assert not serious(found)


MODULE = {
    "modules/net/main.tf": """
        variable "name" {
          type = string
        }
        variable "subnets" {
          type = list(object({
            name   = string
            prefix = string
            open   = optional(bool, true)
          }))
        }
        resource "azurerm_virtual_network" "net" {
          name                = var.name
          resource_group_name = "rg"
          address_space       = ["10.0.0.0/16"]
        }
        resource "azurerm_subnet" "all" {
          for_each                        = { for it in var.subnets : it.name => it }
          name                            = each.key
          resource_group_name             = "rg"
          virtual_network_name            = azurerm_virtual_network.net.name
          address_prefixes                = [each.value.prefix]
          default_outbound_access_enabled = each.value.open
        }
        output "ids" {
          value = { for it in azurerm_subnet.all : it.name => it.id }
        }
    """,
    "main.tf": """
        module "net" {
          source  = "./modules/net"
          name    = "net"
          subnets = [{ name = "a", prefix = "10.0.1.0/24" }]
        }
        resource "azurerm_route_table" "rt" {
          name                = "rt"
          resource_group_name = "rg"
        }
        resource "azurerm_subnet_route_table_association" "rt" {
          subnet_id      = module.net.ids["a"]
          route_table_id = azurerm_route_table.rt.id
        }
    """,
}


def test_local_modules_are_read_with_their_inputs_and_outputs(tmp_path: Path) -> None:
    found = read_files(tmp_path, MODULE)
    only = subnet(found, "a")
    assert only.id == 'module.net.azurerm_subnet.all["a"]'
    assert only.network == "module.net.azurerm_virtual_network.net"
    assert only.route_table.is_surely("azurerm_route_table.rt")
    assert only.default_outbound.is_surely(value=True)
    assert not serious(found)


def test_a_module_that_is_not_there_is_told_and_its_outputs_unknown(
    tmp_path: Path,
) -> None:
    text = CLUSTER.replace("azurerm_subnet.nodes.id", "module.net.subnet_id") + (
        '\nmodule "net" {\n  source = "git::https://example.com/net"\n}\n'
        '\nmodule "out" {\n  source = "../../outside"\n}\n'
    )
    found = read_text(tmp_path, text)
    (pool,) = the_cluster(found).pools
    assert not pool.subnet.known
    assert told(found, "`net`").level is Level.UNMODELLED
    assert "not in the input" in told(found, "`out`").why


def test_an_id_that_is_spelled_out_is_followed_by_its_names(tmp_path: Path) -> None:
    spelled = (
        '"/subscriptions/${data.azurerm_client_config.me.subscription_id}'
        "/resourceGroups/${azurerm_resource_group.rg.name}/providers/Microsoft.Network"
        '/virtualNetworks/${azurerm_virtual_network.net.name}/subnets/nodes"'
    )
    text = CLUSTER.replace("azurerm_subnet.nodes.id", spelled)
    found = read_text(tmp_path, text + '\ndata "azurerm_client_config" "me" {}\n')
    (pool,) = the_cluster(found).pools
    assert pool.subnet.is_surely("azurerm_subnet.nodes")


def test_nothing_is_known_of_what_a_data_source_does_not_state(tmp_path: Path) -> None:
    text = CLUSTER.replace("azurerm_subnet.nodes.id", "data.azurerm_subnet.old.id") + (
        '\ndata "azurerm_subnet" "old" {\n  name = "old"\n'
        '  virtual_network_name = "elsewhere"\n  resource_group_name = "rg"\n}\n'
    )
    found = read_text(tmp_path, text)
    (pool,) = the_cluster(found).pools
    assert pool.subnet.is_surely("data.azurerm_subnet.old")
    old = subnet(found, "old")
    assert not old.security_group.known
    assert not old.route_table.known


def test_a_number_of_copies_that_is_not_known_is_told(tmp_path: Path) -> None:
    text = CLUSTER.replace('"aks" {\n', '"aks" {\n      count = var.on ? 1 : 0\n')
    found = read_text(tmp_path, text + '\nvariable "on" {}\n')
    assert the_cluster(found).name == "aks"
    told_of = told(found, "whether, or how often, `azurerm_kubernetes_cluster.aks`")
    assert told_of.level is Level.UNMODELLED
    assert "`on` has no value" in told_of.why
    off = read_text(tmp_path, text + '\nvariable "on" {}\n', on="false")
    assert off.cluster is None


def test_dynamic_blocks_of_unknown_number_leave_the_rules_unknown(
    tmp_path: Path,
) -> None:
    text = CLUSTER + TIES.replace("{ web = 443, dns = 53 }", "var.rules")
    found = read_text(tmp_path, text + '\nvariable "rules" {}\n')
    group = next(it for it in found.fabric.security_groups if it.name == "nsg")
    assert [it for it in group.rules if it.name == "unknown rules"]


def test_several_roots_are_deployments_of_their_own(tmp_path: Path) -> None:
    found = read_files(tmp_path, {"one/main.tf": CLUSTER, "two/main.tf": CLUSTER})
    assert len(found.other_clusters) == 1
    assert told(found, "deployments of their own").level is Level.WARNING
    ids = {it.id for it in found.fabric.subnets}
    assert ids == {"one:azurerm_subnet.nodes", "two:azurerm_subnet.nodes"}


def test_a_body_in_the_words_of_arm_is_read(tmp_path: Path) -> None:
    text = CLUSTER.partition('resource "azurerm_kubernetes_cluster"')[0]
    for body in ("{ properties = %s }", "jsonencode({ properties = %s })"):
        properties = """{
          networkProfile = { networkPlugin = "azure", outboundType = "none" }
          agentPoolProfiles = [
            { name = "system", vnetSubnetID = azurerm_subnet.nodes.id, count = var.n }
          ]
        }"""
        found = read_text(
            tmp_path,
            f"""{text}
            variable "n" {{}}
            resource "azapi_resource" "aks" {{
              type      = "Microsoft.ContainerService/managedClusters@2026-01-01"
              name      = "aks"
              parent_id = azurerm_resource_group.rg.id
              body      = {body % properties}
            }}
            """,
        )
        cluster = the_cluster(found)
        assert cluster.outbound.is_surely(OutboundType.NONE)
        assert cluster.pools[0].subnet.is_surely("azurerm_subnet.nodes")


def test_the_json_form_is_read(tmp_path: Path) -> None:
    found = read_files(
        tmp_path,
        {
            "main.tf.json": """{
              "locals": {"space": "10.0.0.0/16"},
              "resource": {"azurerm_virtual_network": {"net": {
                "name": "net", "resource_group_name": "rg",
                "address_space": ["${local.space}"],
                "subnet": [{"name": "a", "address_prefixes": ["10.0.1.0/24"]}]
              }}}
            }"""
        },
    )
    assert [str(it) for it in found.fabric.networks[0].space] == ["10.0.0.0/16"]
    assert subnet(found, "a").prefixes


def test_override_files_win(tmp_path: Path) -> None:
    found = read_files(
        tmp_path,
        {
            "main.tf": CLUSTER,
            "a_override.tf": """
                resource "azurerm_virtual_network" "net" {
                  address_space = ["10.0.0.0/9"]
                }
            """,
        },
    )
    assert [str(it) for it in found.fabric.networks[0].space] == ["10.0.0.0/9"]


def test_a_broken_block_is_told_and_what_it_lacks_is_unknown(tmp_path: Path) -> None:
    text = CLUSTER.replace("      network_profile {\n", "      network_profile = = {\n")
    found = read_text(tmp_path, text)
    assert "not valid Terraform" in told(found, "not valid").what
    assert not the_cluster(found).policy_engine.known
    assert subnet(found, "nodes").prefixes


@pytest.mark.parametrize(
    "text",
    [
        "locals {\n  a = local.b\n  b = local.a\n}\n" + 'x "y" {}\n',
        'module "a" {\n  source = "./"\n}\n',
        'module "a" {\n  source = "."\n  count = 50\n}\n',
        'resource "azurerm_subnet" "a" {\n  count = 1000000000\n}\n',
        'resource "azurerm_subnet" "a" {\n  for_each = azurerm_subnet.a\n}\n',
        'resource "azurerm_subnet" "a" {\n  name = azurerm_subnet.a.name\n}\n',
        'resource "azurerm_subnet" "a" {\n  dynamic "x" {}\n}\n',
        'resource "azurerm_subnet" "a" {\n  address_prefixes = {}\n  name = []\n}\n',
        'resource "azurerm_virtual_network" "a" {\n  subnet = 3\n}\n',
        'resource "azapi_resource" "a" {\n  type = 3\n  body = "{"\n}\n',
        'resource "azurerm_kubernetes_cluster" "a" {\n  network_profile = "x"\n}\n',
        'variable "a" {\n  type = list(\n}\n',
        'data "azurerm_subnet" "a" {\n  name = data.azurerm_subnet.a.id\n}\n',
        'output "a" {\n  value = output.a\n}\n',
        "\ufeff# only a comment",
        'resource "a" {}\nresource {}\nmodule {}\nlocals "x" {}\nvariable {}\n',
    ],
)
def test_odd_configurations_end_quietly(tmp_path: Path, text: str) -> None:
    read_text(tmp_path, CLUSTER + "\n" + text)


def test_work_that_doubles_without_end_is_told(tmp_path: Path) -> None:
    lines = [f"  a{at} = [local.a{at - 1}, local.a{at - 1}]" for at in range(1, 60)]
    text = "locals {\n  a0 = [1]\n" + "\n".join(lines) + "\n}\n"
    found = read_text(
        tmp_path,
        CLUSTER
        + "\n"
        + text
        + 'resource "azurerm_ip_group" "a" {\n  cidrs = flatten(local.a59)\n}\n',
    )
    assert found.diagnostics


def test_files_outside_of_the_input_are_not_opened(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("10.9.0.0/16", encoding="utf-8")
    inside = tmp_path / "in"
    inside.mkdir()
    (inside / "link.txt").symlink_to(tmp_path / "secret.txt")
    (inside / "own.txt").write_text("10.8.0.0/16", encoding="utf-8")
    for name, known in (
        ("../secret.txt", False),
        ("link.txt", False),
        (str(tmp_path / "secret.txt"), False),
        ("own.txt", True),
        ("${path.module}/own.txt", True),
    ):
        text = CLUSTER.replace('["10.0.0.0/8"]', f'[file("{name}")]')
        found = read_text(inside, text)
        assert bool(found.fabric.networks[0].space) is known, name
        assert "10.9.0.0" not in repr(found)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("space.txt", "10.1.0.0/16"),
        ("../space.txt", "10.2.0.0/16"),
        ("${path.root}/space.txt", "10.1.0.0/16"),
        ("${path.cwd}/space.txt", "10.1.0.0/16"),
        ("${path.module}/space.txt", "10.3.0.0/16"),
        ("${path.module}/../space.txt", "10.4.0.0/16"),
    ],
)
def test_a_module_reads_files_from_where_terraform_runs(
    tmp_path: Path, name: str, expected: str
) -> None:
    """Source: Terraform docs, Filesystem and Workspace Info; file."""
    module = tmp_path / "shared" / "space"
    root = tmp_path / "live" / "shop"
    for number, folder in enumerate((root, root.parent, module, module.parent), 1):
        folder.mkdir(parents=True, exist_ok=True)
        text = f"10.{number}.0.0/16"
        (folder / "space.txt").write_text(text, encoding="utf-8")
    output = f'output "space" {{\n  value = file("{name}")\n}}\n'
    (module / "main.tf").write_text(output, encoding="utf-8")
    call = '\nmodule "space" {\n  source = "../../shared/space"\n}\n'
    text = CLUSTER.replace('["10.0.0.0/8"]', "[module.space.space]") + call
    (root / "main.tf").write_text(text, encoding="utf-8")
    found = load([tmp_path])
    assert [str(it) for it in found.fabric.networks[0].space] == [expected]


def test_a_plan_of_the_same_deployment_is_read_instead(tmp_path: Path) -> None:
    state = """{"version": 4, "terraform_version": "1.9.0", "lineage": "x",
      "resources": [{"mode": "managed", "type": "azurerm_virtual_network",
      "name": "net", "instances": [{"attributes": {"name": "net", "id":
      "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/net",
      "address_space": ["10.0.0.0/8"]}}]}]}"""
    found = read_files(tmp_path, {"main.tf": CLUSTER, "terraform.tfstate": state})
    assert len(found.fabric.networks) == 1
    assert "plan or state" in told(found, "is not read").why


def test_a_value_for_no_variable_is_told(tmp_path: Path) -> None:
    text = CLUSTER + '\nvariable "outbound" {\n  default = 1\n}\n'
    found = read_files(tmp_path, {"main.tf": text, "terraform.tfvars": "outbond = 2\n"})
    assert "`outbound`" in told(found, "no variable `outbond`").what
    given = read_files(tmp_path, {"terraform.tfvars": ""}, other="x")
    assert told(given, "no variable `other`").level is Level.WARNING


def test_what_terraform_does_not_keep_is_told(tmp_path: Path) -> None:
    text = TIES.replace(
        'resource "azurerm_route_table" "rt" {',
        'resource "azurerm_route_table" "rt" {\n'
        "      lifecycle {\n        ignore_changes = [tags, route]\n      }",
    )
    found = read_text(tmp_path, CLUSTER + text)
    assert "`route`" in told(found, "are ignored").what


def reachable(start: object) -> set[str]:
    """Return every text that can be reached from a value, closures included."""
    seen: set[int] = set()
    found: set[str] = set()
    todo = [start]
    while todo:
        item = todo.pop()
        if id(item) in seen or isinstance(item, type | ModuleType):
            continue
        seen.add(id(item))
        if isinstance(item, str):
            found.add(item)
        elif isinstance(item, FunctionType):
            todo += [cell.cell_contents for cell in item.__closure__ or ()]
        else:
            todo += gc.get_referents(item)
    return found


def test_secrets_do_not_outlive_reading(tmp_path: Path) -> None:
    text = CLUSTER.replace(
        "      network_profile {",
        '      windows_profile {\n        admin_username = "a"\n'
        '        admin_password = "hunter-two-is-long"\n      }\n'
        "      network_profile {",
    )
    found = read_text(tmp_path, text)
    texts = reachable(found)
    assert "aks" in texts
    assert not [it for it in texts if "hunter-two" in it]


def test_a_module_that_may_not_be_called_is_told_once(tmp_path: Path) -> None:
    called = {
        **MODULE,
        "main.tf": MODULE["main.tf"].replace(
            'source  = "./modules/net"',
            'source  = "./modules/net"\n  count = var.on ? 1 : 0',
        )
        + '\nvariable "on" {}\n',
    }
    found = read_files(tmp_path, called)
    assert told(found, "the module `net` is called").level is Level.UNMODELLED
    assert not [it for it in serious(found) if "azurerm_subnet.all" in it.what]


def test_the_json_form_names_files_without_lines(tmp_path: Path) -> None:
    found = read_files(
        tmp_path,
        {"main.tf.json": '{"module": {"a": {"source": "x/y/z"}}, "data": {"b": {}}}'},
    )
    origin = told(found, "`a`").origin
    assert origin is not None
    assert origin.line is None


def test_a_setting_of_a_list_or_object_is_an_expression(tmp_path: Path) -> None:
    text = CLUSTER.replace('["10.0.0.0/8"]', "var.spaces") + (
        '\nvariable "spaces" {\n  type = list(string)\n}\n'
        'variable "plain" {\n  type = string\n}\n'
    )
    given = {"spaces": '["10.0.0.0/9", "10.128.0.0/9"]', "plain": "[not read"}
    found = read_text(tmp_path, text, **given)
    assert [str(it) for it in found.fabric.networks[0].space] == [
        "10.0.0.0/9",
        "10.128.0.0/9",
    ]
    broken = read_text(tmp_path, text, spaces='["10.0.0.0/9"')
    assert not broken.fabric.networks[0].space


def test_configurations_of_other_clouds_are_passed_over(tmp_path: Path) -> None:
    other = 'resource "aws_vpc" "a" {\n  cidr = var.none\n}\n'
    other += 'module "vpc" {\n  source = "terraform-aws-modules/vpc/aws"\n}\n'
    found = read_files(tmp_path, {"azure/main.tf": CLUSTER, "aws/main.tf": other})
    assert not serious(found)
    assert told(found, "nothing of Azure").level is Level.NOTE
    assert the_cluster(found).name == "aks"


DELEGATED = """
    name             = "servers"
    address_prefixes = ["10.0.1.0/28"]
    delegation {
      name = "aks"
      service_delegation {
        name    = "Microsoft.ContainerService/managedClusters"
        actions = ["Microsoft.Network/virtualNetworks/subnets/join/action"]
      }
    }
"""


@pytest.mark.parametrize("inline", [True, False])
def test_whom_a_subnet_is_delegated_to_stands_in_a_block_of_a_block(
    tmp_path: Path,
    inline: bool,  # noqa: FBT001
) -> None:
    """Source: the schema of azurerm_subnet, delegation.service_delegation.name."""
    own = f"subnet {{ {DELEGATED} }}" if inline else ""
    apart = f"""
        resource "azurerm_subnet" "servers" {{
          {DELEGATED}
          resource_group_name  = "rg"
          virtual_network_name = azurerm_virtual_network.net.name
        }}
    """
    found = read_text(
        tmp_path,
        f"""
        resource "azurerm_virtual_network" "net" {{
          name                = "net"
          resource_group_name = "rg"
          location            = "westeurope"
          address_space       = ["10.0.0.0/16"]
          {own}
        }}
        {"" if inline else apart}
        """,
    )
    assert subnet(found, "servers").delegations == (
        "Microsoft.ContainerService/managedClusters",
    )
