"""Settings are compared by what they are, however they are known."""

from pathlib import Path

import pytest

from aks_builders import cluster
from reading import read
from seawall.model.setting import Setting
from seawall.model.snapshot import Snapshot
from seawall.query.difference.settings import settings_changed


def changed(one: Setting[str], other: Setting[str]) -> list[tuple[object, object]]:
    sides = [Snapshot(cluster=cluster(kubernetes_version=it)) for it in (one, other)]
    return [
        (item.before and item.before.text, item.after and item.after.text)
        for item in settings_changed(*sides)
        if item.row.name == "kubernetes-version"
    ]


def test_what_is_stated_and_the_same_by_default_do_not_differ() -> None:
    stated, default = Setting.stated("1.34"), Setting.defaulted("1.34", "AKS says so")
    assert changed(stated, default) == []
    assert changed(stated, Setting.stated("1.35")) == [("1.34", "1.35")]


def test_what_became_unknown_differs_and_what_stays_so_does_not() -> None:
    known, unknown = Setting.stated("1.34"), Setting[str].unknown("it is not stated")
    assert changed(known, unknown) == [("1.34", "not known")]
    assert changed(unknown, known) == [("not known", "1.34")]
    assert changed(unknown, Setting[str].unknown("for another reason")) == []
    assert changed(Setting[str].stated(None), unknown) == [("none", "not known")]


def test_a_cluster_on_one_side_is_absent_on_the_other() -> None:
    one = Snapshot(cluster=cluster())
    found = settings_changed(Snapshot(), one)
    assert found
    assert all(item.before is None for item in found)


LED = """
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec:
  containers: [{name: c, image: i, ports: [{name: http, containerPort: 8080}]}]
---
apiVersion: v1
kind: Pod
metadata: {name: db, namespace: shop, labels: {app: db}}
spec: {containers: [{name: c, image: i}]}
---
apiVersion: v1
kind: Service
metadata: {name: front, namespace: shop}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: http}]}
"""


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("targetPort: http", "targetPort: 9090", "TCP 80 to shop/web[Pod] 9090"),
        ("{app: web}, ports", "{app: db}, ports", "none"),
        ("containerPort: 8080", "containerPort: 8081", "TCP 80 to shop/web[Pod] 8081"),
        ("selector: {app: web}, ", "", "not known"),
    ],
)
def test_a_service_that_leads_elsewhere_is_told(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    sides = []
    for name, text in (("before", LED), ("after", LED.replace(old, new))):
        (tmp_path / name).mkdir()
        sides.append(read(tmp_path / name, text))
    (found,) = settings_changed(*sides)
    assert found.title == "ports and pods of Service shop/front"
    assert found.before is not None
    assert found.before.text == "TCP 80 to shop/web[Pod] 8080"
    assert found.after is not None
    assert found.after.text == said
    assert settings_changed(sides[0], sides[0]) == ()


RELEASE = """
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: web, namespace: shop}
spec: {chart: {spec: {chart: web}}}
"""


def test_what_a_service_leads_to_is_not_known_where_pods_are_not_shown(
    tmp_path: Path,
) -> None:
    pod, rest = LED.split("---", maxsplit=1)
    (tmp_path / "before").mkdir()
    (tmp_path / "after").mkdir()
    sides = [
        read(tmp_path / "before", pod + "---" + rest),
        read(tmp_path / "after", rest + RELEASE),
    ]
    (found,) = settings_changed(*sides)
    assert found.after is not None
    assert found.after.text == "not known"
    assert "HelmRelease web" in found.after.why
