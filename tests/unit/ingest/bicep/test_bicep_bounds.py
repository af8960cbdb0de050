"""Nothing that a file says makes reading fail, hang or end in a traceback."""

# ruff: noqa: E501  (lines of Bicep are not broken)

import random
import time

import pytest

from arm_templates import records, said, template
from bicep_sources import bicep_records

NSG = "Microsoft.Network/networkSecurityGroups@2024-05-01"
USE = f"resource g '{NSG}' = {{\n  name: 'x'\n  properties: {{ a: v0 }}\n}}\n"
SECONDS = 20


def chain(pattern: str, count: int, end: str) -> str:
    """Return declarations of which each names the next one."""
    lines = [
        pattern.replace("A", str(i)).replace("B", str(i + 1)) for i in range(count)
    ]
    return "\n".join([*lines, end.replace("A", str(count))]) + "\n"


DATA = "{ a: " * 35 + "vB" + " }" * 35
CASES = {
    "values within values": USE + chain(f"var vA = {DATA}", 150, "var vA = 1"),
    "names of names": USE + chain("var vA = vB", 2000, "var vA = 1"),
    "conditions": USE + chain("var vA = true ? { a: vB } : null", 300, "var vA = 1"),
    "functions": USE
    + "var v0 = f0(1)\n"
    + chain("func fA(n int) object => { a: fB(n) }", 300, "func fA(n int) int => n"),
    "a function of itself": USE
    + "func f(n int) object => { a: [ f(n) ] }\nvar v0 = f(1)\n",
    "doubling": USE + chain("var vA = [ vB, vB ]", 40, "var vA = 1"),
    "loops in loops": USE
    + "var v0 = map(range(0, 800), a => map(range(0, 800), b => map(range(0, 800), c => c)))\n",
    "resources": chain(
        f"resource rA '{NSG}' = {{ name: '${{rB.name}}x' }}",
        400,
        f"resource rA '{NSG}' = {{ name: 'e' }}",
    ),
    "scopes": chain(
        "resource rA 'Microsoft.Authorization/locks@1' = { name: 'n', scope: rB }",
        300,
        f"resource rA '{NSG}' = {{ name: 'e' }}",
    ),
    "a scope of itself": "resource r 'Microsoft.Authorization/locks@1' = { name: 'n', scope: r }\n",
    "a parent of itself": "resource r 'Microsoft.Network/virtualNetworks/subnets@1' = { name: 'n', parent: r }\n",
    "groups in circles": "resource r 'Microsoft.Resources/resourceGroups@1' = { name: 'n', scope: r }\nmodule m 'x.bicep' = { scope: r }\n",
    "scopes of variables": "var s = s\nvar t = true ? t : t\nmodule m 'x.bicep' = { scope: s }\nmodule n 'x.bicep' = { scope: t }\n",
    "types in circles": "type a = b\ntype b = a\nparam v0 a\n" + USE,
    "imports of itself": "import { v1 as v0 } from 'main.bicep'\n@export()\nvar v1 = v0\n"
    + USE,
    "nested resources": "resource a 'A.B/c@1' = { name: 'x'\n"
    + "resource b 'd@1' = { name: 'y'\n" * 60
    + "}\n" * 61,
    "loops of modules": "module m 'main.bicep' = [for i in range(0, 800): { name: 'm${i}' }]\n",
}


@pytest.mark.parametrize("name", CASES)
def test_what_is_too_much_or_in_a_circle_ends(name: str) -> None:
    begin = time.process_time()
    bicep_records(CASES[name])
    assert time.process_time() - begin < SECONDS


def test_values_within_values_of_a_template_end_in_an_error_as_well() -> None:
    def deep(inner: object) -> object:
        for _ in range(60):
            inner = {"a": inner}
        return inner

    variables = {f"v{i}": deep(f"[variables('v{i + 1}')]") for i in range(150)}
    main = template(
        {"type": "A.B/c", "name": "t", "properties": {"a": "[variables('v0')]"}},
        variables={**variables, "v150": 1},
    )
    _, notes = records(main)
    assert said(notes)


WHOLE = """
targetScope = 'resourceGroup'
@description('it is')
param names string[] = [ 'a', 'b' ]
var rules = [for (name, i) in names: { name: 'r-${name}-${i}', properties: { priority: 100 + i } }]
resource group 'Microsoft.Network/networkSecurityGroups@2024-05-01' = if (length(names) > 1) {
  name: 'web-${toLower('X')}'
  properties: {
    securityRules: [ ...rules, { name: 'z', properties: { priority: 4000, access: names[?5] ?? 'Deny' } } ]
  }

  resource door 'securityRules' = {
    name: 'door'
    properties: { description: '''
      many lines
    ''' }
  }
}
module m 'main.bicep' = { params: { names: map(names, n => '${n}!') }, scope: resourceGroup('x') }
output id string = group::door.id
"""
PIECES = [
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    "'",
    "${",
    "\n",
    "//",
    "'''",
    "@",
    "if",
    "?",
    ".?",
    "!",
    "::",
    "...",
    "=>",
    ",",
    "=",
    ":",
    "resource ",
    "\\",
]


@pytest.mark.parametrize("seed", range(8))
def test_no_mangled_file_ends_in_a_traceback(seed: int) -> None:
    drawn = random.Random(seed)  # noqa: S311  # not a secret
    for _ in range(40):
        text = WHOLE
        for _ in range(drawn.randint(1, 4)):
            at = drawn.randrange(len(text) + 1)
            cut = drawn.choice([0, drawn.randint(1, 30)])
            text = text[:at] + drawn.choice(["", *PIECES]) + text[at + cut :]
        bicep_records(text)
