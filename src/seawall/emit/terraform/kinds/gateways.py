"""Gateways to other networks, and ways in for operators."""

from seawall.emit.terraform.shape import (
    Kind,
    Rule,
    attr,
    block,
    blocks,
    implied,
    inverted,
)

_IP: tuple[Rule, ...] = (
    attr("name", "name"),
    attr("properties.subnet.id", "subnet_id"),
    attr("properties.publicIPAddress.id", "public_ip_address_id"),
)


GATEWAYS = {
    "Microsoft.Network/bastionHosts": Kind(
        "azurerm_bastion_host",
        "gateways.tf",
        (
            attr("sku.name", "sku"),
            attr("properties.enableTunneling", "tunneling_enabled"),
            attr("properties.enableIpConnect", "ip_connect_enabled"),
            inverted("properties.disableCopyPaste", "copy_paste_enabled"),
            attr("properties.enableFileCopy", "file_copy_enabled"),
            attr("properties.enableShareableLink", "shareable_link_enabled"),
            attr("properties.scaleUnits", "scale_units"),
            attr("zones", "zones"),
            blocks(
                "properties.ipConfigurations",
                "ip_configuration",
                *_IP,
                implied("properties.privateIPAllocationMethod", "Dynamic"),
            ),
        ),
    ),
    "Microsoft.Network/virtualNetworkGateways": Kind(
        "azurerm_virtual_network_gateway",
        "gateways.tf",
        (
            attr("properties.gatewayType", "type"),
            attr("properties.vpnType", "vpn_type"),
            attr("properties.sku.name", "sku"),
            implied("properties.sku.tier"),
            attr("properties.vpnGatewayGeneration", "generation"),
            attr("properties.activeActive", "active_active"),
            attr("properties.enableBgp", "enable_bgp"),
            blocks(
                "properties.ipConfigurations",
                "ip_configuration",
                *_IP,
                attr(
                    "properties.privateIPAllocationMethod",
                    "private_ip_address_allocation",
                ),
            ),
            block(
                "properties.vpnClientConfiguration",
                "vpn_client_configuration",
                attr("vpnClientAddressPool.addressPrefixes", "address_space"),
                attr("vpnClientProtocols", "vpn_client_protocols"),
                attr("vpnAuthenticationTypes", "vpn_auth_types"),
                attr("aadTenant", "aad_tenant"),
                attr("aadAudience", "aad_audience"),
                attr("aadIssuer", "aad_issuer"),
            ),
        ),
    ),
    "Microsoft.Network/localNetworkGateways": Kind(
        "azurerm_local_network_gateway",
        "gateways.tf",
        (
            attr("properties.gatewayIpAddress", "gateway_address"),
            attr(
                "properties.localNetworkAddressSpace.addressPrefixes", "address_space"
            ),
        ),
    ),
    "Microsoft.Network/connections": Kind(
        "azurerm_virtual_network_gateway_connection",
        "gateways.tf",
        (
            attr("properties.connectionType", "type"),
            attr("properties.connectionProtocol", "connection_protocol"),
            attr("properties.virtualNetworkGateway1.id", "virtual_network_gateway_id"),
            attr("properties.localNetworkGateway2.id", "local_network_gateway_id"),
            attr("properties.sharedKey", "shared_key"),
            attr("properties.enableBgp", "enable_bgp"),
        ),
    ),
}
