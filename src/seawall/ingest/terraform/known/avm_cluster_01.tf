variable "name" {}
variable "resource_group_name" { default = null }
variable "location" { default = null }
variable "kubernetes_version" { default = null }
variable "node_resource_group_name" { default = null }
variable "private_cluster_enabled" { default = false }
variable "private_cluster_public_fqdn_enabled" { default = false }
variable "private_dns_zone_id" { default = null }
variable "run_command_enabled" { default = false }
variable "local_account_disabled" { default = true }
variable "role_based_access_control_enabled" { default = true }
variable "azure_active_directory_role_based_access_control" { default = null }
variable "sku_tier" { default = "Standard" }
variable "automatic_upgrade_channel" { default = null }
variable "node_os_channel_upgrade" { default = "NodeImage" }
variable "workload_identity_enabled" { default = false }
variable "oidc_issuer_enabled" { default = false }
variable "azure_policy_enabled" { default = true }
variable "managed_identities" { default = {} }
variable "default_node_pool" { default = null }
variable "node_pools" { default = {} }
variable "network_profile" {
  default = {
    network_plugin      = "azure"
    network_policy      = "azure"
    network_plugin_mode = "overlay"
  }
}
variable "api_server_access_profile" { default = null }

locals {
  system = try(coalesce(var.managed_identities.system_assigned), false)
  user   = length(try(coalesce(var.managed_identities.user_assigned_resource_ids), [])) > 0
}

resource "azurerm_kubernetes_cluster" "this" {
  name                                = var.name
  resource_group_name                 = var.resource_group_name
  location                            = var.location
  kubernetes_version                  = var.kubernetes_version
  node_resource_group                 = var.node_resource_group_name
  private_cluster_enabled             = var.private_cluster_enabled
  private_cluster_public_fqdn_enabled = var.private_cluster_public_fqdn_enabled
  private_dns_zone_id                 = var.private_dns_zone_id
  run_command_enabled                 = var.run_command_enabled
  local_account_disabled              = var.local_account_disabled
  role_based_access_control_enabled   = var.role_based_access_control_enabled
  sku_tier                            = var.sku_tier
  automatic_upgrade_channel           = var.automatic_upgrade_channel
  node_os_upgrade_channel             = var.node_os_channel_upgrade
  workload_identity_enabled           = var.workload_identity_enabled
  oidc_issuer_enabled                 = var.oidc_issuer_enabled
  azure_policy_enabled                = var.azure_policy_enabled

  identity {
    type = local.user ? (local.system ? "SystemAssigned, UserAssigned" : "UserAssigned") : "SystemAssigned"
  }

  dynamic "azure_active_directory_role_based_access_control" {
    for_each = var.azure_active_directory_role_based_access_control == null ? [] : [1]
    content {
      azure_rbac_enabled = try(var.azure_active_directory_role_based_access_control.azure_rbac_enabled, null)
    }
  }

  default_node_pool {
    name                 = try(var.default_node_pool.name, null)
    vm_size              = try(var.default_node_pool.vm_size, null)
    vnet_subnet_id       = try(var.default_node_pool.vnet_subnet_id, null)
    pod_subnet_id        = try(var.default_node_pool.pod_subnet_id, null)
    type                 = try(coalesce(var.default_node_pool.type), "VirtualMachineScaleSets")
    auto_scaling_enabled = try(coalesce(var.default_node_pool.auto_scaling_enabled), false)
    max_pods             = try(var.default_node_pool.max_pods, null)
    node_count           = try(var.default_node_pool.node_count, null)
    min_count            = try(var.default_node_pool.min_count, null)
    max_count            = try(var.default_node_pool.max_count, null)

    upgrade_settings {
      max_surge = try(var.default_node_pool.upgrade_settings.max_surge, null)
    }
    node_public_ip_enabled = try(var.default_node_pool.node_public_ip_enabled, null)
  }

  network_profile {
    network_plugin      = try(var.network_profile.network_plugin, null)
    network_plugin_mode = try(var.network_profile.network_plugin_mode, null)
    network_policy      = try(var.network_profile.network_policy, null)
    network_data_plane  = try(var.network_profile.network_data_plane, null)
    outbound_type       = try(coalesce(var.network_profile.outbound_type), "loadBalancer")
    pod_cidr            = try(var.network_profile.pod_cidr, null)
    pod_cidrs           = try(var.network_profile.pod_cidrs, null)
    service_cidr        = try(var.network_profile.service_cidr, null)
    service_cidrs       = try(var.network_profile.service_cidrs, null)
    dns_service_ip      = try(var.network_profile.dns_service_ip, null)
    ip_versions         = try(var.network_profile.ip_versions, null)

    dynamic "load_balancer_profile" {
      for_each = try(var.network_profile.load_balancer_profile, null) == null ? [] : [1]
      content {
        outbound_ip_address_ids = try(var.network_profile.load_balancer_profile.outbound_ip_address_ids, null)
        outbound_ip_prefix_ids  = try(var.network_profile.load_balancer_profile.outbound_ip_prefix_ids, null)
      }
    }
  }

  api_server_access_profile {
    authorized_ip_ranges = try(var.api_server_access_profile.authorized_ip_ranges, null)
    subnet_id            = try(var.api_server_access_profile.subnet_id, null)

    virtual_network_integration_enabled = try(var.api_server_access_profile.virtual_network_integration_enabled, null)
  }
}

resource "azurerm_kubernetes_cluster_node_pool" "this" {
  for_each              = var.node_pools
  name                  = try(each.value.name, each.key)
  kubernetes_cluster_id = azurerm_kubernetes_cluster.this.id
  vm_size               = try(each.value.vm_size, null)
  os_type               = try(each.value.os_type, null)
  vnet_subnet_id        = try(each.value.vnet_subnet_id, null)
  pod_subnet_id         = try(each.value.pod_subnet_id, null)
  auto_scaling_enabled  = try(coalesce(each.value.auto_scaling_enabled), false)
  max_pods              = try(each.value.max_pods, null)
  node_count            = try(each.value.node_count, null)
  min_count             = try(each.value.min_count, null)
  max_count             = try(each.value.max_count, null)

  upgrade_settings {
    max_surge = try(each.value.upgrade_settings.max_surge, null)
  }
  node_public_ip_enabled = try(each.value.node_public_ip_enabled, null)
}

output "resource_id" { value = azurerm_kubernetes_cluster.this.id }
output "name" { value = azurerm_kubernetes_cluster.this.name }
