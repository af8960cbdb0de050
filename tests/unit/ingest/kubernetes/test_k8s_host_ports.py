"""Reading the host ports of pods."""

from pathlib import Path

import pytest

from seawall.ingest import load
from seawall.ingest.kubernetes.workloads.host_port import read_host_ports
from seawall.model.packet import Protocol
from seawall.model.workload import HostPort

TCP, UDP = Protocol.TCP, Protocol.UDP
PORT = {"containerPort": 80, "hostPort": 8080}


def of(*ports: object, **spec: object) -> tuple[HostPort, ...]:
    return read_host_ports({"containers": [{"ports": list(ports)}], **spec})


def test_a_host_port_needs_no_name() -> None:
    udp = {"containerPort": 8125, "hostPort": 8125, "protocol": "UDP"}

    assert of(PORT, udp) == (HostPort(8080, TCP, 80), HostPort(8125, UDP, 8125))


def test_a_sidecar_among_the_init_containers_keeps_its_host_port() -> None:
    stays = {"ports": [PORT], "restartPolicy": "Always"}

    assert of(initContainers=[stays]) == (HostPort(8080, TCP, 80),)
    assert of(initContainers=[{"ports": [PORT]}]) == ()


def test_a_host_port_of_the_host_network_is_the_pods_own_port() -> None:
    assert of(PORT, hostNetwork=True) == ()


@pytest.mark.parametrize("written", ["0.0.0.0", "::", "", None, "x", 1])  # noqa: S104
def test_a_host_port_is_on_every_address_unless_one_is_named(written: object) -> None:
    assert of({**PORT, "hostIP": written}) == (HostPort(8080, TCP, 80),)


def test_a_host_port_is_on_the_address_that_is_named() -> None:
    found = of({**PORT, "hostIP": "10.1.0.4"})

    assert found == (HostPort(8080, TCP, 80, "10.1.0.4"),)


@pytest.mark.parametrize("number", [0, None, "8080", 65536, True, [], 80.5])
def test_what_is_no_port_is_no_host_port(number: object) -> None:
    assert of({**PORT, "hostPort": number}) == ()


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

    assert found.host_ports == (HostPort(8080, TCP, 80), HostPort(8081, TCP, 80))
    assert len(found.pods) == len(found.host_ports)
