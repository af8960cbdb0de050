from pathlib import Path
from textwrap import indent

import pytest

from reading import read, told
from seawall.model.address import AddressRange
from seawall.model.diagnostic import Level
from seawall.model.packet import EVERY_PORT, PortRange, Protocol
from seawall.model.policy import (
    BlockPeer,
    Direction,
    NamedPort,
    NumberedPorts,
    OpaquePolicy,
    PodPeer,
    Policy,
)
from seawall.model.selector import EVERYTHING, Operator, Requirement, Selector

INGRESS = frozenset({Direction.INGRESS})
EGRESS = frozenset({Direction.EGRESS})
BOTH = INGRESS | EGRESS
BLOCK = "ingress:\n- from:\n  - ipBlock:\n      cidr: 10.0.0.0/8\n"
EXPRESSION = "podSelector:\n  matchExpressions:\n  - "


def manifest(spec: str) -> str:
    return (
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n"
        "metadata: {name: p, namespace: x}\nspec:\n" + indent(spec.strip(), "  ") + "\n"
    )


def policy_of(folder: Path, spec: str) -> Policy:
    snapshot = read(folder, manifest(spec))
    assert told(snapshot, Level.ERROR) == []
    (policy,) = snapshot.objects.policies
    return policy


def fault_of(folder: Path, spec: str) -> tuple[OpaquePolicy, str]:
    """Return the opaque policy, and its one fault as `line: what`."""
    snapshot = read(folder, manifest(spec))
    assert snapshot.objects.policies == ()
    (policy,) = snapshot.objects.opaque_policies
    (fault,) = told(snapshot, Level.ERROR)
    assert fault.origin is not None
    return policy, f"{fault.origin.line}: {fault.what}"


@pytest.mark.parametrize(
    ("spec", "isolates"),
    [
        ("podSelector: {}", INGRESS),
        ("podSelector: {}\negress: []", INGRESS),
        ("podSelector: {}\negress:", INGRESS),
        ("podSelector: {}\negress: [{}]", BOTH),
        ("podSelector: {}\npolicyTypes: []\negress: [{}]", BOTH),
        ("podSelector: {}\npolicyTypes: null\ningress: [{}]", INGRESS),
        ("podSelector: {}\npolicyTypes: [Egress]\ningress: [{}]", EGRESS),
        ("podSelector: {}\npolicyTypes: [Ingress, Egress]", BOTH),
        ("podSelector: {}\npolicyTypes: [Ingress, Ingress]", INGRESS),
    ],
)
def test_types_default_to_ingress_and_to_egress_with_rules(
    tmp_path: Path, spec: str, isolates: frozenset[Direction]
) -> None:
    assert policy_of(tmp_path, spec).isolates == isolates


def test_rules_that_have_no_effect_are_a_warning(tmp_path: Path) -> None:
    spec = "podSelector: {}\npolicyTypes: [Egress]\ningress:\n- {}"
    (warning,) = told(read(tmp_path, manifest(spec)), Level.WARNING)
    assert warning.what == "`ingress` rules have no effect"
    assert warning.origin is not None
    assert warning.origin.line == 7


@pytest.mark.parametrize("written", ["", "\n  from:", "\n  from: []", "\n  ports: []"])
def test_absent_null_and_empty_lists_admit_everyone(
    tmp_path: Path, written: str
) -> None:
    spec = "ingress:\n- {}" if not written else f"ingress:\n-{written[2:]}"
    (rule,) = policy_of(tmp_path, spec).ingress
    assert (rule.peers, rule.ports) == (None, None)


def test_no_rules_admit_no_one(tmp_path: Path) -> None:
    for written in ("ingress: []", "ingress:", "podSelector: {}"):
        assert policy_of(tmp_path, written).ingress == ()


def test_peers_are_read(tmp_path: Path) -> None:
    spec = """
ingress:
- from:
  - podSelector: {matchLabels: {app: web}}
  - namespaceSelector: {}
  - namespaceSelector:
      matchLabels: {team: a}
    podSelector:
      matchExpressions:
      - {key: tier, operator: NotIn, values: [db, cache]}
      - {key: app, operator: Exists}
  - ipBlock:
      cidr: 10.0.0.0/8
      except: [10.1.0.0/16]
  - podSelector: {}
"""
    (rule,) = policy_of(tmp_path, spec).ingress
    web = Selector((Requirement("app", Operator.IN, frozenset({"web"})),))
    team = Selector((Requirement("team", Operator.IN, frozenset({"a"})),))
    tier = Selector(
        (
            Requirement("app", Operator.EXISTS),
            Requirement("tier", Operator.NOT_IN, frozenset({"db", "cache"})),
        )
    )
    assert rule.peers == (
        PodPeer(None, web),
        PodPeer(EVERYTHING, EVERYTHING),
        PodPeer(team, tier),
        BlockPeer(
            AddressRange.parse("10.0.0.0/8"), (AddressRange.parse("10.1.0.0/16"),)
        ),
        PodPeer(None, EVERYTHING),
    )
    assert rule.origin.line == 6


def test_ports_are_read(tmp_path: Path) -> None:
    spec = """
egress:
- ports:
  - {}
  - port: 53
    protocol: UDP
  - port: 8000
    endPort: 8010
  - port: http
  - protocol: SCTP
"""
    (rule,) = policy_of(tmp_path, spec).egress
    assert rule.ports == (
        NumberedPorts(Protocol.TCP, EVERY_PORT),
        NumberedPorts(Protocol.UDP, PortRange(53, 53)),
        NumberedPorts(Protocol.TCP, PortRange(8000, 8010), is_range=True),
        NamedPort(Protocol.TCP, "http"),
        NumberedPorts(Protocol.SCTP, EVERY_PORT),
    )


def test_a_null_label_is_the_empty_string(tmp_path: Path) -> None:
    policy = policy_of(tmp_path, "podSelector: {matchLabels: {app: null}}")
    assert policy.subject == Selector(
        (Requirement("app", Operator.IN, frozenset({""})),)
    )


def test_bits_beyond_the_prefix_are_a_warning(tmp_path: Path) -> None:
    spec = "podSelector: {}\ningress:\n- from:\n  - ipBlock: {cidr: 10.1.2.3/8}"
    (warning,) = told(read(tmp_path, manifest(spec)))
    assert (warning.level, warning.origin and warning.origin.line) == (
        Level.WARNING,
        8,
    )


@pytest.mark.parametrize(
    ("spec", "says"),
    [
        ("podselector: {}", "5: unknown field `podselector`"),
        ("ingress:\n- form: []", "6: unknown field `form`"),
        ("ingress:\n- to: []", "6: unknown field `to`"),
        ("ingress:\n- from:\n  - {}", "7: peer is empty"),
        ("ingress:\n- null", "6: rule is null"),
        ("ingress:\n- from:\n  - ipBlock: {cidr: 10.0.0.1}", "7: `10.0.0.1` is not"),
        ("ingress:\n- from:\n  - ipBlock: {cidr: 10.0.0.0/33}", "7: `10.0.0.0/33` is"),
        ("ingress:\n- from:\n  - ipBlock: {cidr: '::ffff:10.0.0.0/104'}", "7: `::ffff"),
        (
            BLOCK + "      except:\n      - 11.0.0.0/16",
            "10: except `11.0.0.0/16` is not inside `10.0.0.0/8`",
        ),
        (
            BLOCK + "      except: [10.0.0.0/8]",
            "9: except `10.0.0.0/8` is not inside",
        ),
        (
            "ingress:\n- from:\n  - ipBlock: {cidr: 10.0.0.0/8}\n    podSelector: {}",
            "7: peer has `ipBlock` and a selector",
        ),
        ("ingress:\n- ports:\n  - port: 0", "7: port `0` does not exist"),
        ("ingress:\n- ports:\n  - port: 70000", "7: port `70000` does not exist"),
        ("ingress:\n- ports:\n  - port: '80'", '7: port `"80"` is text'),
        ("ingress:\n- ports:\n  - port: Web_1", "7: `Web_1` is not valid here"),
        ("ingress:\n- ports:\n  - port: a--b", "7: `a--b` is not valid here"),
        ("ingress:\n- ports:\n  - port: true", "7: port `true` does not exist"),
        ("ingress:\n- ports:\n  - protocol: tcp", "7: `tcp` is not valid here"),
        ("ingress:\n- ports:\n  - protocol: ICMP", "7: `ICMP` is not valid here"),
        ("ingress:\n- ports:\n  - endPort: 90", "7: `endPort` without a numeric"),
        (
            "ingress:\n- ports:\n  - port: 90\n    endPort: 80",
            "8: `endPort` 80 is below `port` 90",
        ),
        ("ingress: {from: []}", "5: `ingress` is `{'from': []}`"),
        ("policyTypes: Ingress", "5: `policyTypes` is `Ingress`"),
        ("policyTypes: [ingress]", "5: policy type `ingress` does not exist"),
        ("policyTypes: [Ingress, Egress, Ingress]", "5: `policyTypes` has 3 entries"),
        (
            "podSelector:\n  matchExpressions:\n  - {key: a, operator: In}",
            "7: `In` without values",
        ),
        (
            EXPRESSION + "{key: a, operator: Exists, values: [b]}",
            "7: `Exists` with values",
        ),
        (
            "podSelector:\n  matchExpressions:\n  - {key: a, operator: Equals}",
            "7: operator `Equals` does not exist",
        ),
        ("podSelector: {matchLabels: {app: 6}}", "5: label `app` has the value `6`"),
        (
            "podSelector: {matchLabels: {app: '${APP}'}}",
            "5: placeholder `${APP}` is not filled in",
        ),
        ("podSelector: {app: web}", "5: unknown field `app`"),
        ("podSelector: []", "5: `podSelector` is `[]`"),
        ("podSelector: {}\npodSelector: {}", "6: key `podSelector` stands twice"),
        (
            "ingress:\n- from:\n  - ipBlock: {cidr: '{{ .Values.cidr }}'}",
            "7: placeholder `{{ .Values.cidr }}` is not filled in",
        ),
    ],
)
def test_a_malformed_policy_is_opaque_and_says_where(
    tmp_path: Path, spec: str, says: str
) -> None:
    _, fault = fault_of(tmp_path, spec)
    assert fault.startswith(says)


def test_a_near_name_is_offered(tmp_path: Path) -> None:
    (fault,) = told(read(tmp_path, manifest("podselector: {}")))
    assert fault.mend == "write `podSelector`"


def test_a_version_that_is_served_no_longer_is_not_known(tmp_path: Path) -> None:
    text = manifest("podSelector: {}").replace(
        "networking.k8s.io/v1", "extensions/v1beta1"
    )
    snapshot = read(tmp_path, text)
    assert not snapshot.objects.policies
    (policy,) = snapshot.objects.opaque_policies
    (fault,) = told(snapshot, Level.ERROR)
    assert "extensions/v1beta1" in policy.why
    assert "extensions/v1beta1" in fault.what


FAULT = "ingress: [{ports: [{port: 0}]}]\n"


@pytest.mark.parametrize(
    ("spec", "directions"),
    [
        (FAULT, INGRESS),
        (FAULT + "egress: []", INGRESS),
        (FAULT + "egress: [{}]", BOTH),
        (FAULT + "policyTypes: [Egress]", EGRESS),
        ("policyTypes: Egress", BOTH),
        ("egres: [{}]", BOTH),
        ("egress: {}\nports: []", BOTH),
        ("egress: [{}]\negress: []", BOTH),
    ],
)
def test_a_fault_doubts_only_the_directions_that_the_text_may_govern(
    tmp_path: Path, spec: str, directions: frozenset[Direction]
) -> None:
    snapshot = read(tmp_path, manifest("podSelector: {}\n" + spec))
    (opaque,) = snapshot.objects.opaque_policies
    assert opaque.directions == directions


@pytest.mark.parametrize(
    ("where", "directions"),
    [
        ("metadata: {name: p, namespace: x}\negress: []", BOTH),
        ("metadata: {name: p, namespace: x}\npolicyTypes: [Egress]", BOTH),
        ("metadata: {name: p, namespace: x, spec: {egress: []}}", BOTH),
        ("metadata: {name: p, namespace: x, label: {}}", INGRESS),
    ],
)
def test_a_field_out_of_place_may_be_meant_for_what_is_governed(
    tmp_path: Path, where: str, directions: frozenset[Direction]
) -> None:
    text = manifest("podSelector: {}\n" + "ingress: [{}]")
    text = text.replace("metadata: {name: p, namespace: x}", where)
    assert where in text
    (opaque,) = read(tmp_path, text).objects.opaque_policies
    assert opaque.directions == directions


RULES = {
    "AdminNetworkPolicy": (
        "policy.networking.k8s.io/v1alpha1",
        "priority: 1, subject: {namespaces: {}}",
        "action: Deny, from: [{namespaces: {}}]",
    ),
    "CiliumNetworkPolicy": ("cilium.io/v2", "endpointSelector: {}", ""),
    "NetworkPolicy": ("networking.k8s.io/v1", "podSelector: {}", ""),
    "GlobalNetworkPolicy": ("projectcalico.org/v3", "order: 1", "action: Allow"),
}


@pytest.mark.parametrize("kind", RULES)
@pytest.mark.parametrize(
    ("in_metadata", "in_spec", "in_rule", "directions"),
    [
        (", spec: {egress: []}", "", "", BOTH),
        ("", "Egress: []", "", BOTH),
        ("", "", "egress: []", BOTH),
        ("", "", "nonesuch: []", INGRESS),
    ],
)
def test_rules_of_every_kind_may_be_out_of_place(
    tmp_path: Path,
    kind: str,
    in_metadata: str,
    in_spec: str,
    in_rule: str,
    directions: frozenset[Direction],
) -> None:
    version, spec, rule = RULES[kind]
    written = ", ".join(filter(None, (rule, in_rule)))
    fields = ", ".join(filter(None, (spec, in_spec, f"ingress: [{{{written}}}]")))
    text = f"apiVersion: {version}\nkind: {kind}\n"
    text += f"metadata: {{name: p, namespace: x{in_metadata}}}\n"
    text += f"spec: {{{fields}}}\n"
    objects = read(tmp_path, text).objects
    found = {each.directions for each in objects.opaque_policies}
    found |= {each.governs for each in objects.ranked_policies}
    assert found == {directions}


def test_what_is_readable_of_an_opaque_policy_is_kept(tmp_path: Path) -> None:
    spec = "podSelector: {matchLabels: {app: web}}\npolicyTypes: [Egress]\negress: 1"
    policy, _ = fault_of(tmp_path, spec)
    assert policy.namespace == "x"
    assert policy.directions == EGRESS
    assert policy.subject is not None
    policy, _ = fault_of(tmp_path, "podselector: {}")
    assert (policy.subject, policy.directions) == (None, BOTH)


def test_a_policy_in_an_unknown_namespace_may_be_anywhere(tmp_path: Path) -> None:
    text = manifest("podSelector: {}").replace("namespace: x", "namespace: '${NS}'")
    snapshot = read(tmp_path, text)
    (policy,) = snapshot.objects.opaque_policies
    assert (policy.namespace, policy.subject) == (None, None)
    assert "placeholder `${NS}`" in told(snapshot)[0].what


def test_a_namespace_that_is_no_text_is_not_the_default(tmp_path: Path) -> None:
    text = manifest("podSelector: {}").replace("namespace: x", "namespace: 5")
    snapshot = read(tmp_path, text)
    assert snapshot.objects.policies == ()
    assert snapshot.objects.opaque_policies[0].namespace is None


def test_equal_policies_are_one_and_differing_ones_are_unknown(tmp_path: Path) -> None:
    deny = manifest("podSelector: {}")
    allow = manifest("podSelector: {}\ningress: [{}]")
    assert len(read(tmp_path, deny, deny).objects.policies) == 1
    snapshot = read(tmp_path, deny, allow)
    assert snapshot.objects.policies == ()
    (opaque,) = snapshot.objects.opaque_policies
    assert (opaque.namespace, opaque.subject) == ("x", EVERYTHING)
    (error,) = told(snapshot)
    assert "`x/p` stands more than once" in error.what
    assert "001.yaml:1" in error.what


def test_labels_that_a_controller_adds_make_a_policy_unknown(tmp_path: Path) -> None:
    workload = """
        apiVersion: apps/v1
        kind: StatefulSet
        metadata: {name: db, namespace: x}
        spec:
          template:
            metadata: {labels: {app: db}}
            spec: {containers: [{name: c, image: i}]}
        """
    spec = "podSelector: {matchLabels: {statefulset.kubernetes.io/pod-name: db-0}}"
    objects = read(tmp_path, manifest(spec), workload).objects
    assert objects.policies == ()
    assert objects.opaque_policies[0].subject is None


def test_a_policy_without_an_api_version_is_opaque(tmp_path: Path) -> None:
    text = manifest("podSelector: {}").replace("apiVersion: networking.k8s.io/v1\n", "")
    snapshot = read(tmp_path, text)
    assert snapshot.objects.opaque_policies[0].namespace is None
    assert "no API version" in told(snapshot)[0].what


@pytest.mark.parametrize(
    ("key", "word"),
    [
        ("namespace", "namespac"),
        ("namespace", "nameSpaces"),
        ("namespace", "namespa-ce"),
        ("namespace", "namespace ) shop and more"),
        ("metadata", "metdata"),
    ],
)
def test_a_policy_with_a_misspelt_namespace_may_be_in_any(
    tmp_path: Path, key: str, word: str
) -> None:
    """Source: Kubernetes docs, API concepts, Field validation."""
    text = manifest("podSelector: {}").replace(f"{key}:", f"{word}:")
    snapshot = read(tmp_path, text)
    (opaque,) = snapshot.objects.opaque_policies
    assert opaque.namespace is None
    (fault,) = told(snapshot, Level.ERROR)
    assert f"`{word}` is no key of" in fault.what


def test_other_keys_of_metadata_are_no_misspelt_namespace(tmp_path: Path) -> None:
    text = manifest("podSelector: {}").replace("namespace: x", "uid: '1'")
    snapshot = read(tmp_path, text)
    (policy,) = snapshot.objects.policies
    assert policy.namespace == "default"
