"""Public addresses, NAT gateways, load balancers, application gateways."""

from seawall.ingest.resource import Field
from seawall.ingest.terraform.instance import Block
from seawall.ingest.terraform.links import Links
from seawall.ingest.terraform.shape import (
    Kind,
    Parent,
    Shape,
    each,
    either,
    first_of,
    link,
    links_of,
    named,
    one,
)

_ADDRESS = "azurerm_public_ip"
_PREFIX = "azurerm_public_ip_prefix"
_BALANCER = Parent(("azurerm_lb",), id="loadbalancer_id")
_POOL = "azurerm_lb_backend_address_pool"
_PROBE = "azurerm_lb_probe"
_WAF = "azurerm_web_application_firewall_policy"

_LEADS = {
    "backendAddressPool": named("backend_address_pool_name"),
    "backendHttpSettings": named("backend_http_settings_name"),
    "redirectConfiguration": named("redirect_configuration_name"),
}
_FRONT_END: Shape = {
    "name": "name",
    "privateIPAddress": "private_ip_address",
    "publicIPAddress": link("public_ip_address_id", _ADDRESS),
    "publicIPPrefix": link("public_ip_prefix_id", _PREFIX),
    "subnet": link("subnet_id", "azurerm_subnet"),
}


def _backends(block: Block, _links: Links) -> Field:
    """Return addresses and names of a pool as the objects that ARM has."""
    items = [
        Field({key: item}, item.origin)
        for key, name in (("ipAddress", "ip_addresses"), ("fqdn", "fqdns"))
        for item in block.field(name).items()
    ]
    return Field(items, block.origin)


def _rule(**more: object) -> Shape:
    return {
        "protocol": "protocol",
        "frontendPort": "frontend_port",
        "backendPort": "backend_port",
        "enableFloatingIP": either("floating_ip_enabled", "enable_floating_ip"),
        "frontendIPConfiguration": named("frontend_ip_configuration_name"),
        **more,
    }


DELIVERY = {
    _ADDRESS: Kind("microsoft.network/publicipaddresses", {"ipAddress": "ip_address"}),
    _PREFIX: Kind("microsoft.network/publicipprefixes", {"ipPrefix": "ip_prefix"}),
    "azurerm_nat_gateway": Kind(
        "microsoft.network/natgateways",
        {
            "publicIpAddresses": links_of("public_ip_address_ids", _ADDRESS),
            "publicIpPrefixes": links_of("public_ip_prefix_ids", _PREFIX),
        },
    ),
    "azurerm_lb": Kind(
        "microsoft.network/loadbalancers",
        {"frontendIPConfigurations": each("frontend_ip_configuration", _FRONT_END)},
    ),
    "azurerm_lb_rule": Kind(
        "microsoft.network/loadbalancers/loadbalancingrules",
        _rule(
            disableOutboundSnat="disable_outbound_snat",
            backendAddressPools=first_of(
                links_of("backend_address_pool_ids", _POOL),
            ),
            backendAddressPool=link("backend_address_pool_id", _POOL),
            probe=link("probe_id", _PROBE),
        ),
        _BALANCER,
    ),
    _PROBE: Kind("microsoft.network/loadbalancers/probes", {"port": "port"}, _BALANCER),
    "azurerm_lb_nat_rule": Kind(
        "microsoft.network/loadbalancers/inboundnatrules",
        _rule(
            frontendPortRangeStart="frontend_port_start",
            frontendPortRangeEnd="frontend_port_end",
        ),
        _BALANCER,
    ),
    "azurerm_lb_outbound_rule": Kind(
        "microsoft.network/loadbalancers/outboundrules",
        {
            "frontendIPConfigurations": each(
                "frontend_ip_configuration", {"id": "name"}
            ),
            "backendAddressPool": link(
                "backend_address_pool_id", "azurerm_lb_backend_address_pool"
            ),
        },
        _BALANCER,
    ),
    "azurerm_application_gateway": Kind(
        "microsoft.network/applicationgateways",
        {
            "gatewayIPConfigurations": each(
                "gateway_ip_configuration",
                {"name": "name", "subnet": link("subnet_id", "azurerm_subnet")},
            ),
            "frontendIPConfigurations": each("frontend_ip_configuration", _FRONT_END),
            "frontendPorts": each("frontend_port", {"name": "name", "port": "port"}),
            "httpListeners": each(
                "http_listener",
                {
                    "name": "name",
                    "frontendPort": named("frontend_port_name"),
                    "frontendIPConfiguration": named("frontend_ip_configuration_name"),
                },
            ),
            "requestRoutingRules": each(
                "request_routing_rule",
                {
                    "name": "name",
                    "httpListener": named("http_listener_name"),
                    "urlPathMap": named("url_path_map_name"),
                    **_LEADS,
                },
            ),
            "urlPathMaps": each(
                "url_path_map",
                {
                    "name": "name",
                    "defaultBackendAddressPool": named(
                        "default_backend_address_pool_name"
                    ),
                    "defaultBackendHttpSettings": named(
                        "default_backend_http_settings_name"
                    ),
                    "defaultRedirectConfiguration": named(
                        "default_redirect_configuration_name"
                    ),
                    "pathRules": each("path_rule", {"name": "name", **_LEADS}),
                },
            ),
            "backendAddressPools": each(
                "backend_address_pool",
                {"name": "name", "backendAddresses": _backends},
            ),
            "backendHttpSettingsCollection": each(
                "backend_http_settings", {"name": "name", "port": "port"}
            ),
            "firewallPolicy": link("firewall_policy_id", _WAF),
            "webApplicationFirewallConfiguration": one(
                "waf_configuration",
                {"enabled": "enabled", "firewallMode": "firewall_mode"},
            ),
        },
    ),
    _WAF: Kind(
        "microsoft.network/applicationgatewaywebapplicationfirewallpolicies",
        {
            "policySettings": one(
                "policy_settings", {"state": "enabled", "mode": "mode"}
            )
        },
    ),
}
