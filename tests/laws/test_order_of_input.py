"""State, not path: the order of files, documents, keys and rules is not a fact."""

import json
import random
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from seawall.app.cli.main import run

CONTOSO = Path(__file__).parents[2] / "examples" / "contoso"
SETS = ("rules", "from", "to", "ports", "ingress", "egress", "policyTypes", "except")
"""Lists of a NetworkPolicy whose order means nothing."""

PLACE = re.compile(r" \([^()\s]*:\d+\)")


def documents() -> list[Any]:
    return [
        document
        for path in sorted((CONTOSO / "manifests").rglob("*.yaml"))
        for document in yaml.safe_load_all(path.read_text(encoding="utf-8"))
        if document is not None
    ]


def shuffled(value: Any, chance: random.Random, *, key: str = "") -> Any:
    if isinstance(value, dict):
        pairs = list(value.items())
        chance.shuffle(pairs)
        return {name: shuffled(held, chance, key=name) for name, held in pairs}
    if isinstance(value, list):
        held = [shuffled(item, chance) for item in value]
        if key in SETS:
            chance.shuffle(held)
        return held
    return value


def write_in_order(folder: Path, found: list[Any], chance: random.Random) -> None:
    """Spread documents over files of any name, some YAML and some JSON lists."""
    (folder / "plan.json").write_bytes((CONTOSO / "plan.json").read_bytes())
    names = [f"{chance.random()}" for _ in range(5)]
    parts: dict[str, list[Any]] = {name: [] for name in names}
    for document in found:
        parts[chance.choice(names)].append(document)
    for name, held in parts.items():
        if chance.random() < 0.5:
            whole = {"apiVersion": "v1", "kind": "List", "items": held}
            (folder / f"{name}.json").write_text(json.dumps(whole), encoding="utf-8")
        else:
            text = yaml.safe_dump_all(held, sort_keys=False)
            (folder / f"{name}.yaml").write_text(text, encoding="utf-8")


def answer(folder: Path, verb: str, capsys: pytest.CaptureFixture[str]) -> Any:
    run([verb, "-o", "json", str(folder)])
    return without_places(json.loads(capsys.readouterr().out))


def without_places(value: Any) -> Any:
    """Return an answer without what says where things stand and how they are ranked."""
    if isinstance(value, dict):
        return {
            key: without_places(held)
            for key, held in value.items()
            if key not in ("origin", "inputs", "diagnostics", "evidence")
        }
    if isinstance(value, list):
        return [without_places(item) for item in value]
    return PLACE.sub("", value) if isinstance(value, str) else value


def as_set(document: Any, field: str) -> list[str]:
    return sorted(json.dumps(item, sort_keys=True) for item in document[field])


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_files_documents_keys_and_rules_changes_no_answer(
    seed: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    chance = random.Random(seed)  # noqa: S311  (nothing secret)
    found = documents()
    (tmp_path / "one").mkdir()
    (tmp_path / "other").mkdir()
    write_in_order(tmp_path / "one", found, random.Random(0))  # noqa: S311
    mixed = [shuffled(document, chance) for document in found]
    chance.shuffle(mixed)
    write_in_order(tmp_path / "other", mixed, chance)
    one = answer(tmp_path / "one", "reach", capsys)
    other = answer(tmp_path / "other", "reach", capsys)
    assert one["connections"] == other["connections"]
    one = answer(tmp_path / "one", "check", capsys)
    other = answer(tmp_path / "other", "check", capsys)
    assert as_set(one, "findings") == as_set(other, "findings")
    for part in ("podPairs", "settings", "cluster"):
        assert one["overview"][part] == other["overview"][part]
    for part in ("apiServer", "doors", "waysOut", "platform", "inert", "unknown"):
        assert as_set(one["overview"], part) == as_set(other["overview"], part)


def test_answers_are_the_same_to_the_byte_when_asked_again(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for arguments in (
        ["check", "-o", "json"],
        ["reach", "-o", "json"],
        ["reach", "-o", "dot"],
        ["trace", "ns:shop", "ns:payments", "-o", "json"],
    ):
        run([*arguments, str(CONTOSO)])
        first = capsys.readouterr().out
        run([*arguments, str(CONTOSO)])
        assert capsys.readouterr().out == first
