"""AKS604: rules that mean no end of the input."""

from collections.abc import Iterator
from typing import ClassVar

from seawall.audit.finding import Finding, Severity
from seawall.audit.rule import Rule
from seawall.query.case import Case
from seawall.query.dead_rules import Death


class RuleMatchesNothing(Rule):
    """A rule holds pods, and matches no other end of the input.

    Why it matters: a label or the name of a port was renamed or misspelt, so that what
    it was to allow is denied.

    When it is fine: the pods are still to come. Rules about namespaces of which the
    input has no pod, about addresses, and beside charts that were not rendered are not
    listed.

    Source: Kubernetes, networking/v1 types.go, NetworkPolicyPeer and NetworkPolicyPort,
    read 2026-08-21.
    """

    code = "AKS604"
    name = "rule-matches-nothing"
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
                - from: [{podSelector: {matchLabels: {app: apy}}}]  # finding
            """,
    }
    good: ClassVar = {
        "shop.yaml": bad["shop.yaml"].replace("  # finding", "").replace("apy", "api"),
    }

    def check(self, case: Case) -> Iterator[Finding]:
        for dead in case.dead_rules:
            if dead.death is Death.MATCHES_NOTHING and not dead.open:
                yield self.finding(
                    dead.rule.name,
                    f"it matches nothing: {dead.why}",
                    "correct its peers or ports, or remove it",
                    origin=dead.rule.origin,
                )
