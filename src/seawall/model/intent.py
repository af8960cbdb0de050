"""What must hold, as its author wrote it: intents, their parts and their exceptions.

Ends and ports are kept as text, because what they name is known only once everything
has been read.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # decision 0007
    from datetime import date

    from seawall.model.origin import Origin

ANYONE = "anyone"
"""Every pod with a network of its own, and every address outside the cluster."""


class Demand(Enum):
    """What an intent demands."""

    FORBID = "forbid"
    """Nothing that the sources send arrives at the destinations."""
    REQUIRE = "require"
    """Everything that the sources send arrives, and the replies return."""
    ONLY = "only"
    """Nobody but the sources reaches the destinations."""
    CONFINE = "confine"
    """The sources reach nobody but the destinations."""
    FIREWALL_ONLY = "firewall-only"
    """What the sources send to the internet passes an Azure Firewall."""
    PRIVATE_CONTROL_PLANE = "private-control-plane"
    """Nothing from the internet arrives at the API server."""
    DEFAULT_DENY = "default-deny"
    """Each pod of the sources is held by policy both ways, whatever its labels."""


@dataclass(frozen=True, slots=True)
class Written:
    """A text, and where it stands."""

    text: str
    origin: Origin

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Exemption:
    """What an intent does not speak of, for a reason and a time.

    Attributes:
        sources: Whose packets; empty for all sources of the intent.
        destinations: To whom; empty for all destinations.
        ports: By which services; empty for all.
        reason: Why it is allowed.
        expires: The last day on which it holds; None if it has no end.
        origin: Where it stands.
    """

    sources: tuple[Written, ...]
    destinations: tuple[Written, ...]
    ports: tuple[Written, ...]
    reason: str
    expires: date | None
    origin: Origin


@dataclass(frozen=True, slots=True)
class Intent:
    """One thing that must hold.

    Attributes:
        name: A sentence.
        demand: What is demanded.
        sources: Ends; empty where the demand has none.
        destinations: Ends; empty where the demand has none.
        ports: Services; empty for every protocol and port.
        path: `private` if a name must be reached by its private endpoint; else empty.
        exemptions: What it does not speak of.
        because: The rule or promise that it keeps; may be empty.
        origin: Where it stands.
        fault: Why it cannot be judged as written, as a clause; empty if it can.
    """

    name: str
    demand: Demand
    sources: tuple[Written, ...]
    destinations: tuple[Written, ...]
    ports: tuple[Written, ...]
    path: str
    exemptions: tuple[Exemption, ...]
    because: str
    origin: Origin
    fault: str = ""
