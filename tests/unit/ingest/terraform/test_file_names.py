"""Which files a pattern means.

The answers are those of `terraform console` (1.x) in a folder of these files.
"""

from pathlib import Path

import pytest

from seawall.ingest.terraform.evaluation.functions.files import Files
from seawall.ingest.terraform.evaluation.values import Unknown

FILES = ("a/x.json", "a/y.yaml", "a/b/x.json", "a/b/z.yml", "top.json", "ab.json")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in FILES:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("{}")
    return tmp_path


@pytest.mark.parametrize(
    ("pattern", "wanted"),
    [
        ("*", ["ab.json", "top.json"]),
        ("**", sorted(FILES)),
        ("**/*.json", ["a/b/x.json", "a/x.json", "ab.json", "top.json"]),
        ("a/*.{json,yaml}", ["a/x.json", "a/y.yaml"]),
        ("**/*.y*ml", ["a/b/z.yml", "a/y.yaml"]),
        ("?op.json", ["top.json"]),
        ("[ta]*.json", ["ab.json", "top.json"]),
        ("[^t]*.json", ["ab.json"]),
        ("[!t]*.json", ["top.json"]),
        ("{a,top}*", ["ab.json", "top.json"]),
        ("a/**/x.json", ["a/b/x.json", "a/x.json"]),
    ],
)
def test_a_pattern_means_the_files_that_terraform_lists(
    folder: Path, pattern: str, wanted: list[str]
) -> None:
    assert Files([folder]).names(str(folder), ".", pattern) == wanted


@pytest.mark.parametrize(
    ("path", "pattern"), [("..", "*"), (".", "../*"), ("/etc", "*"), (".", "{a")]
)
def test_nothing_is_listed_outside_of_the_input(
    folder: Path, path: str, pattern: str
) -> None:
    inside = folder / "a"
    assert isinstance(Files([inside]).names(str(inside), path, pattern), Unknown)
