"""What the user says of scripts that deployments run: that they change nothing."""

import json
from pathlib import Path

import pytest

from arm_templates import template
from seawall.ingest import LoadOptions, load
from seawall.model.snapshot import Snapshot
from terraform_folders import CLUSTER

POLICY = """
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: deny, namespace: shop}
spec: {podSelector: {}, policyTypes: [Ingress]}
"""
OPENING = (
    "kubectl delete netpol deny -n shop; az network nsg rule create --nsg-name nsg"
)
GROUP = {
    "type": "Microsoft.Network/networkSecurityGroups",
    "apiVersion": "2024-05-01",
    "name": "nsg",
    "properties": {"securityRules": []},
}
SCRIPT = {
    "type": "Microsoft.Resources/deploymentScripts",
    "apiVersion": "2023-08-01",
    "name": "open",
    "properties": {"scriptContent": OPENING},
}
BICEP = f"""
resource nsg 'Microsoft.Network/networkSecurityGroups@2024-05-01' = {{
  name: 'nsg'
  properties: {{ securityRules: [] }}
}}
resource open 'Microsoft.Resources/deploymentScripts@2023-08-01' = {{
  name: 'open'
  properties: {{ scriptContent: '{OPENING}' }}
}}
"""


def terraform() -> str:
    """Return a cluster, a security group, and a command about both planes."""
    return f"""{CLUSTER}
resource "azurerm_network_security_group" "nsg" {{
  name                = "nsg"
  location            = "westeurope"
  resource_group_name = "rg"
}}
resource "null_resource" "open" {{
  provisioner "local-exec" {{ command = {json.dumps(OPENING)} }}
}}
"""


def read(folder: Path, form: str, *, trusts: bool) -> Snapshot:
    texts = {
        "main.tf": terraform,
        "main.bicep": lambda: BICEP,
        "main.json": lambda: json.dumps(template(GROUP, SCRIPT)),
    }
    (folder / form).write_text(texts[form]())
    (folder / "policy.yaml").write_text(POLICY)
    return load([folder], options=LoadOptions(scripts_change_nothing=trusts))


def is_certain(found: Snapshot) -> bool:
    """Return whether each rule of the security group surely holds as it is written."""
    (group,) = (it for it in found.fabric.security_groups if it.name == "nsg")
    return not any("unknown" in it.name for it in group.rules)


FORMS = ("main.tf", "main.bicep", "main.json")


@pytest.mark.parametrize("form", FORMS)
def test_what_a_script_may_change_is_not_known_unless_the_user_says_so(
    tmp_path: Path, form: str
) -> None:
    found = read(tmp_path, form, trusts=False)
    assert not is_certain(found)
    assert [it.name for it in found.objects.opaque_policies] == ["deny"]
    advice = " ".join(it.mend for it in found.diagnostics)
    assert "--scripts-change-nothing" in advice


@pytest.mark.parametrize("form", FORMS)
def test_what_the_user_says_of_scripts_is_taken_for_granted_and_told(
    tmp_path: Path, form: str
) -> None:
    found = read(tmp_path, form, trusts=True)
    assert is_certain(found)
    assert not found.objects.opaque_policies
    told = [it.text for it in found.assumptions if it.id == "scripts-change-nothing"]
    assert len(told) == 1
    assert form in told[0]
    assert not any("not run" in it.what for it in found.diagnostics)
