"""An archive answers as the files did, and one that is made to do harm is refused."""

import hashlib
import io
import json
import os
import zipfile
from collections.abc import Callable
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from seawall.app.cli.main import run
from seawall.ingest import LoadOptions, load
from seawall.ingest.stored.form import MANIFEST
from seawall.ingest.taking.take import take
from seawall.model.diagnostic import InputError

ROOT = Path(__file__).parents[4]
DAY = date(2026, 11, 29)
EXAMPLES = tuple(
    f"examples/{name}" for name in ("contoso", "open", "baseline", "isolated")
)
QUESTIONS = (
    ["check", "--as-of", "2026-11-29", "-v"],
    ["check", "--as-of", "2026-11-29", "-o", "json"],
    ["reach"],
    ["reach", "-o", "json"],
    ["reach", "--layers", "policy", "-o", "csv"],
    ["explain-input"],
    ["explain-input", "-o", "json"],
    ["egress", "--as-of", "2026-11-29", "-o", "json"],
)


def archived(folder: Path, *paths: str, redact: bool = False) -> str:
    file = folder / "snapshot.zip"
    taken = take(list(paths), LoadOptions(), DAY, redact=redact)
    file.write_bytes(taken.data)
    return str(file)


@pytest.fixture(autouse=True)
def _at_the_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


@pytest.mark.parametrize("example", EXAMPLES)
@pytest.mark.parametrize("question", QUESTIONS, ids=" ".join)
def test_an_archive_answers_as_the_files_did_line_for_line(
    example: str,
    question: list[str],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    code = run([*question, example])
    first = capsys.readouterr()
    assert run([*question, archived(tmp_path, example)]) == code
    second = capsys.readouterr()
    assert second.out == first.out
    assert second.err == first.err


def test_a_trace_from_an_archive_is_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["trace", "identity/login", "kv-contoso-identity.vault.azure.net:443"]
    run([*asked, EXAMPLES[0]])
    first = capsys.readouterr().out
    run([*asked, archived(tmp_path, EXAMPLES[0])])
    assert capsys.readouterr().out == first


def test_the_same_input_gives_the_same_bytes() -> None:
    one = take([EXAMPLES[0]], LoadOptions(), DAY, redact=False)
    two = take([EXAMPLES[0]], LoadOptions(), DAY, redact=False)
    assert one.data == two.data


def test_a_manifest_says_what_was_read_when_and_how() -> None:
    taken = take([EXAMPLES[1]], LoadOptions("shop"), DAY, redact=False)
    with zipfile.ZipFile(io.BytesIO(taken.data)) as archive:
        manifest = json.loads(archive.read(MANIFEST))
    schema = json.loads(
        files("seawall.query").joinpath("schemas/snapshot-v1.json").read_text("utf-8")
    )
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    validator.validate(manifest)
    for field in manifest:
        cut = {key: value for key, value in manifest.items() if key != field}
        assert not validator.is_valid(cut), field
    assert manifest["date"] == "2026-11-29"
    assert manifest["options"] == {"defaultNamespace": "shop"}
    for item in manifest["files"]:
        data = (ROOT / item["path"]).read_bytes()
        assert item["sha256"] == hashlib.sha256(data).hexdigest()


def test_a_build_of_an_overlay_and_its_base_is_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    base, prod = Path("k8s/base"), Path("k8s/overlays/prod")
    base.mkdir(parents=True)
    prod.mkdir(parents=True)
    (base / "kustomization.yaml").write_text("resources: [pod.yaml]\n")
    (base / "pod.yaml").write_text(
        "apiVersion: v1\nkind: Pod\nmetadata: {name: web, labels: {app: web}}\n"
        "spec: {containers: [{name: web}]}\n"
    )
    (prod / "kustomization.yaml").write_text(
        "namespace: shop\nresources: [../../base]\n"
    )
    run(["reach", "-o", "json", str(prod)])
    first = json.loads(capsys.readouterr().out)
    file = archived(tmp_path, str(prod))
    for path in (base, prod):
        for old in path.iterdir():
            old.unlink()
        path.rmdir()
    run(["reach", "-o", "json", file])
    assert json.loads(capsys.readouterr().out)["connections"] == first["connections"]
    assert first["connections"]


def test_what_was_told_of_the_paths_is_told_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "pod.yaml").write_text(
        "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: []}\n"
    )
    (folder / "notes.txt").write_text("nothing")
    (folder / "broken.yaml").write_bytes(b"\xff\xfe\x00")
    (folder / "gone.yaml").symlink_to(tmp_path / "nowhere")
    run(["check", "-v", "--fail-on", "never", str(folder)])
    first = capsys.readouterr()
    run(["check", "-v", "--fail-on", "never", archived(tmp_path, str(folder))])
    assert capsys.readouterr() == first


def test_redacted_the_same_verdicts_bear_other_names(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def shape(path: str) -> Any:
        run(["check", "--as-of", "2026-11-29", path, "-o", "json"])
        document = json.loads(capsys.readouterr().out)
        seen = document["overview"]
        run(["reach", path, "-o", "json"])
        rows = json.loads(capsys.readouterr().out)["connections"]
        return {
            "findings": sorted(item["rule"] for item in document["findings"]),
            "pairs": [seen["podPairs"][key] for key in ("open", "closed", "unknown")],
            "settings": seen["settingCounts"],
            "doors": sorted(item["verdict"] for item in seen["doors"]),
            "platform": sorted(item["verdict"] for item in seen["platform"]),
            "reach": sorted(
                json.dumps([row["allowed"], row["unknown"]], sort_keys=True)
                for row in rows
            ),
        }

    for example in EXAMPLES[:2]:
        file = archived(tmp_path, example, redact=True)
        assert shape(file) == shape(example)
        with zipfile.ZipFile(file) as archive:
            whole = b"".join(archive.read(name) for name in archive.namelist()).lower()
        for name in (b"contoso", b"payments", b"ledger", b"storefront", b"checkout"):
            assert name not in whole


def _changed(data: bytes, change: Callable[[dict[str, bytes]], None]) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        held = {name: archive.read(name) for name in archive.namelist()}
    change(held)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in held.items():
            archive.writestr(name, content)
    return out.getvalue()


def _manifest(**values: object) -> Callable[[dict[str, bytes]], None]:
    def change(held: dict[str, bytes]) -> None:
        held[MANIFEST] = json.dumps(json.loads(held[MANIFEST]) | values).encode()

    return change


def _set(name: str, content: bytes) -> Callable[[dict[str, bytes]], None]:
    return lambda held: held.__setitem__(name, content)


HARM = {
    "climbs out of its folder": _set("../../etc/evil", b"x"),
    "stands at the root": _set("/etc/evil", b"x"),
    "has no manifest": lambda held: held.pop(MANIFEST),
    "has a manifest that is no JSON": _set(MANIFEST, b"{"),
    "has a manifest that is a list": _set(MANIFEST, b"[]"),
    "has a manifest nested too deep": _set(MANIFEST, b"[" * 100_000),
    "has another form": _manifest(schemaVersion="seawall/snapshot/v9"),
    "has files that are none": _manifest(files=[1]),
    "has files that are not there": _manifest(
        files=[{"path": "a", "entry": "files/999999", "sha256": "", "stored": ""}]
    ),
    "names an entry outside": _manifest(
        files=[{"path": "a", "entry": "../x", "sha256": "", "stored": ""}]
    ),
    "has a file that was changed": _set("files/000000", b"apiVersion: v2"),
    "names a file with a line end": _manifest(
        files=[{"path": "a\nb", "entry": "files/000000", "sha256": "", "stored": ""}]
    ),
}


@pytest.mark.parametrize("harm", HARM, ids=str)
def test_an_archive_that_is_not_as_it_should_be_is_refused(
    harm: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = take([EXAMPLES[1]], LoadOptions(), DAY, redact=False).data
    file = tmp_path / "bad.zip"
    file.write_bytes(_changed(data, HARM[harm]))
    assert run(["check", str(file)]) == 2
    shown = capsys.readouterr().err
    assert "is no snapshot that can be read" in shown
    assert "Traceback" not in shown
    assert not (tmp_path.parent / "etc").exists()


@pytest.mark.parametrize("part", [4, 100, 2000, -30, -1])
def test_an_archive_that_breaks_off_is_refused(
    part: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = take([EXAMPLES[1]], LoadOptions(), DAY, redact=False).data
    file = tmp_path / "short.zip"
    file.write_bytes(data[:part])
    assert run(["check", str(file)]) == 2
    assert "is no snapshot that can be read" in capsys.readouterr().err


def test_a_link_in_an_archive_is_refused(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        info = zipfile.ZipInfo("files/000000")
        info.external_attr = 0o120777 << 16
        archive.writestr(info, "/etc/passwd")
        archive.writestr(MANIFEST, "{}")
    file = tmp_path / "link.zip"
    file.write_bytes(out.getvalue())
    found = load([file]).diagnostics
    assert any("is a link" in item.why for item in found)


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    content = b"a: " + b"0" * (64 * 2**20)
    manifest = {
        "schemaVersion": "seawall/snapshot/v1",
        "files": [
            {
                "path": "a.yaml",
                "entry": "files/000000",
                "sha256": "",
                "stored": hashlib.sha256(content).hexdigest(),
            }
        ],
        "notes": [],
    }
    file = tmp_path / "bomb.zip"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("files/000000", content)
        archive.writestr(MANIFEST, json.dumps(manifest))
    assert file.stat().st_size < 2**20
    found = load([file], options=LoadOptions(largest_file=2**20)).diagnostics
    assert any("holds more than 1 MiB" in item.why for item in found)


def test_names_in_an_archive_lead_to_no_file_of_this_machine(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "pod.yaml").write_text(
        "apiVersion: v1\nkind: Pod\nmetadata: {name: leaked}\nspec: {containers: []}\n"
    )
    text = b"resources: [pod.yaml]\n"
    digest = hashlib.sha256(text).hexdigest()
    manifest = {
        "schemaVersion": "seawall/snapshot/v1",
        "files": [
            {
                "path": f"{outside}/kustomization.yaml",
                "entry": "files/000000",
                "sha256": digest,
                "stored": digest,
                "expected": True,
            }
        ],
        "notes": [],
    }
    file = tmp_path / "reaching.zip"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("files/000000", text)
        archive.writestr(MANIFEST, json.dumps(manifest))
    assert not load([file]).objects.workloads


def test_nothing_is_written_when_there_is_nothing_to_keep(tmp_path: Path) -> None:
    target = tmp_path / "out.zip"
    with pytest.raises(InputError):
        take([tmp_path], LoadOptions(), DAY, redact=False)
    assert run(["snapshot", str(tmp_path), "-o", str(target)]) == 2
    assert not target.exists()
    assert not os.listdir(tmp_path)  # noqa: PTH208


def test_the_command_says_what_it_kept_and_dropped(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "out.zip"
    assert run(["snapshot", EXAMPLES[1], "-o", str(target), "--redact"]) == 0
    shown = capsys.readouterr()
    assert not shown.out
    assert "2 files, 0 secrets dropped, " in shown.err
    assert os.listdir(tmp_path) == ["out.zip"]  # noqa: PTH208


MADE = """
apiVersion: kyverno.io/v1
kind: ClusterPolicy
metadata: {name: of-rules}
spec:
  rules:
    - name: one
      generate:
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        namespace: shop
        data: {spec: {podSelector: {}, token: Pass-w0rd}}
    - name: many
      generate:
        namespace: pay
        cloneList: {kinds: [networking.k8s.io/v1/NetworkPolicy]}
---
apiVersion: policies.kyverno.io/v1alpha1
kind: GeneratingPolicy
metadata: {name: of-expressions}
spec: {generate: [{expression: 'generator.Apply("x", [NetworkPolicy])'}]}
---
apiVersion: k8s.ovn.org/v1
kind: UserDefinedNetwork
metadata: {name: beside, namespace: shop}
spec: {topology: Layer2, layer2: {role: Secondary}}
---
apiVersion: k8s.ovn.org/v1
kind: UserDefinedNetwork
metadata: {name: own, namespace: shop}
spec: {topology: Layer2, layer2: {role: Primary}}
---
apiVersion: policies.kyverno.io/v1alpha1
kind: DeletingPolicy
metadata: {name: of-time}
spec:
  schedule: "0 0 * * *"
  matchConstraints:
    resourceRules:
      - {apiGroups: [cilium.io], apiVersions: [v2], resources: ["*"]}
---
apiVersion: kuma.io/v1alpha1
kind: MeshTrafficPermission
metadata: {name: of-mesh, namespace: kuma-system}
spec: {targetRef: {kind: MeshSubset, tags: {app: web}}}
---
apiVersion: kuma.io/v1alpha1
kind: Mesh
metadata: {name: default}
spec:
  mtls:
    enabledBackend: ca-1
    backends: [{name: ca-1, type: provided, conf: {key: {inline: Pass-w0rd}}}]
  networking: {outbound: {passthrough: false}}
---
apiVersion: kuma.io/v1alpha1
kind: MeshIdentity
metadata: {name: all, namespace: kuma-system}
spec: {selector: {dataplane: {matchLabels: {app: web}}}}
---
apiVersion: config.openservicemesh.io/v1alpha2
kind: MeshConfig
metadata: {name: osm-mesh-config, namespace: osm-system}
spec: {traffic: {enablePermissiveTrafficPolicyMode: true, enableEgress: false}}
---
apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: shop
  annotations: {config.linkerd.io/default-inbound-policy: deny}
spec: {containers: [{name: c, image: i}]}
"""


def test_what_makes_policies_and_networks_of_pods_is_kept(tmp_path: Path) -> None:
    (tmp_path / "made.yaml").write_text(MADE, encoding="utf-8")
    file = archived(tmp_path, str(tmp_path / "made.yaml"))
    kept = [
        {
            (it.kind, it.namespace, it.subject, it.why)
            for it in load([path]).objects.opaque_policies
        }
        for path in (tmp_path / "made.yaml", Path(file))
    ]
    assert len(kept[0]) == 6
    assert kept[0] == kept[1]
    meshes = [
        {
            (it.kind, it.namespace, it.subject, it.governs)
            for it in load([path]).objects.ranked_policies
        }
        for path in (tmp_path / "made.yaml", Path(file))
    ]
    assert len(meshes[0]) == 5
    assert meshes[0] == meshes[1]
    assert b"Pass-w0rd" not in zipfile.ZipFile(file).read("files/000000")
