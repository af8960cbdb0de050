"""What a template has others do: programs that it runs, objects of Kubernetes."""

from pathlib import Path
from typing import Any

import pytest

from arm_templates import snapshot, template
from seawall.ingest import load
from seawall.query.case import Case

GROUP = {
    "type": "Microsoft.Network/networkSecurityGroups",
    "apiVersion": "2024-05-01",
    "name": "nsg",
    "properties": {"securityRules": []},
}
PODS = """
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec: {containers: [{name: c, image: i}]}
---
apiVersion: v1
kind: Pod
metadata: {name: api, namespace: shop}
spec: {containers: [{name: c, image: i}]}
"""


def program(**properties: object) -> dict[str, Any]:
    return {
        "type": "Microsoft.Resources/deploymentScripts",
        "apiVersion": "2023-08-01",
        "name": "patch",
        "properties": properties,
    }


@pytest.mark.parametrize(
    ("properties", "whole"),
    [
        ({"scriptContent": "az network nsg rule create --nsg-name nsg -n x"}, False),
        ({"scriptContent": "[concat('az network nsg rule ', 'delete')]"}, False),
        ({"scriptContent": "az network nsg rule list --nsg-name nsg"}, True),
        ({"scriptContent": "az acr import --name x"}, True),
        (
            {
                "primaryScriptUri": "https://example.com/run.sh",
                "environmentVariables": [{"name": "NSG_NAME", "value": "nsg"}],
            },
            False,
        ),
        ({"primaryScriptUri": "https://example.com/run.sh"}, True),
        (
            {
                "scriptContent": "./more.sh",
                "supportingScriptUris": ["https://example.com/more.sh"],
                "arguments": "-secret x",
            },
            False,
        ),
        ({"scriptContent": "[reference('x').text]"}, False),
        (
            {
                "scriptContent": "open $NSG_NAME",
                "environmentVariables": [{"name": "NSG_NAME", "value": "nsg"}],
            },
            False,
        ),
        (
            {
                "scriptContent": "open $NSG_NAME",
                "environmentVariables": [{"name": "NSG_NAME", "secureValue": "nsg"}],
            },
            False,
        ),
        ({"scriptContent": "./open.sh nsg"}, False),
        ({"scriptContent": "./open.sh other"}, True),
    ],
)
def test_a_program_leaves_open_what_it_is_known_to_change_or_is_given(
    tmp_path: Path, properties: dict[str, object], *, whole: bool
) -> None:
    """Source: Azure docs, deployment-script-template."""
    found = snapshot(tmp_path, main=template(GROUP, program(**properties)))
    (group,) = found.fabric.security_groups
    surely = [it for it in group.rules if it.is_default or "unknown" not in it.name]
    assert (len(surely) == len(group.rules)) is whole
    assert any("deploymentScripts" in it.what for it in found.diagnostics)


@pytest.mark.parametrize(
    ("identity", "whole"),
    [
        (None, True),
        ({"type": "None"}, True),
        ({"type": "UserAssigned", "userAssignedIdentities": {"/id": {}}}, False),
        ("[reference('x').identity]", False),
    ],
)
def test_a_script_from_elsewhere_changes_something_only_if_it_can_sign_in(
    tmp_path: Path, identity: object, *, whole: bool
) -> None:
    """Source: Azure docs, deployment-script-template, identity."""
    script = program(primaryScriptUri="https://example.com/run.sh")
    if identity is not None:
        script["identity"] = identity
    found = snapshot(tmp_path, main=template(GROUP, script))
    (group,) = found.fabric.security_groups
    surely = [it for it in group.rules if it.is_default or "unknown" not in it.name]
    assert (len(surely) == len(group.rules)) is whole
    stated = {it.id for it in found.assumptions}
    assert ("script-without-identity" in stated) is whole


def test_a_stack_that_a_template_deploys_may_change_anything(tmp_path: Path) -> None:
    """Source: Azure docs, deployment-stacks."""
    kind = "Microsoft.Resources/deploymentStacks"
    found = snapshot(tmp_path, main=template(GROUP, {**program(), "type": kind}))
    (group,) = found.fabric.security_groups
    assert any("unknown" in it.name for it in group.rules if not it.is_default)
    assert any("deploymentStacks" in it.what for it in found.diagnostics)


OBJECT = "networking.k8s.io/NetworkPolicy@v1"
BICEP = f"""
extension kubernetes with {{ namespace: 'shop', kubeConfig: 'x' }}
resource deny '{OBJECT}' = {{
  metadata: {{ name: 'deny' }}
  spec: {{ podSelector: {{}}, policyTypes: [ 'Ingress' ] }}
}}
"""


@pytest.mark.parametrize("form", ["bicep", "json"])
def test_a_policy_that_a_template_deploys_makes_no_pod_look_open(
    tmp_path: Path, form: str
) -> None:
    """Source: Azure docs, bicep-extensibility-kubernetes-provider."""
    (tmp_path / "pods.yaml").write_text(PODS, encoding="utf-8")
    if form == "bicep":
        (tmp_path / "main.bicep").write_text(BICEP, encoding="utf-8")
        found = load([tmp_path])
    else:
        deny = {"type": OBJECT, "properties": {"metadata": {"name": "deny"}}}
        found = snapshot(tmp_path, main=template(deny))
    case = Case(found, "spec")
    answer = case.table.between(*case.workloads)
    assert not answer.allowed
    assert answer.possible
    assert any("deploys by itself" in it.what for it in found.diagnostics)
