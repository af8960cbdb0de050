"""AKS204: pods that can ask the node's metadata service for its identity."""

from collections.abc import Iterator, Sequence
from typing import ClassVar

from seawall.audit.finding import Finding, Severity
from seawall.audit.phrases import by_namespace, counted, listed, own
from seawall.audit.rule import Rule
from seawall.model.cluster import Cluster
from seawall.model.dataplane import Tri
from seawall.model.end import PlatformEnd, PodEnd
from seawall.model.origin import Origin
from seawall.model.packet import PortRange, Protocol
from seawall.model.trace import Hop, Layer, Verdict
from seawall.model.workload import Workload
from seawall.query.alike import alike_outward
from seawall.query.ask import Asked, ask
from seawall.query.case import Case
from seawall.query.end_text import PortText

HTTP = PortText(Protocol.TCP, PortRange(80, 80))
IMDS = PlatformEnd("imds")


class ImdsReachable(Rule):
    """Pods reach the instance metadata service of their node.

    Why it matters: at 169.254.169.254:80 any pod can ask for tokens of the identities
    of its node, which pull images, join disks and often more. No route and no NSG
    stands before that address, except a rule that names its service tag.

    When it is fine: pods that use the identity of their node on purpose, as some
    add-ons do; pods on the host network always reach it and are not listed.

    Source: AKS docs, imds-restriction; Azure docs, network-security-groups-overview,
    read 2026-08-21.
    """

    code = "AKS204"
    name = "imds-reachable"
    severity = Severity.HIGH
    bad: ClassVar = {
        "cluster.yaml": """
            type: Microsoft.ContainerService/managedClusters
            name: shop
            location: westeurope
            properties:
              networkProfile:
                networkPlugin: azure
                networkPluginMode: overlay
                networkPolicy: calico
              agentPoolProfiles: [{name: system, count: 3}]
            """,
        "report.yaml": """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: report, namespace: batch}
            spec:
              selector: {matchLabels: {app: report}}
              template:
                metadata: {labels: {app: report}}
                spec: {containers: [{name: report, image: report}]}
            """,
        "policy.yaml": """
            apiVersion: networking.k8s.io/v1
            kind: NetworkPolicy
            metadata: {name: allow-internet, namespace: batch}
            spec:
              podSelector: {}
              policyTypes: [Egress]
              egress:
                - to:  # finding
                    - ipBlock:
                        cidr: 0.0.0.0/0
                        except: [10.0.0.0/8, 172.16.0.0/12]
            """,
    }
    good: ClassVar = {
        "cluster.yaml": bad["cluster.yaml"],
        "report.yaml": bad["report.yaml"],
        "policy.yaml": bad["policy.yaml"]
        .replace("  # finding", "")
        .replace("172.16.0.0/12]", "172.16.0.0/12, 169.254.0.0/16]"),
    }

    def check(self, case: Case) -> Iterator[Finding]:
        cluster = case.cluster
        if cluster is None:
            return
        reached: dict[Origin | None, list[tuple[Workload, Asked]]] = {}
        pods = [each for each in own(case.workloads) if not each.host_network]
        for group in alike_outward(case.paths, case.table, pods):
            asked = ask(case, PodEnd(group[0]), IMDS, HTTP)
            if asked.verdict is Verdict.ALLOWED:
                place = _cause(asked.forward)
                reached.setdefault(place, []).extend((pod, asked) for pod in group)
        free = reached.pop(None, [])
        for place, found in reached.items():
            yield self._admitted(found, place)
        if len(free) == len(pods) and free:
            yield self._everywhere(cluster, free, case.dataplane.enforces)
            return
        for members in by_namespace(pod for pod, _ in free).values():
            yield self._not_isolated(case, members, dict(free)[members[0]])

    def _admitted(
        self, found: list[tuple[Workload, Asked]], place: Origin | None
    ) -> Finding:
        asked = found[0][1]
        hop = next(h for h in asked.forward if h.layer is Layer.POLICY_EGRESS)
        rule = hop.rule.name if hop.rule else "a policy"
        return self.finding(
            f"ns:{found[0][0].namespace}",
            f"`{rule}` lets {_who([pod for pod, _ in found])} reach IMDS at "
            "169.254.169.254",
            "take 169.254.0.0/16 out of what the rule allows, with `except`",
            origin=place,
            evidence=asked.forward,
        )

    def _everywhere(
        self, cluster: Cluster, found: list[tuple[Workload, Asked]], enforced: Tri
    ) -> Finding:
        setting = cluster.instance_metadata_blocked
        why = (
            "no policy is enforced"
            if enforced is Tri.NO
            else "no policy isolates any of them for egress"
        )
        names = by_namespace(pod for pod, _ in found)
        return self.finding(
            cluster.name,
            f"all {counted(len(found), 'workload')} in {listed(names)} reach IMDS at "
            f"169.254.169.254: {why}",
            "turn the IMDS restriction of the cluster on, or isolate pods for egress",
            origin=setting.origin or cluster.origin,
            evidence=found[0][1].forward,
        )

    def _not_isolated(
        self, case: Case, pods: Sequence[Workload], asked: Asked
    ) -> Finding:
        namespace = pods[0].namespace
        place = next(
            each.origin
            for each in case.snapshot.objects.namespaces
            if each.name == namespace
        )
        return self.finding(
            f"ns:{namespace}",
            f"{_who(pods)} can reach IMDS at 169.254.169.254: no policy isolates them "
            "for egress",
            "isolate the pods of the namespace for egress, without 169.254.0.0/16",
            origin=place,
            evidence=asked.forward,
        )


def _who(pods: Sequence[Workload]) -> str:
    return listed(pod.label for pod in pods)


def _cause(hops: tuple[Hop, ...]) -> Origin | None:
    """Return the place of the policy rule that admits a packet, if one does."""
    for hop in hops:
        if hop.layer is Layer.POLICY_EGRESS and hop.rule is not None:
            return hop.rule.origin
    return None
