"""`seawall design --from` shows the way from what runs, in words and JSON."""

import json
from importlib.resources import files
from pathlib import Path
from textwrap import dedent
from typing import Any

import jsonschema
import pytest

from seawall.app.cli.main import run

ROOT = Path(__file__).parents[4]
OPEN = str(ROOT / "examples/open")
CONTOSO = str(ROOT / "examples/contoso")
SCHEMA = json.loads(
    files("seawall.query").joinpath("schemas/adoption-v1.json").read_text("utf-8")
)
HEAD = "apiVersion: seawall/v1\nkind: Requirements\nname: shop\nregion: westeurope\n"
PRIVATE = "api-server: {access: private}\nsegments: [{name: web, serves: [8080]}]\n"
AS_OF = ("--as-of", "2026-11-29")


@pytest.fixture
def needs(tmp_path: Path) -> Path:
    path = tmp_path / "needs.yaml"
    path.write_text(HEAD + PRIVATE, encoding="utf-8")
    return path


def shown(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    code = run(["design", *arguments, *AS_OF])
    return code, capsys.readouterr().out


def document(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    found = json.loads(shown(capsys, *arguments, "-o", "json")[1])
    jsonschema.validate(found, SCHEMA)
    return found


def test_steps_in_place_are_shown_in_their_order(
    needs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, text = shown(capsys, str(needs), "--from", OPEN)
    assert code == 1
    assert "steps lead there, in place" in text
    first = text.index("--enable-apiserver-vnet-integration")
    assert first < text.index("--enable-private-cluster")
    assert "cluster.json:28" in text
    assert "NOT PROVED" in text


def test_a_new_cluster_is_named_with_what_forces_it(
    needs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    needs.write_text(HEAD + PRIVATE + "egress: {to: firewall}\n", encoding="utf-8")
    code, text = shown(capsys, str(needs), "--from", OPEN)
    assert code == 1
    assert "needs a new cluster beside it" in text
    found = document(capsys, str(needs), "--from", OPEN)
    assert found["verdict"] == "anew"
    assert found["recreates"] == ["network", "outbound"]
    assert found["steps"][-1]["does"].startswith("delete")


def test_what_stands_already_is_only_checked(
    needs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = document(capsys, str(needs), "--from", CONTOSO)
    assert found["verdict"] == "in-place"
    assert [list(step["sets"]) for step in found["steps"]] == [["defaultDeny"]]


def test_needs_that_cannot_hold_together_are_told_and_nothing_is_led(
    needs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    both = "pods: {control: names}\nnodes: {windows: true}\n"
    needs.write_text(HEAD + both, encoding="utf-8")
    code, text = shown(capsys, str(needs), "--from", OPEN)
    assert code == 2
    assert "CANNOT HOLD TOGETHER" in text
    found = document(capsys, str(needs), "--from", OPEN)
    assert found["verdict"] == "conflict"
    assert "steps" not in found


def test_bad_input_is_refused_by_its_own_words(
    needs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["design", str(needs), "--from", OPEN, "--out", "there"]) == 2
    assert "writes nothing" in capsys.readouterr().err
    empty = tmp_path / "objects.yaml"
    empty.write_text(
        "apiVersion: v1\nkind: Namespace\nmetadata: {name: web}\n", encoding="utf-8"
    )
    assert run(["design", str(needs), "--from", str(empty)]) != 0
    assert "no cluster is in what runs" in capsys.readouterr().err
    needs.write_text("kind: Other\n", encoding="utf-8")
    assert run(["design", str(needs), "--from", OPEN]) == 2


def test_requirements_for_another_region_are_refused_at_their_line(
    needs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    needs.write_text(needs.read_text().replace("westeurope", "northeurope"))
    assert run(["design", str(needs), "--from", OPEN, *AS_OF]) == 2
    told = capsys.readouterr()
    assert "needs.yaml:4: error: the requirements are for `northeurope`" in told.err
    assert "write `region: westeurope`" in told.err
    assert not told.out
    cluster = """
        type: Microsoft.ContainerService/managedClusters
        name: shop
        PLACE
        properties:
          networkProfile: {networkPlugin: azure, networkPluginMode: overlay}
          agentPoolProfiles:
            - name: system
              vnetSubnetID: microsoft.network/virtualnetworks/net/subnets/nodes
        ---
        type: Microsoft.Network/virtualNetworks
        name: net
        location: westeurope
        properties:
          addressSpace: {addressPrefixes: [10.0.0.0/16]}
          subnets: [{name: nodes, properties: {addressPrefix: 10.0.0.0/24}}]
        """
    running = tmp_path / "running"
    running.mkdir()
    text = dedent(cluster)
    (running / "aks.yaml").write_text(text.replace("PLACE", "location: North Europe"))
    assert run(["design", str(needs), "--from", str(running), *AS_OF]) == 2
    assert "its network `net` is in `westeurope`" in capsys.readouterr().err
    needs.write_text(needs.read_text().replace("northeurope", "westeurope"))
    (running / "aks.yaml").write_text(text.replace("PLACE", "kind: Base"))
    assert run(["design", str(needs), "--from", str(running), *AS_OF]) == 1
    assert "in which one the cluster runs is not known" in capsys.readouterr().out
