"""What an input says about isolation, how each value is known, and what settles it."""

import json
from pathlib import Path

import pytest

from reading import read
from seawall.app.cli.main import run
from seawall.ingest import load
from seawall.model.setting import State
from seawall.query.settings.answer import GROUPS, explain
from seawall.query.settings.row import Row, short

CLUSTER = """
    type: Microsoft.ContainerService/managedClusters
    name: shop
    location: westeurope
    properties:
      networkProfile: {networkPlugin: azure, networkPluginMode: overlay%s}
      agentPoolProfiles: [{name: system, count: 3%s}]
    """


def row(rows: tuple[Row, ...], title: str, of: str = "") -> Row:
    return next(item for item in rows if item.title == title and item.of == of)


def test_a_setting_that_stands_in_the_input_has_its_place(tmp_path: Path) -> None:
    found = explain(read(tmp_path, CLUSTER % (", outboundType: none", "")))
    outbound = row(found.rows, "outbound type")
    assert (outbound.state, outbound.value) == (State.STATED, "none")
    assert str(outbound.origin).endswith("000.yaml:5")
    assert not outbound.settle


def test_a_default_names_its_source_and_no_place(tmp_path: Path) -> None:
    found = explain(read(tmp_path, CLUSTER % ("", "")))
    outbound = row(found.rows, "outbound type")
    assert (outbound.state, outbound.value) == (State.DEFAULTED, "loadBalancer")
    assert "egress-outboundtype" in outbound.why
    assert outbound.origin is None


def test_the_plugin_has_no_default_because_its_sources_contradict(
    tmp_path: Path,
) -> None:
    text = CLUSTER.replace("networkPlugin: azure, ", "") % ("", "")
    plugin = row(explain(read(tmp_path, text)).rows, "network plugin")
    assert plugin.state is State.UNKNOWN
    assert "contradict" in plugin.why
    assert "az aks show" in plugin.settle


def test_without_a_plugin_its_mode_is_not_known_either(tmp_path: Path) -> None:
    text = CLUSTER.replace("networkPlugin: azure, networkPluginMode: overlay%s", "%s")
    text = text % ("dnsServiceIP: 10.0.0.10", "")
    mode = row(explain(read(tmp_path, text)).rows, "plugin mode")
    assert mode.state is State.UNKNOWN
    stated = CLUSTER.replace(", networkPluginMode: overlay", "") % ("", "")
    mode = row(explain(read(tmp_path, stated)).rows, "plugin mode")
    assert (mode.state, mode.value) == (State.DEFAULTED, None)


def test_an_expression_is_unknown_and_asks_for_parameters(tmp_path: Path) -> None:
    text = CLUSTER % (", networkPolicy: \"[parameters('policy')]\"", "")
    asked = row(explain(read(tmp_path, text)).rows, "policy engine asked for")
    assert asked.state is State.UNKNOWN
    assert "parameters('policy')" in asked.why
    assert asked.settle.startswith("give the values of the parameters")


def test_a_value_of_the_wrong_kind_is_unknown_and_not_its_default(
    tmp_path: Path,
) -> None:
    text = CLUSTER % ("", ", maxPods: many")
    most = row(explain(read(tmp_path, text)).rows, "most pods on a node", "system")
    assert most.state is State.UNKNOWN
    assert "`many` is not a whole number" in most.why


def test_a_subnet_that_is_not_in_the_input_is_told_with_the_command_for_it(
    tmp_path: Path,
) -> None:
    id_ = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/"
    id_ += "virtualNetworks/hub/subnets/nodes"
    text = CLUSTER % ("", f", vnetSubnetID: {id_}")
    found = row(explain(read(tmp_path, text)).rows, "addresses", "nodes")
    assert found.state is State.UNKNOWN
    assert f"az network vnet subnet show --ids {id_.lower()}" in found.settle


def test_host_ports_are_listed_as_a_person_writes_them(tmp_path: Path) -> None:
    ports = "{allowedHostPorts: [{portStart: 80, portEnd: 80, protocol: TCP},"
    ports += " {portStart: 4000, portEnd: 4010, protocol: UDP}]}"
    text = CLUSTER % ("", f", networkProfile: {ports}")
    opened = row(explain(read(tmp_path, text)).rows, "host ports opened", "system")
    assert opened.value == ["TCP 80", "UDP 4000-4010"]


def test_every_group_has_its_place_and_every_unknown_its_mend() -> None:
    for folder in ("examples/contoso", "examples/open"):
        found = explain(load([Path(__file__).parents[4] / folder]))
        assert {item.group for item in found.rows} <= set(GROUPS)
        for item in found.rows:
            assert bool(item.settle) == (item.state is State.UNKNOWN), item


def test_ids_are_shown_by_their_last_names() -> None:
    base = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network"
    assert short(f"{base}/virtualNetworks/hub/subnets/nodes") == "hub/nodes"
    assert short(f"{base}/routeTables/rt") == "rt"
    assert short("10.0.0.0/16") == "10.0.0.0/16"


@pytest.mark.parametrize(("choice", "code"), [("fail", 3), ("ok", 0)])
def test_what_is_not_known_fails_only_where_it_is_asked_to(
    tmp_path: Path, choice: str, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    read(tmp_path, CLUSTER % ("", ""))
    assert run(["explain-input", "--unknown", choice, str(tmp_path)]) == code
    assert "Not known" in capsys.readouterr().out


def test_only_the_states_that_are_asked_for_are_listed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    read(tmp_path, CLUSTER % ("", ""))
    run(["explain-input", str(tmp_path), "--state", "defaulted", "-o", "json"])
    document = json.loads(capsys.readouterr().out)
    states = {item["state"] for item in document["clusters"][0]["settings"]}
    assert states == {"defaulted"}
    assert document["summary"]["unknown"] > 0


def test_csv_has_a_line_for_each_setting(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    snapshot = read(tmp_path, CLUSTER % ("", ""))
    run(["explain-input", str(tmp_path), "-o", "csv"])
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "cluster,group,of,setting,state,value,how,settle"
    assert len(lines) == 1 + len(explain(snapshot).rows)


def test_markdown_keeps_a_bar_in_a_value_inside_its_cell(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = CLUSTER.replace("name: shop", "name: shop") % (
        ", networkPolicy: 'a|b'",
        "",
    )
    read(tmp_path, text)
    run(["explain-input", str(tmp_path), "-o", "md"])
    shown = capsys.readouterr().out
    assert "a\\|b" in shown


def test_files_that_hold_nothing_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    read(tmp_path, CLUSTER % ("", ""), "# nothing here\n")
    run(["explain-input", str(tmp_path)])
    assert "nothing in 1 file" in capsys.readouterr().out
