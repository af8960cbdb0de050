"""Reading the host ports of pods."""

import json
from pathlib import Path

import pytest

from seawall.ingest import load
from seawall.ingest.kubernetes.workloads.host_port import read_host_ports
from seawall.model.diagnostic import Level
from seawall.model.packet import Protocol
from seawall.model.workload import HostPort

TCP, UDP = Protocol.TCP, Protocol.UDP
PORT = {"containerPort": 80, "hostPort": 8080}


def of(*ports: object, **spec: object) -> tuple[HostPort, ...]:
    """Return what is read without a fault."""
    read = read_host_ports({"containers": [{"ports": list(ports)}], **spec})
    assert not read.faults
    return tuple(sorted(read.found))


def faulty(port: object) -> tuple[set[HostPort], list[str]]:
    """Return what is read of one port, and where it has a fault."""
    read = read_host_ports({"containers": [{"ports": [port]}]}, ("spec",))
    places = [".".join(map(str, each.pointer)) for each in read.faults]
    assert all(place.startswith("spec.containers.0.ports.0.") for place in places)
    return read.found, [place.rsplit(".", 1)[1] for place in places]


def test_a_host_port_needs_no_name() -> None:
    udp = {"containerPort": 8125, "hostPort": 8125, "protocol": "UDP"}

    assert of(PORT, udp) == (HostPort(8080, TCP, 80), HostPort(8125, UDP, 8125))


def test_a_sidecar_among_the_init_containers_keeps_its_host_port() -> None:
    stays = {"ports": [PORT], "restartPolicy": "Always"}

    assert of(initContainers=[stays]) == (HostPort(8080, TCP, 80),)
    assert of(initContainers=[{"ports": [PORT]}]) == ()


def test_a_host_port_of_the_host_network_is_the_pods_own_port() -> None:
    assert of(PORT, hostNetwork=True) == ()


@pytest.mark.parametrize("written", ["0.0.0.0", "::", "", None])  # noqa: S104
def test_a_host_port_is_on_every_address_unless_one_is_named(written: object) -> None:
    assert of({**PORT, "hostIP": written}) == (HostPort(8080, TCP, 80),)


def test_a_host_port_is_on_the_address_that_is_named() -> None:
    found = of({**PORT, "hostIP": "10.1.0.4"})

    assert found == (HostPort(8080, TCP, 80, "10.1.0.4"),)


@pytest.mark.parametrize("number", [0, None])
def test_without_a_number_there_is_no_host_port(number: object) -> None:
    assert of({**PORT, "hostPort": number}) == ()


@pytest.mark.parametrize("number", ["8080", 65536, -1, True, False, [], 80.5])
def test_a_host_port_that_is_no_port_may_be_any_and_is_told(number: object) -> None:
    found, places = faulty({**PORT, "hostPort": number})

    assert found == {HostPort(0, TCP, 80, certain=False)}
    assert places == ["hostPort"]


@pytest.mark.parametrize("number", ["http", 0, None, 65536])
def test_a_host_port_that_leads_to_no_port_may_lead_to_any_and_is_told(
    number: object,
) -> None:
    found, places = faulty({**PORT, "containerPort": number})

    assert found == {HostPort(8080, TCP, 0, certain=False)}
    assert places == ["containerPort"]


@pytest.mark.parametrize("name", ["tcp", "ICMP", 6, ""])
def test_a_host_port_of_no_protocol_may_be_of_any_and_is_told(name: object) -> None:
    found, places = faulty({**PORT, "protocol": name})

    assert {each.protocol for each in found} == {TCP, UDP, Protocol.SCTP}
    assert not any(each.certain for each in found)
    assert places == ["protocol"]


@pytest.mark.parametrize("written", ["x", "10.1.0", 1, []])
def test_a_host_port_on_what_is_no_address_may_be_on_any_and_is_told(
    written: object,
) -> None:
    found, places = faulty({**PORT, "hostIP": written})

    assert found == {HostPort(8080, TCP, 80, certain=False)}
    assert places == ["hostIP"]


DEPLOYMENT = """apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: ns}
spec:
  template:
    metadata: {labels: {app: web}}
    spec:
      containers: [{name: c, image: i, ports: [{containerPort: 80, hostPort: "80"}]}]
"""


def test_a_host_port_that_cannot_be_read_is_told_at_its_place(tmp_path: Path) -> None:
    path = tmp_path / "web.yaml"
    path.write_text(DEPLOYMENT)

    snapshot = load([path])
    (told,) = [it for it in snapshot.diagnostics if "hostPort" in it.what]

    assert told.level is Level.UNMODELLED
    assert str(told.origin).endswith("web.yaml:8")
    assert "which packets to nodes the pod gets is not known" in told.why
    (found,) = snapshot.objects.workloads
    assert found.host_ports == (HostPort(0, TCP, 80, certain=False),)


def test_of_large_dumps_every_pod_with_a_fault_tells_it(tmp_path: Path) -> None:
    ports = [{"containerPort": 80, "hostPort": 70000}]
    items = [
        {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {
                "name": f"p{number}",
                "namespace": "ns",
                "labels": {"app": "a"},
                "ownerReferences": [
                    {"kind": "DaemonSet", "name": "d", "controller": True}
                ],
            },
            "spec": {"containers": [{"name": "c", "image": "i", "ports": ports}]},
            "status": {"phase": "Running"},
        }
        for number in range(3)
    ]
    path = tmp_path / "pods.json"
    path.write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": items}))

    told = [it for it in load([path]).diagnostics if "hostPort" in it.what]

    assert len(told) == len(items)


def test_pods_that_differ_in_host_ports_alone_are_one_workload(tmp_path: Path) -> None:
    pod = """apiVersion: v1
kind: Pod
metadata:
  name: p{0}
  namespace: ns
  labels: {{app: a}}
  ownerReferences: [{{kind: DaemonSet, name: d, controller: true}}]
spec:
  containers: [{{name: c, image: i, ports: [{{containerPort: 80, hostPort: {0}}}]}}]
---
"""
    path = tmp_path / "pods.yaml"
    path.write_text(pod.format(8080) + pod.format(8081))

    (found,) = load([path]).objects.workloads

    assert found.host_ports == (
        HostPort(8080, TCP, 80, certain=False),
        HostPort(8081, TCP, 80, certain=False),
    )
    assert len(found.pods) == len(found.host_ports)
