"""Policies of one segment, in the language of the engine."""

from collections.abc import Iterator

from seawall.design.objects import cilium, plain
from seawall.design.objects.closed import file_of
from seawall.design.objects.opening import Blocks, Direction, Names, Opening
from seawall.design.objects.openings import Openings
from seawall.design.objects.place import Place
from seawall.design.objects.site import PRIVATE_SPACE
from seawall.design.options import DefaultDeny
from seawall.emit.kubernetes import Json, Manifest


def segment_policies(place: Place, openings: Openings) -> Iterator[Manifest]:
    """Return the policies of a segment: one for each way, and for what needs Cilium.

    Where its namespace is not closed as a whole, both ways are there even if they let
    nothing pass: a segment is kept apart all the same.
    """
    found = openings.of(place)
    named = [item for item in found if isinstance(item.peer, Names)]
    asked = [
        item
        for item in found
        if item.requests is not None and item.direction is Direction.INGRESS
    ]
    rest = [item for item in found if item not in named and item not in asked]
    for way in Direction:
        mine = [item for item in rest if item.direction is way]
        if mine or openings.choices.default_deny is DefaultDeny.OFF:
            yield _plain(place, way, mine)
    if named:
        own = [
            each
            for item in rest
            if item.direction is Direction.EGRESS and isinstance(item.peer, Blocks)
            for each in item.peer.ranges
        ]
        rules: dict[str, Json] = {
            "egress": [cilium.by_name(item) for item in named],
            "egressDeny": [cilium.inside(PRIVATE_SPACE, own)],
        }
        says = (
            "Names in the internet; their addresses are those that DNS answered. A "
            "name that leads inside is not followed there."
        )
        yield _cilium(place, "names", rules, named, says)
    if asked:
        rules = {
            "ingress": [cilium.by_request(item, place.namespace) for item in asked]
        }
        says = "Requests by method and path; a proxy on the node reads them."
        yield _cilium(place, "requests", rules, asked, says)


def _plain(place: Place, way: Direction, openings: list[Opening]) -> Manifest:
    every = [item.peer for item in openings if not item.ports]
    needed = [item for item in openings if not item.ports or item.peer not in every]
    rules = [plain.rule(item, place.namespace) for item in needed]
    unique = [rule for at, rule in enumerate(rules) if rule not in rules[:at]]
    name = f"{place.segment.name}-{way.value}"
    body = plain.network_policy(name, place.namespace, place.labels, {way: unique})
    says = _SAYS[way, bool(openings)].format(place.segment.name) + _listed(openings)
    return Manifest(file_of(place.namespace), body, _serves(place, openings), says)


def _cilium(
    place: Place,
    what: str,
    rules: dict[str, Json],
    openings: list[Opening],
    says: str,
) -> Manifest:
    name = f"{place.segment.name}-{what}"
    body = cilium.policy(name, place.namespace, place.labels, rules)
    says += _listed(openings)
    return Manifest(file_of(place.namespace), body, _serves(place, openings), says)


def _serves(place: Place, openings: list[Opening]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(item.serves for item in openings)) or (place.path,)


def _listed(openings: list[Opening]) -> str:
    return "".join(f"\n  {item.serves}: {item.says}{_ports(item)}" for item in openings)


def _ports(opening: Opening) -> str:
    if not opening.ports:
        return ""
    return ", TCP " + ", ".join(str(port) for port in opening.ports)


_SAYS = {
    (Direction.INGRESS, True): "Who reaches {}:",
    (Direction.INGRESS, False): "Nobody calls {}.",
    (Direction.EGRESS, True): "What {} reaches, beside DNS:",
    (Direction.EGRESS, False): "{} calls nobody, beside DNS.",
}
