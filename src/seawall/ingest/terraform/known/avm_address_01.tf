variable "name" { default = null }
variable "resource_group_name" { default = null }
variable "location" { default = null }
variable "allocation_method" { default = "Static" }
variable "sku" { default = "Standard" }
variable "sku_tier" { default = "Regional" }
variable "ip_version" { default = "IPv4" }
variable "idle_timeout_in_minutes" { default = 4 }
variable "domain_name_label" { default = null }
variable "public_ip_prefix_id" { default = null }
variable "zones" { default = [1, 2, 3] }

resource "azurerm_public_ip" "address" {
  name                    = var.name
  resource_group_name     = var.resource_group_name
  location                = var.location
  allocation_method       = var.allocation_method
  sku                     = var.sku
  sku_tier                = var.sku_tier
  ip_version              = var.ip_version
  idle_timeout_in_minutes = var.idle_timeout_in_minutes
  domain_name_label       = var.domain_name_label
  public_ip_prefix_id     = var.public_ip_prefix_id
  zones                   = var.zones
}

output "resource_id" { value = azurerm_public_ip.address.id }
output "public_ip_id" { value = azurerm_public_ip.address.id }
output "public_ip_address" { value = azurerm_public_ip.address.ip_address }
output "name" { value = azurerm_public_ip.address.name }
