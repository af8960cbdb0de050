"""What `trace` says of a Service when its port leads nowhere or to pods somewhere."""

from pathlib import Path

import pytest

from seawall.app.cli.main import run

SHOP = """
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {containers: [{name: c, image: i}]}
---
apiVersion: v1
kind: Pod
metadata: {name: one, namespace: shop, labels: {app: one}}
spec: {containers: [{name: c, image: i}]}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec:
  selector: {app: web}
  ports: [{name: a, port: 80, targetPort: 8080}, {name: b, port: 81, targetPort: gone}]
---
apiVersion: v1
kind: Service
metadata: {name: none, namespace: shop}
spec: {selector: {app: none}, ports: [{port: 80}]}
"""


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ("web:80", "DENIED"),
        ("web:81", "shop/web leads to pods by TCP 80 alone"),
        ("web:82", "shop/web leads to pods by TCP 80 alone"),
        ("none:80", "no pod stands behind shop/none"),
    ],
)
def test_a_port_that_leads_nowhere_is_told_with_those_that_lead_somewhere(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], asked: str, says: str
) -> None:
    (tmp_path / "a.yaml").write_text(SHOP, encoding="utf-8")
    run(["trace", "shop/one", f"service:shop/{asked}", str(tmp_path)])
    shown = " ".join(capsys.readouterr().out.split())
    assert (says in shown) is (says != "DENIED")
    assert (
        "now 10.0.0.4 -> an address that the input does not tell, TCP 8080" in shown
    ) is (asked == "web:80")
