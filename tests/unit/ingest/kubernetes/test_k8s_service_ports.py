"""Services with a port that the API server refuses: nobody knows what stands there."""

from ipaddress import ip_address
from pathlib import Path

import pytest

from reading import read, told
from seawall.flowspace import Header
from seawall.model.diagnostic import Level
from seawall.model.end import PodEnd, ServiceEnd
from seawall.model.trace import Verdict
from seawall.query.case import Case

PODS = """
apiVersion: v1
kind: Pod
metadata: {name: a, namespace: y}
spec: {containers: [{name: c, image: i}]}
---
apiVersion: v1
kind: Pod
metadata: {name: b, namespace: y, labels: {app: b}}
spec: {containers: [{name: c, image: i}]}
---
"""
FAULTY = [
    '{port: "80"}',
    "{port: 80, targetPort: {a: 1}}",
    "{port: 80, targetPort: false}",
    "{port: 80, protocol: tcp}",
    '{port: 80, nodePort: "30080"}',
    "{port: 80, nodePort: false}",
    "{port: 80}, {port: 0}",
]


def _service(ports: str) -> str:
    return (
        PODS
        + f"""
apiVersion: v1
kind: Service
metadata: {{name: s, namespace: y, labels: {{own: "1"}}}}
spec:
  internalTrafficPolicy: Local
  clusterIP: 10.0.0.7
  selector: {{app: b}}
  ports: [{ports}]
"""
    )


@pytest.mark.parametrize(
    ("ports", "verdict"),
    [(each, Verdict.UNKNOWN) for each in FAULTY] + [("{port: 81}", Verdict.DENIED)],
)
def test_a_port_that_cannot_be_read_leaves_its_service_open(
    tmp_path: Path, ports: str, verdict: Verdict
) -> None:
    snapshot = read(tmp_path, _service(ports))
    (service,) = snapshot.objects.services
    client, end = PodEnd(snapshot.objects.workloads[0]), ServiceEnd(service)
    case = Case(snapshot)
    answer = case.paths.partition(client, end, policy=case.policies).partition
    one, other = ip_address("10.0.0.1"), ip_address("10.0.0.7")
    header = Header(4, 6, int(one), int(other), 40000, 80)
    unknown = verdict is Verdict.UNKNOWN
    assert header in (answer.unknown if unknown else answer.denied)


@pytest.mark.parametrize("ports", FAULTY)
def test_a_port_that_cannot_be_read_is_told_at_its_place(
    tmp_path: Path, ports: str
) -> None:
    snapshot = read(tmp_path, _service(ports))
    (fault,) = told(snapshot, Level.UNMODELLED)
    assert fault.origin is not None
    assert fault.origin.pointer[:2] == ("spec", "ports")
    (service,) = snapshot.objects.services
    assert service.doubt is not None
    assert str(fault.origin) in service.doubt
    assert not service.labels
