"""What needs say of networks that stand already, as Azure would show it.

The files of a design refer to these networks and do not hold them; whoever reads the
files back reads this beside them. Of what the needs do not tell there is nothing here:
no security group, and of a network no more than its subnets that are named.

Source: Azure REST API, Microsoft.Network; the shape of `az network vnet list -o json`.
"""

from collections.abc import Iterator
from typing import Any

from seawall.design.requirements.needs import Desk, Operator, Requirements

Json = dict[str, Any]
_SEGMENTS = 8
"""Of the ID of a network, before those of its subnet."""


def standing(needs: Requirements) -> tuple[Json, ...]:
    """Return the networks and route tables that stand already; nothing if none do."""
    peered = (
        _peer(each)
        for each in needs.operators
        if each.desk is Desk.PEERING and each.network and each.ranges
    )
    return (*_existing(needs), *peered)


def _resource(own: str, kind: str, **properties: object) -> Json:
    return {"id": own, "name": own.rsplit("/", 1)[-1], "type": kind, **properties}


def _existing(needs: Requirements) -> Iterator[Json]:
    found = needs.existing
    if found is None:
        return
    parts = found.node_subnet.strip("/").split("/")
    network = "/" + "/".join(parts[:_SEGMENTS])
    table: Json | None = None
    if found.next_hop:
        providers = network.rsplit("/", 2)[0]
        own = f"{providers}/routeTables/{parts[-1]}"
        table = {"id": own}
        yield _resource(
            own,
            "Microsoft.Network/routeTables",
            routes=[
                {
                    "name": "default",
                    "addressPrefix": "0.0.0.0/0",
                    "nextHopType": "VirtualAppliance",
                    "nextHopIpAddress": found.next_hop,
                }
            ],
        )
    subnets = [_subnet(found.node_subnet, str(found.node_range), table)]
    if found.pod_subnet and found.pod_range is not None:
        subnets.append(_subnet(found.pod_subnet, str(found.pod_range), table))
    yield _network(network, subnets)


def _network(own: str, subnets: list[Json]) -> Json:
    prefixes = [each["addressPrefix"] for each in subnets]
    return _resource(
        own,
        "Microsoft.Network/virtualNetworks",
        addressSpace={"addressPrefixes": prefixes},
        subnets=subnets,
    )


def _subnet(own: str, prefix: str, table: Json | None) -> Json:
    return _resource(
        own,
        "Microsoft.Network/virtualNetworks/subnets",
        addressPrefix=prefix,
        routeTable=table,
    )


def _peer(operator: Operator) -> Json:
    subnets = [
        _subnet(
            f"{operator.network}/subnets/{operator.name}-{index + 1}", str(it), None
        )
        for index, it in enumerate(operator.ranges)
    ]
    return _network(operator.network, subnets)
