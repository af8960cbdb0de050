"""AKS clusters: who reaches them, how they reach out, how they are kept."""

from collections.abc import Iterable

from seawall.emit.parts import Absent, Part, Unsaid, bare
from seawall.emit.terraform.hcl import Attribute, Block, Line
from seawall.emit.terraform.kinds.pools import (
    BEYOND,
    CLUSTERS,
    attrs,
    default_pool,
    further,
    other_pool,
)
from seawall.emit.terraform.names import Names
from seawall.emit.terraform.shape import (
    Kind,
    Rule,
    attr,
    block,
    group,
    implied,
    inverted,
    keys,
    listed,
    unless,
)
from seawall.emit.tree import Noted, Value


def _zone(part: Part, names: Names) -> Iterable[Line]:
    found = part.take("properties.apiServerAccessProfile.privateDNSZone")
    if isinstance(found, Absent):
        return
    words: dict[Value, str] = {"system": "System", "none": "None"}
    value = bare(found)
    shown = words.get(value) if isinstance(value, str) else None
    yield Attribute("private_dns_zone_id", shown or names.hcl(value))


def _count(path: str, name: str) -> Rule:
    return attr(f"{path}.count", name)


_ACCESS: tuple[Rule, ...] = (
    *attrs(
        "properties.apiServerAccessProfile.",
        {
            "enablePrivateCluster": "private_cluster_enabled",
            "enablePrivateClusterPublicFQDN": "private_cluster_public_fqdn_enabled",
        },
    ),
    _zone,
    inverted(
        "properties.apiServerAccessProfile.disableRunCommand", "run_command_enabled"
    ),
    group(
        "api_server_access_profile",
        *attrs(
            "properties.apiServerAccessProfile.",
            {
                "authorizedIPRanges": "authorized_ip_ranges",
                "enableVnetIntegration": "virtual_network_integration_enabled",
                "subnetId": "subnet_id",
            },
        ),
    ),
)

_BALANCER: tuple[Rule, ...] = (
    attr("backendPoolType", "backend_pool_type"),
    attr("allocatedOutboundPorts", "outbound_ports_allocated"),
    attr("idleTimeoutInMinutes", "idle_timeout_in_minutes"),
    _count("managedOutboundIPs", "managed_outbound_ip_count"),
    listed("outboundIPs.publicIPs", "id", "outbound_ip_address_ids"),
    listed("outboundIPPrefixes.publicIPPrefixes", "id", "outbound_ip_prefix_ids"),
)


def _advanced(part: Part, _names: Names) -> Iterable[Line]:
    """Write the block that turns Container Networking Services on by standing there."""
    inner = part.part("advancedNetworking")
    if inner is None:
        return
    enabled = inner.take("enabled")
    switches = {
        "observability_enabled": inner.take("observability.enabled"),
        "security_enabled": inner.take("security.enabled"),
    }
    inner.done()
    lines = tuple(
        Attribute(name, bare(value) is True)
        for name, value in switches.items()
        if not isinstance(value, Absent)
    )
    if isinstance(enabled, Absent) or bare(enabled) is not True:
        if any(line.value for line in lines):
            raise Unsaid(f"{inner.where} is off and has something on")
        return
    comment = enabled.comment if isinstance(enabled, Noted) else inner.comment
    yield Block("advanced_networking", lines, comment)


_NETWORK: tuple[Rule, ...] = (
    block(
        "properties.networkProfile",
        "network_profile",
        *attrs(
            "",
            {
                "networkPlugin": "network_plugin",
                "networkPluginMode": "network_plugin_mode",
                "networkDataplane": "network_data_plane",
                "outboundType": "outbound_type",
                "loadBalancerSku": "load_balancer_sku",
                "podCidr": "pod_cidr",
                "podCidrs": "pod_cidrs",
                "serviceCidr": "service_cidr",
                "serviceCidrs": "service_cidrs",
                "dnsServiceIP": "dns_service_ip",
                "ipFamilies": "ip_versions",
            },
        ),
        unless("none", "networkPolicy", "network_policy"),
        block("loadBalancerProfile", "load_balancer_profile", *_BALANCER),
        block(
            "natGatewayProfile",
            "nat_gateway_profile",
            _count("managedOutboundIPProfile", "managed_outbound_ip_count"),
            attr("idleTimeoutInMinutes", "idle_timeout_in_minutes"),
        ),
        _advanced,
    ),
)


def _identity(name: str) -> Rule:
    return group(
        name,
        attr("identity.type", "type"),
        keys("identity.userAssignedIdentities", "identity_ids"),
    )


_PEOPLE: tuple[Rule, ...] = (
    implied("properties.aadProfile.managed", True),  # noqa: FBT003
    attr("properties.disableLocalAccounts", "local_account_disabled"),
    attr("properties.enableRBAC", "role_based_access_control_enabled"),
    group(
        "azure_active_directory_role_based_access_control",
        attr("properties.aadProfile.enableAzureRBAC", "azure_rbac_enabled"),
        attr("properties.aadProfile.adminGroupObjectIDs", "admin_group_object_ids"),
        attr("properties.aadProfile.tenantID", "tenant_id"),
    ),
    group(
        "windows_profile",
        attr("properties.windowsProfile.adminUsername", "admin_username"),
        attr("properties.windowsProfile.adminPassword", "admin_password"),
    ),
    _identity("identity"),
    group(
        "kubelet_identity",
        attr(
            "properties.identityProfile.kubeletidentity.resourceId",
            "user_assigned_identity_id",
        ),
        attr("properties.identityProfile.kubeletidentity.clientId", "client_id"),
        attr("properties.identityProfile.kubeletidentity.objectId", "object_id"),
    ),
)


def _turned_on(path: str, name: str) -> Rule:
    """Write a block that turns an add-on on by standing there."""

    def rule(part: Part, _names: Names) -> Iterable[Line]:
        found = part.take(path)
        value = bare(found) if not isinstance(found, Absent) else None
        if value is True:
            yield Block(name, ())
        elif value not in (None, False):
            raise Unsaid(f"{part.where}.{path} must be known")

    return rule


def _secrets(part: Part, _names: Names) -> Iterable[Line]:
    path = "properties.addonProfiles.azureKeyvaultSecretsProvider"
    inner = part.part(path)
    if inner is None:
        return
    if inner.take("enabled") is not True:
        return
    turn = inner.take("config.enableSecretRotation")
    inner.done()
    rotates = not isinstance(turn, Absent) and bare(turn) == "true"
    lines = (Attribute("secret_rotation_enabled", True),) if rotates else ()  # noqa: FBT003
    yield Block("key_vault_secrets_provider", lines or _ROTATES_NOT, inner.comment)


_ROTATES_NOT = (Attribute("secret_rotation_enabled", False),)  # noqa: FBT003

_UPKEEP: tuple[Rule, ...] = (
    attr("sku.tier", "sku_tier"),
    implied("sku.name", "Base"),
    attr("properties.kubernetesVersion", "kubernetes_version"),
    attr("properties.nodeResourceGroup", "node_resource_group"),
    attr("properties.oidcIssuerProfile.enabled", "oidc_issuer_enabled"),
    attr(
        "properties.securityProfile.workloadIdentity.enabled",
        "workload_identity_enabled",
    ),
    attr("properties.autoUpgradeProfile.upgradeChannel", "automatic_upgrade_channel"),
    attr(
        "properties.autoUpgradeProfile.nodeOSUpgradeChannel", "node_os_upgrade_channel"
    ),
    attr("properties.addonProfiles.azurepolicy.enabled", "azure_policy_enabled"),
    attr("properties.securityProfile.imageCleaner.enabled", "image_cleaner_enabled"),
    attr(
        "properties.securityProfile.imageCleaner.intervalHours",
        "image_cleaner_interval_hours",
    ),
    block(
        "properties.bootstrapProfile",
        "bootstrap_profile",
        attr("artifactSource", "artifact_source"),
        attr("containerRegistryId", "container_registry_id"),
    ),
    _secrets,
    _turned_on("properties.azureMonitorProfile.metrics.enabled", "monitor_metrics"),
)


CLUSTER = {
    CLUSTERS: Kind(
        "azurerm_kubernetes_cluster",
        "cluster.tf",
        (
            attr("properties.dnsPrefix", "dns_prefix"),
            attr("properties.fqdnSubdomain", "dns_prefix_private_cluster"),
            *_UPKEEP,
            *_ACCESS,
            *_PEOPLE,
            default_pool,
            *_NETWORK,
        ),
        beyond=(
            "properties.networkProfile.advancedNetworking.security.advancedNetworkPolicies",
            "properties.networkProfile.advancedNetworking.security.transitEncryption",
            "properties.nodeResourceGroupProfile",
            "properties.publicNetworkAccess",
        ),
        more=further,
        reads={
            "properties.fqdn": "fqdn",
            "properties.privateFQDN": "private_fqdn",
            "properties.nodeResourceGroup": "node_resource_group",
            "properties.oidcIssuerProfile.issuerURL": "oidc_issuer_url",
            "properties.identityProfile.kubeletidentity.objectId": (
                "kubelet_identity[0].object_id"
            ),
            "identity.principalId": "identity[0].principal_id",
        },
    ),
    f"{CLUSTERS}/agentPools": Kind(
        "azurerm_kubernetes_cluster_node_pool",
        "cluster.tf",
        (*other_pool("properties."),),
        group=False,
        located=False,
        parent="kubernetes_cluster_id",
        beyond=BEYOND,
    ),
}
