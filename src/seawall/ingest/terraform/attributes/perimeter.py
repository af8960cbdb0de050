"""Network security perimeters: profiles, access rules, associations."""

from seawall.ingest.resource import Field
from seawall.ingest.terraform.instance import Block
from seawall.ingest.terraform.links import Links
from seawall.ingest.terraform.shape import Kind, Parent, link, linked

_PERIMETER = "azurerm_network_security_perimeter"
_PROFILE = f"{_PERIMETER}_profile"
_ARM = "microsoft.network/networksecurityperimeters"
_RESOURCES = (
    "azurerm_key_vault",
    "azurerm_storage_account",
    "azurerm_mssql_server",
    "azurerm_cosmosdb_account",
    "azurerm_eventhub_namespace",
    "azurerm_search_service",
    "azurerm_cognitive_account",
    "azurerm_log_analytics_workspace",
    "azurerm_monitor_data_collection_endpoint",
)
"""Types that the documentation lists as fit for a perimeter."""


def _resource(block: Block, links: Links) -> Field:
    """Return the resource, which may be of a type that is not listed here."""
    found = linked(block, links, "resource_id", _RESOURCES)
    return Field({"id": found}, found.origin)


PERIMETER = {
    _PERIMETER: Kind(_ARM, {}),
    _PROFILE: Kind(
        f"{_ARM}/profiles",
        {},
        Parent((_PERIMETER,), id="network_security_perimeter_id"),
    ),
    f"{_PERIMETER}_access_rule": Kind(
        f"{_ARM}/profiles/accessrules",
        {
            "direction": "direction",
            "addressPrefixes": "address_prefixes",
            "serviceTags": "service_tags",
            "subscriptions": "subscription_ids",
        },
        Parent((_PROFILE,), id="network_security_perimeter_profile_id"),
    ),
    f"{_PERIMETER}_association": Kind(
        f"{_ARM}/resourceassociations",
        {
            "accessMode": "access_mode",
            "privateLinkResource": _resource,
            "profile": link("network_security_perimeter_profile_id", _PROFILE),
        },
    ),
}
