"""Meshes that let their pods out only to what is listed: whom they may hold back.

Source:
    linkerd.io, reference, EgressNetwork; istio.io, reference, Sidecar; Consul docs,
    Mesh configuration entry.
"""

from ipaddress import ip_address
from pathlib import Path

import pytest

from reading import read
from seawall.engine.policy import PolicyTable
from seawall.model.address import AddressRange
from seawall.model.dataplane import CILIUM
from seawall.model.packet import Protocol
from seawall.model.trace import Verdict
from seawall.reference.policy import Outside, PodAt, PolicyQuestion, decide

PODS = """
apiVersion: v1
kind: Pod
metadata: {name: a, namespace: x, labels: {app: a}}
spec: {containers: [{name: c, image: c}]}
---
apiVersion: v1
kind: Pod
metadata: {name: b, namespace: x, labels: {app: b}}
spec: {containers: [{name: c, image: c}]}
---
apiVersion: v1
kind: Pod
metadata: {name: c, namespace: y}
spec: {containers: [{name: c, image: c}]}
"""
LINKERD, ISTIO = "policy.linkerd.io/v1alpha1", "networking.istio.io/v1"
CONSUL = "consul.hashicorp.com/v1alpha1"
ONLY = "outboundTrafficPolicy: {mode: REGISTRY_ONLY}"
INSIDE = "{transparentProxy: {meshDestinationsOnly: true}}"
WEB = AddressRange.parse("8.8.8.8/32")
OUT = ip_address("8.8.8.8")


def held(tmp_path: Path, written: str, protocol: Protocol = Protocol.TCP) -> set[str]:
    """Return the pods of which it is not known whether they reach the internet."""
    objects = read(tmp_path, PODS, written).objects
    table = PolicyTable.build(objects, CILIUM)
    bit = table.services.mask_of(protocol, 443)
    found = set()
    for pod in objects.workloads:
        (part,) = table.egress(pod, [WEB])
        question = PolicyQuestion(PodAt(pod), Outside(OUT), protocol, 443)
        verdict = decide(objects, CILIUM, question).verdict
        said = Verdict.ALLOWED if part.services.allowed & bit else Verdict.UNKNOWN
        assert verdict is said
        if verdict is Verdict.UNKNOWN:
            found.add(pod.name)
    return found


def one(version: str, kind: str, spec: str, namespace: str = "x") -> str:
    return (
        f"---\napiVersion: {version}\nkind: {kind}\n"
        f"metadata: {{name: one, namespace: {namespace}}}\nspec: {spec}\n"
    )


@pytest.mark.parametrize(
    ("written", "pods"),
    [
        (one(LINKERD, "EgressNetwork", "{trafficPolicy: Deny}"), {"a", "b"}),
        (one(LINKERD, "EgressNetwork", "{trafficPolicy: Allow}"), set()),
        (
            one(LINKERD, "EgressNetwork", "{trafficPolicy: Deny}", "linkerd-egress"),
            {"a", "b", "c"},
        ),
        (one(ISTIO, "Sidecar", f"{{{ONLY}}}"), {"a", "b"}),
        (
            one(
                ISTIO,
                "Sidecar",
                f"{{workloadSelector: {{labels: {{app: b}}}}, {ONLY}}}",
            ),
            {"b"},
        ),
        (one(ISTIO, "Sidecar", f"{{{ONLY}}}", "istio-system"), {"a", "b", "c"}),
        (one(ISTIO, "Sidecar", "{egress: [{hosts: ['./*']}]}"), set()),
        (one(CONSUL, "Mesh", INSIDE), {"a", "b", "c"}),
        (one(CONSUL, "Mesh", "{tls: {}}"), set()),
    ],
)
def test_who_may_be_kept_from_what_lies_outside_of_a_mesh(
    tmp_path: Path, written: str, pods: set[str]
) -> None:
    assert held(tmp_path, written) == pods
    assert held(tmp_path, written, Protocol.UDP) == set()


def test_linkerd_keeps_no_client_from_pods_of_the_cluster(tmp_path: Path) -> None:
    written = one(LINKERD, "EgressNetwork", "{trafficPolicy: Deny}")
    snapshot = read(tmp_path, PODS, written)
    table = PolicyTable.build(snapshot.objects, CILIUM)
    pods = {item.name: item for item in snapshot.objects.workloads}
    bit = table.services.mask_of(Protocol.TCP, 443)
    assert table.between(pods["a"], pods["c"]).allowed & bit
    question = PolicyQuestion(PodAt(pods["a"]), PodAt(pods["c"]), Protocol.TCP, 443)
    assert decide(snapshot.objects, CILIUM, question).verdict is Verdict.ALLOWED
    assert "linkerd-lets-in-what-no-server-selects" not in {
        item.id for item in snapshot.assumptions
    }
