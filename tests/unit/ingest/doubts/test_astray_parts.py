"""Parts of which nobody knows what they belong to open what they may belong to."""

from pathlib import Path
from typing import Any

import pytest

from arm_templates import required, snapshot, template
from doubtful_inputs import (
    DENY_ALL,
    NSG,
    TABLE,
    TIED,
    VNET,
    Ask,
    id_of,
    resource,
    whole,
)
from seawall.model.snapshot import Snapshot
from terraform_folders import read_text

NAME = required("n")
POLICY = "Microsoft.Network/firewallPolicies"
ZONE = "Microsoft.Network/privateDnsZones"


@pytest.fixture
def ask(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Ask:
    return Ask(tmp_path, capsys)


@pytest.mark.parametrize(
    "name", ["[concat(parameters('n'), '/deny')]", "[parameters('n')]"]
)
def test_a_rule_of_some_security_group_may_be_of_each(ask: Ask, name: str) -> None:
    rule = resource(f"{NSG}/securityRules", name, **DENY_ALL)

    answer = ask.template(whole(rule, parameters=NAME))

    assert "UNKNOWN" in answer
    assert "nsg/unknown rules may come before every other rule" in answer
    line = _line_of(ask.folder / "main.json", NSG + "/securityRules") - 1
    assert f"main.json:{line}" in answer


def _line_of(path: Path, text: str) -> int:
    lines = path.read_text(encoding="utf-8").splitlines()
    return next(at for at, line in enumerate(lines, 1) if text in line)


def test_a_route_of_some_table_may_be_of_each(ask: Ask) -> None:
    route = resource(
        f"{TABLE}/routes",
        "[format('{0}/out', parameters('n'))]",
        addressPrefix="93.184.0.0/16",
        nextHopType="None",
    )

    answer = ask.template(whole(route, parameters=NAME))

    assert "UNKNOWN" in answer
    assert "the next hop of rt/unknown is not known" in answer


def test_a_subnet_of_some_network_may_be_declared_once_more(ask: Ask) -> None:
    again = resource(
        f"{VNET}/subnets",
        "[concat(parameters('n'), '/nodes')]",
        addressPrefix="10.1.0.0/20",
        networkSecurityGroup=id_of(NSG, "nsg"),
    )

    answer = ask.template(whole(again, tied=False, parameters=NAME))

    assert "UNKNOWN" in answer
    line = _line_of(ask.folder / "main.json", VNET + '/subnets"') - 1
    assert f"`nodes` (subnets) at {ask.folder}/main.json:{line} may be a part" in answer


@pytest.mark.parametrize(
    "part",
    [
        resource(f"{NSG}/securityRules", "[concat('x-', parameters('n'), '/d')]"),
        resource(f"{NSG}/securityRules", "other/deny", **DENY_ALL),
        resource(f"{ZONE}/A", "[concat(parameters('n'), '/web')]"),
        resource(f"{VNET}/subnets", "[concat(parameters('n'), '/pods')]"),
    ],
)
def test_what_surely_belongs_elsewhere_changes_nothing(
    ask: Ask, part: dict[str, Any]
) -> None:
    assert "ALLOWED" in ask.template(whole(part, parameters=NAME))


def test_a_rule_in_another_resource_group_changes_nothing(ask: Ask) -> None:
    rule = resource(
        f"{NSG}/securityRules", "[concat(parameters('n'), '/d')]", **DENY_ALL
    )

    def nested(name: str, group: str, *listed: Any) -> dict[str, Any]:
        inner = template(*listed, parameters=NAME)
        passed = {"n": {"value": "[parameters('n')]"}}
        scope = {"scope": "inner"}
        return resource(
            "Microsoft.Resources/deployments",
            name,
            template=inner,
            parameters=passed,
            expressionEvaluationOptions=scope,
        ) | {"resourceGroup": group}

    own = whole()["resources"]
    here, there = nested("a", "one", *own), nested("b", "two", rule)
    assert "ALLOWED" in ask.template(template(here, there, parameters=NAME))
    there["resourceGroup"] = "one"
    assert "UNKNOWN" in ask.template(template(here, there, parameters=NAME))


def test_a_rule_that_may_not_be_there_opens_a_group_of_another_deployment(
    ask: Ask,
) -> None:
    maybe = {**NAME, **required("maybe", kind="bool")}
    rule = resource(
        f"{NSG}/securityRules", "[concat(parameters('n'), '/d')]", **DENY_ALL
    )
    rule["condition"] = "[parameters('maybe')]"

    assert "UNKNOWN" in ask.template(whole(rule, parameters=maybe))


def test_a_rule_of_a_group_that_may_not_be_there_is_of_no_other(ask: Ask) -> None:
    maybe = {**NAME, **required("maybe", kind="bool")}
    group = resource(NSG, "spare") | {"condition": "[parameters('maybe')]"}
    rule = resource(f"{NSG}/securityRules", "spare/d", **DENY_ALL)

    assert "ALLOWED" in ask.template(whole(group, rule, parameters=maybe))


def _zone(read: Snapshot) -> str:
    (zone,) = read.fabric.zones
    return "" if zone.complete.known else zone.complete.why


@pytest.mark.parametrize("kind", ["virtualNetworkLinks", "A", "CNAME", "TXT"])
def test_a_link_or_record_of_some_zone_may_be_of_each(
    tmp_path: Path, kind: str
) -> None:
    part = resource(f"{ZONE}/{kind}", "[concat(parameters('n'), '/x')]")
    zone = resource(ZONE, "corp.internal")

    read = snapshot(tmp_path, main=template(zone, part, parameters=NAME))

    assert f"`x` ({kind.lower()}) may be a part of `corp.internal`" in _zone(read)
    assert not any(it.name == "x" for it in read.fabric.zones[0].records)


def test_a_peering_of_some_network_may_be_of_each(tmp_path: Path) -> None:
    def network(name: str, space: str) -> dict[str, Any]:
        return resource(VNET, name, addressSpace={"addressPrefixes": [space]})

    half = resource(
        f"{VNET}/virtualNetworkPeerings",
        "[concat(parameters('n'), '/to-b')]",
        remoteVirtualNetwork=id_of(VNET, "b"),
    )
    both = (network("a", "10.1.0.0/16"), network("b", "10.2.0.0/16"))
    read = snapshot(tmp_path, main=template(half, *both, parameters=NAME))

    found = {it.network.rpartition("/")[2]: it for it in read.fabric.peerings}
    assert not found["a"].deployed.known
    assert found["a"].remote.endswith("/b")


def test_rules_of_some_firewall_policy_may_be_of_each(tmp_path: Path) -> None:
    group = resource(
        f"{POLICY}/ruleCollectionGroups", "[concat(parameters('n'), '/g')]"
    )
    firewall = resource(
        "Microsoft.Network/azureFirewalls", "fw", firewallPolicy=id_of(POLICY, "p")
    )
    read = snapshot(
        tmp_path,
        main=template(resource(POLICY, "p"), firewall, group, parameters=NAME),
    )

    (found,) = read.fabric.firewalls
    assert not found.complete.known


RULE = """
    resource "azurerm_network_security_rule" "deny" {
      name                        = "deny"
      resource_group_name         = GROUP
      network_security_group_name = NAME
      priority                    = 100
      direction                   = "Outbound"
      access                      = "Deny"
      protocol                    = "*"
      source_port_range           = "*"
      destination_port_range      = "*"
      source_address_prefix       = "*"
      destination_address_prefix  = "*"
    }
"""


@pytest.mark.parametrize(
    ("group", "name", "expected"),
    [
        ('"rg"', "var.unknown", "UNKNOWN"),
        ("var.unknown", "var.unknown", "UNKNOWN"),
        ("var.unknown", '"nsg"', "UNKNOWN"),
        ('"rg"', '"${var.unknown}sg"', "UNKNOWN"),
        ('"other"', "var.unknown", "ALLOWED"),
        ('"rg"', '"x-${var.unknown}"', "ALLOWED"),
        ('"rg"', '"another"', "ALLOWED"),
        ("var.unknown", '"another"', "ALLOWED"),
    ],
)
def test_a_rule_of_a_name_that_terraform_does_not_tell(
    ask: Ask, group: str, name: str, expected: str
) -> None:
    rule = RULE.replace("GROUP", group).replace("NAME", name)

    answer = ask.terraform(TIED + rule)

    assert expected in answer
    assert ("nsg/unknown rules may come before" in answer) is (expected == "UNKNOWN")
    line = _line_of(ask.folder / "main.tf", "_network_security_rule")
    assert (f"main.tf:{line})" in answer) is (expected == "UNKNOWN")


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ("route_table_name = var.unknown", "UNKNOWN"),
        ("route_table_id = var.unknown", "UNKNOWN"),
        ('route_table_name = "another"', "ALLOWED"),
    ],
)
def test_a_route_of_a_table_that_terraform_does_not_tell(
    ask: Ask, table: str, expected: str
) -> None:
    route = f"""
    resource "azurerm_route" "drop" {{
      name                = "drop"
      resource_group_name = "rg"
      {table}
      address_prefix      = "93.184.0.0/16"
      next_hop_type       = "None"
    }}
    """
    answer = ask.terraform(TIED + route)

    assert expected in answer
    assert ("the next hop of table/unknown" in answer) is (expected == "UNKNOWN")


ID = "/subscriptions/1/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/"


@pytest.mark.parametrize(
    ("subnet", "expected"),
    [
        ("var.unknown", "UNKNOWN"),
        (f'"{ID}net/subnets/nodes"', "UNKNOWN"),
        (f'"{ID}net/subnets/other"', "ALLOWED"),
        (f'"{ID}hub/subnets/nodes"', "ALLOWED"),
        (f'"{ID.replace("/rg/", "/other/")}net/subnets/nodes"', "ALLOWED"),
    ],
)
@pytest.mark.parametrize("inline", [False, True])
def test_a_tie_to_some_subnet_may_be_to_each(
    tmp_path: Path, subnet: str, expected: str, *, inline: bool
) -> None:
    text = f"""
    variable "unknown" {{ type = string }}
    resource "azurerm_network_security_group" "nsg" {{
      name                = "nsg"
      location            = "westeurope"
      resource_group_name = "rg"
    }}
    resource "azurerm_virtual_network" "net" {{
      name                = "net"
      location            = "westeurope"
      resource_group_name = "rg"
      address_space       = ["10.1.0.0/16"]
      {'subnet { name = "nodes" }' if inline else ""}
    }}
    resource "azurerm_subnet_network_security_group_association" "tie" {{
      subnet_id                 = {subnet}
      network_security_group_id = azurerm_network_security_group.nsg.id
    }}
    """
    if inline:
        text = text.replace('{ name = "nodes" }', '{\n name = "nodes"\n }')
    else:
        text += """
    resource "azurerm_subnet" "nodes" {
      name                 = "nodes"
      resource_group_name  = "rg"
      virtual_network_name = azurerm_virtual_network.net.name
      address_prefixes     = ["10.1.0.0/20"]
    }
    """
    read = read_text(tmp_path, text)

    (found,) = read.fabric.subnets
    assert found.security_group.known is (expected == "ALLOWED")
    if expected == "UNKNOWN":
        assert "association.tie` ties something" in found.security_group.why
        line = _line_of(tmp_path / "main.tf", "_association")
        assert str(found.security_group.origin).endswith(f"main.tf:{line}")


FIREWALL = """
    variable "unknown" { type = string }
    variable "maybe" { type = bool }
    resource "azurerm_firewall" "fw" {
      name                = "fw"
      location            = "westeurope"
      resource_group_name = "rg"
      POLICY
    }
    resource "azurerm_firewall_policy" "p" {
      name                = "p"
      location            = "westeurope"
      resource_group_name = "rg"
    }
    PART
"""
CLASSIC = """
    resource "azurerm_firewall_network_rule_collection" "c" {
      name                = "c"
      azure_firewall_name = NAME
      resource_group_name = "rg"
      priority            = 100
      action              = "Allow"
      MORE
    }
"""
GROUP = """
    resource "azurerm_firewall_policy_rule_collection_group" "g" {
      name               = "g"
      firewall_policy_id = NAME
      priority           = 100
      MORE
    }
"""
COUNT = "count = var.maybe ? 1 : 0"


@pytest.mark.parametrize(
    ("part", "name", "more", "known"),
    [
        (CLASSIC, "azurerm_firewall.fw.name", "", True),
        (CLASSIC, "var.unknown", "", False),
        (CLASSIC, '"other"', "", True),
        (CLASSIC, "azurerm_firewall.fw.name", COUNT, False),
        (GROUP, "azurerm_firewall_policy.p.id", "", True),
        (GROUP, "var.unknown", "", False),
        (GROUP, "azurerm_firewall_policy.p.id", COUNT, False),
    ],
)
def test_rules_of_a_firewall_that_may_not_be_its_own(
    tmp_path: Path, part: str, name: str, more: str, *, known: bool
) -> None:
    policy = (
        "" if part is CLASSIC else "firewall_policy_id = azurerm_firewall_policy.p.id"
    )
    text = FIREWALL.replace("POLICY", policy).replace("PART", part)

    read = read_text(tmp_path, text.replace("NAME", name).replace("MORE", more))

    (found,) = read.fabric.firewalls
    assert found.complete.known is known


def test_rules_of_a_classic_firewall_that_are_not_known_are_told(
    tmp_path: Path,
) -> None:
    rules = {"networkRuleCollections": "[parameters('n')]"}
    firewall = resource("Microsoft.Network/azureFirewalls", "fw", **rules)
    read = snapshot(
        tmp_path, main=template(firewall, parameters=required("n", kind="array"))
    )

    assert not read.fabric.firewalls[0].complete.known


@pytest.mark.parametrize(("more", "known"), [("", True), (COUNT, False)])
def test_a_peering_that_terraform_may_not_make_is_not_sure(
    tmp_path: Path, more: str, *, known: bool
) -> None:
    networks = "".join(
        f"""
    resource "azurerm_virtual_network" "{name}" {{
      name                = "{name}"
      location            = "westeurope"
      resource_group_name = "rg"
      address_space       = ["10.{at}.0.0/16"]
    }}
    """
        for at, name in enumerate(("a", "b"))
    )
    text = f"""
    variable "maybe" {{ type = bool }}
    {networks}
    resource "azurerm_virtual_network_peering" "p" {{
      {more}
      name                      = "p"
      resource_group_name       = "rg"
      virtual_network_name      = azurerm_virtual_network.a.name
      remote_virtual_network_id = azurerm_virtual_network.b.id
    }}
    """
    (found,) = read_text(tmp_path, text).fabric.peerings

    assert found.deployed.known is known
    assert found.remote == "azurerm_virtual_network.b"
