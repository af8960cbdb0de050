"""How each service of the platform is reached.

Source: Azure docs, private-endpoint-dns and private-endpoint-overview, read 2026-11.
"""

from dataclasses import dataclass
from enum import Enum

from seawall.design.options import Choices, PaasAccess
from seawall.design.requirements.needs import PaasService, ServiceAccess, ServiceKind


class Reach(Enum):
    """Who reaches a service."""

    PUBLIC = "public"
    SUBNET = "subnet"
    """The subnet of the cluster, by a service endpoint."""
    PRIVATE = "private"
    """Whoever reaches its private endpoint."""


_STATED = {
    ServiceAccess.PUBLIC: Reach.PUBLIC,
    ServiceAccess.SERVICE_ENDPOINT: Reach.SUBNET,
    ServiceAccess.PRIVATE: Reach.PRIVATE,
}
_CHOSEN = {
    PaasAccess.PRIVATE_ENDPOINT: Reach.PRIVATE,
    PaasAccess.SERVICE_ENDPOINT: Reach.SUBNET,
}


@dataclass(frozen=True, slots=True)
class Door:
    """The private endpoint of a kind of service.

    Attributes:
        group: The part of the service that it leads to.
        zone: The private zone of its names.
        members: Names of its addresses; `<region>` and `<name>` stand for themselves.
    """

    group: str
    zone: str
    members: tuple[str, ...]


DOORS = {
    ServiceKind.KEY_VAULT: Door(
        "vault", "privatelink.vaultcore.azure.net", ("default",)
    ),
    ServiceKind.STORAGE: Door("blob", "privatelink.blob.core.windows.net", ("blob",)),
    ServiceKind.REGISTRY: Door(
        "registry", "privatelink.azurecr.io", ("registry_data_<region>", "registry")
    ),
    ServiceKind.SQL: Door(
        "sqlServer", "privatelink.database.windows.net", ("sqlServer",)
    ),
    ServiceKind.COSMOS: Door(
        "Sql", "privatelink.documents.azure.com", ("<name>", "<name>-<region>")
    ),
}
"""The private endpoints, by what they lead to."""


def reach(service: PaasService, choices: Choices) -> Reach:
    """Return how a service is reached: as was asked, or else as was chosen."""
    return _STATED.get(service.access) or _CHOSEN.get(choices.paas, Reach.PUBLIC)


def symbol_of(service: PaasService) -> str:
    """Return the symbol of a service, such as `keyVaultShop`."""
    head, *rest = service.kind.value.split("-")
    words = [part for part in _letters(service.name).split() if part]
    return head + "".join(part.capitalize() for part in (*rest, *words))


def _letters(name: str) -> str:
    return "".join(each if each.isalnum() else " " for each in name)
