variable "name" { default = null }
variable "resource_group_name" { default = null }
variable "parent_id" { default = null }
variable "location" { default = null }
variable "address_space" { default = null }
variable "dns_servers" { default = null }
variable "subnets" { default = {} }
variable "peerings" { default = {} }

resource "azurerm_virtual_network" "vnet" {
  name                = var.name
  resource_group_name = var.resource_group_name
  location            = var.location
  address_space       = var.address_space
  dns_servers         = try(var.dns_servers.dns_servers, null)
}

resource "azurerm_subnet" "subnet" {
  for_each             = var.subnets
  name                 = try(each.value.name, each.key)
  resource_group_name  = var.resource_group_name
  virtual_network_name = azurerm_virtual_network.vnet.name
  address_prefixes     = try(coalesce(each.value.address_prefixes), [each.value.address_prefix], null)

  network_security_group_id         = try(each.value.network_security_group.id, null)
  route_table_id                    = try(each.value.route_table.id, null)
  private_endpoint_network_policies = try(each.value.private_endpoint_network_policies_enabled, true) == false ? "Disabled" : try(coalesce(each.value.private_endpoint_network_policies), "Enabled")
  default_outbound_access_enabled   = try(coalesce(each.value.default_outbound_access_enabled), false)
  service_endpoint_policy_ids       = try([for it in each.value.service_endpoint_policies : it.id], null)
  service_endpoints                 = try(coalesce(each.value.service_endpoints), [for it in each.value.service_endpoints_with_location : it.service], null)

  private_link_service_network_policies_enabled = try(coalesce(each.value.private_link_service_network_policies_enabled), true)

  dynamic "delegation" {
    for_each = try(coalesce(each.value.delegations), coalesce(each.value.delegation), [])
    content {
      name = delegation.value.name
      service_delegation {
        name = try(delegation.value.service_delegation.name, null)
      }
    }
  }
}

resource "azurerm_subnet_nat_gateway_association" "subnet" {
  for_each       = { for key, it in var.subnets : key => it if try(it.nat_gateway.id, null) != null }
  subnet_id      = azurerm_subnet.subnet[each.key].id
  nat_gateway_id = each.value.nat_gateway.id
}

resource "azurerm_virtual_network_peering" "peering" {
  for_each                     = var.peerings
  name                         = try(each.value.name, each.key)
  virtual_network_name         = azurerm_virtual_network.vnet.name
  resource_group_name          = var.resource_group_name
  remote_virtual_network_id    = try(each.value.remote_virtual_network_resource_id, null)
  allow_virtual_network_access = try(coalesce(each.value.allow_virtual_network_access), true)
  allow_forwarded_traffic      = try(coalesce(each.value.allow_forwarded_traffic), false)
  allow_gateway_transit        = try(coalesce(each.value.allow_gateway_transit), false)
  use_remote_gateways          = try(coalesce(each.value.use_remote_gateways), false)

  peer_complete_virtual_networks_enabled = try(coalesce(each.value.peer_complete_vnets), true)
  local_subnet_names                     = try([for it in each.value.local_peered_subnets : it.subnet_name], null)
  remote_subnet_names                    = try([for it in each.value.remote_peered_subnets : it.subnet_name], null)
}

resource "azapi_resource" "back" {
  for_each  = { for key, it in var.peerings : key => it if try(it.create_reverse_peering, false) == true }
  type      = "Microsoft.Network/virtualNetworks/virtualNetworkPeerings@2023-11-01"
  name      = try(coalesce(each.value.reverse_name), "back-${each.key}")
  parent_id = each.value.remote_virtual_network_resource_id
  body = {
    properties = {
      remoteVirtualNetwork      = { id = azurerm_virtual_network.vnet.id }
      allowVirtualNetworkAccess = try(coalesce(each.value.reverse_allow_virtual_network_access), true)
      allowForwardedTraffic     = try(coalesce(each.value.reverse_allow_forwarded_traffic), false)
      allowGatewayTransit       = try(coalesce(each.value.reverse_allow_gateway_transit), false)
      useRemoteGateways         = try(coalesce(each.value.reverse_use_remote_gateways), false)
      peerCompleteVnets         = try(coalesce(each.value.reverse_peer_complete_vnets), true)
      localSubnetNames          = try([for it in each.value.reverse_local_peered_subnets : it.subnet_name], null)
      remoteSubnetNames         = try([for it in each.value.reverse_remote_peered_subnets : it.subnet_name], null)
    }
  }
}

output "resource_id" { value = azurerm_virtual_network.vnet.id }
output "name" { value = azurerm_virtual_network.vnet.name }
output "address_spaces" { value = var.address_space }
output "subnets" {
  value = { for key, it in azurerm_subnet.subnet : key => { resource_id = it.id, name = it.name } }
}
