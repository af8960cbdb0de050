"""Private endpoints, private DNS zones, their links and records."""

from seawall.ingest.resource import Field
from seawall.ingest.terraform.instance import Block
from seawall.ingest.terraform.links import Links
from seawall.ingest.terraform.shape import (
    Kind,
    Parent,
    Reader,
    Shape,
    link,
    linked,
    links_of,
    listed,
)

_ZONE = "azurerm_private_dns_zone"
_ZONES = "microsoft.network/privatednszones"
_PARENT = Parent((_ZONE,), id="private_dns_zone_id", name="private_dns_zone_name")
_RECORD_PARENT = Parent((_ZONE,), id="private_dns_zone_id", name="zone_name")

TARGETS = (
    "azurerm_key_vault",
    "azurerm_storage_account",
    "azurerm_container_registry",
    "azurerm_mssql_server",
    "azurerm_sql_server",
    "azurerm_cosmosdb_account",
    "azurerm_kubernetes_cluster",
    "azurerm_postgresql_server",
    "azurerm_postgresql_flexible_server",
    "azurerm_mysql_server",
    "azurerm_mysql_flexible_server",
    "azurerm_servicebus_namespace",
    "azurerm_eventhub_namespace",
    "azurerm_redis_cache",
    "azurerm_app_configuration",
    "azurerm_search_service",
    "azurerm_linux_web_app",
    "azurerm_windows_web_app",
    "azurerm_private_link_service",
)
"""What a private endpoint can stand for, as far as it is read."""


def _connections(*, manual: bool) -> Reader:
    """Take the connections that the owner must approve by hand, or the others."""

    def read(block: Block, links: Links) -> Field:
        found = block.blocks("private_service_connection")
        if found is None:
            return block.field("private_service_connection")
        items = [
            Field(
                {
                    "name": inner.field("name"),
                    "privateLinkServiceId": linked(
                        inner, links, "private_connection_resource_id", TARGETS
                    ),
                    "groupIds": inner.field("subresource_names"),
                },
                inner.origin,
            )
            for inner in found
            if (inner.values.get("is_manual_connection") is True) is manual
        ]
        return Field(items, block.origin)

    return read


def _addresses(block: Block, _links: Links) -> Field:
    """Take a fixed address, or the one that was given at the deployment."""
    found: list[Field] = []
    for name in ("ip_configuration", "private_service_connection"):
        for index, inner in enumerate(block.blocks(name) or []):
            value = inner.field("private_ip_address")
            if isinstance(value.value, str) and value.value:
                item: dict[str, object] = {
                    "name": f"{name}-{index}",
                    "privateIPAddress": value,
                }
                found.append(Field(item, inner.origin))
    return Field(found, block.origin)


def _zone_groups(block: Block, links: Links) -> Field:
    """Take zone groups with what they wrote, as far as the state reports it."""
    groups: list[Field] = []
    listed = block.blocks("private_dns_zone_group")
    if listed is None:
        return block.field("private_dns_zone_group")
    for inner in listed:
        zones = links_of("private_dns_zone_ids", _ZONE)(inner, links)
        if zones.unresolved:
            zones = Field([zones], zones.origin)
        written = _reported(block)
        configurations: list[Field] = []
        for item in zones.items():
            entry: dict[str, object] = {"privateDnsZoneId": item}
            value = item.get("id").value
            if isinstance(value, str) and value.lower() in written:
                entry["recordSets"] = written[value.lower()]
            configurations.append(Field(entry, inner.origin))
        body: dict[str, object] = {
            "name": inner.field("name"),
            "privateDnsZoneConfigs": Field(configurations, inner.origin),
        }
        groups.append(Field(body, inner.origin))
    return Field(groups, block.origin)


_RECORD_SET: Shape = {"recordSetName": "name", "ipAddresses": "ip_addresses"}


def _reported(block: Block) -> dict[str, Field]:
    found: dict[str, Field] = {}
    for inner in block.blocks("private_dns_zone_configs") or []:
        zone = inner.values.get("private_dns_zone_id")
        sets = inner.blocks("record_sets") or []
        if isinstance(zone, str) and sets:
            items = [
                Field(
                    {key: record.field(name) for key, name in _TEXTS.items()},
                    record.origin,
                )
                for record in sets
            ]
            found[zone.lower().rstrip("/")] = Field(items, inner.origin)
    return found


_TEXTS = {key: str(name) for key, name in _RECORD_SET.items()}

NAME = {
    "azurerm_private_endpoint": Kind(
        "microsoft.network/privateendpoints",
        {
            "subnet": link("subnet_id", "azurerm_subnet"),
            "privateLinkServiceConnections": _connections(manual=False),
            "manualPrivateLinkServiceConnections": _connections(manual=True),
            "ipConfigurations": _addresses,
            "privateDnsZoneGroups": _zone_groups,
        },
    ),
    _ZONE: Kind(_ZONES, {"numberOfRecordSets": "number_of_record_sets"}),
    "azurerm_private_dns_zone_virtual_network_link": Kind(
        f"{_ZONES}/virtualnetworklinks",
        {
            "virtualNetwork": link("virtual_network_id", "azurerm_virtual_network"),
            "registrationEnabled": "registration_enabled",
            "resolutionPolicy": "resolution_policy",
        },
        _PARENT,
    ),
    "azurerm_private_dns_a_record": Kind(
        f"{_ZONES}/a", {"aRecords": listed("records", "ipv4Address")}, _RECORD_PARENT
    ),
    "azurerm_private_dns_aaaa_record": Kind(
        f"{_ZONES}/aaaa",
        {"aaaaRecords": listed("records", "ipv6Address")},
        _RECORD_PARENT,
    ),
    "azurerm_private_dns_cname_record": Kind(
        f"{_ZONES}/cname", {"cname": "record"}, _RECORD_PARENT
    ),
    **{
        f"azurerm_private_dns_{kind}_record": Kind(
            f"{_ZONES}/{kind}", {}, _RECORD_PARENT
        )
        for kind in ("mx", "ptr", "srv", "txt")
    },
}
