"""Answers of the policy layer in the form that others read."""

from dataclasses import dataclass

from seawall.engine.policy.ends.services import Services
from seawall.model.address import AddressRange


@dataclass(frozen=True, slots=True)
class ServiceMask:
    """An answer about services, as two masks over the atoms of one table.

    Attributes:
        allowed: What surely passes.
        possible: What may pass; *allowed* is a part of it.
    """

    allowed: int
    possible: int

    @property
    def unknown(self) -> int:
        """What may pass but not surely."""
        return self.possible & ~self.allowed


class Masks(dict[int, ServiceMask]):
    """Raw answers as masks, each made once."""

    def __init__(self, services: Services) -> None:
        super().__init__()
        self._services = services

    def __missing__(self, answer: int) -> ServiceMask:
        """Make the masks of an answer."""
        services = self._services
        found = ServiceMask(services.sure(answer), services.possible(answer))
        self[answer] = found
        return found


@dataclass(frozen=True, slots=True)
class AddressPart:
    """Addresses towards or from which a pod has one and the same answer.

    Attributes:
        ranges: Sorted, disjoint, merged.
        services: The answer.
    """

    ranges: tuple[AddressRange, ...]
    services: ServiceMask
