"""What passes from the reading of files to those who know a vendor.

A `ReadDocument` is plain data with its place. What it means is told by
`ingest.kubernetes` and `ingest.azure`; neither opens a file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from seawall.ingest.text.yaml_alike import Filled
from seawall.model.diagnostic import Assumption, Diagnostic
from seawall.model.origin import Origin, Pointer
from seawall.model.snapshot import Fabric

if TYPE_CHECKING:  # decision 0007
    from seawall.model.cluster import Cluster


@dataclass(slots=True, eq=False)
class ReadDocument:
    """One YAML or JSON document, decoded; not to be changed.

    It is not frozen, because to make a frozen one takes three times as long, and there
    may be hundreds of thousands.

    Attributes:
        content: Its value, or what this is put together from when it is asked for.
        origin: Its place; `origin.at(...)` names a place inside it. Lines are found
            only when they are shown.
        form: `yaml` or `json`; `terraform`, whose value is a `Script`; `bicep`, whose
            value is a `BicepFile`, or a template that one stands for.
        repeated: Places of keys that stand twice in one mapping; the last one holds.
        doubt: Why the object in it is not what is applied in the end, as a clause; None
            if it is.
    """

    content: object
    origin: Origin
    form: str = "yaml"
    repeated: tuple[Pointer, ...] = ()
    doubt: str | None = None

    @property
    def value(self) -> object:
        """Dictionaries, lists, strings, numbers, booleans and None.

        Keys of dictionaries may be of any scalar type. It is shared: do not change it.
        """
        content = self.content
        return content.value if isinstance(content, Filled) else content

    @property
    def outline(self) -> object:
        """The value, of which only the first level counts; no work to ask for."""
        content = self.content
        return content.outline if isinstance(content, Filled) else content

    @property
    def path(self) -> str:
        """The file, as the user named it."""
        return self.origin.path


@dataclass(frozen=True, slots=True)
class AzurePart:
    """What the Azure documents of an input mean.

    Attributes:
        cluster: The cluster that is asked about, or None.
        other_clusters: Further clusters.
        fabric: The network around it.
        diagnostics: In any order.
        assumptions: In any order.
        kinds: From the path of a file to what it was found to hold: `azure`,
            `terraform-plan`, `terraform-state` or `service-tags`.
    """

    cluster: Cluster | None = None
    other_clusters: tuple[Cluster, ...] = ()
    fabric: Fabric = field(default_factory=Fabric)
    diagnostics: tuple[Diagnostic, ...] = ()
    assumptions: tuple[Assumption, ...] = ()
    kinds: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
