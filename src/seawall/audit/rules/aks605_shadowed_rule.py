"""AKS605: ranked rules that nothing gets to."""

from collections.abc import Iterator
from typing import ClassVar

from seawall.audit.finding import Finding, Severity
from seawall.audit.phrases import listed
from seawall.audit.rule import Rule
from seawall.query.case import Case
from seawall.query.dead_rules import Death


class ShadowedRule(Rule):
    """A rule never decides: earlier rules decide everything that it matches.

    Why it matters: an order was turned round, or a wide rule was put first. What the
    rule says does not happen, and nobody is told.

    When it is fine: the same rules serve clusters with other pods. It is proved for the
    pods of the input; for pods that are still to come it is not decided.

    Source: kubernetes-sigs/network-policy-api, apis: rules are applied in order, and
    the first that matches decides, read 2026-08-21.
    """

    code = "AKS605"
    name = "shadowed-rule"
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
            kind: Namespace
            metadata: {name: shop, labels: {team: shop}}
            ---
            apiVersion: policy.networking.k8s.io/v1alpha1
            kind: AdminNetworkPolicy
            metadata: {name: shop}
            spec:
              priority: 10
              subject: {namespaces: {}}
              ingress:
                - action: Deny
                  from: [{namespaces: {}}]
                - action: Allow  # finding
                  from: [{namespaces: {matchLabels: {team: shop}}}]
            """,
    }
    good: ClassVar = {
        "shop.yaml": bad["shop.yaml"]
        .replace("  # finding", "")
        .replace(
            "from: [{namespaces: {}}]", "from: [{namespaces: {matchLabels: {a: b}}}]"
        ),
    }

    def check(self, case: Case) -> Iterator[Finding]:
        for dead in case.dead_rules:
            if dead.death is Death.SHADOWED and not dead.open:
                places = [f"{item.name} ({item.origin})" for item in dead.covering]
                by = f" by {listed(places)}" if places else ""
                yield self.finding(
                    dead.rule.name,
                    f"it never decides: all that it matches is decided before{by}",
                    "put it first, or remove it",
                    origin=dead.rule.origin,
                )
