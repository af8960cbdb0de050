import json
from pathlib import Path

import pytest

from reading import told
from seawall.ingest import files, load
from seawall.ingest.encoding import is_utf8
from seawall.ingest.kubernetes.dump import DumpItems, open_dump
from seawall.model.diagnostic import InputError

POD = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "spec": {"x": 1}}


def dump(*items: object, kind: str = "List") -> bytes:
    return json.dumps({"apiVersion": "v1", "kind": kind, "items": items}).encode()


def items_of(data: bytes) -> DumpItems:
    opened = open_dump(data)
    assert opened is not None
    items = opened["items"]
    assert isinstance(items, DumpItems)
    return items


def test_what_nobody_reads_of_a_pod_is_left_out() -> None:
    items = items_of(dump(POD, {**POD, "kind": "Job"}, POD))

    assert len(items) == 3
    assert items[0] == {**POD, "spec": {}}
    assert list(items)[1] == {**POD, "kind": "Job"}
    assert list(items[1:]) == list(items)[1:]


def test_items_of_a_list_of_pods_need_not_say_that_they_are_pods() -> None:
    bare = {"metadata": {"name": "a"}, "spec": {"x": 1}}

    assert list(items_of(dump(bare, kind="PodList"))) == [{**bare, "spec": {}}]
    assert list(items_of(dump(bare, kind="JobList"))) == [bare]


@pytest.mark.parametrize(
    "text",
    [
        b"[]",
        b'{"kind": "List", "apiVersion": "v1"}',
        b'{"kind": "Pod", "apiVersion": "v1", "items": []}',
        b'{"kind": "List", "apiVersion": "v1", "items": [}',
        b'{"kind": "List", "apiVersion": "v1", "items": []} x',
    ],
)
def test_any_other_text_is_no_dump(text: bytes) -> None:
    assert open_dump(text) is None


def test_a_vast_number_is_no_number_that_anybody_takes() -> None:
    text = dump({**POD, "spec": {"hostNetwork": 7}}).replace(b"7", b"7" * 5000)

    (pod,) = items_of(text)

    assert pod == {**POD, "spec": {"hostNetwork": float("inf")}}


def test_an_object_that_is_nested_too_deep_ends_the_reading() -> None:
    deep = b"[" * 100_000 + b"]" * 100_000

    with pytest.raises(InputError, match="nested too deep"):
        list(DumpItems((b'{"kind": ' + deep + b"}",), ("", "")))  # type: ignore[arg-type]


@pytest.mark.parametrize("broken", [b'"\xff"', b"]", b'"'])
def test_a_large_dump_that_is_broken_is_told_as_a_small_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: bytes
) -> None:
    path = tmp_path / "dump.json"
    path.write_bytes(dump(POD).replace(b"1}", broken + b"}"))
    small = told(load([path]))
    monkeypatch.setattr(files, "_LARGE", 0)

    assert told(load([path])) == small
    assert small


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"a", True),
        ("ü€".encode(), True),
        (("ü" * 2**20).encode(), True),
        (b"\xef\xbb\xbfa", False),
        (b"\xc3", False),
        (b"a\xff", False),
        ("ü".encode("utf-16"), False),
    ],
)
def test_utf8_is_told_from_other_bytes(data: bytes, expected: bool) -> None:  # noqa: FBT001
    assert is_utf8(data) is expected
