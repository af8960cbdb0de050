"""`bicep` compiles files where it is asked for, and says what it was asked."""

import json
import sys
from pathlib import Path

import pytest

from arm_templates import template
from bicep_sources import write
from seawall.app.cli.main import run
from seawall.ingest import LoadOptions, load
from seawall.model.diagnostic import Level
from seawall.model.snapshot import Snapshot

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs `#!`")

SOURCE = """
resource group 'Microsoft.Network/networkSecurityGroups@2024-05-01' = { name: 'source' }
module m 'modules/one.bicep' = { name: 'm' }
"""
ONE = "resource r 'Microsoft.Network/routeTables@2024-05-01' = { name: 'one' }\n"
MADE = template(
    {
        "type": "Microsoft.Network/networkSecurityGroups",
        "apiVersion": "2024-05-01",
        "name": "compiled",
    }
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with two files; no program is on the path."""
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    write(tmp_path / "in", main__bicep=SOURCE, modulesSone__bicep=ONE)
    return tmp_path / "in"


def program(folder: Path, body: str) -> None:
    path = folder.parent / "bin" / "bicep"
    path.write_text(f"#!{sys.executable}\nimport sys\n{body}\n", encoding="utf-8")
    path.chmod(0o755)


def asked(folder: Path) -> Snapshot:
    return load([folder], options=LoadOptions(compile_bicep=True))


def test_it_is_never_run_unless_it_is_asked_for(folder: Path) -> None:
    program(folder, f"open({str(folder / 'ran')!r}, 'w')\n")
    found = load([folder])
    assert {it.name for it in found.fabric.security_groups} == {"source"}
    assert not (folder / "ran").exists()


def test_what_it_makes_of_a_root_stands_for_it_and_for_its_modules(
    folder: Path,
) -> None:
    program(
        folder,
        f"open({str(folder.parent / 'args')!r}, 'a').write(' '.join(sys.argv[1:]))\n"
        f"print({json.dumps(MADE)!r})",
    )
    found = asked(folder)
    assert {it.name for it in found.fabric.security_groups} == {"compiled"}
    assert not found.fabric.route_tables
    words = (folder.parent / "args").read_text().split()
    assert words[0] == "build"
    assert words[1].endswith("in/main.bicep")
    assert words[2:] == ["--stdout", "--no-restore"]
    assert any("as `bicep` compiled it" in it.what for it in found.diagnostics)


@pytest.mark.parametrize(
    "body, words",
    [
        ("sys.exit('Error BCP018: it is wrong')", "Error BCP018: it is wrong"),
        ("sys.exit(3)", "it ended with 3"),
        ("print('no json')", "what it wrote is no JSON"),
        ("print('[]')", "what it wrote is no template"),
    ],
)
def test_a_file_that_it_cannot_compile_is_read_by_us(
    folder: Path, body: str, words: str
) -> None:
    program(folder, body)
    found = asked(folder)
    assert {it.name for it in found.fabric.security_groups} == {"source"}
    assert [it.name for it in found.fabric.route_tables] == ["one"]
    (told,) = [it for it in found.diagnostics if it.level is Level.WARNING]
    assert words in told.what


def test_without_it_the_source_is_read_and_that_is_said(folder: Path) -> None:
    found = asked(folder)
    assert {it.name for it in found.fabric.security_groups} == {"source"}
    (told,) = [it for it in found.diagnostics if it.level is Level.WARNING]
    assert told.what == "`bicep` is not installed here"


def test_the_command_line_asks_for_it(folder: Path) -> None:
    ran = folder.parent / "ran"
    program(folder, f"open({str(ran)!r}, 'w')\nprint({json.dumps(MADE)!r})")
    run(["explain-input", str(folder)])
    assert not ran.exists()
    run(["explain-input", "--compile-bicep", str(folder)])
    assert ran.exists()
