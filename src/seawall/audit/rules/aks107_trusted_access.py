"""AKS107: Azure resources that are let to the API server past its network."""

from collections.abc import Iterator
from typing import ClassVar

from seawall.audit.finding import Finding, Severity
from seawall.audit.phrases import listed
from seawall.audit.rule import Rule
from seawall.query.case import Case


class TrustedAccessPastNetwork(Rule):
    """A trusted access binding leads past the network of the API server.

    Why it matters: the resource that it names, such as a backup vault or a machine
    learning workspace, calls the API server through Azure's own back ends. Authorized
    ranges and a private network decide nothing for it; its roles in the cluster do.

    When it is fine: the service is wanted, and whoever manages the resource is trusted
    as far as the roles go. Where everybody may call the API server there is nothing to
    go past, and it is not listed.

    Source: AKS docs, trusted-access-feature, read 2026-11-29.
    """

    code = "AKS107"
    name = "trusted-access-past-network"
    severity = Severity.MEDIUM
    bad: ClassVar = {
        "cluster.yaml": """
            type: Microsoft.ContainerService/managedClusters
            name: shop
            location: westeurope
            properties:
              networkProfile: {networkPlugin: azure, networkPluginMode: overlay}
              apiServerAccessProfile:
                enablePrivateCluster: true
                enablePrivateClusterPublicFQDN: false
                disableRunCommand: true
              agentPoolProfiles: [{name: system, count: 3}]
            """,
        "binding.yaml": """
            type: Microsoft.ContainerService/managedClusters/trustedAccessRoleBindings
            id: CLUSTER/trustedaccessrolebindings/backup
            name: shop/backup
            properties:
              sourceResourceId: microsoft.dataprotection/backupvaults/nightly
              roles: [Microsoft.DataProtection/backupVaults/backup-operator]
            """.replace(
            "CLUSTER", "microsoft.containerservice/managedclusters/shop"
        ).replace("Bindings\n", "Bindings  # finding\n"),
    }
    good: ClassVar = {"cluster.yaml": bad["cluster.yaml"]}

    def check(self, case: Case) -> Iterator[Finding]:
        cluster = case.cluster
        if cluster is None:
            return
        server = cluster.api_server
        closed = server.private.is_surely(value=True) or server.authorized_ranges.value
        for binding in server.trusted_access if closed else ():
            who = binding.source.rsplit("/", 1)[-1] or "a resource"
            roles = f" as {listed(binding.roles)}" if binding.roles else ""
            yield self.finding(
                cluster.name,
                f"the binding `{binding.name}` lets `{who}` to the API server past its "
                f"network{roles}",
                "remove the binding if the service is not used: `az aks "
                "trustedaccess rolebinding delete`",
                origin=binding.origin,
            )
