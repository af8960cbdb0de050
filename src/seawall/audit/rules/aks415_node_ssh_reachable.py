"""AKS415: pods that reach SSH of nodes."""

from collections.abc import Iterator
from typing import ClassVar

from seawall.audit.controls import SEGMENTS
from seawall.audit.finding import Finding, Severity
from seawall.audit.phrases import by_namespace, listed, own, share
from seawall.audit.rule import Proposal, Rule
from seawall.model.cluster import Cluster, NodePool
from seawall.model.end import NodeEnd, PodEnd
from seawall.model.packet import PortRange, Protocol
from seawall.model.trace import Hop, Verdict
from seawall.model.workload import Workload
from seawall.query.ask import ask
from seawall.query.case import Case
from seawall.query.fix.setting import ssh_off
from seawall.query.services import asked_services
from seawall.query.side_doors.alike import alike_outward, alike_toward
from seawall.query.words.port import PortText

SSH = PortText(Protocol.TCP, PortRange(22, 22))


class NodeSshReachable(Rule):
    """Pods reach the SSH server of nodes.

    Why it matters: nodes answer SSH unless told otherwise, and no security group
    stands between a pod and its nodes. A leaked key, or a hole in the server, is then
    usable from every pod that somebody takes over.

    When it is fine: for the days on which somebody debugs nodes. Nothing of AKS needs
    it: `kubectl debug` does the same through the API server.

    Source: AKS docs, manage-ssh-node-access, read 2026-11-29.
    """

    code = "AKS415"
    name = "node-ssh-reachable"
    severity = Severity.LOW
    controls = SEGMENTS
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
                podLinkLocalAccess: None
              agentPoolProfiles:
                - name: system  # finding
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
    }
    good: ClassVar = {
        "cluster.yaml": bad["cluster.yaml"]
        .replace("  # finding", "")
        .replace(
            "- name: system",
            "- name: system\n                  securityProfile: {sshAccess: Disabled}",
        ),
        "report.yaml": bad["report.yaml"],
    }

    def check(self, case: Case) -> Iterator[Finding]:
        cluster = case.cluster
        pods = [each for each in own(case.workloads) if not each.host_network]
        if cluster is None:
            return
        open_ones = [
            pool
            for pool in cluster.pools
            if pool.ssh.is_surely(value=True) and not pool.windows.is_surely(value=True)
        ]
        reached: dict[str, tuple[NodePool, list[Workload], tuple[Hop, ...]]] = {}
        groups = alike_outward(case.paths, case.table, pods)
        services = asked_services(SSH, NodeEnd(""))
        for group in alike_toward(case.paths, case.policies, groups, services):
            for pool in open_ones:
                asked = ask(case, PodEnd(group[0]), NodeEnd(pool.name), SSH)
                if asked.verdict is Verdict.ALLOWED:
                    held = reached.setdefault(pool.name, (pool, [], asked.forward))
                    held[1].extend(group)
        if reached:
            yield self._found(cluster, reached, len(pods))

    def _found(
        self,
        cluster: Cluster,
        reached: dict[str, tuple[NodePool, list[Workload], tuple[Hop, ...]]],
        total: int,
    ) -> Finding:
        pool, _, way = next(iter(reached.values()))
        pods = dict.fromkeys(pod for _, held, _ in reached.values() for pod in held)
        who = share(len(pods), total, "workload")
        pools = f"pool {listed(reached)}" if len(reached) == 1 else listed(reached)
        return self.finding(
            cluster.name,
            f"{who} in {listed(by_namespace(pods))} can reach SSH of the nodes of "
            f"{pools}",
            "turn SSH off: `az aks nodepool update --ssh-access disabled`, or isolate "
            "pods for egress",
            origin=pool.ssh.origin or cluster.origin,
            evidence=way,
        )

    def fixes(self, case: Case, finding: Finding) -> Iterator[Proposal]:
        del finding
        cluster = case.cluster
        if cluster is not None:
            changes = tuple(
                ssh_off(cluster, pool)
                for pool in cluster.pools
                if pool.ssh.is_surely(value=True)
                and not pool.windows.is_surely(value=True)
            )
            yield Proposal(changes)
