"""What `replacements`, `transformers` and generated settings make of an input."""

from pathlib import Path

import pytest

from seawall.ingest import load
from seawall.model.diagnostic import Level
from seawall.model.snapshot import Snapshot

NET = """
apiVersion: v1
kind: ConfigMap
metadata: {name: net}
data: {app: web, port: "9090"}
"""
POLICY = """
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: closed}
spec:
  podSelector: {matchLabels: {app: other}}
  policyTypes: [Ingress]
"""
RENAME = """
patch: '[{"op":"replace","path":"/metadata/name","value":"new"}]'
target: {kind: NetworkPolicy}
"""
COPY = """
- source: {kind: ConfigMap, name: net, fieldPath: data.app}
  targets:
  - select: {kind: NetworkPolicy}
    fieldPaths: [spec.podSelector.matchLabels.app]
"""


def read(tmp_path: Path, text: str, **more: str) -> Snapshot:
    files = {"net.yaml": NET, "policy.yaml": POLICY, **more}
    files["kustomization.yaml"] = f"resources: [net.yaml, policy.yaml]\n{text}"
    for name, written in files.items():
        (tmp_path / name).write_text(written)
    return load([tmp_path])


def pods_of(found: Snapshot) -> str:
    return str(found.objects.policies[0].subject)


def told(found: Snapshot, level: Level) -> str:
    return "\n".join(str(it) for it in found.diagnostics if it.level is level)


def opaque(found: Snapshot) -> list[str]:
    return [it.name for it in found.objects.opaque_policies]


@pytest.mark.parametrize("form", ["field", "file", "transformer", "sourceValue"])
def test_a_replacement_copies_a_value(tmp_path: Path, form: str) -> None:
    text = {
        "field": f"replacements:{COPY}",
        "file": "replacements: [{path: copy.yaml}]\n",
        "transformer": "transformers: [t.yaml]\n",
        "sourceValue": "replacements:"
        + COPY.replace(
            "source: {kind: ConfigMap, name: net, fieldPath: data.app}",
            "sourceValue: web",
        ),
    }[form]
    own = "apiVersion: builtin\nkind: ReplacementTransformer\nreplacements:" + COPY
    found = read(tmp_path, text, **{"copy.yaml": COPY, "t.yaml": own})
    assert "web" in pods_of(found)
    assert not opaque(found)
    assert not told(found, Level.ERROR) + told(found, Level.UNMODELLED)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (COPY.replace("name: net", "name: gone"), "but nothing here is that"),
        (COPY.replace("data.app", "data.gone"), "which is empty"),
        (COPY.replace("matchLabels.app", "matchLabels.gone"), "has no such field"),
        (COPY.replace("fieldPaths", "fieldpaths"), "a target has other fields"),
        (COPY.replace("spec.podSelector.matchLabels.app", "spec.3"), "is for a list"),
        ("\n- targets: [{select: {kind: NetworkPolicy}}]\n", "needs one source"),
        ("\n- path: gone.yaml\n", "cannot be read"),
    ],
)
def test_a_replacement_that_fails_puts_its_targets_in_doubt(
    tmp_path: Path, text: str, what: str
) -> None:
    found = read(tmp_path, f"replacements:{text}")
    assert opaque(found) == ["closed"]
    assert what in told(found, Level.ERROR)


def test_a_number_in_a_new_field_is_no_text(tmp_path: Path) -> None:
    text = COPY.replace("data.app", "data.port").replace(
        "matchLabels.app]", "matchLabels.port]\n    options: {create: true}"
    )
    found = read(tmp_path, f"replacements:{text}")
    # The API server refuses a label that is a number.
    assert told(found, Level.ERROR)
    assert "9090" not in pods_of(found) if found.objects.policies else opaque(found)


def test_what_a_source_in_a_remote_base_says_is_not_known(tmp_path: Path) -> None:
    text = "components: [../gone]\nreplacements:" + COPY.replace("net,", "far,")
    found = read(tmp_path, text)
    assert opaque(found) == ["closed"]
    assert "nothing here is that" in told(found, Level.UNMODELLED)


def test_a_patch_may_rename_what_it_is_for(tmp_path: Path) -> None:
    text = """
patches:
- target: {kind: NetworkPolicy}
  options: {allowNameChange: true}
  patch: |
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: fresh}
"""
    found = read(tmp_path, text)
    assert [it.name for it in found.objects.policies] == ["fresh"]


def test_a_patch_that_opens_like_json_is_json(tmp_path: Path) -> None:
    text = """
patches:
- target: {kind: NetworkPolicy}
  patch: "[{op: remove, path: /spec/policyTypes}]"
"""
    found = read(tmp_path, text)
    assert opaque(found) == ["closed"]
    assert "is not valid JSON" in told(found, Level.ERROR)


@pytest.mark.parametrize(
    ("kind", "fields", "ends"),
    [
        ("PrefixTransformer", "prefix: x-\nfieldSpecs: [{path: metadata/name}]", "x-"),
        ("NamespaceTransformer", "namespace: shop", "shop"),
        ("PatchTransformer", RENAME, "new"),
    ],
)
def test_own_transformers_are_carried_out(
    tmp_path: Path, kind: str, fields: str, ends: str
) -> None:
    own = f"apiVersion: builtin\nkind: {kind}\nmetadata: {{name: t}}\n{fields}\n"
    found = read(tmp_path, "transformers: [t.yaml]\n", **{"t.yaml": own})
    one = found.objects.policies[0]
    assert f"{one.namespace}/{one.name}".count(ends) == 1
    assert not opaque(found)


def test_a_namespace_for_what_has_none_leaves_others_where_they_are(
    tmp_path: Path,
) -> None:
    own = (
        "apiVersion: builtin\nkind: NamespaceTransformer\n"
        "metadata: {name: t, namespace: shop}\nunsetOnly: true\n"
        "fieldSpecs: [{path: metadata/name, kind: Namespace, create: true}]\n"
    )
    other = POLICY.replace("{name: closed}", "{name: placed, namespace: there}")
    space = "apiVersion: v1\nkind: Namespace\nmetadata: {name: there}\n"
    text = "transformers: [t.yaml]\n"
    policies = f"{POLICY}---{other}---\n{space}"
    found = read(tmp_path, text, **{"t.yaml": own, "policy.yaml": policies})
    assert [(it.namespace, it.name) for it in found.objects.policies] == [
        ("shop", "closed"),
        ("there", "placed"),
    ]
    assert not opaque(found)
    assert not told(found, Level.UNMODELLED)


def test_names_that_configurations_let_refer_are_in_doubt(tmp_path: Path) -> None:
    configuration = """
nameReference:
- {kind: Service, fieldSpecs: [{kind: NetworkPolicy, path: spec/any}]}
"""
    files = {"c.yaml": configuration}
    found = read(tmp_path, "namePrefix: x-\nconfigurations: [c.yaml]\n", **files)
    assert opaque(found) == ["x-closed"]
    found = read(tmp_path, "configurations: [c.yaml]\n", **files)
    assert not opaque(found)


MADE = """
configMapGenerator:
- name: azure-ip-masq-agent-config
  namespace: kube-system
  options: {disableNameSuffixHash: true}
"""


@pytest.mark.parametrize(
    "source",
    [
        '  literals: ["ip-masq-agent=nonMasqueradeCIDRs: [10.0.0.0/8]"]\n',
        "  files: [ip-masq-agent=list.txt]\n",
        "  files: [ip-masq-agent]\n",
        "  envs: [list.env]\n",
    ],
)
def test_settings_that_are_made_count(tmp_path: Path, source: str) -> None:
    written = "nonMasqueradeCIDRs: [10.0.0.0/8]\n"
    files = {"list.txt": written, "ip-masq-agent": written}
    files["list.env"] = "# a list\nip-masq-agent=" + written
    found = read(tmp_path, MADE + source, **files)
    assert [
        str(it.ranges.value[0]) for it in found.objects.masquerade if it.ranges.value
    ] == ["10.0.0.0/8"]
    assert "kustomization.yaml:4" in str(found.objects.masquerade[0].origin)


def test_a_name_that_ends_in_a_digest_is_nobodys_setting(tmp_path: Path) -> None:
    text = MADE.replace("true", "false") + '  literals: ["ip-masq-agent=nix"]\n'
    assert not read(tmp_path, text).objects.masquerade


def test_settings_of_a_file_that_is_not_there_are_not_known(tmp_path: Path) -> None:
    found = read(tmp_path, MADE + "  files: [ip-masq-agent=gone.txt]\n")
    (one,) = found.objects.masquerade
    assert one.ranges.value is None
    assert "gone.txt" in str(one.ranges)


def test_settings_are_merged_into_others(tmp_path: Path) -> None:
    text = (
        "configMapGenerator:\n- name: net\n  behavior: merge\n  literals: [app=web]\n"
    )
    found = read(tmp_path, f"{text}replacements:{COPY}")
    assert "web" in pods_of(found)
    found = read(tmp_path, text.replace("name: net", "name: gone"))
    assert "there is no ConfigMap `gone` to merge" in told(found, Level.ERROR)
