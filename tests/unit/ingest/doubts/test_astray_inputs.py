"""Parts of one input may belong to what another one holds."""

import json
from pathlib import Path
from typing import Any

import pytest

from arm_templates import required, template
from doubtful_inputs import CLUSTER, DENY_ALL, NSG, VNET, Ask, resource

HOME = "/subscriptions/1/resourceGroups/rg/providers/"


def live(kind: str, name: str, /, **properties: Any) -> dict[str, Any]:
    """Return a resource as the platform reports it."""
    own = f"{HOME}{kind}/{name}"
    return {"id": own, "type": kind, "name": name, "properties": properties}


ALLOW = {**DENY_ALL, "access": "Allow", "priority": 200}
REPORTED = [
    live(NSG, "nsg", securityRules=[{"name": "known", "properties": ALLOW}]),
    live(
        VNET,
        "net",
        addressSpace={"addressPrefixes": ["10.1.0.0/16"]},
        subnets=[
            {
                "name": "nodes",
                "id": f"{HOME}{VNET}/net/subnets/nodes",
                "properties": {
                    "addressPrefix": "10.1.0.0/20",
                    "networkSecurityGroup": {"id": f"{HOME}{NSG}/nsg"},
                },
            }
        ],
    ),
    live(
        CLUSTER,
        "aks",
        networkProfile={"networkPlugin": "azure", "networkPluginMode": "overlay"},
        agentPoolProfiles=[
            {"name": "system", "vnetSubnetID": f"{HOME}{VNET}/net/subnets/nodes"}
        ],
    ),
]


@pytest.fixture
def ask(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Ask:
    (tmp_path / "live.json").write_text(json.dumps(REPORTED), encoding="utf-8")
    return Ask(tmp_path, capsys)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("[concat(parameters('n'), '/deny')]", "UNKNOWN"),
        ("nsg/deny", "UNKNOWN"),
        ("nsg/known", "ALLOWED"),
        ("other/deny", "ALLOWED"),
    ],
)
def test_a_rule_of_a_template_may_be_of_a_group_that_the_platform_reports(
    ask: Ask, name: str, expected: str
) -> None:
    rule = resource(f"{NSG}/securityRules", name, **DENY_ALL)

    assert expected in ask.template(template(rule, parameters=required("n")))


@pytest.mark.parametrize(
    ("group", "expected"), [("rg", "UNKNOWN"), ("other", "ALLOWED")]
)
def test_a_planned_rule_may_be_of_a_group_that_the_platform_reports(
    ask: Ask, group: str, expected: str
) -> None:
    kind, address = "azurerm_network_security_rule", "azurerm_network_security_rule.d"
    own = {"address": address, "mode": "managed", "type": kind, "name": "d"}
    values = {"name": "d", "resource_group_name": group, "priority": 100}
    unknown = {"id": True, "network_security_group_name": True}
    change = {"actions": ["create"], "after": values, "after_unknown": unknown}
    written = {"network_security_group_name": {"references": ["random_pet.x.id"]}}
    plan = {
        "format_version": "1.2",
        "terraform_version": "1.9.0",
        "planned_values": {"root_module": {"resources": [{**own, "values": values}]}},
        "resource_changes": [{**own, "change": {"before": None, **change}}],
        "configuration": {
            "root_module": {"resources": [{**own, "expressions": written}]}
        },
    }

    assert expected in ask.template(plan)
