"""Malformed policies: one diagnostic a fault, and no certain verdict that they touch.

Recorded ones, where they are at hand, and the tricky ones of our own.
"""

import json
import re
from pathlib import Path
from textwrap import dedent

import pytest

from seawall.app.cli.main import run
from seawall.ingest import load
from seawall.model.diagnostic import Diagnostic, Level
from seawall.model.policy import Direction, OpaquePolicy
from seawall.model.selector import Operator
from seawall.model.snapshot import Snapshot

FOLDER = Path(__file__).parents[3] / "shared/corpora/k8s/npguard-bad-policies"
RECORDED = sorted(FOLDER.glob("*.yaml"))
NOT_MALFORMED = frozenset(
    {
        "matchlabels_empty_value_label",
        "mixed_ipv4_ipv6_policy",
        "networkPolicy_no_error",
        # It lists the others.
        "network-policy-check-bad-path-scheme",
    }
)
TAKEN_AS_WRITTEN = frozenset(
    {
        # The API server takes these: a warning, and a certain meaning.
        "spec_empty_map",
        "spec_podselector_does_not_exist",
        "spec_podselector_has_no_value",
        "spec_podselector_null",
        "spec_policytypes_missing_egress",
        "spec_policytypes_missing_ingress",
    }
)
TWO_FAULTS = frozenset(
    {
        # A block without prefix length beside each.
        "endport_cannot_be_defined",
        "endport_cannot_be_defined2",
        "endport_less_than_port",
        "endport_wrong_range",
        "endport_wrong_type",
        "spec_wrong_keys",
    }
)
POD = """
---
apiVersion: v1
kind: Pod
metadata:
  name: {name}
  namespace: {namespace}
  labels: {labels}
spec: {{containers: [{{name: c, image: i}}]}}
"""


def told(snapshot: Snapshot) -> list[Diagnostic]:
    return [item for item in snapshot.diagnostics if item.level is not Level.NOTE]


def faults_of(snapshot: Snapshot, path: Path) -> list[Diagnostic]:
    """Return what is told, each checked to be of use."""
    lines = path.read_text(encoding="utf-8").count("\n") + 1
    found = told(snapshot)
    for item in found:
        assert item.origin is not None
        assert item.origin.line is not None
        assert 1 <= item.origin.line <= lines
        assert item.what
        assert item.why
        assert item.mend
        assert "None" not in item.what + item.mend
    places = [(item.origin, item.what) for item in found]
    assert len(set(places)) == len(places)
    return found


def governed(policy: OpaquePolicy) -> str:
    """Return a pod that a policy governs, as far as this is known."""
    labels = {
        item.key: min(item.values, default="x")
        for item in (policy.subject.requirements if policy.subject else ())
        if item.operator in (Operator.IN, Operator.EXISTS)
    }
    namespace = policy.namespace or "anywhere"
    return POD.format(name="governed", namespace=namespace, labels=json.dumps(labels))


def assert_nothing_is_certain(
    folder: Path, policy: OpaquePolicy, capsys: pytest.CaptureFixture[str]
) -> None:
    """Ask the command who reaches a governed pod, and whom it reaches."""
    pods = governed(policy) + POD.format(name="other", namespace="other", labels="{}")
    (folder / "pods.yaml").write_text(pods, encoding="utf-8")
    capsys.readouterr()
    assert run(["reach", str(folder), "--layers", "policy", "-o", "json"]) == 0
    rows = json.loads(capsys.readouterr().out)["connections"]
    for direction in policy.directions:
        ends = ("from", "to") if direction is Direction.INGRESS else ("to", "from")
        ours = [
            row
            for row in rows
            if re.search(r"/other\[", row[ends[0]]["name"])
            and re.search(r"/governed\[", row[ends[1]]["name"])
        ]
        assert [(row["allowed"], bool(row["unknown"])) for row in ours] == [([], True)]


@pytest.mark.corpora
@pytest.mark.skipif(not RECORDED, reason="the recorded corpora are not here")
@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
def test_a_recorded_malformed_policy_is_told_and_leaves_nothing_certain(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], path: Path
) -> None:
    copy = tmp_path / path.name
    copy.write_bytes(path.read_bytes())
    snapshot = load([copy])

    found = faults_of(snapshot, copy)

    if path.stem in NOT_MALFORMED:
        assert not found
        return
    assert len(found) == (2 if path.stem in TWO_FAULTS else 1)
    if path.stem in TAKEN_AS_WRITTEN:
        assert [item.level for item in found] == [Level.WARNING]
        assert snapshot.objects.policies
        return
    assert not snapshot.objects.policies
    (policy,) = snapshot.objects.opaque_policies
    assert_nothing_is_certain(tmp_path, policy, capsys)


KUBERNETES = "networking.k8s.io/v1"
ADMIN = "policy.networking.k8s.io/v1alpha1"
OWN = {
    "a kind in another case": (
        KUBERNETES,
        "Networkpolicy",
        "spec: {podSelector: {}}",
        "1: `networking.k8s.io/v1` has no kind `Networkpolicy`",
    ),
    "a kind in the plural": (
        KUBERNETES,
        "NetworkPolicies",
        "spec: {podSelector: {}}",
        "1: `networking.k8s.io/v1` has no kind `NetworkPolicies`",
    ),
    "the core group": (
        "v1",
        "NetworkPolicy",
        "spec: {podSelector: {}}",
        "1: `v1` has no kind `NetworkPolicy`",
    ),
    "a misspelt group": (
        "network.k8s.io/v1",
        "NetworkPolicy",
        "spec: {podSelector: {}}",
        "1: `network.k8s.io/v1` has no kind `NetworkPolicy`",
    ),
    "a version that does not exist": (
        "networking.k8s.io/v2",
        "NetworkPolicy",
        "spec: {podSelector: {}}",
        "1: API version `networking.k8s.io/v2` of NetworkPolicy is not known",
    ),
    "a cluster-wide kind in the plural": (
        ADMIN,
        "AdminNetworkPolicies",
        "spec: {priority: 5}",
        f"1: `{ADMIN}` has no kind `AdminNetworkPolicies`",
    ),
    "a misspelt kind of Cilium": (
        "cilium.io/v2",
        "CiliumNetworkPolcy",
        "spec: {endpointSelector: {}}",
        "1: `cilium.io/v2` has no kind `CiliumNetworkPolcy`",
    ),
    "a spec below metadata": (
        KUBERNETES,
        "NetworkPolicy",
        "  spec: {podSelector: {}, ingress: [{}]}\nspec: {podSelector: {}}",
        "6: unknown field `spec`",
    ),
    "a misspelt list of values": (
        KUBERNETES,
        "NetworkPolicy",
        "spec: {podSelector: {matchExpressions: [{key: a, operator: In, value: [b]}]}}",
        "6: unknown field `value`",
    ),
}


@pytest.mark.parametrize("name", OWN)
def test_a_tricky_malformed_policy_is_told_once_and_leaves_nothing_certain(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    api, kind, rest, says = OWN[name]
    path = tmp_path / "policy.yaml"
    head = f"apiVersion: {api}\nkind: {kind}\nmetadata:\n  name: p\n  namespace: n\n"
    path.write_text(head + rest + "\n", encoding="utf-8")
    snapshot = load([path])

    (fault,) = faults_of(snapshot, path)

    assert fault.origin is not None
    assert f"{fault.origin.line}: {fault.what}" == says
    assert fault.level is Level.ERROR
    assert not snapshot.objects.policies
    (policy,) = snapshot.objects.opaque_policies
    assert_nothing_is_certain(tmp_path, policy, capsys)


def test_kinds_that_only_sound_like_policies_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "others.yaml"
    path.write_text(
        dedent(
            """\
            {apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: a}}
            ---
            {apiVersion: policy/v1beta1, kind: PodSecurityPolicy, metadata: {name: a}}
            ---
            {apiVersion: example.com/v1, kind: NetworkPolicy, metadata: {name: a}}
            ---
            {apiVersion: networking.k8s.io/v1, kind: NetworkPolicyList, items: null}
            """
        ),
        encoding="utf-8",
    )

    snapshot = load([path])

    assert told(snapshot) == []
    assert snapshot.objects.opaque_policies == ()


def test_a_port_name_beside_addresses_is_warned_of(tmp_path: Path) -> None:
    path = tmp_path / "policy.yaml"
    path.write_text(
        dedent(
            """\
            apiVersion: networking.k8s.io/v1
            kind: NetworkPolicy
            metadata: {name: p}
            spec:
              podSelector: {}
              egress:
              - to: [{ipBlock: {cidr: 203.0.113.0/24}}]
                ports: [{port: http}]
              ingress:
              - from: [{ipBlock: {cidr: 203.0.113.0/24}}]
                ports: [{port: http}]
            """
        ),
        encoding="utf-8",
    )

    (warning,) = faults_of(load([path]), path)

    assert warning.level is Level.WARNING
    assert warning.what == "port name `http` beside an `ipBlock`"
    assert warning.origin is not None
    assert warning.origin.line == 8


def test_policies_of_one_name_that_differ_are_in_doubt_in_every_language(
    tmp_path: Path,
) -> None:
    text = "\n---\n".join(
        f"apiVersion: {ADMIN}\nkind: AdminNetworkPolicy\nmetadata: {{name: p}}\n"
        f"spec: {{priority: {priority}, subject: {{namespaces: {{}}}}, ingress: "
        f"[{{action: {action}, from: [{{namespaces: {{}}}}]}}]}}"
        for priority, action in ((5, "Deny"), (6, "Allow"))
    )
    path = tmp_path / "policies.yaml"
    path.write_text(text, encoding="utf-8")

    snapshot = load([path])

    policies = snapshot.objects.ranked_policies
    assert len(policies) == 2
    assert all("2 policies have its name" in str(item.doubt) for item in policies)
