"""Network security perimeters, as far as they decide who comes to a resource."""

from dataclasses import dataclass

from seawall.model.address import AddressRange
from seawall.model.origin import Origin
from seawall.model.setting import Setting


@dataclass(frozen=True, slots=True)
class Perimeter:
    """What a perimeter says of who may use the public address of one resource.

    It only admits: what it does not name is refused, or left to the resource.

    Attributes:
        id: Id of the association, in lower case.
        name: The name of the perimeter.
        alone: Whether it decides alone; otherwise what the resource's own firewall
            admits is admitted too.
        ranges: Public addresses that it admits.
        tags: Service tags that it admits.
        others: Why it may admit anybody else; empty if it surely does not.
        origin: Where the association stands.
    """

    id: str
    name: str
    alone: Setting[bool]
    ranges: tuple[AddressRange, ...]
    tags: tuple[str, ...]
    others: str
    origin: Origin

    @property
    def admits_nobody(self) -> bool:
        """Whether it surely admits nobody."""
        return not (self.ranges or self.tags or self.others)
