"""A deployment as commands, in the order in which they are given."""

from collections.abc import Iterator

from seawall.emit.az.command import Command, Document, Word
from seawall.emit.az.flags import pairs, words_of
from seawall.emit.az.kinds import KINDS
from seawall.emit.az.kinds.network import GROUP
from seawall.emit.az.kinds.shape import Kind
from seawall.emit.graph import comment_of, standing_before
from seawall.emit.parts import Absent, Part, Unsaid, bare
from seawall.emit.tree import (
    Deployment,
    Id,
    Joined,
    Resource,
    Value,
    without_notes,
)

_WHOLE = "Written whole: the flags of az's core do not say all of it."


def commands(deployment: Deployment) -> tuple[Command, ...]:
    """Return the commands that make a deployment.

    Raises:
        Unsaid: Something has no words in az.
    """
    return tuple(
        command
        for resource in _in_order(deployment)
        for command in _of(resource, deployment)
    )


def _in_order(deployment: Deployment) -> Iterator[Resource]:
    """Yield what is made, each after all that it waits for."""
    done: set[str] = set()

    def visit(resource: Resource) -> Iterator[Resource]:
        if resource.symbol in done:
            return
        done.add(resource.symbol)
        for symbol in standing_before(deployment, resource):
            yield from visit(deployment.resource(symbol))
        if not resource.is_existing:
            yield resource

    for item in deployment.resources:
        if not item.is_existing:
            yield from visit(item)


def _of(resource: Resource, deployment: Deployment) -> Iterator[Command]:
    kind = KINDS.get(resource.type)
    if kind is None:
        yield from _whole(resource)
        return
    part = Part(resource.body, resource.symbol)
    more = list(kind.more(resource, part)) if kind.more else []
    body = without_notes(part.left())
    words = (
        *kind.command.split(),
        *_place(resource, part, kind, deployment),
        *words_of(part, (*kind.rules, pairs("tags", "--tags"))),
        *kind.last,
    )
    yield Command(
        words,
        resource.symbol,
        resource.type,
        (),
        body if isinstance(body, dict) else {},
        comment_of(resource),
        once=kind.once,
    )
    yield from more


def _place(
    resource: Resource, part: Part, kind: Kind, deployment: Deployment
) -> Iterator[Word]:
    """Yield the name of a resource and where it stands."""
    above = deployment.resource(resource.parent) if resource.parent else None
    if kind.group:
        group: Value = GROUP
        if above is not None and above.is_existing and above.resource_group:
            group = above.resource_group
        yield "--resource-group"
        yield group
        if above is not None and above.is_existing and above.subscription:
            yield "--subscription"
            yield above.subscription
    if kind.parent:
        if above is None:
            raise Unsaid(f"{resource.symbol} must say what it is a part of")
        yield kind.parent
        yield above.name
    if kind.name:
        yield kind.name
        yield resource.name
    if kind.scope:
        yield kind.scope
        yield Id(resource.scope)
    if kind.located:
        location = part.take("location")
        if not isinstance(location, Absent):
            yield "--location"
            yield bare(location)


def _whole(resource: Resource) -> Iterator[Command]:
    """Write a resource in ARM's own words.

    Source: azure-cli 2.91.0: `az resource create` takes none without a location.
    """
    body = without_notes(dict(resource.body))
    held = body if isinstance(body, dict) else {}
    own, version = Id(resource.symbol), resource.api_version
    comment = " ".join(it for it in (comment_of(resource), _WHOLE) if it)
    words: tuple[Word, ...] = (
        *("resource", "create", "--id", own, "--api-version", version),
        *("--is-full-object", "--properties", Document(held)),
    )
    placed = "location" in held
    if not placed:
        place = Joined((own, f"?api-version={version}"))
        words = ("rest", "--method", "put", "--uri", place, "--body", Document(held))
    yield Command(words, resource.symbol, resource.type, (), held, comment)
    if not placed:
        waits = ("resource", "wait", "--created", "--ids", own, "--api-version")
        yield Command(
            (*waits, version), resource.symbol, resource.type, (), {}, changes=True
        )
