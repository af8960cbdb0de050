"""The cluster: every setting that isolates it is stated, none is left to a default.

Source: AKS docs and Azure REST API, Microsoft.ContainerService/managedClusters, read
2026-11.
"""

from collections.abc import Mapping

from seawall.design.layout.demand import comes_from
from seawall.design.layout.identities import CLUSTER, KUBELET, registries
from seawall.design.layout.pools import pools
from seawall.design.layout.required import is_isolated
from seawall.design.layout.subjects import Subject, made
from seawall.design.layout.ways_out import has_own_balancer_address
from seawall.design.options import (
    Addressing,
    ApiServer,
    AuthorizedRanges,
    Encryption,
    Images,
    Option,
    OutboundType,
    PolicyLevel,
    PrivateZone,
    PublicName,
    RunCommand,
)
from seawall.design.requirements.needs import Desk
from seawall.emit.tree import Given, Id, Joined, Keyed, Read, Resource, Value

CLUSTERS = "Microsoft.ContainerService/managedClusters"
_LEVELS = {PolicyLevel.NONE: "None", PolicyLevel.FQDN: "FQDN", PolicyLevel.L7: "L7"}
_WITH_SUBNET = (ApiServer.VNET_PUBLIC, ApiServer.VNET_PRIVATE)


def cluster(subject: Subject, before: tuple[str, ...]) -> Resource:
    """Return the cluster.

    Args:
        subject: What is designed.
        before: Symbols of what must stand before it: what it may do, and its way out.
    """
    names = subject.names
    signs_in = not is_isolated(subject.choices)
    properties: dict[str, Value] = {
        "kubernetesVersion": Given("kubernetesVersion"),
        "dnsPrefix": names.of("aks"),
        "nodeResourceGroup": names.node_resource_group,
        "nodeResourceGroupProfile": {"restrictionLevel": _lockdown(subject)},
        "enableRBAC": True,
        "disableLocalAccounts": True,
        "aadProfile": {"managed": True, "enableAzureRBAC": True},
        "apiServerAccessProfile": _api_server(subject),
        "networkProfile": _network(subject),
        "agentPoolProfiles": pools(subject),
        "bootstrapProfile": _bootstrap(subject),
        "autoUpgradeProfile": {
            "upgradeChannel": "patch",
            "nodeOSUpgradeChannel": "NodeImage",
        },
        # Pods with it sign in at Microsoft Entra, which is in the internet.
        "oidcIssuerProfile": {"enabled": signs_in},
        "securityProfile": {"workloadIdentity": {"enabled": signs_in}},
    }
    if subject.needs.windows:
        properties["windowsProfile"] = {
            "adminUsername": "azureuser",
            "adminPassword": Given("windowsPassword"),
        }
    if registries(subject):
        properties["identityProfile"] = {
            "kubeletidentity": {
                "resourceId": Id(KUBELET),
                "clientId": Read(KUBELET, ("properties", "clientId")),
                "objectId": Read(KUBELET, ("properties", "principalId")),
            }
        }
    return made(
        "cluster",
        CLUSTERS,
        names.of("aks"),
        properties,
        body={
            "sku": {"name": "Base", "tier": "Standard"},
            "identity": {
                "type": "UserAssigned",
                "userAssignedIdentities": Keyed(((Id(CLUSTER), {}),)),
            },
        },
        needs=before,
        comment="What isolates it is stated here, also where it is the default.",
        serves=subject.serves("name", "kubernetes"),
    )


def _lockdown(subject: Subject) -> str:
    """Return how far the group that AKS keeps its resources in is closed.

    Source: AKS docs, node-resource-group-lockdown: links of the zone that AKS makes
    are edited there; private-cluster-connect: tunnels of Bastion do not work with it.
    """
    by_tunnel = comes_from(subject.needs, Desk.BASTION)
    edited = subject.choices.zone is PrivateZone.SYSTEM or by_tunnel
    return "Unrestricted" if edited else "ReadOnly"


def _word(option: Option) -> str:
    return str(option.value)


def _api_server(subject: Subject) -> Mapping[str, Value]:
    choices, noted = subject.choices, subject.noted
    found: dict[str, Value] = {
        "enablePrivateCluster": noted(choices.is_private, "api-server.access"),
        "enableVnetIntegration": choices.api_server in _WITH_SUBNET,
        "disableRunCommand": noted(
            choices.run_command is RunCommand.OFF, "api-server.run-command"
        ),
    }
    if choices.api_server in _WITH_SUBNET and "api-server" in subject.plan.subnets:
        found["subnetId"] = Id("apiServerSubnet")
    if choices.is_private:
        custom = choices.zone is PrivateZone.CUSTOM
        zone: Value = Id("apiServerZone") if custom else _word(choices.zone)
        found["privateDNSZone"] = noted(zone, "operators")
        found["enablePrivateClusterPublicFQDN"] = choices.public_name is PublicName.ON
    else:
        found["authorizedIPRanges"] = noted(_ranges(subject), "api-server.access")
    return found


def _ranges(subject: Subject) -> Value:
    """Return who may use a public API server; nobody is left out if none is stated.

    Nodes come to it by the way out of the cluster, whose address AKS adds by itself
    for its own load balancer alone.

    Source: AKS docs, api-server-authorized-ip-ranges and limit-egress-traffic.
    """
    needs = subject.needs
    if subject.choices.ranges is AuthorizedRanges.NONE:
        return ()
    stated = [
        *needs.access_ranges,
        *(
            each
            for operator in needs.operators
            if operator.desk is Desk.INTERNET
            for each in operator.ranges
        ),
    ]
    found: tuple[Value, ...] = tuple(dict.fromkeys(map(str, stated)))
    if not found or subject.choices.api_server is not ApiServer.PUBLIC:
        return found
    own = ""
    if subject.choices.outbound is OutboundType.USER_NAT_GATEWAY:
        own = "egressAddress"
    elif subject.has_firewall:
        own = "firewallAddress"
    if not own:
        return found
    return (*found, Joined((Read(own, ("properties", "ipAddress")), "/32")))


def _network(subject: Subject) -> Mapping[str, Value]:
    choices, plan, noted = subject.choices, subject.plan, subject.noted
    found: dict[str, Value] = {"networkPlugin": "azure"}
    if choices.addressing is Addressing.OVERLAY:
        found["networkPluginMode"] = noted(
            "overlay", "pods.network-sees-pods", "addresses.space"
        )
    found |= {
        "networkDataplane": _word(choices.dataplane),
        "networkPolicy": noted(
            _word(choices.engine), "pods.control", "pods.default-deny"
        ),
        "advancedNetworking": _advanced(subject),
        "ipFamilies": ("IPv4",),
    }
    if plan.pods is not None:
        found["podCidr"] = noted(str(plan.pods), "addresses.pods")
    found |= {
        "serviceCidr": noted(str(plan.services), "addresses.services"),
        "dnsServiceIP": str(plan.dns_service),
        "outboundType": noted(
            _word(choices.outbound), "egress.to", "egress.fixed-address"
        ),
        "loadBalancerSku": "standard",
    }
    if choices.outbound is OutboundType.LOAD_BALANCER:
        found["loadBalancerProfile"] = _balancer(subject)
    if choices.outbound is OutboundType.MANAGED_NAT_GATEWAY:
        found["natGatewayProfile"] = {
            "managedOutboundIPProfile": {"count": 1},
            "idleTimeoutInMinutes": 4,
        }
    return found


def _balancer(subject: Subject) -> Mapping[str, Value]:
    found: dict[str, Value] = {"backendPoolType": "NodeIPConfiguration"}
    if has_own_balancer_address(subject):
        found["outboundIPs"] = {"publicIPs": ({"id": Id("egressAddress")},)}
    else:
        found["managedOutboundIPs"] = {"count": 1}
    return found


def _advanced(subject: Subject) -> Mapping[str, Value]:
    """Return Advanced Container Networking Services, also where they are off."""
    choices, noted = subject.choices, subject.noted
    encrypted = choices.encryption is Encryption.WIREGUARD
    named = choices.level is not PolicyLevel.NONE
    if not encrypted and not named:
        return {
            "enabled": False,
            "observability": {"enabled": False},
            "security": {"enabled": False},
        }
    security: dict[str, Value] = {
        "enabled": True,
        "advancedNetworkPolicies": noted(
            _LEVELS[choices.level], "pods.control", "egress.names"
        ),
        "transitEncryption": {
            "type": noted("WireGuard" if encrypted else "None", "pods.encrypted")
        },
    }
    return {
        "enabled": noted(True, "limits.acns"),  # noqa: FBT003
        "observability": {"enabled": True},
        "security": security,
    }


def _bootstrap(subject: Subject) -> Mapping[str, Value]:
    if subject.choices.images is not Images.CACHE:
        return {"artifactSource": "Direct"}
    return {
        "artifactSource": subject.noted("Cache", "egress.to"),
        "containerRegistryId": Id("registry"),
    }
