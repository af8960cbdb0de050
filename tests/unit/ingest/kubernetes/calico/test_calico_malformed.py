"""Malformed objects of Calico: each is told at its line, and makes verdicts unknown."""

from pathlib import Path

import pytest

from reading import read, told
from seawall.engine.policy import PolicyTable
from seawall.model.dataplane import CALICO
from seawall.model.diagnostic import Level
from seawall.model.packet import Protocol
from seawall.model.policy import Direction
from seawall.model.snapshot import Snapshot
from seawall.model.trace import Verdict

PODS = """---
apiVersion: v1
kind: Pod
metadata: {name: a, namespace: x, labels: {app: web}}
spec: {containers: [{name: c, image: c}]}
---
apiVersion: v1
kind: Pod
metadata: {name: b, namespace: y, labels: {app: db}}
spec: {containers: [{name: c, image: c}]}
"""
WIDE = """apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: {name: one}
spec:
  selector: app == 'db'
"""
NARROW = """apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: {name: one, namespace: y}
spec:
  selector: app == 'db'
"""


def verdict(snapshot: Snapshot, source: str = "a", destination: str = "b") -> Verdict:
    """Return what becomes of TCP 80 between the two pods."""
    table = PolicyTable.build(snapshot.objects, CALICO)
    pods = {item.name: item for item in snapshot.objects.workloads}
    answer = table.between(pods[source], pods[destination])
    bit = table.services.mask_of(Protocol.TCP, 80)
    if answer.allowed & bit:
        return Verdict.ALLOWED
    return Verdict.UNKNOWN if answer.possible & bit else Verdict.DENIED


def rule(fields: str, way: str = "ingress") -> str:
    """Return a direction with one rule; its fault is on line 7."""
    return f"  {way}:\n  - {{{fields}}}\n"


def allow(fields: str, way: str = "ingress") -> str:
    """Return a rule that allows what *fields* say."""
    return rule(f"action: Allow, {fields}", way)


MALFORMED = {
    "a name in capitals": (WIDE.replace("one", "One"), 3, "`One` is not valid here"),
    "a name with two dots": (WIDE.replace("one", "a.b.c"), 3, "`a.b.c` is not valid"),
    "a name of another tier": (
        WIDE.replace("one", "front.one"),
        3,
        "`front.one` is named after a tier that it is not in",
    ),
    "no name": (WIDE.replace("name: one", "labels: {}"), 3, "policy has no name"),
    "a spec that is none": (
        WIDE.split("spec", maxsplit=1)[0] + "spec: []\n",
        4,
        "`spec` is `[]`",
    ),
    "a misspelt field": (WIDE + "  ingres: []\n", 6, "unknown field `ingres`"),
    "a field beside spec": (WIDE + "specs: []\n", 6, "unknown field `specs`"),
    "a namespace selector in a namespace": (
        NARROW + "  namespaceSelector: all()\n",
        6,
        "unknown field `namespaceSelector`",
    ),
    "a host field in a namespace": (
        NARROW + "  preDNAT: true\n",
        6,
        "unknown field `preDNAT`",
    ),
    "a selector that ends early": (
        WIDE.replace("== 'db'", "=="),
        5,
        "selector `app ==`: it ends too early",
    ),
    "one equals sign": (WIDE.replace("==", "="), 5, "`=` cannot stand there"),
    "a value without quotes": (WIDE.replace("'db'", "db"), 5, "`db` cannot stand"),
    "a selector that is none": (
        WIDE.replace("app == 'db'", "{app: db}"),
        5,
        "`selector` is",
    ),
    "a subject that is global": (
        WIDE.replace("app == 'db'", "global()"),
        5,
        "selector `global()` holds `global()`",
    ),
    "an order as text": (WIDE + "  order: '10'\n", 6, "`order` is `10`"),
    "a type in lower case": (WIDE + "  types: [ingress]\n", 6, "type `ingress` does"),
    "a type twice": (
        WIDE + "  types: [Ingress, Ingress]\n",
        6,
        "type `Ingress` is repeated",
    ),
    "types that are no list": (WIDE + "  types: Ingress\n", 6, "`types` is `Ingress`"),
    "rules that are no list": (WIDE + "  ingress: {}\n", 6, "`ingress` is `{}`"),
    "a rule that is none": (WIDE + "  ingress:\n  - deny\n", 7, "`rule` is `deny`"),
    "no action": (WIDE + rule("protocol: TCP"), 7, "no action is given"),
    "an action in lower case": (WIDE + rule("action: allow"), 7, "action `allow`"),
    "a rule's misspelt field": (WIDE + allow("port: 80"), 7, "unknown field `port`"),
    "a peer of Kubernetes": (
        WIDE + allow("source: {podSelector: {}}"),
        7,
        "unknown field `podSelector`",
    ),
    "a source that is a list": (WIDE + allow("source: []"), 7, "`source` is `[]`"),
    "a protocol in lower case": (
        WIDE + allow("protocol: tcp"),
        7,
        "protocol `tcp` does not exist",
    ),
    "protocol 256": (WIDE + allow("protocol: 256"), 7, "protocol `256` does not exist"),
    "a negated protocol that is none": (
        WIDE + allow("notProtocol: [TCP]"),
        7,
        "neither name nor number",
    ),
    "ports without a protocol": (
        WIDE + allow("destination: {ports: [80]}"),
        7,
        "`ports` without a protocol that has ports",
    ),
    "source ports of ICMP": (
        WIDE + allow("protocol: ICMP, source: {notPorts: [80]}"),
        7,
        "`notPorts` without a protocol that has ports",
    ),
    "port 0": (
        WIDE + allow("protocol: TCP, destination: {ports: [0]}"),
        7,
        "port `0` does not exist",
    ),
    "a range that runs backwards": (
        WIDE + allow("protocol: TCP, destination: {ports: ['90:80']}"),
        7,
        "port `90:80` does not exist",
    ),
    "a range with a hyphen": (
        WIDE + allow("protocol: TCP, destination: {ports: ['80-90/x']}"),
        7,
        "`80-90/x` is not valid here",
    ),
    "ports that are no list": (
        WIDE + allow("protocol: TCP, destination: {ports: 80}"),
        7,
        "`ports` is `80`",
    ),
    "ICMP fields without ICMP": (
        WIDE + allow("icmp: {type: 8}"),
        7,
        "`icmp` without an ICMP protocol",
    ),
    "an ICMP code without a type": (
        WIDE + allow("protocol: ICMP, icmp: {code: 1}"),
        7,
        "ICMP code without a type",
    ),
    "ICMP type 255": (
        WIDE + allow("protocol: ICMP, notICMP: {type: 255}"),
        7,
        "`type` is `255`",
    ),
    "IP version 5": (WIDE + allow("ipVersion: 5"), 7, "`ipVersion` is `5`"),
    "IP version in a mapping": (WIDE + allow("ipVersion: {}"), 7, "`ipVersion` is"),
    "ICMPv6 over IPv4": (
        WIDE + allow("ipVersion: 4, protocol: ICMPv6"),
        7,
        "the rule is about the other family",
    ),
    "nets of the other version": (
        WIDE + allow("ipVersion: 6, source: {nets: [10.0.0.0/8]}"),
        7,
        "the rule is about the other family",
    ),
    "nets of both families": (
        WIDE + allow("source: {nets: [10.0.0.0/8, 'fd00::/8']}"),
        7,
        "rule has nets of both IPv4 and IPv6",
    ),
    "nets of both families at two ends": (
        WIDE
        + allow("source: {nets: [10.0.0.0/8]}, destination: {notNets: ['fd00::/8']}"),
        7,
        "rule has nets of both IPv4 and IPv6",
    ),
    "a net without a length": (
        WIDE + allow("source: {nets: [10.0.0.1]}"),
        7,
        "`10.0.0.1` is not valid here",
    ),
    "a net with host bits": (
        WIDE + allow("source: {nets: [10.0.0.1/8]}"),
        7,
        "`10.0.0.1/8` has bits set beyond its prefix length",
    ),
    "global() beside another test": (
        WIDE + allow('source: {namespaceSelector: "global() || has(a)"}'),
        7,
        "holds `global()`",
    ),
    "global() for endpoints": (
        WIDE + allow("source: {selector: global()}"),
        7,
        "holds `global()`",
    ),
    "accounts that are a list": (
        WIDE + allow("source: {serviceAccounts: [robot]}"),
        7,
        "`serviceAccounts` is",
    ),
    "account names that are none": (
        WIDE + allow("source: {serviceAccounts: {names: [1]}}"),
        7,
        "`names` is `[1]`",
    ),
    "a Service without a namespace": (
        WIDE + allow("source: {services: {name: web}}"),
        7,
        "`services` has no `namespace`",
    ),
    "a Service without a name": (
        NARROW + allow("source: {services: {namespace: y}}"),
        7,
        "`services` has no `name`",
    ),
    "a Service and a selector": (
        NARROW + allow("source: {services: {name: web}, selector: all()}"),
        7,
        "`selector` beside `services`",
    ),
    "a Service at the own end": (
        NARROW + allow("destination: {services: {name: web}}"),
        7,
        "`services` in the destination of an ingress rule",
    ),
    "a Service and ports": (
        NARROW
        + allow(
            "protocol: TCP, destination: {services: {name: w}, ports: [80]}", "egress"
        ),
        7,
        "`ports` beside `services`",
    ),
    "HTTP on the way out": (
        WIDE + allow("http: {methods: [GET]}", "egress"),
        7,
        "`http` in a rule that is not an ingress `Allow`",
    ),
    "HTTP that is denied": (
        WIDE + rule("action: Deny, http: {methods: [GET]}"),
        7,
        "`http` in a rule that is not an ingress `Allow`",
    ),
    "HTTP over UDP": (
        WIDE + allow("protocol: UDP, http: {methods: [GET]}"),
        7,
        "`http` with protocol `UDP`",
    ),
    "HTTP that is a list": (WIDE + allow("http: [GET]"), 7, "`http` is"),
    "a method twice": (
        WIDE + allow("http: {methods: [GET, GET]}"),
        7,
        "`methods` is",
    ),
    "paths that are no list": (WIDE + allow("http: {paths: /a}"), 7, "`paths` is"),
    "a path that is none": (
        WIDE + allow("http: {paths: [{exact: a}]}"),
        7,
        "path `a` is none",
    ),
    "a path in two ways": (
        WIDE + allow("http: {paths: [{exact: /a, prefix: /b}]}"),
        7,
        "is none",
    ),
    "metadata of a rule that are none": (
        WIDE + allow("metadata: x"),
        7,
        "`metadata` is `x`",
    ),
    "a flag as text": (WIDE + "  preDNAT: 'yes'\n", 6, "`preDNAT` is `yes`"),
    "a hint that is none": (
        WIDE + "  performanceHints: [Fast]\n",
        6,
        "`performanceHints` is",
    ),
    "a placeholder": (WIDE.replace("'db'", "'${APP}'"), 5, "placeholder `${APP}`"),
    "a key twice": (WIDE + "  order: 1\n  order: 2\n", 7, "`order`"),
    "a tier that is text no more": (WIDE + "  tier: 1\n", 6, "`tier` is `1`"),
}


@pytest.mark.parametrize("case", MALFORMED, ids=MALFORMED)
def test_a_malformed_policy_is_told_at_its_line_and_decides_nothing(
    tmp_path: Path, case: str
) -> None:
    text, line, what = MALFORMED[case]
    snapshot = read(tmp_path, text + PODS)
    errors = told(snapshot, Level.ERROR)
    assert any(what in item.what for item in errors), [item.what for item in errors]
    assert {item.origin.line for item in errors} == {line}
    assert all(item.why and item.mend for item in errors)
    assert not snapshot.objects.ranked_policies
    assert len(snapshot.objects.opaque_policies) == 1
    ways = [("a", "b"), ("b", "a")]
    assert Verdict.UNKNOWN in {verdict(snapshot, *way) for way in ways}
    assert Verdict.DENIED not in {verdict(snapshot, *way) for way in ways}


def test_a_malformed_policy_is_narrowed_as_far_as_it_can_be_read(
    tmp_path: Path,
) -> None:
    text = NARROW.replace("'db'", "'db' && has(a) && b contains 'c'")
    snapshot = read(tmp_path, text + "  types: [Egress]\n" + rule("action: no"))
    (opaque,) = snapshot.objects.opaque_policies
    assert opaque.subject is not None
    assert [item.key for item in opaque.subject.requirements] == ["app", "a"]
    assert opaque.directions == {Direction.EGRESS}
    assert opaque.namespace == "y"


@pytest.mark.parametrize(
    "flags",
    [
        "preDNAT: true",
        "doNotTrack: true",
        "preDNAT: true, doNotTrack: true, applyOnForward: true",
        "preDNAT: true, applyOnForward: true, egress: [{action: Deny}]",
        "preDNAT: true, applyOnForward: true, types: [Egress]",
    ],
)
def test_a_malformed_policy_for_hosts_alone_touches_no_pod(
    tmp_path: Path, flags: str
) -> None:
    fields = "".join(f"  {item.strip()}\n" for item in flags.split(", "))
    snapshot = read(tmp_path, WIDE + fields + PODS)
    assert told(snapshot, Level.ERROR)
    assert verdict(snapshot) is verdict(snapshot, "b", "a") is Verdict.ALLOWED


def test_a_selector_too_deep_to_be_read_is_not_called_wrong(tmp_path: Path) -> None:
    deep = "(" * 60 + "app == 'db'" + ")" * 60
    snapshot = read(tmp_path, WIDE.replace("app == 'db'", deep) + PODS)
    (item,) = told(snapshot)
    assert item.level is Level.UNMODELLED
    assert verdict(snapshot) is Verdict.UNKNOWN


SET = """apiVersion: projectcalico.org/v3
kind: GlobalNetworkSet
metadata: {name: far, labels: {app: far}}
spec: {nets: [192.0.2.0/24]}
"""
USES_SET = WIDE + allow("source: {selector: app == 'far'}")
BAD_SETS = {
    "a net that is none": (SET.replace("/24", "/99"), 4, "`192.0.2.0/99`"),
    "an address that is none": (SET.replace("192.0.2.0/24", "192.0.2"), 4, "`192.0.2`"),
    "nets that are no list": (SET.replace("[192.0.2.0/24]", "all"), 4, "`nets`"),
    "a misspelt field": (SET.replace("nets", "net"), 4, "unknown field `net`"),
    "domains": (SET.replace("nets", "allowedEgressDomains"), 4, "unknown field"),
    "a label that is none": (SET.replace("app: far", "app: 1"), 3, "label `app`"),
    "the label of Calico": (
        SET.replace("app: far", "projectcalico.org/namespace: x"),
        3,
        "label `projectcalico.org/namespace`",
    ),
    "a spec that is none": (SET.replace("{nets: [192.0.2.0/24]}", "[]"), 4, "`spec`"),
}


@pytest.mark.parametrize("case", BAD_SETS, ids=BAD_SETS)
def test_a_malformed_network_set_makes_unknown_what_selects_sets(
    tmp_path: Path, case: str
) -> None:
    text, line, what = BAD_SETS[case]
    snapshot = read(tmp_path, text + "---\n" + USES_SET + PODS)
    (error,) = told(snapshot, Level.ERROR)
    assert what in error.what
    assert error.origin.line == line
    assert verdict(snapshot) is Verdict.UNKNOWN
    assert verdict(snapshot, "b", "a") is Verdict.ALLOWED


def test_network_sets_that_differ_under_one_name_leave_their_addresses_open(
    tmp_path: Path,
) -> None:
    other = SET.replace("192.0.2.0", "198.51.100.0")
    snapshot = read(tmp_path, SET + "---\n" + other + "---\n" + USES_SET + PODS)
    assert verdict(snapshot) is Verdict.DENIED
    table = PolicyTable.build(snapshot.objects, CALICO)
    pod = next(item for item in snapshot.objects.workloads if item.name == "b")
    unknown = [
        str(each)
        for part in table.outside(pod, Direction.INGRESS)
        if part.services.unknown
        for each in part.ranges
    ]
    assert unknown == ["192.0.2.0/24", "198.51.100.0/24"]


TIER = """apiVersion: projectcalico.org/v3
kind: Tier
metadata: {name: front}
spec: {order: 10, defaultAction: Pass}
"""
IN_FRONT = WIDE + "  tier: front\n" + rule("action: Allow")
BAD_TIERS = {
    "an order as text": (TIER.replace("10", "'10'"), 4, "`order` is `10`"),
    "an action that is none": (TIER.replace("Pass", "Allow"), 4, "`defaultAction`"),
    "an action in lower case": (TIER.replace("Pass", "pass"), 4, "`defaultAction`"),
    "a misspelt field": (TIER.replace("order", "oder"), 4, "unknown field `oder`"),
    "a spec that is none": (
        TIER.split("spec", maxsplit=1)[0] + "spec: 1\n",
        4,
        "`spec` is `1`",
    ),
}


@pytest.mark.parametrize("case", BAD_TIERS, ids=BAD_TIERS)
def test_a_malformed_tier_makes_its_policies_unknown(tmp_path: Path, case: str) -> None:
    text, line, what = BAD_TIERS[case]
    snapshot = read(tmp_path, text + "---\n" + IN_FRONT + PODS)
    error, of_policy = told(snapshot, Level.ERROR)
    assert what in error.what
    assert error.origin.line == line
    assert of_policy.what.startswith("Tier `front`")
    assert verdict(snapshot) is Verdict.UNKNOWN


def test_the_tiers_of_calico_cannot_be_changed(tmp_path: Path) -> None:
    text = TIER.replace("front", "default")
    snapshot = read(tmp_path, text + "---\n" + WIDE + rule("action: Allow") + PODS)
    assert "Tier `default` is Calico's own" in told(snapshot)[0].what
    assert verdict(snapshot) is Verdict.UNKNOWN
    same = TIER.replace("front", "default").replace("10", "1000000")
    snapshot = read(tmp_path, same.replace("Pass", "Deny") + "---\n" + WIDE + PODS)
    assert not told(snapshot)


def test_policies_that_differ_under_one_name_are_unknown(tmp_path: Path) -> None:
    deny, open_ = WIDE + rule("action: Deny"), WIDE + rule("action: Allow")
    stored = deny.replace("projectcalico.org/v3", "crd.projectcalico.org/v1").replace(
        "name: one", "name: default.one"
    )
    for number, second in enumerate((deny, stored)):
        folder = tmp_path / str(number)
        folder.mkdir()
        snapshot = read(folder, open_ + "---\n" + second + PODS)
        assert verdict(snapshot) is Verdict.UNKNOWN
        (error,) = told(snapshot)
        assert "more than once" in error.what


def test_one_policy_in_both_api_groups_is_one(tmp_path: Path) -> None:
    served = WIDE + "  types: [Ingress]\n" + rule("action: Deny")
    stored = served.replace("projectcalico.org/v3", "crd.projectcalico.org/v1")
    snapshot = read(
        tmp_path,
        served + "---\n" + stored.replace("name: one", "name: default.one"),
        PODS,
    )
    assert len(snapshot.objects.ranked_policies) == 1
    assert verdict(snapshot) is Verdict.DENIED
    assert not told(snapshot)


def test_stored_nets_are_read_as_the_network_around_them(tmp_path: Path) -> None:
    text = WIDE + allow("source: {nets: [10.244.0.9/16, 192.0.2.7]}")
    stored = text.replace("projectcalico.org/v3", "crd.projectcalico.org/v1")
    snapshot = read(tmp_path, stored + PODS)
    (warning,) = told(snapshot)
    assert warning.level is Level.WARNING
    assert len(snapshot.objects.ranked_policies) == 1


def test_stored_labels_stand_in_an_annotation(tmp_path: Path) -> None:
    kept = 'annotations: {projectcalico.org/metadata: \'{"labels":{"app":"far"}}\'}'
    stored = SET.replace("projectcalico.org/v3", "crd.projectcalico.org/v1").replace(
        "labels: {app: far}", kept
    )
    (found,) = read(tmp_path, stored + PODS).objects.network_sets
    assert found.labels == (("app", "far"),)
    broken = stored.replace("}}'", "}'")
    (error,) = told(read(tmp_path, broken + PODS))
    assert "projectcalico.org/metadata" in error.what


def test_rules_that_types_leave_out_are_told(tmp_path: Path) -> None:
    text = WIDE + "  types: [Egress]\n" + rule("action: Deny")
    snapshot = read(tmp_path, text + PODS)
    (warning,) = told(snapshot)
    assert warning.what == "`ingress` rules have no effect"
    assert verdict(snapshot) is Verdict.ALLOWED


def test_a_network_set_whose_template_is_not_rendered_leaves_pods_open(
    tmp_path: Path,
) -> None:
    template = SET.replace("[192.0.2.0/24]", "{{ toYaml .Values.nets }}")
    snapshot = read(tmp_path, template, USES_SET + PODS)
    assert verdict(snapshot) is Verdict.UNKNOWN


def test_a_key_twice_leaves_open_what_it_says_and_whom_it_governs(
    tmp_path: Path,
) -> None:
    twice = WIDE + "  selector: app == 'web'\n  types: [Egress]\n"
    (opaque,) = read(tmp_path, twice + PODS).objects.opaque_policies
    assert opaque.subject is None
    assert opaque.directions == frozenset(Direction)
    flags = "  applyOnForward: true\n  preDNAT: false\n  preDNAT: true\n"
    snapshot = read(tmp_path, WIDE + flags + rule("action: Deny") + PODS)
    assert verdict(snapshot) is Verdict.UNKNOWN


def test_a_set_in_another_namespace_concerns_no_rule_that_is_confined(
    tmp_path: Path,
) -> None:
    bad = SET.replace("Global", "").replace("/24", "/99")
    bad = bad.replace("name: far", "name: far, namespace: x")
    confined = NARROW + allow("source: {selector: app == 'far'}")
    assert verdict(read(tmp_path, bad + "---\n" + confined + PODS)) is Verdict.DENIED
    wide = tmp_path / "wide"
    wide.mkdir()
    snapshot = read(wide, bad + "---\n" + USES_SET + PODS)
    assert verdict(snapshot) is Verdict.UNKNOWN


def test_served_labels_do_not_stand_in_an_annotation(tmp_path: Path) -> None:
    kept = 'annotations: {projectcalico.org/metadata: \'{"labels":{"app":"far"}}\'}'
    served = SET.replace("labels: {app: far}", "labels: {app: near}, " + kept)
    (found,) = read(tmp_path, served + PODS).objects.network_sets
    assert found.labels == (("app", "near"),)
