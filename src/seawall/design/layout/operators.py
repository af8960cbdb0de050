"""Ways of operators: Bastion, gateways, and who answers them for private names.

Source: Azure docs, bastion configuration-settings, vpn-gateway-about-vpngateways,
vpn-gateway point-to-site-entra-gateway, expressroute-about-virtual-network-gateways and
dns-private-resolver-overview; read 2026-11.
"""

from collections.abc import Iterator

from seawall.design.layout.addresses import address_of
from seawall.design.layout.demand import comes_from
from seawall.design.layout.subjects import Subject, made
from seawall.design.layout.ways_out import public_address
from seawall.design.requirements.needs import Desk
from seawall.emit.tree import Id, Joined, Resource, TenantId, Value

BASTION = "Microsoft.Network/bastionHosts"
GATEWAY = "Microsoft.Network/virtualNetworkGateways"
RESOLVER = "Microsoft.Network/dnsResolvers"
_AUDIENCE = "c632b3df-fb67-4d84-bdcf-b95ad541b5c8"
"""The Azure VPN client, as Microsoft has registered it for every tenant."""
_FIRST_USABLE = 4


def operators(subject: Subject) -> Iterator[Resource]:
    """Yield what operators come by; nothing where the network stands already."""
    if "AzureBastionSubnet" in subject.plan.subnets:
        yield from _bastion(subject)
    ways = gateways(subject)
    if "vpnGateway" in ways:
        yield from _vpn(subject)
    if "expressRouteGateway" in ways:
        yield from _expressroute(subject)
    if "resolver" in subject.plan.subnets:
        yield from _resolver(subject)


def gateways(subject: Subject) -> tuple[str, ...]:
    """Return the symbols of the gateways to other networks."""
    if "GatewaySubnet" not in subject.plan.subnets:
        return ()
    found = {Desk.VPN: "vpnGateway", Desk.EXPRESSROUTE: "expressRouteGateway"}
    return tuple(
        symbol for desk, symbol in found.items() if comes_from(subject.needs, desk)
    )


def _configuration(subnet: str, address: str) -> tuple[Value, ...]:
    return (
        {
            "name": "address",
            "properties": {
                "privateIPAllocationMethod": "Dynamic",
                "subnet": {"id": Id(subnet)},
                "publicIPAddress": {"id": Id(address)},
            },
        },
    )


def _bastion(subject: Subject) -> Iterator[Resource]:
    yield public_address(
        subject, "bastionAddress", "bastion", "Operators sign in here.", "operators"
    )
    yield made(
        "bastion",
        BASTION,
        subject.names.of("bas"),
        {
            "enableTunneling": True,
            "enableFileCopy": False,
            "disableCopyPaste": False,
            "ipConfigurations": _configuration("bastionSubnet", "bastionAddress"),
        },
        body={"sku": {"name": "Standard"}},
        comment="Operators open a tunnel from their own machine.",
        serves=subject.serves("operators"),
    )


def _vpn(subject: Subject) -> Iterator[Resource]:
    clients = tuple(
        str(item)
        for each in subject.needs.operators
        if each.desk is Desk.VPN
        for item in each.ranges
    )
    yield public_address(
        subject, "vpnAddress", "vpn", "VPN clients connect here.", "operators"
    )
    login = "https://login.microsoftonline.com/"
    properties: dict[str, Value] = {
        "gatewayType": "Vpn",
        "vpnType": "RouteBased",
        "enableBgp": False,
        "activeActive": False,
        "sku": {"name": "VpnGw1AZ", "tier": "VpnGw1AZ"},
        "ipConfigurations": _configuration("virtualGatewaySubnet", "vpnAddress"),
    }
    if clients:
        properties["vpnClientConfiguration"] = {
            "vpnClientAddressPool": {"addressPrefixes": clients},
            "vpnClientProtocols": ("OpenVPN",),
            "vpnAuthenticationTypes": ("AAD",),
            "aadTenant": Joined((login, TenantId(), "/")),
            "aadAudience": _AUDIENCE,
            "aadIssuer": Joined(("https://sts.windows.net/", TenantId(), "/")),
        }
    yield made(
        "vpnGateway",
        GATEWAY,
        subject.names.of("vgw", "vpn"),
        properties,
        comment="VPN clients sign in with Microsoft Entra; the pool gives addresses.",
        serves=subject.serves("operators"),
    )


def _expressroute(subject: Subject) -> Iterator[Resource]:
    yield public_address(
        subject,
        "expressRouteAddress",
        "expressroute",
        "Azure manages the gateway by it.",
        "operators",
    )
    yield made(
        "expressRouteGateway",
        GATEWAY,
        subject.names.of("vgw", "expressroute"),
        {
            "gatewayType": "ExpressRoute",
            "sku": {"name": "ErGw1AZ", "tier": "ErGw1AZ"},
            "ipConfigurations": _configuration(
                "virtualGatewaySubnet", "expressRouteAddress"
            ),
        },
        comment="Connect the circuit to it; who owns the circuit gives the key.",
        serves=subject.serves("operators", "addresses.on-premises"),
    )


def _resolver(subject: Subject) -> Iterator[Resource]:
    yield made(
        "resolver",
        RESOLVER,
        subject.names.of("dnspr"),
        {"virtualNetwork": {"id": Id(subject.hub)}},
        comment="Answers those who come by the gateway for names of private zones.",
        serves=subject.serves("operators", "api-server.access"),
    )
    yield made(
        "resolverInbound",
        f"{RESOLVER}/inboundEndpoints",
        "inbound",
        {
            "ipConfigurations": (
                {
                    "subnet": {"id": Id("resolverSubnet")},
                    "privateIpAllocationMethod": "Static",
                    "privateIpAddress": str(
                        address_of(subject.plan.subnets["resolver"], _FIRST_USABLE)
                    ),
                },
            )
        },
        above="resolver",
        comment="Their DNS servers forward names of the private zones to this address.",
    )
