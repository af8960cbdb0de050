variable "domain_name" { default = null }
variable "parent_id" { default = null }
variable "virtual_network_links" { default = {} }
variable "a_records" { default = {} }
variable "aaaa_records" { default = {} }
variable "cname_records" { default = {} }

resource "azapi_resource" "zone" {
  type      = "Microsoft.Network/privateDnsZones@2024-06-01"
  name      = var.domain_name
  parent_id = var.parent_id
  location  = "global"
}

resource "azapi_resource" "link" {
  for_each  = var.virtual_network_links
  type      = "Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01"
  name      = try(coalesce(each.value.name, each.value.vnetlinkname), each.value.name, each.value.vnetlinkname)
  parent_id = azapi_resource.zone.id
  location  = "global"
  body = {
    properties = {
      registrationEnabled = try(coalesce(each.value.registration_enabled, each.value.autoregistration), each.value.registration_enabled, each.value.autoregistration, false)
      resolutionPolicy    = try(each.value.private_dns_zone_supports_private_link, false) == true ? try(coalesce(each.value.resolution_policy), "Default") : null
      virtualNetwork      = { id = try(coalesce(each.value.virtual_network_id, each.value.vnetid), each.value.virtual_network_id, each.value.vnetid) }
    }
  }
}

resource "azapi_resource" "record" {
  for_each  = var.a_records
  type      = "Microsoft.Network/privateDnsZones/A@2024-06-01"
  name      = each.value.name
  parent_id = azapi_resource.zone.id
  body = {
    properties = {
      ttl      = each.value.ttl
      aRecords = [for it in try(coalesce(each.value.ip_addresses), each.value.records) : { ipv4Address = it }]
    }
  }
}

resource "azapi_resource" "record_v6" {
  for_each  = var.aaaa_records
  type      = "Microsoft.Network/privateDnsZones/AAAA@2024-06-01"
  name      = each.value.name
  parent_id = azapi_resource.zone.id
  body = {
    properties = {
      ttl         = each.value.ttl
      aaaaRecords = [for it in try(coalesce(each.value.ip_addresses), each.value.records) : { ipv6Address = it }]
    }
  }
}

resource "azapi_resource" "other_name" {
  for_each  = var.cname_records
  type      = "Microsoft.Network/privateDnsZones/CNAME@2024-06-01"
  name      = each.value.name
  parent_id = azapi_resource.zone.id
  body = {
    properties = {
      ttl         = each.value.ttl
      cnameRecord = { cname = try(coalesce(each.value.cname), each.value.record) }
    }
  }
}

output "resource_id" { value = azapi_resource.zone.id }
output "name" { value = azapi_resource.zone.name }
