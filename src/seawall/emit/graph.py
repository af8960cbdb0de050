"""What of a tree refers to what, and subnets written where their network is.

Networks list their subnets themselves in Bicep and ARM: a network that is deployed
without the list may lose them.

Source: Azure docs, bicep scenarios-virtual-networks.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from seawall.emit.tree import (
    Deployment,
    Guid,
    Id,
    Joined,
    Keyed,
    Noted,
    PartId,
    Read,
    Resource,
    Value,
)

NETWORK = "Microsoft.Network/virtualNetworks"
SUBNET = NETWORK + "/subnets"


def references(value: Value) -> Iterator[str]:
    """Yield the symbols of the resources that a value refers to."""
    if isinstance(value, Id | Read | PartId):
        yield value.symbol
    elif isinstance(value, Noted):
        yield from references(value.value)
    elif isinstance(value, Joined | Guid):
        yield from references(value.parts)
    elif isinstance(value, Keyed):
        for pair in value.pairs:
            yield from references(pair)
    elif isinstance(value, Mapping):
        yield from references(tuple(value.values()))
    elif isinstance(value, tuple):
        for item in value:
            yield from references(item)


def referred(resource: Resource) -> tuple[str, ...]:
    """Return the symbols that a resource refers to, each once, its own left out."""
    found = [resource.parent, resource.scope, *references(resource.name)]
    found += [*references(resource.body), *resource.needs]
    return tuple(
        each for each in dict.fromkeys(found) if each not in ("", resource.symbol)
    )


def standing_before(deployment: Deployment, resource: Resource) -> tuple[str, ...]:
    """Return the symbols of what is deployed before a resource.

    What stands already is not deployed; its parent may be.
    """
    found: dict[str, None] = {}
    waiting = list(reversed(referred(resource)))
    while waiting:
        item = deployment.resource(waiting.pop())
        if not item.is_existing:
            found[item.symbol] = None
        elif item.parent:
            waiting.append(item.parent)
    return tuple(found)


def comment_of(resource: Resource) -> str:
    """Return the comment of a resource: what it is, then whom it serves."""
    serves = f"Serves {', '.join(resource.serves)}." if resource.serves else ""
    return "\n".join(part for part in (resource.comment, serves) if part)


def with_listed_subnets(deployment: Deployment) -> Deployment:
    """Return a deployment whose networks list their subnets."""
    networks = {
        item.symbol
        for item in deployment.resources
        if item.type == NETWORK and not item.is_existing
    }
    used = set(references(tuple(item.value for item in deployment.outputs)))
    for item in deployment.resources:
        used.update(referred(item))
    found: list[Resource] = []
    for item in deployment.resources:
        if item.symbol in networks:
            found += _network(deployment, item, used)
        elif item.type != SUBNET or item.parent not in networks:
            found.append(item)
    return replace(deployment, resources=tuple(found))


def _network(
    deployment: Deployment, network: Resource, used: set[str]
) -> Iterator[Resource]:
    subnets = [
        item
        for item in deployment.resources
        if item.type == SUBNET and item.parent == network.symbol
    ]
    listed: tuple[Value, ...] = tuple(
        Noted({"name": item.name, **item.body}, comment_of(item)) for item in subnets
    )
    properties = network.body.get("properties")
    inner = properties if isinstance(properties, Mapping) else {}
    needs = [each for item in subnets for each in item.needs]
    yield replace(
        network,
        body={**network.body, "properties": {**inner, "subnets": listed}},
        needs=tuple(dict.fromkeys((*network.needs, *needs))),
    )
    for item in subnets:
        if item.symbol in used:
            yield replace(
                item, body={}, needs=(), serves=(), comment="", is_existing=True
            )
