variable "name" { default = null }
variable "resource_group_name" { default = null }
variable "location" { default = null }

resource "azurerm_user_assigned_identity" "identity" {
  name                = var.name
  resource_group_name = var.resource_group_name
  location            = var.location
}

output "resource_id" { value = azurerm_user_assigned_identity.identity.id }
output "resource_name" { value = azurerm_user_assigned_identity.identity.name }
output "principal_id" { value = azurerm_user_assigned_identity.identity.principal_id }
output "client_id" { value = azurerm_user_assigned_identity.identity.client_id }
output "tenant_id" { value = azurerm_user_assigned_identity.identity.tenant_id }
output "resource" { value = azurerm_user_assigned_identity.identity }
