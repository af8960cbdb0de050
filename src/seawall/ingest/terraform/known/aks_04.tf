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
variable "vnet_subnet_id" { default = null }
variable "pod_subnet_id" { default = null }
variable "agents_pool_name" { default = "nodepool" }
variable "agents_size" { default = "Standard_D2s_v3" }
variable "enable_node_public_ip" { default = false }
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

  default_node_pool {
    name                   = var.agents_pool_name
    vm_size                = var.agents_size
    vnet_subnet_id         = var.vnet_subnet_id
    pod_subnet_id          = var.pod_subnet_id
    node_public_ip_enabled = var.enable_node_public_ip
  }

  network_profile {
    network_plugin      = var.network_plugin
    network_plugin_mode = var.network_plugin_mode
    network_policy      = var.network_policy
    network_data_plane  = var.ebpf_data_plane
    outbound_type       = var.net_profile_outbound_type
    pod_cidr            = var.net_profile_pod_cidr
    service_cidr        = var.net_profile_service_cidr
    dns_service_ip      = var.net_profile_dns_service_ip

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
  }
}

resource "azurerm_kubernetes_cluster_node_pool" "pool" {
  for_each               = var.node_pools
  name                   = try(each.value.name, each.key)
  kubernetes_cluster_id  = azurerm_kubernetes_cluster.main.id
  vm_size                = try(each.value.vm_size, null)
  os_type                = try(each.value.os_type, null)
  vnet_subnet_id         = try(each.value.vnet_subnet_id, null)
  pod_subnet_id          = try(each.value.pod_subnet_id, null)
  node_public_ip_enabled = try(each.value.enable_node_public_ip, null)
}

output "aks_id" { value = azurerm_kubernetes_cluster.main.id }
output "aks_name" { value = azurerm_kubernetes_cluster.main.name }
output "location" { value = azurerm_kubernetes_cluster.main.location }
