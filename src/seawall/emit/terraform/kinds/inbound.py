"""What lets clients in: application gateways, their firewalls, private links."""

from seawall.emit.terraform.shape import (
    Kind,
    Rule,
    attr,
    block,
    blocks,
    group,
    keys,
    listed,
    named,
    word,
)

_GATEWAY = "Microsoft.Network/applicationGateways"
_WAF = "Microsoft.Network/ApplicationGatewayWebApplicationFirewallPolicies"

_FRONT: tuple[Rule, ...] = (
    attr("name", "name"),
    attr("properties.publicIPAddress.id", "public_ip_address_id"),
    attr("properties.subnet.id", "subnet_id"),
    attr("properties.privateIPAddress", "private_ip_address"),
    attr("properties.privateIPAllocationMethod", "private_ip_address_allocation"),
)
_LISTENER: tuple[Rule, ...] = (
    attr("name", "name"),
    named("properties.frontendIPConfiguration.id", "frontend_ip_configuration_name"),
    named("properties.frontendPort.id", "frontend_port_name"),
    attr("properties.protocol", "protocol"),
    attr("properties.hostName", "host_name"),
    attr("properties.hostNames", "host_names"),
    attr("properties.requireServerNameIndication", "require_sni"),
    named("properties.sslCertificate.id", "ssl_certificate_name"),
)
_SETTINGS: tuple[Rule, ...] = (
    attr("name", "name"),
    attr("properties.port", "port"),
    attr("properties.protocol", "protocol"),
    attr("properties.cookieBasedAffinity", "cookie_based_affinity"),
    attr("properties.requestTimeout", "request_timeout"),
    attr("properties.hostName", "host_name"),
    attr(
        "properties.pickHostNameFromBackendAddress",
        "pick_host_name_from_backend_address",
    ),
    named("properties.probe.id", "probe_name"),
)
_PROBE: tuple[Rule, ...] = (
    attr("name", "name"),
    attr("properties.protocol", "protocol"),
    attr("properties.path", "path"),
    attr("properties.host", "host"),
    attr("properties.port", "port"),
    attr("properties.interval", "interval"),
    attr("properties.timeout", "timeout"),
    attr("properties.unhealthyThreshold", "unhealthy_threshold"),
    attr(
        "properties.pickHostNameFromBackendHttpSettings",
        "pick_host_name_from_backend_http_settings",
    ),
    block(
        "properties.match",
        "match",
        attr("statusCodes", "status_code"),
        attr("body", "body"),
    ),
)
_ROUTING: tuple[Rule, ...] = (
    attr("name", "name"),
    attr("properties.priority", "priority"),
    attr("properties.ruleType", "rule_type"),
    named("properties.httpListener.id", "http_listener_name"),
    named("properties.backendAddressPool.id", "backend_address_pool_name"),
    named("properties.backendHttpSettings.id", "backend_http_settings_name"),
)

_APPLICATION_GATEWAY = (
    attr("properties.firewallPolicy.id", "firewall_policy_id"),
    attr("properties.enableHttp2", "http2_enabled"),
    attr("zones", "zones"),
    group(
        "sku",
        attr("properties.sku.name", "name"),
        attr("properties.sku.tier", "tier"),
        attr("properties.sku.capacity", "capacity"),
    ),
    block(
        "properties.autoscaleConfiguration",
        "autoscale_configuration",
        attr("minCapacity", "min_capacity"),
        attr("maxCapacity", "max_capacity"),
    ),
    group(
        "identity",
        attr("identity.type", "type"),
        keys("identity.userAssignedIdentities", "identity_ids"),
    ),
    block(
        "properties.sslPolicy",
        "ssl_policy",
        attr("policyType", "policy_type"),
        attr("policyName", "policy_name"),
    ),
    blocks(
        "properties.gatewayIPConfigurations",
        "gateway_ip_configuration",
        attr("name", "name"),
        attr("properties.subnet.id", "subnet_id"),
    ),
    blocks("properties.frontendIPConfigurations", "frontend_ip_configuration", *_FRONT),
    blocks(
        "properties.frontendPorts",
        "frontend_port",
        attr("name", "name"),
        attr("properties.port", "port"),
    ),
    blocks(
        "properties.sslCertificates",
        "ssl_certificate",
        attr("name", "name"),
        attr("properties.keyVaultSecretId", "key_vault_secret_id"),
    ),
    blocks(
        "properties.backendAddressPools",
        "backend_address_pool",
        attr("name", "name"),
        listed("properties.backendAddresses", "ipAddress", "ip_addresses"),
    ),
    blocks("properties.probes", "probe", *_PROBE),
    blocks(
        "properties.backendHttpSettingsCollection", "backend_http_settings", *_SETTINGS
    ),
    blocks("properties.httpListeners", "http_listener", *_LISTENER),
    blocks("properties.requestRoutingRules", "request_routing_rule", *_ROUTING),
)

_CONDITION: tuple[Rule, ...] = (
    blocks(
        "matchVariables",
        "match_variables",
        attr("variableName", "variable_name"),
        attr("selector", "selector"),
    ),
    attr("operator", "operator"),
    attr("negationConditon", "negation_condition"),
    attr("matchValues", "match_values"),
    attr("transforms", "transforms"),
)

INBOUND = {
    _GATEWAY: Kind("azurerm_application_gateway", "gateways.tf", _APPLICATION_GATEWAY),
    _WAF: Kind(
        "azurerm_web_application_firewall_policy",
        "gateways.tf",
        (
            block(
                "properties.policySettings",
                "policy_settings",
                word("state", "enabled"),
                attr("mode", "mode"),
                attr("requestBodyCheck", "request_body_check"),
                attr("maxRequestBodySizeInKb", "max_request_body_size_in_kb"),
                attr("fileUploadLimitInMb", "file_upload_limit_in_mb"),
            ),
            blocks(
                "properties.customRules",
                "custom_rules",
                attr("name", "name"),
                attr("priority", "priority"),
                attr("ruleType", "rule_type"),
                attr("action", "action"),
                word("state", "enabled"),
                blocks("matchConditions", "match_conditions", *_CONDITION),
            ),
            block(
                "properties.managedRules",
                "managed_rules",
                blocks(
                    "managedRuleSets",
                    "managed_rule_set",
                    attr("ruleSetType", "type"),
                    attr("ruleSetVersion", "version"),
                ),
            ),
        ),
    ),
    "Microsoft.Network/privateLinkServices": Kind(
        "azurerm_private_link_service",
        "gateways.tf",
        (
            attr("properties.enableProxyProtocol", "proxy_protocol_enabled"),
            attr("properties.visibility.subscriptions", "visibility_subscription_ids"),
            attr(
                "properties.autoApproval.subscriptions",
                "auto_approval_subscription_ids",
            ),
            listed(
                "properties.loadBalancerFrontendIpConfigurations",
                "id",
                "load_balancer_frontend_ip_configuration_ids",
            ),
            blocks(
                "properties.ipConfigurations",
                "nat_ip_configuration",
                attr("name", "name"),
                attr("properties.primary", "primary"),
                attr("properties.subnet.id", "subnet_id"),
                attr("properties.privateIPAddress", "private_ip_address"),
            ),
        ),
    ),
}
