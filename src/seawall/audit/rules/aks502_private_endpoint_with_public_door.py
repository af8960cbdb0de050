"""AKS502: a resource with a private endpoint that answers the public too."""

from collections.abc import Iterator
from typing import ClassVar

from seawall.audit.controls import PRIVATE_LINK, controls
from seawall.audit.finding import Confidence, Finding, Severity
from seawall.audit.phrases import listed
from seawall.audit.rule import Proposal, Rule
from seawall.model.endpoint import PlatformResource, PrivateEndpoint
from seawall.model.origin import Origin
from seawall.query.case import Case
from seawall.query.fix.setting import public_access_off


class PrivateEndpointWithPublicDoor(Rule):
    """A resource has a private endpoint and still answers every public address.

    Why it matters: the private endpoint makes a second door and closes no first one.
    With a stolen key or token the resource is open from anywhere.

    When it is fine: the resource is meant for the public, and the endpoint only makes
    the way of the cluster shorter.

    Source: Azure docs, private-endpoint-overview, storage-network-security and
    key-vault network-security, read 2026-08-21.
    """

    code = "AKS502"
    name = "private-endpoint-with-public-door"
    severity = Severity.MEDIUM
    controls = (*PRIVATE_LINK, *controls("PCI 1.4.4"))
    mends = True
    bad: ClassVar = {
        "vault.yaml": """
            type: Microsoft.KeyVault/vaults
            name: secrets
            properties:
              publicNetworkAccess: Enabled  # finding
              networkAcls: {defaultAction: Allow}
            ---
            type: Microsoft.Network/privateEndpoints
            name: to-secrets
            properties:
              subnet: {id: microsoft.network/virtualnetworks/shop/subnets/endpoints}
              privateLinkServiceConnections:
                - name: vault
                  properties:
                    privateLinkServiceId: microsoft.keyvault/vaults/secrets
                    groupIds: [vault]
            """,
    }
    good: ClassVar = {
        "vault.yaml": bad["vault.yaml"].replace("Enabled  # finding", "Disabled"),
    }

    def check(self, case: Case) -> Iterator[Finding]:
        fabric = case.snapshot.fabric
        resources = {each.id.lower(): each for each in fabric.resources}
        found: dict[Origin, list[tuple[PlatformResource, PrivateEndpoint]]] = {}
        for endpoint in fabric.private_endpoints:
            resource = resources.get((endpoint.target or "").lower())
            if resource is not None and _may_be_open(resource):
                place = resource.public.origin or resource.origin
                found.setdefault(place, []).append((resource, endpoint))
        for place, pairs in found.items():
            resource = pairs[0][0]
            access = resource.default_access_allowed
            sure = access.known
            yield self.finding(
                resource.name,
                f"`{resource.name}` has the private endpoint "
                f"{listed(endpoint.name for _, endpoint in pairs)} and "
                + (
                    "answers every public address too"
                    if sure
                    else f"perhaps answers every public address too: {access.why}"
                ),
                "turn its public network access off",
                origin=place,
                confidence=Confidence.PROVED if sure else Confidence.POSSIBLE,
            )

    def fixes(self, case: Case, finding: Finding) -> Iterator[Proposal]:
        for resource in case.snapshot.fabric.resources:
            if resource.name == finding.subject:
                change = public_access_off(resource)
                if change is not None:
                    yield Proposal((change,))


def _may_be_open(resource: PlatformResource) -> bool:
    """Say whether public access is surely on, and perhaps for everybody."""
    perimeter = resource.perimeter
    if perimeter is not None and perimeter.alone.is_surely(value=True):
        return False
    return (
        not resource.is_api_server
        and resource.public.is_surely(value=True)
        and resource.default_access_allowed.may_be(value=True)
    )
