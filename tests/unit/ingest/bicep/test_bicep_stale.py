"""What was compiled from another state of a file is not read in its place."""

import copy
from typing import Any

import pytest

from arm_templates import said, template
from bicep_sources import bicep_records

NSG = "Microsoft.Network/networkSecurityGroups"
VNET = "Microsoft.Network/virtualNetworks"

SOURCE = """
param name string = 'web'
param open bool = false
var port = '443'
var inlined = resourceGroup().location
resource group 'Microsoft.Network/networkSecurityGroups@2024-05-01' = {
  name: name
  location: inlined
  properties: {
    securityRules: [
      {
        name: 'in'
        properties: {
          priority: 100
          access: 'Deny'
          direction: 'Inbound'
          protocol: 'Tcp'
          destinationPortRange: port
          sourceAddressPrefix: open ? '*' : '10.0.0.0/8'
        }
      }
    ]
  }
}
resource net 'Microsoft.Network/virtualNetworks@2024-05-01' = {
  name: '${name}-net'
  properties: {
    addressSpace: { addressPrefixes: [ '10.1.0.0/16' ] }
    subnets: [for it in [ 'a', 'b' ]: {
      name: it
      properties: {
        networkSecurityGroup: { id: group.id }
        defaultOutboundAccess: false
      }
    }]
  }
}
"""


def compiled() -> dict[str, Any]:
    """Return what the compiler makes of the source."""
    rule = {
        "priority": 100,
        "access": "Deny",
        "direction": "Inbound",
        "protocol": "Tcp",
        "destinationPortRange": "[variables('port')]",
        "sourceAddressPrefix": "[if(parameters('open'), '*', '10.0.0.0/8')]",
    }
    loop = {
        "name": "subnets",
        "count": "[length(createArray('a', 'b'))]",
        "input": {
            "name": "[createArray('a', 'b')[copyIndex('subnets')]]",
            "properties": {
                "networkSecurityGroup": {
                    "id": f"[resourceId('{NSG}', parameters('name'))]"
                },
                "defaultOutboundAccess": False,
            },
        },
    }
    return template(
        {
            "type": NSG,
            "apiVersion": "2024-05-01",
            "name": "[parameters('name')]",
            "location": "[resourceGroup().location]",
            "properties": {"securityRules": [{"name": "in", "properties": rule}]},
        },
        {
            "type": VNET,
            "apiVersion": "2024-05-01",
            "name": "[format('{0}-net', parameters('name'))]",
            "properties": {
                "addressSpace": {"addressPrefixes": ["10.1.0.0/16"]},
                "copy": [loop],
            },
            "dependsOn": [f"[resourceId('{NSG}', parameters('name'))]"],
        },
        parameters={
            "name": {"type": "string", "defaultValue": "web"},
            "open": {"type": "bool", "defaultValue": False},
        },
        variables={"port": "443"},
    )


def verdict(source: str, made: dict[str, Any]) -> tuple[str, list[str]]:
    """Return which file is read, and what is told."""
    found, notes = bicep_records(source, ("main.json", made))
    (path,) = {it.origin.path for it in found.values()}
    return path, said(notes)


def test_what_says_the_same_in_all_that_can_be_compared_is_read_as_compiled() -> None:
    assert verdict(SOURCE, compiled()) == ("main.json", [])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("'Deny'", "'Allow'"),
        ("priority: 100", "priority: 200"),
        ("          protocol: 'Tcp'\n", ""),
        ("port = '443'", "port = '80'"),
        ("open bool = false", "open bool = true"),
        ("name string = 'web'", "name string = 'shop'"),
        ("open ? '*'", "open ? 'Internet'"),
        ("sourceAddressPrefix: open ?", "sourceAddressPrefix: !empty(name) ?"),
        ("destinationPortRange: port", "destinationPortRange: '443'"),
        ("defaultOutboundAccess: false", "defaultOutboundAccess: true"),
        ("[ '10.1.0.0/16' ]", "[ '10.1.0.0/16', '10.2.0.0/16' ]"),
        ("'${name}-net'", "'${name}-other'"),
        ("location: inlined", "location: 'westeurope'"),
        ("networkSecurityGroups@2024-05-01' = {", "routeTables@2024-05-01' = {"),
        ("= {\n  name: '${name}-net'", "= if (open) {\n  name: '${name}-net'"),
        ("= '443'", "= '443'\nresource t '" + NSG + "@2024-05-01' = { name: 't' }"),
    ],
)
def test_any_change_to_the_source_after_it_was_compiled_has_the_source_read(
    old: str, new: str
) -> None:
    changed = SOURCE.replace(old, new, 1)
    assert changed != SOURCE

    path, told = verdict(changed, compiled())

    assert path == "main.bicep"
    assert told[0] == "`main.json` was compiled from another state of `main.bicep`"


def test_a_resource_that_only_the_compiled_one_declares_has_the_source_read() -> None:
    more = compiled()
    more["resources"].append({**copy.deepcopy(more["resources"][0]), "name": "second"})

    assert verdict(SOURCE, more)[0] == "main.bicep"


def test_a_module_that_was_changed_since_has_the_source_read_and_says_where() -> None:
    main = "module m 'one.bicep' = {\n  name: 'm'\n  params: { name: 'web' }\n}\n"
    inner = compiled()
    made = template(
        {
            "type": "Microsoft.Resources/deployments",
            "apiVersion": "2022-09-01",
            "name": "m",
            "properties": {
                "expressionEvaluationOptions": {"scope": "inner"},
                "mode": "Incremental",
                "parameters": {"name": {"value": "web"}},
                "template": inner,
            },
        }
    )
    for source, path in ((SOURCE, "main.json"), (SOURCE.replace("Deny", "X"), "one.b")):
        found, notes = bicep_records(main, ("one.bicep", source), ("main.json", made))
        assert all(it.origin.path.startswith(path) for it in found.values())
        why = [it.why for it in notes.diagnostics if "another state" in it.what]
        assert bool(why) == (path != "main.json")
        assert all("of what the module `m` names: `access` in" in it for it in why)


def test_of_a_file_with_a_fault_it_is_told_that_it_is_not_compared() -> None:
    path, told = verdict(SOURCE + "\nvar broken = (\n", compiled())

    assert path == "main.json"
    assert told == [
        "`main.json` is read in the place of `main.bicep`, and may be older"
    ]
