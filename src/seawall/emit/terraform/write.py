"""A deployment as files of Terraform."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from seawall.emit.graph import comment_of
from seawall.emit.parts import Part, Unsaid
from seawall.emit.terraform.azapi import beyond_of, whole
from seawall.emit.terraform.base import around
from seawall.emit.terraform.hcl import Attribute, Block, Expression, Hcl, Line, written
from seawall.emit.terraform.kinds import KINDS
from seawall.emit.terraform.kinds.names import ZONE_GROUP
from seawall.emit.terraform.modules import MODULES
from seawall.emit.terraform.modules.calling import call, children, spots
from seawall.emit.terraform.names import GROUP, Names, referred, snake
from seawall.emit.terraform.shape import (
    Kind,
    Place,
    Tie,
    attr,
    ordered,
    within,
)
from seawall.emit.tree import Deployment, Id, Resource

_FOLDED = {
    "Microsoft.Network/privateEndpoints/privateDnsZoneGroups": (
        "private_dns_zone_group",
        (attr("name", "name"), *ZONE_GROUP),
    ),
}
"""Children that are a block of their parent in Terraform."""

_WAITING = (
    "Microsoft.ContainerService/managedClusters",
    "Microsoft.ContainerService/managedClusters/agentPools",
    "Microsoft.Network/applicationGateways",
)
"""Types that need all of their subnet to be there: its routes, filters and NAT."""

_SUBNET = "Microsoft.Network/virtualNetworks/subnets"


@dataclass(slots=True)
class _Folder:
    """The files that are being written."""

    names: Names
    files: dict[str, list[Line]] = field(default_factory=lambda: defaultdict(list))
    ties: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))


def terraform(deployment: Deployment, *, verified: bool = False) -> Mapping[str, str]:
    """Return the text of each file.

    Args:
        deployment: What is written.
        verified: Whether to call Azure Verified Modules for what they have words for.

    Raises:
        Unsaid: Something has no words in Terraform.
    """
    folder = _Folder(named(deployment))
    if verified:
        folder.names.spots = spots(folder.names)
    for resource in deployment.resources:
        if resource.is_existing or resource.type in _FOLDED:
            continue
        if resource.symbol not in folder.names.spots:
            _write(resource, folder)
        elif resource.type in MODULES:
            _call(resource, folder)
    files = {name: written(blocks) for name, blocks in folder.files.items()}
    return around(deployment, folder.names, files)


def left_plain(deployment: Deployment) -> tuple[str, ...]:
    """Return the types in ARM that no module makes all of, each once.

    Raises:
        Unsaid: A type has no words in Terraform.
    """
    made = spots(named(deployment))
    kept = (it for it in deployment.resources if not it.is_existing)
    return tuple(dict.fromkeys(it.type for it in kept if it.symbol not in made))


def named(deployment: Deployment) -> Names:
    """Return what the resources of a deployment are called.

    Raises:
        Unsaid: A type has no words in Terraform.
    """
    types: dict[str, str] = {}
    for resource in deployment.resources:
        kind = KINDS.get(resource.type)
        folded = resource.type in _FOLDED
        if kind is None and not folded and not resource.is_existing:
            raise Unsaid(f"{resource.type} has no words in Terraform")
        types[resource.symbol] = kind.type if kind is not None else ""
    reads = {arm: kind.reads for arm, kind in KINDS.items()}
    return Names(deployment, types, reads)


def _call(resource: Resource, folder: _Folder) -> None:
    """Write the call of a module.

    A subnet is there before the rules of its security group and the routes of its
    table are, so that what waits for it waits for these too.
    """
    names = folder.names
    names.here = resource.symbol
    made = children(resource, names)
    for child in made:
        tied = [it for it in referred(child.body) if not names.resource(it).is_existing]
        folder.ties[child.symbol] += [names.address(it) for it in tied]
    kind = KINDS[resource.type]
    waits = _waits(resource, folder)
    folder.files[kind.file].append(call(resource, made, names, waits))


def _write(resource: Resource, folder: _Folder) -> None:
    kind, names = KINDS[resource.type], folder.names
    names.here = resource.symbol
    part = Part(resource.body, resource.symbol)
    waits = _waits(resource, folder)
    place = Place(resource.symbol, resource.api_version, waits)
    more = list(kind.more(place, part, names)) if kind.more else []
    later = beyond_of(part, kind.beyond)
    more = [
        block for tie in kind.ties for block in _tied(resource, part, tie, folder)
    ] + more
    lines = ordered(
        (
            *_head(resource, kind, names),
            *_located(part, kind, names),
            *within(part, names, (*kind.rules, attr("tags", "tags"))),
            *_folded(resource, names),
        )
    )
    if waits:
        lines = (*lines, Attribute("depends_on", waits))
    address = f'resource "{kind.type}" "{snake(resource.symbol)}"'
    file = folder.files[kind.file]
    file.append(Block(address, lines, comment_of(resource)))
    if later:
        file.append(whole(resource, later, names))
    file += more


def _head(resource: Resource, kind: Kind, names: Names) -> Iterator[Line]:
    if kind.named:
        yield Attribute("name", names.hcl(resource.name))
    yield from _home(resource, kind, names)


def _home(resource: Resource, kind: Kind, names: Names) -> Iterator[Line]:
    """Yield where a resource stands: its group, and what it is a part of."""
    above = resource.parent or resource.scope
    parent = names.resource(above) if above else None
    group: Hcl = Expression(f"{GROUP}.name")
    if parent is not None and parent.is_existing and parent.resource_group:
        group = parent.resource_group
        if parent.subscription and kind.group:
            raise Unsaid(
                f"{resource.symbol} would stand in another subscription, for which"
                " azurerm needs a provider of its own"
            )
    if kind.group:
        yield Attribute("resource_group_name", group)
    if kind.parent and parent is None and kind.parent != "scope":
        raise Unsaid(f"{resource.symbol} must say what it is a part of")
    if kind.parent.endswith("_name") and parent is not None:
        value: Hcl = Expression(f"{names.address(above)}.name")
        yield Attribute(
            kind.parent, names.hcl(parent.name) if parent.is_existing else value
        )
    elif kind.parent:
        whole_group = Expression(f"{GROUP}.id")
        yield Attribute(kind.parent, names.hcl(Id(above)) if above else whole_group)


def _located(part: Part, kind: Kind, names: Names) -> Iterator[Line]:
    if kind.located:
        yield from attr("location", "location")(part, names)


def _tied(resource: Resource, part: Part, tie: Tie, folder: _Folder) -> Iterator[Block]:
    """Yield the associations that a property is written as."""
    names = folder.names
    if tie.many:
        found = [
            value
            for inner in part.parts(tie.path) or ()
            if isinstance(value := inner.take("id"), Id)
        ]
    else:
        taken = part.take(tie.path)
        found = [taken] if isinstance(taken, Id) else []
    for at, value in enumerate(found):
        label = snake(resource.symbol) + (f"_{at + 1}" if len(found) > 1 else "")
        own = Attribute(tie.own, names.hcl(Id(resource.symbol)))
        other = Attribute(tie.other, names.hcl(value))
        folder.ties[resource.symbol].append(f"{tie.type}.{label}")
        yield Block(f'resource "{tie.type}" "{label}"', (own, other))


def _folded(resource: Resource, names: Names) -> Iterator[Line]:
    """Yield the children that are blocks of their parent."""
    for child in names.deployment.resources:
        if child.parent == resource.symbol and child.type in _FOLDED:
            head, rules = _FOLDED[child.type]
            body = {"name": child.name, **child.body}
            lines = within(Part(body, child.symbol), names, rules)
            yield Block(head, lines, child.comment)


def _waits(resource: Resource, folder: _Folder) -> tuple[Hcl, ...]:
    """Return references to what must stand before a resource."""
    names = folder.names
    waited: list[str] = []
    for symbol in resource.needs:
        needed = names.resource(symbol)
        if not needed.is_existing:
            folded = needed.type in _FOLDED
            waited.append(names.address(needed.parent if folded else symbol))
    if resource.type in _WAITING:
        for symbol in referred(resource.body):
            if names.resource(symbol).type == _SUBNET:
                waited += folder.ties[symbol]
    return tuple(Expression(it) for it in dict.fromkeys(waited))
