"""Answers are written whole or not at all, and links, pipes and devices stay."""

import json
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seawall.app.cli.write import write_bytes, write_json, write_text


def test_a_file_appears_only_when_complete(tmp_path: Path) -> None:
    target = tmp_path / "answer.json"
    target.write_text("old", encoding="utf-8")

    def broken() -> Iterator[bytes]:
        yield b"half"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_bytes(broken(), target)
    assert target.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_a_link_keeps_leading_to_its_file(tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to("real")
    write_text("new", link)
    assert link.is_symlink()
    assert (tmp_path / "real").read_text(encoding="utf-8") == "new\n"


def test_a_pipe_is_written_to_and_stays_a_pipe(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    got: list[bytes] = []
    reader = threading.Thread(target=lambda: got.append(pipe.read_bytes()))
    reader.start()
    write_text("through", pipe)
    reader.join()
    assert got == [b"through\n"]
    assert pipe.is_fifo()


def test_permissions_of_a_file_are_kept(tmp_path: Path) -> None:
    target = tmp_path / "secret"
    target.touch(mode=0o600)
    write_text("x", target)
    assert target.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("name", ["no/such/folder/x", "."])
def test_a_file_that_cannot_be_written_is_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(click.ClickException, match="cannot be written"):
        write_text("x", tmp_path / name)


def test_nothing_that_a_terminal_obeys_is_written(tmp_path: Path) -> None:
    target = tmp_path / "out"
    write_text("a\x1b]0;title\x07b \x1b[31mred\x1b[0m \ud800 \u202e", target)
    assert target.read_text(encoding="utf-8") == (
        "a\\x1b]0;title\\x07b \x1b[31mred\x1b[0m \\ud800 \\u202e\n"
    )


def test_json_keeps_what_is_no_character_as_its_escape(tmp_path: Path) -> None:
    target = tmp_path / "out.json"
    write_json({"a": "x\udcffö"}, target)
    assert target.read_bytes().decode() == '{\n  "a": "x\\udcffö"\n}\n'


_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**130), 2**130)
    | st.text(st.characters(exclude_categories=())),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(_VALUES)
def test_json_is_written_as_the_standard_library_would(document: object) -> None:
    with TemporaryDirectory() as folder:
        target = Path(folder) / "out.json"
        write_json(document, target)
        text = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
        assert target.read_bytes() == text.encode("utf-8", "backslashreplace")
