"""Asks `terraform console` for values, where the program is installed.

It runs without a network and without providers, in an empty folder of its own.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from seawall.ingest.terraform.evaluation.evaluate import Machine, Scope
from seawall.ingest.terraform.evaluation.functions.calls import Functions
from seawall.ingest.terraform.evaluation.functions.files import Files
from seawall.ingest.terraform.evaluation.values import Budget, Failed, Value
from seawall.ingest.terraform.language.parser import parse

FAILED = "cannot be evaluated"


def terraform() -> str | None:
    """Return where the program is, or None."""
    return shutil.which("terraform")


def ours(text: str, folder: str = ".", within: Sequence[Path] = ()) -> Value:
    """Return the value of one expression, as Seawall works it out."""
    script = parse(f"x = {text}\n", "x.tf")
    assert not script.faults, script.faults
    budget = Budget()
    machine = Machine(Functions(Files(within), budget), budget)
    scope = Scope(machine, {}, None, folder)
    try:
        return scope.value(script.body.arguments["x"].value)
    except Failed:
        return FAILED


def theirs(texts: Sequence[str], folder: Path) -> list[object]:
    """Return the values of some expressions, as Terraform works them out."""
    program = terraform()
    assert program is not None
    locals_ = "\n".join(
        f"locals {{\n  x{at} = {text}\n}}" for at, text in enumerate(texts)
    )
    (folder / "main.tf").write_text(locals_ + "\n", encoding="utf-8")
    settings = folder / "settings.tfrc"
    settings.write_text("", encoding="utf-8")
    items = ",".join(
        f'try(jsonencode(local.x{at}), jsonencode("{FAILED}"))'
        for at in range(len(texts))
    )
    done = subprocess.run(  # noqa: S603
        [program, "console"],
        input=f"jsonencode([{items}])\n",
        cwd=folder,
        env={
            **os.environ,
            "CHECKPOINT_DISABLE": "1",
            "TF_CLI_CONFIG_FILE": str(settings),
            "TF_DATA_DIR": str(folder / "data"),
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(item) for item in json.loads(json.loads(done.stdout))]
