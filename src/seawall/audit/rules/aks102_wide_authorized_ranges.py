"""AKS102: authorized ranges that admit far more than an office."""

from collections.abc import Iterator
from typing import ClassVar

from seawall.audit.controls import API_SERVER
from seawall.audit.finding import Finding, Severity
from seawall.audit.rule import Rule
from seawall.model.address import AddressRange
from seawall.query.case import Case
from seawall.query.control_plane.authorized_ranges import admits_everyone, admits_nobody

WIDEST = 2**8
"""Addresses in the widest range that still looks like one organisation's."""


class WideAuthorizedRanges(Rule):
    """Authorized ranges of the API server admit other organisations.

    Why it matters: a short prefix, or a service tag such as AzureCloud, lets in every
    tenant that has a machine in it.

    When it is fine: the range is wholly yours.

    Source: AKS docs, api-server-service-tags and api-server-authorized-ip-ranges, read
    2026-08-21. The threshold of a /24 is a judgement and no rule of the platform.
    """

    code = "AKS102"
    name = "wide-authorized-ranges"
    severity = Severity.MEDIUM
    controls = API_SERVER
    bad: ClassVar = {
        "cluster.yaml": """
            type: Microsoft.ContainerService/managedClusters
            name: shop
            location: westeurope
            properties:
              networkProfile: {networkPlugin: azure, networkPluginMode: overlay}
              apiServerAccessProfile:
                authorizedIPRanges: [203.0.0.0/16]  # finding
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
                authorizedIPRanges: [203.0.113.0/24]
              agentPoolProfiles: [{name: system, count: 3}]
            """,
    }

    def check(self, case: Case) -> Iterator[Finding]:
        cluster = case.cluster
        if cluster is None or cluster.api_server.private.is_surely(value=True):
            return
        ranges = cluster.api_server.authorized_ranges
        everyone = admits_everyone(cluster.api_server)
        wide = [
            text
            for text in ranges.value or ()
            if _is_wide(text) and text not in everyone
        ]
        if wide:
            listed = ", ".join(f"`{text}`" for text in wide)
            yield self.finding(
                cluster.name,
                f"authorized ranges of `{cluster.name}` admit others: {listed}",
                "name the addresses that your people and pipelines really use",
                origin=ranges.origin or cluster.api_server.origin,
            )


def _is_wide(text: str) -> bool:
    try:
        held = AddressRange.parse(text)
    except ValueError:
        return True
    size = held.last - held.first + 1
    whole = held.first == 0 and held == AddressRange.everything(held.version)
    idle = whole or admits_nobody(held)
    return size > WIDEST and held.version == 4 and not idle  # noqa: PLR2004
