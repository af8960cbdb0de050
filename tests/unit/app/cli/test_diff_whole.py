"""`seawall diff` through all layers: what a reviewer reads of a change."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from seawall.app.cli.main import run

EXAMPLES = Path(__file__).parents[4] / "examples"
OPEN, CHANGE = str(EXAMPLES / "open"), str(EXAMPLES / "change")
DAY = ["--as-of", "2026-12-01"]


def found(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> tuple[int, dict[str, Any]]:
    code = run(["diff", *arguments, *DAY, "-o", "json"])
    return code, json.loads(capsys.readouterr().out)


def test_every_layer_that_changes_is_told_with_its_place(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, document = found([OPEN, CHANGE], capsys)
    assert code == 1
    assert document["layers"] == "all"
    areas = {change["area"] for change in document["changes"]}
    assert {"pods", "ways out", "ways in", "API server", "side doors"} <= areas
    api = next(it for it in document["changes"] if it["area"] == "API server")
    assert (api["before"], api["after"]) == ("allowed", "denied")
    assert api["because"]["after"][0]["origin"]["path"].endswith("change/cluster.json")
    names = {item["name"] for item in document["settings"]}
    assert {"policy-engine", "authorized-ranges"} <= names
    assert "AKS401" in {item["rule"] for item in document["findings"]["gone"]}
    assert document["findings"]["new"] == []


def test_policies_alone_say_nothing_of_the_rest(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, document = found([OPEN, CHANGE, "--layers", "policy"], capsys)
    assert code == 1
    assert document["layers"] == "policy"
    assert document["notCompared"] == []
    assert {change["area"] for change in document["changes"]} == {"pods"}
    assert document["settings"] == []
    assert document["findings"] == {"new": [], "gone": []}


def test_parts_that_are_not_asked_for_are_left_out(
    capsys: pytest.CaptureFixture[str],
) -> None:
    _, document = found([OPEN, CHANGE, "--only", "settings"], capsys)
    assert document["settings"]
    assert document["findings"] == {"new": [], "gone": []}


def test_order_and_format_make_no_difference(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cluster = json.loads((EXAMPLES / "open" / "cluster.json").read_text("utf-8"))
    objects = list(yaml.safe_load_all((EXAMPLES / "open" / "shop.yaml").read_text()))
    (tmp_path / "aks.yaml").write_text(yaml.safe_dump(cluster), encoding="utf-8")
    items = [item for item in reversed(objects) if item]
    whole = {"apiVersion": "v1", "kind": "List", "items": items}
    (tmp_path / "all.json").write_text(json.dumps(whole), encoding="utf-8")
    code, document = found([OPEN, str(tmp_path)], capsys)
    assert code == 0
    told = ("changes", "settings", "intents", "notRead", "added", "removed")
    assert all(document[part] == [] for part in told)
    assert document["findings"] == {"new": [], "gone": []}
    assert document["equivalent"] is True
    assert any(text.startswith("replies") for text in document["notCompared"])
    assert all(text.strip() for text in document["notCompared"])
    for form in ("table", "md"):
        assert run(["diff", OPEN, str(tmp_path), "--only", "flows", "-o", form]) == 0
        shown = " ".join(capsys.readouterr().out.split())
        for text in document["notCompared"]:
            assert text in shown.partition("not compared: ")[2]


ALL_IS_STATED = """
type: Microsoft.ContainerService/managedClusters
name: shop
location: westeurope
properties:
  networkProfile:
    networkPlugin: azure
    networkPluginMode: overlay
    networkPolicy: none
    podCidr: 10.244.0.0/16
  agentPoolProfiles:
    - name: system
      localDNSProfile: {mode: Disabled}
      vnetSubnetID: microsoft.network/virtualnetworks/net/subnets/nodes
---
type: Microsoft.Network/virtualNetworks
name: net
properties:
  addressSpace: {addressPrefixes: [10.0.0.0/24]}
  subnets: [{name: nodes, properties: {addressPrefix: 10.0.0.0/24}}]
"""


def test_what_is_compared_and_fares_alike_is_called_so_and_no_more(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "cluster.yaml").write_text(ALL_IS_STATED, encoding="utf-8")
    for form, said in (("table", "equivalent in what is compared:"), ("md", "differs")):
        sides = [str(tmp_path), str(tmp_path)]
        assert run(["diff", *sides, "--only", "flows", "-o", form]) == 0
        shown = capsys.readouterr().out
        assert said in shown
        assert "not compared: replies" in shown


def test_what_cannot_be_read_on_one_side_is_a_difference(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("old", "new"):
        (tmp_path / name).mkdir()
        for file in (EXAMPLES / "open").glob("*.*"):
            (tmp_path / name / file.name).write_bytes(file.read_bytes())
    broken = tmp_path / "new" / "nsg.json"
    broken.write_text('{"id": "/subscriptions/', encoding="utf-8")
    sides = [str(tmp_path / "old"), str(tmp_path / "new")]
    code, document = found([*sides, "--only", "flows"], capsys)
    assert code == 1
    assert [item["side"] for item in document["notRead"]] == ["after"]
    _, document = found([*reversed(sides), "--only", "flows"], capsys)
    assert [item["side"] for item in document["notRead"]] == ["before"]
    assert document["notRead"][0]["origin"]["path"] == str(broken)
    (tmp_path / "old" / "nsg.json").write_bytes(broken.read_bytes())
    assert found([*sides, "--only", "flows"], capsys)[0] == 0
    broken.write_text('{"id": "/subscriptions/s/', encoding="utf-8")
    code, document = found([*sides, "--only", "flows"], capsys)
    assert code == 1
    assert [item["side"] for item in document["notRead"]] == ["both"]


def test_a_network_on_one_side_alone_is_never_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "shop.yaml").write_bytes((EXAMPLES / "open" / "shop.yaml").read_bytes())
    code = run(["diff", str(tmp_path), OPEN, "--engine", "cilium", "--only", "flows"])
    assert code == 1
    assert "says what network is around the cluster" in capsys.readouterr().out


def test_a_comment_for_a_pull_request_is_markdown(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["diff", OPEN, CHANGE, *DAY, "-o", "md"]) == 1
    out = capsys.readouterr().out
    assert out.startswith("### Seawall: ")
    assert "| **closed** | TCP 443 | the internet except 203.0.113.0/24 |" in out
    assert "**Settings**" in out
    assert "**New findings**" not in out
    rows = [line for line in out.splitlines() if line.startswith("|")]
    assert {line.replace("\\|", "").count("|") for line in rows} == {7}


@pytest.mark.parametrize("columns", [80, 120])
def test_no_line_is_wider_than_the_terminal(
    columns: int,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(EXAMPLES.parent)
    monkeypatch.setenv("COLUMNS", str(columns))
    run(["diff", "examples/open", "examples/change", *DAY])
    lines = capsys.readouterr().out.splitlines()
    assert not [line for line in lines if len(line) > columns and " " in line.strip()]


def test_a_plan_tells_which_names_fare_otherwise_after_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, document = found([str(EXAMPLES / "contoso"), "--only", "settings"], capsys)
    assert code == 1
    assert {change["area"] for change in document["changes"]} == {"names"}
    vault = "kv-contoso-identity.vault.azure.net"
    assert {end["name"] for it in document["changes"] for end in it["to"]} == {vault}
    senders = {end["name"] for it in document["changes"] for end in it["from"]}
    assert {"payments/api[Deployment]", "nodes of apps"} <= senders
    before = {
        item["name"]: item["before"]
        for item in document["settings"]
        if item["of"] == "pe-kv-contoso-identity"
    }
    assert before["leads-to"] is None
