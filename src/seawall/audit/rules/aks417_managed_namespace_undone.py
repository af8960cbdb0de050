"""AKS417: managed namespaces whose default policy other policies undo."""

from collections.abc import Iterator
from typing import ClassVar

from seawall.audit.controls import SEGMENTS
from seawall.audit.finding import Finding, Severity
from seawall.audit.phrases import counted, listed
from seawall.audit.rule import Rule
from seawall.model.dataplane import Tri
from seawall.model.managed_namespace import DefaultPolicy, ManagedNamespace
from seawall.model.origin import Origin
from seawall.model.policy import Direction, PodPeer
from seawall.model.workload import Workload
from seawall.query.case import Case
from seawall.query.exposure.answer import Exposed, exposures

_EVERY_PORT = {("TCP", "0-65535"), ("any", "0-65535")}


class ManagedNamespaceUndone(Rule):
    """Policies let every namespace in where a managed namespace closes itself.

    Why it matters: Azure makes a network policy in a managed namespace that denies all,
    or admits its own pods only, and nobody can change that one. Policies add up, so
    whoever may write in the namespace adds one that admits everybody, and it wins.

    When it is fine: the default is kept for directions and pods that the other policy
    does not select, and these pods are meant for everybody. A policy that admits some
    namespaces, some pods or some ports is what the default is for, and is not listed.

    Source: AKS docs, concepts-managed-namespaces, and Kubernetes docs, Network
    Policies, read 2026-11-30.
    """

    code = "AKS417"
    name = "managed-namespace-undone"
    severity = Severity.MEDIUM
    controls = SEGMENTS
    bad: ClassVar = {
        "cluster.yaml": """
            type: Microsoft.ContainerService/managedClusters
            name: shop
            location: westeurope
            properties:
              networkProfile:
                networkPlugin: azure
                networkPluginMode: overlay
                networkDataplane: cilium
              agentPoolProfiles: [{name: system, count: 3}]
            """,
        "retail.yaml": """
            type: Microsoft.ContainerService/managedClusters/managedNamespaces
            name: shop/retail
            properties:
              defaultNetworkPolicy: {ingress: AllowSameNamespace, egress: DenyAll}
            """,
        "web.yaml": """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web, namespace: retail}
            spec:
              selector: {matchLabels: {app: web}}
              template:
                metadata: {labels: {app: web}}
                spec: {containers: [{name: web, image: web}]}
            """,
        "policy.yaml": """
            apiVersion: networking.k8s.io/v1
            kind: NetworkPolicy
            metadata: {name: web, namespace: retail}
            spec:
              podSelector: {matchLabels: {app: web}}
              ingress:
                - from:  # finding
                    - namespaceSelector: {}
            """,
    }
    good: ClassVar = {
        **bad,
        "policy.yaml": bad["policy.yaml"]
        .replace("  # finding", "")
        .replace("{}", "{matchLabels: {kubernetes.io/metadata.name: front}}"),
    }

    def check(self, case: Case) -> Iterator[Finding]:
        cluster = case.cluster
        if cluster is None or case.dataplane.enforces is not Tri.YES:
            return
        for space in cluster.managed_namespaces:
            for way in _closed(space):
                pods = [it for it in case.workloads if it.namespace == space.name]
                asked = [(each, way) for each in pods]
                found = exposures(case.snapshot, case.dataplane, asked)
                undone = [each.workload for each in found if _is_undone(each)]
                if undone:
                    yield self._told(case, space, way, undone)

    def _told(
        self,
        case: Case,
        space: ManagedNamespace,
        way: Direction,
        pods: list[Workload],
    ) -> Finding:
        comes_in = way is Direction.INGRESS
        setting = space.ingress if comes_in else space.egress
        default = setting.value.value if setting.value else ""
        does = "let every pod of other namespaces into"
        if not comes_in:
            does = "let every pod of other namespaces be called by"
        return self.finding(
            f"ns:{space.name}",
            f"the managed namespace `{space.name}` asks for `{default}`, and other "
            f"policies {does} {counted(len(pods), 'workload')} on all ports of TCP: "
            f"{listed(each.label for each in pods)}",
            "name whom these pods may talk to in the policy that admits everybody",
            origin=_opener(case, pods[0], way) or space.origin,
        )


def _closed(space: ManagedNamespace) -> Iterator[Direction]:
    for way, setting in (
        (Direction.INGRESS, space.ingress),
        (Direction.EGRESS, space.egress),
    ):
        if setting.known and setting.value is not DefaultPolicy.ALL:
            yield way


def _is_undone(exposed: Exposed) -> bool:
    """Whether every pod of every namespace that is to come surely passes."""
    return any(
        not it.peers.pods
        and "" in it.peers.new
        and not _EVERY_PORT.isdisjoint(it.allowed)
        for it in exposed.found
    )


def _opener(case: Case, pods: Workload, way: Direction) -> Origin | None:
    """Return where a policy that holds the pods names the most, for a place to look."""
    table = case.table
    held = {at for unit in table.units(pods) for at in table.grip(unit, way).policies}
    rules = [
        rule
        for at in sorted(held)
        if not table.index.policies[at].predicted
        for rule in table.index.policies[at].rules(way)
    ]
    wide = [
        rule
        for rule in rules
        if rule.peers is None
        or any(
            isinstance(peer, PodPeer)
            and peer.namespaces is not None
            and peer.namespaces.selects_everything
            for peer in rule.peers
        )
    ]
    return next((rule.origin for rule in (*wide, *rules)), None)
