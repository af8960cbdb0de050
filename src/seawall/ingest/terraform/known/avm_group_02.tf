variable "name" { default = null }
variable "resource_group_name" { default = null }
variable "location" { default = null }
variable "security_rules" { default = {} }

resource "azurerm_network_security_group" "group" {
  name                = var.name
  resource_group_name = var.resource_group_name
  location            = var.location
}

resource "azurerm_network_security_rule" "rule" {
  for_each                    = var.security_rules
  name                        = each.value.name
  resource_group_name         = var.resource_group_name
  network_security_group_name = azurerm_network_security_group.group.name

  access    = each.value.access
  direction = each.value.direction
  priority  = each.value.priority
  protocol  = each.value.protocol

  source_address_prefix                 = try(each.value.source_address_prefix, null)
  source_address_prefixes               = try(each.value.source_address_prefixes, null)
  source_application_security_group_ids = try(each.value.source_application_security_group_ids, null)
  source_port_range                     = try(each.value.source_port_range, null)
  source_port_ranges                    = try(each.value.source_port_ranges, null)

  destination_address_prefix                 = try(each.value.destination_address_prefix, null)
  destination_address_prefixes               = try(each.value.destination_address_prefixes, null)
  destination_application_security_group_ids = try(each.value.destination_application_security_group_ids, null)
  destination_port_range                     = try(each.value.destination_port_range, null)
  destination_port_ranges                    = try(each.value.destination_port_ranges, null)
}

output "resource_id" { value = azurerm_network_security_group.group.id }
output "name" { value = azurerm_network_security_group.group.name }
output "resource" { value = azurerm_network_security_group.group }
