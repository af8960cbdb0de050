"""Files of values that cannot be read leave no default in force."""

import json
from pathlib import Path

import pytest

from arm_templates import parameter_file, template
from seawall.ingest import LoadOptions, load

_UNSAID = "does not say `Allow` or `Deny`"

MAIN = """
variable "access" { default = "Deny" }
resource "azurerm_network_security_group" "g" {
  name                = "g"
  location            = "westeurope"
  resource_group_name = "rg"
  security_rule {
    name                       = "no"
    priority                   = 200
    direction                  = "Inbound"
    access                     = var.access
    protocol                   = "*"
    source_port_range          = "*"
    destination_port_range     = "*"
    source_address_prefix      = "*"
    destination_address_prefix = "*"
  }
}
"""

_RULE = {
    "priority": 200,
    "direction": "Inbound",
    "access": "[parameters('access')]",
    "protocol": "*",
    "sourceAddressPrefix": "*",
    "sourcePortRange": "*",
    "destinationAddressPrefix": "*",
    "destinationPortRange": "*",
}
TEMPLATE = template(
    {
        "type": "Microsoft.Network/networkSecurityGroups",
        "apiVersion": "2024-05-01",
        "name": "g",
        "location": "westeurope",
        "properties": {"securityRules": [{"name": "no", "properties": _RULE}]},
    },
    parameters={"access": {"type": "string", "defaultValue": "Deny"}},
)
PARAMETERS = json.dumps(parameter_file(access="Allow"))


def _unsaid(folder: Path, files: dict[str, str | bytes], **settings: str) -> list[str]:
    """Return why the access of the rule is not known; empty if it is."""
    for name, content in files.items():
        data = content.encode() if isinstance(content, str) else content
        (folder / name).write_bytes(data)
    options = LoadOptions(parameters=tuple(settings.items()))
    found = load([folder], options=options)
    return [it.why or "" for it in found.diagnostics if _UNSAID in it.what]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("terraform.tfvars", b'access = "Allow"\n# \xe9\n'),
        ("terraform.tfvars", b"\0\0\0"),
        ("terraform.tfvars", 'access = "Allow"\nother = {\n'),
        ("terraform.tfvars", 'other = {\naccess = "Deny"\n'),
        ("x.auto.tfvars.json", '{"access": "Allow"'),
        ("x.auto.tfvars.json", '{"access": "Allow", /* */}'),
        ("x.auto.tfvars.json", '["access"]'),
        ("x.auto.tfvars.json", b"\xff{\xe9"),
        ("x.auto.tfvars.json", ""),
    ],
)
def test_a_broken_file_of_values_leaves_no_default_in_force(
    tmp_path: Path, name: str, content: str | bytes
) -> None:
    files: dict[str, str | bytes] = {"main.tf": MAIN, name: content}
    (why,) = _unsaid(tmp_path, files)

    assert f"{name}` may set it, and cannot be read" in why


def test_what_holds_after_a_broken_file_of_values_is_known(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"main.tf": MAIN, "terraform.tfvars": "{"}
    assert _unsaid(tmp_path, files)

    assert not _unsaid(tmp_path, {}, access="Allow")
    assert not _unsaid(tmp_path, {"z.auto.tfvars": 'access = "Allow"\n'})


def test_a_broken_file_that_terraform_does_not_read_changes_nothing(
    tmp_path: Path,
) -> None:
    assert not _unsaid(tmp_path, {"main.tf": MAIN, "test.tfvars": "access = {\n"})


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("main.parameters.json", PARAMETERS[:-1]),
        ("main.parameters.json", b"\xe9\xff{}"),
        ("main.parameters.json", b"\0"),
        ("main.parameters.json", ""),
        ("main.parameters.json", "access"),
        ("main.test.parameters.json", PARAMETERS[:-1]),
        ("values.json", PARAMETERS[:-1]),
    ],
)
def test_a_broken_parameter_file_leaves_no_default_in_force(
    tmp_path: Path, name: str, content: str | bytes
) -> None:
    (why,) = _unsaid(tmp_path, {"main.json": json.dumps(TEMPLATE), name: content})

    assert f"{name}` may give it a value, and cannot be read" in why


def test_a_broken_parameter_file_beside_another_doubts_all_parameters(
    tmp_path: Path,
) -> None:
    files: dict[str, str | bytes] = {
        "main.json": json.dumps(TEMPLATE),
        "main.a.parameters.json": json.dumps(parameter_file()),
        "main.b.parameters.json": PARAMETERS[:-1],
    }
    (why,) = _unsaid(tmp_path, files)

    assert "several parameter files" in why


def test_parameters_that_can_be_read_are_known(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "main.json": json.dumps(TEMPLATE),
        "main.parameters.json": PARAMETERS,
        "other.parameters.json": "{",
    }
    assert not _unsaid(tmp_path, files)


BICEP = """
param access string = 'Deny'
resource g 'Microsoft.Network/networkSecurityGroups@2024-05-01' = {
  name: 'g'
  location: 'westeurope'
  properties: {
    securityRules: [
      {
        name: 'no'
        properties: {
          priority: 200
          direction: 'Inbound'
          access: access
          protocol: '*'
          sourceAddressPrefix: '*'
          sourcePortRange: '*'
          destinationAddressPrefix: '*'
          destinationPortRange: '*'
        }
      }
    ]
  }
}
"""
ALLOWS = "using 'main.bicep'\nparam access = 'Allow'\n"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("main.bicepparam", ALLOWS.encode() + b"// \xe9\n"),
        ("main.bicepparam", b"\0\0"),
        ("main.prod.bicepparam", "???\n"),
        ("values.bicepparam", "???\n"),
        ("main.bicepparam", ALLOWS.replace("param ", "parm ")),
        ("main.bicepparam", ALLOWS.replace("'Allow'", "'Allow")),
    ],
)
def test_a_broken_parameter_file_of_bicep_leaves_no_default_in_force(
    tmp_path: Path, name: str, content: str | bytes
) -> None:
    """Source: Azure docs, Bicep parameter files."""
    assert _unsaid(tmp_path, {"main.bicep": BICEP, name: content})


def test_a_broken_parameter_file_opens_only_the_template_that_it_stands_beside(
    tmp_path: Path,
) -> None:
    other = "resource t 'Microsoft.Network/routeTables@2024-05-01' = { name: 't' }\n"
    files: dict[str, str | bytes] = {"main.bicep": BICEP, "other.bicep": other}
    assert not _unsaid(tmp_path, {**files, "other.bicepparam": "???"})


def test_a_broken_base_opens_what_extends_it(tmp_path: Path) -> None:
    file = ALLOWS.replace("param access = 'Allow'", "extends 'base.bicepparam'")
    files: dict[str, str | bytes] = {"main.bicep": BICEP, "main.bicepparam": file}
    assert _unsaid(tmp_path, {**files, "base.bicepparam": b"\0"})
    stated = file + "param access = 'Deny'\n"
    assert not _unsaid(tmp_path, {"main.bicepparam": stated})


def test_a_parameter_file_that_names_no_template_is_told(tmp_path: Path) -> None:
    (tmp_path / "main.bicep").write_text(BICEP, encoding="utf-8")
    (tmp_path / "main.bicepparam").write_text("param access = 'Allow'")
    found = load([tmp_path])
    assert any("belongs to no template" in it.what for it in found.diagnostics)
