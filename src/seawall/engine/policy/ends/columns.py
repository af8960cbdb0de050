"""The columns of a row: every far end that policies can tell from another.

A unit has one column for each family, because a block covers addresses of one family
only; an address class has one column.
"""

from dataclasses import dataclass

from seawall.engine.policy.ends.addresses import AddressClasses
from seawall.engine.policy.ends.unit import Unit
from seawall.engine.policy.rows.bits import set_of


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each far end stands in a row.

    Attributes:
        units: How many units there are.
        families: The families of the snapshot: `(4,)` or `(4, 6)`.
        classes: How many address classes there are.
        pods: The set of units with addresses of their own.
        hosts: The set of units on the host network.
        version6: The columns of IPv6 ends.
    """

    units: int
    families: tuple[int, ...]
    classes: int
    pods: int
    hosts: int
    version6: int

    @classmethod
    def of(
        cls,
        units: tuple[Unit, ...],
        families: tuple[int, ...],
        addresses: AddressClasses,
    ) -> "Columns":
        """Lay out the columns of some units and address classes."""
        hosts = set_of(at for at, unit in enumerate(units) if unit.host)
        everyone = (1 << len(units)) - 1
        count = len(addresses.classes)
        version6 = addresses.of_version[6] << len(units) * len(families)
        if len(families) > 1:
            version6 |= everyone << len(units)
        return cls(len(units), families, count, everyone ^ hosts, hosts, version6)

    @property
    def everything(self) -> int:
        """Every column."""
        return (1 << self.first_class + self.classes) - 1

    @property
    def first_class(self) -> int:
        """The column of the first address class."""
        return self.units * len(self.families)

    @property
    def all_classes(self) -> int:
        """The columns of all address classes."""
        return ((1 << self.classes) - 1) << self.first_class

    def first_unit(self, family: int) -> int:
        """Return the column of unit 0 in one family."""
        return self.units * self.families.index(family)

    def family_of(self, column: int) -> int:
        """Return the family of the end that *column* stands for."""
        return 6 if self.version6 >> column & 1 else 4

    def of_units(self, units: int) -> int:
        """Return the columns of a set of units, in every family."""
        return units if len(self.families) == 1 else units | units << self.units

    def of_classes(self, classes: int) -> int:
        """Return the columns of a set of address classes."""
        return classes << self.first_class
