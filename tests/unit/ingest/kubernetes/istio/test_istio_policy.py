"""What policies of an Istio mesh let pods exchange."""

from pathlib import Path

import pytest

from reading import read, told
from seawall.engine.policy import PolicyTable
from seawall.model.dataplane import NONE, SPEC
from seawall.model.diagnostic import Level
from seawall.model.packet import Protocol
from seawall.model.snapshot import Snapshot
from seawall.model.trace import Verdict
from seawall.model.workload import MeshRole
from seawall.reference.policy import PodAt, PolicyQuestion, decide

CLUSTER = """
apiVersion: v1
kind: Namespace
metadata: {name: red, labels: {istio-injection: enabled}}
---
apiVersion: v1
kind: Namespace
metadata: {name: blue, labels: {istio-injection: enabled}}
---
apiVersion: v1
kind: Namespace
metadata: {name: plain}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: red, labels: {app: web}}
spec: {serviceAccountName: web, containers: [{name: a, image: x}]}
---
apiVersion: v1
kind: Pod
metadata: {name: db, namespace: blue, labels: {app: db}}
spec: {serviceAccountName: db, containers: [{name: a, image: x}]}
---
apiVersion: v1
kind: Pod
metadata: {name: old, namespace: plain, labels: {app: old}}
spec: {containers: [{name: a, image: x}]}
---
"""
HEAD = """
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: one, namespace: blue}
spec:
"""
STRICT = """
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: istio-system}
spec: {mtls: {mode: STRICT}}
---
"""
ALLOWED, DENIED, UNKNOWN = Verdict.ALLOWED, Verdict.DENIED, Verdict.UNKNOWN


def verdict(
    snapshot: Snapshot,
    source: str,
    target: str,
    port: int = 80,
    protocol: Protocol = Protocol.TCP,
) -> Verdict:
    """Return what becomes of packets between two pods; both meanings must agree."""
    table = PolicyTable.build(snapshot.objects, SPEC)
    pods = {item.name: item for item in snapshot.objects.workloads}
    answer = table.between(pods[source], pods[target])
    bit = table.services.mask_of(protocol, port)
    found = UNKNOWN if answer.possible & bit else DENIED
    if answer.allowed & bit:
        found = ALLOWED
    question = PolicyQuestion(PodAt(pods[source]), PodAt(pods[target]), protocol, port)
    assert decide(snapshot.objects, SPEC, question).verdict is found
    return found


def policy(body: str) -> str:
    return HEAD + "\n".join(f"  {line}" for line in body.strip().splitlines()) + "\n---"


def test_a_policy_without_rules_denies_all_tcp_and_nothing_else(tmp_path: Path) -> None:
    snapshot = read(tmp_path, CLUSTER + policy("{}"))
    assert verdict(snapshot, "web", "db") is DENIED
    assert verdict(snapshot, "web", "db", 53, Protocol.UDP) is ALLOWED
    assert verdict(snapshot, "web", "db", 0, Protocol.ICMP) is ALLOWED
    assert verdict(snapshot, "web", "db", 15021) is ALLOWED
    assert verdict(snapshot, "db", "web") is ALLOWED
    assert not told(snapshot)


def test_an_empty_rule_matches_everything(tmp_path: Path) -> None:
    snapshot = read(tmp_path, CLUSTER + policy("rules: [{}]"))
    assert verdict(snapshot, "old", "db") is ALLOWED


def test_policies_do_not_govern_pods_outside_the_mesh(tmp_path: Path) -> None:
    text = policy("{}").replace("blue", "plain")
    assert verdict(read(tmp_path, CLUSTER + text), "web", "old") is ALLOWED


def test_membership_that_is_not_shown_leaves_verdicts_unknown(tmp_path: Path) -> None:
    undeclared = CLUSTER.split("---", 1)[1].replace(
        "metadata: {name: blue, labels: {istio-injection: enabled}}",
        "metadata: {name: other}",
    )
    snapshot = read(tmp_path, undeclared + policy("{}"))
    assert verdict(snapshot, "old", "db") is UNKNOWN
    (question,) = told(snapshot)
    assert "1 workload is in the mesh" in question.what
    assert "`blue`" in question.what


@pytest.mark.parametrize(
    ("source", "want"),
    [
        ("{principals: [cluster.local/ns/red/sa/web]}", ALLOWED),
        ("{principals: [cluster.local/ns/red/sa/db]}", DENIED),
        ("{principals: [other.domain/ns/red/sa/web]}", UNKNOWN),
        ('{principals: ["*"]}', ALLOWED),
        ('{principals: ["*/sa/web"]}', ALLOWED),
        ('{principals: ["*/ns/red/sa/web"]}', ALLOWED),
        ('{principals: ["*/ns/green/sa/web"]}', DENIED),
        ('{principals: ["*b"]}', ALLOWED),
        ('{principals: ["cluster.local/ns/re*"]}', ALLOWED),
        ('{principals: ["cluster.local/ns/red/sa/w*"]}', ALLOWED),
        ('{principals: ["cluster.local/ns/blue/*"]}', DENIED),
        ('{principals: ["spiffe://cluster.local/ns/red/sa/web"]}', DENIED),
        ('{principals: ["cluster.local/ns/*/sa/web"]}', DENIED),
        ("{namespaces: [red]}", ALLOWED),
        ('{namespaces: ["r*"]}', ALLOWED),
        ('{namespaces: ["*ed"]}', ALLOWED),
        ('{namespaces: ["*a"]}', UNKNOWN),
        ("{notNamespaces: [red]}", DENIED),
        ("{notNamespaces: [green]}", ALLOWED),
        ("{serviceAccounts: [red/web]}", ALLOWED),
        ("{serviceAccounts: [web]}", DENIED),
        ("{notPrincipals: [cluster.local/ns/red/sa/web]}", DENIED),
        ("{ipBlocks: [10.0.0.0/24]}", UNKNOWN),
        ("{ipBlocks: [203.0.113.4]}", DENIED),
        ("{notIpBlocks: [0.0.0.0/0]}", DENIED),
        ('{requestPrincipals: ["*"]}', UNKNOWN),
        ("{remoteIpBlocks: [203.0.113.4]}", UNKNOWN),
    ],
)
def test_sources_are_matched_by_identity_and_address(
    tmp_path: Path, source: str, want: Verdict
) -> None:
    text = policy(f"rules: [{{from: [{{source: {source}}}]}}]")
    assert verdict(read(tmp_path, CLUSTER + text), "web", "db") is want


def test_what_is_not_in_the_mesh_has_no_identity(tmp_path: Path) -> None:
    for at, (source, want) in enumerate(
        (
            ('{principals: ["*"]}', DENIED),
            ("{namespaces: [plain]}", DENIED),
            ("{notNamespaces: [red]}", ALLOWED),
            ('{notPrincipals: ["*"]}', ALLOWED),
        )
    ):
        folder = tmp_path / str(at)
        folder.mkdir()
        text = policy(f"rules: [{{from: [{{source: {source}}}]}}]")
        assert verdict(read(folder, CLUSTER + text), "old", "db") is want


def test_denials_go_before_allowances(tmp_path: Path) -> None:
    deny = policy(
        "action: DENY\nrules: [{from: [{source: {namespaces: [red]}}], "
        'to: [{operation: {ports: ["81"]}}]}]'
    ).replace("name: one", "name: two")
    snapshot = read(tmp_path, CLUSTER + policy("rules: [{}]") + deny)
    assert verdict(snapshot, "web", "db", 80) is ALLOWED
    assert verdict(snapshot, "web", "db", 81) is DENIED
    assert verdict(snapshot, "old", "db", 81) is ALLOWED


def test_the_ports_of_the_proxy_itself_are_past_denials(tmp_path: Path) -> None:
    snapshot = read(tmp_path, CLUSTER + policy("action: DENY\nrules: [{}]"))
    assert verdict(snapshot, "web", "db", 80) is DENIED
    assert verdict(snapshot, "web", "db", 15021) is ALLOWED


def test_ports_and_conditions_split(tmp_path: Path) -> None:
    snapshot = read(
        tmp_path,
        CLUSTER
        + policy(
            """
            rules:
            - to: [{operation: {ports: ["80", "90"]}}, {operation: {notPorts: ["90"]}}]
              when:
              - {key: source.namespace, values: [red]}
              - {key: destination.port, notValues: ["91"]}
            """.replace("            ", "")
        ),
    )
    assert verdict(snapshot, "web", "db", 80) is ALLOWED
    assert verdict(snapshot, "web", "db", 90) is ALLOWED
    assert verdict(snapshot, "web", "db", 91) is DENIED
    assert verdict(snapshot, "old", "db", 80) is DENIED


@pytest.mark.parametrize(
    "body",
    [
        "rules: [{to: [{operation: {methods: [GET]}}]}]",
        "rules: [{when: [{key: 'request.headers[x]', values: [a]}]}]",
        "action: DENY\nrules: [{to: [{operation: {paths: [/admin]}}]}]",
        "action: CUSTOM\nprovider: {name: a}\nrules: [{}]",
    ],
)
def test_what_looks_at_requests_is_not_settled(tmp_path: Path, body: str) -> None:
    snapshot = read(tmp_path, CLUSTER + policy(body))
    assert verdict(snapshot, "web", "db") is UNKNOWN
    assert verdict(snapshot, "web", "db", 53, Protocol.UDP) is ALLOWED


def test_audits_and_trials_change_nothing(tmp_path: Path) -> None:
    audit = policy("action: AUDIT\nrules: [{}]")
    trial = policy("{}").replace(
        "namespace: blue}", "namespace: blue, annotations: {istio.io/dry-run: 'true'}}"
    )
    snapshot = read(tmp_path, CLUSTER + audit + trial.replace("name: one", "name: t"))
    assert verdict(snapshot, "old", "db") is ALLOWED


def test_a_selector_narrows_and_the_root_namespace_widens(tmp_path: Path) -> None:
    text = policy("selector: {matchLabels: {app: web}}")
    wide = text.replace("namespace: blue", "namespace: istio-system")
    for name in ("narrow", "wide"):
        (tmp_path / name).mkdir()
    narrow = read(tmp_path / "narrow", CLUSTER + text)
    assert verdict(narrow, "old", "db") is ALLOWED
    assert verdict(narrow, "old", "web") is ALLOWED
    assert verdict(read(tmp_path / "wide", CLUSTER + wide), "old", "web") is DENIED


def test_strict_tls_keeps_out_what_is_not_in_the_mesh(tmp_path: Path) -> None:
    snapshot = read(tmp_path, CLUSTER + STRICT)
    assert verdict(snapshot, "old", "db") is DENIED
    assert verdict(snapshot, "old", "db", 53, Protocol.UDP) is ALLOWED
    assert verdict(snapshot, "web", "db") is ALLOWED
    assert verdict(snapshot, "web", "old") is ALLOWED


def test_the_narrower_mode_counts(tmp_path: Path) -> None:
    near = """
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: near, namespace: blue}
spec: {mtls: {mode: PERMISSIVE}}
---
"""
    snapshot = read(tmp_path, CLUSTER + STRICT + near)
    assert verdict(snapshot, "old", "db") is ALLOWED
    assert verdict(snapshot, "old", "web") is DENIED


def test_modes_of_ports_are_not_settled_and_the_rest_stays_strict(
    tmp_path: Path,
) -> None:
    near = """
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: near, namespace: blue}
spec:
  selector: {matchLabels: {app: db}}
  portLevelMtls: {80: {mode: PERMISSIVE}}
---
"""
    snapshot = read(tmp_path, CLUSTER + STRICT + near)
    assert verdict(snapshot, "old", "db", 80) is UNKNOWN
    assert verdict(snapshot, "old", "db", 81) is DENIED


def test_where_tls_may_be_off_identities_are_not_settled(tmp_path: Path) -> None:
    rule = """
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: a, namespace: blue}
spec: {host: db, trafficPolicy: {tls: {mode: MODE}}}
---
"""
    text = policy("rules: [{from: [{source: {namespaces: [red]}}]}]")
    for mode, want in (("DISABLE", UNKNOWN), ("ISTIO_MUTUAL", ALLOWED)):
        folder = tmp_path / mode
        folder.mkdir()
        snapshot = read(folder, CLUSTER + text + rule.replace("MODE", mode))
        assert verdict(snapshot, "web", "db") is want
        assert verdict(snapshot, "old", "db") is DENIED


def test_the_proxy_of_the_node_reads_no_requests(tmp_path: Path) -> None:
    ambient = CLUSTER.replace(
        "istio-injection: enabled", "istio.io/dataplane-mode: ambient"
    )
    for at, (body, want) in enumerate(
        (
            ("rules: [{to: [{operation: {methods: [GET]}}]}]", DENIED),
            ("action: DENY\nrules: [{to: [{operation: {methods: [GET]}}]}]", DENIED),
            ("action: CUSTOM\nprovider: {name: a}\nrules: [{}]", ALLOWED),
            ("rules: [{from: [{source: {namespaces: [red]}}]}]", ALLOWED),
            ("targetRefs: [{kind: Gateway, name: way}]", UNKNOWN),
        )
    ):
        folder = tmp_path / str(at)
        folder.mkdir()
        assert verdict(read(folder, ambient + policy(body)), "web", "db") is want


def test_behind_a_waypoint_the_sender_is_not_settled(tmp_path: Path) -> None:
    ambient = CLUSTER.replace(
        "istio-injection: enabled", "istio.io/dataplane-mode: ambient"
    )
    waypoint = """
apiVersion: v1
kind: Service
metadata: {name: db, namespace: blue, labels: {istio.io/use-waypoint: way}}
spec: {selector: {app: db}, ports: [{port: 80}]}
---
"""
    text = policy("rules: [{from: [{source: {namespaces: [red]}}]}]")
    assert verdict(read(tmp_path, ambient + waypoint + text), "web", "db") is UNKNOWN


@pytest.mark.parametrize(
    ("old", "new", "want"),
    [
        ("", "", MeshRole.SIDECAR),
        ("istio-injection: enabled", "istio-injection: disabled", MeshRole.NONE),
        ("istio-injection: enabled", "istio.io/rev: asm-1-24", MeshRole.SIDECAR),
        ("labels: {app: db}", "labels: {app: db, sidecar.istio.io/inject: 'false'}",
         MeshRole.NONE),
        ("app: db}", "app: db, istio: gateway}", None),
        ("app: db}", "app: db, gateway.istio.io/managed: a}", MeshRole.GATEWAY),
        ("{name: a, image: x}", "{name: istio-proxy, image: auto}", MeshRole.GATEWAY),
        ("[{name: a, image: x}]", ("[{name: a, image: x}], initContainers: "
         "[{name: istio-proxy, image: y, restartPolicy: Always}]"), MeshRole.SIDECAR),
        ("serviceAccountName: db", "hostNetwork: true", MeshRole.NONE),
        ("{app: db}", "{app: db}, annotations: {traffic.sidecar.istio.io/excl: '80'}",
         None),
        ("namespace: blue", "namespace: kube-system", MeshRole.NONE),
        ("namespace: blue", "namespace: nowhere", None),
    ],
)  # fmt: skip
def test_the_part_in_the_mesh_is_read_off_labels(
    tmp_path: Path, old: str, new: str, want: MeshRole | None
) -> None:
    snapshot = read(tmp_path, CLUSTER.replace(old, new) + policy("{}"))
    roles = {item.name: item.mesh for item in snapshot.objects.workloads}
    assert roles["db"] is want


def test_the_add_on_of_aks_acts_on_revisions_alone(tmp_path: Path) -> None:
    text = CLUSTER.replace("name: blue, labels: {istio-injection: enabled}",
                           "name: blue, labels: {istio.io/rev: asm-1-24}")  # fmt: skip
    snapshot = read(tmp_path, text + policy("{}"))
    roles = {item.name: item.mesh for item in snapshot.objects.workloads}
    assert roles == {"db": MeshRole.SIDECAR, "web": None, "old": MeshRole.NONE}


def test_a_running_pod_shows_its_proxy_or_has_none(tmp_path: Path) -> None:
    pods = """
apiVersion: v1
kind: Pod
metadata: {name: PLACE, namespace: nowhere}
spec: {nodeName: n, containers: [CONTAINERS]}
status: {podIP: 10.0.0.4}
---
"""
    own, proxy = "{name: a, image: x}", "{name: istio-proxy, image: y}"
    text = "".join(
        pods.replace("PLACE", name).replace("CONTAINERS", containers)
        for name, containers in (
            ("beside", f"{own}, {proxy}"), ("alone", proxy), ("without", own)
        )
    )  # fmt: skip
    snapshot = read(tmp_path, text + policy("{}"))
    roles = {item.name: item.mesh for item in snapshot.objects.workloads}
    assert roles == {
        "beside": MeshRole.SIDECAR,
        "alone": MeshRole.GATEWAY,
        "without": MeshRole.NONE,
    }


BROKEN = {
    "action": "action: ALOW",
    "lower-case action": "action: deny\nrules: [{}]",
    "deny without rules": "action: DENY",
    "custom without provider": "action: CUSTOM\nrules: [{}]",
    "provider without custom": "provider: {name: a}",
    "unknown field": "rule: [{}]",
    "rules no list": "rules: {from: []}",
    "null rule": "rules: [null]",
    "empty from": "rules: [{from: []}]",
    "empty to": "rules: [{to: []}]",
    "empty source": "rules: [{from: [{source: {}}]}]",
    "missing source": "rules: [{from: [{namespaces: [red]}]}]",
    "empty operation": "rules: [{to: [{operation: {}}]}]",
    "number for port": "rules: [{to: [{operation: {ports: [80]}}]}]",
    "port name": "rules: [{to: [{operation: {ports: [http]}}]}]",
    "port range": "rules: [{to: [{operation: {ports: ['80-90']}}]}]",
    "port too big": "rules: [{to: [{operation: {ports: ['70000']}}]}]",
    "bad block": "rules: [{from: [{source: {ipBlocks: [10.0.0.0/33]}}]}]",
    "text for list": "rules: [{from: [{source: {namespaces: red}}]}]",
    "empty value": "rules: [{from: [{source: {namespaces: ['']}}]}]",
    "misspelt source": "rules: [{from: [{source: {namespace: [red]}}]}]",
    "account wildcard": "rules: [{from: [{source: {serviceAccounts: ['*']}}]}]",
    "account and namespace": "rules: [{from: [{source: {serviceAccounts: [a], "
    "namespaces: [b]}}]}]",
    "unknown key": "rules: [{when: [{key: source.pod, values: [a]}]}]",
    "no values": "rules: [{when: [{key: source.ip}]}]",
    "selector and target": "selector: {matchLabels: {a: b}}\n"
    "targetRefs: [{kind: Gateway, name: g}]",
    "target without name": "targetRef: {kind: Gateway}",
    "expressions": "selector: {matchExpressions: []}",
    "wildcard label": "selector: {matchLabels: {app: 'd*'}}",
    "placeholder": "rules: [{from: [{source: {namespaces: ['${NS}']}}]}]",
    "spec no mapping": "[]",
}


@pytest.mark.parametrize("body", BROKEN.values(), ids=BROKEN)
def test_what_cannot_be_read_opens_and_seals_nothing(tmp_path: Path, body: str) -> None:
    text = policy("rules: [{from: [{source: {namespaces: [plain]}}]}]")
    text = text.replace("name: one", "name: two")
    snapshot = read(tmp_path, CLUSTER + text + policy(body))
    errors = told(snapshot, Level.ERROR)
    assert errors
    assert all(item.origin is not None and item.mend for item in errors)
    assert verdict(snapshot, "web", "db") is UNKNOWN
    assert verdict(snapshot, "web", "db", 53, Protocol.UDP) is ALLOWED
    assert verdict(snapshot, "db", "web") is ALLOWED


BROKEN_PEERS = {
    "mode": "mtls: {mode: STRCT}",
    "mtls no mapping": "mtls: STRICT",
    "ports without selector": "portLevelMtls: {80: {mode: STRICT}}",
    "bad port": "selector: {matchLabels: {app: db}}\nportLevelMtls: {http: {}}",
    "unknown field": "mutual: {}",
}


@pytest.mark.parametrize("body", BROKEN_PEERS.values(), ids=BROKEN_PEERS)
def test_modes_that_cannot_be_read_are_not_settled(tmp_path: Path, body: str) -> None:
    text = policy(body).replace("AuthorizationPolicy", "PeerAuthentication")
    snapshot = read(tmp_path, CLUSTER + text)
    assert told(snapshot, Level.ERROR)
    assert verdict(snapshot, "old", "db") is UNKNOWN
    assert verdict(snapshot, "old", "web") is ALLOWED


@pytest.mark.parametrize(
    ("kind", "body"),
    [("AuthorizationPolicy", "action: REFUSE"), ("PeerAuthentication", "mutual: {}")],
)
def test_a_fault_leaves_open_only_the_pods_that_the_selector_means(
    tmp_path: Path, kind: str, body: str
) -> None:
    for app, want in (("db", UNKNOWN), ("other", ALLOWED)):
        text = policy(f"selector: {{matchLabels: {{app: {app}}}}}\n{body}")
        text = text.replace("AuthorizationPolicy", kind)
        snapshot = read(tmp_path, CLUSTER + text)
        assert told(snapshot, Level.ERROR)
        assert verdict(snapshot, "web", "db") is want


def test_what_only_has_a_name_is_in_force_without_any_engine(tmp_path: Path) -> None:
    template = """
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata:
  name: {{ .Release.Name }}
  namespace: blue
spec: {}
"""
    for at, text in enumerate(
        (template, policy("{}").replace("namespace: blue", "namespace: 5"))
    ):
        folder = tmp_path / str(at)
        folder.mkdir()
        snapshot = read(folder, CLUSTER, text)
        assert not snapshot.objects.opaque_policies
        pods = {item.name: PodAt(item) for item in snapshot.objects.workloads}
        for protocol, want in ((Protocol.TCP, UNKNOWN), (Protocol.UDP, ALLOWED)):
            question = PolicyQuestion(pods["old"], pods["db"], protocol, 80)
            assert decide(snapshot.objects, NONE, question).verdict is want
