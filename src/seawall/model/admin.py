"""Security admin rules: what a network manager puts before every security group."""

from dataclasses import dataclass
from enum import Enum

from seawall.model.filter import AddressTerm
from seawall.model.origin import Origin
from seawall.model.packet import PortRange
from seawall.model.policy import Direction


class AdminAccess(Enum):
    """What an admin rule does with a packet that it matches."""

    ALLOW = "Allow"
    """The security groups decide."""
    ALWAYS_ALLOW = "AlwaysAllow"
    """It passes; no security group is asked."""
    DENY = "Deny"


@dataclass(frozen=True, slots=True)
class AdminRule:
    """One security admin rule.

    Attributes:
        name: Its name.
        priority: Lower is looked at first.
        direction: INGRESS for Azure's Inbound, EGRESS for Outbound.
        access: What it does.
        protocol: As of a `SecurityRule`.
        sources: It matches if any term does.
        source_ports: It matches if any range does; None could not be read.
        destinations: It matches if any term does.
        destination_ports: It matches if any range does; None could not be read.
        origin: Where it stands.
    """

    name: str
    priority: int
    direction: Direction
    access: AdminAccess
    protocol: int | None
    sources: tuple[AddressTerm, ...]
    source_ports: tuple[PortRange, ...] | None
    destinations: tuple[AddressTerm, ...]
    destination_ports: tuple[PortRange, ...] | None
    origin: Origin


@dataclass(frozen=True, slots=True)
class AdminCollection:
    """Admin rules that apply, or may apply, to some networks.

    Attributes:
        id: Resource id or address, in lower case.
        name: Its name.
        manager: Id of the network manager.
        rank: Managers of a lower rank have the higher scope, and win.
        rules: In any order.
        networks: Ids of networks that it surely applies to.
        maybe: Ids of networks that it may apply to; none of *networks*.
        why: What keeps the latter from being known, as a clause.
        origin: Where it stands.
    """

    id: str
    name: str
    manager: str
    rank: int
    rules: tuple[AdminRule, ...]
    networks: tuple[str, ...]
    maybe: tuple[str, ...]
    why: str
    origin: Origin
