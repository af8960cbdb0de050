"""Private Link services and Front Door: ways in without a public address of ours."""

from dataclasses import dataclass

from seawall.model.address import Address
from seawall.model.origin import Origin
from seawall.model.setting import Setting

EVERYONE = "*"


@dataclass(frozen=True, slots=True)
class PrivateLinkService:
    """A service that private endpoints anywhere may be connected to.

    Attributes:
        id: Resource id or address, in lower case.
        name: Its name.
        subnets: Ids of the subnets that its packets to the load balancer come from.
        addresses: Its addresses there, as far as they are known.
        balancer: Id of the load balancer behind it; None if not known.
        front_end: Name of the front end of that; None if not known: then it is the only
            one that there is.
        visible_to: The subscriptions that may ask for a connection; `*` is everyone, a
            known `()` is who holds a role on it.
        auto_approved: Those whose connections nobody has to approve.
        origin: Where it stands.
        service: `namespace/name` of the Service that asks for it, or empty.
        predicted: Whether it was derived from what AKS would create.
    """

    id: str
    name: str
    subnets: tuple[str, ...]
    addresses: tuple[Address, ...]
    balancer: str | None
    front_end: str | None
    visible_to: Setting[tuple[str, ...]]
    auto_approved: Setting[tuple[str, ...]]
    origin: Origin
    service: str = ""
    predicted: bool = False


@dataclass(frozen=True, slots=True)
class FrontDoorOrigin:
    """What Azure Front Door leads clients of the internet to.

    Attributes:
        id: Resource id or address, in lower case.
        name: Its name, with that of its profile where that is known.
        host: The host that it connects to, in lower case; empty if not known.
        target: Id of what it reaches over Private Link; None if it goes to *host* over
            the internet.
        approved: Whether that connection is approved.
        origin: Where it stands.
    """

    id: str
    name: str
    host: str
    target: str | None
    approved: Setting[bool]
    origin: Origin
