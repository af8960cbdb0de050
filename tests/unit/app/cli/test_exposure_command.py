"""`seawall reach --exposure` as it is used."""

import json
from pathlib import Path

import pytest

from seawall.app.cli.main import run

TEXT = """
apiVersion: v1
kind: Pod
metadata: {name: db, namespace: shop, labels: {app: db}}
spec: {containers: [{name: db, image: db}]}
---
apiVersion: v1
kind: Pod
metadata: {name: other, namespace: club}
spec: {containers: [{name: db, image: db}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: in, namespace: shop}
spec:
  podSelector: {}
  ingress: [{from: [{podSelector: {matchLabels: {app: web}}}], ports: [{port: 5432}]}]
"""


@pytest.fixture
def path(tmp_path: Path) -> str:
    file = tmp_path / "shop.yaml"
    file.write_text(TEXT, encoding="utf-8")
    return str(file)


def test_both_directions_of_every_workload_are_told(
    path: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["reach", "--exposure", "--engine", "calico", path]) == 0
    assert capsys.readouterr().out.splitlines()[2:] == [
        "club/other[Pod]",
        "  from  any pod in any namespace: allowed everything   (no policy holds it)",
        "  to    any pod in any namespace: allowed everything   (no policy holds it)",
        "",
        "shop/db[Pod]",
        "  from  pods with app = web in shop: allowed TCP 5432",
        "  to    any pod in any namespace: allowed everything   (no policy holds it)",
    ]


def test_an_end_narrows_workload_and_direction(
    path: str, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["reach", "--exposure", "--engine", "calico", "--to", "shop/db"]
    assert run([*options, "-o", "json", path]) == 0
    (found,) = json.loads(capsys.readouterr().out)["exposures"]
    assert (found["workload"], found["direction"]) == ("shop/db[Pod]", "ingress")
    (peer,) = found["peers"]
    assert peer["namespaces"]["existing"] == ["shop"]


def test_a_namespace_narrows_both_directions(
    path: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["reach", "--exposure", "-n", "club", path, "-o", "json"]) == 0
    found = json.loads(capsys.readouterr().out)["exposures"]
    assert [item["workload"] for item in found] == ["club/other[Pod]"] * 2


def test_other_formats_are_refused_with_those_that_there_are(
    path: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["reach", "--exposure", "-o", "csv", path]) == 2
    assert "exposure cannot be written as csv" in capsys.readouterr().err
