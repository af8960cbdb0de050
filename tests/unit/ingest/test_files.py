from pathlib import Path

import pytest

from seawall.ingest.files import Walk
from seawall.model.diagnostic import InputError, Level


def walked(*paths: Path, largest: int = 1000) -> tuple[list[str], Walk]:
    """Return which files are read; what stands for others holds nothing of them."""
    walk = Walk(largest, [])
    found = [it for it in walk.read(paths) if it.content not in ("", "?")]
    return [Path(item.path).name for item in found], walk


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


@pytest.mark.parametrize("name", ["a.yaml", "main.bicep", "main.tf", "x.json"])
def test_a_link_to_a_file_outside_of_what_was_given_is_told_and_not_read(
    tmp_path: Path, name: str
) -> None:
    (tmp_path / "secret").write_text("{}")
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / name).symlink_to(tmp_path / "secret")
    names, walk = walked(folder)
    assert names == []
    (told,) = walk.diagnostics
    assert told.level is Level.WARNING
    assert f"{name}` is a link to a file outside of what was given" in told.what


def test_a_link_within_what_was_given_is_read_and_so_is_one_that_is_named(
    tmp_path: Path,
) -> None:
    (tmp_path / "secret.yaml").write_text("{}")
    folder = tmp_path / "in"
    (folder / "..data").mkdir(parents=True)
    (folder / "..data" / "own.yaml").write_text("{}")
    (folder / "b.yaml").symlink_to(Path("..data") / "own.yaml")
    (folder / "c.yaml").symlink_to(tmp_path / "secret.yaml")
    assert walked(folder)[0] == ["b.yaml"]
    assert walked(folder, folder / "c.yaml")[0] == ["b.yaml", "c.yaml"]
    assert walked(folder, tmp_path / "secret.yaml")[0] == ["b.yaml", "c.yaml"]
    (tmp_path / "door").symlink_to(folder)
    names, walk = walked(tmp_path / "door")
    assert names == ["b.yaml"]
    assert len(walk.diagnostics) == 1


def test_a_link_of_another_kind_out_of_the_folder_is_counted(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("apiVersion: v1\nkind: Pod\n")
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "pod").symlink_to(tmp_path / "secret")
    names, walk = walked(folder)
    assert (names, walk.ignored, walk.diagnostics) == ([], 1, [])


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
