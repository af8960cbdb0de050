"""Next hops, and how candidates for them compete."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from enum import Enum
from itertools import groupby
from typing import NamedTuple

from seawall.engine.path.ground.space import EVERYWHERE, NOWHERE, Space
from seawall.model.address import Address
from seawall.model.network import Peering
from seawall.model.trace import DecidingRule


class Toward(Enum):
    """Where a route leads."""

    LOCAL = "the network itself"
    PEERING = "a peered network"
    APPLIANCE = "a virtual appliance"
    INTERNET = "the internet"
    GATEWAY = "a gateway"
    SERVICE = "a service endpoint"
    NONE = "nowhere"
    UNKNOWN = "not known"


@dataclass(frozen=True, slots=True)
class Hop:
    """The next hop of a route.

    Attributes:
        toward: Its kind.
        peering: For PEERING.
        appliance: The address, for APPLIANCE; None if it is not given.
        rule: The route, for a person; not part of what the hop is.
        says: Why, where that needs words.
    """

    toward: Toward
    peering: Peering | None = None
    appliance: Address | None = None
    rule: DecidingRule | None = field(default=None, compare=False)
    says: str = field(default="", compare=False)


class Lane(NamedTuple):
    """Destinations that share a next hop."""

    destinations: Space
    hop: Hop


class Candidate(NamedTuple):
    """A route that competes for destinations.

    Attributes:
        destinations: What it covers.
        hop: Where it leads.
        is_sure: Whether it surely applies there.
        order: Lower wins; candidates of equal order have no order among themselves.
    """

    destinations: Space
    hop: Hop
    is_sure: bool
    order: tuple[int, int, str]


_Cell = tuple[Space, tuple[Hop, ...]]


def resolved(candidates: Iterable[Candidate]) -> Iterator[Lane]:
    """Yield the lanes that competing routes leave.

    The first candidate that surely applies wins; where others that may apply come
    before it and lead elsewhere, the hop is not known.

    Args:
        candidates: In any order; together they cover everything surely.
    """
    ranked = sorted(candidates, key=lambda each: each.order)
    found: dict[tuple[Hop, DecidingRule | None, str], Space] = {}
    cells: list[_Cell] = [(EVERYWHERE, ())]
    for _, rank in groupby(ranked, key=lambda each: each.order):
        cells, decided = _one_rank(cells, list(rank))
        for cell, options in decided:
            hop = _agreed(options)
            key = (hop, hop.rule, hop.says)
            found[key] = found.get(key, NOWHERE) | cell
    for (hop, rule, says), cell in found.items():
        yield Lane(cell, replace(hop, rule=rule, says=says))


def _one_rank(
    cells: list[_Cell], rank: list[Candidate]
) -> tuple[list[_Cell], list[_Cell]]:
    """Let the candidates of one rank, which have no order, take what they can.

    Returns:
        The cells that remain open, and those that are decided.
    """
    sure = NOWHERE
    for candidate in rank:
        out: list[_Cell] = []
        for cell, options in cells:
            hit = cell & candidate.destinations
            if not hit:
                out.append((cell, options))
                continue
            out.append((hit, (*options, candidate.hop)))
            if rest := cell - hit:
                out.append((rest, options))
        cells = out
        if candidate.is_sure:
            sure = sure | candidate.destinations
    still_open = [(rest, how) for cell, how in cells if (rest := cell - sure)]
    decided = [(hit, how) for cell, how in cells if (hit := cell & sure)]
    return still_open, decided


def _agreed(options: tuple[Hop, ...]) -> Hop:
    if len(set(options)) == 1:
        return options[-1]
    names = ", ".join(
        dict.fromkeys(
            hop.rule.name if hop.rule else hop.toward.value for hop in options
        )
    )
    why = "".join(dict.fromkeys(f"; {hop.says}" for hop in options if hop.says))
    return Hop(
        Toward.UNKNOWN,
        rule=options[0].rule,
        says=f"which route wins is not known: {names}{why}",
    )
