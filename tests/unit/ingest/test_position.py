import hashlib
from pathlib import Path

import pytest

from seawall.ingest.text.position import FileLines
from seawall.model.origin import Pointer

YAML = """\
# head
a: 1
---
spec: &s
  ports:
  - port: 80
  - port: 81
    name: x
use:
  <<: *s
a:
- 1
a:
- 2
"""
JSON = '{\n "a": [\n  {"b": 1},\n  {"c": {"d": 2}}\n ]\n}\n'


def lines_of(path: Path, text: str, form: str) -> FileLines:
    path.write_text(text, encoding="utf-8")
    return FileLines(path, hashlib.sha256(text.encode()).hexdigest(), form)


@pytest.mark.parametrize(
    ("document", "pointer", "line"),
    [
        (0, ("a",), 2),
        (1, (), 4),
        (1, ("spec", "ports", 1), 7),
        (1, ("spec", "ports", 1, "name"), 8),
        (1, ("spec", "ports", 1, "absent"), 7),
        (1, ("use", "ports", 0), 6),
        (1, ("a", 0), 14),
        (7, (), None),
    ],
)
def test_yaml_lines_are_found(
    tmp_path: Path, document: int, pointer: Pointer, line: int | None
) -> None:
    assert lines_of(tmp_path / "f", YAML, "yaml")(document, pointer) == line


@pytest.mark.parametrize(
    ("pointer", "line"),
    [((), 1), (("a",), 2), (("a", 1), 4), (("a", 1, "c", "d"), 4), (("a", 9), 2)],
)
def test_json_lines_are_found(tmp_path: Path, pointer: Pointer, line: int) -> None:
    assert lines_of(tmp_path / "f", JSON, "json")(0, pointer) == line


def test_lines_of_a_large_text_are_found_without_reading_to_its_end(
    tmp_path: Path,
) -> None:
    head = '{"items": [\n{"a": 1},\n{"a":\n2}'
    text = head + ", " * 9 * 2**20
    lines = lines_of(tmp_path / "f", text, "json")

    assert lines(0, ("items", 1, "a")) == 3
    assert lines(0, ("items", 0)) == 2


def test_a_file_that_changed_has_no_lines(tmp_path: Path) -> None:
    path = tmp_path / "f"
    find = lines_of(path, YAML, "yaml")
    path.write_text("other: 1\n", encoding="utf-8")
    assert find(0, ("a",)) is None


def test_a_file_that_is_gone_has_no_lines(tmp_path: Path) -> None:
    path = tmp_path / "f"
    find = lines_of(path, JSON, "json")
    path.unlink()
    assert find(0, ("a",)) is None


def test_text_that_cannot_be_read_again_is_kept() -> None:
    assert FileLines(None, "", "yaml", YAML)(0, ("a",)) == 2
