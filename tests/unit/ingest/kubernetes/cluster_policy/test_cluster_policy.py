"""Cluster-wide policies: what they mean, and what is wrong with them at which line."""

from pathlib import Path

import pytest

from reading import read, told
from seawall.engine.policy import PolicyTable
from seawall.model.dataplane import CALICO, NPM, SPEC
from seawall.model.diagnostic import Level
from seawall.model.packet import Protocol
from seawall.model.ranked import ADMIN_TIER, BASELINE_TIER
from seawall.model.snapshot import Snapshot
from seawall.model.trace import Verdict

CLUSTER = """
apiVersion: v1
kind: Namespace
metadata: {name: red, labels: {team: red}}
---
apiVersion: v1
kind: Namespace
metadata: {name: blue}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: red, labels: {app: web}}
spec: {containers: [{name: c, image: c, ports: [{name: http, containerPort: 8080}]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: db, namespace: blue, labels: {app: db}}
spec: {containers: [{name: c, image: c, ports: [{name: pg, containerPort: 5432}]}]}
---
"""
ADMIN = """apiVersion: policy.networking.k8s.io/v1alpha1
kind: AdminNetworkPolicy
metadata: {name: one}
spec:
  priority: 10
  subject: {namespaces: {}}
"""
BASELINE = """apiVersion: policy.networking.k8s.io/v1alpha1
kind: BaselineAdminNetworkPolicy
metadata: {name: default}
spec:
  subject: {namespaces: {}}
"""
WIDE = """apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: {name: one}
spec:
  tier: Admin
  priority: 10
  subject: {namespaces: {}}
"""
KUBERNETES = """apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: closed, namespace: blue}
spec: {podSelector: {}, ingress: []}
"""


def verdict(
    snapshot: Snapshot, port: int, protocol: Protocol = Protocol.TCP
) -> Verdict:
    """Return what becomes of packets from red/web to blue/db."""
    table = PolicyTable.build(snapshot.objects, SPEC)
    pods = {item.name: item for item in snapshot.objects.workloads}
    answer = table.between(pods["web"], pods["db"])
    bit = table.services.mask_of(protocol, port)
    if answer.allowed & bit:
        return Verdict.ALLOWED
    return Verdict.UNKNOWN if answer.possible & bit else Verdict.DENIED


def rule(text: str) -> str:
    return f"  ingress:\n  - {text}\n"


def test_the_first_rule_that_matches_decides_and_ports_split(tmp_path: Path) -> None:
    snapshot = read(
        tmp_path,
        CLUSTER
        + ADMIN
        + """  ingress:
  - {action: Deny, from: [{namespaces: {}}], ports: [{portNumber: {port: 80}}]}
  - {action: Allow, from: [{namespaces: {}}]}
---
"""
        + KUBERNETES,
    )
    assert verdict(snapshot, 80) is Verdict.DENIED
    assert verdict(snapshot, 81) is Verdict.ALLOWED
    assert verdict(snapshot, 0, Protocol.ICMP) is Verdict.ALLOWED
    assert not told(snapshot)


def test_pass_leaves_it_to_network_policies_and_then_to_the_baseline(
    tmp_path: Path,
) -> None:
    passed = ADMIN + rule("{action: Pass, from: [{namespaces: {}}]}") + "---\n"
    closed = BASELINE + rule("{action: Deny, from: [{namespaces: {}}]}")
    folders = {name: tmp_path / name for name in ("one", "two")}
    for folder in folders.values():
        folder.mkdir()
    assert (
        verdict(read(folders["one"], CLUSTER + passed + closed), 80) is Verdict.DENIED
    )
    opened = KUBERNETES.replace("ingress: []", "ingress: [{}]") + "---\n"
    snapshot = read(folders["two"], CLUSTER + passed + opened + closed)
    assert verdict(snapshot, 80) is Verdict.ALLOWED


def test_lower_numbers_go_first_and_equal_ones_are_told(tmp_path: Path) -> None:
    deny = ADMIN + rule("{action: Deny, from: [{namespaces: {}}]}") + "---\n"
    allow = (ADMIN + rule("{action: Allow, from: [{namespaces: {}}]}")).replace(
        "name: one", "name: two"
    )
    folders = {name: tmp_path / name for name in ("same", "first")}
    for folder in folders.values():
        folder.mkdir()
    snapshot = read(folders["same"], CLUSTER + deny + allow)
    assert verdict(snapshot, 80) is Verdict.UNKNOWN
    (warning,) = told(snapshot)
    assert "`one`, `two` have the same priority 10" in warning.what
    snapshot = read(folders["first"], CLUSTER + deny + allow.replace("10", "9"))
    assert verdict(snapshot, 80) is Verdict.ALLOWED


def test_a_named_port_is_that_of_the_destination(tmp_path: Path) -> None:
    allow = rule("{action: Allow, from: [{namespaces: {}}], ports: [{namedPort: pg}]}")
    deny = "  - {action: Deny, from: [{namespaces: {}}]}\n"
    snapshot = read(tmp_path, CLUSTER + ADMIN + allow + deny)
    assert verdict(snapshot, 5432) is Verdict.ALLOWED
    assert verdict(snapshot, 8080) is Verdict.DENIED


def test_networks_mean_pods_too_where_the_address_is_theirs(tmp_path: Path) -> None:
    text = ADMIN + "  egress:\n  - {action: Deny, to: [{networks: [0.0.0.0/0]}]}\n"
    assert verdict(read(tmp_path, CLUSTER + text), 80) is Verdict.DENIED


def test_domain_names_are_known_only_while_pods_run(tmp_path: Path) -> None:
    text = ADMIN + "  egress:\n  - {action: Deny, to: [{domainNames: ['*.io']}]}\n"
    snapshot = read(tmp_path, CLUSTER + text)
    table = PolicyTable.build(snapshot.objects, SPEC)
    web = next(it for it in snapshot.objects.workloads if it.name == "web")
    (part,) = table.egress(web)
    assert part.services.unknown
    assert verdict(snapshot, 80) is Verdict.ALLOWED


def test_cluster_network_policies_have_two_tiers(tmp_path: Path) -> None:
    base = WIDE.replace("Admin", "Baseline").replace("name: one", "name: base")
    accept = rule(
        "{action: Accept, from: [{pods: {podSelector: {}}}],"
        " protocols: [{tcp: {destinationPort: {range: {start: 1, end: 100}}}}]}"
    )
    deny = rule("{action: Deny, from: [{namespaces: {}}]}")
    snapshot = read(tmp_path, CLUSTER + base + deny + "---\n" + WIDE + accept)
    assert not told(snapshot)
    assert verdict(snapshot, 100) is Verdict.ALLOWED
    assert verdict(snapshot, 101) is Verdict.DENIED
    tiers = [item.tier for item in snapshot.objects.ranked_policies]
    assert tiers == [ADMIN_TIER, BASELINE_TIER]


def test_engines_that_do_not_read_them_are_not_changed_by_them(tmp_path: Path) -> None:
    deny = ADMIN + rule("{action: Deny, from: [{namespaces: {}}]}")
    objects = read(tmp_path, CLUSTER + deny).objects
    web, db = sorted(objects.workloads, key=lambda item: item.name, reverse=True)
    everything = PolicyTable.build(objects, NPM).between(web, db)
    assert everything.allowed == everything.possible != 0
    assert not PolicyTable.build(objects, CALICO).between(web, db).unknown


def test_a_policy_without_rules_isolates_nobody(tmp_path: Path) -> None:
    snapshot = read(tmp_path, CLUSTER + ADMIN)
    assert verdict(snapshot, 80) is Verdict.ALLOWED
    assert "policy has no rules" in told(snapshot)[0].what


FROM = "from: [{namespaces: {}}]"
MALFORMED = {
    "no subject": (ADMIN.replace("subject", "subjekt"), 6, "unknown field `subjekt`"),
    "two subjects": (
        ADMIN.replace("{namespaces: {}}", "{namespaces: {}, pods: {}}"),
        6,
        "both `namespaces` and `pods`",
    ),
    "no subject form": (ADMIN.replace("{namespaces: {}}", "{}"), 6, "neither of them"),
    "pods without podSelector": (
        ADMIN.replace("namespaces: {}", "pods: {namespaceSelector: {}}"),
        6,
        "`podSelector` is missing",
    ),
    "pods without namespaceSelector": (
        ADMIN.replace("namespaces: {}", "pods: {podSelector: {}}"),
        6,
        "`namespaceSelector` is missing",
    ),
    "priority too high": (ADMIN.replace("10", "1001"), 5, "`priority` is `1001`"),
    "priority as text": (ADMIN.replace("10", "'10'"), 5, "`priority` is `10`"),
    "no priority": (ADMIN.replace("  priority: 10\n", ""), 4, "`priority` is missing"),
    "a misspelt field": (ADMIN + "  ingres: []\n", 7, "unknown field `ingres`"),
    "rules that are no list": (ADMIN + "  ingress: {}\n", 7, "`ingress` is `{}`"),
    "a rule that is none": (ADMIN + rule("deny"), 8, "`rule` is `deny`"),
    "an action of another kind": (
        ADMIN + rule("{action: Accept, " + FROM + "}"),
        8,
        "action `Accept` does not exist",
    ),
    "no action": (ADMIN + rule("{" + FROM + "}"), 8, "no action is given"),
    "no peers": (ADMIN + rule("{action: Deny}"), 8, "`from` is `null`"),
    "empty peers": (ADMIN + rule("{action: Deny, from: []}"), 8, "`from` is `[]`"),
    "an empty peer": (ADMIN + rule("{action: Deny, from: [{}]}"), 8, "peer is empty"),
    "two peers in one": (
        ADMIN
        + rule("{action: Deny, from: [{namespaces: {}, pods: {podSelector: {}}}]}"),
        8,
        "peer has `namespaces` and `pods`",
    ),
    "networks that come in": (
        ADMIN + rule("{action: Deny, from: [{networks: [10.0.0.0/8]}]}"),
        8,
        "`networks` in an ingress peer",
    ),
    "a peer of another kind": (
        ADMIN + rule("{action: Deny, from: [{ipBlock: {cidr: 10.0.0.0/8}}]}"),
        8,
        "unknown field `ipBlock`",
    ),
    "a network that is none": (
        ADMIN + "  egress:\n  - {action: Deny, to: [{networks: [10.0.0.0/33]}]}\n",
        8,
        "`10.0.0.0/33` is not valid here",
    ),
    "no networks": (
        ADMIN + "  egress:\n  - {action: Deny, to: [{networks: []}]}\n",
        8,
        "`networks` is `[]`",
    ),
    "a port name and networks": (
        ADMIN
        + "  egress:\n  - {action: Deny, to: [{networks: [10.0.0.0/8]}],"
        + " ports: [{namedPort: pg}]}\n",
        8,
        "a port name beside `networks`",
    ),
    "two forms of port": (
        ADMIN
        + rule(
            "{action: Deny, " + FROM + ", ports: "
            "[{namedPort: pg, portNumber: {port: 1}}]}"
        ),
        8,
        "`namedPort`, `portNumber`, `portRange` are given",
    ),
    "a port that is none": (
        ADMIN + rule("{action: Deny, " + FROM + ", ports: [{portNumber: {port: 0}}]}"),
        8,
        "port `0` does not exist",
    ),
    "a range upside down": (
        ADMIN
        + rule(
            "{action: Deny, " + FROM + ", ports: [{portRange: {start: 9, end: 8}}]}"
        ),
        8,
        "range from `9` to `8` is none",
    ),
    "a protocol in small letters": (
        ADMIN
        + rule(
            "{action: Deny, " + FROM + ", ports: "
            "[{portNumber: {port: 80, protocol: tcp}}]}"
        ),
        8,
        "protocol `tcp` does not exist",
    ),
    "a selector with a wrong operator": (
        ADMIN
        + rule(
            "{action: Deny, from: [{namespaces: {matchExpressions: "
            "[{key: a, operator: in, values: [b]}]}}]}"
        ),
        8,
        "operator `in` does not exist",
    ),
    "a baseline by another name": (
        BASELINE.replace("default", "base"),
        3,
        "is named `base`",
    ),
    "a baseline that passes": (
        BASELINE + rule("{action: Pass, " + FROM + "}"),
        7,
        "action `Pass` does not exist",
    ),
    "no tier": (WIDE.replace("  tier: Admin\n", ""), 4, "no tier is given"),
    "a tier in small letters": (
        WIDE.replace("Admin", "admin"),
        5,
        "tier `admin` does not exist",
    ),
    "tcp without a port": (
        WIDE + rule("{action: Deny, " + FROM + ", protocols: [{tcp: {}}]}"),
        9,
        "`tcp` has no `destinationPort`",
    ),
    "no protocols": (
        WIDE + rule("{action: Deny, " + FROM + ", protocols: []}"),
        9,
        "`protocols` is `[]`",
    ),
    "ports of the older kind": (
        WIDE + rule("{action: Deny, " + FROM + ", ports: [{portNumber: {port: 1}}]}"),
        9,
        "unknown field `ports`",
    ),
    "a range of one port": (
        WIDE
        + rule(
            "{action: Deny, " + FROM + ", protocols: "
            "[{tcp: {destinationPort: {range: {start: 8, end: 8}}}}]}"
        ),
        9,
        "range from `8` to `8` is none",
    ),
    "too many rules": (
        WIDE + "  ingress:\n" + ("  - {action: Deny, " + FROM + "}\n") * 26,
        8,
        "`ingress` has 26 entries",
    ),
    "no spec": (WIDE[: WIDE.index("spec:")], 1, "`spec` is `null`"),
}


@pytest.mark.parametrize(("text", "line", "what"), MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_policy_is_told_at_its_line_and_makes_verdicts_unknown(
    text: str, line: int, what: str, tmp_path: Path
) -> None:
    snapshot = read(tmp_path, text, CLUSTER)
    faults = told(snapshot, Level.ERROR)
    assert any(what in item.what for item in faults), [item.what for item in faults]
    first = next(item for item in faults if what in item.what)
    assert first.origin is not None
    assert first.origin.line == line
    assert first.why
    assert first.mend
    assert verdict(snapshot, 80) is Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("space", "want"),
    [("red", (Verdict.ALLOWED, Verdict.DENIED)), ("blue", (Verdict.UNKNOWN,) * 2)],
)
def test_a_fault_leaves_open_only_the_pods_of_the_subject(
    space: str, want: tuple[Verdict, Verdict], tmp_path: Path
) -> None:
    chosen = f"{{matchLabels: {{kubernetes.io/metadata.name: {space}}}}}"
    text = ADMIN.replace("namespaces: {}", f"namespaces: {chosen}").replace(
        "10", "1001"
    )
    text += rule("{action: Allow, from: [{namespaces: {}}]}") + "---\n"
    for number, closed in enumerate(("", KUBERNETES)):
        folder = tmp_path / str(number)
        folder.mkdir()
        snapshot = read(folder, text + closed, CLUSTER)
        assert told(snapshot, Level.ERROR)
        assert verdict(snapshot, 80) is want[number]


def test_two_baselines_are_told_of_without_a_priority(tmp_path: Path) -> None:
    texts = (
        BASELINE + rule(f"{{action: {action}, from: [{{namespaces: {{}}}}]}}")
        for action in ("Allow", "Deny")
    )
    snapshot = read(tmp_path, *texts, CLUSTER)
    assert not any("priority" in item.what for item in told(snapshot))
    assert verdict(snapshot, 80) is Verdict.UNKNOWN
