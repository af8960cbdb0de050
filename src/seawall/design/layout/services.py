"""Services of the platform, each open to whom the design says and to nobody else.

Source: Azure docs, key-vault network-security, storage-network-security,
container-registry-private-link, azure-sql connectivity-settings and cosmos-db
how-to-configure-firewall; AKS docs, network-isolated; read 2026-11.
"""

from collections.abc import Callable, Iterator

from seawall.design.layout.identities import SUBNETS, pulls_from_registry
from seawall.design.layout.reaching import Reach, reach, symbol_of
from seawall.design.layout.subjects import LOCATION, Subject, made
from seawall.design.requirements.needs import PaasService, ServiceKind
from seawall.emit.tree import Given, Id, Resource, TenantId, Value
from seawall.model.address import AddressRange

VAULT = "Microsoft.KeyVault/vaults"
STORAGE = "Microsoft.Storage/storageAccounts"
REGISTRY = "Microsoft.ContainerRegistry/registries"
SQL = "Microsoft.Sql/servers"
COSMOS = "Microsoft.DocumentDB/databaseAccounts"
CACHE = REGISTRY + "/cacheRules"
_ALL = AddressRange.everything(4)


def services(subject: Subject) -> Iterator[Resource]:
    """Yield the services, and the registry that an isolated cluster starts from."""
    if pulls_from_registry(subject):
        yield from _bootstrap(subject)
    for index, service in enumerate(subject.needs.services):
        access = reach(service, subject.choices)
        yield from _MAKERS[service.kind](subject, index, service, access)


def _bootstrap(subject: Subject) -> Iterator[Resource]:
    yield made(
        "registry",
        REGISTRY,
        Given("registryName"),
        _registry_properties(Reach.PRIVATE),
        body={"sku": {"name": "Premium"}},
        comment="Nodes start from images that it keeps of Microsoft's registry.",
        serves=subject.serves("egress.to"),
    )
    yield made(
        "registryCache",
        CACHE,
        "aks-managed-mcr",
        {
            "sourceRepository": "mcr.microsoft.com/*",
            "targetRepository": "aks-managed-repository/*",
        },
        above="registry",
        location=None,
        comment="AKS asks for this rule by its name and its paths; do not change it.",
    )


def _serves(subject: Subject, index: int) -> tuple[str, ...]:
    return subject.serves(f"services[{index}]") or subject.serves("services")


def _switch(access: Reach) -> str:
    return "Disabled" if access is Reach.PRIVATE else "Enabled"


def _acls(subject: Subject, access: Reach, key: str = "id") -> dict[str, Value]:
    """Return who may use a public address, as vaults and storage accounts say it."""
    listed: tuple[Value, ...] = ()
    if access is Reach.SUBNET:
        listed = ({key: Id(sender(subject))},)
    return {
        "defaultAction": "Allow" if access is Reach.PUBLIC else "Deny",
        "bypass": "None",
        "ipRules": (),
        "virtualNetworkRules": listed,
    }


def sender(subject: Subject) -> str:
    """Return the subnet from which service endpoints lead."""
    return SUBNETS["pods" if "pods" in subject.plan.subnets else "nodes"]


def _vault(
    subject: Subject, index: int, service: PaasService, access: Reach
) -> Iterator[Resource]:
    yield made(
        symbol_of(service),
        VAULT,
        service.name,
        {
            "tenantId": TenantId(),
            "sku": {"family": "A", "name": "standard"},
            "enableRbacAuthorization": True,
            "enablePurgeProtection": True,
            "publicNetworkAccess": _switch(access),
            "networkAcls": _acls(subject, access),
        },
        serves=_serves(subject, index),
    )


def _storage(
    subject: Subject, index: int, service: PaasService, access: Reach
) -> Iterator[Resource]:
    yield made(
        symbol_of(service),
        STORAGE,
        service.name,
        {
            "minimumTlsVersion": "TLS1_2",
            "supportsHttpsTrafficOnly": True,
            "allowBlobPublicAccess": False,
            "allowSharedKeyAccess": False,
            "publicNetworkAccess": _switch(access),
            "networkAcls": _acls(subject, access),
        },
        body={"kind": "StorageV2", "sku": {"name": "Standard_ZRS"}},
        serves=_serves(subject, index),
    )


def _registry_properties(access: Reach) -> dict[str, Value]:
    return {
        "adminUserEnabled": False,
        "anonymousPullEnabled": False,
        "publicNetworkAccess": _switch(access),
        "networkRuleBypassOptions": "None",
        # Nodes sign in with tokens for Azure Resource Manager.
        "policies": {"azureADAuthenticationAsArmPolicy": {"status": "enabled"}},
    }


def _registry(
    subject: Subject, index: int, service: PaasService, access: Reach
) -> Iterator[Resource]:
    yield made(
        symbol_of(service),
        REGISTRY,
        service.name,
        {**_registry_properties(access), "dataEndpointEnabled": True}
        if access is Reach.PUBLIC
        else _registry_properties(access),
        body={"sku": {"name": "Premium"}},
        serves=_serves(subject, index),
    )


def _sql(
    subject: Subject, index: int, service: PaasService, access: Reach
) -> Iterator[Resource]:
    own = symbol_of(service)
    yield made(
        own,
        SQL,
        service.name,
        {
            "minimalTlsVersion": "1.2",
            "publicNetworkAccess": _switch(access),
            "administrators": {
                "administratorType": "ActiveDirectory",
                "principalType": "Group",
                "login": Given("sqlAdministrators"),
                "sid": Given("sqlAdministratorsId"),
                "tenantId": TenantId(),
                "azureADOnlyAuthentication": True,
            },
        },
        serves=_serves(subject, index),
    )
    if access is Reach.SUBNET:
        yield made(
            f"{own}Subnet",
            f"{SQL}/virtualNetworkRules",
            "from-cluster",
            {"virtualNetworkSubnetId": Id(sender(subject))},
            above=own,
            location=None,
        )
    elif access is Reach.PUBLIC:
        yield made(
            f"{own}Everybody",
            f"{SQL}/firewallRules",
            "everybody",
            {"startIpAddress": str(_ALL.lowest), "endIpAddress": str(_ALL.highest)},
            above=own,
            location=None,
            comment="Its address is public, as was asked, and who signs in decides. "
            "Without a rule nobody reaches it.",
            serves=_serves(subject, index),
        )


def _cosmos(
    subject: Subject, index: int, service: PaasService, access: Reach
) -> Iterator[Resource]:
    listed: tuple[Value, ...] = ()
    if access is Reach.SUBNET:
        listed = ({"id": Id(sender(subject))},)
    yield made(
        symbol_of(service),
        COSMOS,
        service.name,
        {
            "databaseAccountOfferType": "Standard",
            "locations": ({"locationName": LOCATION, "failoverPriority": 0},),
            "disableLocalAuth": True,
            "minimalTlsVersion": "Tls12",
            "publicNetworkAccess": _switch(access),
            "ipRules": (),
            "isVirtualNetworkFilterEnabled": access is Reach.SUBNET,
            "virtualNetworkRules": listed,
        },
        body={"kind": "GlobalDocumentDB"},
        serves=_serves(subject, index),
    )


_MAKERS: dict[
    ServiceKind, Callable[[Subject, int, PaasService, Reach], Iterator[Resource]]
] = {
    ServiceKind.KEY_VAULT: _vault,
    ServiceKind.STORAGE: _storage,
    ServiceKind.REGISTRY: _registry,
    ServiceKind.SQL: _sql,
    ServiceKind.COSMOS: _cosmos,
}
