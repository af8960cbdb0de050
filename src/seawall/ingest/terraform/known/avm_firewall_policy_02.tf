variable "name" { default = null }
variable "resource_group_name" { default = null }
variable "location" { default = null }
variable "firewall_policy_sku" { default = null }
variable "firewall_policy_base_policy_id" { default = null }
variable "firewall_policy_threat_intelligence_mode" { default = null }
variable "firewall_policy_threat_intelligence_allowlist" { default = null }
variable "firewall_policy_private_ip_ranges" { default = null }
variable "firewall_policy_auto_learn_private_ranges_enabled" { default = null }
variable "firewall_policy_sql_redirect_allowed" { default = null }
variable "firewall_policy_dns" { default = null }
variable "firewall_policy_explicit_proxy" { default = null }
variable "firewall_policy_intrusion_detection" { default = null }
variable "firewall_policy_tls_certificate" { default = null }

resource "azurerm_firewall_policy" "policy" {
  name                = var.name
  resource_group_name = var.resource_group_name
  location            = var.location
  sku                 = var.firewall_policy_sku
  base_policy_id      = var.firewall_policy_base_policy_id
  private_ip_ranges   = var.firewall_policy_private_ip_ranges

  threat_intelligence_mode          = var.firewall_policy_threat_intelligence_mode
  auto_learn_private_ranges_enabled = var.firewall_policy_auto_learn_private_ranges_enabled
  sql_redirect_allowed              = var.firewall_policy_sql_redirect_allowed

  dynamic "dns" {
    for_each = var.firewall_policy_dns == null ? [] : [var.firewall_policy_dns]
    content {
      proxy_enabled = try(dns.value.proxy_enabled, null)
      servers       = try(dns.value.servers, null)
    }
  }

  dynamic "explicit_proxy" {
    for_each = var.firewall_policy_explicit_proxy == null ? [] : [var.firewall_policy_explicit_proxy]
    content {
      enabled    = try(explicit_proxy.value.enabled, null)
      http_port  = try(explicit_proxy.value.http_port, null)
      https_port = try(explicit_proxy.value.https_port, null)
    }
  }

  dynamic "intrusion_detection" {
    for_each = var.firewall_policy_intrusion_detection == null ? [] : [var.firewall_policy_intrusion_detection]
    content {
      mode           = try(intrusion_detection.value.mode, null)
      private_ranges = try(intrusion_detection.value.private_ranges, null)

      dynamic "signature_overrides" {
        for_each = try(coalesce(intrusion_detection.value.signature_overrides), [])
        content {
          id    = try(signature_overrides.value.id, null)
          state = try(signature_overrides.value.state, null)
        }
      }

      dynamic "traffic_bypass" {
        for_each = try(coalesce(intrusion_detection.value.traffic_bypass), [])
        content {
          name     = traffic_bypass.value.name
          protocol = traffic_bypass.value.protocol
        }
      }
    }
  }

  dynamic "threat_intelligence_allowlist" {
    for_each = var.firewall_policy_threat_intelligence_allowlist == null ? [] : [var.firewall_policy_threat_intelligence_allowlist]
    content {
      fqdns        = try(threat_intelligence_allowlist.value.fqdns, null)
      ip_addresses = try(threat_intelligence_allowlist.value.ip_addresses, null)
    }
  }

  dynamic "tls_certificate" {
    for_each = var.firewall_policy_tls_certificate == null ? [] : [var.firewall_policy_tls_certificate]
    content {
      key_vault_secret_id = tls_certificate.value.key_vault_secret_id
      name                = tls_certificate.value.name
    }
  }
}

output "resource_id" { value = azurerm_firewall_policy.policy.id }
output "resource" { value = azurerm_firewall_policy.policy }
