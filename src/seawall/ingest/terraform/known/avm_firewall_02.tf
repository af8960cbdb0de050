variable "name" { default = null }
variable "resource_group_name" { default = null }
variable "location" { default = null }
variable "firewall_sku_name" { default = null }
variable "firewall_sku_tier" { default = null }
variable "firewall_policy_id" { default = null }
variable "firewall_private_ip_ranges" { default = null }
variable "firewall_zones" { default = ["1", "2", "3"] }
variable "firewall_ip_configuration" { default = null }
variable "firewall_management_ip_configuration" { default = null }
variable "firewall_virtual_hub" { default = null }

resource "azurerm_firewall" "firewall" {
  name                = var.name
  resource_group_name = var.resource_group_name
  location            = var.location
  sku_name            = var.firewall_sku_name
  sku_tier            = var.firewall_sku_tier
  firewall_policy_id  = var.firewall_policy_id
  private_ip_ranges   = var.firewall_private_ip_ranges
  zones               = var.firewall_zones

  dynamic "ip_configuration" {
    for_each = var.firewall_ip_configuration == null ? [] : var.firewall_ip_configuration
    content {
      name                 = ip_configuration.value.name
      public_ip_address_id = try(ip_configuration.value.public_ip_address_id, null)
      subnet_id            = try(ip_configuration.value.subnet_id, null)
    }
  }

  dynamic "management_ip_configuration" {
    for_each = var.firewall_management_ip_configuration == null ? [] : [var.firewall_management_ip_configuration]
    content {
      name                 = management_ip_configuration.value.name
      public_ip_address_id = management_ip_configuration.value.public_ip_address_id
      subnet_id            = management_ip_configuration.value.subnet_id
    }
  }

  dynamic "virtual_hub" {
    for_each = var.firewall_virtual_hub == null ? [] : [var.firewall_virtual_hub]
    content {
      virtual_hub_id  = virtual_hub.value.virtual_hub_id
      public_ip_count = try(virtual_hub.value.public_ip_count, null)
    }
  }
}

output "resource_id" { value = azurerm_firewall.firewall.id }
output "resource" { value = azurerm_firewall.firewall }
