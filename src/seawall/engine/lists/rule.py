"""A rule of an ordered list, whoever wrote it."""

from collections.abc import Hashable
from dataclasses import dataclass, field

from seawall.engine.lists.terms import Spans, Terms
from seawall.model.address import LAST, AddressRange
from seawall.model.admin import AdminRule
from seawall.model.filter import SecurityRule
from seawall.model.firewall import ApplicationRule, NetworkRule
from seawall.model.origin import Origin

_SIXTH = LAST[4] + 1
"""Where the addresses of IPv6 begin on the line of addresses."""

LAST_NUMBER = _SIXTH + LAST[6]
EVERY_ADDRESS: Spans = ((0, LAST_NUMBER),)
PLATFORM: dict[str, int] = {
    "azureplatformdns": LAST_NUMBER + 1,
    "azureplatformimds": LAST_NUMBER + 2,
    "azureplatformlkm": LAST_NUMBER + 3,
}
"""Where the tags stand whose packets no other term matches.

Source:
    docs/semantics/path.md, L1 and F6.
"""

WORLDS: tuple[tuple[Spans, Spans], ...] = (
    (((0, LAST[4]),), ((0, LAST[4]),)),
    (((_SIXTH, LAST_NUMBER),), ((_SIXTH, LAST_NUMBER),)),
    (EVERY_ADDRESS, ((LAST_NUMBER + 1, LAST_NUMBER + len(PLATFORM)),)),
)
"""Between which sources and destinations there are packets: those of one family."""


Written = SecurityRule | AdminRule | NetworkRule | ApplicationRule


@dataclass(frozen=True, slots=True)
class Services:
    """The protocols and ports of a rule.

    Attributes:
        protocols: Numbers, ascending; None is every protocol.
        source_ports: Spans of ports.
        destination_ports: Likewise.
        doubt: Not 0 if something of it could not be read, so that it may match any
            packet and surely matches none; each such rule has a number of its own.
    """

    protocols: tuple[int, ...] | None
    source_ports: Spans
    destination_ports: Spans
    doubt: int = 0


@dataclass(frozen=True, slots=True)
class Listed:
    """One rule.

    Attributes:
        name: As a person knows it.
        order: Rules of a lower order are asked first. Of rules of equal order it is
            not known which is.
        verdict: What it does; rules of equal verdicts do the same.
        sources: What it matches, as numbers on the line of addresses.
        destinations: Likewise.
        services: Its protocols and ports.
        origin: Where it stands.
        is_default: Whether the platform put it there.
        written: The rule as the model has it.
    """

    name: str
    order: tuple[int, ...]
    verdict: Hashable
    sources: Terms
    destinations: Terms
    services: Services
    origin: Origin | None = None
    is_default: bool = False
    written: Written | None = field(default=None, compare=False)


def number(item: AddressRange) -> tuple[int, int]:
    """Return a range of addresses as a span on the line of addresses."""
    start = 0 if item.version == 4 else _SIXTH  # noqa: PLR2004
    return start + item.first, start + item.last


def address(at: int) -> tuple[int, int]:
    """Return the family and the address of a number on the line of addresses."""
    return (4, at) if at < _SIXTH else (6, at - _SIXTH)
