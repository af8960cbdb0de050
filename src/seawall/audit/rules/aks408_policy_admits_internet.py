"""AKS408: a policy that undoes what the others close."""

from collections.abc import Iterator
from typing import ClassVar

from seawall.audit.controls import SEGMENTS, controls
from seawall.audit.finding import Confidence, Finding, Severity
from seawall.audit.phrases import counted, listed, own
from seawall.audit.rule import Rule
from seawall.engine.path.explain import single
from seawall.flowspace import FlowSet
from seawall.model.dataplane import Tri
from seawall.model.packet import Protocol
from seawall.model.policy import Direction
from seawall.model.trace import DecidingRule, Verdict
from seawall.model.workload import Workload
from seawall.query.case import Case

_CONNECTIONS = ((int(Protocol.TCP),) * 2, (int(Protocol.UDP),) * 2)
"""Engines do not carry every other protocol."""


class PolicyAdmitsInternet(Rule):
    """Policies let every address of the internet into pods that they seem to hold.

    Why it matters: policies add up. Where one admits every public IPv4 address on every
    port of TCP and UDP, a default deny beside it keeps none of them out, and a scan
    that looks for policies sees a namespace that has them. Whether the network brings
    packets of the internet there, and who else gets in, is not asked here.

    When it is fine: pods that anyone may call on any port, which are rare; a front end
    is called on one or two.

    Source: Kubernetes docs, Network Policies, "Allow all ingress traffic" and "The two
    sorts of pod isolation", read 2026-11-29.
    """

    code = "AKS408"
    name = "policy-admits-internet"
    severity = Severity.MEDIUM
    controls = (*controls("CIS 4.4.2"), *SEGMENTS)
    bad: ClassVar = {
        "shop.yaml": """
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
            metadata: {name: default-deny, namespace: shop}
            spec: {podSelector: {}, policyTypes: [Ingress]}
            ---
            apiVersion: networking.k8s.io/v1
            kind: NetworkPolicy
            metadata: {name: while-testing, namespace: shop}
            spec:
              podSelector: {matchLabels: {app: db}}
              ingress:
                - {}  # finding
            """,
    }
    good: ClassVar = {
        "shop.yaml": bad["shop.yaml"].replace(
            "- {}  # finding", "- {ports: [{port: 5432}]}"
        ),
    }

    def check(self, case: Case) -> Iterator[Finding]:
        if case.dataplane.enforces is not Tri.YES:
            return
        internet = case.paths.atlas.internet.intervals.get(4, ())
        outside = FlowSet.box(sources={4: internet}, protocols=_CONNECTIONS)
        free = set(case.table.unisolated(Direction.INGRESS))
        found: dict[DecidingRule, list[Workload]] = {}
        openers: dict[object, DecidingRule | None] = {}
        for pods in own(case.workloads):
            if pods.host_network or pods in free:
                continue
            # Pods that the same policies hold are alike.
            held_by = _grips(case, pods)
            if held_by not in openers:
                openers[held_by] = _opener(case, pods, outside)
            rule = openers[held_by]
            if rule is not None:
                found.setdefault(rule, []).append(pods)
        for rule, held in found.items():
            yield self.finding(
                rule.name,
                "policies let every IPv4 address of the internet into "
                f"{counted(len(held), 'workload')} on all ports of TCP and UDP, as by "
                f"`{rule.name}`: {listed(each.label for each in held)}",
                "name who may call, and on which ports, or take the rule out",
                origin=rule.origin,
                confidence=Confidence.PROVED,
            )


def _grips(case: Case, pods: Workload) -> object:
    table = case.table
    grips = {table.grip(unit, Direction.INGRESS) for unit in table.units(pods)}
    # Only a policy that can deny sets pods apart by the names of their ports here.
    denying = bool(case.snapshot.objects.ranked_policies)
    return frozenset(grips), pods.ports if denying else ()


def _opener(case: Case, pods: Workload, outside: FlowSet) -> DecidingRule | None:
    """Return a rule by which packets from outside are admitted, if all of them are.

    Others may be admitted by other rules.
    """
    ruling = case.policies.ingress(pods, None)
    if outside & (ruling.denied | ruling.unknown):
        return None
    witness = outside.witness()
    if witness is None:
        return None
    return ruling.say(single(witness), Verdict.ALLOWED).rule
