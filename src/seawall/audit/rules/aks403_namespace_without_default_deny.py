"""AKS403: pods that accept connections from every other pod."""

from collections.abc import Iterator, Sequence
from typing import ClassVar

from seawall.audit.controls import SEGMENTS, controls
from seawall.audit.finding import Confidence, Finding, Severity
from seawall.audit.phrases import by_namespace, counted, listed, own
from seawall.audit.rule import Proposal, Rule
from seawall.engine.policy.answers.with_pods import WithPods
from seawall.model.dataplane import Tri
from seawall.model.origin import Origin
from seawall.model.policy import Direction
from seawall.model.workload import Workload
from seawall.query.case import Case
from seawall.query.fix.default_deny import deny_all

MANY = 3
"""More namespaces than this without any policy are one finding."""


class NamespaceWithoutDefaultDeny(Rule):
    """Pods of a namespace accept connections from everywhere.

    Why it matters: a pod that no policy isolates for ingress is open to every pod of
    the cluster, and to whatever else routes to it. One pod that is taken over reaches
    them all.

    When it is fine: clusters of a single application whose parts all trust each other.
    Pods that a cluster-wide policy closes to all pods are not told.

    Source: AKS docs, network-policy-best-practices; Kubernetes docs, Network Policies,
    "Default deny all ingress traffic", read 2026-08-21.
    """

    code = "AKS403"
    name = "namespace-without-default-deny"
    severity = Severity.MEDIUM
    controls = (*controls("CIS 4.4.2"), *SEGMENTS)
    mends = True
    bad: ClassVar = {
        "shop.yaml": """
            apiVersion: v1  # finding
            kind: Namespace
            metadata: {name: shop}
            ---
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web, namespace: shop}
            spec:
              selector: {matchLabels: {app: web}}
              template:
                metadata: {labels: {app: web}}
                spec: {containers: [{name: web, image: web}]}
            ---
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: db, namespace: shop}
            spec:
              selector: {matchLabels: {app: db}}
              template:
                metadata: {labels: {app: db}}
                spec: {containers: [{name: db, image: db}]}
            ---
            apiVersion: networking.k8s.io/v1
            kind: NetworkPolicy
            metadata: {name: db-clients, namespace: shop}
            spec:
              podSelector: {matchLabels: {app: db}}
              ingress: [{from: [{podSelector: {matchLabels: {app: web}}}]}]
            """,
    }
    good: ClassVar = {
        "shop.yaml": bad["shop.yaml"]
        .replace("  # finding", "")
        .replace("podSelector: {matchLabels: {app: db}}", "podSelector: {}"),
    }

    def check(self, case: Case) -> Iterator[Finding]:
        if case.dataplane.enforces is not Tri.YES:
            return
        pods = [each for each in own(case.workloads) if not each.host_network]
        free = set(case.table.unisolated(Direction.INGRESS))
        beside = WithPods(case.table, Direction.INGRESS)
        opened = by_namespace(
            each for each in pods if each in free and beside.some(each).allowed
        )
        every = by_namespace(pods)
        objects = case.snapshot.objects
        places = {each.name: each.origin for each in objects.namespaces}
        nothing = not (
            objects.policies or objects.opaque_policies or objects.ranked_policies
        )
        if nothing and len(opened) > MANY:
            yield self._nowhere(case, opened)
            return
        for namespace, found in opened.items():
            is_any = all(beside.every(each).allowed for each in found)
            who = "every pod" if is_any else "every pod that no rule denies"
            total, place = len(every[namespace]), places[namespace]
            yield self._in(case, found, total, place, who)

    def _in(
        self,
        case: Case,
        found: Sequence[Workload],
        total: int,
        place: Origin,
        who: str,
    ) -> Finding:
        namespace = found[0].namespace
        if len(found) == total:
            what = f"the {counted(total, 'workload')}"
            which = ""
        else:
            what = f"{len(found)} of {counted(total, 'workload')}"
            which = f": {listed(each.label for each in found)}"
        return self.finding(
            f"ns:{namespace}",
            f"no policy isolates {what} in `{namespace}` for ingress, so {who} may "
            f"connect to {'it' if len(found) == 1 else 'them'}{which}",
            "add a policy with an empty podSelector and no ingress rule, then allow "
            "what is needed",
            origin=place,
            confidence=_confidence(case),
        )

    def _nowhere(self, case: Case, opened: dict[str, Sequence[Workload]]) -> Finding:
        total = sum(len(found) for found in opened.values())
        first = opened[next(iter(opened))][0]
        cluster = case.cluster
        return self.finding(
            cluster.name if cluster else "cluster",
            f"there is no network policy: every pod may connect to all "
            f"{counted(total, 'workload')} in {len(opened)} namespaces",
            "add a policy with an empty podSelector and no ingress rule to each "
            "namespace, then allow what is needed",
            origin=cluster.origin if cluster else first.origin,
            confidence=_confidence(case),
        )

    def fixes(self, case: Case, finding: Finding) -> Iterator[Proposal]:
        namespace = finding.subject.removeprefix("ns:")
        if namespace != finding.subject:
            change = deny_all(case.snapshot, namespace)
            if change is not None:
                yield Proposal((change,))


def _confidence(case: Case) -> Confidence:
    """Objects that were not rendered may hold policies too."""
    hidden = case.snapshot.objects.hidden
    return Confidence.LIKELY if hidden else Confidence.PROVED
