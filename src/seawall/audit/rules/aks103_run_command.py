"""AKS103: commands can be run in a private cluster without its network."""

from collections.abc import Iterator
from typing import ClassVar

from seawall.audit.finding import Confidence, Finding, Severity
from seawall.audit.rule import Proposal, Rule
from seawall.query.case import Case
from seawall.query.fix.setting import run_command_off


class RunCommand(Rule):
    """Run command reaches a private API server without its network.

    Why it matters: whoever holds the Azure role can run any command in the cluster from
    anywhere, so that the private network decides nothing for them.

    When it is fine: the role is guarded as well as the network, for example for
    emergencies with just-in-time access.

    Source: AKS docs, access-private-cluster, read 2026-08-21.
    """

    code = "AKS103"
    name = "run-command-on-private-cluster"
    severity = Severity.MEDIUM
    mends = True
    bad: ClassVar = {
        "cluster.yaml": """
            type: Microsoft.ContainerService/managedClusters
            name: shop
            location: westeurope
            properties:
              networkProfile: {networkPlugin: azure, networkPluginMode: overlay}
              apiServerAccessProfile:
                enablePrivateCluster: true
                disableRunCommand: false  # finding
              agentPoolProfiles: [{name: system, count: 3}]
            """,
    }
    good: ClassVar = {
        "cluster.yaml": """
            type: Microsoft.ContainerService/managedClusters
            name: shop
            location: westeurope
            properties:
              networkProfile: {networkPlugin: azure, networkPluginMode: overlay}
              apiServerAccessProfile:
                enablePrivateCluster: true
                disableRunCommand: true
              agentPoolProfiles: [{name: system, count: 3}]
            """,
    }

    def check(self, case: Case) -> Iterator[Finding]:
        cluster = case.cluster
        if cluster is None:
            return
        server = cluster.api_server
        if server.private.is_surely(value=False):
            return
        if server.run_command.is_surely(value=False):
            return
        sure = server.private.known and server.run_command.known
        yield self.finding(
            cluster.name,
            f"run command is open on the private cluster `{cluster.name}`",
            "disable run command: `az aks update --disable-run-command`",
            origin=server.run_command.origin or server.origin,
            confidence=Confidence.PROVED if sure else Confidence.POSSIBLE,
        )

    def fixes(self, case: Case, finding: Finding) -> Iterator[Proposal]:
        del finding
        if case.cluster is not None:
            yield Proposal((run_command_off(case.cluster),))
