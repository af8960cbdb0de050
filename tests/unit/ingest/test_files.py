from pathlib import Path

import pytest

from seawall.ingest.files import Walk
from seawall.model.diagnostic import InputError


def walked(*paths: Path, largest: int = 1000) -> tuple[list[str], Walk]:
    walk = Walk(largest, [])
    return [Path(item.path).name for item in walk.read(paths)], walk


def test_folders_are_walked_in_order_and_hidden_ones_left_out(tmp_path: Path) -> None:
    for name in ("b/x.yaml", "a/y.yml", ".git/z.yaml", "node_modules/m.json", "c.json"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("{}")
    assert walked(tmp_path)[0] == ["c.json", "y.yml", "x.yaml"]


def test_a_file_is_read_once(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("a: 1")
    assert walked(path, tmp_path)[0] == ["a.yaml"]


def test_files_are_told_by_content_and_the_others_counted(tmp_path: Path) -> None:
    (tmp_path / "readme.md").write_text("# words\n")
    (tmp_path / "photo.png").write_bytes(b"\x89PNG\0\0")
    (tmp_path / "manifest").write_text("# c\napiVersion: v1\nkind: Pod\n")
    (tmp_path / "dump").write_text('{"items": []}')
    names, walk = walked(tmp_path)
    assert names == ["dump", "manifest"]
    assert walk.ignored == 2
    assert walk.diagnostics == []


def test_a_missing_path_offers_the_near_name(tmp_path: Path) -> None:
    (tmp_path / "manifests").mkdir()
    with pytest.raises(InputError) as caught:
        walked(tmp_path / "manifest")
    assert "manifests" in caught.value.diagnostic.mend


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"\x7fELF\0", "binary"),
        (b"a: \xff", "not valid UTF-8"),
        (b"a" * 2000, "holds 0 MiB"),
    ],
)
def test_what_cannot_be_read_is_told(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "f.yaml"
    path.write_bytes(content)
    names, walk = walked(path)
    assert names == []
    (diagnostic,) = walk.diagnostics
    assert says in diagnostic.what
