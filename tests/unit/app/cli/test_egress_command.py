"""`seawall egress`: exit codes, options, and input that cannot be used."""

import json
from pathlib import Path
from typing import Any

import pytest

from seawall.app.cli.main import run

EXAMPLES = Path(__file__).parents[4] / "examples"
CONTOSO = str(EXAMPLES / "contoso")
OPEN = str(EXAMPLES / "open")
SHOP = str(EXAMPLES / "open" / "shop.yaml")

CLUSTER = {
    "id": "/subscriptions/s/resourceGroups/rg/providers/Microsoft.ContainerService/"
    "managedClusters/aks",
    "name": "aks",
    "type": "Microsoft.ContainerService/ManagedClusters",
    "location": "westeurope",
    "properties": {
        "agentPoolProfiles": [{"name": "p", "osType": "Linux"}],
        "networkProfile": {"networkPlugin": "azure", "networkPluginMode": "overlay"},
    },
}


def written(folder: Path, **properties: Any) -> str:
    path = folder / "cluster.json"
    changed = CLUSTER | {"properties": CLUSTER["properties"] | properties}  # type: ignore[operator]
    path.write_text(json.dumps(changed), encoding="utf-8")
    return str(path)


def test_all_that_is_needed_passes() -> None:
    assert run(["egress", CONTOSO]) == 0
    assert run(["egress", OPEN]) == 0


def test_what_is_blocked_is_a_finding(tmp_path: Path) -> None:
    profile = CLUSTER["properties"]["networkProfile"] | {"outboundType": "block"}  # type: ignore[index]
    assert run(["egress", written(tmp_path, networkProfile=profile)]) == 1


def test_what_is_not_known_asks_for_certainty_or_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    subnet = (
        "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network/"
        "virtualNetworks/v/subnets/s"
    )
    pools = [{"name": "p", "osType": "Linux", "vnetSubnetID": subnet}]
    path = written(tmp_path, agentPoolProfiles=pools)
    assert run(["egress", path]) == 3
    assert "NOT KNOWN WHETHER IT PASSES" in capsys.readouterr().out
    assert run(["egress", "--unknown", "warn", path]) == 0
    assert run(["egress", "--unknown", "ok", path]) == 0


def test_without_a_cluster_it_says_what_to_add(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["egress", SHOP]) == 2
    assert "az aks show" in capsys.readouterr().err


def test_of_several_clusters_one_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = json.loads(json.dumps(CLUSTER).replace("/aks", "/two"))
    both = [CLUSTER, other | {"name": "two"}]
    path = tmp_path / "clusters.json"
    path.write_text(json.dumps(both), encoding="utf-8")
    assert run(["egress", str(path), "--cluster", "two"]) == 0
    assert capsys.readouterr().out.startswith("two\n")


def test_a_day_is_a_day(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["egress", OPEN, "--now", "tomorrow"]) == 2
    assert "2027-03-01" in capsys.readouterr().err
    assert run(["egress", OPEN, "--now", "2025-01-01"]) == 0
    early = capsys.readouterr().out
    assert "packages.aks.azure.com  TCP" not in early
    (tmp_path / ".seawall.yaml").write_text("egress: {now: 2025-01-01}\n")
    monkeypatch.chdir(tmp_path)
    assert run(["egress", OPEN]) == 0
    assert capsys.readouterr().out == early


def test_json_names_rule_and_place(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["egress", CONTOSO, "-o", "json", "--now", "2026-11-28"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["cluster"]["topology"] == "private-link"
    found = {item["destination"]: item for item in document["requirements"]}
    registry = found["mcr.microsoft.com"]
    assert registry["allowedBy"]["rule"] == "platform-names/aks"
    assert registry["allowedBy"]["origin"]["line"] > 0
    assert registry["from"] == ["nodes of system", "nodes of apps"]
    vault = found["kv-contoso-identity.vault.azure.net"]
    assert vault["needed"] == "maybe"
    assert vault["verdict"] == "denied"
    assert vault["blockers"]


def test_what_changes_by_a_day_or_version_is_told(
    capsys: pytest.CaptureFixture[str],
) -> None:
    asked = ["egress", OPEN, "--now", "2026-11-28"]
    assert run([*asked, "--at", "2028-06-01"]) == 0
    text = capsys.readouterr().out
    assert "BY 2028-06-01" in text
    assert "Ubuntu 22.04 (pool nodepool1): ends 2027-06-30" in text
    assert run([*asked, "--at", "2028-06-01", "--kubernetes", "1.35"]) == 0
    text = capsys.readouterr().out
    assert "BY 2028-06-01, ON KUBERNETES 1.35" in text
    assert "nothing changes" in text


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--kubernetes", "latest"], "1.37"),
        (["--at", "2020-01-01"], "before"),
        (["--from", "internet"], "not in the cluster"),
        (["--from", "node:nowhere"], "nowhere"),
    ],
)
def test_options_that_make_no_sense_are_refused(
    options: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["egress", OPEN, *options]) == 2
    assert told in capsys.readouterr().err


def test_what_breaks_later_is_a_finding(tmp_path: Path) -> None:
    """packages.aks.azure.com is needed since 2025-03-31."""
    spec = Path(__file__).parents[3] / "golden" / "isolated-egress" / "input.yaml"
    text = spec.read_text(encoding="utf-8").replace(
        "artifactSource: Cache", "artifactSource: Direct"
    )
    text = text.replace("azureMonitorProfile: {metrics: {enabled: true}}", "")
    path = tmp_path / "cluster.yaml"
    path.write_text(text, encoding="utf-8")
    assert run(["egress", str(path), "--now", "2025-01-01"]) == 1
    at = ["--now", "2025-01-01", "--at", "2026-01-01", "-o", f"json={tmp_path}/a.json"]
    assert run(["egress", str(path), *at]) == 1
    document = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
    (row,) = document["changes"]["neededThen"]
    assert row["destination"] == "packages.aks.azure.com"
    assert row["verdict"] == "denied"


def test_only_some_senders_are_asked(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["egress", CONTOSO, "--from", "node:apps", "-o", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    senders = {name for row in document["requirements"] for name in row["from"]}
    assert senders == {"nodes of apps"}
    code = run(["egress", CONTOSO, "--from", "shop/cart", "-o", "json"])
    document = json.loads(capsys.readouterr().out)
    blocked = {
        row["destination"]
        for row in document["requirements"]
        if row["verdict"] == "denied"
    }
    assert code == 1
    assert "mcr.microsoft.com" in blocked


def test_markdown_has_a_table_for_each_part(
    capsys: pytest.CaptureFixture[str],
) -> None:
    asked = ["egress", CONTOSO, "--now", "2026-11-28", "--at", "2029-01-01"]
    assert run([*asked, "-o", "md"]) == 0
    text = capsys.readouterr().out
    for part in (
        "# Required egress of `aks-shop`",
        "## By 2029-01-01",
        "## Required",
        "## May be required",
        "## Optional",
        "## Allowed beyond what is required",
        "| ✓ allowed | `mcr.microsoft.com` | TCP 443 |",
        "platform-names/aks (examples",
    ):
        assert part.replace("(examples", "(") in text
    tables = [line for line in text.splitlines() if line.startswith("|")]
    assert all(line.count(" | ") == 5 for line in tables if "---" not in line)


def recordings() -> list[Path]:
    root = Path(__file__).parents[4].parent / "shared" / "corpora" / "az-json"
    return sorted((root / "azure-cli-recordings").glob("*.json"))


@pytest.mark.corpora
def test_real_clusters_are_answered_or_refused_with_a_reason(
    capsys: pytest.CaptureFixture[str],
) -> None:
    found = recordings()
    if not found:
        pytest.skip("the corpora are not beside the project")
    answered = 0
    for path in found:
        code = run(["egress", str(path), "-o", "json"])
        shown = capsys.readouterr()
        assert "internal error" not in shown.err, path
        assert code in (0, 1, 2, 3)
        if code != 2:
            document = json.loads(shown.out)
            assert document["cluster"]["cloud"] == "global"
            assert document["requirements"], path
            answered += 1
    assert answered > 4
