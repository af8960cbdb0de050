"""Questions without a cluster, where something of the input cannot be read."""

from pathlib import Path

from reading import read
from seawall.model.packet import Packet, Protocol
from seawall.model.snapshot import Snapshot
from seawall.model.trace import Verdict
from seawall.model.workload import Workload
from seawall.query.case import Case
from seawall.query.trace.answer import TraceAnswer, trace
from seawall.query.words.end import parse_source, parse_target
from seawall.reference.journey import Start
from seawall.reference.walk import follow
from strategies_fabric import Drawn

PODS = """
    apiVersion: v1
    kind: Pod
    metadata: {name: a, namespace: x, labels: {app: a}}
    spec: {containers: [{name: c, image: i}]}
    status: {phase: Running, podIP: 10.244.0.1}
    ---
    apiVersion: v1
    kind: Pod
    metadata: {name: b, namespace: x, labels: {app: b}}
    spec: {containers: [{name: c, image: i}]}
    status: {phase: Running, podIP: 10.244.0.2}
    ---
    apiVersion: v1
    kind: Pod
    metadata: {name: c, namespace: x, labels: {app: c}}
    spec: {containers: [{name: c, image: i}]}
    status: {phase: Running, podIP: 10.244.0.3}
"""
FAULTY = """
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: p, namespace: x}
    spec:
      podSelector: {matchLabels: {app: b}}
      ingress:
      - ports: [{port: 80, protocol: tcp}]
"""


def find_pod(snapshot: Snapshot, name: str) -> Workload:
    """Return the pod of a name."""
    return next(it for it in snapshot.objects.workloads if it.name == name)


def asked(folder: Path, target: str, *texts: str) -> tuple[TraceAnswer, Verdict]:
    """Return what `trace` says from x/a, and what the definition says."""
    snapshot = read(folder, PODS, *texts)
    case = Case(snapshot)
    sources = parse_source("x/a", snapshot)
    targets, port = parse_target(target, snapshot)
    answer = trace(case, "q", sources, targets, port=port)
    asked_of, asked_for = (
        find_pod(snapshot, name).addresses[0] for name in ("a", target[2])
    )
    packet = Packet(asked_of, asked_for, Protocol.TCP, 40000, 80)
    start = Start(sources[0])  # type: ignore[arg-type]
    found = follow(snapshot, start, packet, target=targets[0], choice=Drawn(0))
    return answer, found.verdict


def test_a_policy_that_cannot_be_read_leaves_open_only_the_pods_it_governs(
    tmp_path: Path,
) -> None:
    governed, defined = asked(tmp_path, "x/b:80", FAULTY)
    assert (governed.verdict, defined) == (Verdict.UNKNOWN, Verdict.UNKNOWN)
    assert "NetworkPolicy x/p cannot be read" in governed.sentence
    other, defined = asked(tmp_path, "x/c:80", FAULTY)
    assert (other.verdict, defined) == (Verdict.ALLOWED, Verdict.ALLOWED)


def test_a_document_that_cannot_be_read_may_hold_the_cluster(tmp_path: Path) -> None:
    answer, defined = asked(tmp_path, "x/c:80", "[")
    assert (answer.verdict, defined) == (Verdict.UNKNOWN, Verdict.UNKNOWN)
    assert "001.yaml` could not be read, and may hold the cluster" in answer.sentence
