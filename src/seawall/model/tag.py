"""The addresses of service tags, as a cloud publishes them week by week."""

from dataclasses import dataclass

from seawall.model.address import AddressRange
from seawall.model.origin import Origin


@dataclass(frozen=True, slots=True)
class KnownTag:
    """One service tag whose addresses are given.

    Attributes:
        name: In lower case, such as `storage.westeurope`.
        prefixes: As published: not merged, because routes go by prefix length.
    """

    name: str
    prefixes: tuple[AddressRange, ...]


@dataclass(frozen=True, slots=True)
class TagList:
    """One publication of the service tags of one cloud.

    Attributes:
        cloud: Such as `Public`; empty when it does not say.
        change_number: The number of the publication; empty when it does not say.
        tags: By name, each once.
        origin: Where it stands.
    """

    cloud: str
    change_number: str
    tags: tuple[KnownTag, ...]
    origin: Origin

    def __str__(self) -> str:
        number = f"change {self.change_number}" if self.change_number else "undated"
        return f"{self.origin.path} ({self.cloud or 'cloud not stated'}, {number})"


@dataclass(frozen=True, slots=True)
class SeenTag:
    """What a service tag stood for at one subnet, as the platform listed it.

    Attributes:
        subnet: Id of the subnet, in lower case.
        name: Of the tag, in lower case.
        ranges: Its addresses there, of the families that were listed.
    """

    subnet: str
    name: str
    ranges: tuple[AddressRange, ...]
