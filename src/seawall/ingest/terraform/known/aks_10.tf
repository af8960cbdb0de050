variable "prefix" { default = "" }
variable "cluster_name" { default = null }
variable "resource_group_name" { default = null }
variable "location" { default = null }
variable "kubernetes_version" { default = null }
variable "node_resource_group" { default = null }
variable "network_plugin" { default = "kubenet" }
variable "network_plugin_mode" { default = null }
variable "network_policy" { default = null }
variable "ebpf_data_plane" { default = null }
variable "net_profile_outbound_type" { default = "loadBalancer" }
variable "net_profile_pod_cidr" { default = null }
variable "net_profile_service_cidr" { default = null }
variable "net_profile_dns_service_ip" { default = null }
variable "load_balancer_profile_enabled" { default = false }
variable "load_balancer_profile_outbound_ip_address_ids" { default = null }
variable "load_balancer_profile_outbound_ip_prefix_ids" { default = null }
variable "private_cluster_enabled" { default = false }
variable "private_cluster_public_fqdn_enabled" { default = false }
variable "private_dns_zone_id" { default = null }
variable "run_command_enabled" { default = true }
variable "api_server_authorized_ip_ranges" { default = null }
variable "api_server_subnet_id" { default = null }
variable "vnet_subnet" { default = null }
variable "pod_subnet" { default = null }
variable "agents_pool_name" { default = "nodepool" }
variable "agents_size" { default = "Standard_D2s_v3" }
variable "node_public_ip_enabled" { default = false }
variable "api_server_vnet_integration_enabled" { default = false }
variable "network_data_plane" { default = null }
variable "net_profile_pod_cidrs" { default = null }
variable "net_profile_service_cidrs" { default = null }
variable "network_ip_versions" { default = null }
variable "network_profile_advanced_networking" { default = null }
variable "local_account_disabled" { default = null }
variable "role_based_access_control_enabled" { default = false }
variable "rbac_aad" { default = true }
variable "rbac_aad_azure_rbac_enabled" { default = null }
variable "sku_tier" { default = "Free" }
variable "automatic_channel_upgrade" { default = null }
variable "node_os_channel_upgrade" { default = null }
variable "workload_identity_enabled" { default = false }
variable "oidc_issuer_enabled" { default = false }
variable "identity_type" { default = "SystemAssigned" }
variable "client_id" { default = "" }
variable "azure_policy_enabled" { default = false }
variable "open_service_mesh_enabled" { default = null }
variable "cost_analysis_enabled" { default = null }
variable "load_balancer_sku" { default = "standard" }
variable "agents_type" { default = "VirtualMachineScaleSets" }
variable "agents_pool_max_surge" { default = "10%" }
variable "agents_max_pods" { default = null }
variable "agents_count" { default = 2 }
variable "agents_min_count" { default = null }
variable "agents_max_count" { default = null }
variable "auto_scaling_enabled" { default = false }
variable "web_app_routing" { default = null }
variable "service_mesh_profile" { default = null }
variable "http_proxy_config" { default = null }
variable "kms_enabled" { default = false }
variable "kms_key_vault_network_access" { default = "Public" }
variable "log_analytics_workspace_enabled" { default = true }
variable "oms_agent_enabled" { default = true }
variable "key_vault_secrets_provider_enabled" { default = false }
variable "microsoft_defender_enabled" { default = false }
variable "monitor_metrics" { default = null }
variable "ingress_application_gateway_enabled" { default = false }
variable "ingress_application_gateway_id" { default = null }
variable "ingress_application_gateway_name" { default = null }
variable "brown_field_application_gateway_for_ingress" { default = null }
variable "green_field_application_gateway_for_ingress" { default = null }
variable "node_provisioning_profile" { default = null }
variable "bootstrap_profile" { default = null }
variable "node_pools" { default = {} }

resource "azurerm_kubernetes_cluster" "main" {
  name                                = try(coalesce(var.cluster_name, trim("${var.prefix}-aks", "-")), "aks")
  resource_group_name                 = var.resource_group_name
  location                            = var.location
  kubernetes_version                  = var.kubernetes_version
  node_resource_group                 = var.node_resource_group
  private_cluster_enabled             = var.private_cluster_enabled
  private_cluster_public_fqdn_enabled = var.private_cluster_public_fqdn_enabled
  private_dns_zone_id                 = var.private_dns_zone_id
  run_command_enabled                 = var.run_command_enabled
  local_account_disabled              = var.local_account_disabled
  role_based_access_control_enabled   = var.role_based_access_control_enabled
  sku_tier                            = var.sku_tier
  automatic_upgrade_channel           = var.automatic_channel_upgrade
  node_os_upgrade_channel             = var.node_os_channel_upgrade
  workload_identity_enabled           = var.workload_identity_enabled
  oidc_issuer_enabled                 = var.oidc_issuer_enabled
  azure_policy_enabled                = var.azure_policy_enabled
  open_service_mesh_enabled           = var.open_service_mesh_enabled
  cost_analysis_enabled               = var.cost_analysis_enabled

  dynamic "identity" {
    for_each = var.client_id == "" ? [1] : []
    content {
      type = var.identity_type
    }
  }

  dynamic "azure_active_directory_role_based_access_control" {
    for_each = var.role_based_access_control_enabled && var.rbac_aad ? [1] : []
    content {
      azure_rbac_enabled = var.rbac_aad_azure_rbac_enabled
    }
  }

  dynamic "node_provisioning_profile" {
    for_each = var.node_provisioning_profile == null ? [] : [1]
    content {
      mode = try(var.node_provisioning_profile.mode, null)
    }
  }

  dynamic "bootstrap_profile" {
    for_each = var.bootstrap_profile == null ? [] : [1]
    content {
      artifact_source       = try(var.bootstrap_profile.artifact_source, null)
      container_registry_id = try(var.bootstrap_profile.container_registry_id, null)
    }
  }

  dynamic "web_app_routing" {
    for_each = var.web_app_routing == null ? [] : [1]
    content {
      default_nginx_controller = try(var.web_app_routing.default_nginx_controller, null)
    }
  }

  dynamic "service_mesh_profile" {
    for_each = var.service_mesh_profile == null ? [] : [1]
    content {
      mode = var.service_mesh_profile.mode

      external_ingress_gateway_enabled = try(var.service_mesh_profile.external_ingress_gateway_enabled, null)
      internal_ingress_gateway_enabled = try(var.service_mesh_profile.internal_ingress_gateway_enabled, null)
    }
  }

  dynamic "http_proxy_config" {
    for_each = var.http_proxy_config == null ? [] : [1]
    content {
      http_proxy  = try(var.http_proxy_config.http_proxy, null)
      https_proxy = try(var.http_proxy_config.https_proxy, null)
      no_proxy    = try(var.http_proxy_config.no_proxy, null)
    }
  }

  dynamic "key_management_service" {
    for_each = var.kms_enabled ? [1] : []
    content {
      key_vault_network_access = var.kms_key_vault_network_access
    }
  }

  dynamic "oms_agent" {
    for_each = var.log_analytics_workspace_enabled && var.oms_agent_enabled ? [1] : []
    content {}
  }

  dynamic "key_vault_secrets_provider" {
    for_each = var.key_vault_secrets_provider_enabled ? [1] : []
    content {}
  }

  dynamic "microsoft_defender" {
    for_each = var.microsoft_defender_enabled ? [1] : []
    content {}
  }

  dynamic "monitor_metrics" {
    for_each = var.monitor_metrics == null ? [] : [1]
    content {}
  }

  dynamic "ingress_application_gateway" {
    for_each = var.ingress_application_gateway_enabled || var.brown_field_application_gateway_for_ingress != null || var.green_field_application_gateway_for_ingress != null ? [1] : []
    content {
      gateway_id   = try(coalesce(var.ingress_application_gateway_id, var.brown_field_application_gateway_for_ingress.id), var.ingress_application_gateway_id, null)
      gateway_name = try(coalesce(var.ingress_application_gateway_name, var.green_field_application_gateway_for_ingress.name), var.ingress_application_gateway_name, null)
    }
  }

  default_node_pool {
    name                 = var.agents_pool_name
    vm_size              = var.agents_size
    auto_scaling_enabled = var.auto_scaling_enabled
    type                 = var.agents_type
    max_pods             = var.agents_max_pods
    node_count           = var.agents_count
    min_count            = var.agents_min_count
    max_count            = var.agents_max_count

    upgrade_settings {
      max_surge = var.agents_pool_max_surge
    }
    vnet_subnet_id         = try(var.vnet_subnet.id, null)
    pod_subnet_id          = try(var.pod_subnet.id, null)
    node_public_ip_enabled = var.node_public_ip_enabled
  }

  network_profile {
    network_plugin      = var.network_plugin
    load_balancer_sku   = var.load_balancer_sku
    network_plugin_mode = var.network_plugin_mode
    network_policy      = var.network_policy
    network_data_plane  = var.network_data_plane == null ? var.ebpf_data_plane : var.network_data_plane
    outbound_type       = var.net_profile_outbound_type
    pod_cidr            = var.net_profile_pod_cidr
    service_cidr        = var.net_profile_service_cidr
    dns_service_ip      = var.net_profile_dns_service_ip
    pod_cidrs           = try(coalesce(var.net_profile_pod_cidrs), [coalesce(var.net_profile_pod_cidr)], null)
    service_cidrs       = try(coalesce(var.net_profile_service_cidrs), [coalesce(var.net_profile_service_cidr)], null)
    ip_versions         = var.network_ip_versions

    dynamic "advanced_networking" {
      for_each = var.network_profile_advanced_networking == null ? [] : [var.network_profile_advanced_networking]
      content {
        security_enabled = try(advanced_networking.value.security_enabled, null)
      }
    }

    dynamic "load_balancer_profile" {
      for_each = var.load_balancer_profile_enabled ? [1] : []
      content {
        outbound_ip_address_ids = var.load_balancer_profile_outbound_ip_address_ids
        outbound_ip_prefix_ids  = var.load_balancer_profile_outbound_ip_prefix_ids
      }
    }
  }

  api_server_access_profile {
    authorized_ip_ranges = var.api_server_authorized_ip_ranges
    subnet_id            = var.api_server_subnet_id

    virtual_network_integration_enabled = var.api_server_vnet_integration_enabled
  }
}

resource "azurerm_kubernetes_cluster_node_pool" "pool" {
  for_each               = var.node_pools
  name                   = try(each.value.name, each.key)
  kubernetes_cluster_id  = azurerm_kubernetes_cluster.main.id
  vm_size                = try(each.value.vm_size, null)
  mode                   = try(each.value.mode, null)
  max_pods               = try(each.value.max_pods, null)
  node_count             = try(each.value.node_count, null)
  os_type                = try(each.value.os_type, null)
  vnet_subnet_id         = try(each.value.vnet_subnet.id, null)
  pod_subnet_id          = try(each.value.pod_subnet.id, null)
  node_public_ip_enabled = try(each.value.node_public_ip_enabled, null)
}

output "aks_id" { value = azurerm_kubernetes_cluster.main.id }
output "aks_name" { value = azurerm_kubernetes_cluster.main.name }
output "location" { value = azurerm_kubernetes_cluster.main.location }
