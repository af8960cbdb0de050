"""What resources of a design are called: an abbreviation of the kind, then the name.

Source: Cloud Adoption Framework, resource-abbreviations, read 2026-11.
"""

import re
from dataclasses import dataclass

_OTHER = re.compile(r"[^a-z0-9]")


@dataclass(frozen=True, slots=True)
class Names:
    """Names that follow from that of the cluster.

    Attributes:
        stem: What the cluster is called in the requirements.
    """

    stem: str

    @property
    def resource_group(self) -> str:
        """The group that everything goes into."""
        return f"rg-{self.stem}"

    @property
    def node_resource_group(self) -> str:
        """The group in which AKS keeps what it makes."""
        return f"rg-{self.stem}-nodes"

    def of(self, abbreviation: str, what: str = "") -> str:
        """Return the name of a resource, such as `vnet-shop-hub`."""
        return "-".join(part for part in (abbreviation, self.stem, what) if part)

    def packed(self, abbreviation: str) -> str:
        """Return a name of letters and digits alone, such as `crshop`."""
        return _OTHER.sub("", f"{abbreviation}{self.stem}".lower())
