"""What rows of workloads say of ports of nodes that lead to pods."""

from pathlib import Path

import pytest

from seawall.app.cli.main import run
from seawall.model.dataplane import DATAPLANES, PolicyEngine
from seawall.model.origin import Origin
from seawall.model.packet import Protocol
from seawall.model.snapshot import KubernetesObjects, Snapshot
from seawall.model.workload import HostPort, Workload
from seawall.query.reach.answer import HOST_PORTS, reach
from seawall.query.reach.policy import Narrowing

POD = """apiVersion: v1
kind: Pod
metadata: {name: web, namespace: ns}
spec: {containers: [{name: c, image: i, ports: [{containerPort: 80, hostPort: 8080}]}]}
"""


def told(*workloads: Workload) -> list[str]:
    found = reach(
        Snapshot(objects=KubernetesObjects(workloads=workloads)),
        DATAPLANES[PolicyEngine.SPEC],
        Narrowing(),
        layers="policy",
    )
    return [item.text for item in found.assumptions if item.id == HOST_PORTS]


def pod(name: str, *ports: int, **more: bool) -> Workload:
    opened = tuple(HostPort(port, Protocol.TCP, 80) for port in ports)
    return Workload("ns", name, "Pod", (), Origin("a"), host_ports=opened, **more)


def test_rows_name_the_first_host_ports_that_they_leave_out() -> None:
    (one,) = told(pod("a", 1), pod("b", 2, 3, 4, 5))

    assert (
        "TCP 1 of ns/a[Pod], TCP 2 of ns/b[Pod], TCP 3 of ns/b[Pod] and 2 more" in one
    )


def test_a_host_port_that_cannot_be_read_stands_with_a_question_mark() -> None:
    (one,) = told(pod("a", 0))

    assert "TCP ? of ns/a[Pod]" in one


@pytest.mark.parametrize("more", [{"runs": False}, {"host_network": True}])
def test_pods_without_host_ports_of_their_own_leave_nothing_out(
    more: dict[str, bool],
) -> None:
    assert told(pod("a")) == []
    assert told(pod("a", 80, **more)) == []


@pytest.mark.parametrize("narrowed", [(), ("--to", "ns/web", "--from", "ns/web")])
def test_the_table_says_it_too_even_if_it_has_no_rows(
    tmp_path: Path, narrowed: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "web.yaml").write_text(POD)

    assert run(["reach", "--layers", "policy", str(tmp_path), *narrowed]) == 0

    shown = " ".join(capsys.readouterr().out.split())
    assert ("No connection is possible" in shown) is bool(narrowed)
    assert "TCP 8080 of ns/web[Pod]" in shown


def test_a_table_in_a_file_says_it_too(tmp_path: Path) -> None:
    (tmp_path / "web.yaml").write_text(POD)
    file = tmp_path / "table.txt"
    asked = ["reach", "--layers", "policy", str(tmp_path / "web.yaml")]

    assert run([*asked, "-o", f"table={file}"]) == 0

    assert "TCP 8080 of ns/web[Pod]" in file.read_text()
