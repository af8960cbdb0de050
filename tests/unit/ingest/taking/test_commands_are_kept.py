"""Over an archive it is known what commands change, and no secret of theirs is in it.

Source: Terraform docs, Provisioners; Azure docs, deployment-script-template.
"""

import json
import zipfile
from datetime import date
from pathlib import Path

import pytest

from seawall.ingest import LoadOptions, load
from seawall.ingest.taking.commands import reduced
from seawall.ingest.taking.drop import dropped
from seawall.ingest.taking.take import take
from seawall.model.snapshot import Snapshot
from terraform_folders import CLUSTER

DAY = date(2026, 11, 29)
GROUP = """
    resource "azurerm_network_security_group" "nsg" {
      name                = "nsg"
      location            = "westeurope"
      resource_group_name = "rg"
    }
"""
LONG = "az login -p hunter9\n  az aks update -n aks -g rg --network-policy none"
POLICY = (
    "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n"
    "metadata: {name: deny, namespace: shop}\nspec: {podSelector: {}}\n"
)
OPENS = (
    "#!/bin/bash\nexport PIN=hunter0\n# says hunter1\n"
    "az network nsg rule create --nsg-name nsg -n open --password hunter2\n"
)


def run(text: str) -> str:
    block = f'provisioner "local-exec" {{\n{text}\n}}'
    return f'resource "null_resource" "more" {{\n{block}\n}}\n'


def said(found: Snapshot) -> tuple[object, ...]:
    told = [(it.level, it.what, it.why, it.mend) for it in found.diagnostics]
    return told, found.cluster, found.fabric, found.objects, found.assumptions


def both(folder: Path, files: dict[str, str]) -> tuple[Snapshot, Snapshot, str]:
    """Return what the files and their archive say, and all that is in this."""
    for name, text in files.items():
        path = folder / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    archive = folder / "archive.zip"
    paths = [folder / "in"]
    archive.write_bytes(take(paths, LoadOptions(), DAY, redact=False).data)
    with zipfile.ZipFile(archive) as held:
        texts = "".join(held.read(name).decode() for name in held.namelist())
    return load(paths), load([archive]), texts


@pytest.mark.parametrize(
    "text",
    [
        'command = "az network nsg rule create --nsg-name nsg -p hunter9"',
        'command = "${path.module}/tools/open.sh hunter9"',
        'command = "open.sh"\nworking_dir = "tools"',
        'command = "-x hunter9"\ninterpreter = ["bash", "tools/open.sh"]',
        f"command = <<-EOT\n{LONG}\nEOT\n",
        'command = "python3 -c hunter9"\nenvironment = { NSG = "nsg" }',
        'command = "./gone.sh --token hunter9"',
        'command = "./else ${azurerm_network_security_group.nsg.id}"',
        "command = \"curl -X PUT -H 'X: hunter9' https://management.azure.com/a\"",
        'command = "terraform apply -var x=hunter9"',
        'command = "kubectl get pods --token hunter9"',
        'command = "kubectl delete netpol/deny -n shop --token hunter9"',
        'command = "kubectl delete netpol deny --token=hunter9"',
        'command = "kubectl apply -f https://x.example/hunter9.yaml"',
        'command = "kubectl apply -f objects.yaml"',
        'command = "helm upgrade -i shop oci://r.example/hunter9 -n shop"',
    ],
)
def test_commands_of_terraform_count_over_an_archive(tmp_path: Path, text: str) -> None:
    files = {"main.tf": CLUSTER + GROUP + run(text), "tools/open.sh": OPENS}
    files["objects.yaml"] = POLICY
    first, second, texts = both(tmp_path, files)
    assert said(second) == said(first)
    assert "hunter" not in texts


def test_a_script_that_nothing_calls_is_not_in_an_archive(tmp_path: Path) -> None:
    files = {"main.tf": CLUSTER + run('command = "true"'), "own.sh": "hunter2\n"}
    first, second, texts = both(tmp_path, files)
    assert said(second) == said(first)
    assert "own.sh" not in texts


def test_deployment_scripts_count_over_an_archive(tmp_path: Path) -> None:
    text = """
        resource nsg 'Microsoft.Network/networkSecurityGroups@2024-01-01' = {
          name: 'nsg'
          location: 'westeurope'
        }
        resource s 'Microsoft.Resources/deploymentScripts@2023-08-01' = {
          name: 's'
          kind: 'AzureCLI'
          location: 'westeurope'
          properties: {
            azCliVersion: '2.52.0'
            retentionInterval: 'P1D'
            scriptContent: SCRIPT
          }
        }
    """
    for number, script in enumerate(
        (
            "loadTextContent('tools/open.sh')",
            "'az network nsg delete -n nsg -p hunter9'",
        )
    ):
        files = {"main.bicep": text.replace("SCRIPT", script), "tools/open.sh": OPENS}
        first, second, texts = both(tmp_path / str(number), files)
        assert any("is not run" in it.what + it.why for it in first.diagnostics)
        assert said(second) == said(first)
        assert "hunter" not in texts


def test_what_a_plan_says_of_commands_counts_over_an_archive(tmp_path: Path) -> None:
    subnet = "azurerm_network_security_group.nsg.name"
    address = subnet.rpartition(".")[0]
    kinds = [(address, "azurerm_network_security_group", "nsg")]
    kinds.append(("null_resource.more", "null_resource", "more"))
    changes = [
        {
            "address": at,
            "mode": "managed",
            "type": kind,
            "name": name,
            "change": {"actions": ["create"], "after": {"name": name}},
        }
        for at, kind, name in kinds
    ]
    for number, written in enumerate(
        (
            {"references": [subnet, address]},
            {"constant_value": "az network nsg rule create -p hunter9"},
        )
    ):
        runs = {"type": "local-exec", "expressions": {"command": written}}
        own = {"address": kinds[1][0], "mode": "managed", "type": kinds[1][1]}
        made = {**own, "name": "more", "provisioners": [runs]}
        planned = [
            {**it, "values": {"name": it["name"], "location": "x"}} for it in changes
        ]
        plan = {
            "format_version": "1.2",
            "terraform_version": "1.9.0",
            "planned_values": {"root_module": {"resources": planned}},
            "resource_changes": changes,
            "configuration": {"root_module": {"resources": [made]}},
        }
        files = {"plan.json": json.dumps(plan)}
        first, second, texts = both(tmp_path / str(number), files)
        assert any("is not run" in it.what for it in first.diagnostics)
        assert said(second) == said(first)
        assert "hunter" not in texts


def test_what_cannot_be_told_without_secrets_is_left_open() -> None:
    assert reduced("$x hunter2\naz $y") == "$x dropped\naz $y"
    # Who signs in goes with the address, and with it what is asked.
    lost = "curl -XPUT https://me:hunter2@management.azure.com/a/b/c\ntrue"
    assert reduced(lost) == "az $dropped\n"


@pytest.mark.parametrize(
    ("path", "text", "commands"),
    [
        ("main.tf", run('command = "az vm list"'), True),
        ("main.tf", GROUP, False),
        ("open.sh", OPENS, True),
        ("objects.yaml", POLICY, False),
        ("main.json", '{"properties": {"scriptContent": "az vm list"}}', True),
        ("main.json", '{"properties": {"adminPassword": "az vm list"}}', False),
    ],
)
def test_a_text_says_whether_names_known_elsewhere_may_stay_in_it(
    path: str, text: str, *, commands: bool
) -> None:
    assert dropped(text, path).commands is commands
