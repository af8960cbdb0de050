"""Every surface of every scenario is read back as the same network."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from az_lines import made, ran, template
from model_pairs import apart
from seawall.emit.arm import arm
from seawall.emit.az import az_script, told
from seawall.emit.bicep import bicep
from seawall.emit.terraform import terraform
from seawall.ingest import load
from seawall.ingest.terraform.language.parser import parse
from seawall.ingest.terraform.schema.names import strangers
from surfaces import SCENARIOS, designed, ids, model


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
    written["told"] = {"main.json": arm(told(deployment))}
    known = ids(deployment)
    models = {}
    for surface, files in written.items():
        folder = tmp_path / surface
        folder.mkdir()
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8")
        models[surface] = model(load([folder]), known)
    assert list(apart(models["bicep"], models["terraform"])) == []
    assert list(apart(models["bicep"], models["arm"])) == []
    assert list(apart(models["bicep"], models["script"])) == []
    assert list(apart(models["bicep"], models["told"])) == []


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda it: it.stem)
def test_every_argument_is_one_of_the_release_that_is_asked_for(path: Path) -> None:
    files = terraform(designed(path))
    assert 'version = "~> 4.55"' in files["versions.tf"]
    found = []
    for name, text in files.items():
        for section in parse(text, name).body.of("resource"):
            found += strangers(section.labels[0], section.body, "4")
    assert found == []
