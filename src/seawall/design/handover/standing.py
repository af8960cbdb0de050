"""What stands already around a design, as the needs tell of it.

It is read for the proof and never deployed: a subnet to fit into with its route, and
networks of operators that are peered.

Source: Azure REST API, virtualNetworks, routeTables and their children.
"""

import json
from collections.abc import Iterator

from seawall.design.handover.answer import Surface
from seawall.design.options import Choices, Network
from seawall.design.requirements.needs import ExistingNetwork, Operator, Requirements
from seawall.emit.kubernetes import Json, Object
from seawall.model.address import AddressRange

FILE = "standing.json"
_NETWORKS = "Microsoft.Network/virtualNetworks"


def standing(needs: Requirements, choices: Choices, surface: Surface) -> str:
    """Return resources as `az resource` prints them; empty if nothing stands."""
    found: list[Json] = []
    if choices.network is Network.EXISTING and needs.existing is not None:
        found += _existing(needs, needs.existing)
    for operator in needs.operators:
        if operator.network and operator.ranges:
            found.append(_peer(needs, operator))
    del surface
    return json.dumps(found, indent=2) + "\n" if found else ""


def _existing(needs: Requirements, there: ExistingNetwork) -> Iterator[Object]:
    network = there.node_subnet.rpartition("/subnets/")[0]
    table = f"{network.partition('/providers/')[0]}/providers/Microsoft.Network"
    table += "/routeTables/standing"
    ranges = [there.node_range, *((there.pod_range,) if there.pod_range else ())]
    subnets: list[Json] = [_subnet(there.node_subnet, there.node_range, there, table)]
    if there.pod_subnet and there.pod_range:
        subnets.append(_subnet(there.pod_subnet, there.pod_range, there, table))
    yield _network(needs, network, ranges, subnets)
    if there.next_hop:
        yield {
            "id": table,
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
                            "nextHopIpAddress": there.next_hop,
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


def _peer(needs: Requirements, operator: Operator) -> Object:
    subnets: list[Json] = [
        {
            "id": f"{operator.network}/subnets/operators-{at}",
            "name": f"operators-{at}",
            "properties": {
                "addressPrefix": str(each),
                "privateEndpointNetworkPolicies": "Disabled",
                "serviceEndpoints": [],
            },
        }
        for at, each in enumerate(operator.ranges)
    ]
    return _network(needs, operator.network, list(operator.ranges), subnets)


def _network(
    needs: Requirements,
    identity: str,
    ranges: list[AddressRange],
    subnets: list[Json],
) -> Object:
    return {
        "id": identity,
        "name": identity.rpartition("/")[2],
        "type": _NETWORKS,
        "location": needs.region,
        "properties": {
            "addressSpace": {"addressPrefixes": [str(each) for each in ranges]},
            "dhcpOptions": {"dnsServers": []},
            "subnets": subnets,
            "virtualNetworkPeerings": [],
        },
    }
