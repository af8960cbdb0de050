"""Namespaces that Azure manages, each with network policies of its own."""

from dataclasses import dataclass
from enum import Enum

from seawall.model.origin import Origin
from seawall.model.setting import Setting


class DefaultPolicy(Enum):
    """With whom the pods of a namespace may talk by default."""

    ALL = "AllowAll"
    """No policy is made."""
    OWN = "AllowSameNamespace"
    NOBODY = "DenyAll"


@dataclass(frozen=True, slots=True)
class ManagedNamespace:
    """A namespace of the cluster that stands in Azure as a resource.

    Attributes:
        name: Its name.
        ingress: Who may talk to its pods, unless other policies allow more.
        egress: To whom its pods may talk, likewise.
        labels: The labels that Azure gives it, sorted by key.
        origin: Where it stands.
    """

    name: str
    ingress: Setting[DefaultPolicy]
    egress: Setting[DefaultPolicy]
    labels: tuple[tuple[str, str], ...]
    origin: Origin
