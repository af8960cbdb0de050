"""AKS404: pods that may connect somewhere but cannot look a name up."""

from collections.abc import Iterator
from typing import ClassVar

from seawall.audit.finding import Finding, Severity
from seawall.audit.phrases import counted, listed, own
from seawall.audit.rule import Rule
from seawall.model.packet import Protocol
from seawall.model.pod_dns import DnsPolicy
from seawall.model.policy import (
    BlockPeer,
    Direction,
    NumberedPorts,
    Policy,
    PolicyRule,
    PortMatch,
)
from seawall.model.workload import Workload
from seawall.query.case import Case

DNS = 53
DNS_LABEL = ("k8s-app", "kube-dns")


class EgressDeniesDns(Rule):
    """Pods that may connect somewhere cannot look a name up.

    Why it matters: almost every client starts with a DNS question. A default deny for
    egress that forgets UDP 53 breaks the pod in a way that looks like everything else.

    When it is fine: the pod connects to addresses only. Pods that may not send anything
    at all, or whose `dnsPolicy` has them ask others, are not listed.

    Source: AKS docs, network-policy-best-practices and localdns-custom; Kubernetes
    docs, Network Policies, read 2026-08-21.
    """

    code = "AKS404"
    name = "egress-denies-dns"
    severity = Severity.MEDIUM
    tells_what_is_missed = True
    bad: ClassVar = {
        "web.yaml": """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web, namespace: shop}
            spec:
              selector: {matchLabels: {app: web}}
              template:
                metadata: {labels: {app: web}}
                spec: {containers: [{name: web, image: web}]}
            ---
            apiVersion: networking.k8s.io/v1  # finding
            kind: NetworkPolicy
            metadata: {name: web-needs, namespace: shop}
            spec:
              podSelector: {matchLabels: {app: web}}
              policyTypes: [Egress]
              egress:
                - to: [{podSelector: {matchLabels: {app: db}}}]
                  ports: [{port: 5432}]
            """,
    }
    good: ClassVar = {
        "web.yaml": bad["web.yaml"].replace("  # finding", "")
        + """
                - to: [{namespaceSelector: {}}]
                  ports: [{port: 53, protocol: UDP}]
            """,
    }

    def check(self, case: Case) -> Iterator[Finding]:
        servers = [each for each in case.workloads if DNS_LABEL in each.labels]
        found: dict[str, tuple[Policy, list[Workload]]] = {}
        for workload in own(case.workloads):
            if (
                workload.dns.policy is not DnsPolicy.CLUSTER_FIRST
                or workload.dns.unread
            ):
                continue  # It asks others than the pods of kube-dns, or may.
            policies = _isolating(case, workload)
            rules = [
                rule
                for policy in policies
                for rule in policy.egress
                if rule.peers is None or rule.peers
            ]
            if not rules or _may_ask(case, workload, servers, rules):
                continue
            entry = found.setdefault(workload.namespace, (policies[0], []))
            entry[1].append(workload)
        for policy, members in found.values():
            names = listed(member.label for member in members)
            who = f"{counted(len(members), 'workload')} in `{policy.namespace}`"
            yield self.finding(
                f"ns:{policy.namespace}",
                f"{who} may connect to others but not to DNS, as no egress rule admits "
                f"UDP 53: {names}",
                "allow UDP and TCP 53 to the pods of kube-dns in kube-system",
                origin=policy.origin,
            )


def _isolating(case: Case, workload: Workload) -> list[Policy]:
    """Return the policies that isolate a workload for egress, if these alone do."""
    found: dict[int, Policy] = {}
    for unit in case.table.units(workload):
        grip = case.table.grip(unit, Direction.EGRESS)
        if grip.opaque or grip.is_ordered or grip.unfixed or not grip.policies:
            return []
        found |= {at: case.table.index.policies[at] for at in grip.policies}
    return [found[at] for at in sorted(found)]


def _may_ask(
    case: Case,
    workload: Workload,
    servers: list[Workload],
    rules: list[PolicyRule],
) -> bool:
    admitting = [rule for rule in rules if _admits_dns(rule.ports)]
    if not servers:
        return bool(admitting)
    if any(_names_addresses(rule) for rule in admitting):
        # The address may be that of the cluster's DNS Service or of a node's own.
        return True
    asked = case.table.services.mask_of(Protocol.UDP, DNS)
    return any(
        case.table.between(workload, server).possible & asked for server in servers
    )


def _names_addresses(rule: PolicyRule) -> bool:
    return rule.peers is None or any(isinstance(p, BlockPeer) for p in rule.peers)


def _admits_dns(ports: tuple[PortMatch, ...] | None) -> bool:
    if ports is None:
        return True
    return any(
        port.protocol is Protocol.UDP
        and (not isinstance(port, NumberedPorts) or DNS in port.ports)
        for port in ports
    )
