variable "name" { default = null }
variable "resource_group_name" { default = null }
variable "location" { default = null }
variable "bgp_route_propagation_enabled" { default = true }
variable "routes" { default = {} }
variable "subnet_resource_ids" { default = {} }

resource "azurerm_route_table" "table" {
  name                          = var.name
  resource_group_name           = var.resource_group_name
  location                      = var.location
  bgp_route_propagation_enabled = var.bgp_route_propagation_enabled
}

resource "azurerm_route" "route" {
  for_each               = var.routes
  name                   = each.value.name
  resource_group_name    = var.resource_group_name
  route_table_name       = azurerm_route_table.table.name
  address_prefix         = each.value.address_prefix
  next_hop_type          = each.value.next_hop_type
  next_hop_in_ip_address = try(each.value.next_hop_in_ip_address, null)
}

resource "azurerm_subnet_route_table_association" "subnet" {
  for_each       = var.subnet_resource_ids
  subnet_id      = each.value
  route_table_id = azurerm_route_table.table.id
}

output "resource_id" { value = azurerm_route_table.table.id }
output "name" { value = azurerm_route_table.table.name }
output "resource" { value = azurerm_route_table.table }
