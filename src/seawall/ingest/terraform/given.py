"""What is given to whom the input does not show, and what he may change of it.

Source: Terraform docs, Modules: a module knows of its caller what it is given.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from seawall.ingest.doubts.alike import ANYTHING
from seawall.ingest.doubts.handed import CHANGED, Taker, leaves, named, once
from seawall.ingest.doubts.lists import NETWORKS, SUBNETS
from seawall.ingest.resource import Change, Unresolved
from seawall.ingest.terraform.attributes import KINDS
from seawall.ingest.terraform.instance import Instance, Link
from seawall.ingest.terraform.spelled import pattern_of
from seawall.model.origin import Origin

Argument: TypeAlias = tuple[str, object]
"""A name, and what is given by it."""

MODULE = "#module"
"""The type of what stands for the call of a module that is not read."""

_INLINE = "/subnets/"
_BELOW = re.compile(r"<([^<>#]+)>/subnets/([^/]+)", re.IGNORECASE)


def changes_by(call: Instance, found: Sequence[Instance]) -> Iterator[Change]:
    """Yield what a module may change of what it is given.

    Args:
        call: What stands for the call.
        found: All instances of the deployment.
    """
    taker = Taker(f"the module `{call.label}` is not read", call.address, call.source)
    return once(changes_of(taker, call.values.items(), call.origin, found))


def changes_of(
    taker: Taker, given: Iterable[Argument], place: Origin, found: Sequence[Instance]
) -> Iterator[Change]:
    """Yield what somebody may change of what he is given.

    Args:
        taker: He.
        given: It.
        place: Where that stands.
        found: All instances of the deployment.
    """
    made = [item for item in found if not item.type.startswith("#")]
    addressed = {item.address.lower(): item for item in made}
    addressed |= {item.id: item for item in made}
    for argument, value in given:
        origin = place.at(argument)
        for key, leaf in leaves(value, argument):
            if not leaf or not isinstance(leaf, str | Unresolved):
                continue
            kind, own = _meant(leaf, addressed)
            if kind:
                if kind in CHANGED:
                    yield taker.change(kind, own, origin)
            else:
                text = pattern_of(leaf)
                is_known = isinstance(leaf, str)
                yield from taker.changes(key, text, origin, is_known=is_known)


def _meant(leaf: object, addressed: Mapping[str, Instance]) -> tuple[str, str]:
    """Return the type and id of the resource that a value is of, or nothing."""
    address = leaf.lower() if isinstance(leaf, str) else ""
    if isinstance(leaf, Link) and leaf.attribute in {"id", "name"}:
        address = leaf.address.lower()
    elif isinstance(leaf, Link) and (match := _BELOW.fullmatch(leaf.spelled)):
        network = addressed.get(match[1].lower())
        name = pattern_of(network.values.get("name")) if network else ANYTHING
        return SUBNETS, named(SUBNETS, match[2], name)
    item = addressed.get(address)
    if item is not None:
        kind = KINDS.get(item.type)
        return (kind.arm, item.id) if kind is not None else ("#", "")
    network = addressed.get(address.partition(_INLINE)[0])
    if _INLINE in address and network is not None:
        kind = KINDS.get(network.type)
        if kind is not None and kind.arm == NETWORKS:
            return SUBNETS, address
    return "", ""
