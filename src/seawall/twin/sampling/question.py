"""One question for packets: who sends what to whom."""

from dataclasses import dataclass

from seawall.model.packet import Protocol
from seawall.twin.classes.cast import (
    DoorStand,
    FrontStand,
    GatewayStand,
    MachineStand,
    NameStand,
    NodeStand,
    PlaceStand,
    PodStand,
    ResourceStand,
    ServiceStand,
    SiteStand,
)

Stand = (
    PodStand
    | NodeStand
    | PlaceStand
    | MachineStand
    | ServiceStand
    | FrontStand
    | SiteStand
    | DoorStand
    | NameStand
    | ResourceStand
    | GatewayStand
)


@dataclass(frozen=True, slots=True)
class Question:
    """One packet to send.

    Attributes:
        source: Who sends.
        target: Who is meant.
        protocol: Its protocol.
        port: The port that is asked for; 0 without ports.
    """

    source: Stand
    target: Stand
    protocol: Protocol
    port: int
