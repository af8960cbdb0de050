variable "name" { default = null }
variable "parent_id" { default = null }
variable "location" { default = null }
variable "sku_name" { default = "StandardV2" }
variable "idle_timeout_in_minutes" { default = 4 }
variable "zones" { default = null }
variable "public_ips" { default = {} }
variable "public_ip_resource_ids" { default = [] }
variable "public_ip_prefix_resource_ids" { default = [] }

resource "azapi_resource" "address" {
  for_each  = var.public_ips
  type      = "Microsoft.Network/publicIPAddresses@2025-03-01"
  name      = each.value.name
  parent_id = var.parent_id
  location  = var.location
  body = {
    properties = { publicIPAllocationMethod = "Static" }
  }
}

resource "azapi_resource" "gateway" {
  type      = "Microsoft.Network/natGateways@2025-03-01"
  name      = var.name
  parent_id = var.parent_id
  location  = var.location
  body = {
    sku   = { name = var.sku_name }
    zones = var.sku_name == "StandardV2" ? ["1", "2", "3"] : var.zones
    properties = {
      idleTimeoutInMinutes = var.idle_timeout_in_minutes
      publicIpAddresses    = concat([for it in azapi_resource.address : { id = it.id }], [for it in var.public_ip_resource_ids : { id = it }])
      publicIpPrefixes     = [for it in var.public_ip_prefix_resource_ids : { id = it }]
    }
  }
}

output "resource_id" { value = azapi_resource.gateway.id }
output "resource" { value = azapi_resource.gateway }
