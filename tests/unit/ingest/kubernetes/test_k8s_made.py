"""Policies that other objects make leave open what they may govern."""

import re
from pathlib import Path

import pytest

from reading import read, told
from seawall.engine.policy import PolicyTable
from seawall.model.dataplane import CALICO as CALICO_PLANE
from seawall.model.dataplane import PolicyEngine
from seawall.model.packet import Protocol
from seawall.model.policy import OpaquePolicy
from seawall.model.trace import Verdict
from seawall.reference.policy import PodAt, PolicyQuestion, decide

KYVERNO = """
apiVersion: kyverno.io/v1
kind: ClusterPolicy
metadata: {name: add}
spec:
  rules:
    - name: deny
      match: {any: [{resources: {kinds: [Namespace]}}]}
      generate:
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        name: deny
        namespace: "{{request.object.metadata.name}}"
        data: {spec: {podSelector: {}, policyTypes: [Ingress]}}
"""
TEMPLATE = """
apiVersion: template.openshift.io/v1
kind: Template
metadata: {name: t}
objects:
  - apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: deny, namespace: shop}
    spec: {podSelector: {}}
"""
WORK = """
apiVersion: work.open-cluster-management.io/v1
kind: ManifestWork
metadata: {name: w, namespace: cluster1}
spec:
  workload:
    manifests:
      - apiVersion: cilium.io/v2
        kind: CiliumClusterwideNetworkPolicy
        metadata: {name: deny}
        spec: {endpointSelector: {}}
"""
_RULE = KYVERNO.partition("        apiVersion: networking")[0]
CLONES = (
    _RULE
    + """        namespace: shop
        cloneList:
          namespace: base
          kinds: [v1/Secret, KIND]
"""
)
WITHOUT_GROUP = (
    _RULE
    + """        kind: KIND
        namespace: shop
        clone: {namespace: base, name: deny}
"""
)
BY_EXPRESSION = """
apiVersion: policies.kyverno.io/v1
kind: GeneratingPolicy
metadata: {name: add}
spec:
  variables:
    - name: made
      expression: '[{"kind": dyn("KIND"), "apiVersion": dyn("g/v1")}]'
  generate:
    - expression: generator.Apply("shop", variables.made)
"""
POD = """
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec: {containers: [{name: c, image: i}]}
---
"""


def made(folder: Path, text: str) -> tuple[OpaquePolicy, ...]:
    return read(folder, POD + text.lstrip()).objects.opaque_policies


@pytest.mark.parametrize(
    ("text", "kind", "namespace"),
    [
        (KYVERNO, "NetworkPolicy", None),
        (KYVERNO.replace('"{{request.object.metadata.name}}"', "shop"), "", "shop"),
        (TEMPLATE, "NetworkPolicy", "shop"),
        (WORK, "CiliumClusterwideNetworkPolicy", None),
    ],
)
def test_a_policy_inside_another_object_is_in_force_for_all_that_is_known(
    tmp_path: Path, text: str, kind: str, namespace: str | None
) -> None:
    """Source: Kyverno docs, Generate Rules; OpenShift docs, Using templates."""
    (found,) = made(tmp_path, text)
    assert kind in found.kind
    assert found.namespace == namespace
    (diagnostic,) = told(read(tmp_path, POD + text.lstrip()))
    assert "make policies" in diagnostic.what


@pytest.mark.parametrize(
    ("text", "kind", "wanted"),
    [
        (CLONES, "networking.k8s.io/v1/NetworkPolicy", {("NetworkPolicy", "shop")}),
        (CLONES, "cilium.io/v2/CiliumNetworkPolicy", {("CiliumNetworkPolicy", "shop")}),
        (CLONES, "v1/ConfigMap", set()),
        (CLONES, "AdminNetworkPolicy", {("AdminNetworkPolicy", None)}),
        (CLONES, "Ingress", set()),
        (WITHOUT_GROUP, "GlobalNetworkPolicy", {("Calico GlobalNetworkPolicy", None)}),
        (WITHOUT_GROUP, "ConfigMap", set()),
        (BY_EXPRESSION, "CiliumNetworkPolicy", {("CiliumNetworkPolicy", None)}),
        (BY_EXPRESSION, "ConfigMap", set()),
    ],
)
def test_what_a_rule_clones_or_makes_by_expressions_is_in_force_too(
    tmp_path: Path, text: str, kind: str, wanted: set[tuple[str, str | None]]
) -> None:
    """Source: Kyverno docs, Generate Rules, Clone Source; GeneratingPolicy."""
    found = made(tmp_path, text.replace("KIND", kind))
    assert {(it.kind, it.namespace) for it in found} == wanted


@pytest.mark.parametrize("kind", ["NetworkPolicy", '"{{ element }}"'])
def test_a_kind_without_its_group_may_be_any_of_that_name(
    tmp_path: Path, kind: str
) -> None:
    found = made(tmp_path, WITHOUT_GROUP.replace("KIND", kind))
    assert {it.kind for it in found} == {"NetworkPolicy", "Calico NetworkPolicy"}


@pytest.mark.parametrize(
    "text",
    [
        KYVERNO.replace("{name: add}", "{name: add, uid: 1-2}"),
        KYVERNO.replace("kind: NetworkPolicy", "kind: ResourceQuota"),
        KYVERNO.replace("generate:", "validate:").replace("data:", "other:"),
        """
apiVersion: wgpolicyk8s.io/v1alpha2
kind: PolicyReport
metadata: {name: r, namespace: shop}
results:
  - resources:
      - {apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, name: x, uid: 1-3}
""",
    ],
)
def test_what_only_names_policies_or_made_them_already_opens_nothing(
    tmp_path: Path, text: str
) -> None:
    assert made(tmp_path, text) == ()


def test_only_what_a_generating_policy_makes_counts(tmp_path: Path) -> None:
    """Source: Kyverno docs, GeneratingPolicy: conditions only say when."""
    aside = BY_EXPRESSION.replace("KIND", "ConfigMap").replace(
        "spec:",
        """spec:
  matchConditions: [{name: c, expression: 'object.kind != "NetworkPolicy"'}]""",
    )
    unused = aside.replace(
        "    - name: made",
        """    - name: other
      expression: object.kind == "NetworkPolicy"
    - name: made""",
    )
    for number, text in enumerate((aside, unused)):
        (tmp_path / str(number)).mkdir()
        assert made(tmp_path / str(number), text) == ()
    through = unused.replace('dyn("ConfigMap")', "variables.other")
    assert {it.kind for it in made(tmp_path, through)} >= {"NetworkPolicy"}


def test_expressions_of_other_policies_of_kyverno_make_nothing(tmp_path: Path) -> None:
    """Source: Kyverno docs, GeneratingPolicy: it alone has `generate`."""
    generating = BY_EXPRESSION.replace("KIND", "NetworkPolicy")
    validating = generating.replace("GeneratingPolicy", "ValidatingPolicy")
    for number, (text, kinds) in enumerate(((generating, True), (validating, False))):
        (tmp_path / str(number)).mkdir()
        assert bool(made(tmp_path / str(number), text)) is kinds


MUTATES = """
apiVersion: kyverno.io/v1
kind: ClusterPolicy
metadata: {name: add}
spec:
  rules:
    - name: r
      match: {any: [{resources: {kinds: [MATCHED]}}]}
      mutate:
        targets: [{apiVersion: GROUP, kind: KIND, name: x, namespace: shop}]
        patchStrategicMerge: {spec: {ingress: []}}
"""
NETWORK = "networking.k8s.io/v1"
LABELS = MUTATES.replace("{spec: {ingress: []}}", "{metadata: {labels: {a: b}}}")
OPEN, UNKNOWN, DENIED = Verdict.ALLOWED, Verdict.UNKNOWN, Verdict.DENIED
MISSPELT = """
apiVersion: security.istio.io/v1
kind: AuthorizationPolcy
metadata: {name: misspelt, namespace: shop}
"""
HELD = """
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: held, namespace: shop}
spec: {podSelector: {}}
"""
TWO = """
---
apiVersion: v1
kind: Pod
metadata: {name: one, namespace: shop}
spec: {containers: [{name: c, image: i}]}
---
apiVersion: v1
kind: Pod
metadata: {name: two, namespace: shop, labels: {app: two}}
spec: {containers: [{name: c, image: i}]}
"""
CILIUM, CALICO = frozenset({PolicyEngine.CILIUM}), frozenset({PolicyEngine.CALICO})
AT_ADMISSION = re.sub("targets.*", "# none", MUTATES)
CLEANS = """
apiVersion: kyverno.io/v2
kind: ClusterCleanupPolicy
metadata: {name: add}
spec:
  schedule: "*/5 * * * *"
  match: {any: [{resources: {kinds: [KIND], namespaces: [shop]}}]}
"""
DELETES = """
apiVersion: policies.kyverno.io/v1alpha1
kind: DeletingPolicy
metadata: {name: add}
spec:
  schedule: "*/5 * * * *"
  matchConstraints: {resourceRules: [{apiGroups: [GROUP], resources: [KIND]}]}
"""


@pytest.mark.parametrize(
    ("text", "group", "kind", "wanted"),
    [
        (MUTATES, NETWORK, "NetworkPolicy", {(None, "shop")}),
        (MUTATES, "cilium.io/v2", "CiliumNetworkPolicy", {(CILIUM, "shop")}),
        (MUTATES, "v1", "ConfigMap", set()),
        (LABELS, NETWORK, "NetworkPolicy", set()),
        (AT_ADMISSION, "", "NetworkPolicy", {(None, None), (CALICO, None)}),
        (AT_ADMISSION, "", "Pod", set()),
        (CLEANS, "", NETWORK + "/NetworkPolicy", {(None, "shop")}),
        (CLEANS, "", "Pod", set()),
        (CLEANS.replace("Cluster", "", 1), "", "ConfigMap", set()),
        (CLEANS, "", '"*"', {(None, "shop"), (CALICO, "shop")}),
        (DELETES, "networking.k8s.io", "networkpolicies", {(None, None)}),
        (DELETES, "networking.k8s.io", '"*"', {(None, None)}),
        (DELETES, "cilium.io", '"*"', {(CILIUM, None)}),
        (DELETES, "apps", '"*"', set()),
        (
            DELETES.replace("Deleting", "Mutating"),
            '"*"',
            "ciliumnetworkpolicies",
            {(CILIUM, None)},
        ),
        (DELETES.replace("Deleting", "Validating"), '"*"', "networkpolicies", set()),
    ],
)
def test_policies_that_kyverno_changes_or_deletes_are_not_certain(
    tmp_path: Path, text: str, group: str, kind: str, wanted: object
) -> None:
    """Source: Kyverno docs, Mutate Rules, Cleanup Policy, DeletingPolicy."""
    filled = text.replace("MATCHED", kind).replace("GROUP", group).replace("KIND", kind)
    found = made(tmp_path, filled)
    assert {(it.engines, it.namespace) for it in found} == wanted
    # It may take back what others allow, as no unreadable NetworkPolicy does.
    assert all("Policy" in it.kind != "NetworkPolicy" for it in found)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (CLEANS.replace("KIND", "NetworkPolicy"), {OPEN}),
        (AT_ADMISSION.replace("MATCHED", "NetworkPolicy"), {UNKNOWN}),
    ],
)
def test_what_deletes_policies_leaves_a_pod_that_none_holds_as_it_is(
    tmp_path: Path, text: str, wanted: set[Verdict]
) -> None:
    assert {said(tmp_path, text)} == wanted
    assert said(tmp_path, text, HELD) is UNKNOWN


@pytest.mark.parametrize(
    "text",
    [
        AT_ADMISSION.replace("MATCHED", "security.istio.io/*/AuthorizationPolicy"),
        CLEANS.replace("KIND", "security.istio.io/v1/AuthorizationPolicy"),
        MISSPELT,
    ],
)
def test_what_is_of_a_mesh_leaves_denied_what_the_network_denies(
    tmp_path: Path, text: str
) -> None:
    assert said(tmp_path, text) is UNKNOWN
    assert said(tmp_path, text, HELD) is DENIED


def said(folder: Path, text: str, more: str = "") -> Verdict:
    """Return what engine and definition say of TCP 80 between two pods."""
    snapshot = read(folder, text + TWO + more)
    table = PolicyTable.build(snapshot.objects, CALICO_PLANE)
    one, two = snapshot.objects.workloads
    answer = table.between(one, two)
    bit = table.services.mask_of(Protocol.TCP, 80)
    found = OPEN if answer.allowed & bit else UNKNOWN
    found = found if (answer.allowed | answer.unknown) & bit else DENIED
    question = PolicyQuestion(PodAt(one), PodAt(two), Protocol.TCP, 80)
    assert decide(snapshot.objects, CALICO_PLANE, question).verdict is found
    return found
