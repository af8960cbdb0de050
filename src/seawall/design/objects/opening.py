"""What policies must let pass, before it is written in the language of an engine."""

from dataclasses import dataclass
from enum import Enum

from seawall.design.objects.place import Place
from seawall.model.address import AddressRange


class Direction(Enum):
    """As policies call it."""

    INGRESS = "ingress"
    EGRESS = "egress"


@dataclass(frozen=True, slots=True)
class Blocks:
    """Addresses outside the cluster.

    Attributes:
        ranges: The addresses.
        holes: Those of them that are not meant.
    """

    ranges: tuple[AddressRange, ...]
    holes: tuple[AddressRange, ...] = ()


@dataclass(frozen=True, slots=True)
class Names:
    """What names in the internet resolve to; `*.` stands for what is before a name."""

    names: tuple[str, ...]


Peer = Place | Blocks | Names


@dataclass(frozen=True, slots=True)
class Requests:
    """HTTP requests; an empty tuple means all.

    Attributes:
        methods: Methods.
        paths: Paths, as regular expressions.
    """

    methods: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Opening:
    """Packets that a segment sends or takes.

    Attributes:
        direction: Seen from the segment.
        peer: The other end.
        ports: TCP ports that the pods at the end listen on, sorted; empty for all.
        serves: The need that asks for it.
        says: What it is, as a clause.
        requests: Only these requests, where they can be told apart; None for all.
    """

    direction: Direction
    peer: Peer
    ports: tuple[int, ...]
    serves: str
    says: str
    requests: Requests | None = None
