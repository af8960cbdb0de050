"""Sentences of `check` about how platform services are reached."""

import json
from pathlib import Path

import pytest

from seawall.app.cli.main import run

SUBNET = (
    "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network"
    "/virtualNetworks/v/subnets/n"
)
POOL = {"name": "sys", "mode": "System", "count": 1, "vnetSubnetID": SUBNET}
TEMPLATE = {
    "$schema": "https://schema.management.azure.com/schemas/2019-04-01/"
    "deploymentTemplate.json#",
    "contentVersion": "1.0.0.0",
    "resources": [
        {
            "type": "Microsoft.ContainerService/managedClusters",
            "apiVersion": "2024-01-01",
            "name": "c",
            "location": "westeurope",
            "properties": {"agentPoolProfiles": [POOL]},
        },
        {
            "type": "Microsoft.KeyVault/vaults",
            "apiVersion": "2023-07-01",
            "name": "kv",
            "location": "westeurope",
            "properties": {},
        },
    ],
}


def test_a_way_that_is_not_known_is_told_once_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    (tmp_path / "main.json").write_text(json.dumps(TEMPLATE))
    run(["check", str(tmp_path)])
    assert (
        "kv.vault.azure.net: how it is reached is not known: name resolution: "
        "subnet `n` of pool `sys` is not in the input"
    ) in capsys.readouterr().out


def test_a_firewall_without_rules_admits_no_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    text = json.dumps(TEMPLATE).replace(f', "vnetSubnetID": "{SUBNET}"', "")
    shut = '"properties": {"networkAcls": {"defaultAction": "Deny"}}'
    text = text.replace('"properties": {}', shut)
    (tmp_path / "main.json").write_text(text)
    run(["check", str(tmp_path)])
    said = capsys.readouterr().out
    assert "denied. resource firewall: the firewall of kv admits no address\n" in said
