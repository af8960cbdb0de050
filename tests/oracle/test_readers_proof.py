"""The tables of docs/readers-proof.md, which were checked by reading, still hold."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from seawall.app.cli.main import run

ROOT = Path(__file__).parents[2]
CORPORA = ROOT.parent / "shared" / "corpora"
PAGE = ROOT / "docs" / "readers-proof.md"
NAMES = (
    "network-plugin",
    "plugin-mode",
    "policy-engine",
    "dataplane",
    "outbound-type",
    "private-cluster",
    "authorized-ranges",
)
NO_SUBNET = "(none told)"
Row = tuple[str, ...]


def tables() -> dict[str, list[Row]]:
    """Return the rows of the page, by the heading that they stand under."""
    found: dict[str, list[Row]] = {}
    heading = ""
    if not PAGE.exists() or not CORPORA.exists():
        return found
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            heading = line[3:]
        elif line.startswith("| ") and heading:
            cells = tuple(cell.strip() for cell in line.strip("| ").split(" | "))
            found.setdefault(heading, []).append(cells)
    return {name: rows[1:] for name, rows in found.items()}


def inputs(cell: str) -> Iterator[tuple[Path, int]]:
    """Yield the inputs that a first cell names, and which cluster is meant."""
    *_, number = cell.partition(" #")
    for pattern in re.findall(r"`([^`]*)`", cell):
        matching = sorted(CORPORA.glob(pattern.rstrip("/")))
        assert matching, pattern
        for path in matching:
            yield path, int(number or 1) - 1


def explained(path: Path, folder: Path) -> dict[str, Any] | None:
    """Return what `seawall explain-input` says; None if it finds nothing."""
    out = folder / "said.json"
    out.unlink(missing_ok=True)
    run(["explain-input", "-o", f"json={out}", str(path)])
    if not out.exists():
        return None
    found: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    return found


def shown(setting: dict[str, Any]) -> str:
    """Return a value as the page writes it: `*` by default, `?` not known."""
    if setting["state"] == "unknown":
        return "?"
    value = setting["value"]
    if isinstance(value, bool):
        text = "yes" if value else "no"
    elif isinstance(value, list):
        text = ", ".join(map(str, value)) or "none"
    else:
        text = str(value or "none").partition(":")[0]
    return text + ("*" if setting["state"] == "defaulted" else "")


def name_of(setting: dict[str, Any]) -> str:
    """Return the name of a resource that a setting refers to."""
    star = "*" if setting["state"] == "defaulted" else ""
    value = setting["value"]
    if setting["state"] == "unknown" or value is None:
        return "?" if setting["state"] == "unknown" else f"none{star}"
    if "#aks-" in value:
        return "AKS*"
    # An id of Azure, or an address of Terraform, whose keys may hold points.
    own = value.rpartition("/")[2] if value.startswith("/") else value
    address = re.search(r"azurerm_\w+\.([\w-]+(\[.*\])?)(/subnets/(.*))?$", own)
    if address is not None:
        own = address[4] or address[1]
    return braced(own) + star


def braced(text: str) -> str:
    return re.sub(r"\{[^{}]*\}", "{…}", text)


def links(said: dict[str, Any]) -> str:
    """Return the security group and the route table of each subnet."""
    found: dict[str, dict[str, str]] = {}
    for item in said["around"]:
        if item["name"] in {"security-group", "route-table"} and item["of"]:
            found.setdefault(item["of"], {})[item["name"]] = name_of(item)
    told = "; ".join(
        f"{_subnet(of)}: {it['security-group']}, {it['route-table']}"
        for of, it in sorted(found.items())
    )
    return told or NO_SUBNET


def _subnet(of: str) -> str:
    return re.sub(r"^.*[:.]", "", braced(of.rpartition("/")[2]))


def cluster_row(said: dict[str, Any], number: int) -> Row:
    """Return what is said of one cluster, as the page writes it."""
    by_name: dict[str, list[dict[str, Any]]] = {}
    for item in said["clusters"][number]["settings"]:
        by_name.setdefault(item["name"], []).append(item)
    plugin, mode, *rest = (shown(by_name[name][0]) for name in NAMES)
    if mode not in {"none*", "none"} and not (plugin == mode == "?"):
        plugin = f"{plugin} {mode}"
    nodes = (name_of(item) for item in by_name["subnet"])
    pods = (name_of(item) for item in by_name["subnet-of-pods"])
    return (
        plugin,
        *rest,
        ", ".join(dict.fromkeys(nodes)),
        ", ".join(dict.fromkeys(pods)),
    )


CLUSTERS, NETWORKS, NEITHER = "Clusters", "Networks alone", "Neither"
pytestmark = [
    pytest.mark.corpora,
    pytest.mark.skipif(not CORPORA.exists(), reason="no corpora beside the project"),
]


@pytest.mark.parametrize("row", tables().get(CLUSTERS, []), ids=lambda row: row[0])
def test_a_cluster_is_explained_as_the_page_says(row: Row, tmp_path: Path) -> None:
    first, *expected = row
    for path, number in inputs(first):
        said = explained(path, tmp_path)
        assert said is not None, path
        assert list(cluster_row(said, number)) == expected[:-1], path
        if number == 0:
            assert links(said) == expected[-1], path


@pytest.mark.parametrize("row", tables().get(NETWORKS, []), ids=lambda row: row[0])
def test_links_of_a_network_are_explained_as_the_page_says(
    row: Row, tmp_path: Path
) -> None:
    for path, _ in inputs(row[0]):
        said = explained(path, tmp_path)
        assert said is not None, path
        assert not said["clusters"], path
        assert links(said) == row[1], path


@pytest.mark.parametrize("row", tables().get(NEITHER, []), ids=lambda row: row[0])
def test_what_holds_neither_is_said_to_hold_nothing(row: Row, tmp_path: Path) -> None:
    for path, _ in inputs(row[0]):
        said = explained(path, tmp_path)
        assert said is None or not said["clusters"], path
        assert said is None or links(said) == NO_SUBNET, path


def test_the_page_counts_the_inputs_and_covers_every_set() -> None:
    rows = [row for found in tables().values() for row in found]
    covered = {path for row in rows for path, _ in inputs(row[0])}
    text = PAGE.read_text(encoding="utf-8")

    assert f"**{len(covered)} inputs**" in text
    sets = {
        each
        for form in ("arm", "bicep", "terraform", "tfplan", "az-json")
        for each in (CORPORA / form).iterdir()
        if each.is_dir()
    }
    assert not {each for each in sets if not any(_is_in(it, each) for it in covered)}


def _is_in(path: Path, folder: Path) -> bool:
    return path == folder or folder in path.parents
