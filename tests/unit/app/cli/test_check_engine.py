"""`check` without a cluster says by whose rules policies are judged."""

from pathlib import Path

import pytest

from seawall.app.cli.main import run

POD = """
apiVersion: v1
kind: Pod
metadata: {name: a, namespace: x}
spec: {containers: [{name: c, image: i}]}
"""


@pytest.mark.parametrize(
    ("engine", "says"),
    [
        ("spec", "Only network policies are judged, as the API fixes them"),
        ("none", "Nobody enforces network policies, so that everything passes"),
        ("npm", "Only network policies are judged, as Azure NPM enforces them"),
        ("calico", "Only network policies are judged, as Calico enforces them"),
        ("cilium", "Only network policies are judged, as Cilium enforces them"),
    ],
)
def test_check_names_who_is_taken_to_enforce_policies(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], engine: str, says: str
) -> None:
    (tmp_path / "a.yaml").write_text(POD, encoding="utf-8")
    run(["check", "--engine", engine, str(tmp_path)])
    assert f"{says}." in capsys.readouterr().out
