"""What stands already around a design, as the needs tell of it.

It is read for the proof and never deployed: a subnet to fit into with its route,
networks of operators with their side of a peering, and what gateways learn.

Source: Azure REST API, virtualNetworks, routeTables and their children.
"""

import json
from collections.abc import Iterator, Mapping

from seawall.design.handover.answer import Surface
from seawall.design.layout.demand import peered
from seawall.design.options import Choices, Network
from seawall.design.requirements.needs import (
    Desk,
    ExistingNetwork,
    Requirements,
)
from seawall.emit.kubernetes import Json, Object
from seawall.emit.terraform.names import snake
from seawall.emit.tree import Deployment, Value, without_notes
from seawall.model.address import AddressRange

FILE = "standing.json"
BEHIND = (Desk.VPN, Desk.EXPRESSROUTE)
"""Operators whose networks a gateway learns."""
_NETWORK = "Microsoft.Network/virtualNetworks"
_GATEWAY = "Microsoft.Network/virtualNetworkGateways"
_PEERING = f"{_NETWORK}/virtualNetworkPeerings"
_NOWHERE = "/subscriptions/{subscription}/resourceGroups/{resource-group}/providers/"
"""How readers of templates name what stands in the group that is deployed to."""


def standing(
    needs: Requirements,
    choices: Choices,
    deployment: Deployment,
    surface: Surface,
    *,
    verified: bool = False,
) -> str:
    """Return resources as `az resource` prints them; empty if nothing stands.

    Args:
        needs: What is needed.
        choices: What was chosen.
        deployment: What is deployed, for the networks that are peered.
        surface: By which it is read; each names networks of the design otherwise.
        verified: Whether modules make these networks.
    """
    found: list[Json] = []
    if choices.network is Network.EXISTING and needs.existing is not None:
        found += _existing(needs, needs.existing)
    for network, own in dict(_peered(deployment)).items():
        there = [it for it in needs.operators if it.network.lower() == network]
        ranges = tuple(dict.fromkeys(each for it in there for each in it.ranges))
        if ranges:
            by = _identity(deployment, own, surface, verified=verified)
            found.append(_peer(needs, there[0].network, ranges, by))
    return _json(found) if found else ""


def learned(needs: Requirements, deployment: Deployment) -> Mapping[str, str]:
    """Return what gateways are taken to learn: what the needs say is behind them.

    What lies in a network that is peered is reached by the peering.

    Returns:
        Texts by file names, as `az network vnet-gateway list-learned-routes` has them.
    """
    ranges = dict.fromkeys(
        (
            *needs.addresses.on_premises,
            *(
                each
                for it in needs.operators
                if it.desk in BEHIND
                for each in it.ranges
            ),
        )
    )
    near = [each for _, it in peered(needs) for each in it.ranges]
    ranges = {each: None for each in ranges if not any(it.covers(each) for it in near)}
    out = {}
    for item in deployment.resources:
        if item.type == _GATEWAY and ranges:
            rows: list[Json] = [
                {
                    "asPath": "",
                    "localAddress": "",
                    "network": str(each),
                    "nextHop": "",
                    "origin": "EBgp",
                    "sourcePeer": "",
                    "weight": 32769,
                }
                for each in ranges
            ]
            out[f"{item.name}.learned-routes.json"] = _json({"value": rows})
    return out


def _json(value: Json) -> str:
    return json.dumps(value, indent=2) + "\n"


def _peered(deployment: Deployment) -> Iterator[tuple[str, str]]:
    """Yield networks that are peered with one of the design, and its symbol."""
    for item in deployment.resources:
        if item.type == _PEERING:
            properties = without_notes(item.body.get("properties"))
            remote = _under(properties, "remoteVirtualNetwork")
            identity = _under(remote, "id")
            if isinstance(identity, str):
                yield identity.lower(), item.parent


def _under(value: Value, key: str) -> Value:
    return value.get(key) if isinstance(value, Mapping) else None


def _identity(
    deployment: Deployment, symbol: str, surface: Surface, *, verified: bool
) -> str:
    """Return the id of a network of the design, as the surface's reader has it."""
    if surface is Surface.TERRAFORM and verified:
        return f"module.{snake(symbol)}.azurerm_virtual_network.vnet"
    if surface is Surface.TERRAFORM:
        return f"azurerm_virtual_network.{snake(symbol)}"
    return f"{_NOWHERE}{_NETWORK}/{deployment.resource(symbol).name}"


def _existing(needs: Requirements, there: ExistingNetwork) -> Iterator[Object]:
    network = there.node_subnet.rpartition("/subnets/")[0]
    place = f"{network.partition('/providers/')[0]}/providers/Microsoft.Network"
    table = f"{place}/routeTables/standing"
    ranges = [there.node_range, *((there.pod_range,) if there.pod_range else ())]
    subnets: list[Json] = [_subnet(there.node_subnet, there.node_range, there, table)]
    if there.pod_subnet and there.pod_range:
        subnets.append(_subnet(there.pod_subnet, there.pod_range, there, table))
    if not there.next_hop:
        yield _network(needs, network, ranges, subnets)
        return
    hop = AddressRange.parse(there.next_hop)
    inside = any(each.covers(hop) for each in ranges)
    hub = f"{place}/virtualNetworks/standing-hub"
    yield _network(needs, network, ranges, subnets, [] if inside else [hub])
    if not inside:
        hop_subnet: Json = {
            "id": f"{hub}/subnets/standing",
            "name": "standing",
            "properties": {"addressPrefix": f"{hop}/32"},
        }
        yield _network(needs, hub, [hop], [hop_subnet], [network])
    yield _table(needs, table, there.next_hop)


def _table(needs: Requirements, identity: str, next_hop: str) -> Object:
    return {
        "id": identity,
        "name": "standing",
        "type": "Microsoft.Network/routeTables",
        "location": needs.region,
        "properties": {
            "disableBgpRoutePropagation": True,
            "routes": [
                {
                    "name": "default",
                    "properties": {
                        "addressPrefix": "0.0.0.0/0",
                        "nextHopType": "VirtualAppliance",
                        "nextHopIpAddress": next_hop,
                    },
                }
            ],
        },
    }


def _subnet(
    identity: str, addresses: AddressRange, there: ExistingNetwork, table: str
) -> Object:
    properties: dict[str, Json] = {
        "addressPrefix": str(addresses),
        "privateEndpointNetworkPolicies": "Disabled",
        "privateLinkServiceNetworkPolicies": "Enabled",
        "serviceEndpoints": [],
        "defaultOutboundAccess": False,
    }
    if there.next_hop:
        properties["routeTable"] = {"id": table}
    return {
        "id": identity,
        "name": identity.rpartition("/")[2],
        "properties": properties,
    }


def _peer(
    needs: Requirements, network: str, ranges: tuple[AddressRange, ...], own: str
) -> Object:
    subnets: list[Json] = [
        {
            "id": f"{network}/subnets/operators-{at}",
            "name": f"operators-{at}",
            "properties": {
                "addressPrefix": str(each),
                "privateEndpointNetworkPolicies": "Disabled",
                "serviceEndpoints": [],
            },
        }
        for at, each in enumerate(ranges)
    ]
    return _network(needs, network, list(ranges), subnets, [own])


def _network(
    needs: Requirements,
    identity: str,
    ranges: list[AddressRange],
    subnets: list[Json],
    peers: list[str] | None = None,
) -> Object:
    def whole(each: AddressRange) -> str:
        return str(each) if "/" in str(each) else f"{each}/32"

    return {
        "id": identity,
        "name": identity.rpartition("/")[2],
        "type": _NETWORK,
        "location": needs.region,
        "properties": {
            "addressSpace": {"addressPrefixes": [whole(each) for each in ranges]},
            "dhcpOptions": {"dnsServers": []},
            "subnets": subnets,
            "virtualNetworkPeerings": [
                {
                    "id": f"{identity}/virtualNetworkPeerings/standing-{at}",
                    "name": f"standing-{at}",
                    "properties": {
                        "remoteVirtualNetwork": {"id": peer},
                        "peeringState": "Connected",
                        "allowVirtualNetworkAccess": True,
                        "allowForwardedTraffic": True,
                        "allowGatewayTransit": False,
                        "useRemoteGateways": False,
                    },
                }
                for at, peer in enumerate(peers or ())
            ],
        },
    }
