"""The action, the template and the hook run the program as it is."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from seawall.app.cli.main import run

ROOT = Path(__file__).parents[3]


def document(name: str) -> Any:
    return yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))


def script(steps: list[dict[str, Any]], name: str, key: str) -> dict[str, Any]:
    return next(step for step in steps if step.get(key) == name)


def run_script(
    text: str, folder: Path, environment: dict[str, str]
) -> "subprocess.CompletedProcess[str]":
    """Run the text of a step with this program in the place of the installed one."""
    program = folder / "seawall" / "bin" / "seawall"
    program.parent.mkdir(parents=True, exist_ok=True)
    program.write_text(
        f'#!/bin/sh\nexec "{sys.executable}" -m seawall "$@"\n', encoding="utf-8"
    )
    program.chmod(0o755)
    source = os.pathsep.join([str(ROOT / "src"), os.environ.get("PYTHONPATH", "")])
    return subprocess.run(  # noqa: S603  # the step's own text
        ["bash", "-e", "-o", "pipefail", "-c", text],  # noqa: S607
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": source, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("verb", "paths", "code"),
    [
        ("test", "examples/contoso", 1),
        ("check", "examples/contoso/manifests", 0),
        ("check", "examples/nowhere", 2),
    ],
)
def test_the_action_annotates_sums_up_and_ends_as_the_program(
    tmp_path: Path, verb: str, paths: str, code: int
) -> None:
    action = document("action.yml")
    step = script(action["runs"]["steps"], "ask", "id")
    given = {
        "PATHS": paths,
        "VERB": verb,
        "FAIL_ON": "high",
        "UNKNOWN": "warn",
        "SARIF": str(tmp_path / "out.sarif"),
        "RUNNER_TEMP": str(tmp_path),
        "GITHUB_OUTPUT": str(tmp_path / "output"),
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary"),
    }
    assert set(step["env"]) <= set(given)
    done = run_script(step["run"], tmp_path, given)
    assert done.returncode == code, done.stderr
    assert (tmp_path / "output").read_text(encoding="utf-8") == f"exit-code={code}\n"
    if code != 2:
        assert "###" in (tmp_path / "summary").read_text(encoding="utf-8")
        assert (tmp_path / "out.sarif").is_file()
    assert ("::error" in done.stdout) is (code == 1)


def test_the_action_hands_every_input_to_a_step_and_none_to_a_shell() -> None:
    action = document("action.yml")
    steps = action["runs"]["steps"]
    used = "\n".join(str(step.get("env", {})) for step in steps)
    for name in action["inputs"]:
        assert f"inputs.{name}" in used
    assert not any("${{" in step["run"] for step in steps), "a value could run"


def test_the_template_of_azure_pipelines_tests_and_leaves_a_report(
    tmp_path: Path,
) -> None:
    steps = document("pipelines/azure-pipelines.yml")["steps"]
    step = script(steps, "What must hold", "displayName")
    given = {"PATHS_GIVEN": "examples/contoso", "UNKNOWN": "fail"}
    assert set(step["env"]) == set(given)
    done = run_script(
        step["bash"], tmp_path, given | {"AGENT_TEMPDIRECTORY": str(tmp_path)}
    )
    assert done.returncode == 1
    assert "9 hold, 3 violated" in done.stdout
    assert "<testsuites" in (tmp_path / "seawall.xml").read_text(encoding="utf-8")


def test_the_hook_before_commits_names_a_verb_that_there_is(
    capsys: pytest.CaptureFixture[str],
) -> None:
    (hook,) = document(".pre-commit-hooks.yaml")
    program, verb = hook["entry"].split()
    assert program == "seawall"
    assert run([verb, "--help"]) == 0
    assert "intents" in capsys.readouterr().out
