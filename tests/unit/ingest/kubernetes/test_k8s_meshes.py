"""Meshes that are not modelled: whom they may close, and whom they leave alone.

Source:
    linkerd.io, reference, Authorization Policy; Kuma docs, Mutual TLS,
    MeshTrafficPermission, Mesh; Consul docs, Service intentions and Service names;
    smi-spec, Traffic Access Control; docs.openservicemesh.io, Permissive mode.
"""

from pathlib import Path

import pytest

from reading import read
from seawall.engine.policy import PolicyTable
from seawall.model.dataplane import CILIUM, SPEC, Dataplane
from seawall.model.packet import Protocol
from seawall.model.policy import Direction
from seawall.model.snapshot import Snapshot
from seawall.model.trace import Verdict
from seawall.reference.policy import PodAt, PolicyQuestion, decide

PODS = """
apiVersion: v1
kind: Pod
metadata: {name: a, namespace: x, labels: {app: a}}
spec:
  serviceAccountName: s
  containers: [{name: c, image: c, ports: [{name: web, containerPort: 80}]}]
---
apiVersion: v1
kind: Pod
metadata: {name: b, namespace: y, labels: {app: b}}
spec: {containers: [{name: c, image: c}]}
---
apiVersion: v1
kind: Pod
metadata: {name: c, namespace: z}
spec: {containers: [{name: c, image: c}]}
"""
OPEN, UNKNOWN, DENIED = Verdict.ALLOWED, Verdict.UNKNOWN, Verdict.DENIED
NONE: set[str] = set()
EVERY = {"a", "b", "c"}
SOURCES = {"a": "b", "b": "a", "c": "b"}
LINKERD, KUMA = "policy.linkerd.io/v1beta3", "kuma.io/v1alpha1"
CONSUL, SMI = "consul.hashicorp.com/v1alpha1", "access.smi-spec.io/v1alpha3"
OSM = "config.openservicemesh.io/v1alpha2"
MTLS = "{mtls: {enabledBackend: ca, backends: [{name: ca, type: builtin}]}}"


def said(
    snapshot: Snapshot,
    target: str,
    port: int = 80,
    protocol: Protocol = Protocol.TCP,
    dataplane: Dataplane = CILIUM,
    source: str = "",
) -> Verdict:
    """Return what engine and definition say of packets to a pod."""
    table = PolicyTable.build(snapshot.objects, dataplane)
    pods = {item.name: item for item in snapshot.objects.workloads}
    ends = pods[source or SOURCES[target]], pods[target]
    answer = table.between(*ends)
    bit = table.services.mask_of(protocol, port)
    found = OPEN if answer.allowed & bit else UNKNOWN
    found = found if (answer.allowed | answer.unknown) & bit else DENIED
    question = PolicyQuestion(PodAt(ends[0]), PodAt(ends[1]), protocol, port)
    assert decide(snapshot.objects, dataplane, question).verdict is found
    return found


def one(version: str, kind: str, spec: str, head: str = "namespace: x") -> str:
    return (
        f"---\napiVersion: {version}\nkind: {kind}\n"
        f"metadata: {{name: one, {head}}}\nspec: {spec}\n"
    )


def closed(snapshot: Snapshot, dataplane: Dataplane = CILIUM) -> set[str]:
    """Return the pods for which it is not known whether TCP 80 comes in."""
    found = {pod: said(snapshot, pod, dataplane=dataplane) for pod in EVERY}
    assert set(found.values()) <= {OPEN, UNKNOWN}
    return {pod for pod, verdict in found.items() if verdict is UNKNOWN}


@pytest.mark.parametrize("dataplane", [SPEC, CILIUM])
@pytest.mark.parametrize(
    ("version", "kind", "spec", "doubted"),
    [
        (LINKERD, "Server", "{}", {"a"}),
        (LINKERD, "ServerAuthorization", "{}", {"a"}),
        (LINKERD, "AuthorizationPolicy", "{}", {"a"}),
        (LINKERD, "HTTPRoute", "{}", NONE),
        (CONSUL, "ServiceIntentions", "{}", EVERY),
        (KUMA, "Mesh", MTLS, EVERY),
        (KUMA, "Mesh", "{mtls: '${MTLS}'}", EVERY),
        (KUMA, "Mesh", "{mtls: {backends: [{name: ca, type: builtin}]}}", NONE),
        (KUMA, "Mesh", "{}", NONE),
        (KUMA, "MeshIdentity", "{selector: {dataplane: {}}}", EVERY),
        (KUMA, "MeshTLS", "{}", EVERY),
        (KUMA, "MeshPassthrough", "{}", EVERY),
        (KUMA, "MeshTrafficPermission", "{}", EVERY),
        (KUMA, "TrafficPermission", "{}", EVERY),
        (KUMA, "MeshHTTPRoute", "{}", NONE),
        (SMI, "TrafficTarget", "{}", EVERY),
        (OSM, "MeshConfig", "{traffic: {enableEgress: true}}", EVERY),
    ],
)
def test_objects_of_meshes_count_whoever_enforces_others(
    tmp_path: Path,
    version: str,
    kind: str,
    spec: str,
    doubted: set[str],
    dataplane: Dataplane,
) -> None:
    assert closed(read(tmp_path, PODS, one(version, kind, spec)), dataplane) == doubted


@pytest.mark.parametrize(
    ("spec", "doubted"),
    [
        ("{podSelector: {matchLabels: {app: a}}}", {"a"}),
        ("{podSelector: {matchLabels: {app: b}}}", NONE),
        ("{podSelector: {matchLabels: [b]}}", {"a"}),
        ("{podSelector: {}}", {"a"}),
        ("{podSelector: {}, port: 80}", {"a"}),
        ("{podSelector: {}, port: 81}", NONE),
        ("{podSelector: {}, port: web}", {"a"}),
        ("{podSelector: {}, port: admin}", NONE),
        ("{podSelector: {}, port: '${PORT}'}", {"a"}),
        ("{podSelector: {}, accessPolicy: deny}", {"a"}),
        ("{podSelector: {}, accessPolicy: all-unauthenticated}", NONE),
        ("{podSelector: {}, accessPolicy: audit}", NONE),
        ("{externalWorkloadSelector: {}}", NONE),
    ],
)
def test_a_server_closes_its_port_of_its_pods(
    tmp_path: Path, spec: str, doubted: set[str]
) -> None:
    assert closed(read(tmp_path, PODS, one(LINKERD, "Server", spec))) == doubted


SERVER = """
---
apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata: {name: of-b, namespace: y, labels: {for: b}}
spec: {podSelector: {matchLabels: {app: b}}, port: 81}
---
apiVersion: policy.linkerd.io/v1beta3
kind: HTTPRoute
metadata: {name: route, namespace: y}
spec: {parentRefs: [{group: policy.linkerd.io, kind: Server, name: of-b}]}
"""


@pytest.mark.parametrize(
    ("kind", "spec", "shown"),
    [
        ("ServerAuthorization", "{server: {name: of-b}}", True),
        ("ServerAuthorization", "{server: {name: other}}", False),
        (
            "ServerAuthorization",
            "{server: {selector: {matchLabels: {for: b}}}}",
            True,
        ),
        ("ServerAuthorization", "{server: {selector: {}}}", True),
        (
            "ServerAuthorization",
            "{server: {selector: {matchLabels: {for: c}}}}",
            False,
        ),
        ("ServerAuthorization", "{server: {selector: []}}", False),
        ("AuthorizationPolicy", "{targetRef: {kind: Server, name: of-b}}", True),
        ("AuthorizationPolicy", "{targetRef: {kind: Server, name: of-c}}", False),
        ("AuthorizationPolicy", "{targetRef: {kind: Namespace, name: y}}", True),
        ("AuthorizationPolicy", "{targetRef: {kind: HTTPRoute, name: route}}", True),
        ("AuthorizationPolicy", "{targetRef: {kind: HTTPRoute, name: more}}", False),
        ("AuthorizationPolicy", "{targetRef: {kind: Deployment, name: b}}", False),
    ],
)
def test_what_authorizes_for_a_server_that_is_shown_closes_nothing_itself(
    tmp_path: Path, kind: str, spec: str, *, shown: bool
) -> None:
    policy = one(LINKERD, kind, spec, "namespace: y")
    snapshot = read(tmp_path, PODS, policy, SERVER)
    assert closed(snapshot) == (NONE if shown else {"b"})
    assert said(snapshot, "b", 81) is UNKNOWN


def test_without_a_server_a_policy_for_the_namespace_speaks_of_one_not_shown(
    tmp_path: Path,
) -> None:
    spec = "{targetRef: {kind: Namespace, name: x}}"
    snapshot = read(tmp_path, PODS, one(LINKERD, "AuthorizationPolicy", spec))
    assert closed(snapshot) == {"a"}


@pytest.mark.parametrize(
    ("word", "doubted"),
    [
        ("deny", True),
        ("all-authenticated", True),
        ("cluster-unauthenticated", True),
        ("audit", False),
        ("all-unauthenticated", False),
    ],
)
@pytest.mark.parametrize("of_namespace", [True, False])
def test_the_annotation_of_a_pod_or_namespace_may_close_it(
    tmp_path: Path, word: str, *, doubted: bool, of_namespace: bool
) -> None:
    note = f"annotations: {{config.linkerd.io/default-inbound-policy: {word}}}"
    pods = PODS.replace("namespace: y,", f"namespace: y, {note},")
    if of_namespace:
        space = f"---\napiVersion: v1\nkind: Namespace\nmetadata: {{name: y, {note}}}\n"
        pods = PODS + space
    assert closed(read(tmp_path, pods)) == ({"b"} if doubted else NONE)


TARGET = "MeshTrafficPermission"
PLAIN = "---\napiVersion: kuma.io/v1alpha1\nkind: Mesh\nmetadata: {name: default}\n"


@pytest.mark.parametrize(
    ("spec", "doubted"),
    [
        ("{targetRef: {kind: Mesh}}", EVERY),
        (
            "{targetRef: {kind: MeshSubset, tags: {app: a, kuma.io/zone: z}}}",
            {"a"},
        ),
        ("{targetRef: {kind: Dataplane, labels: {app: b}}}", {"b"}),
        (
            "{targetRef: {kind: MeshSubset, tags: {k8s.kuma.io/namespace: x}}}",
            {"a"},
        ),
        ("{targetRef: {kind: MeshService, name: other}}", EVERY),
        ("{targetRef: {kind: Dataplane, labels: {app: '${APP}'}}}", EVERY),
        (
            "{targetRef: {kind: MeshSubset, tags: {k8s.kuma.io/namespace: '${NS}'}}}",
            EVERY,
        ),
    ],
)
def test_a_permission_is_for_whom_it_names_where_its_mesh_is_shown(
    tmp_path: Path, spec: str, doubted: set[str]
) -> None:
    """Without its mesh nobody knows whether whom it does not name is denied."""
    permission = one(KUMA, TARGET, spec)
    assert closed(read(tmp_path, PODS, permission, PLAIN)) == doubted
    other = PLAIN.replace("default", "other")
    assert closed(read(tmp_path, PODS, permission, other)) == EVERY


def test_in_a_mesh_under_mutual_tls_whom_no_permission_names_may_be_denied(
    tmp_path: Path,
) -> None:
    spec = "{targetRef: {kind: Dataplane, labels: {app: b}}}"
    mesh = PLAIN + f"spec: {MTLS}\n"
    snapshot = read(tmp_path, PODS, one(KUMA, TARGET, spec), mesh)
    assert closed(snapshot) == EVERY
    origins = {
        str(item.origin).rpartition("/")[2]
        for item in snapshot.objects.ranked_policies
        if item.kind == "Kuma Mesh"
    }
    assert origins == {"002.yaml:2"}


def space(name: str, label: str = "") -> str:
    return (
        "---\napiVersion: v1\nkind: Namespace\n"
        f"metadata: {{name: {name}, labels: {{{label}}}}}\n"
    )


INJECTED = "kuma.io/sidecar-injection: enabled"


@pytest.mark.parametrize(
    ("pods", "more", "doubted"),
    [
        (PODS, space("x") + space("y", INJECTED), {"b", "c"}),
        (PODS, space("x") + space("y") + space("z"), NONE),
        (PODS.replace("app: a", f"app: a, {INJECTED}"), space("x"), EVERY),
        (
            PODS.replace("app: a", "app: a, kuma.io/sidecar-injection: disabled"),
            space("x", INJECTED),
            {"b", "c"},
        ),
        (
            PODS,
            space("x").replace("labels: {}", f"annotations: {{{INJECTED}}}"),
            EVERY,
        ),
        (
            PODS.replace("name: a,", f"name: a, annotations: {{{INJECTED}}},"),
            space("x"),
            EVERY,
        ),
    ],
)
def test_pods_that_surely_have_no_proxy_are_not_in_a_mesh_of_kuma(
    tmp_path: Path, pods: str, more: str, doubted: set[str]
) -> None:
    assert closed(read(tmp_path, pods, one(KUMA, "Mesh", MTLS), more)) == doubted


@pytest.mark.parametrize(
    ("version", "kind", "spec"),
    [
        (KUMA, "Mesh", "{networking: {outbound: {passthrough: false}}}"),
        (KUMA, "MeshPassthrough", "{}"),
        (OSM, "MeshConfig", "{traffic: {enablePermissiveTrafficPolicyMode: true}}"),
    ],
)
def test_a_mesh_may_keep_pods_from_leaving_it(
    tmp_path: Path, version: str, kind: str, spec: str
) -> None:
    snapshot = read(tmp_path, PODS, one(version, kind, spec))
    assert {item.governs for item in snapshot.objects.ranked_policies} == {
        frozenset({Direction.EGRESS})
    }
    assert closed(snapshot) == EVERY


def test_traffic_targets_count_for_every_pod_but_where_the_mesh_heeds_none(
    tmp_path: Path,
) -> None:
    """What no target names is denied too: all traffic is, by default."""
    named = "{destination: {kind: ServiceAccount, name: s, namespace: x}}"
    target = one(SMI, "TrafficTarget", named)
    assert closed(read(tmp_path, PODS, target)) == EVERY
    traffic = "{traffic: {enablePermissiveTrafficPolicyMode: true, enableEgress: true}}"
    snapshot = read(tmp_path, PODS, target, one(OSM, "MeshConfig", traffic))
    assert closed(snapshot) == NONE


SERVICE = """
---
apiVersion: v1
kind: Service
metadata: {name: back, namespace: y}
spec: {selector: {app: b}, ports: [{port: 80}]}
"""
NAMED = """
---
apiVersion: v1
kind: Pod
metadata:
  name: d
  namespace: z
  annotations: {consul.hashicorp.com/connect-service: back}
spec: {containers: [{name: c, image: c}]}
"""


@pytest.mark.parametrize(
    ("name", "more", "doubted"),
    [
        ("back", SERVICE, {"b"}),
        ("other", SERVICE, EVERY),
        ('"*"', SERVICE, EVERY),
        ("back", SERVICE.replace("selector: {app: b}, ", ""), EVERY),
        ("back", SERVICE + NAMED, EVERY),
    ],
)
def test_intentions_are_for_the_pods_of_the_service_that_they_name(
    tmp_path: Path, name: str, more: str, doubted: set[str]
) -> None:
    spec = f"{{destination: {{name: {name}}}}}"
    snapshot = read(tmp_path, PODS, one(CONSUL, "ServiceIntentions", spec) + more)
    assert closed(snapshot) == doubted


ADMITS_B = """
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: admits-b, namespace: x}
spec:
  podSelector: {}
  policyTypes: [Ingress, Egress]
  ingress:
  - from:
    - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: y}}
"""


@pytest.mark.parametrize(
    ("version", "kind", "spec"),
    [
        (LINKERD, "Server", "{}"),
        (CONSUL, "ServiceIntentions", "{}"),
        (KUMA, "Mesh", MTLS),
        (KUMA, TARGET, "{}"),
        (SMI, "TrafficTarget", "{}"),
    ],
)
def test_what_a_mesh_may_close_leaves_denied_what_is(
    tmp_path: Path, version: str, kind: str, spec: str
) -> None:
    snapshot = read(tmp_path, PODS, one(version, kind, spec), ADMITS_B)
    assert said(snapshot, "a") is UNKNOWN
    assert said(snapshot, "a", source="c") is DENIED
    assert said(snapshot, "b", dataplane=SPEC) is DENIED


@pytest.mark.parametrize(("version", "kind"), [(LINKERD, "Server"), (KUMA, "Mesh")])
def test_proxies_of_a_mesh_see_tcp_alone(
    tmp_path: Path, version: str, kind: str
) -> None:
    snapshot = read(tmp_path, PODS, one(version, kind, MTLS))
    assert said(snapshot, "a") is UNKNOWN
    assert said(snapshot, "a", 53, Protocol.UDP) is OPEN


def test_a_template_that_is_not_rendered_may_close_its_namespace(
    tmp_path: Path,
) -> None:
    text = (
        f"apiVersion: {LINKERD}\nkind: Server\nmetadata:\n  name: one\n"
        "  namespace: x\nspec:\n  podSelector: {{ toYaml .Values.pods }}\n"
    )
    snapshot = read(tmp_path, PODS, text)
    assert closed(snapshot) == {"a"}
