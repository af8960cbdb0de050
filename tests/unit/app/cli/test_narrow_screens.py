"""Screens on narrow terminals: no line is longer, and no name is cut in two."""

from pathlib import Path

import pytest

from seawall.app.cli.main import run
from seawall.app.cli.show.words import placed

EXAMPLES = Path(__file__).parents[4] / "examples"
CLUSTER = """{
  "type": "Microsoft.ContainerService/managedClusters", "name": "aks",
  "id": "/subscriptions/s/resourceGroups/rg/providers/@/managedClusters/aks",
  "location": "westeurope",
  "properties": {
    "agentPoolProfiles": [{"name": "p", "osType": "Linux"}],
    "networkProfile": {"networkPlugin": "azure", "networkPluginMode": "overlay"}
  }
}""".replace("@", "Microsoft.ContainerService")


def test_a_place_stands_behind_the_text_only_where_it_fits(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    place = "some/folder/of/files/main.tf:12"
    assert placed("short", place, 4, colored=False) == f"short  {place}"
    long = "a text that leaves no room for it"
    assert placed(long, place, 4, colored=False) == f"{long}\n    {place}"
    assert placed("short", place, 4, colored=False, taken=40).startswith("short\n")
    assert placed(long, None, 4, colored=False) == long


@pytest.mark.parametrize("columns", [80, 120])
@pytest.mark.parametrize("verb", ["check", "explain-input", "egress"])
def test_no_line_is_wider_than_the_terminal(
    columns: int,
    verb: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(EXAMPLES.parent)
    monkeypatch.setenv("COLUMNS", str(columns))
    run([verb, "examples/contoso"])
    lines = capsys.readouterr().out.splitlines()
    assert lines
    assert not [line for line in lines if len(line) > columns and " " in line.strip()]


def test_a_table_breaks_no_name_in_the_middle_of_a_word(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    run(["reach", str(EXAMPLES / "contoso"), "--to", "ns:payments"])
    shown = capsys.readouterr().out
    assert "monitoring/prometheus " in shown
    assert "  [StatefulSet] " in shown
    monkeypatch.setenv("COLUMNS", "140")
    run(["reach", str(EXAMPLES / "contoso"), "--to", "ns:payments"])
    assert "monitoring/prometheus[StatefulSet] " in capsys.readouterr().out


def test_an_address_that_nobody_knows_yet_is_not_told_in_ranges(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "cluster.json").write_text(CLUSTER, encoding="utf-8")
    assert run(["trace", "node:p", "internet:443", str(tmp_path)]) == 0
    shown = capsys.readouterr().out
    assert "now an address that the input does not tell in place of 10.224.0.1" in shown
    assert "the far end sees an address that the input does not tell" in shown
    assert "more ranges" not in shown


@pytest.mark.parametrize(
    ("question", "advice"),
    [
        ("node:p internet:icmp", "a public address of its own for anything else"),
        ("internet node:p:22", "a Service of type LoadBalancer"),
    ],
)
def test_where_no_fix_is_proved_it_says_what_to_do(
    question: str, advice: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "cluster.json").write_text(CLUSTER, encoding="utf-8")
    assert run(["trace", *question.split(), str(tmp_path)]) == 1
    shown = capsys.readouterr().out.replace("\n    ", " ")
    assert "BY HAND" in shown
    assert advice in shown
