"""The deployment that commands stand for, put together from their bodies alone."""

from collections.abc import Mapping
from dataclasses import replace

from seawall.emit.az.command import Command
from seawall.emit.az.commands import commands
from seawall.emit.tree import Deployment, Resource, Value

_POOLS = "agentPoolProfiles"


def told(deployment: Deployment) -> Deployment:
    """Return what is made by the commands for a deployment."""
    found: dict[str, Resource] = {
        item.symbol: item for item in deployment.resources if item.is_existing
    }
    for command in commands(deployment):
        own = deployment.resource(command.symbol)
        if command.path:
            _part(found, command, own)
        elif command.changes:
            known = found[own.symbol]
            found[own.symbol] = replace(known, body=_over(known.body, command.body))
        else:
            found[own.symbol] = replace(own, body=command.body, needs=())
    order = {item.symbol: at for at, item in enumerate(deployment.resources)}
    listed = sorted(found.items(), key=lambda it: order.get(it[1].parent or it[0], 0))
    return replace(deployment, resources=tuple(it for _symbol, it in listed))


def _part(found: dict[str, Resource], command: Command, own: Resource) -> None:
    """Put a part where its resource lists it, or beside it."""
    (name,) = command.path
    if command.changes:
        above = found[own.symbol]
        listed = _with_pool(above.body, name, command.body)
        if listed is not None:
            found[own.symbol] = replace(above, body=listed)
            return
    symbol = f"{own.symbol}{command.type.rpartition('/')[2]}{name.title()}"
    symbol = "".join(letter for letter in symbol if letter.isalnum())
    known = found.get(symbol)
    body = command.body if known is None else _over(known.body, command.body)
    found[symbol] = Resource(
        symbol, command.type, own.api_version, name, body, own.symbol
    )


def _with_pool(
    body: Mapping[str, Value], name: str, change: Mapping[str, Value]
) -> Mapping[str, Value] | None:
    """Return a cluster with one of its listed pools changed; None if not listed."""
    properties = body.get("properties")
    inner = change.get("properties")
    if not isinstance(properties, Mapping) or not isinstance(inner, Mapping):
        return None
    pools = properties.get(_POOLS)
    if not isinstance(pools, tuple):
        return None
    new = tuple(
        _over(pool, inner)
        if isinstance(pool, Mapping) and pool.get("name") == name
        else pool
        for pool in pools
    )
    if new == pools:
        return None
    return {**body, "properties": {**properties, _POOLS: new}}


def _over(known: Mapping[str, Value], new: Mapping[str, Value]) -> dict[str, Value]:
    """Return values with others put over them, key by key."""
    out = dict(known)
    for key, value in new.items():
        held = out.get(key)
        both = isinstance(held, Mapping) and isinstance(value, Mapping)
        out[key] = _over(held, value) if both else value  # type: ignore[arg-type]
    return out
