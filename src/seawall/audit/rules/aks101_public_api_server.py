"""AKS101: the API server answers the whole internet."""

from collections.abc import Iterator
from typing import ClassVar

from seawall.audit.controls import API_SERVER, controls
from seawall.audit.finding import Confidence, Finding, Severity
from seawall.audit.phrases import listed
from seawall.audit.rule import Proposal, Rule
from seawall.model.address import AddressRange
from seawall.model.end import ApiServerEnd, InternetEnd
from seawall.query.case import Case
from seawall.query.control_plane.authorized_ranges import admits_everyone
from seawall.query.fix.setting import ranges_narrowed


class PublicApiServer(Rule):
    """The API server answers the whole internet.

    Why it matters: one leaked kubeconfig is then a cluster takeover, because nothing at
    the network layer stands in the way. A range of 0.0.0.0/0 restricts nothing, and
    neither do its two halves.

    When it is fine: short-lived sandboxes that hold no secrets.

    Source: AKS docs, api-server-authorized-ip-ranges, read 2026-08-21.
    """

    code = "AKS101"
    name = "public-api-server"
    severity = Severity.HIGH
    controls = (*API_SERVER, *controls("CIS 5.4.2"))
    mends = True
    bad: ClassVar = {
        "cluster.yaml": """
            type: Microsoft.ContainerService/managedClusters
            name: shop
            location: westeurope
            properties:
              networkProfile: {networkPlugin: azure, networkPluginMode: overlay}
              apiServerAccessProfile:
                authorizedIPRanges: [0.0.0.0/0]  # finding
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
                authorizedIPRanges: [203.0.113.0/28]
              agentPoolProfiles: [{name: system, count: 3}]
            """,
    }

    def check(self, case: Case) -> Iterator[Finding]:
        cluster = case.cluster
        if cluster is None:
            return
        server = cluster.api_server
        if server.private.is_surely(value=True):
            return
        ranges = server.authorized_ranges
        if ranges.known:
            open_ones = admits_everyone(server)
            if ranges.value and not open_ones:
                return
            says = "accepts every source address"
            if open_ones:
                restrict = "restricts" if len(open_ones) == 1 else "restrict"
                says += f": {listed(open_ones)} {restrict} nothing"
        else:
            says = f"may accept every source address: {ranges.why}"
        sure = (
            ranges.known
            and server.private.known
            and server.public_access.is_surely(value=True)
        )
        yield self.finding(
            cluster.name,
            f"the API server of `{cluster.name}` {says}",
            "set authorized IP ranges, or make the cluster private",
            origin=ranges.origin or server.origin,
            confidence=Confidence.PROVED if sure else Confidence.POSSIBLE,
        )

    def fixes(self, case: Case, finding: Finding) -> Iterator[Proposal]:
        del finding
        if case.cluster is None:
            return
        server = case.cluster.api_server
        everyone = admits_everyone(server)
        kept = [
            text
            for text in server.authorized_ranges.value or ()
            if text not in everyone and _is_range(text)
        ]
        if kept and everyone:
            about = ((str(InternetEnd()), str(ApiServerEnd())),)
            yield Proposal((ranges_narrowed(case.cluster, kept),), about=about)


def _is_range(text: str) -> bool:
    try:
        AddressRange.parse(text)
    except ValueError:
        return False
    return True
