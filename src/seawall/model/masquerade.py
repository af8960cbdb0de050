"""What the agent is told that hides pods behind the addresses of their nodes."""

from dataclasses import dataclass, field
from enum import Enum

from seawall.model.address import AddressRange
from seawall.model.origin import Origin
from seawall.model.setting import Setting

Ranges = Setting[tuple[AddressRange, ...]]


class Keeper(Enum):
    """Who writes a list of the agent."""

    AKS = "AKS"
    CUSTOMER = "customer"
    ANOTHER_AGENT = "another agent"


@dataclass(frozen=True, slots=True)
class MasqueradeList:
    """One list of ranges towards which pods keep their address, as a ConfigMap has it.

    Attributes:
        name: `namespace/name` of the ConfigMap.
        keeper: Who writes it, and so who reads it.
        ranges: The list; unknown where the agent could not read it, or we cannot.
        hides_link_local: Whether it asks to hide pods towards 169.254.0.0/16 too.
        origin: Where it stands.
    """

    name: str
    keeper: Keeper
    ranges: Ranges
    hides_link_local: bool
    origin: Origin


def _as_the_mode() -> Ranges:
    return Setting.defaulted(None, "AKS keeps the list that the addressing calls for")


def _nothing() -> Ranges:
    return Setting.defaulted((), "the customer adds no range")


@dataclass(frozen=True, slots=True)
class Masquerade:
    """Towards which ranges pods keep their address, as far as ConfigMaps tell.

    Attributes:
        own: The list that AKS keeps; a known None: it is not in the input, and so is
            what the addressing mode calls for.
        added: What the customer adds to it.
        hides_link_local: Whether pods are hidden towards 169.254.0.0/16 too.
        others: The lists of further agents that the cluster may run, which hide pods
            towards everything that is not on their own list.
    """

    own: Ranges = field(default_factory=_as_the_mode)
    added: Ranges = field(default_factory=_nothing)
    hides_link_local: Setting[bool] = field(
        default_factory=lambda: Setting.defaulted(
            value=True, why="AKS hides pods towards link-local addresses"
        )
    )
    others: tuple[Ranges, ...] = ()
