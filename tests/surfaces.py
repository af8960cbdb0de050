"""Designs of the scenarios, and what is read of any surface of one."""

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from model_pairs import plain
from seawall.design.choose import choose
from seawall.design.choose.answer import Decided
from seawall.design.layout import lay_out
from seawall.design.requirements.read import read_requirements
from seawall.emit.graph import referred
from seawall.emit.terraform.write import named
from seawall.emit.tree import Deployment, Given, Value
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
