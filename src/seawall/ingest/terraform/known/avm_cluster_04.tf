variable "name" {}
variable "parent_id" { default = null }
variable "location" { default = null }
variable "kubernetes_version" { default = null }
variable "node_resource_group" { default = null }
variable "sku" { default = null }
variable "network_profile" { default = null }
variable "api_server_access_profile" { default = null }
variable "public_network_access" { default = null }
variable "default_agent_pool" { default = {} }
variable "agent_pools" { default = {} }
variable "disable_local_accounts" { default = false }
variable "enable_rbac" { default = null }
variable "aad_profile" { default = null }
variable "auto_upgrade_profile" { default = null }
variable "oidc_issuer_profile" { default = null }
variable "security_profile" { default = null }
variable "ingress_profile" { default = null }
variable "service_mesh_profile" { default = null }
variable "node_provisioning_profile" { default = null }
variable "node_resource_group_profile" { default = null }
variable "bootstrap_profile" { default = null }
variable "http_proxy_config" { default = null }
variable "azure_monitor_profile" { default = null }
variable "metrics_profile" { default = null }
variable "managed_identities" { default = {} }
variable "service_principal_profile" { default = null }
variable "addon_profile_oms_agent" { default = null }
variable "addon_profile_azure_policy" { default = null }
variable "addon_profile_ingress_application_gateway" { default = null }
variable "addon_profile_key_vault_secrets_provider" { default = null }
variable "fqdn_subdomain" { default = null }
variable "hosted_system_profile" { default = null }
variable "namespace" { default = {} }

locals {
  system    = try(coalesce(var.managed_identities.system_assigned), false)
  user      = length(try(coalesce(var.managed_identities.user_assigned_resource_ids), [])) > 0
  automatic = try(var.sku.name == "Automatic", false)
  # An Automatic cluster takes three settings of its network, and none unless it leaves by another way.
  network = local.automatic && try(var.network_profile.outbound_type == "loadBalancer", true) ? null : var.network_profile
  free    = local.automatic ? null : local.network
}

resource "azapi_resource" "this" {
  type      = "Microsoft.ContainerService/managedClusters@2026-03-01"
  name      = var.name
  parent_id = var.parent_id
  location  = var.location

  dynamic "identity" {
    for_each = local.user || local.system ? [1] : []
    content {
      type = local.user ? (local.system ? "SystemAssigned, UserAssigned" : "UserAssigned") : "SystemAssigned"
    }
  }

  body = {
    sku = var.sku
    properties = {
      kubernetesVersion   = var.kubernetes_version
      nodeResourceGroup   = var.node_resource_group
      publicNetworkAccess = var.public_network_access
      fqdnSubdomain       = var.fqdn_subdomain

      disableLocalAccounts = var.disable_local_accounts
      enableRBAC           = var.enable_rbac
      aadProfile = {
        managed         = try(var.aad_profile.managed, null)
        enableAzureRBAC = try(var.aad_profile.enable_azure_rbac, null)
      }
      autoUpgradeProfile = var.auto_upgrade_profile == null ? null : {
        upgradeChannel       = try(coalesce(var.auto_upgrade_profile.upgrade_channel), "none")
        nodeOSUpgradeChannel = try(coalesce(var.auto_upgrade_profile.node_os_upgrade_channel), "NodeImage")
      }
      oidcIssuerProfile        = { enabled = try(var.oidc_issuer_profile.enabled, null) }
      nodeProvisioningProfile  = { mode = try(var.node_provisioning_profile.mode, null) }
      nodeResourceGroupProfile = { restrictionLevel = try(var.node_resource_group_profile.restriction_level, null) }
      serviceMeshProfile       = { mode = try(var.service_mesh_profile.mode, null) }
      servicePrincipalProfile  = { clientId = try(var.service_principal_profile.client_id, null) }
      bootstrapProfile = {
        artifactSource      = try(var.bootstrap_profile.artifact_source, null)
        containerRegistryId = try(var.bootstrap_profile.container_registry_id, null)
      }
      httpProxyConfig = {
        httpProxy  = try(var.http_proxy_config.http_proxy, null)
        httpsProxy = try(var.http_proxy_config.https_proxy, null)
        noProxy    = try(var.http_proxy_config.no_proxy, null)
      }
      ingressProfile = {
        webAppRouting = {
          enabled = try(var.ingress_profile.web_app_routing.enabled, null)
          nginx = {
            defaultIngressControllerType = try(var.ingress_profile.web_app_routing.nginx.default_ingress_controller_type, null)
          }
        }
      }
      securityProfile = {
        workloadIdentity = { enabled = try(var.security_profile.workload_identity.enabled, null) }
        defender         = { securityMonitoring = { enabled = try(var.security_profile.defender.security_monitoring.enabled, null) } }
        azureKeyVaultKms = {
          enabled               = try(var.security_profile.azure_key_vault_kms.enabled, null)
          keyVaultNetworkAccess = try(var.security_profile.azure_key_vault_kms.key_vault_network_access, null)
        }
      }
      azureMonitorProfile = { metrics = { enabled = try(var.azure_monitor_profile.metrics.enabled, null) } }
      metricsProfile      = { costAnalysis = { enabled = try(var.metrics_profile.cost_analysis.enabled, null) } }
      addonProfiles = {
        omsagent    = { enabled = try(var.addon_profile_oms_agent.enabled, null) }
        azurepolicy = { enabled = local.automatic ? null : try(var.addon_profile_azure_policy.enabled, null) }

        azureKeyvaultSecretsProvider = { enabled = local.automatic || var.addon_profile_key_vault_secrets_provider == null ? null : true }
        ingressApplicationGateway = {
          enabled = try(var.addon_profile_ingress_application_gateway.enabled, null)
          config = {
            applicationGatewayId   = try(var.addon_profile_ingress_application_gateway.config.application_gateway_id, null)
            applicationGatewayName = try(var.addon_profile_ingress_application_gateway.config.application_gateway_name, null)
          }
        }
      }
      hostedSystemProfile = var.hosted_system_profile == null ? null : {
        nodeSubnetID       = try(var.hosted_system_profile.node_subnet_id, null)
        systemNodeSubnetID = try(var.hosted_system_profile.system_node_subnet_id, null)
      }
      networkProfile = local.network == null ? null : {
        loadBalancerSku   = try(local.free.load_balancer_sku, null)
        networkPlugin     = try(local.free.network_plugin, null)
        networkPluginMode = try(local.free.network_plugin_mode, null)
        networkPolicy     = try(local.free.network_policy, null)
        networkDataplane  = try(local.free.network_dataplane, null)
        outboundType      = try(local.network.outbound_type, null)
        podCidr           = try(local.network.pod_cidr, null)
        podCidrs          = try(local.free.pod_cidrs, null)
        serviceCidr       = try(local.network.service_cidr, null)
        serviceCidrs      = try(local.free.service_cidrs, null)
        dnsServiceIP      = try(local.network.dns_service_ip, null)
        ipFamilies        = try(local.free.ip_families, null)
        advancedNetworking = try(local.free.advanced_networking, null) == null ? null : {
          enabled = try(local.free.advanced_networking.enabled, null)

          observability = { enabled = try(local.free.advanced_networking.observability.enabled, null) }
          security = {
            enabled                 = try(local.free.advanced_networking.security.enabled, null)
            advancedNetworkPolicies = try(local.free.advanced_networking.security.advanced_network_policies, null)
          }
        }
        natGatewayProfile = try(local.free.nat_gateway_profile, null) == null ? null : {
          managedOutboundIPProfile = { count = try(local.free.nat_gateway_profile.managed_outbound_ip_profile.count, null) }
          idleTimeoutInMinutes     = try(local.free.nat_gateway_profile.idle_timeout_in_minutes, null)
        }
        loadBalancerProfile = try(local.free.load_balancer_profile, null) == null ? null : {
          backendPoolType    = try(local.free.load_balancer_profile.backend_pool_type, null)
          managedOutboundIPs = { count = try(local.free.load_balancer_profile.managed_outbound_ips.count, null) }
          outboundIPs        = { publicIPs = try(local.free.load_balancer_profile.outbound_ips.public_ips, null) }
          outboundIPPrefixes = { publicIPPrefixes = try(local.free.load_balancer_profile.outbound_ip_prefixes.public_ip_prefixes, null) }
        }
      }
      apiServerAccessProfile = var.api_server_access_profile == null ? null : {
        authorizedIPRanges             = try(var.api_server_access_profile.authorized_ip_ranges, null)
        disableRunCommand              = try(var.api_server_access_profile.disable_run_command, null)
        enablePrivateCluster           = try(var.api_server_access_profile.enable_private_cluster, null)
        enablePrivateClusterPublicFQDN = try(var.api_server_access_profile.enable_private_cluster_public_fqdn, null)
        enableVnetIntegration          = try(var.api_server_access_profile.enable_vnet_integration, null)
        privateDNSZone                 = try(var.api_server_access_profile.private_dns_zone, null)
        subnetId                       = try(var.api_server_access_profile.subnet_id, null)
      }
      agentPoolProfiles = [
        {
          name                = try(coalesce(var.default_agent_pool.name), "systempool")
          mode                = "System"
          osType              = try(var.default_agent_pool.os_type, null)
          osSKU               = try(var.default_agent_pool.os_sku, null)
          vmSize              = try(var.default_agent_pool.vm_size, null)
          vnetSubnetID        = try(var.default_agent_pool.vnet_subnet_id, null)
          podSubnetID         = try(var.default_agent_pool.pod_subnet_id, null)
          maxPods             = try(var.default_agent_pool.max_pods, null)
          upgradeSettings     = { maxSurge = try(var.default_agent_pool.upgrade_settings.max_surge, null) }
          count               = try(coalesce(var.default_agent_pool.count_of), 3)
          enableAutoScaling   = try(var.default_agent_pool.enable_auto_scaling, null)
          minCount            = try(var.default_agent_pool.min_count, null)
          maxCount            = try(var.default_agent_pool.max_count, null)
          enableNodePublicIP  = try(var.default_agent_pool.enable_node_public_ip, null)
          podIPAllocationMode = try(var.default_agent_pool.pod_ip_allocation_mode, null)
          type                = try(var.default_agent_pool.type, null)
          availabilityZones   = try(var.default_agent_pool.availability_zones, null)
          nodeTaints          = try(var.default_agent_pool.node_taints, null)
          securityProfile     = { sshAccess = try(var.default_agent_pool.security_profile.ssh_access, null) }

          nodePublicIPPrefixID = try(var.default_agent_pool.node_public_ip_prefix_id, null)
          networkProfile = {
            allowedHostPorts = try([for it in var.default_agent_pool.network_profile.allowed_host_ports : {
              portStart = try(it.port_start, null)
              portEnd   = try(it.port_end, null)
              protocol  = try(it.protocol, null)
            }], null)
          }
        }
      ]
    }
  }
}

resource "azapi_resource" "pool" {
  for_each  = local.automatic ? {} : var.agent_pools
  type      = "Microsoft.ContainerService/managedClusters/agentPools@2026-03-01"
  name      = try(each.value.name, each.key)
  parent_id = azapi_resource.this.id
  body = {
    properties = {
      osType              = try(each.value.os_type, null)
      osSKU               = try(each.value.os_sku, null)
      vmSize              = try(each.value.vm_size, null)
      vnetSubnetID        = try(each.value.vnet_subnet_id, null)
      podSubnetID         = try(each.value.pod_subnet_id, null)
      mode                = try(each.value.mode, null)
      maxPods             = try(each.value.max_pods, null)
      upgradeSettings     = { maxSurge = try(each.value.upgrade_settings.max_surge, null) }
      count               = try(each.value.count_of, null)
      enableAutoScaling   = try(each.value.enable_auto_scaling, null)
      minCount            = try(each.value.min_count, null)
      maxCount            = try(each.value.max_count, null)
      enableNodePublicIP  = try(each.value.enable_node_public_ip, null)
      podIPAllocationMode = try(each.value.pod_ip_allocation_mode, null)
      type                = try(each.value.type, null)
      availabilityZones   = try(each.value.availability_zones, null)
      nodeTaints          = try(each.value.node_taints, null)
      securityProfile     = { sshAccess = try(each.value.security_profile.ssh_access, null) }

      nodePublicIPPrefixID = try(each.value.node_public_ip_prefix_id, null)
      networkProfile = {
        allowedHostPorts = try([for it in each.value.network_profile.allowed_host_ports : {
          portStart = try(it.port_start, null)
          portEnd   = try(it.port_end, null)
          protocol  = try(it.protocol, null)
        }], null)
      }
    }
  }
}

resource "azapi_resource" "namespace" {
  for_each  = var.namespace
  type      = "Microsoft.ContainerService/managedClusters/managedNamespaces@2026-03-01"
  name      = each.value.name
  parent_id = azapi_resource.this.id
  body = {
    properties = {
      defaultNetworkPolicy = {
        ingress = try(each.value.default_network_policy.ingress, null)
        egress  = try(each.value.default_network_policy.egress, null)
      }
      labels = try(each.value.labels, null)
    }
  }
}

output "resource_id" { value = azapi_resource.this.id }
output "name" { value = azapi_resource.this.name }
