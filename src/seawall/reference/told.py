"""What a client is told of a name, and whom it asks."""

from dataclasses import dataclass

from seawall.model.address import Address
from seawall.reference.zone import Resolved


@dataclass(frozen=True, slots=True)
class Asks:
    """One server that a client asks.

    Attributes:
        whom: `cluster`, `network` or `server`.
        address: Of a server of the client's own.
        onward: For `cluster`: whether that asks others in turn.
        upstream: Whom it asks then; the servers of the network if nobody else.
    """

    whom: str
    address: Address | None = None
    onward: bool = True
    upstream: tuple[Address, ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """An answer, and whom the client asks for it; nobody if it knows by itself."""

    answer: Resolved
    asks: tuple[Asks, ...] = ()
