"""AKS204: pods that can ask the node's metadata service for its identity."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from seawall.audit.finding import Finding, Severity
from seawall.audit.phrases import counted, listed, own
from seawall.audit.rule import Proposal, Rule
from seawall.engine.path import Space
from seawall.model.address import AddressRange
from seawall.model.cluster import Cluster
from seawall.model.dataplane import Tri
from seawall.model.end import PlatformEnd, PodEnd
from seawall.model.packet import PortRange, Protocol
from seawall.model.policy import Direction
from seawall.model.trace import DecidingRule, Hop, Layer, Verdict
from seawall.model.workload import Workload
from seawall.query.ask import ask
from seawall.query.case import Case
from seawall.query.fix.admission import Admission
from seawall.query.fix.cut import cuts
from seawall.query.fix.policy_edit import PolicyEdit, excepted
from seawall.query.fix.search import Question
from seawall.query.services import asked_services
from seawall.query.side_doors.alike import alike_outward
from seawall.query.words.port import PortText

HTTP = PortText(Protocol.TCP, PortRange(80, 80))
IMDS = PlatformEnd("imds")
ADDRESS = AddressRange.parse("169.254.169.254/32")


MOST_CUT = 8
"""For so many workloads a cut is looked for."""

MANY = 3
"""More namespaces than this without isolation are one finding."""


@dataclass(frozen=True, slots=True)
class Reached:
    """A workload that reaches IMDS.

    Attributes:
        pod: The workload.
        rule: The policy rule that admits it; None if no policy isolates it.
        way: The way of the packet.
    """

    pod: Workload
    rule: DecidingRule | None
    way: tuple[Hop, ...]


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
    mends = True
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
        pods = [each for each in own(case.workloads) if not each.host_network]
        admitted: dict[str, list[Reached]] = {}
        free: dict[str, list[Reached]] = {}
        for found in _reached(case, pods):
            kind = admitted if found.rule else free
            kind.setdefault(found.pod.namespace, []).append(found)
        for listing in admitted.values():
            yield self._admitted(listing)
        every = [found for listing in free.values() for found in listing]
        if every and (len(every) == len(pods) or len(free) > MANY):
            yield self._in_many(cluster, every, case.dataplane.enforces)
            return
        for listing in free.values():
            yield self._not_isolated(case, listing)

    def _admitted(self, found: Sequence[Reached]) -> Finding:
        rules = {each.rule.name: each.rule for each in found if each.rule}
        lets = "lets" if len(rules) == 1 else "let"
        namespace = found[0].pod.namespace
        return self.finding(
            f"ns:{namespace}",
            f"{listed(rules)} {lets} {counted(len(found), 'workload')} in "
            f"`{namespace}` reach IMDS at 169.254.169.254: {_who(found)}",
            "take 169.254.0.0/16 out of what the rule allows, with `except`",
            origin=next(iter(rules.values())).origin,
            evidence=found[0].way,
        )

    def _in_many(
        self, cluster: Cluster, found: Sequence[Reached], enforced: Tri
    ) -> Finding:
        setting = cluster.instance_metadata_blocked
        why = (
            "no policy is enforced"
            if enforced is Tri.NO
            else "no policy isolates them for egress"
        )
        names = dict.fromkeys(each.pod.namespace for each in found)
        return self.finding(
            cluster.name,
            f"{counted(len(found), 'workload')} in {listed(names)} can reach IMDS at "
            f"169.254.169.254: {why}",
            "turn the IMDS restriction of the cluster on, or isolate pods for egress",
            origin=setting.origin or cluster.origin,
            evidence=found[0].way,
        )

    def _not_isolated(self, case: Case, found: Sequence[Reached]) -> Finding:
        namespace = found[0].pod.namespace
        place = next(
            each.origin
            for each in case.snapshot.objects.namespaces
            if each.name == namespace
        )
        return self.finding(
            f"ns:{namespace}",
            f"{counted(len(found), 'workload')} in `{namespace}` can reach IMDS at "
            f"169.254.169.254, as no policy isolates them for egress: {_who(found)}",
            "isolate the pods of the namespace for egress, without 169.254.0.0/16",
            origin=place,
            evidence=found[0].way,
        )

    def fixes(self, case: Case, finding: Finding) -> Iterator[Proposal]:
        reached = [
            each.pod
            for each in _reached(
                case, [w for w in own(case.workloads) if not w.host_network]
            )
            if each.rule is not None and f"ns:{each.pod.namespace}" == finding.subject
        ]
        if reached:
            yield from _excepting(case, reached)
        pairs = tuple((PodEnd(pod), IMDS) for pod in reached[:MOST_CUT])
        if pairs and len(pairs) == len(reached):
            question = Question(pairs, HTTP)
            for cut in cuts(case, question, question.asked(case)).cuts:
                # Edits that take ports, peers or rules take more than IMDS away.
                if not any(isinstance(item, PolicyEdit) for item in cut.changes):
                    yield Proposal(cut.changes, cut.admissions)


def _excepting(case: Case, reached: Sequence[Workload]) -> Iterator[Proposal]:
    """Yield the edits that except IMDS from blocks that rules of a namespace admit."""
    edits = [
        excepted(policy, ADDRESS)
        for policy in case.snapshot.objects.policies
        if policy.namespace == reached[0].namespace
    ]
    changes = tuple(edit for edit in edits if edit is not None)
    there = Space.of((ADDRESS,))
    headers = asked_services(HTTP, IMDS) & there.as_destinations()
    meant = tuple(
        Admission(Direction.EGRESS, pod, there, (), headers) for pod in reached
    )
    if changes:
        yield Proposal(changes, meant)


def _reached(case: Case, pods: Sequence[Workload]) -> Iterator[Reached]:
    for group in alike_outward(case.paths, case.table, pods):
        asked = ask(case, PodEnd(group[0]), IMDS, HTTP)
        if asked.verdict is Verdict.ALLOWED:
            rule = _admitting(asked.forward)
            for pod in group:
                yield Reached(pod, rule, asked.forward)


def _who(found: Sequence[Reached]) -> str:
    return listed(each.pod.label for each in found)


def _admitting(hops: tuple[Hop, ...]) -> DecidingRule | None:
    """Return the policy rule that admits a packet, if one does."""
    for hop in hops:
        if hop.layer is Layer.POLICY_EGRESS:
            return hop.rule
    return None
