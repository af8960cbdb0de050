"""Defaults from `.seawall.yaml`, `[tool.seawall]` and `SEAWALL_*`."""

from pathlib import Path

import pytest

from seawall.app.cli.main import run

OPEN = Path(__file__).parents[4] / "examples" / "open"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_file_in_a_folder_above_gives_defaults(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / ".seawall.yaml").write_text("check: {fail-on: never}\n", encoding="utf-8")
    (folder / "below").mkdir()
    monkeypatch.chdir(folder / "below")
    assert run(["check", str(OPEN)]) == 0


def test_the_project_file_gives_defaults(folder: Path) -> None:
    text = '[tool.seawall.check]\nfail-on = "never"\n'
    (folder / "pyproject.toml").write_text(text, encoding="utf-8")
    assert run(["check", str(OPEN)]) == 0


def test_a_project_file_without_settings_is_passed_by(folder: Path) -> None:
    (folder / "pyproject.toml").write_text("[tool.x]\n", encoding="utf-8")
    assert run(["check", str(OPEN)]) == 1


def test_the_environment_is_stronger_and_an_option_strongest(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / ".seawall.yaml").write_text("check: {fail-on: never}\n", encoding="utf-8")
    monkeypatch.setenv("SEAWALL_CHECK_FAIL_ON", "high")
    assert run(["check", str(OPEN)]) == 1
    assert run(["check", "--fail-on", "never", str(OPEN)]) == 0


def test_variables_are_named_as_options_are_written(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SEAWALL_REACH_FROM", "shop/cart")
    monkeypatch.setenv("SEAWALL_REACH_OUTPUT", "csv")
    assert run(["reach", str(OPEN)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "from,to,allowed,unknown"
    assert all(line.startswith("shop/cart[Deployment],") for line in lines[1:])


def test_one_output_needs_no_list(folder: Path) -> None:
    settings = "check: {output: json=answer.json, fail_on: never}\n"
    (folder / ".seawall.yaml").write_text(settings, encoding="utf-8")
    assert run(["check", str(OPEN)]) == 0
    assert (folder / "answer.json").exists()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("check: {nope: 1}", "sets `nope` of `check`, which is no option"),
        ("chekc: {fail-on: high}", "`chekc`, which is no verb"),
        ("check: {paths: /x}", "which is no option"),
        ("check: [1]", "must map a verb to its options"),
        ("- a", "must map a verb to its options"),
        ("a: &a [*a]", "must map a verb to its options"),
        (": :\n - [", "cannot be read at line 1"),
        ("!!python/object:os.system x", "cannot be read"),
        ("check: {fail-on: bogus}", "'bogus' is not one of"),
        ("check: {fail-on: [a]}", "is not one of"),
    ],
)
def test_a_wrong_setting_is_refused_with_its_file(
    folder: Path, capsys: pytest.CaptureFixture[str], text: str, says: str
) -> None:
    (folder / ".seawall.yaml").write_text(text, encoding="utf-8")
    assert run(["check", str(OPEN)]) == 2
    err = capsys.readouterr().err
    assert says in " ".join(err.split())
    assert "internal error" not in err


def test_broken_settings_do_not_stop_the_version_from_being_told(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / ".seawall.yaml").write_text("[[[", encoding="utf-8")
    assert run(["--version"]) == 0
    assert capsys.readouterr().out.startswith("seawall ")
