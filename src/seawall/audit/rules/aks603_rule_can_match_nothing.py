"""AKS603: rules that contradict themselves."""

from collections.abc import Iterator
from typing import ClassVar

from seawall.audit.finding import Finding, Severity
from seawall.audit.rule import Rule
from seawall.query.case import Case
from seawall.query.dead_rules import Death


class RuleCanMatchNothing(Rule):
    """A rule can match nothing, whatever pods there will be.

    Why it matters: what it was to allow is not allowed, and what it was to deny is not
    denied. Its conditions exclude one another.

    When it is fine: never; remove it or say what was meant.

    Source: Kubernetes docs, concepts, "Labels and Selectors": all requirements must
    hold, read 2026-08-21.
    """

    code = "AKS603"
    name = "rule-can-match-nothing"
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
            apiVersion: networking.k8s.io/v1
            kind: NetworkPolicy
            metadata: {name: web, namespace: shop}
            spec:
              podSelector: {matchLabels: {app: web}}
              ingress:
                - from:  # finding
                    - podSelector:
                        matchLabels: {app: api}
                        matchExpressions: [{key: app, operator: NotIn, values: [api]}]
            """,
    }
    good: ClassVar = {
        "shop.yaml": bad["shop.yaml"]
        .replace("  # finding", "")
        .replace("values: [api]", "values: [db]"),
    }

    def check(self, case: Case) -> Iterator[Finding]:
        for dead in case.dead_rules:
            if dead.death is Death.CANNOT_MATCH and not dead.open:
                yield self.finding(
                    dead.rule.name,
                    f"it can match nothing: {dead.why}",
                    "correct its conditions, or remove it",
                    origin=dead.rule.origin,
                )
