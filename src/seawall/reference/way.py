"""Where a route leads."""

from dataclasses import dataclass

from seawall.model.address import Address
from seawall.model.network import NextHop


@dataclass(frozen=True, slots=True)
class Way:
    """Where a route leads.

    Attributes:
        hop: The kind of next hop; VNET_LOCAL also stands for a peer's network.
        peer: The peered network that it leads into, if any.
        appliance: The appliance's address, when given.
        straight: Whether it is the route of a service endpoint.
    """

    hop: NextHop
    peer: str | None = None
    appliance: Address | None = None
    straight: bool = False


LOCAL = Way(NextHop.VNET_LOCAL)
DROP = Way(NextHop.NONE)
OUT = Way(NextHop.INTERNET)
LEFT = Way(NextHop.VIRTUAL_NETWORK_GATEWAY)
UNCLEAR = Way(NextHop.UNKNOWN)
STRAIGHT = Way(NextHop.INTERNET, straight=True)
