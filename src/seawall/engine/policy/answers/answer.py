"""Answers of the policy layer in the form that others read."""

from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class AddressPart:
    """Addresses towards or from which a pod has one and the same answer.

    Attributes:
        ranges: Sorted, disjoint, merged.
        services: The answer.
    """

    ranges: tuple[AddressRange, ...]
    services: ServiceMask
