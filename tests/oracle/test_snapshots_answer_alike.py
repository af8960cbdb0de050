"""An archive of every recorded set answers as its files do, and says as much."""

from datetime import date
from pathlib import Path

import pytest

from seawall.app.cli.main import run
from seawall.ingest import LoadOptions
from seawall.ingest.taking.take import take

CORPORA = Path(__file__).parents[3] / "shared" / "corpora"
GROUPS = ("arm", "az-json", "bicep", "k8s", "netpol", "terraform", "tfplan")
SETS = [
    folder
    for group in GROUPS
    if (CORPORA / group).is_dir()
    for folder in sorted((CORPORA / group).iterdir())
    if folder.is_dir() and not folder.name.startswith(("_", "."))
]
QUESTIONS = (
    ["check", "--as-of", "2026-11-29", "-v", "--fail-on", "never"],
    ["reach", "-o", "json"],
    ["explain-input", "-o", "json"],
)
OF_BROKEN_SCRIPTS = {"checkov-bicep"}
"""Sets with a script that cannot be read: what is wrong in it is told otherwise."""

pytestmark = [
    pytest.mark.corpora,
    pytest.mark.skipif(not SETS, reason="the recorded corpora are not here"),
]


def name_of(folder: Path) -> str:
    return f"{folder.parent.name}/{folder.name}"


@pytest.mark.parametrize("folder", SETS, ids=name_of)
def test_an_archive_answers_as_the_files_do(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "snapshot.zip"
    taken = take([folder], LoadOptions(), date(2026, 11, 29), redact=False)
    file.write_bytes(taken.data)
    broken = folder.name in OF_BROKEN_SCRIPTS
    for question in QUESTIONS:
        code = run([*question, str(folder)])
        one = capsys.readouterr()
        assert run([*question, str(file)]) == code
        two = capsys.readouterr()
        if not broken or "json" in question:
            assert two.out == one.out
        if not broken:
            # A complaint may name the path that was given.
            other = one.err.replace(f"`{folder}`", f"`{file}`")
            assert two.err in (one.err, other)
