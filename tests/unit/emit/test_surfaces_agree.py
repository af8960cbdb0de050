"""Every surface of every scenario is read back as the same network."""

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from az_lines import made, ran, template
from model_pairs import apart, plain
from seawall.design.choose import choose
from seawall.design.choose.answer import Decided
from seawall.design.layout import lay_out
from seawall.design.requirements.read import read_requirements
from seawall.emit.arm import arm
from seawall.emit.az import az_script
from seawall.emit.bicep import bicep
from seawall.emit.graph import referred
from seawall.emit.terraform import terraform
from seawall.emit.terraform.write import named
from seawall.emit.tree import Deployment, Given, Value
from seawall.ingest import load
from seawall.model.snapshot import Snapshot

SCENARIOS = sorted(Path("examples/scenarios").glob("*.yaml"))
AS_OF = date(2026, 11, 29)
_HOME = "/subscriptions/{subscription}/resourcegroups/{resource-group}/providers/"


def designed(path: Path) -> Deployment:
    """Return what a scenario leads to."""
    needs, _told = read_requirements(path)
    assert needs is not None
    decided = choose(needs, AS_OF)
    assert isinstance(decided, Decided)
    found = lay_out(needs, decided.choices)
    assert isinstance(found, Deployment), found
    symbols = {item.symbol for item in found.resources}
    asked = {it for item in found.resources for it in referred(item)}
    if not asked <= symbols:
        pytest.skip("not all of it is laid out yet")
    return found


def ids(deployment: Deployment) -> Mapping[str, str]:
    """Return by addresses of Terraform the ids that ARM gives to the same."""
    names = named(deployment)
    found: dict[str, str] = {}
    for item in deployment.resources:
        if item.is_existing or not names.types[item.symbol]:
            continue
        chain = [item]
        while chain[-1].parent:
            chain.append(deployment.resource(chain[-1].parent))
        space, *kinds = item.type.split("/")
        path = "".join(
            f"/{kind}/{called(each.name, deployment)}"
            for kind, each in zip(kinds, reversed(chain), strict=True)
        )
        found[names.address(item.symbol).lower()] = f"{space}{path}".lower()
    return found


def called(name: Value, deployment: Deployment) -> str:
    """Return a name, that of a parameter by its default."""
    if isinstance(name, Given):
        (found,) = (it for it in deployment.parameters if it.name == name.name)
        return str(found.default)
    return str(name)


def model(snapshot: Snapshot, known: Mapping[str, str]) -> Any:
    """Return what was read, with the same ids whatever it was read from."""
    longest = sorted(map(re.escape, known), key=len, reverse=True)
    pattern = re.compile("|".join(longest) or "(?!)")

    def same(value: Any) -> Any:
        if isinstance(value, str):
            return pattern.sub(lambda it: known[it[0]], value).replace(_HOME, "")
        if isinstance(value, dict):
            return {key: same(item) for key, item in value.items()}
        if isinstance(value, list):
            items = list(map(same, value))
            listed = all(isinstance(item, dict) for item in items)
            return sorted(items, key=_order) if listed else items
        return value

    return same(
        {
            "cluster": plain(snapshot.cluster),
            "others": plain(snapshot.other_clusters),
            "fabric": plain(snapshot.fabric),
        }
    )


def _order(value: Any) -> str:
    keys = ("direction", "priority", "name", "id")
    return repr(([value.get(it) for it in keys], value))


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda it: it.stem)
def test_every_surface_says_the_same(path: Path, tmp_path: Path) -> None:
    deployment = designed(path)
    written: dict[str, Mapping[str, str]] = {
        "bicep": {"main.bicep": bicep(deployment)},
        "arm": {"main.json": arm(deployment)},
        "terraform": terraform(deployment),
    }
    (tmp_path / "az").mkdir()
    lines = ran(az_script(deployment), tmp_path / "az")
    written["script"] = {"main.json": template(made(lines))}
    known = ids(deployment)
    models = {}
    for surface, files in written.items():
        folder = tmp_path / surface
        folder.mkdir()
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8")
        models[surface] = model(load([folder]), known)
    found = list(apart(models["bicep"], models["terraform"]))
    # Templates are about to tell the first free address too.
    assert [it for it in found if "].address: None" not in it] == []
    assert list(apart(models["bicep"], models["arm"])) == []
    assert list(apart(models["bicep"], models["script"])) == []
