"""Charts, with a program in the place of `helm` that says what it was asked."""

import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from seawall.ingest import LoadOptions, load
from seawall.ingest.helm import tool
from seawall.model.diagnostic import Level
from seawall.model.snapshot import Snapshot

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs `#!`")

CHART = {
    "shop/Chart.yaml": "apiVersion: v2\nname: shop\nversion: 1.0.0\n",
    "shop/values.yaml": "port: 80\n",
    "shop/templates/web.yaml": """
apiVersion: apps/v1
kind: Deployment
metadata: {name: {{ .Release.Name }}-web}
spec: {{ toYaml .Values.spec }}
""",
    "shop/templates/closed.yaml": """
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: closed
spec: {podSelector: {}}
""",
}
OUTPUT = """---
# Source: shop/templates/closed.yaml
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: closed, namespace: default}
spec: {podSelector: {}}
---
# Source: shop/templates/web.yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop-web}
spec:
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: web}]}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with a chart; no program is on the path."""
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    write(tmp_path / "in", CHART)
    return tmp_path / "in"


def write(folder: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def install(folder: Path, body: str) -> None:
    """Put a program called `helm` on the path."""
    program = folder.parent / "bin" / "helm"
    program.write_text(f"#!{sys.executable}\nimport sys, time\n{body}\n")
    program.chmod(0o755)


def told(snapshot: Snapshot) -> str:
    return "\n".join(str(it) for it in snapshot.diagnostics if it.level != Level.NOTE)


def test_a_chart_is_rendered_where_helm_is_installed(folder: Path) -> None:
    asked = folder.parent / "asked"
    install(
        folder,
        f"open({str(asked)!r}, 'w').write(repr(sys.argv[1:]))\nprint({OUTPUT!r})",
    )
    found = load([folder])
    (workload,) = found.objects.workloads
    assert workload.name == "shop-web"
    assert str(workload.origin).endswith("in/shop/templates/web.yaml:3")
    assert [it.name for it in found.objects.policies] == ["closed"]
    assert not told(found)
    assert [it.id for it in found.assumptions if "chart" in it.id] == [
        "charts-have-their-own-values"
    ]
    chart = str(folder / "shop")
    assert asked.read_text() == repr(
        ["template", "shop", chart, "--namespace", "default", "--skip-tests"]
    )


def test_without_helm_templates_are_told_and_plain_files_are_read(
    folder: Path,
) -> None:
    found = load([folder])
    assert "1 template is not rendered" in told(found)
    assert [it.kind for it in found.objects.hidden] == ["Deployment"]
    assert [it.name for it in found.objects.policies] == ["closed"]


def test_rendering_can_be_turned_off(folder: Path) -> None:
    install(folder, "raise SystemExit('not to be started')")
    found = load([folder], options=LoadOptions(charts=False))
    assert "`helm` could not" not in told(found)
    assert "1 template is not rendered" in told(found)


def test_the_words_of_helm_are_told_and_nothing_is_lost(folder: Path) -> None:
    install(folder, "sys.exit('Error: shop needs a dependency')")
    found = load([folder])
    assert "could not render the chart `shop`: Error: shop needs a dependency" in told(
        found
    )
    assert "1 template is not rendered" in told(found)
    assert [it.name for it in found.objects.policies] == ["closed"]


def test_helm_is_not_waited_for_without_end(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tool, "_SECONDS", 0.2)
    install(folder, "time.sleep(20)")
    assert "it had not ended after" in told(load([folder]))


def test_output_that_is_no_yaml_leaves_templates_unrendered(folder: Path) -> None:
    install(folder, "print('# Source: shop/templates/web.yaml\\na: [')")
    found = load([folder])
    assert "is not valid YAML" in told(found)
    assert "1 template is not rendered" in told(found)


def test_a_chart_that_a_release_installs_is_left_alone(folder: Path) -> None:
    install(folder, f"print({OUTPUT!r})")
    release = """
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: shop, namespace: shop}
spec: {chart: {spec: {chart: ./shop}}, values: {port: 81}}
"""
    write(folder, {"release.yaml": release})
    found = load([folder])
    assert not found.objects.workloads
    assert {it.kind for it in found.objects.hidden} == {"Deployment", "HelmRelease"}


def test_a_chart_within_a_chart_is_rendered_with_it(folder: Path) -> None:
    install(folder, f"print({OUTPUT!r})")
    inner = {
        name.replace("shop/", "shop/charts/db/"): text for name, text in CHART.items()
    }
    write(folder, inner)
    found = load([folder])
    assert len(found.objects.workloads) == 1
    assert not told(found)
