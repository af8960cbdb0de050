"""What a reading of folders with kustomizations holds in the end."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from seawall.ingest import load
from seawall.model.diagnostic import Level
from seawall.model.snapshot import Snapshot

WEB = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: web}]}
"""
CLOSED = """
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: closed
spec:
  podSelector: {}
  ingress:
  - from: [{podSelector: {}}]
"""


def write(folder: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def workloads(snapshot: Snapshot) -> list[str]:
    return [f"{it.namespace}/{it.name}" for it in snapshot.objects.workloads]


def told(snapshot: Snapshot, level: Level) -> str:
    return "\n".join(str(it) for it in snapshot.diagnostics if it.level is level)


BASE = {
    "base/kustomization.yaml": "resources: [web.yaml, closed.yaml]\n",
    "base/web.yaml": WEB,
    "base/closed.yaml": CLOSED,
}


def overlay(name: str, text: str) -> dict[str, str]:
    return {f"overlays/{name}/kustomization.yaml": f"resources: [../../base]\n{text}"}


def test_a_base_does_not_count_beside_its_overlay(tmp_path: Path) -> None:
    files = {**BASE, **overlay("prod", "namespace: prod\nnamePrefix: p-\n")}
    found = load([write(tmp_path, files)])
    assert workloads(found) == ["prod/p-web"]
    assert [(it.namespace, it.name) for it in found.objects.policies] == [
        ("prod", "p-closed")
    ]
    assert not told(found, Level.ERROR)
    assert not told(found, Level.WARNING)


def test_an_overlay_alone_leads_to_its_base(tmp_path: Path) -> None:
    write(tmp_path, {**BASE, **overlay("prod", "namespace: prod\n")})
    found = load([tmp_path / "overlays/prod"])
    assert workloads(found) == ["prod/web"]
    assert any(it.path.endswith("base/web.yaml") for it in found.inputs)


def test_objects_keep_the_place_where_they_were_written(tmp_path: Path) -> None:
    files = {**BASE, **overlay("prod", "namespace: prod\n")}
    found = load([write(tmp_path, files)])
    origin = found.objects.policies[0].origin
    assert origin.path.endswith("base/closed.yaml")
    assert origin.at("spec", "ingress", 0).line == 9


def test_lines_that_a_patch_wrote_are_those_around_them(tmp_path: Path) -> None:
    patch = """
patches:
- patch: |
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: closed}
    spec: {ingress: [{}, {}]}
"""
    found = load([write(tmp_path, {**BASE, **overlay("prod", patch)})])
    policy = found.objects.policies[0]
    assert len(policy.ingress) == 2
    assert policy.origin.at("spec", "ingress", 0).line == 6


def test_overlays_in_different_namespaces_are_both_in_force(tmp_path: Path) -> None:
    files = {
        **BASE,
        **overlay("dev", "namespace: dev\n"),
        **overlay("prod", "namespace: prod\n"),
    }
    found = load([write(tmp_path, files)])
    assert workloads(found) == ["dev/web", "prod/web"]
    assert len(found.objects.policies) == 2
    assert not found.objects.opaque_policies


def test_what_only_one_of_two_alternatives_says_is_not_known(tmp_path: Path) -> None:
    files = {
        **BASE,
        **overlay("dev", ""),
        **overlay(
            "prod",
            """
patches:
- target: {kind: NetworkPolicy}
  patch: |
    - {op: remove, path: /spec/ingress}
""",
        ),
    }
    found = load([write(tmp_path, files)])
    assert not found.objects.policies
    assert {it.name for it in found.objects.opaque_policies} == {"closed"}
    warning = told(found, Level.WARNING)
    assert "overlays/dev" in warning
    assert "overlays/prod" in warning


def test_equal_policies_of_alternatives_are_certain(tmp_path: Path) -> None:
    files = {
        **BASE,
        **overlay("dev", ""),
        **overlay("prod", "replicas: [{name: web, count: 5}]\n"),
    }
    found = load([write(tmp_path, files)])
    assert [it.name for it in found.objects.policies] == ["closed"]
    assert "alternatives" not in told(found, Level.ERROR)


@pytest.mark.parametrize(
    "entry", ["https://example.org/x.yaml", "github.com/a/b//c?ref=v1", "git@a.b:c/d"]
)
def test_what_is_remote_is_hidden_and_never_fetched(tmp_path: Path, entry: str) -> None:
    files = {**BASE, "kustomization.yaml": f'resources: [base, "{entry}"]\n'}
    found = load([write(tmp_path, files)])
    assert [it.name for it in found.objects.hidden] == [entry]
    assert "not fetched" in told(found, Level.UNMODELLED)
    assert workloads(found) == ["default/web"]


def test_a_missing_resource_is_told_at_its_line(tmp_path: Path) -> None:
    files = {"kustomization.yaml": "resources:\n- gone.yaml\n- web.yaml\n"}
    found = load([write(tmp_path, {**files, "web.yaml": WEB})])
    assert "kustomization.yaml:2: the resource `gone.yaml` is missing" in told(
        found, Level.ERROR
    )
    assert [it.name for it in found.objects.hidden] == ["gone.yaml"]
    assert workloads(found) == ["default/web"]


def test_a_circle_of_kustomizations_ends(tmp_path: Path) -> None:
    files = {
        "a/kustomization.yaml": "resources: [../b, web.yaml]\n",
        "a/web.yaml": WEB,
        "b/kustomization.yaml": "resources: [../a]\n",
    }
    found = load([write(tmp_path, files)])
    assert "leads back to itself" in told(found, Level.ERROR)
    assert workloads(found) == ["default/web"]


def test_a_file_outside_of_folder_and_input_is_not_read(tmp_path: Path) -> None:
    write(tmp_path, {"secret.yaml": WEB})
    inside = {"in/kustomization.yaml": "resources: [../secret.yaml]\n"}
    write(tmp_path, inside)
    found = load([tmp_path / "in"])
    assert workloads(found) == []
    assert "outside of the folder" in told(found, Level.ERROR)
    both = load([tmp_path / "in", tmp_path / "secret.yaml"])
    assert workloads(both) == ["default/web"]


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    write(
        tmp_path, {"secret.yaml": WEB, "in/kustomization.yaml": "resources: [a.yaml]"}
    )
    (tmp_path / "in/a.yaml").symlink_to(tmp_path / "secret.yaml")
    write(tmp_path, {"out/kustomization.yaml": "resources: [../in]\n"})
    found = load([tmp_path / "out"])
    assert workloads(found) == []
    assert "outside of the folder" in told(found, Level.ERROR)


def test_a_patch_for_nothing_puts_its_kind_in_doubt(tmp_path: Path) -> None:
    patch = """
patches:
- patch: |
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: klosed}
    spec: {ingress: []}
"""
    found = load([write(tmp_path, {**BASE, **overlay("prod", patch)})])
    assert not found.objects.policies
    assert [it.name for it in found.objects.opaque_policies] == ["closed"]
    assert workloads(found) == ["default/web"]
    assert "a patch is for NetworkPolicy `klosed`" in told(found, Level.ERROR)


def test_a_patch_that_is_no_yaml_puts_all_in_doubt(tmp_path: Path) -> None:
    patch = 'patches:\n- patch: "a: [b"\n'
    found = load([write(tmp_path, {**BASE, **overlay("prod", patch)})])
    assert workloads(found) == []
    assert not found.objects.policies
    assert {it.kind for it in found.objects.hidden} == {"Deployment"}
    assert "overlays/prod/kustomization.yaml:3: a patch is not valid YAML" in told(
        found, Level.ERROR
    )


def test_an_unknown_field_puts_all_in_doubt(tmp_path: Path) -> None:
    files = {**BASE, **overlay("prod", "nameprefix: x-\n")}
    found = load([write(tmp_path, files)])
    assert "has no field `nameprefix`" in told(found, Level.ERROR)
    assert [it.name for it in found.objects.opaque_policies] == ["closed"]


@pytest.mark.parametrize(
    "text",
    [
        "transformers: [t.yaml]\n",
        "transformers: ['apiVersion: a/v1\n\n  kind: B\n\n  ']\n",
        "configurations: [gone.yaml]\n",
    ],
)
def test_what_is_not_modelled_puts_what_it_touches_in_doubt(
    tmp_path: Path, text: str
) -> None:
    found = load([write(tmp_path, {**BASE, **overlay("prod", text)})])
    assert [it.name for it in found.objects.opaque_policies] == ["closed"]
    assert "is not modelled" in told(found, Level.UNMODELLED)


def test_a_component_changes_what_names_it_and_nothing_by_itself(
    tmp_path: Path,
) -> None:
    files = {
        **BASE,
        "part/kustomization.yaml": "kind: Component\n"
        "apiVersion: kustomize.config.k8s.io/v1alpha1\nnamespace: part\n",
        "alone/kustomization.yaml": "kind: Component\n"
        "apiVersion: kustomize.config.k8s.io/v1alpha1\nnamespace: alone\n",
        **overlay("prod", "components: [../../part]\n"),
    }
    found = load([write(tmp_path, files)])
    assert workloads(found) == ["part/web"]
    assert "alone` is not used" in told(found, Level.WARNING)


def test_files_of_generators_are_no_objects(tmp_path: Path) -> None:
    files = {
        **BASE,
        "base/kustomization.yaml": "resources: [web.yaml]\nconfigMapGenerator:\n"
        "- {name: c, files: [x=closed.yaml]}\n",
    }
    assert not load([write(tmp_path, files)]).objects.policies


def test_a_flux_kustomization_whose_folder_is_here_hides_nothing(
    tmp_path: Path,
) -> None:
    flux = """
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: apps, namespace: flux-system}
spec: {path: ./base, targetNamespace: apps, prune: true}
"""
    found = load([write(tmp_path, {**BASE, "clusters/one/apps.yaml": flux})])
    assert workloads(found) == ["apps/web"]
    assert not found.objects.hidden


def test_a_flux_kustomization_gathers_a_folder_without_one(tmp_path: Path) -> None:
    flux = """
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: apps, namespace: flux-system}
spec: {path: ./apps, targetNamespace: apps}
"""
    files = {"apps/a/web.yaml": WEB, "apps/closed.yaml": CLOSED, "sync.yaml": flux}
    found = load([write(tmp_path, files)])
    assert workloads(found) == ["apps/web"]
    assert [it.namespace for it in found.objects.policies] == ["apps"]


def test_a_flux_kustomization_of_elsewhere_stands_for_unseen_workloads(
    tmp_path: Path,
) -> None:
    flux = """
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: apps, namespace: flux-system}
spec: {path: ./elsewhere, targetNamespace: apps}
"""
    found = load([write(tmp_path, {**BASE, "sync.yaml": flux})])
    assert [(it.kind, it.namespace) for it in found.objects.hidden] == [
        ("Kustomization", "apps")
    ]
    assert workloads(found) == ["default/web"]


def test_policies_that_a_kustomization_leaves_out_are_in_doubt(tmp_path: Path) -> None:
    files = {**BASE, "base/kustomization.yaml": "resources: [web.yaml]\n"}
    found = load([write(tmp_path, files)])
    assert workloads(found) == ["default/web"]
    assert [it.name for it in found.objects.opaque_policies] == ["closed"]
    assert "1 file is not named by the kustomization" in told(found, Level.WARNING)


@pytest.mark.parametrize(
    "text",
    [
        "resources: 5\n",
        "resources: [5]\n",
        "namePrefix: [a]\n",
        "patches: {a: b}\n",
        "patches: [a.yaml]\n",
        'patches: [{patch: "[]"}]\n',
        "namespace: 5\n",
        'patches: [{patch: "- {op: nothing}", target: {kind: NetworkPolicy}}]\n',
        'patches: [{patch: "a: b", target: {kind: "("}}]\n',
        'commonLabels: {"a": 5}\n',
        "labels: [{pairs: [a]}]\n",
        "labels: [{fields: [{}], pairs: {a: b}}]\n",
        'resources: ["\\0"]\n',
        f"resources: [{'a' * 5000}]\n",
        "resources: [/etc]\n",
        "components: [/etc]\n",
        "components: [web.yaml]\n",
        "replicas: [{name: gone, count: 1}]\n",
        "patchesStrategicMerge: [gone.yaml]\n",
        "patchesJson6902: [{path: gone.yaml, target: {kind: Pod}}]\n",
    ],
)
def test_a_fault_is_told_at_its_line_and_the_rest_is_read(
    tmp_path: Path, text: str
) -> None:
    files = {"base/kustomization.yaml": text, "base/closed.yaml": CLOSED}
    files["other/kustomization.yaml"] = "resources: [web.yaml]\n"
    files["other/web.yaml"] = WEB
    if "resources" not in text:
        files["base/kustomization.yaml"] += "resources: [closed.yaml]\n"
    found = load([write(tmp_path, files)])
    assert "base/kustomization.yaml:" in told(found, Level.ERROR)
    assert workloads(found) == ["other/web"] or workloads(found) == ["default/web"]


def test_two_kustomizations_in_one_folder_are_refused(tmp_path: Path) -> None:
    files = {**BASE, "base/kustomization.yml": "resources: [web.yaml]\n"}
    found = load([write(tmp_path, files)])
    assert "has 2 kustomizations" in told(found, Level.ERROR)


@pytest.mark.parametrize("text", ["[a]\n", "a: [\n", "a: b\n---\nc: d\n", ""])
def test_a_kustomization_that_is_no_mapping_is_told(tmp_path: Path, text: str) -> None:
    found = load([write(tmp_path, {**BASE, "base/kustomization.yaml": text})])
    assert told(found, Level.ERROR)
    assert [it.kind for it in found.objects.hidden] == ["Kustomization"]


def test_a_build_that_grows_without_end_is_cut_off(tmp_path: Path) -> None:
    files = {"k0/kustomization.yaml": "resources: [web.yaml]\n", "k0/web.yaml": WEB}
    for number in range(1, 14):
        below = f"../k{number - 1}"
        text = f"resources: [{below}, ./{below}]\nnamePrefix: a\n"
        files[f"k{number}/kustomization.yaml"] = text
    found = load([write(tmp_path, files)])
    assert "too deep or too often" in told(found, Level.UNMODELLED)


def test_a_chain_of_kustomizations_may_be_long_but_not_endless(tmp_path: Path) -> None:
    files = {"k0/kustomization.yaml": "resources: [web.yaml]\n", "k0/web.yaml": WEB}
    for number in range(1, 80):
        text = f"resources: [../k{number - 1}]\n"
        files[f"k{number}/kustomization.yaml"] = text
    found = load([write(tmp_path, files)])
    assert "too deep or too often" in told(found, Level.UNMODELLED)
    assert found.objects.hidden


def test_an_intricate_pattern_is_not_tried(tmp_path: Path) -> None:
    patch = """
patches:
- target: {name: "(a+)+$"}
  patch: "- {op: remove, path: /spec}"
"""
    found = load([write(tmp_path, {**BASE, **overlay("prod", patch)})])
    assert "too intricate" in told(found, Level.UNMODELLED)
    assert [it.name for it in found.objects.opaque_policies] == ["closed"]


def test_very_deep_values_are_no_end_of_the_reading(tmp_path: Path) -> None:
    head = (
        '{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "data": '
    )
    files = {
        **BASE,
        "base/deep.json": head + "[" * 900 + "]" * 900 + "}",
        "base/kustomization.yaml": "resources: [web.yaml, closed.yaml, deep.json]\n",
    }
    found = load([write(tmp_path, files)])
    assert workloads(found) == ["default/web"]
    assert "levels deep" in told(found, Level.UNMODELLED)


def test_one_policy_in_doubt_for_two_overlays_is_told_once(tmp_path: Path) -> None:
    remove = 'patches: [{target: {kind: NetworkPolicy}, patch: "- {op: remove, '
    files = {
        **BASE,
        **overlay("a", ""),
        **overlay("b", ""),
        **overlay("c", remove + 'path: /spec/ingress}"}]\n'),
    }
    found = load([write(tmp_path, files)])
    assert [it.name for it in found.objects.opaque_policies] == ["closed"]
