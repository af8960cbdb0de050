"""AKS602: policies that hold no pod."""

from collections.abc import Iterator
from typing import ClassVar

from seawall.audit.finding import Finding, Severity
from seawall.audit.rule import Rule
from seawall.query.case import Case
from seawall.query.dead_rules import Death


class PolicySelectsNothing(Rule):
    """A policy selects no pod.

    Why it matters: whoever wrote it believes that some pods are held by it. A label was
    renamed, or misspelt, and the pods are open, or held by other policies alone.

    When it is fine: the pods are still to come. A policy with an empty selector waits
    for any, and is not listed; nor is one in a namespace of which the input has no pod,
    or beside charts that were not rendered.

    Source: Kubernetes, networking/v1 types.go, NetworkPolicySpec, podSelector, read
    2026-08-21.
    """

    code = "AKS602"
    name = "policy-selects-nothing"
    severity = Severity.LOW
    bad: ClassVar = {
        "shop.yaml": """
            apiVersion: v1
            kind: Pod
            metadata: {name: web, namespace: shop, labels: {app: web}}
            spec:
              containers:
                - {name: main, image: shop, ports: [{name: http, containerPort: 80}]}
            ---
            apiVersion: v1
            kind: Pod
            metadata: {name: api, namespace: shop, labels: {app: api}}
            spec:
              containers:
                - {name: main, image: shop, ports: [{name: http, containerPort: 80}]}
            ---
            apiVersion: networking.k8s.io/v1  # finding
            kind: NetworkPolicy
            metadata: {name: web, namespace: shop}
            spec:
              podSelector: {matchLabels: {app: wbe}}
              ingress: [{from: [{podSelector: {}}]}]
            """,
    }
    good: ClassVar = {
        "shop.yaml": bad["shop.yaml"].replace("  # finding", "").replace("wbe", "web"),
    }

    def check(self, case: Case) -> Iterator[Finding]:
        for dead in case.dead_rules:
            if dead.death is Death.SELECTS_NOTHING and not dead.open:
                yield self.finding(
                    dead.rule.name,
                    f"it holds no pod: {dead.why}",
                    "correct its selector, or remove it",
                    origin=dead.rule.origin,
                )
