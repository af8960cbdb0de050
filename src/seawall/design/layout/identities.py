"""The identities of the cluster and of its nodes, and what they may do.

A role is granted before the cluster stands: an identity that comes with it comes too
late.

Source: AKS docs, concepts-network-cni-overview, private-clusters, network-isolated,
use-managed-identity; Azure docs, built-in-roles; read 2026-11.
"""

from collections.abc import Iterator

from seawall.design.layout.reaching import symbol_of
from seawall.design.layout.subjects import Subject, made
from seawall.design.options import Images, Network, PrivateZone
from seawall.design.requirements.needs import ServiceKind
from seawall.emit.tree import Guid, Id, Read, Resource, RoleDefinition

IDENTITY = "Microsoft.ManagedIdentity/userAssignedIdentities"
ASSIGNMENT = "Microsoft.Authorization/roleAssignments"
CLUSTER, KUBELET = "clusterIdentity", "kubeletIdentity"

NETWORK_CONTRIBUTOR = RoleDefinition(
    "4d97b98b-1d4f-4787-a291-c67834d212e7", "Network Contributor"
)
ZONE_CONTRIBUTOR = RoleDefinition(
    "b12aa53e-6015-4669-85d0-8515ebb3ae7f", "Private DNS Zone Contributor"
)
PULL = RoleDefinition("7f951dda-4ed3-4680-a7ca-43fe172d538d", "AcrPull")
OPERATOR = RoleDefinition(
    "f1a07417-d97a-45cb-824c-7a7467783830", "Managed Identity Operator"
)
_USED = ("nodes", "pods", "api-server", "ingress", "private-link")
SUBNETS = {
    "nodes": "nodesSubnet",
    "pods": "podsSubnet",
    "api-server": "apiServerSubnet",
    "endpoints": "endpointsSubnet",
    "ingress": "ingressSubnet",
    "private-link": "privateLinkSubnet",
    "gateway": "gatewaySubnet",
    "agents": "agentsSubnet",
    "resolver": "resolverSubnet",
    "AzureFirewallSubnet": "firewallSubnet",
    "AzureBastionSubnet": "bastionSubnet",
    "GatewaySubnet": "virtualGatewaySubnet",
}
"""Symbols of subnets, by what they are for."""


def identities(subject: Subject) -> Iterator[Resource]:
    """Yield the identities."""
    yield made(
        CLUSTER,
        IDENTITY,
        subject.names.of("id", "cluster"),
        comment="As whom the cluster acts in Azure.",
    )
    if registries(subject):
        yield made(
            KUBELET,
            IDENTITY,
            subject.names.of("id", "kubelet"),
            comment="As whom nodes pull images.",
        )


def pulls_from_registry(subject: Subject) -> bool:
    """Whether nodes pull from a registry of the design."""
    return subject.choices.images is Images.CACHE


def registries(subject: Subject) -> tuple[str, ...]:
    """Return the symbols of the registries that nodes pull images from."""
    start = ("registry",) if pulls_from_registry(subject) else ()
    asked = (
        symbol_of(each)
        for each in subject.needs.services
        if each.kind is ServiceKind.REGISTRY
    )
    return (*start, *asked)


def grants(subject: Subject) -> tuple[Resource, ...]:
    """Return what the identities are granted."""
    choices = subject.choices
    found: list[Resource] = []
    if choices.zone is PrivateZone.CUSTOM:
        found.append(_grant("zoneGrant", "apiServerZone", CLUSTER, ZONE_CONTRIBUTOR))
        if choices.network in (Network.OWN, Network.HUB_AND_SPOKE):
            # AKS links the zone to the whole network.
            found.append(
                _grant("networkGrant", "network", CLUSTER, NETWORK_CONTRIBUTOR)
            )
    elif choices.network is not Network.MANAGED:
        found += [
            _grant(f"{SUBNETS[key]}Grant", SUBNETS[key], CLUSTER, NETWORK_CONTRIBUTOR)
            for key in _USED
            if key in subject.plan.subnets
        ]
    if registries(subject):
        found.append(_grant("kubeletGrant", KUBELET, CLUSTER, OPERATOR))
    for registry in registries(subject):
        own = "pullGrant" if registry == "registry" else f"{registry}Grant"
        found.append(_grant(own, registry, KUBELET, PULL))
    return tuple(found)


def _grant(symbol: str, scope: str, who: str, role: RoleDefinition) -> Resource:
    return made(
        symbol,
        ASSIGNMENT,
        Guid((Id(scope), Id(who), role.guid)),
        {
            "roleDefinitionId": role,
            "principalId": Read(who, ("properties", "principalId")),
            "principalType": "ServicePrincipal",
        },
        scope=scope,
        location=None,
    )
