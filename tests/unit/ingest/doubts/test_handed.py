"""What modules and templates that are not in the input may change of what they get."""

from pathlib import Path
from typing import Any

import pytest

from arm_templates import required, snapshot, template
from doubtful_inputs import FOLDER, NSG, TIED, VNET, Ask, id_of, resource, whole
from terraform_folders import read_text, subnet

INTERNET = "93.184.216.34"
ELSEWHERE = "10.9.0.4"
ZONE = "Microsoft.Network/privateDnsZones"


@pytest.fixture
def ask(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Ask:
    return Ask(tmp_path, capsys)


def module(arguments: str) -> str:
    return f"""
    module "far" {{
      source = "git::https://example.com/far.git"
      {arguments}
    }}
    """


@pytest.mark.parametrize(
    "argument",
    [
        "subnet_id = azurerm_subnet.nodes.id",
        "ids = [azurerm_subnet.nodes.id]",
        "places = { a = { id = azurerm_subnet.nodes.id } }",
        "places = { for it in [azurerm_subnet.nodes] : it.name => it.id }",
        "place = azurerm_subnet.nodes",
        'places = jsonencode({ id = "x" })\n subnet_name = azurerm_subnet.nodes.name',
        'subnet_names = ["nodes"]',
        'aks_subnet = { name = "nodes", id = null }',
        "subnet_id = var.unknown",
        'subnet_id = "${azurerm_virtual_network.net.id}/subnets/nodes"',
    ],
)
def test_a_subnet_that_a_far_module_is_given_may_get_a_security_group(
    ask: Ask, argument: str
) -> None:
    answer = ask.terraform(module(argument))

    assert "UNKNOWN" in answer
    assert (
        "which security group applies is not known: the module `far` is not" in answer
    )
    lines = (ask.folder / "main.tf").read_text(encoding="utf-8").splitlines()
    place = [line.strip() for line in lines].index('module "far" {') + 3
    assert f"main.tf:{place})" in answer or f"main.tf:{place + 1})" in answer


@pytest.mark.parametrize(
    "argument",
    [
        "",
        "name = azurerm_kubernetes_cluster.aks.name",
        'prefix = "nodes"',
        "subnet_cidr = var.unknown",
        "subnet_count = 3",
        "resource_group_name = var.unknown",
        'subnet_name = "other"',
        "subnet_id = null",
        'subnet_id = ""',
        "network_security_group_id = azurerm_network_security_group.nsg.id",
    ],
)
def test_a_far_module_that_is_not_given_a_subnet_leaves_it_as_it_is(
    ask: Ask, argument: str
) -> None:
    assert "ALLOWED" in ask.terraform(module(argument))


def test_what_ties_a_subnet_already_is_tied_by_nobody_else(tmp_path: Path) -> None:
    far = module("subnet_id = azurerm_subnet.nodes.id")
    found = subnet(read_text(tmp_path, FOLDER + TIED + far), "nodes")

    assert found.security_group.known
    assert found.route_table.known
    assert not found.nat_gateway.known


@pytest.mark.parametrize(
    ("argument", "says"),
    [
        (
            "nsg_id = azurerm_network_security_group.nsg.id",
            "nsg/unknown rules may come",
        ),
        ("nsg_name = azurerm_network_security_group.nsg.name", "nsg/unknown rules"),
        ("table = azurerm_route_table.table.id", "the next hop of table/unknown"),
        ('route_table_name = "table"', "the next hop of table/unknown"),
    ],
)
def test_rules_and_routes_may_come_from_a_far_module(
    ask: Ask, argument: str, says: str
) -> None:
    answer = ask.terraform(TIED + module(argument))

    assert "UNKNOWN" in answer
    assert says in answer


@pytest.mark.parametrize(
    "argument",
    [
        "vnet_id = azurerm_virtual_network.net.id",
        'virtual_network_name = "net"',
    ],
)
def test_a_far_module_may_peer_a_network_that_it_is_given(
    ask: Ask, argument: str
) -> None:
    assert "DENIED" in ask.terraform(TIED, to=ELSEWHERE)
    assert "UNKNOWN" in ask.terraform(TIED + module(argument), to=ELSEWHERE)
    assert "ALLOWED" in ask.terraform(TIED + module(argument), to=INTERNET)


def test_far_modules_may_give_each_other_what_they_make(ask: Ask) -> None:
    text = """
    module "one" {
      source = "git::https://example.com/one.git"
      given  = module.two.made
      subnet = azurerm_subnet.nodes
    }

    module "two" {
      source = "git::https://example.com/two.git"
      given  = module.one.made
      copies = module.one
    }
    """
    assert "the module `one` is not read" in ask.terraform(text)


def test_a_module_in_the_input_hands_on_what_it_is_given(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    (inner / "main.tf").write_text(
        'variable "where" {}\n'
        'module "far" {\n  source = "git::https://example.com/far.git"\n'
        "  id = var.where\n}\n",
        encoding="utf-8",
    )
    text = """
    module "near" {
      source = "./inner"
      where  = azurerm_subnet.nodes.id
    }
    """
    assert "the module `far` is not read" in Ask(tmp_path, capsys).terraform(text)


def linked(link: dict[str, str] | None = None, **parameters: Any) -> dict[str, Any]:
    """Return a deployment of a template that is not in the input."""
    return resource(
        "Microsoft.Resources/deployments",
        "far",
        mode="Incremental",
        templateLink=link or {"uri": "https://example.com/far.json"},
        parameters={name: {"value": value} for name, value in parameters.items()},
    )


NODES = f"[resourceId('{VNET}/subnets', 'net', 'nodes')]"
UNKNOWN = "[parameters('n')]"
LATER = "[reference('later').outputs.subnetId.value]"


@pytest.mark.parametrize(
    "parameters",
    [
        {"place": NODES},
        {"places": [{"where": NODES}]},
        {"subnetName": "nodes", "vnetName": "net"},
        {"aksSubnetNames": ["pods", "nodes"]},
        {"subnet": {"name": "nodes"}},
        {"subnetName": UNKNOWN},
        {"subnetId": UNKNOWN},
        {"subnetResourceId": LATER},
        {"place": f"[resourceId('{VNET}/subnets', parameters('n'), 'nodes')]"},
    ],
)
@pytest.mark.parametrize(
    "link",
    [
        {"uri": "https://example.com/far.json"},
        {"relativePath": "far.json"},
        {"id": "[resourceId('Microsoft.Resources/templateSpecs/versions', 's', '1')]"},
    ],
)
def test_a_subnet_that_a_far_template_is_given_may_get_a_security_group(
    ask: Ask, parameters: dict[str, Any], link: dict[str, str]
) -> None:
    content = whole(linked(link, **parameters), tied=False, parameters=required("n"))

    answer = ask.template(content)

    assert "UNKNOWN" in answer
    says = "which security group applies is not known: what the deployment `far` makes"
    assert says in answer
    assert "main.json:" in answer.split(says)[1].split(" ? ")[0]


@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {"location": "[resourceGroup().location]", "n": UNKNOWN},
        {"subnetPrefix": UNKNOWN},
        {"subnetName": "other"},
        {"subnetName": "x-[parameters('n')]"},
        {"place": f"[resourceId('{VNET}/subnets', 'net', 'other')]"},
        {"place": f"[resourceId('elsewhere', '{VNET}/subnets', 'net', 'nodes')]"},
        {"nsgId": f"[resourceId('{NSG}', 'nsg')]"},
        {"clusterName": "aks"},
    ],
)
def test_a_far_template_that_is_not_given_a_subnet_leaves_it_as_it_is(
    ask: Ask, parameters: dict[str, Any]
) -> None:
    sections = {"parameters": required("n")}
    own = whole(tied=False)["resources"]
    content = template(
        resource(
            "Microsoft.Resources/deployments",
            "near",
            template=template(*own),
            expressionEvaluationOptions={"scope": "inner"},
        )
        | {"resourceGroup": "here"},
        linked(**parameters),
        **sections,
    )

    assert "ALLOWED" in ask.template(content)


@pytest.mark.parametrize(
    ("parameters", "says"),
    [
        ({"any": f"[resourceId('{NSG}', 'nsg')]"}, "nsg/unknown rules may come before"),
        ({"nsgName": "nsg"}, "nsg/unknown rules may come before"),
        ({"routeTableName": "rt"}, "the next hop of rt/unknown is not known"),
    ],
)
def test_rules_and_routes_may_come_from_a_far_template(
    ask: Ask, parameters: dict[str, Any], says: str
) -> None:
    answer = ask.template(whole(linked(**parameters)))

    assert "UNKNOWN" in answer
    assert says in answer


def test_a_name_that_is_known_is_of_nothing_else(ask: Ask) -> None:
    other = resource(NSG, UNKNOWN)
    far = linked(nsgName="nsg")
    content = whole(other, far, parameters=required("n"))
    subnets = content["resources"][2]["properties"]["subnets"]
    subnets[0]["properties"]["networkSecurityGroup"] = id_of(NSG, "[parameters('n')]")

    assert "nsg/unknown" not in ask.template(content)


def test_a_far_template_may_link_a_zone_that_it_is_given(tmp_path: Path) -> None:
    zone = resource(ZONE, "corp.internal")
    far = linked(dnsZoneName="corp.internal")

    read = snapshot(tmp_path, main=template(zone, far))

    (found,) = read.fabric.zones
    assert "it is given `corp.internal`" in found.complete.why


@pytest.mark.parametrize(
    "argument",
    [
        "vnet_id = azurerm_virtual_network.net.id",
        "network = azurerm_virtual_network.net",
        "hubs = { a = azurerm_virtual_network.net }",
        'virtual_network_name = "net"',
        "spoke = azurerm_virtual_network.net.name",
        'where = "nodes"',
        "settings = { place = azurerm_subnet.nodes.name }",
    ],
)
def test_what_gets_a_network_or_a_name_by_any_word_may_change_its_subnets(
    ask: Ask, argument: str
) -> None:
    answer = ask.terraform(module(argument))

    assert "UNKNOWN" in answer
    assert "which security group applies is not known: the module `far`" in answer
    given = "nodes" if "nodes" in argument else "net"
    named = (f"it is given `{it}{given}`" for it in ("", "azurerm_virtual_network."))
    assert any(it in answer for it in named)


@pytest.mark.parametrize(
    "argument",
    [
        'tags = { of = "nodes" }',
        'environment = "net"',
        'where = "node"',
        'place = "x-${var.unknown}"',
        "where = var.unknown",
        "vnet_id = azurerm_virtual_network.other.id",
    ],
)
def test_a_word_that_names_nothing_there_changes_nothing(
    ask: Ask, argument: str
) -> None:
    other = """
    resource "azurerm_virtual_network" "other" {
      name                = "other"
      address_space       = ["10.77.0.0/16"]
      location            = "westeurope"
      resource_group_name = "rg"
    }
    """
    assert "ALLOWED" in ask.terraform(other + module(argument))


def test_rules_may_come_to_what_is_named_by_any_word(ask: Ask) -> None:
    answer = ask.terraform(TIED + module('guard = "nsg"'))

    assert "nsg/unknown rules may come before" in answer


@pytest.mark.parametrize(
    "parameters",
    [
        {"vnetId": f"[resourceId('{VNET}', 'net')]"},
        {"network": {"id": f"[resourceId('{VNET}', 'net')]"}},
        {"virtualNetworkName": "net"},
        {"spoke": "net"},
        {"place": "nodes"},
        {"spoke": f"[reference(resourceId('{VNET}', 'net'), '2024-05-01', 'full')]"},
    ],
)
def test_a_far_template_that_gets_a_network_may_change_its_subnets(
    ask: Ask, parameters: dict[str, Any]
) -> None:
    answer = ask.template(whole(linked(**parameters), tied=False))

    assert "UNKNOWN" in answer
    assert "which security group applies is not known: what the deployment" in answer


def test_what_ties_a_subnet_of_a_given_network_is_tied_by_nobody_else(
    ask: Ask,
) -> None:
    far = linked(vnetId=f"[resourceId('{VNET}', 'net')]")

    assert "which security group applies" not in ask.template(whole(far))
