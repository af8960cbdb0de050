import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

import pytest

from reading import told
from seawall.ingest import files, load
from seawall.ingest.documents import ReadDocument
from seawall.ingest.kubernetes import convert
from seawall.ingest.kubernetes.terms.dump import DumpItems, ReadOfPod, open_dump
from seawall.ingest.kubernetes.workloads.twins import PlainPod
from seawall.ingest.text.encoding import is_utf8
from seawall.model.diagnostic import InputError
from seawall.model.origin import Origin

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


def test_a_plain_list_does_not_make_pods_of_objects_without_a_version() -> None:
    spec = {"containers": [{"name": "a", "image": "i"}]}
    bare = {"kind": "Pod", "metadata": {"name": "a"}, "spec": spec}

    assert list(items_of(dump(POD, bare))) == [{**POD, "spec": {}}, bare]


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


class Watched(dict[str, object]):
    """A mapping that notes which of its keys are asked for."""

    def __init__(
        self, value: dict[str, object], place: tuple[str, ...], asked: set[object]
    ) -> None:
        self.place, self.asked = place, asked
        super().__init__({key: self._inner(key, value[key]) for key in value})

    def _inner(self, key: str, value: object) -> object:
        if isinstance(value, list):
            return [self._inner(key, item) for item in value]
        if isinstance(value, dict):
            return Watched(value, (*self.place, key), self.asked)
        return value

    def get(self, key: str, default: object = None) -> Any:
        self.asked.add((*self.place, key))
        return super().get(key, default)

    def __getitem__(self, key: str) -> object:
        self.asked.add((*self.place, key))
        return super().__getitem__(key)


def fields_of(shape: Any, place: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for key, kind in get_type_hints(shape).items():
        inner = get_args(kind)[0] if get_origin(kind) in (list, tuple) else kind
        yield (*place, key)
        if hasattr(inner, "__total__") or hasattr(inner, "__struct_fields__"):
            yield from fields_of(inner, (*place, key))


def test_no_field_of_a_pod_is_read_that_a_large_dump_leaves_out() -> None:
    container = {"image": "i", "ports": [{"name": "a", "containerPort": 1}]}
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "generateName": "p-",
            "labels": {"a": "b"},
            "annotations": {"a": "b"},
            "ownerReferences": [{"kind": "Job", "name": "j", "controller": True}],
        },
        "spec": {
            "containers": [container],
            "initContainers": [{**container, "restartPolicy": "Always"}],
        },
        "status": {"podIPs": [{"ip": "10.0.0.1"}]},
    }
    asked: set[Any] = set()
    document = ReadDocument(Watched(pod, (), asked), Origin("anywhere"))

    convert([document], [], default_namespace="default")

    known = set(fields_of(ReadOfPod))
    leaves = {place for place in known if not any(k[:-1] == place for k in known)}
    unseen = {
        place
        for place in asked
        if place not in known and not any(place[: len(it)] == it for it in leaves)
    }
    # Add what is missing to `ReadOfPod`.
    assert unseen == {("items",)}
    assert ("spec", "initContainers", "restartPolicy") in asked


def test_pods_that_are_taken_as_alike_are_looked_at_in_every_field_that_is_read() -> (
    None
):
    known = set(fields_of(ReadOfPod))

    missing = known - set(fields_of(PlainPod))

    # Pods without a name are left to the careful reader. What is added to `PlainPod`
    # must be part of `build` in `Twins`, or of each pod.
    assert missing == {("metadata", "generateName")}
