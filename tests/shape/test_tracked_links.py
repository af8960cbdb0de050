"""What the tree holds stands in it, and does not lead to a machine's own places."""

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
_LINK = "120000"


def test_no_link_in_the_tree_leads_out_of_it() -> None:
    asked = ["git", "-C", str(ROOT), "ls-files", "--stage"]
    try:
        told = subprocess.run(  # noqa: S603  # git, asked for a list
            asked, capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("the tree is not under git")
    links = [it.split("\t")[1] for it in told.stdout.splitlines() if it[:6] == _LINK]
    out = [it for it in links if not (ROOT / it).resolve().is_relative_to(ROOT)]

    assert out == []


def test_an_environment_is_never_taken_into_the_tree_even_as_a_link() -> None:
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()

    assert ".venv" in ignored, "a pattern with a slash at its end means folders only"
