"""Private endpoints, and the platform services that packets are meant for."""

from dataclasses import dataclass

from seawall.model.address import Address, AddressRange
from seawall.model.origin import Origin
from seawall.model.perimeter import Perimeter
from seawall.model.setting import Setting


@dataclass(frozen=True, slots=True)
class PrivateEndpoint:
    """A private address for one resource.

    Attributes:
        id: Resource id or address, in lower case.
        name: Its name.
        subnet: Id of the subnet that it stands in; None when not known.
        address: Its address; None when it is allocated later.
        target: Id of the resource behind it, in lower case; None when not known.
        groups: Sub-resources, such as `vault`, `blob`, `management`.
        approved: Whether the connection is approved.
        zones: Ids of the private DNS zones that its zone group writes to.
        origin: Where it stands.
        predicted: Whether Seawall derived it from what AKS would create.
    """

    id: str
    name: str
    subnet: str | None
    address: Address | None
    target: str | None
    groups: tuple[str, ...]
    approved: Setting[bool]
    zones: tuple[str, ...]
    origin: Origin
    predicted: bool = False


@dataclass(frozen=True, slots=True)
class PlatformResource:
    """A service with a public name: an API server, a vault, a storage account.

    Who may use its public address is its own firewall; a private endpoint passes it by.

    Attributes:
        id: Resource id or address, in lower case.
        kind: `api-server`, `vault`, `storage`, `registry`, `sql`, `cosmos`, `other`.
        name: Its name.
        host_names: Public DNS names that it answers to, in lower case.
        private_suffix: The zone in which its private names live, such as
            `privatelink.vaultcore.azure.net`; empty when not known.
        public: Whether its public address answers anyone at all.
        default_access_allowed: Whether addresses that no rule names may connect.
        allowed_ranges: Public addresses that may connect.
        allowed_subnets: Ids of subnets that may connect over a service endpoint.
        allowed_tags: Service tags that may connect.
        service_endpoint: The service endpoint that serves it, or empty.
        region: As it stands in host names, such as `westeurope`; empty if not known.
        origin: Where it stands.
        perimeter: The network security perimeter that it is associated with; None if
            the input shows none.
        admits_azure: Whether a rule of its own admits every address of Azure, whoever
            it is lent to; `allowed_tags` holds `AzureCloud` then.
    """

    id: str
    kind: str
    name: str
    host_names: tuple[str, ...]
    private_suffix: str
    public: Setting[bool]
    default_access_allowed: Setting[bool]
    allowed_ranges: tuple[AddressRange, ...]
    allowed_subnets: tuple[str, ...]
    origin: Origin
    allowed_tags: tuple[str, ...] = ()
    service_endpoint: str = ""
    region: str = ""
    perimeter: Perimeter | None = None
    admits_azure: bool = False

    @property
    def is_api_server(self) -> bool:
        """Whether it is the API server of a cluster."""
        return self.kind == "api-server"


@dataclass(frozen=True, slots=True)
class EndpointPolicy:
    """A service endpoint policy: which storage accounts an endpoint may lead to.

    Attributes:
        id: Resource id or address, in lower case.
        name: Its name.
        resources: Ids, in lower case, of accounts, resource groups or subscriptions.
        complete: Whether all that it lists is known; if not, why.
        origin: Where it stands.
    """

    id: str
    name: str
    resources: tuple[str, ...]
    complete: Setting[bool]
    origin: Origin
