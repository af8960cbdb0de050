"""Whatever is wrong with an input is told with its place; the rest is answered."""

import io
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from seawall.app.cli.main import run
from seawall.ingest import LoadOptions, load

GOOD = """\
apiVersion: v1
kind: Pod
metadata: {name: good, namespace: shop, labels: {app: good}}
spec: {containers: [{name: c, image: i}]}
"""
VERBS = (
    ["check", "--fail-on", "never"],
    ["reach", "-o", "json"],
    ["trace", "shop/good", "10.0.0.1:80", "--unknown", "ok"],
)


def write(folder: Path, name: str, content: str | bytes) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())


def bomb() -> str:
    lines = ["apiVersion: v1", "kind: Pod", "x0: &x0 [lol, lol]"]
    lines += [f"x{i}: &x{i} [{', '.join([f'*x{i - 1}'] * 10)}]" for i in range(1, 12)]
    return "\n".join(lines)


UNUSABLE: dict[str, tuple[str | bytes, str, str]] = {
    "binary": (bytes(range(256)), "bad.yaml", "is a binary file"),
    "truncated": ('{"apiVersion": "v1", "it', "bad.json", "ends in the middle"),
    "bomb": (bomb(), "bad.yaml", "aliases expand"),
    "in itself": ("a: &a [*a]\n", "bad.yaml", "inside what it stands for"),
    "deep": ("[" * 50_000 + "]" * 50_000, "bad.json", "nested too deep"),
    "syntax": ("kind: Pod\nmetadata: [\n", "bad.yaml", "not valid YAML"),
    "tabs": ("kind:\n\t- x\n", "bad.yaml", "not valid YAML"),
    "latin": ("kind: Pöd\n".encode("latin-1"), "bad.yaml", "is not valid UTF-8"),
    "digits": ('{"a": ' + "9" * 5000 + "}", "bad.json", "too many digits"),
    "two values": ('{"a": 1} {"b": 2}', "bad.json", "extra data"),
    "empty": ("", "bad.yaml", "nothing in"),
    "nothing of ours": ("replicas: 3\n", "bad.yaml", "neither a Kubernetes object"),
    "null": ("null", "bad.json", "nothing in"),
}


@pytest.mark.parametrize("case", UNUSABLE)
@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: str(verb[0]))
def test_an_input_with_nothing_usable_ends_with_2_and_says_why(
    case: str, verb: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    content, name, says = UNUSABLE[case]
    write(tmp_path, name, content)
    assert run([*verb, str(tmp_path)]) == 2
    captured = capsys.readouterr()
    assert says in captured.err
    assert "why:" in captured.err
    assert "mend:" in captured.err
    assert "internal error" not in captured.err
    assert not captured.out


@pytest.mark.parametrize("case", UNUSABLE)
@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: str(verb[0]))
def test_beside_something_unusable_the_rest_is_answered(
    case: str, verb: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    content, name, _ = UNUSABLE[case]
    write(tmp_path, name, content)
    write(tmp_path, "good.yaml", GOOD)
    assert run([*verb, str(tmp_path)]) == 0
    captured = capsys.readouterr()
    assert captured.out
    assert "internal error" not in captured.err


DUPLICATE_ANCHORS = """\
apiVersion: v1
kind: Pod
metadata: {name: &a x, labels: {a: &a y, b: *a}}
spec: {}
"""
NO_REFERENCE = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: i, namespace: shop}
spec: {defaultBackend: {service: {name: gone, port: {number: 80}}}}
"""
BLOCK = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {{name: p, namespace: shop}}
spec:
  podSelector: {{}}
  ingress:
  - from:
    - ipBlock: {{cidr: {}, except: [{}]}}
"""


def cyclic_owners() -> str:
    def owned(kind: str, name: str, owner: str) -> dict[str, object]:
        reference = {
            "apiVersion": "apps/v1",
            "kind": "ReplicaSet",
            "name": owner,
            "uid": owner,
            "controller": True,
        }
        metadata = {
            "name": name,
            "namespace": "shop",
            "uid": name,
            "ownerReferences": [reference],
        }
        return {
            "apiVersion": "v1" if kind == "Pod" else "apps/v1",
            "kind": kind,
            "metadata": metadata,
            "spec": {},
        }

    items = [
        owned("ReplicaSet", "a", "b"),
        owned("ReplicaSet", "b", "a"),
        owned("Pod", "p", "a"),
    ]
    return json.dumps({"apiVersion": "v1", "kind": "List", "items": items})


ODD: dict[str, tuple[str | bytes, str]] = {
    "duplicate keys": (GOOD + "kind: Pod\n", "key `kind` stands twice"),
    "duplicate anchors": (DUPLICATE_ANCHORS, ""),
    "UTF-16": (GOOD.encode("utf-16"), ""),
    "byte order mark and CRLF": (
        b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode(),
        "",
    ),
    "no reference": (NO_REFERENCE, ""),
    "host bits": (
        BLOCK.format("10.0.0.5/8", "11.0.0.0/24"),
        "`10.0.0.5/8` has bits set beyond its prefix length",
    ),
    "except outside": (
        BLOCK.format("10.0.0.0/8", "11.0.0.0/24"),
        "except `11.0.0.0/24` is not inside `10.0.0.0/8`",
    ),
    "no address": (
        BLOCK.format("300.1.1.1/9", "10.0.0.0/24"),
        "`300.1.1.1/9` is not valid here",
    ),
    "cyclic owners": (cyclic_owners(), "own each other"),
}


@pytest.mark.parametrize("case", ODD)
@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: str(verb[0]))
def test_what_is_odd_is_told_and_the_rest_is_answered(
    case: str, verb: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    content, says = ODD[case]
    write(tmp_path, "good.yaml", GOOD)
    write(tmp_path, "odd.yaml", content)
    assert run([*verb, str(tmp_path)]) == 0
    captured = capsys.readouterr()
    assert says in captured.err
    assert captured.out
    assert "internal error" not in captured.err


def missing(folder: Path) -> tuple[Path, str]:
    write(folder, "manifests.yaml", GOOD)
    return folder / "manifest.yaml", "did you mean"


def no_folder(folder: Path) -> tuple[Path, str]:
    return folder / "no" / "such", "does not exist"


def link_to_nothing(folder: Path) -> tuple[Path, str]:
    (folder / "link").symlink_to("nothing")
    return folder / "link", "is a link that leads nowhere"


def link_to_itself(folder: Path) -> tuple[Path, str]:
    (folder / "link").symlink_to("link")
    return folder / "link", "is a link that leads nowhere"


def endless(folder: Path) -> tuple[Path, str]:
    return folder / ("x" * 3000), "cannot be used"


def nothing_to_read(folder: Path) -> tuple[Path, str]:
    write(folder, "archive.zip", b"PK\x03\x04\0\0")
    return folder, "1 other file was passed over"


@pytest.mark.parametrize(
    "make",
    [missing, no_folder, link_to_nothing, link_to_itself, endless, nothing_to_read],
)
@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: str(verb[0]))
def test_a_path_that_leads_to_nothing_is_told(
    make: Callable[[Path], tuple[Path, str]],
    verb: list[str],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path, says = make(tmp_path)
    assert run([*verb, str(path)]) == 2
    captured = capsys.readouterr()
    assert says in captured.err
    assert "mend:" in captured.err
    assert not captured.out


def test_links_that_lead_in_a_circle_are_not_followed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path, "a/good.yaml", GOOD)
    (tmp_path / "a" / "again").symlink_to("..")
    assert run(["check", "-v", "--fail-on", "never", str(tmp_path)]) == 0
    captured = capsys.readouterr()
    assert "link to a folder, which is not followed" in captured.err
    assert "of 1 workload" in captured.out


def test_pipes_and_broken_links_in_a_folder_are_told_and_not_waited_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path, "good.yaml", GOOD)
    os.mkfifo(tmp_path / "pipe.yaml")
    (tmp_path / "gone.yaml").symlink_to("nothing")
    assert run(["check", "-v", "--fail-on", "never", str(tmp_path)]) == 0
    err = capsys.readouterr().err
    assert "pipe.yaml` is a pipe and not read" in err
    assert "gone.yaml` is a link that leads nowhere" in err


def test_a_pipe_that_is_named_is_read_with_its_lines(
    capsys: pytest.CaptureFixture[str],
) -> None:
    end, start = os.pipe()
    with os.fdopen(start, "w", encoding="utf-8") as out:
        out.write(GOOD)
    try:
        assert run(["check", f"/dev/fd/{end}"]) == 1
    finally:
        os.close(end)
    assert f"/dev/fd/{end}:1" in capsys.readouterr().out


def test_an_endless_device_is_not_read_to_its_end() -> None:
    if not Path("/dev/zero").exists():
        pytest.skip("there is no /dev/zero here")
    snapshot = load([Path("/dev/zero")], options=LoadOptions(largest_file=1000))
    assert "or more" in snapshot.diagnostics[0].what


def test_a_folder_that_is_closed_is_told(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write(tmp_path, "good.yaml", GOOD)
    write(tmp_path, "closed/secret.yaml", GOOD)
    scandir = os.scandir

    def closed(path: str) -> object:
        if str(path).endswith("closed"):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", closed)
    assert run(["check", "--fail-on", "never", str(tmp_path)]) == 0
    err = capsys.readouterr().err
    assert "closed` cannot be read" in err
    assert "Permission denied" in err


def test_a_file_named_dash_needs_its_folder(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write(tmp_path, "-", GOOD)
    monkeypatch.chdir(tmp_path)
    assert run(["check", "--fail-on", "never", "./-"]) == 0
    other = GOOD.replace("good", "piped").encode()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(other)))
    capsys.readouterr()
    assert run(["check", "--fail-on", "never", "-"]) == 0
    assert "shop/piped[Pod]" in capsys.readouterr().out


def test_names_that_are_not_utf_8_are_shown_as_escapes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name = os.fsencode(tmp_path) + b"/bad\xff.yaml"
    try:
        with open(name, "wb") as file:  # noqa: PTH123  (a path of bytes)
            file.write(GOOD.encode())
    except OSError:
        pytest.skip("this file system takes no such name")
    for verb in (*VERBS, ["check", "-o", "json", "--fail-on", "never"]):
        assert run([*verb, str(tmp_path)]) == 0
    for form in ("csv", "md", "dot", "table"):
        assert run(["reach", "-o", form, str(tmp_path)]) == 0
    assert "internal error" not in capsys.readouterr().err


def test_names_cannot_steer_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "a\u001b]0;owned\u0007\ud800", "namespace": "shop"},
        "spec": {"containers": [{"name": "c"}]},
    }
    write(tmp_path, "x.json", json.dumps(pod))
    write(tmp_path, "good.yaml", GOOD)
    for verb in VERBS:
        assert run([*verb, str(tmp_path)]) == 0
    for form in ("csv", "md", "dot", "table"):
        assert run(["reach", "-o", form, str(tmp_path)]) == 0
    captured = capsys.readouterr()
    assert "internal error" not in captured.err
    assert run(["check", "--fail-on", "never", str(tmp_path)]) == 0
    assert "\x1b" not in capsys.readouterr().out
