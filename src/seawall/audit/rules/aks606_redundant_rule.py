"""AKS606: rules that add nothing to others."""

from collections.abc import Iterator
from typing import ClassVar

from seawall.audit.finding import Finding, Severity
from seawall.audit.phrases import listed
from seawall.audit.rule import Rule
from seawall.query.case import Case
from seawall.query.dead_rules import Death


class RedundantRule(Rule):
    """A rule changes nothing: other rules do the same for all that it matches.

    Why it matters: whoever removes it to close a way finds it open, for another rule
    opens it too. All rules that are listed may go together.

    When it is fine: the rules are kept apart for different owners, or the other rule is
    about to go. A rule that goes before other tiers guards against what will be written
    there, and is not listed. Where the message does not say otherwise, it is proved for
    the pods of the input; for pods that are still to come it is not decided.

    Source: Kubernetes docs, concepts, "Network Policies": policies are additive, read
    2026-08-21.
    """

    code = "AKS606"
    name = "redundant-rule"
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
              policyTypes: [Ingress]
              ingress:
                - from: [{podSelector: {}}]
                - from: [{podSelector: {matchLabels: {app: api}}}]  # finding
                  ports: [{port: 80}]
            """,
    }
    good: ClassVar = {
        "shop.yaml": bad["shop.yaml"]
        .replace("  # finding", "")
        .replace(
            "- from: [{podSelector: {}}]",
            "- from: [{podSelector: {}}]\n                  ports: [{port: 443}]",
        ),
    }

    def check(self, case: Case) -> Iterator[Finding]:
        for dead in case.dead_rules:
            if dead.death is Death.REDUNDANT and not dead.is_guard:
                places = [f"{item.name} ({item.origin})" for item in dead.covering]
                for_ever = ", whatever pods there will be" if dead.always else ""
                yield self.finding(
                    dead.rule.name,
                    f"it adds nothing to {listed(places)}{for_ever}",
                    "remove it; if it is the last of its direction, keep that in "
                    "`policyTypes`",
                    origin=dead.rule.origin,
                )
