"""Resources that are known by name only, because they change what can reach what."""

from seawall.ingest.terraform.shape import Kind

_TYPES = {
    "azurerm_express_route_circuit": "microsoft.network/expressroutecircuits",
    "azurerm_point_to_site_vpn_gateway": "microsoft.network/p2svpngateways",
    "azurerm_bastion_host": "microsoft.network/bastionhosts",
    "azurerm_frontdoor": "microsoft.network/frontdoors",
}

UNMODELLED = {
    "azurerm_virtual_wan": Kind("microsoft.network/virtualwans", {"type": "type"}),
    **{terraform: Kind(arm, {}) for terraform, arm in _TYPES.items()},
}
