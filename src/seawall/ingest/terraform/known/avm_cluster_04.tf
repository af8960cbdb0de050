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
variable "hosted_system_profile" { default = null }

locals {
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
  body = {
    sku = var.sku
    properties = {
      kubernetesVersion   = var.kubernetes_version
      nodeResourceGroup   = var.node_resource_group
      publicNetworkAccess = var.public_network_access
      hostedSystemProfile = var.hosted_system_profile == null ? null : {
        nodeSubnetID       = try(var.hosted_system_profile.node_subnet_id, null)
        systemNodeSubnetID = try(var.hosted_system_profile.system_node_subnet_id, null)
      }
      networkProfile = local.network == null ? null : {
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
          enabled  = try(local.free.advanced_networking.enabled, null)
          security = { enabled = try(local.free.advanced_networking.security.enabled, null) }
        }
        loadBalancerProfile = try(local.free.load_balancer_profile, null) == null ? null : {
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
          name               = try(coalesce(var.default_agent_pool.name), "systempool")
          mode               = "System"
          osType             = try(var.default_agent_pool.os_type, null)
          osSKU              = try(var.default_agent_pool.os_sku, null)
          vmSize             = try(var.default_agent_pool.vm_size, null)
          vnetSubnetID       = try(var.default_agent_pool.vnet_subnet_id, null)
          podSubnetID        = try(var.default_agent_pool.pod_subnet_id, null)
          enableNodePublicIP = try(var.default_agent_pool.enable_node_public_ip, null)
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
      osType             = try(each.value.os_type, null)
      osSKU              = try(each.value.os_sku, null)
      vmSize             = try(each.value.vm_size, null)
      vnetSubnetID       = try(each.value.vnet_subnet_id, null)
      podSubnetID        = try(each.value.pod_subnet_id, null)
      enableNodePublicIP = try(each.value.enable_node_public_ip, null)
    }
  }
}

output "resource_id" { value = azapi_resource.this.id }
output "name" { value = azapi_resource.this.name }
