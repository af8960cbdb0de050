"""A faulty cluster-wide policy makes no claim certain that one of its readings denies.

Nobody can tell from the file what it becomes: it may be refused, or allow or deny.
"""

from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from reading import read
from seawall.audit.rules.aks403_namespace_without_default_deny import (
    NamespaceWithoutDefaultDeny,
)
from seawall.query.case import Case
from seawall.query.intents.answer import judge_all
from seawall.query.intents.verdict import Standing

DAY = date(2026, 11, 1)
PODS = """
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
---
apiVersion: v1
kind: Namespace
metadata: {name: batch, labels: {istio-injection: enabled}}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {containers: [{name: c, image: c}]}
---
apiVersion: v1
kind: Pod
metadata: {name: job, namespace: batch, labels: {app: job}}
spec: {containers: [{name: c, image: c}]}
"""
INTENTS = """
apiVersion: seawall/v1
kind: Intents
intents:
  - {preset: default-deny, in: ns:shop}
  - forbid: {from: batch/job, to: shop/web}
  - forbid: {from: shop/web, to: 203.0.113.0/24}
  - only: {from: ns:shop, to: shop/web, ports: 80}
"""
PLAIN = """
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: closed, namespace: shop}
spec: {podSelector: {}, policyTypes: [%s]}
"""
BESIDE = ("", "Egress", "Ingress, Egress")
"""What a NetworkPolicy of `shop` isolates."""

ADMIN = """
apiVersion: policy.networking.k8s.io/v1alpha1
kind: AdminNetworkPolicy
metadata: {name: wide}
spec: {priority: 3, subject: {namespaces: {}}, %s}
"""
BASELINE = """
apiVersion: policy.networking.k8s.io/v1alpha1
kind: BaselineAdminNetworkPolicy
metadata: {name: default}
spec: {subject: {namespaces: {}}, %s}
"""
CLUSTER = """
apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: {name: wide}
spec: {tier: Admin, priority: 3, subject: {namespaces: {}}, %s}
"""
MESH = """
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: wide, namespace: istio-system}
spec: {%s}
"""
IN, OUT = "ingress: [{from: %s, action: %s}]", "egress: [{to: %s, action: %s}]"
FAR = "[{networks: [203.0.113.0/24]}]"
ALL, SHOP = "[{namespaces: {}}]", "[{namespaces: {matchLabels: {x: y}}}]"
ALLOW, DENY = "Allow", "Deny"
BODIES = (
    IN % (ALL, ALLOW),
    IN % (ALL, DENY),
    IN % (SHOP, DENY),
    f"{IN % (ALL, DENY)}, {OUT % (ALL, ALLOW)}",
    f"{IN % (ALL, DENY)}, {OUT % (FAR, DENY)}",
)
"""What an unreadable one may be, beside nothing."""
FAULTS = (
    f"ingress: [{{from: {ALL}, action: Allow, porst: []}}]",
    f"ingress: [{{from: {ALL}, action: Deni}}]",
    f"{IN % (ALL, DENY)}, egres: [{{to: {ALL}, action: Allow}}]",
)
KINDS = {
    "admin": (ADMIN, BODIES, FAULTS),
    "baseline": (BASELINE, BODIES, FAULTS),
    "cluster": (
        CLUSTER,
        tuple(each.replace("Allow", "Accept") for each in BODIES),
        tuple(each.replace("Allow", "Accept") for each in FAULTS),
    ),
    "mesh": (
        MESH,
        ("", "action: ALLOW, rules: [{}]", "action: DENY, rules: [{}]"),
        ("rulse: []", "action: DENI, rules: [{}]"),
    ),
}

Claims = tuple[tuple[Standing, ...], frozenset[str]]


@cache
def claims(beside: str, policy: str, engine: str) -> Claims:
    """Return how each intent stands, and what AKS403 finds."""
    texts = [PODS, PLAIN % beside if beside else "", policy, INTENTS]
    with TemporaryDirectory() as folder:
        case = Case(read(Path(folder), *filter(None, texts)), engine)
    judged = judge_all(case, case.snapshot.intents, DAY).judged
    found = NamespaceWithoutDefaultDeny().check(case)
    return tuple(it.standing for it in judged), frozenset(it.subject for it in found)


@pytest.mark.parametrize("beside", BESIDE)
@pytest.mark.parametrize("kind", KINDS)
def test_what_a_faulty_policy_makes_certain_is_so_in_all_of_its_readings(
    kind: str, beside: str
) -> None:
    form, bodies, faults = KINDS[kind]
    engine = "spec" if kind == "cluster" else "calico"
    for fault in faults:
        # Only what is misspelt beside the rules may be rules of the other direction.
        texts = [form % it for it in bodies if "egres" in fault or "egress" not in it]
        readings = [claims(beside, text, engine) for text in ("", *texts)]
        standings, found = claims(beside, form % fault, engine)
        for at, standing in enumerate(standings):
            if standing is not Standing.UNKNOWN:
                assert {it[0][at] for it in readings} == {standing}, (fault, at)
        for _, other in readings:
            assert found <= other, fault
