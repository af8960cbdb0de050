"""AKS106: a private cluster whose address the public DNS gives away."""

from collections.abc import Iterator
from typing import ClassVar

from seawall.audit.finding import Confidence, Finding, Severity
from seawall.audit.rule import Proposal, Rule
from seawall.query.case import Case
from seawall.query.fix.setting import public_name_off


class PublicNameOfPrivateCluster(Rule):
    """A private cluster has a public DNS name too.

    Why it matters: everybody who knows the name learns the private address of the API
    server, and with it a part of the network's plan. It opens no way there.

    When it is fine: clients resolve the name by public DNS on purpose. With the private
    DNS zone `none` there is no other name, so that such clusters are not listed.

    Source: AKS docs, private-clusters, "Disable a public FQDN", read 2026-11-29.
    """

    code = "AKS106"
    name = "public-name-of-private-cluster"
    severity = Severity.LOW
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
                enablePrivateClusterPublicFQDN: true  # finding
                disableRunCommand: true
              agentPoolProfiles: [{name: system, count: 3}]
            """,
    }
    good: ClassVar = {
        "cluster.yaml": bad["cluster.yaml"].replace("true  # finding", "false"),
    }

    def check(self, case: Case) -> Iterator[Finding]:
        cluster = case.cluster
        if cluster is None:
            return
        server = cluster.api_server
        if not server.private.is_surely(value=True):
            return
        if server.public_name.is_surely(value=False) or _is_only_name(case):
            return
        sure = server.public_name.known and server.private_zone.known
        yield self.finding(
            cluster.name,
            f"public DNS gives the private address of the API server of "
            f"`{cluster.name}` to everybody who asks",
            "turn the public name off: `az aks update --disable-public-fqdn`",
            origin=server.public_name.origin or server.origin,
            confidence=Confidence.PROVED if sure else Confidence.POSSIBLE,
        )

    def fixes(self, case: Case, finding: Finding) -> Iterator[Proposal]:
        del finding
        if case.cluster is not None:
            yield Proposal((public_name_off(case.cluster),))


def _is_only_name(case: Case) -> bool:
    zone = case.cluster.api_server.private_zone if case.cluster else None
    return bool(zone and zone.known and (zone.value or "").lower() == "none")
