"""AKS clusters with their pools."""

from collections.abc import Iterable

from seawall.emit.parts import Absent, Part, Unsaid, bare
from seawall.emit.terraform.hcl import Attribute, Line
from seawall.emit.terraform.kinds.pools import CLUSTERS, attrs
from seawall.emit.terraform.modules.shape import (
    Module,
    every,
    gathered,
    mapped,
    nested,
)
from seawall.emit.terraform.names import Names
from seawall.emit.terraform.shape import Rule, attr, implied, keys

_SCALARS = {
    "vmSize": "vm_size",
    "count": "count_of",
    "enableAutoScaling": "enable_auto_scaling",
    "minCount": "min_count",
    "maxCount": "max_count",
    "maxPods": "max_pods",
    "osSKU": "os_sku",
    "osDiskSizeGB": "os_disk_size_gb",
    "osDiskType": "os_disk_type",
    "vnetSubnetID": "vnet_subnet_id",
    "podSubnetID": "pod_subnet_id",
    "podIPAllocationMode": "pod_ip_allocation_mode",
    "availabilityZones": "availability_zones",
    "enableNodePublicIP": "enable_node_public_ip",
    "enableEncryptionAtHost": "enable_encryption_at_host",
    "enableFIPS": "enable_fips",
    "nodeLabels": "node_labels",
    "nodeTaints": "node_taints",
    "type": "type",
    "orchestratorVersion": "orchestrator_version",
}
_POOL: tuple[Rule, ...] = (
    attr("name", "name"),
    *attrs("", _SCALARS),
    gathered("upgrade_settings", attr("upgradeSettings.maxSurge", "max_surge")),
    gathered("security_profile", attr("securityProfile.sshAccess", "ssh_access")),
    gathered(
        "windows_profile",
        attr("windowsProfile.disableOutboundNat", "disable_outbound_nat"),
    ),
)
_FIRST = (*_POOL, implied("mode", "System"), implied("osType", "Linux"))
_OTHER = (*_POOL, attr("mode", "mode"), attr("osType", "os_type"))


def _pools(part: Part, names: Names) -> Iterable[Line]:
    """Write the first pool for itself, and the others by their names."""
    found = part.take("properties.agentPoolProfiles")
    held = () if isinstance(found, Absent) else bare(found)
    if not isinstance(held, tuple) or not held:
        raise Unsaid(f"{part.where} needs a pool")
    own = Part({"first": held[0], "others": held[1:]}, part.where)
    yield from nested("first", "default_agent_pool", *_FIRST)(own, names)
    yield from mapped("others", "agent_pools", *_OTHER)(own, names)


def _windows(part: Part, names: Names) -> Iterable[Line]:
    given = Part({"password": part.take("properties.windowsProfile.adminPassword")}, "")  # type: ignore[dict-item]
    yield from nested(
        "properties.windowsProfile",
        "windows_profile",
        attr("adminUsername", "admin_username"),
    )(part, names)
    if not isinstance(given.peek("password"), Absent):
        yield from attr("password", "windows_profile_password")(given, names)
        yield Attribute("windows_profile_password_version", "1")


_NETWORK: tuple[Rule, ...] = (
    *attrs(
        "",
        {
            "networkPlugin": "network_plugin",
            "networkPluginMode": "network_plugin_mode",
            "networkDataplane": "network_dataplane",
            "networkPolicy": "network_policy",
            "outboundType": "outbound_type",
            "loadBalancerSku": "load_balancer_sku",
            "podCidr": "pod_cidr",
            "podCidrs": "pod_cidrs",
            "serviceCidr": "service_cidr",
            "serviceCidrs": "service_cidrs",
            "dnsServiceIP": "dns_service_ip",
            "ipFamilies": "ip_families",
        },
    ),
    nested(
        "loadBalancerProfile",
        "load_balancer_profile",
        attr("backendPoolType", "backend_pool_type"),
        attr("allocatedOutboundPorts", "allocated_outbound_ports"),
        attr("idleTimeoutInMinutes", "idle_timeout_in_minutes"),
        gathered("managed_outbound_ips", attr("managedOutboundIPs.count", "count")),
        gathered(
            "outbound_ips",
            every("outboundIPs.publicIPs", "public_ips", attr("id", "id")),
        ),
        gathered(
            "outbound_ip_prefixes",
            every(
                "outboundIPPrefixes.publicIPPrefixes",
                "public_ip_prefixes",
                attr("id", "id"),
            ),
        ),
    ),
    nested(
        "natGatewayProfile",
        "nat_gateway_profile",
        gathered(
            "managed_outbound_ip_profile",
            attr("managedOutboundIPProfile.count", "count"),
        ),
        attr("idleTimeoutInMinutes", "idle_timeout_in_minutes"),
    ),
    nested(
        "advancedNetworking",
        "advanced_networking",
        attr("enabled", "enabled"),
        nested("observability", "observability", attr("enabled", "enabled")),
        nested(
            "security",
            "security",
            attr("enabled", "enabled"),
            attr("advancedNetworkPolicies", "advanced_network_policies"),
            implied("transitEncryption.type", "None"),  # WireGuard it cannot say
        ),
    ),
)
_ACCESS: tuple[Rule, ...] = attrs(
    "",
    {
        "enablePrivateCluster": "enable_private_cluster",
        "enablePrivateClusterPublicFQDN": "enable_private_cluster_public_fqdn",
        "privateDNSZone": "private_dns_zone",
        "disableRunCommand": "disable_run_command",
        "authorizedIPRanges": "authorized_ip_ranges",
        "enableVnetIntegration": "enable_vnet_integration",
        "subnetId": "subnet_id",
    },
)
_ON = (attr("enabled", "enabled"),)
_UPKEEP: tuple[Rule, ...] = (
    nested("sku", "sku", attr("name", "name"), attr("tier", "tier")),
    attr("properties.dnsPrefix", "dns_prefix"),
    attr("properties.fqdnSubdomain", "fqdn_subdomain"),
    attr("properties.kubernetesVersion", "kubernetes_version"),
    attr("properties.nodeResourceGroup", "node_resource_group"),
    nested(
        "properties.nodeResourceGroupProfile",
        "node_resource_group_profile",
        attr("restrictionLevel", "restriction_level"),
    ),
    attr("properties.publicNetworkAccess", "public_network_access"),
    nested("properties.oidcIssuerProfile", "oidc_issuer_profile", *_ON),
    nested(
        "properties.securityProfile",
        "security_profile",
        nested("workloadIdentity", "workload_identity", *_ON),
        nested(
            "imageCleaner",
            "image_cleaner",
            *_ON,
            attr("intervalHours", "interval_hours"),
        ),
    ),
    nested("properties.addonProfiles.azurepolicy", "addon_profile_azure_policy", *_ON),
    nested(
        "properties.azureMonitorProfile",
        "azure_monitor_profile",
        nested("metrics", "metrics", *_ON),
    ),
    nested(
        "properties.autoUpgradeProfile",
        "auto_upgrade_profile",
        attr("upgradeChannel", "upgrade_channel"),
        attr("nodeOSUpgradeChannel", "node_os_upgrade_channel"),
    ),
    nested(
        "properties.bootstrapProfile",
        "bootstrap_profile",
        attr("artifactSource", "artifact_source"),
        attr("containerRegistryId", "container_registry_id"),
    ),
)
_PEOPLE: tuple[Rule, ...] = (
    implied("identity.type", "UserAssigned"),
    gathered(
        "managed_identities",
        keys("identity.userAssignedIdentities", "user_assigned_resource_ids"),
    ),
    attr("properties.disableLocalAccounts", "disable_local_accounts"),
    attr("properties.enableRBAC", "enable_rbac"),
    nested(
        "properties.aadProfile",
        "aad_profile",
        attr("managed", "managed"),
        attr("enableAzureRBAC", "enable_azure_rbac"),
        attr("adminGroupObjectIDs", "admin_group_object_ids"),
        attr("tenantID", "tenant_id"),
    ),
    # Azure finds these two by the identity itself.
    implied("properties.identityProfile.kubeletidentity.clientId"),
    implied("properties.identityProfile.kubeletidentity.objectId"),
    nested(
        "properties.identityProfile",
        "identity_profile",
        nested("kubeletidentity", "kubeletidentity", attr("resourceId", "resource_id")),
    ),
    _windows,
)


CLUSTER = {
    CLUSTERS: Module(
        "Azure/avm-res-containerservice-managedcluster/azurerm",
        "0.8.1",
        (
            *_UPKEEP,
            nested(
                "properties.apiServerAccessProfile",
                "api_server_access_profile",
                *_ACCESS,
            ),
            *_PEOPLE,
            nested("properties.networkProfile", "network_profile", *_NETWORK),
            _pools,
        ),
        group="parent_id",
        reads={
            "name": "name",
            "properties.fqdn": "fqdn",
            "properties.privateFQDN": "private_fqdn",
            "properties.nodeResourceGroup": "node_resource_group_name",
            "properties.oidcIssuerProfile.issuerURL": "oidc_issuer_profile_issuer_url",
            "properties.identityProfile.kubeletidentity.objectId": (
                "kubelet_identity.objectId"
            ),
            "identity.principalId": "identity_principal_id",
        },
    ),
}
