import gzip
import json
from pathlib import Path

import pytest

from reading import read, told
from seawall.ingest import LoadOptions, load
from seawall.ingest.assemble import Reading
from seawall.model.diagnostic import Assumption, InputError, Level

POD = """\
apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: shop
  labels: {app: web}
spec:
  containers: [{name: c, image: i}]
"""


def test_a_manifest_becomes_a_snapshot(tmp_path: Path) -> None:
    snapshot = read(tmp_path, POD)
    (workload,) = snapshot.objects.workloads
    assert workload.label == "shop/web[Pod]"
    assert str(workload.origin).endswith("000.yaml:1")
    (file,) = snapshot.inputs
    assert file.kind == "kubernetes"
    assert len(file.sha256) == 64


def test_json_yaml_and_lists_say_the_same(tmp_path: Path) -> None:
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "web", "namespace": "shop", "labels": {"app": "web"}},
        "spec": {"containers": [{"name": "c", "image": "i"}]},
    }
    expected = read(tmp_path, POD).objects.workloads
    shapes = [
        pod,
        [pod],
        {"apiVersion": "v1", "kind": "List", "items": [pod]},
        {"items": [pod]},
        {
            "apiVersion": "v1",
            "kind": "PodList",
            "items": [{k: pod[k] for k in ("metadata", "spec")}],
        },
    ]
    for shape in shapes:
        path = tmp_path / "dump"
        path.write_text(json.dumps(shape, indent=1))
        (workload,) = load([path]).objects.workloads
        assert (workload.label, workload.labels) == (
            expected[0].label,
            expected[0].labels,
        )


def test_one_bad_file_does_not_stop_the_run(tmp_path: Path) -> None:
    (tmp_path / "binary.yaml").write_bytes(gzip.compress(b"x") + b"\0")
    (tmp_path / "cut.json").write_text('{"kind": "Pod",\n "metadata": {')
    snapshot = read(tmp_path, POD, "a: [\n---\n" + POD.replace("web", "other"))
    assert [item.name for item in snapshot.objects.workloads] == ["other", "web"]
    says = [str(item) for item in told(snapshot)]
    assert len(says) == 3
    assert any("cut.json:2: not valid JSON" in item for item in says)
    assert any("binary file" in item for item in says)
    assert any("001.yaml:2: not valid YAML" in item for item in says)


def test_order_of_paths_makes_no_difference(tmp_path: Path) -> None:
    read(tmp_path, POD, POD.replace("{app: web}", "{app: other}"))
    one, other = tmp_path / "000.yaml", tmp_path / "001.yaml"
    first, second = load([one, other]), load([other, one])
    assert first.objects == second.objects
    assert first.diagnostics == second.diagnostics


def test_nothing_to_read_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no YAML and no JSON"):
        load([tmp_path])
    with pytest.raises(InputError, match="does not exist"):
        load([tmp_path / "absent"])


def test_a_file_above_the_limit_is_refused(tmp_path: Path) -> None:
    snapshot = read(tmp_path, POD, options=LoadOptions(largest_file=10))
    assert snapshot.objects.workloads == ()
    assert [item.level for item in snapshot.diagnostics] == [Level.ERROR]


def test_documents_of_others_are_counted(tmp_path: Path) -> None:
    snapshot = read(tmp_path, "replicas: 3\nimage: x\n", "name: chart\n", POD)
    (note,) = told(snapshot, Level.NOTE)
    assert "2 documents are neither" in note.what


def test_a_template_keeps_its_objects_from_view(tmp_path: Path) -> None:
    chart = """
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata:
          name: {{ .Values.name }}
          namespace: shop
        spec:
          podSelector: {}
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: api
        {{- if .Values.x }}
        """
    snapshot = read(tmp_path, POD, chart)
    (policy,) = snapshot.objects.opaque_policies
    assert (policy.namespace, policy.subject, policy.engines) == ("shop", None, None)
    assert str(policy.origin).endswith("001.yaml:2")
    assert [item.name for item in snapshot.objects.hidden] == ["api"]
    (diagnostic,) = told(snapshot)
    assert "1 template is not rendered" in diagnostic.what


def test_secrets_are_not_kept(tmp_path: Path) -> None:
    manifest = """
        apiVersion: v1
        kind: Secret
        metadata: {name: key}
        stringData: {token: hunter2}
        """
    snapshot = read(tmp_path, manifest, POD)
    assert "hunter2" not in repr(snapshot)


def test_assumptions_alike_stand_in_the_order_of_what_they_touch() -> None:
    touched = [f"cluster-{number}" for number in range(20)]
    assembly = Reading(LoadOptions())
    assembly.assumptions += [Assumption("a", "t", "s", (it,)) for it in touched]
    told = [it.touches[0] for it in assembly.snapshot().assumptions if it.id == "a"]
    assert told == sorted(touched)
