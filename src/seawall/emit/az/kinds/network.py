"""Virtual networks, subnets, peerings, security groups, routes, NAT gateways."""

from collections.abc import Iterable

from seawall.emit.az.command import Command, Word
from seawall.emit.az.flags import Rule, flag, flags, inner, many, words_of
from seawall.emit.az.kinds.shape import Kind, More
from seawall.emit.parts import Absent, Part, bare
from seawall.emit.tree import Given, Noted, Resource, Value

_NET = "Microsoft.Network/virtualNetworks"
_NSG = "Microsoft.Network/networkSecurityGroups"
_TABLE = "Microsoft.Network/routeTables"
GROUP = Given("resourceGroupName")


def _either(single: str, several: str, name: str) -> Rule:
    """Give one value or several by the same flag."""

    def rule(part: Part) -> Iterable[Word]:
        one = part.take(single)
        if not isinstance(one, Absent):
            yield name
            yield bare(one)
        yield from many(several, name)(part)

    return rule


_RULE: tuple[Rule, ...] = (
    *flags(
        "properties.",
        {
            "priority": "--priority",
            "direction": "--direction",
            "access": "--access",
            "protocol": "--protocol",
            "description": "--description",
        },
    ),
    _either(
        "properties.sourceAddressPrefix",
        "properties.sourceAddressPrefixes",
        "--source-address-prefixes",
    ),
    _either(
        "properties.sourcePortRange",
        "properties.sourcePortRanges",
        "--source-port-ranges",
    ),
    _either(
        "properties.destinationAddressPrefix",
        "properties.destinationAddressPrefixes",
        "--destination-address-prefixes",
    ),
    _either(
        "properties.destinationPortRange",
        "properties.destinationPortRanges",
        "--destination-port-ranges",
    ),
)
_ROUTE = flags(
    "properties.",
    {
        "addressPrefix": "--address-prefix",
        "nextHopType": "--next-hop-type",
        "nextHopIpAddress": "--next-hop-ip-address",
    },
)


def _each(
    path: str, command: str, above: str, segment: str, rules: Iterable[Rule]
) -> More:
    """Give a command for each object of a list."""
    table = tuple(rules)

    def more(resource: Resource, part: Part) -> Iterable[Command]:
        found = part.take(path)
        items = () if isinstance(found, Absent) else bare(found)
        for item in items if isinstance(items, tuple) else ():
            own = Part(item, f"{resource.symbol}.{path}")
            name = own.take("name")
            body = _body(item)
            head: tuple[Word, ...] = (*command.split(), "--resource-group", GROUP)
            if isinstance(name, Absent):
                name = ""
            words = (*head, above, resource.name, "--name", bare(name))
            yield Command(
                (*words, *words_of(own, table)),
                resource.symbol,
                f"{resource.type}/{segment}",
                (str(bare(name)),),
                {key: it for key, it in body.items() if key != "name"},
                item.comment if isinstance(item, Noted) else "",
            )

    return more


def _body(item: Value) -> dict[str, Value]:
    held = bare(item)
    return dict(held) if isinstance(held, dict) else {}


NETWORK = {
    _NET: Kind(
        "network vnet create",
        (
            many("properties.addressSpace.addressPrefixes", "--address-prefixes"),
            many("properties.dhcpOptions.dnsServers", "--dns-servers"),
        ),
        once=True,
    ),
    f"{_NET}/subnets": Kind(
        "network vnet subnet create",
        (
            _either(
                "properties.addressPrefix",
                "properties.addressPrefixes",
                "--address-prefixes",
            ),
            flag("properties.networkSecurityGroup.id", "--network-security-group"),
            flag("properties.routeTable.id", "--route-table"),
            flag("properties.natGateway.id", "--nat-gateway"),
            flag("properties.defaultOutboundAccess", "--default-outbound"),
            flag("properties.privateEndpointNetworkPolicies", "--ple-network-policies"),
            flag(
                "properties.privateLinkServiceNetworkPolicies", "--pls-network-policies"
            ),
            inner(
                "properties.serviceEndpoints",
                "service",
                "--service-endpoints",
                "locations",
            ),
            inner(
                "properties.delegations",
                "properties.serviceName",
                "--delegations",
                "name",
            ),
        ),
        located=False,
        parent="--vnet-name",
    ),
    f"{_NET}/virtualNetworkPeerings": Kind(
        "network vnet peering create",
        (
            flag("properties.remoteVirtualNetwork.id", "--remote-vnet"),
            *flags(
                "properties.",
                {
                    "allowVirtualNetworkAccess": "--allow-vnet-access",
                    "allowForwardedTraffic": "--allow-forwarded-traffic",
                    "allowGatewayTransit": "--allow-gateway-transit",
                    "useRemoteGateways": "--use-remote-gateways",
                },
            ),
        ),
        located=False,
        parent="--vnet-name",
    ),
    _NSG: Kind(
        "network nsg create",
        more=_each(
            "properties.securityRules",
            "network nsg rule create",
            "--nsg-name",
            "securityRules",
            _RULE,
        ),
        once=True,
    ),
    _TABLE: Kind(
        "network route-table create",
        (
            flag(
                "properties.disableBgpRoutePropagation",
                "--disable-bgp-route-propagation",
            ),
        ),
        more=_each(
            "properties.routes",
            "network route-table route create",
            "--route-table-name",
            "routes",
            _ROUTE,
        ),
        once=True,
    ),
    "Microsoft.Network/publicIPAddresses": Kind(
        "network public-ip create",
        (
            flag("sku.name", "--sku"),
            flag("sku.tier", "--tier"),
            flag("properties.publicIPAllocationMethod", "--allocation-method"),
            flag("properties.publicIPAddressVersion", "--version"),
            many("zones", "--zone"),
        ),
    ),
    "Microsoft.Network/natGateways": Kind(
        "network nat gateway create",
        (
            flag("sku.name", "--sku"),
            flag("properties.idleTimeoutInMinutes", "--idle-timeout"),
            inner("properties.publicIpAddresses", "id", "--public-ip-addresses"),
            many("zones", "--zone"),
        ),
    ),
}
