"""Our reading of kustomizations against `kubectl kustomize`, where it is installed."""

import json
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from seawall.ingest.files import Walk
from seawall.ingest.kustomize.build import Builder
from seawall.ingest.kustomize.shelf import Sheet, Shelf, text_of
from seawall.ingest.reader import read_text
from seawall.model.diagnostic import Level

KUBECTL = shutil.which("kubectl")
CORPORA = Path(__file__).parents[2] / ".." / "shared" / "corpora" / "k8s"
pytestmark = pytest.mark.skipif(KUBECTL is None, reason="kubectl is not installed")

# Names of generated settings, images, and kinds on which no packet depends.
PASSED_OVER = {
    "Secret",
    "CustomResourceDefinition",
    "ClusterRoleBinding",
    "RoleBinding",
    "MutatingWebhookConfiguration",
    "ValidatingWebhookConfiguration",
    "HelmRelease",
}
HASHED = re.compile(r"-[bcdfghkmt2456789]{10}$")
KEYS_PASSED_OVER = {"image", "volumes", "valuesFrom", "annotations"}


def theirs(folder: Path) -> list[Any] | None:
    done = subprocess.run(  # noqa: S603  (our own folder)
        [KUBECTL or "kubectl", "kustomize", str(folder)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    if done.returncode:
        return None
    return [item for item in yaml.safe_load_all(done.stdout) if item]


def fetch(path: str) -> Sheet | None:
    for file in Walk(2**24, []).read((path,)):
        read = read_text(file)
        whole = not read.diagnostics and read.templated is None
        return Sheet(file.path, read.documents, whole)
    return None


def ours(folder: Path) -> tuple[Builder, Mapping[tuple[str, ...], Any]]:
    builder = Builder(Shelf({}, fetch, text_of))
    things = builder.build(str(folder))
    values = {
        key(it.value): None if it.doubt else plain(it.value)
        for it in things
        if it.value.get("kind") not in PASSED_OVER and not it.hashed
    }
    return builder, values


def key(value: Mapping[str, Any]) -> tuple[str, ...]:
    metadata = value["metadata"]
    namespace = metadata.get("namespace", "")
    return value["apiVersion"], value["kind"], namespace, metadata.get("name", "")


def plain(value: Any) -> Any:
    """Return a value without what means nothing here: order, nulls, images."""
    if isinstance(value, dict):
        return {
            str(name): plain(item)
            for name, item in value.items()
            if item is not None and item != {} and name not in KEYS_PASSED_OVER
        }
    if isinstance(value, list):
        return sorted(map(plain, value), key=lambda it: json.dumps(it, sort_keys=True))
    return value


def compare(folder: Path) -> None:
    """Hold the two readings of one folder against each other."""
    expected = theirs(folder)
    builder, found = ours(folder)
    notes = builder.notes.diagnostics
    if expected is None:
        assert notes, "kubectl refuses what we take without a word"
        return
    assert not [str(it) for it in notes if it.level is Level.ERROR]
    wanted = {
        key(it): plain(it)
        for it in expected
        if it["kind"] not in PASSED_OVER and not HASHED.search(key(it)[-1])
    }
    if None in found.values():
        assert notes
        certain = {name: value for name, value in found.items() if value is not None}
        assert certain.items() <= wanted.items()
    else:
        assert found == wanted


LABELS = st.dictionaries(st.sampled_from("abc"), st.sampled_from(["u", "v", "w"]))
SOME_LABELS = LABELS.filter(bool)
# Release 5.5 lets the labels of an object and its selector, where it made both, share
# their values; other keys keep that fault of its own out of sight.
OTHER_LABELS = st.dictionaries(st.sampled_from("de"), st.just("u"), min_size=1)
NAMES = st.sampled_from(["web", "db"])
PEERS = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "podSelector": st.fixed_dictionaries({}, optional={"matchLabels": LABELS}),
            "namespaceSelector": st.just({}),
        },
    ).filter(bool),
    max_size=2,
)
CONTAINERS = st.lists(
    st.fixed_dictionaries(
        {"name": st.sampled_from("xyz")},
        optional={
            "ports": st.lists(
                st.fixed_dictionaries(
                    {"containerPort": st.sampled_from([1, 2, 3])},
                    optional={"name": st.sampled_from(["p", "q"])},
                ),
                unique_by=lambda it: it["containerPort"],
                max_size=2,
            )
        },
    ),
    unique_by=lambda it: str(it["name"]),
    min_size=1,
    max_size=2,
)
POD_TEMPLATES = st.fixed_dictionaries(
    {
        "metadata": st.fixed_dictionaries({"labels": SOME_LABELS}),
        "spec": st.fixed_dictionaries({"containers": CONTAINERS}),
    }
)
DEPLOYMENT_SPECS = st.fixed_dictionaries({"template": POD_TEMPLATES})
POLICY_SPECS = st.fixed_dictionaries(
    {"podSelector": st.fixed_dictionaries({}, optional={"matchLabels": LABELS})},
    optional={
        "ingress": st.lists(
            st.fixed_dictionaries({}, optional={"from": PEERS}), max_size=2
        )
    },
)
SERVICE_SPECS = st.fixed_dictionaries(
    {"ports": st.just([{"port": 80}])}, optional={"selector": SOME_LABELS}
)
KINDS = {
    "Deployment": ("apps/v1", DEPLOYMENT_SPECS),
    "StatefulSet": ("apps/v1", DEPLOYMENT_SPECS),
    "NetworkPolicy": ("networking.k8s.io/v1", POLICY_SPECS),
    "Service": ("v1", SERVICE_SPECS),
    "CiliumNetworkPolicy": ("cilium.io/v2", st.just({"endpointSelector": {}})),
}


@st.composite
def objects(draw: st.DrawFn) -> dict[str, Any]:
    kind = draw(st.sampled_from(sorted(KINDS)))
    version, specs = KINDS[kind]
    metadata: dict[str, Any] = {"name": draw(NAMES)}
    if draw(st.booleans()):
        metadata["namespace"] = draw(st.sampled_from(["one", "two", "default"]))
    if draw(st.booleans()):
        metadata["labels"] = draw(SOME_LABELS)
    return {
        "apiVersion": version,
        "kind": kind,
        "metadata": metadata,
        "spec": draw(specs),
    }


TARGETS = st.fixed_dictionaries(
    {"kind": st.sampled_from(sorted(KINDS))},
    optional={
        "name": st.sampled_from(["web", "w.*", "x-web", "db|web"]),
        "namespace": st.sampled_from(["one", "default", "apps"]),
        "labelSelector": st.sampled_from(["a=u", "a in (u,v),!b", "c"]),
    },
)
OPERATIONS = st.lists(
    st.sampled_from(
        [
            {"op": "add", "path": "/metadata/labels", "value": {"a": "v"}},
            {"op": "replace", "path": "/metadata/name", "value": "renamed"},
            {"op": "remove", "path": "/spec/ingress"},
            {"op": "replace", "path": "/spec/ingress", "value": []},
            {"op": "add", "path": "/spec/podSelector/matchLabels", "value": {"a": "u"}},
            {"op": "add", "path": "/spec/ports/-", "value": {"port": 81}},
            {"op": "test", "path": "/kind", "value": "Service"},
            {"op": "copy", "from": "/metadata/name", "path": "/metadata/generateName"},
        ]
    ),
    min_size=1,
    max_size=2,
)


@st.composite
def patches(draw: st.DrawFn) -> dict[str, Any]:
    if draw(st.booleans()):
        return {"target": draw(TARGETS), "patch": json.dumps(draw(OPERATIONS))}
    patch = draw(objects())
    if draw(st.integers(0, 4)) == 0:
        patch = {**patch, "$patch": "delete"}
    if draw(st.booleans()):
        return {"target": draw(TARGETS), "patch": json.dumps(patch)}
    return {"patch": json.dumps(patch)}


KUSTOMIZATIONS = st.fixed_dictionaries(
    {},
    optional={
        "namespace": st.sampled_from(["apps", "one"]),
        "namePrefix": st.just("x-"),
        "nameSuffix": st.just("-y"),
        "commonLabels": SOME_LABELS,
        "commonAnnotations": SOME_LABELS,
        "labels": st.lists(
            st.fixed_dictionaries(
                {"pairs": OTHER_LABELS},
                optional={"includeSelectors": st.just(True)},
            )
            | st.fixed_dictionaries(
                {"pairs": OTHER_LABELS, "includeTemplates": st.just(True)}
            ),
            max_size=2,
        ),
        "patches": st.lists(patches(), max_size=2),
    },
)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(
    st.lists(objects(), min_size=1, max_size=4, unique_by=key), KUSTOMIZATIONS,
    KUSTOMIZATIONS,
)  # fmt: skip
def test_random_overlays_are_read_as_kubectl_builds_them(
    tmp_path: Path,
    base: list[Any],
    inner: dict[str, Any],
    outer: dict[str, Any],
) -> None:
    for name, fields, resource in (
        ("base", inner, "all.yaml"),
        ("over", outer, "../base"),
    ):
        (tmp_path / name).mkdir(exist_ok=True)
        text = json.dumps({**fields, "resources": [resource]})
        (tmp_path / name / "kustomization.yaml").write_text(text)
    (tmp_path / "base/all.yaml").write_text(yaml.safe_dump_all(base))
    compare(tmp_path / "over")


SETTINGS = """
apiVersion: v1
kind: ConfigMap
metadata: {name: net}
data: {cidr: 10.9.0.0/16, port: "9090", role: backend, host: "db:5432"}
"""
MADE = """
- {name: net, behavior: merge, literals: ["cidr=10.1.0.0/16", 'a="b"']}
- name: azure-ip-masq-agent-config
  files: [ip-masq-agent=made.yaml]
  envs: [made.env]
  options: {disableNameSuffixHash: true, labels: {x: z}}
- {name: hashed, literals: [cidr=10.77.0.0/16]}
"""
PATHS = {
    "cidr": "spec.egress.0.to.0.ipBlock.cidr",
    "label": "spec.podSelector.matchLabels.app",
    "made": "spec.podSelector.matchLabels.role",
    "every": "spec.ingress.*.from.*.podSelector.matchLabels.app",
    "after": "spec.egress.0.to.1.ipBlock.cidr",
    "name": "metadata.name",
    "port": "spec.ingress.0.ports.[port=808].port",
    "dots": "metadata.labels.example\\.org/x",
    "gone": "spec.egress.7.to",
    "whole": "spec.podSelector.matchLabels",
}
OPTIONS = st.fixed_dictionaries(
    {},
    optional={
        "create": st.just(True),
        "delimiter": st.sampled_from([":", "/", "."]),
        "index": st.sampled_from([-1, 0, 1]),
    },
)
REPLACEMENTS = st.fixed_dictionaries(
    {
        "source": st.fixed_dictionaries(
            {"kind": st.just("ConfigMap"), "name": st.sampled_from(["net", "hashed"])},
            optional={
                "fieldPath": st.sampled_from(
                    [f"data.{it}" for it in ("cidr", "port", "role", "host")]
                ),
                "options": OPTIONS,
            },
        ),
        "targets": st.lists(
            st.fixed_dictionaries(
                {"select": st.just({"kind": "NetworkPolicy"})},
                optional={
                    "fieldPaths": st.lists(
                        st.sampled_from(sorted(PATHS.values())), min_size=1, max_size=2
                    ),
                    "reject": st.just([{"labelSelector": "app=web"}]),
                    "options": OPTIONS,
                },
            ),
            min_size=1,
            max_size=2,
        ),
    }
)
POLICY = """
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web}
spec:
  podSelector: {matchLabels: {app: web}}
  ingress:
  - from:
    - podSelector: {matchLabels: {app: client}}
    - podSelector: {matchLabels: {app: job}}
    ports: [{port: 8080}, {port: 80}]
  egress: [{to: [{ipBlock: {cidr: 10.0.0.0/24}}]}]
"""


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(
    st.lists(REPLACEMENTS, min_size=1, max_size=2),
    st.sampled_from(["field", "transformer"]),
    st.sampled_from([{}, {"namePrefix": "x-"}, {"namespace": "shop"}]),
)
def test_replacements_and_made_settings_are_read_as_kubectl_builds_them(
    tmp_path: Path, written: list[Any], form: str, fields: dict[str, Any]
) -> None:
    (tmp_path / "all.yaml").write_text(f"{POLICY}---{SETTINGS}")
    (tmp_path / "made.yaml").write_text("nonMasqueradeCIDRs: [10.0.0.0/8]\n")
    (tmp_path / "made.env").write_text("# settings\n\nA=b\n  C=d=e\n")
    last: dict[str, Any] = {"replacements": written}
    if form == "transformer":
        head = {"apiVersion": "builtin", "kind": "ReplacementTransformer"}
        own = {**head, "metadata": {"name": "t"}, **last}
        (tmp_path / "t.yaml").write_text(json.dumps(own))
        last = {"transformers": ["t.yaml"]}
    made = yaml.safe_load(MADE)
    text = {**fields, "resources": ["all.yaml"], "configMapGenerator": made, **last}
    (tmp_path / "kustomization.yaml").write_text(json.dumps(text))
    compare(tmp_path)


@pytest.mark.corpora
@pytest.mark.skipif(not CORPORA.is_dir(), reason="the corpora are not at hand")
@pytest.mark.parametrize(
    "folder",
    [
        "neco-apps/network-policy/overlays/gcp",
        "neco-apps/teleport/overlays/stage0",
        "neco-apps/logging/base",
        "radix-flux-aks/clusters/playground/infrastructure",
        "argo-cd-manifests/cluster-install",
        "argo-cd-manifests/ha/namespace-install",
        "aks-store-kustomize-helm/kustomize/overlays/kaito",
        "biohazard-cilium/kube/deploy/core/ingress/ingress-nginx/app",
    ],
)
def test_overlays_of_others_are_read_as_kubectl_builds_them(folder: str) -> None:
    compare(CORPORA / folder)
