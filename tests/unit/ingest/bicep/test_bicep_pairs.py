"""A file of Bicep and the template that it is compiled to say the same.

Each pair was written by hand, as `bicep build` writes it.
"""

# ruff: noqa: E501  (lines of Bicep are not broken)

from typing import Any

import pytest

from arm_templates import SCHEMA, records
from bicep_sources import bicep_records, body

NSG = "Microsoft.Network/networkSecurityGroups"
VNET = "Microsoft.Network/virtualNetworks"


def rule(name: str, port: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "properties": {"destinationPortRange": port, **more}}


def arm(*resources: Any, **sections: Any) -> dict[str, Any]:
    return {
        "$schema": SCHEMA,
        "contentVersion": "1.0.0.0",
        "resources": list(resources),
        **sections,
    }


def symbolic(resources: dict[str, Any], **sections: Any) -> dict[str, Any]:
    return {
        "$schema": SCHEMA,
        "languageVersion": "2.0",
        "contentVersion": "1.0.0.0",
        "resources": resources,
        **sections,
    }


def group(name: object = "web", **more: Any) -> dict[str, Any]:
    return {"type": NSG, "apiVersion": "2024-05-01", "name": name, **more}


def network(name: object = "hub", **more: Any) -> dict[str, Any]:
    return {"type": VNET, "apiVersion": "2024-05-01", "name": name, **more}


def of_rules(*rules: Any) -> dict[str, Any]:
    return {"securityRules": list(rules)}


PAIRS: dict[str, tuple[str, dict[str, Any]]] = {
    "parameters with defaults, in texts": (
        """
param prefix string = 'net'
param port int = 443
resource group 'Microsoft.Network/networkSecurityGroups@2024-05-01' = {
  name: '${prefix}-web-{x}'
  properties: {
    securityRules: [
      { name: 'a', properties: { destinationPortRange: '${port}' } }
    ]
  }
}
""",
        arm(
            group(
                "[format('{0}-web-{{x}}', parameters('prefix'))]",
                properties=of_rules(rule("a", "[format('{0}', parameters('port'))]")),
            ),
            parameters={
                "prefix": {"type": "string", "defaultValue": "net"},
                "port": {"type": "int", "defaultValue": 443},
            },
        ),
    ),
    "a parameter without a value, and what is made of it": (
        """
param name string
param ports array
resource group 'Microsoft.Network/networkSecurityGroups@2024-05-01' = {
  name: toLower('nsg-${name}')
  properties: {
    securityRules: ports
    flushConnection: empty(name)
  }
}
""",
        arm(
            group(
                "[toLower(format('nsg-{0}', parameters('name')))]",
                properties={
                    "securityRules": "[parameters('ports')]",
                    "flushConnection": "[empty(parameters('name'))]",
                },
            ),
            parameters={"name": {"type": "string"}, "ports": {"type": "array"}},
        ),
    ),
    "operators, conditions and safe access": (
        """
param settings object = { outer: { open: true } }
var isOpen = settings.?outer.?open ?? false
var missing = settings.?inner.deep
var list = [ 1, 2, 3 ]
resource group 'Microsoft.Network/networkSecurityGroups@2024-05-01' = {
  name: isOpen && !(1 > 2) ? 'open' : 'closed'
  properties: {
    a: missing ?? 'none'
    b: list[^1]
    c: 'Abc' =~ 'aBC'
    d: 'a' != 'b'
    e: -(5 + 7 * 2) % 4
    f: list[?9]
  }
}
""",
        arm(
            group(
                "[if(and(variables('isOpen'), not(greater(1, 2))), 'open', 'closed')]",
                properties={
                    "a": "[coalesce(variables('missing'), 'none')]",
                    "b": "[last(variables('list'))]",
                    "c": "[equals(toLower('Abc'), toLower('aBC'))]",
                    "d": "[not(equals('a', 'b'))]",
                    "e": "[mod(sub(0, add(5, mul(7, 2))), 4)]",
                    "f": "[tryGet(variables('list'), 9)]",
                },
            ),
            parameters={
                "settings": {
                    "type": "object",
                    "defaultValue": {"outer": {"open": True}},
                }
            },
            variables={
                "isOpen": "[coalesce(tryGet(tryGet(parameters('settings'), 'outer'), "
                "'open'), false())]",
                "missing": "[tryGet(parameters('settings'), 'inner', 'deep')]",
                "list": [1, 2, 3],
            },
        ),
    ),
    "a loop over resources, with its place": (
        """
param names string[] = [ 'a', 'b' ]
resource groups 'Microsoft.Network/networkSecurityGroups@2024-05-01' = [
  for (name, i) in names: {
    name: 'nsg-${name}-${i}'
    properties: { index: i }
  }
]
resource net 'Microsoft.Network/virtualNetworks@2024-05-01' = {
  name: 'hub'
  properties: {
    subnets: [for i in range(0, 2): {
      name: 's${i}'
      properties: {
        addressPrefix: '10.0.${i}.0/24'
        networkSecurityGroup: { id: groups[i].id }
      }
    }]
  }
}
""",
        arm(
            group(
                "[format('nsg-{0}-{1}', parameters('names')[copyIndex()], copyIndex())]",
                copy={"name": "groups", "count": "[length(parameters('names'))]"},
                properties={"index": "[copyIndex()]"},
            ),
            network(
                properties={
                    "copy": [
                        {
                            "name": "subnets",
                            "count": "[length(range(0, 2))]",
                            "input": {
                                "name": "[format('s{0}', copyIndex('subnets'))]",
                                "properties": {
                                    "addressPrefix": "[format('10.0.{0}.0/24', "
                                    "copyIndex('subnets'))]",
                                    "networkSecurityGroup": {
                                        "id": f"[resourceId('{NSG}', format("
                                        "'nsg-{0}-{1}', parameters('names')"
                                        "[copyIndex('subnets')], "
                                        "copyIndex('subnets')))]"
                                    },
                                },
                            },
                        }
                    ]
                }
            ),
            parameters={"names": {"type": "array", "defaultValue": ["a", "b"]}},
        ),
    ),
    "a condition in a loop": (
        """
var all = [ { n: 'a', on: true }, { n: 'b', on: false }, { n: 'c', on: true } ]
resource groups 'Microsoft.Network/networkSecurityGroups@2024-05-01' = [for x in all: if (x.on) {
  name: x.n
}]
""",
        arm(
            group(
                "[variables('all')[copyIndex()].n]",
                condition="[variables('all')[copyIndex()].on]",
                copy={"name": "groups", "count": "[length(variables('all'))]"},
            ),
            variables={
                "all": [
                    {"n": "a", "on": True},
                    {"n": "b", "on": False},
                    {"n": "c", "on": True},
                ]
            },
        ),
    ),
    "a condition that is not known": (
        """
param isOpen bool
resource group 'Microsoft.Network/networkSecurityGroups@2024-05-01' = {
  name: 'web'
  properties: { securityRules: [] }
}
resource door 'Microsoft.Network/networkSecurityGroups/securityRules@2024-05-01' = if (isOpen) {
  parent: group
  name: 'door'
  properties: { destinationPortRange: '22' }
}
""",
        arm(
            group(properties=of_rules()),
            {
                "type": f"{NSG}/securityRules",
                "apiVersion": "2024-05-01",
                "name": "[format('{0}/{1}', 'web', 'door')]",
                "condition": "[parameters('isOpen')]",
                "properties": {"destinationPortRange": "22"},
            },
            parameters={"isOpen": {"type": "bool"}},
        ),
    ),
    "children: in the body, by their parent, and of those that exist": (
        """
resource net 'Microsoft.Network/virtualNetworks@2024-05-01' = {
  name: 'hub'
  properties: { addressSpace: { addressPrefixes: [ '10.0.0.0/16' ] } }

  resource inner 'subnets' = {
    name: 'inner'
    properties: { addressPrefix: '10.0.0.0/24' }
  }
  resource beside 'subnets' = {
    name: 'beside'
    properties: { addressPrefix: '10.0.2.0/24', twin: inner.id, own: inner.name }
  }
}
resource outer 'Microsoft.Network/virtualNetworks/subnets@2024-05-01' = {
  parent: net
  name: 'outer'
  properties: {
    addressPrefix: '10.0.1.0/24'
    twin: net::inner.id
    own: net::inner.name
  }
}
resource other 'Microsoft.Network/virtualNetworks@2024-05-01' existing = {
  name: 'spoke'
  scope: resourceGroup('far')
}
resource peering 'Microsoft.Network/virtualNetworks/virtualNetworkPeerings@2024-05-01' = {
  parent: net
  name: 'to-${other.name}'
  properties: { remoteVirtualNetwork: { id: other.id } }
}
""",
        arm(
            network(properties={"addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}}),
            {
                "type": f"{VNET}/subnets",
                "apiVersion": "2024-05-01",
                "name": "hub/inner",
                "properties": {"addressPrefix": "10.0.0.0/24"},
            },
            {
                "type": f"{VNET}/subnets",
                "apiVersion": "2024-05-01",
                "name": "hub/beside",
                "properties": {
                    "addressPrefix": "10.0.2.0/24",
                    "twin": f"[resourceId('{VNET}/subnets', 'hub', 'inner')]",
                    "own": "inner",
                },
            },
            {
                "type": f"{VNET}/subnets",
                "apiVersion": "2024-05-01",
                "name": "hub/outer",
                "properties": {
                    "addressPrefix": "10.0.1.0/24",
                    "twin": f"[resourceId('{VNET}/subnets', 'hub', 'inner')]",
                    "own": "inner",
                },
            },
            {
                "type": f"{VNET}/virtualNetworkPeerings",
                "apiVersion": "2024-05-01",
                "name": "[format('{0}/{1}', 'hub', format('to-{0}', 'spoke'))]",
                "properties": {
                    "remoteVirtualNetwork": {
                        "id": f"[extensionResourceId(format('/subscriptions/{{0}}/"
                        "resourceGroups/{1}', subscription().subscriptionId, 'far'), "
                        f"'{VNET}', 'spoke')]"
                    }
                },
            },
        ),
    ),
    "what one resource says of another": (
        """
resource group 'Microsoft.Network/networkSecurityGroups@2024-05-01' = {
  name: 'web'
  location: 'westeurope'
  properties: { securityRules: [ { name: 'a', properties: { priority: 7 } } ] }
}
resource net 'Microsoft.Network/virtualNetworks@2024-05-01' = {
  name: 'hub'
  location: group.location
  properties: {
    number: group.properties.securityRules[0].properties.priority
    later: group.properties.resourceGuid
    kind: group.type
  }
}
""",
        symbolic(
            {
                "group": group(
                    location="westeurope",
                    properties={
                        "securityRules": [{"name": "a", "properties": {"priority": 7}}]
                    },
                ),
                "net": network(
                    location="[reference('group', '2024-05-01', 'full').location]",
                    properties={
                        "number": "[reference('group').securityRules[0].properties"
                        ".priority]",
                        "later": "[reference('group').resourceGuid]",
                        "kind": NSG,
                    },
                ),
            }
        ),
    ),
    "spreads in objects and arrays": (
        """
param extra array = [ 'c' ]
var base = { a: 1, b: { c: 2 } }
resource group 'Microsoft.Network/networkSecurityGroups@2024-05-01' = {
  name: 'web'
  properties: {
    merged: { ...base, b: 3, ...{ d: 4 } }
    listed: [ 'a', ...[ 'b' ], ...extra, 'd' ]
  }
}
""",
        arm(
            group(
                properties={
                    "merged": "[shallowMerge(createArray(variables('base'), "
                    "createObject('b', 3), createObject('d', 4)))]",
                    "listed": "[flatten(createArray(createArray('a'), "
                    "createArray('b'), parameters('extra'), createArray('d')))]",
                }
            ),
            parameters={"extra": {"type": "array", "defaultValue": ["c"]}},
            variables={"base": {"a": 1, "b": {"c": 2}}},
        ),
    ),
    "functions that take functions": (
        """
var rules = [ { n: 'b', p: 2 }, { n: 'a', p: 1 } ]
resource group 'Microsoft.Network/networkSecurityGroups@2024-05-01' = {
  name: 'web'
  properties: {
    names: map(sort(rules, (x, y) => x.p < y.p), x => x.n)
    some: filter(rules, r => r.p > 1)
    sum: reduce(rules, 0, (all, next) => all + next.p)
    byName: toObject(rules, r => r.n, r => r.p)
    places: map(rules, (r, i) => '${r.n}${i}')
  }
}
""",
        arm(
            group(
                properties={
                    "names": "[map(sort(variables('rules'), lambda('x', 'y', less("
                    "lambdaVariables('x').p, lambdaVariables('y').p))), "
                    "lambda('x', lambdaVariables('x').n))]",
                    "some": "[filter(variables('rules'), lambda('r', greater("
                    "lambdaVariables('r').p, 1)))]",
                    "sum": "[reduce(variables('rules'), 0, lambda('all', 'next', add("
                    "lambdaVariables('all'), lambdaVariables('next').p)))]",
                    "byName": "[toObject(variables('rules'), lambda('r', "
                    "lambdaVariables('r').n), lambda('r', lambdaVariables('r').p))]",
                    "places": "[map(variables('rules'), lambda('r', 'i', format("
                    "'{0}{1}', lambdaVariables('r').n, lambdaVariables('i'))))]",
                }
            ),
            variables={"rules": [{"n": "b", "p": 2}, {"n": "a", "p": 1}]},
        ),
    ),
    "functions of one's own": (
        """
@export()
func named(prefix string, n int) string => '${prefix}-${n + 1}'
resource group 'Microsoft.Network/networkSecurityGroups@2024-05-01' = {
  name: named('web', 1)
}
""",
        arm(
            group("[__bicep.named('web', 1)]"),
            functions=[
                {
                    "namespace": "__bicep",
                    "members": {
                        "named": {
                            "parameters": [
                                {"name": "prefix", "type": "string"},
                                {"name": "n", "type": "int"},
                            ],
                            "output": {
                                "type": "string",
                                "value": "[format('{0}-{1}', parameters('prefix'), "
                                "add(parameters('n'), 1))]",
                            },
                        }
                    },
                }
            ],
        ),
    ),
    "loops of variables, and keys that are made": (
        """
var ports = [ 80, 443 ]
var rules = [for (port, i) in ports: { name: 'r${i}', properties: { port: port } }]
resource group 'Microsoft.Network/networkSecurityGroups@2024-05-01' = {
  name: 'web'
  tags: { 'hidden-${ports[0]}': 'x', plain: '[not an expression]' }
  properties: { securityRules: rules }
}
""",
        arm(
            group(
                tags="[createObject(format('hidden-{0}', variables('ports')[0]), 'x', "
                "'plain', '[not an expression]')]",
                properties={"securityRules": "[variables('rules')]"},
            ),
            variables={
                "ports": [80, 443],
                "copy": [
                    {
                        "name": "rules",
                        "count": "[length(variables('ports'))]",
                        "input": {
                            "name": "[format('r{0}', copyIndex('rules'))]",
                            "properties": {
                                "port": "[variables('ports')[copyIndex('rules')]]"
                            },
                        },
                    }
                ],
            },
        ),
    ),
    "types that are named, nullable and of few values": (
        """
type name = 'web' | 'db'
type settings = { open: bool? }
param chosen name = 'web'
param more settings?
param bad ('x' | 'y') = 'z'
@allowed([ 1, 2 ])
param number int = 2
resource group 'Microsoft.Network/networkSecurityGroups@2024-05-01' = {
  name: chosen
  properties: { open: more.?open ?? true, number: number, bad: bad }
}
""",
        arm(
            group(
                "[parameters('chosen')]",
                properties={
                    "open": "[coalesce(tryGet(parameters('more'), 'open'), true())]",
                    "number": "[parameters('number')]",
                    "bad": "[parameters('bad')]",
                },
            ),
            definitions={
                "name": {"type": "string", "allowedValues": ["web", "db"]},
                "settings": {"type": "object"},
            },
            parameters={
                "chosen": {"$ref": "#/definitions/name", "defaultValue": "web"},
                "more": {"$ref": "#/definitions/settings", "nullable": True},
                "bad": {
                    "type": "string",
                    "allowedValues": ["x", "y"],
                    "defaultValue": "z",
                },
                "number": {
                    "type": "int",
                    "allowedValues": [1, 2],
                    "defaultValue": 2,
                },
            },
        ),
    ),
    "what hangs on other resources by their scope": (
        """
targetScope = 'subscription'
resource rg 'Microsoft.Resources/resourceGroups@2024-03-01' = {
  name: 'rg-net'
  location: 'westeurope'
}
output id string = rg.id
""",
        {
            **arm(
                {
                    "type": "Microsoft.Resources/resourceGroups",
                    "apiVersion": "2024-03-01",
                    "name": "rg-net",
                    "location": "westeurope",
                }
            ),
            "$schema": SCHEMA.replace("deployment", "subscriptionDeployment"),
        },
    ),
}


@pytest.mark.parametrize("name", PAIRS)
def test_source_and_what_it_is_compiled_to_say_the_same(name: str) -> None:
    source, compiled = PAIRS[name]
    found, told = bicep_records(source)
    wanted, _ = records(compiled)
    assert found.keys() == wanted.keys()
    for key, record in wanted.items():
        assert body(found[key]) == body(record)
        assert found[key].id == record.id
        assert found[key].parent == record.parent
    assert found or not told
