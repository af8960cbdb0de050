"""AKS411: a block for the internet that opens the pods too."""

from collections.abc import Iterator
from typing import ClassVar

from seawall.audit.controls import SEGMENTS
from seawall.audit.finding import Finding, Severity
from seawall.audit.phrases import listed, own
from seawall.audit.rule import Rule
from seawall.model.address import AddressRange, merged, without
from seawall.model.dataplane import PolicyEngine, Tri
from seawall.model.end import PodEnd
from seawall.model.packet import PortRange, Protocol
from seawall.model.policy import BlockPeer, Direction, PodPeer, Policy, PolicyRule
from seawall.model.selector import EVERYTHING
from seawall.model.trace import Hop, Layer, Verdict
from seawall.model.workload import Workload
from seawall.query.ask import ask
from seawall.query.case import Case
from seawall.query.places import cluster_ranges
from seawall.query.words.label import matches
from seawall.query.words.port import PortText

MOST = 40
"""So many other pods are asked about for one that a rule lets reach them."""
PORTS = (443, 80, 8080)
_ALL_PODS = PodPeer(EVERYTHING, EVERYTHING)


class BlockOpensPods(Rule):
    """An egress rule that means the internet lets pods reach every pod too.

    Why it matters: Azure network policy manager holds a block for pods as well. A rule
    to 0.0.0.0/0 without exceptions therefore parts nobody in the cluster: whoever is
    selected by it may call all pods, and a default deny for egress is undone.

    When it is fine: pods that may call every other pod anyway, such as monitoring.

    Source: AKS docs, migrate-from-npm-to-cilium-network-policy, "NetworkPolicy with
    ipBlock", read 2026-11-29.
    """

    code = "AKS411"
    name = "block-opens-pods"
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
                networkPolicy: azure
                podCidr: 10.244.0.0/16
              agentPoolProfiles: [{name: system, count: 3}]
            """,
        "pods.yaml": """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: fetch, namespace: batch}
            spec:
              selector: {matchLabels: {app: fetch}}
              template:
                metadata: {labels: {app: fetch}}
                spec: {containers: [{name: fetch, image: fetch}]}
            ---
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: cart, namespace: shop}
            spec:
              selector: {matchLabels: {app: cart}}
              template:
                metadata: {labels: {app: cart}}
                spec: {containers: [{name: cart, image: cart}]}
            """,
        "policy.yaml": """
            apiVersion: networking.k8s.io/v1
            kind: NetworkPolicy
            metadata: {name: to-internet, namespace: batch}
            spec:
              podSelector: {}
              policyTypes: [Egress]
              egress:
                - to: [{ipBlock: {cidr: 0.0.0.0/0}}]  # finding
                  ports: [{port: 443}]
            """,
    }
    good: ClassVar = {
        **bad,
        "policy.yaml": bad["policy.yaml"]
        .replace("  # finding", "")
        .replace("0.0.0.0/0}", "0.0.0.0/0, except: [10.0.0.0/8]}"),
    }

    def check(self, case: Case) -> Iterator[Finding]:
        plane = case.dataplane
        if plane.engine is not PolicyEngine.NPM or plane.enforces is not Tri.YES:
            return
        pods = cluster_ranges(case.snapshot)[0]
        for policy in case.snapshot.objects.policies:
            if Direction.EGRESS not in policy.isolates or _means_all_pods(policy):
                continue
            for rule in policy.egress:
                if _means_internet(rule, pods):
                    yield from self._proved(case, policy, rule)

    def _proved(
        self, case: Case, policy: Policy, rule: PolicyRule
    ) -> Iterator[Finding]:
        found = _reached(case, policy, rule)
        if found is None:
            return
        source, target, way = found
        yield self.finding(
            policy.label,
            f"the block of `{policy.label}` holds pods too: `{source.label}` may call "
            f"`{target.label}` and every other pod that lets it in",
            "take the ranges of the pods out of the block, with "
            f"`except`: {listed(map(str, cluster_ranges(case.snapshot)[0]))}",
            origin=rule.origin,
            evidence=way,
        )


def _means_all_pods(policy: Policy) -> bool:
    """Say whether another rule of a policy lets all pods be called, on purpose."""
    return any(
        rule.ports is None and _ALL_PODS in (rule.peers or ()) for rule in policy.egress
    )


def _means_internet(rule: PolicyRule, pods: tuple[AddressRange, ...]) -> bool:
    """Say whether a rule holds addresses of pods and others that are none."""
    blocks = [each for each in rule.peers or () if isinstance(each, BlockPeer)]
    held = merged(
        left for each in blocks for left in without([each.block], each.excepts)
    )
    inside = [each for each in held if any(each.overlaps(pod) for pod in pods)]
    return bool(inside and without(inside, pods))


def _reached(
    case: Case, policy: Policy, rule: PolicyRule
) -> tuple[Workload, Workload, tuple[Hop, ...]] | None:
    pods = [each for each in case.workloads if not each.host_network]
    chosen = [
        each
        for each in pods
        if each.namespace == policy.namespace
        and matches(policy.subject, dict(each.labels))
    ]
    others = [each for each in own(pods) if each not in chosen[:1]]
    for target in others[:MOST] if chosen else ():
        for port in PORTS:
            text = PortText(Protocol.TCP, PortRange(port, port))
            asked = ask(case, PodEnd(chosen[0]), PodEnd(target), text)
            if asked.verdict is Verdict.ALLOWED and any(
                hop.layer is Layer.POLICY_EGRESS
                and hop.rule is not None
                and hop.rule.origin == rule.origin
                for hop in asked.forward
            ):
                return chosen[0], target, asked.forward
    return None
