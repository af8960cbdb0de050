"""What the real az sends for a script; skipped where it is not at hand.

`SEAWALL_AZURE_CLI` names a Python that has `azure-cli` and `trustme`.
"""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from az_lines import ran, template
from model_pairs import apart
from seawall.emit.az import az_script
from seawall.emit.bicep import bicep
from seawall.ingest import load
from surfaces import SCENARIOS, designed, ids, model

_PYTHON = os.environ.get("SEAWALL_AZURE_CLI", "")
_RUNNER = Path(__file__).parents[3] / "azure_cli_bodies.py"

pytestmark = pytest.mark.skipif(not _PYTHON, reason="azure-cli is not at hand")


def bodies(lines: list[list[str]]) -> list[tuple[str, dict[str, Any]]]:
    """Return what az puts, by the ID that it puts it to."""
    done = subprocess.run(  # noqa: S603  # the developer's own program
        [_PYTHON, str(_RUNNER)],
        input=json.dumps(lines),
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, tuple[str, dict[str, Any]]] = {}
    for words, (code, said, sent) in zip(lines, json.loads(done.stdout), strict=True):
        assert code == 0, (words, said)
        for _method, path, body in sent:
            if "/providers/" in path and "roleassignments" not in path.lower():
                found[path.lower()] = (path, body)
    return list(found.values())


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda it: it.stem)
def test_what_az_sends_is_what_bicep_says(path: Path, tmp_path: Path) -> None:
    deployment = designed(path)
    for name in ("az", "sent", "bicep"):
        (tmp_path / name).mkdir()
    sent = bodies(ran(public(az_script(deployment)), tmp_path / "az"))
    text = template(sent)
    (tmp_path / "sent" / "main.json").write_text(text, encoding="utf-8")
    ours_text = public(bicep(deployment))
    (tmp_path / "bicep" / "main.bicep").write_text(ours_text, encoding="utf-8")
    known = ids(deployment)
    theirs, ours = (model(load([tmp_path / name]), known) for name in ("sent", "bicep"))
    assert list(apart(folded(ours), folded(theirs))) == []


def public(text: str) -> str:
    """Return a text with public addresses in the place of those for documentation.

    az refuses the latter among authorized ranges: "must be global non-reserved".
    """
    for reserved, chosen in (
        ("203.0.113.", "20.101.113."),
        ("198.51.100.", "20.102.100."),
    ):
        text = text.replace(reserved, chosen)
    return text


def folded(value: Any) -> Any:
    """Return a value without regard to case, in which ARM has none."""
    if isinstance(value, dict):
        return {key: folded(item) for key, item in value.items()}
    if isinstance(value, list):
        return [folded(item) for item in value]
    return value.lower() if isinstance(value, str) else value
