"""Security groups: ordered rules over addresses and ports, first match decides."""

from dataclasses import dataclass
from enum import Enum

from seawall.model.address import AddressRange
from seawall.model.origin import Origin
from seawall.model.packet import PortRange
from seawall.model.policy import Direction


class Access(Enum):
    """What a rule does with a packet that it matches."""

    ALLOW = "Allow"
    DENY = "Deny"


@dataclass(frozen=True, slots=True)
class Anywhere:
    """Every address, of both families."""

    def __str__(self) -> str:
        return "*"


@dataclass(frozen=True, slots=True)
class ServiceTag:
    """A set of addresses that the platform maintains under a name.

    Attributes:
        name: As written, such as `VirtualNetwork` or `Storage.WestEurope`; compared
            without regard to case.
    """

    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class ApplicationGroup:
    """An application security group, by resource id in lower case."""

    id: str

    def __str__(self) -> str:
        return self.id.rsplit("/", 1)[-1]


@dataclass(frozen=True, slots=True)
class UnreadableTerm:
    """An address or port term that cannot be read; it may match anything."""

    text: str

    def __str__(self) -> str:
        return self.text


AddressTerm = AddressRange | Anywhere | ServiceTag | ApplicationGroup | UnreadableTerm

ANYWHERE = Anywhere()


@dataclass(frozen=True, slots=True)
class SecurityRule:
    """One rule of a security group.

    Attributes:
        name: Its name.
        priority: Lower is looked at first.
        direction: INGRESS for Azure's Inbound, EGRESS for Outbound.
        access: What it does.
        protocol: IP protocol number, or None for every protocol. A number that could
            not be read is -1: it may match any protocol.
        sources: It matches if any term does.
        source_ports: It matches if any range does; None could not be read.
        destinations: It matches if any term does.
        destination_ports: It matches if any range does; None could not be read.
        origin: Where it stands.
        is_default: Whether the platform put it there.
    """

    name: str
    priority: int
    direction: Direction
    access: Access
    protocol: int | None
    sources: tuple[AddressTerm, ...]
    source_ports: tuple[PortRange, ...] | None
    destinations: tuple[AddressTerm, ...]
    destination_ports: tuple[PortRange, ...] | None
    origin: Origin
    is_default: bool = False


@dataclass(frozen=True, slots=True)
class SecurityGroup:
    """A network security group, the six default rules included.

    Attributes:
        id: Resource id or address, in lower case.
        name: Its name.
        rules: Both directions, in any order. Two custom rules of one direction may
            share a priority in bad input: their order is then not known.
        origin: Where it stands.
        predicted: Whether Seawall derived it from what AKS would write.
    """

    id: str
    name: str
    rules: tuple[SecurityRule, ...]
    origin: Origin
    predicted: bool = False
