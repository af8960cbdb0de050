"""AKS clusters and node pools, in the words of provider releases 3 to 5."""

from seawall.ingest.resource import MISSING, Field
from seawall.ingest.terraform.instance import Block
from seawall.ingest.terraform.links import Links
from seawall.ingest.terraform.shape import (
    Kind,
    Parent,
    Shape,
    build,
    each,
    either,
    first_of,
    given_or,
    inverted,
    link,
    linked,
    links_of,
    one,
    present,
    words,
)

_CLUSTER = "azurerm_kubernetes_cluster"
_SUBNET = "azurerm_subnet"
_PROVIDER = "the provider's default"


def _allocation(block: Block, _links: Links) -> Field:
    """Return how pods get addresses of a subnet; the provider leaves it to AKS.

    Source: AKS docs, configure-azure-cni-dynamic-ip-allocation.
    """
    subnet = block.field("pod_subnet_id")
    if subnet.left_to_service or subnet.value == "":
        return Field(MISSING, block.origin)
    return Field("DynamicIndividual", subnet.origin, _PROVIDER)


_POOL: Shape = {
    "name": "name",
    "podIPAllocationMode": _allocation,
    "vnetSubnetID": link("vnet_subnet_id", _SUBNET),
    "podSubnetID": link("pod_subnet_id", _SUBNET),
    "osType": "os_type",
    "osSKU": "os_sku",
    "vmSize": "vm_size",
    "gpuProfile": {"driver": "gpu_driver"},
    "mode": "mode",
    "type": "type",
    "count": "node_count",
    "enableAutoScaling": either("auto_scaling_enabled", "enable_auto_scaling"),
    "minCount": "min_count",
    "maxCount": "max_count",
    "maxPods": "max_pods",
    "nodePublicIPPrefixID": "node_public_ip_prefix_id",
    "upgradeSettings": one("upgrade_settings", {"maxSurge": "max_surge"}),
    "networkProfile": one(
        "node_network_profile",
        {
            "allowedHostPorts": each(
                "allowed_host_ports",
                {
                    "portStart": "port_start",
                    "portEnd": "port_end",
                    "protocol": "protocol",
                },
            ),
            "applicationSecurityGroups": links_of(
                "application_security_group_ids", "azurerm_application_security_group"
            ),
        },
    ),
    "enableNodePublicIP": either("node_public_ip_enabled", "enable_node_public_ip"),
    "windowsProfile": one(
        "windows_profile", {"disableOutboundNat": inverted("outbound_nat_enabled")}
    ),
}

_FIRST_POOL: Shape = {
    **_POOL,
    "mode": given_or(either("mode"), value="System", why=_PROVIDER),
}
_OWN_POOL: Shape = {
    **_POOL,
    "mode": given_or(either("mode"), value="User", why=_PROVIDER),
    "type": given_or(either("type"), value="VirtualMachineScaleSets", why=_PROVIDER),
}

_NETWORK: Shape = {
    "networkPlugin": "network_plugin",
    "networkPluginMode": "network_plugin_mode",
    "networkPolicy": "network_policy",
    "networkDataplane": either("network_data_plane", "ebpf_data_plane"),
    "outboundType": "outbound_type",
    "podCidr": "pod_cidr",
    "podCidrs": "pod_cidrs",
    "serviceCidr": "service_cidr",
    "serviceCidrs": "service_cidrs",
    "dnsServiceIP": "dns_service_ip",
    "ipFamilies": "ip_versions",
    "networkMode": "network_mode",
    "loadBalancerSku": "load_balancer_sku",
    "loadBalancerProfile": one(
        "load_balancer_profile",
        {
            "backendPoolType": "backend_pool_type",
            "allocatedOutboundPorts": "outbound_ports_allocated",
            "managedOutboundIPs": {"count": "managed_outbound_ip_count"},
            "effectiveOutboundIPs": "effective_outbound_ips",
            "outboundIPs": {
                "publicIPs": links_of("outbound_ip_address_ids", "azurerm_public_ip")
            },
            "outboundIPPrefixes": {
                "publicIPPrefixes": links_of(
                    "outbound_ip_prefix_ids", "azurerm_public_ip_prefix"
                )
            },
        },
    ),
    "natGatewayProfile": one(
        "nat_gateway_profile", {"effectiveOutboundIPs": "effective_outbound_ips"}
    ),
    "advancedNetworking": one(
        "advanced_networking",
        {
            "enabled": given_or(
                either("enabled"), value=True, why="the block turns it on"
            ),
            "security": {"enabled": "security_enabled"},
            "observability": {"enabled": "observability_enabled"},
        },
    ),
}


def _access(block: Block, links: Links) -> Field:
    """Bring together what the provider spreads over the cluster and a block."""
    inner = one(
        "api_server_access_profile",
        {
            "ranges": "authorized_ip_ranges",
            "integration": either(
                "virtual_network_integration_enabled", "vnet_integration_enabled"
            ),
            "subnetId": link("subnet_id", _SUBNET),
        },
    )(block, links)
    ranges = inner.get("ranges")
    if ranges.left_to_service:
        ranges = block.field("api_server_authorized_ip_ranges")
    values: dict[str, object] = {
        "enablePrivateCluster": block.field("private_cluster_enabled"),
        "enablePrivateClusterPublicFQDN": given_or(
            either("private_cluster_public_fqdn_enabled"), value=False, why=_PROVIDER
        )(block, links),
        "disableRunCommand": inverted("run_command_enabled")(block, links),
        "privateDNSZone": linked(
            block, links, "private_dns_zone_id", ("azurerm_private_dns_zone",)
        ),
        "authorizedIPRanges": ranges,
        "enableVnetIntegration": inner.get("integration"),
        "subnetId": inner.get("subnetId"),
    }
    return Field(values, inner.origin if inner.is_given else block.origin)


def _pools(block: Block, links: Links) -> Field:
    """Take the default pool as the first; release 1 called it otherwise."""
    older = each("agent_pool_profile", _POOL)
    found = each("default_node_pool", _FIRST_POOL)(block, links)
    return older(block, links) if found.value == [] else found


def _ingress_gateway(block: Block, links: Links) -> Field:
    found = block.blocks("ingress_application_gateway")
    if not found:
        return Field(MISSING, block.origin)
    inner = found[0]
    gateway = first_of(
        lambda one_block, one_links: linked(
            one_block, one_links, "gateway_id", ("azurerm_application_gateway",)
        ),
        either("effective_gateway_id"),
    )(inner, links)
    name = build({"applicationGatewayName": "gateway_name"}, inner, links)
    addon: dict[str, object] = {
        "enabled": Field(True, inner.origin),  # noqa: FBT003
        "config": Field(
            {
                "applicationGatewayId": gateway,
                "applicationGatewayName": name.get("applicationGatewayName"),
            },
            inner.origin,
        ),
    }
    return Field(addon, inner.origin)


_ADDONS: Shape = {
    "ingressApplicationGateway": _ingress_gateway,
    "omsagent": {"enabled": present("oms_agent")},
    "azurepolicy": {"enabled": "azure_policy_enabled"},
    "azureKeyvaultSecretsProvider": {"enabled": present("key_vault_secrets_provider")},
    "openServiceMesh": {"enabled": "open_service_mesh_enabled"},
    "aciConnectorLinux": {"enabled": present("aci_connector_linux")},
}


def _app_routing(block: Block, links: Links) -> Field:
    inner = one("web_app_routing", {"type": "default_nginx_controller"})(block, links)
    values: dict[str, object] = {
        "enabled": present("web_app_routing")(block, links),
        "nginx": Field(
            {"defaultIngressControllerType": inner.get("type")}, inner.origin
        ),
    }
    return Field(values, inner.origin)


def _kms(block: Block, links: Links) -> Field:
    shape: Shape = {"access": "key_vault_network_access"}
    inner = one("key_management_service", shape)(block, links)
    values: dict[str, object] = {
        "enabled": present("key_management_service")(block, links),
        "keyVaultNetworkAccess": inner.get("access"),
    }
    return Field(values, inner.origin)


def _azure_rbac(block: Block, links: Links) -> Field:
    shape: Shape = {"on": "azure_rbac_enabled"}
    block_name = "azure_active_directory_role_based_access_control"
    return one(block_name, shape)(block, links).get("on")


def _identity(block: Block, links: Links) -> Field:
    """A cluster has an identity block or a service principal, never both."""
    return one("identity", {"type": "type"})(block, links)


_KEEPING: Shape = {
    "sku": {"tier": "sku_tier"},
    "identity": _identity,
    "servicePrincipalProfile": one("service_principal", {"clientId": "client_id"}),
    "disableLocalAccounts": "local_account_disabled",
    "enableRBAC": "role_based_access_control_enabled",
    "oidcIssuerProfile": {"enabled": "oidc_issuer_enabled"},
    "autoUpgradeProfile": {
        "upgradeChannel": either(
            "automatic_upgrade_channel", "automatic_channel_upgrade"
        ),
        "nodeOSUpgradeChannel": either(
            "node_os_upgrade_channel", "node_os_channel_upgrade"
        ),
    },
    "nodeProvisioningProfile": one("node_provisioning_profile", {"mode": "mode"}),
    "fqdnSubdomain": "dns_prefix_private_cluster",
    "aadProfile": {
        "managed": present("azure_active_directory_role_based_access_control"),
        "enableAzureRBAC": _azure_rbac,
    },
}
"""How a cluster is kept: who may use it, and how it is upgraded."""


_UPKEEP: Shape = {
    "addonProfiles": _ADDONS,
    "azureMonitorProfile": {"metrics": {"enabled": present("monitor_metrics")}},
    "bootstrapProfile": one(
        "bootstrap_profile",
        {
            "artifactSource": "artifact_source",
            "containerRegistryId": link(
                "container_registry_id", "azurerm_container_registry"
            ),
        },
    ),
    "httpProxyConfig": one(
        "http_proxy_config",
        {
            "httpProxy": "http_proxy",
            "httpsProxy": "https_proxy",
            "noProxy": "no_proxy",
        },
    ),
    "ingressProfile": {"webAppRouting": _app_routing},
    "metricsProfile": {"costAnalysis": {"enabled": "cost_analysis_enabled"}},
    "securityProfile": {
        "azureKeyVaultKms": _kms,
        "defender": {"securityMonitoring": {"enabled": present("microsoft_defender")}},
        "workloadIdentity": {"enabled": "workload_identity_enabled"},
    },
    "serviceMeshProfile": one("service_mesh_profile", {"mode": "mode"}),
}

CLUSTER = {
    _CLUSTER: Kind(
        "microsoft.containerservice/managedclusters",
        {
            "kubernetesVersion": "kubernetes_version",
            "currentKubernetesVersion": "current_kubernetes_version",
            "nodeResourceGroup": "node_resource_group",
            "fqdn": "fqdn",
            "privateFQDN": "private_fqdn",
            "dnsPrefix": "dns_prefix",
            "networkProfile": one("network_profile", _NETWORK),
            "apiServerAccessProfile": _access,
            "agentPoolProfiles": _pools,
            "publicNetworkAccess": words(
                "Enabled", "Disabled", "public_network_access_enabled"
            ),
            **_UPKEEP,
            **_KEEPING,
        },
    ),
    "azurerm_kubernetes_cluster_extension": Kind(
        "microsoft.kubernetesconfiguration/extensions",
        {"clusterId": link("cluster_id", _CLUSTER)},
    ),
    "azurerm_kubernetes_flux_configuration": Kind(
        "microsoft.kubernetesconfiguration/fluxconfigurations",
        {"clusterId": link("cluster_id", _CLUSTER)},
    ),
    "azurerm_kubernetes_cluster_trusted_access_role_binding": Kind(
        "microsoft.containerservice/managedclusters/trustedaccessrolebindings",
        {
            "sourceResourceId": "source_resource_id",
            "roles": "roles",
        },
        Parent((_CLUSTER,), id="kubernetes_cluster_id"),
    ),
    "azurerm_kubernetes_cluster_node_pool": Kind(
        "microsoft.containerservice/managedclusters/agentpools",
        _OWN_POOL,
        Parent((_CLUSTER,), id="kubernetes_cluster_id"),
    ),
}
