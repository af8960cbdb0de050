"""Network interfaces of machines that are not nodes of a cluster."""

from collections.abc import Collection
from dataclasses import dataclass

from seawall.model.address import Address
from seawall.model.origin import Origin
from seawall.model.setting import Setting


@dataclass(frozen=True, slots=True)
class NetworkInterface:
    """A network interface.

    Attributes:
        id: Resource id or address, in lower case.
        name: Its name.
        subnet: Id of its subnet; None when not known.
        addresses: Its private addresses, as far as they are known.
        forwards: `enableIPForwarding`: whether it takes packets that are meant for
            other addresses than its own.
        security_group: Id of its network security group.
        origin: Where it stands.
        public_addresses: Ids of public addresses of its own.
        behind: The private address behind each of these, None where it is not known;
            empty where the input does not tell them apart.
        pools: Ids of the backend pools of load balancers that it is in, in lower case.
    """

    id: str
    name: str
    subnet: str | None
    addresses: tuple[Address, ...]
    forwards: Setting[bool]
    security_group: Setting[str]
    origin: Origin
    public_addresses: tuple[str, ...] = ()
    behind: tuple[Address | None, ...] = ()
    pools: tuple[str, ...] = ()

    def private(self, public: Collection[str]) -> tuple[Address, ...]:
        """Return the private addresses that some of its public ones may stand for."""
        if not self.behind:
            return self.addresses
        pairs = zip(self.public_addresses, self.behind, strict=True)
        return tuple(own for id_, own in pairs if id_ in public and own is not None)
