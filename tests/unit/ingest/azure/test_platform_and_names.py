"""Platform resources, private endpoints and the zones that name them."""

import pytest

from azure_builders import (
    GROUP,
    Json,
    convert,
    plan,
    planned,
    resource,
    resource_id,
)
from seawall.ingest.documents import AzurePart
from seawall.model.endpoint import PlatformResource
from seawall.model.name import DnsZone

EVERY_AZURE_ADDRESS = "0.0.0.0"  # noqa: S104  # an address in a rule, not a socket


def platform(provider: str, name: str, **properties: object) -> Json:
    return {
        "id": f"{GROUP}/providers/{provider}/{name}",
        "name": name,
        "type": provider,
        "location": "westeurope",
        "properties": properties,
    }


def only(part: AzurePart) -> PlatformResource:
    (found,) = part.fabric.resources
    return found


def vault(**properties: object) -> Json:
    return platform("Microsoft.KeyVault/vaults", "kv", **properties)


def endpoint(target: Json, group: str, **properties: object) -> Json:
    return resource(
        "privateEndpoints",
        "pe",
        subnet={"id": resource_id("virtualNetworks/subnets", "v", "s")},
        privateLinkServiceConnections=[
            {
                "name": "c",
                "properties": {
                    "privateLinkServiceId": target["id"],
                    "groupIds": [group],
                    "privateLinkServiceConnectionState": {"status": "Approved"},
                },
            }
        ],
        ipConfigurations=[
            {"name": "i", "properties": {"privateIPAddress": "10.0.1.5"}}
        ],
        **properties,
    )


def zone(name: str, **properties: object) -> Json:
    return resource("privateDnsZones", name, **properties)


def grouped(zone_name: str) -> Json:
    zone_id = resource_id("privateDnsZones", zone_name)
    return {
        "privateDnsZoneGroups": [
            {
                "name": "g",
                "properties": {
                    "privateDnsZoneConfigs": [
                        {"name": "z", "properties": {"privateDnsZoneId": zone_id}}
                    ]
                },
            }
        ]
    }


def test_a_vault_without_rules_is_public_and_open_by_default() -> None:
    found = only(convert(vault()))
    assert found.host_names == ("kv.vault.azure.net",)
    assert found.private_suffix == "privatelink.vaultcore.azure.net"
    assert found.public.is_surely(value=True)
    assert found.default_access_allowed.is_surely(value=True)


def test_a_vault_with_rules_admits_only_what_they_name() -> None:
    subnet = resource_id("virtualNetworks/subnets", "v", "s")
    found = only(
        convert(
            vault(
                publicNetworkAccess="Enabled",
                networkAcls={
                    "defaultAction": "Deny",
                    "ipRules": [{"value": "20.0.0.0/24"}],
                    "virtualNetworkRules": [{"id": subnet}],
                },
            )
        )
    )
    assert found.default_access_allowed.is_surely(value=False)
    assert [str(item) for item in found.allowed_ranges] == ["20.0.0.0/24"]
    assert found.allowed_subnets == (subnet.lower(),)


def test_a_perimeter_or_an_expression_leaves_public_access_unknown() -> None:
    for value in ("SecuredByPerimeter", "[parameters('x')]", "Maybe"):
        assert not only(convert(vault(publicNetworkAccess=value))).public.known


def test_a_rule_that_is_not_known_leaves_access_unknown() -> None:
    rules = {"defaultAction": "Deny", "ipRules": [{"value": "[parameters('ip')]"}]}
    assert not only(convert(vault(networkAcls=rules))).default_access_allowed.known


def test_a_database_server_without_its_rules_is_not_taken_for_closed() -> None:
    server = platform("Microsoft.Sql/servers", "db")
    assert not only(convert(server)).default_access_allowed.known
    rule = platform(
        "Microsoft.Sql/servers/firewallRules",
        "r",
        startIpAddress=EVERY_AZURE_ADDRESS,
        endIpAddress=EVERY_AZURE_ADDRESS,
    )
    rule["id"] = f"{server['id']}/firewallRules/r"
    found = only(convert([server, rule]))
    assert found.default_access_allowed.is_surely(value=False)
    assert found.allowed_tags == ("AzureCloud",)


def test_a_storage_account_is_split_by_its_private_endpoints() -> None:
    account = platform("Microsoft.Storage/storageAccounts", "st")
    part = convert([account, endpoint(account, "blob")])
    by_id = {item.id: item for item in part.fabric.resources}
    base = str(account["id"]).lower()
    assert by_id[f"{base}/blob"].host_names == ("st.blob.core.windows.net",)
    assert "st.blob.core.windows.net" not in by_id[base].host_names
    (found,) = part.fabric.private_endpoints
    assert found.target == f"{base}/blob"
    assert found.approved.is_surely(value=True)


def records(part: AzurePart) -> DnsZone:
    (found,) = part.fabric.zones
    return found


def test_a_zone_group_writes_the_record_of_its_endpoint() -> None:
    name = "privatelink.vaultcore.azure.net"
    target = vault()
    part = convert([target, endpoint(target, "vault", **grouped(name)), zone(name)])
    (record,) = records(part).records
    assert record.name == "kv"
    assert [str(item) for item in record.addresses] == ["10.0.1.5"]


def test_an_endpoint_to_what_is_not_in_the_input_is_named_by_its_id() -> None:
    name = "privatelink.vaultcore.azure.net"
    part = convert([endpoint(vault(), "vault", **grouped(name)), zone(name)])
    assert [item.name for item in records(part).records] == ["kv"]


def test_a_record_whose_name_is_not_known_leaves_the_zone_incomplete() -> None:
    name = "privatelink.example.com"
    target = platform("Microsoft.Strange/things", "x")
    part = convert(
        [
            endpoint(target, "thing", **grouped(name)),
            zone(name, numberOfRecordSets=1, numberOfVirtualNetworkLinks=0),
        ]
    )
    assert not records(part).complete.known


def test_a_zone_is_complete_when_everything_that_it_counts_is_there() -> None:
    name = "contoso.internal"
    link = resource(
        "privateDnsZones/virtualNetworkLinks",
        name,
        "l",
        virtualNetwork={"id": resource_id("virtualNetworks", "v")},
        resolutionPolicy="NxDomainRedirect",
    )
    address = resource(
        "privateDnsZones/A", name, "App", aRecords=[{"ipv4Address": "10.0.0.7"}]
    )
    counted = {"numberOfRecordSets": 2, "numberOfVirtualNetworkLinks": 1}
    found = records(convert([zone(name, **counted), link, address]))
    assert found.complete.is_surely(value=True)
    assert found.links[0].falls_back
    assert found.records[0].name == "app"
    assert not records(convert([zone(name, **counted), link])).complete.known
    assert not records(convert([zone(name, **counted), address])).complete.known
    assert not records(convert(zone(name))).complete.known


def test_cname_and_other_record_sets_are_read_and_counted() -> None:
    """Source: Azure docs, dns-private-records."""
    name = "contoso.internal"
    kinds = {
        "CNAME": {"cnameRecord": {"cname": "Kv.Vault.Azure.net."}},
        "TXT": {"txtRecords": [{"value": ["x"]}]},
        "SOA": {"soaRecord": {"email": "x"}},
    }
    found = [
        resource(f"privateDnsZones/{kind}", name, f"My{kind}", **body)
        for kind, body in kinds.items()
    ]
    counted = {"numberOfRecordSets": 3, "numberOfVirtualNetworkLinks": 0}
    held = records(convert([zone(name, **counted), *found]))
    assert [(it.name, it.target) for it in held.aliases] == [
        ("mycname", "kv.vault.azure.net")
    ]
    assert [(it.name, it.kind) for it in held.others] == [("mytxt", "TXT")]
    assert held.complete.is_surely(value=True)
    assert not records(convert([zone(name, **counted), *found[1:]])).complete.known
    # The command line of Azure takes the properties out of their box.
    flat = {**found[0], **found[0]["properties"]}
    del flat["properties"]
    (alias,) = records(convert([zone(name, **counted), flat])).aliases
    assert alias.target == "kv.vault.azure.net"


def test_a_planned_alias_is_read_and_one_without_a_target_is_told() -> None:
    made = planned("azurerm_private_dns_zone.z", {"name": "corp.example"})
    for target in ("Db.corp.example", None, 7, ""):
        alias = planned(
            "azurerm_private_dns_cname_record.c",
            {"name": "App", "zone_name": "corp.example", "record": target},
        )
        part = convert(plan([made, alias]))
        (found,) = records(part).aliases
        assert found.name == "app"
        known = {"Db.corp.example": "db.corp.example", 7: "7"}.get(target)
        assert found.target == known
        told = any("CNAME record `App`" in d.what for d in part.diagnostics)
        assert told is (known is None)
    other = planned(
        "azurerm_private_dns_txt_record.t", {"name": "m", "zone_name": "corp.example"}
    )
    assert records(convert(plan([made, other]))).others[0].kind == "TXT"


def test_an_endpoint_that_writes_to_an_unknown_zone_leaves_zones_incomplete() -> None:
    name = "privatelink.vaultcore.azure.net"
    configuration = {"privateDnsZoneId": "[parameters('zone')]"}
    body = {"name": "g", "properties": {"privateDnsZoneConfigs": [configuration]}}
    counted = zone(name, numberOfRecordSets=1, numberOfVirtualNetworkLinks=0)
    assert records(convert(counted)).complete.known
    part = convert([endpoint(vault(), "vault", privateDnsZoneGroups=[body]), counted])
    assert not records(part).complete.known


def child(parent: Json, kind: str, name: str, **properties: object) -> Json:
    return {
        "id": f"{parent['id']}/{kind}/{name}",
        "name": name,
        "type": f"{parent['type']}/{kind}",
        "properties": properties,
    }


def test_resolvers_and_rulesets_are_read_with_their_children() -> None:
    """Source: Azure docs, private-resolver-endpoints-rulesets."""
    network = {"id": resource_id("virtualNetworks", "hub")}
    resolver = resource("dnsResolvers", "r", virtualNetwork=network)
    door = child(
        resolver,
        "inboundEndpoints",
        "in",
        ipConfigurations=[{"privateIpAddress": "10.0.0.9"}],
    )
    rules = resource("dnsForwardingRulesets", "rs")
    rule = child(
        rules,
        "forwardingRules",
        "corp",
        domainName="Corp.Example.",
        targetDnsServers=[{"ipAddress": "10.9.0.1", "port": 53}],
        forwardingRuleState="Enabled",
    )
    link = child(rules, "virtualNetworkLinks", "l", virtualNetwork=network)
    fabric = convert([resolver, door, rules, rule, link]).fabric
    (found,) = fabric.resolvers
    assert found.network == str(network["id"]).lower()
    assert [str(item.address) for item in found.inbound] == ["10.0.0.9"]
    (held,) = fabric.rulesets
    assert held.networks == (found.network,)
    assert held.complete.is_surely(value=True)
    assert held.rules[0].domain == "corp.example"
    assert [str(item) for item in held.rules[0].servers] == ["10.9.0.1"]
    (alone,) = convert([rules, link]).fabric.rulesets
    assert not alone.complete.known


def test_a_rule_that_cannot_be_read_is_kept_and_told() -> None:
    rules = resource("dnsForwardingRulesets", "rs")
    network = {"id": resource_id("virtualNetworks", "hub")}
    link = child(rules, "virtualNetworkLinks", "l", virtualNetwork=network)
    rule = child(rules, "forwardingRules", "x", targetDnsServers=[{"ipAddress": "?"}])
    part = convert([rules, link, rule])
    (held,) = part.fabric.rulesets
    assert held.rules[0].domain is None
    assert held.rules[0].servers == ()
    assert any("domain of the forwarding rule" in d.what for d in part.diagnostics)


def test_machines_that_register_leave_a_planned_zone_open() -> None:
    """Source: Azure docs, private-dns-autoregistration."""
    made = planned("azurerm_private_dns_zone.z", {"name": "corp.example"})
    for registers in (True, False):
        link = planned(
            "azurerm_private_dns_zone_virtual_network_link.l",
            {
                "name": "l",
                "private_dns_zone_name": "corp.example",
                "virtual_network_id": resource_id("virtualNetworks", "hub"),
                "registration_enabled": registers,
            },
        )
        (found,) = convert(plan([made, link])).fabric.zones
        assert found.complete.known is not registers


def test_every_data_centre_of_azure_is_no_single_address() -> None:
    """Source: Azure docs, how-to-configure-firewall of Cosmos DB."""
    rules = [{"ipAddressOrRange": EVERY_AZURE_ADDRESS}]
    account = platform("Microsoft.DocumentDB/databaseAccounts", "db", ipRules=rules)
    found = only(convert(account))
    assert found.allowed_ranges == ()
    assert found.allowed_tags == ("AzureCloud",)
    assert found.default_access_allowed.is_surely(value=False)


def test_endpoint_policies_are_read_with_what_they_list() -> None:
    """Source: Azure docs, virtual-network-service-endpoint-policies-overview."""
    account = platform("Microsoft.Storage/storageAccounts", "st")
    definition = {"service": "Microsoft.Storage", "serviceResources": [account["id"]]}
    held = resource(
        "serviceEndpointPolicies",
        "sep",
        serviceEndpointPolicyDefinitions=[{"name": "d", "properties": definition}],
    )
    subnet = {
        "name": "s",
        "properties": {
            "addressPrefix": "10.0.0.0/24",
            "serviceEndpointPolicies": [{"id": held["id"]}],
        },
    }
    net = resource("virtualNetworks", "v", subnets=[subnet])
    fabric = convert([held, net]).fabric
    (policy,) = fabric.endpoint_policies
    assert policy.resources == (str(account["id"]).lower(),)
    assert policy.complete.is_surely(value=True)
    assert fabric.subnets[0].service_policies.value == (policy.id,)
    alias = {**held, "properties": {**held["properties"], "serviceAlias": "/x"}}
    (other,) = convert(alias).fabric.endpoint_policies
    assert not other.complete.known


def ai(**properties: object) -> Json:
    return platform("Microsoft.CognitiveServices/accounts", "ai", **properties)


def test_an_account_of_ai_services_has_its_own_firewall_and_names() -> None:
    """Source: Azure docs, cognitive-services-virtual-networks and custom-subdomains."""
    rules = {"defaultAction": "Deny", "ipRules": [{"value": "52.0.0.0/24"}]}
    stated = ai(endpoint="https://ai.openai.azure.com/", networkAcls=rules)
    found = only(convert(stated))
    assert found.host_names == ("ai.openai.azure.com",)
    assert found.private_suffix == "privatelink.openai.azure.com"
    assert found.default_access_allowed.is_surely(value=False)
    assert [str(item) for item in found.allowed_ranges] == ["52.0.0.0/24"]
    shut = only(convert(ai(publicNetworkAccess="Disabled")))
    assert shut.public.is_surely(value=False)
    assert "ai.cognitiveservices.azure.com" in shut.host_names
    assert "ai.openai.azure.com" in shut.host_names
    assert not shut.private_suffix
    shared = "https://westeurope.api.cognitive.microsoft.com/"
    assert only(convert(ai(endpoint=shared))).host_names == ()


def test_the_rules_of_a_namespace_are_a_resource_of_their_own() -> None:
    """Source: Azure docs, service-bus-ip-filtering and service endpoints."""
    bus = platform("Microsoft.ServiceBus/namespaces", "sb")
    assert not only(convert(bus)).default_access_allowed.known
    rules = {
        "id": f"{bus['id']}/networkRuleSets/default",
        "name": "default",
        "type": "Microsoft.ServiceBus/namespaces/networkRuleSets",
        "properties": {
            "defaultAction": "Deny",
            "publicNetworkAccess": "Enabled",
            "ipRules": [{"ipMask": "52.0.0.1", "action": "Allow"}],
            "virtualNetworkRules": [
                {"subnet": {"id": resource_id("virtualNetworks/subnets", "v", "s")}}
            ],
        },
    }
    found = only(convert(bus, rules))
    assert found.default_access_allowed.is_surely(value=False)
    assert found.public.is_surely(value=True)
    assert [str(item) for item in found.allowed_ranges] == ["52.0.0.1"]
    assert len(found.allowed_subnets) == 1


def test_without_rules_a_namespace_lets_everybody_in_whatever_its_default() -> None:
    """Source: Azure docs, service-bus-ip-filtering, event-hubs-ip-filtering."""
    hub = platform("Microsoft.EventHub/namespaces", "eh")
    rules = {
        "id": f"{hub['id']}/networkRuleSets/default",
        "name": "default",
        "type": "Microsoft.EventHub/namespaces/networkRuleSets",
        "properties": {"defaultAction": "Deny", "ipRules": []},
    }
    found = only(convert(hub, rules))
    assert found.default_access_allowed.is_surely(value=True)
    unread = {"defaultAction": "Deny", "ipRules": [{"ipMask": "none"}]}
    found = only(convert(hub, rules | {"properties": unread}))
    assert not found.default_access_allowed.known


def test_terraform_says_beside_the_network_whether_a_server_is_public() -> None:
    values = {"name": "pg", "public_network_access_enabled": False}
    made = planned("azurerm_postgresql_flexible_server.pg", values)
    assert only(convert(plan([made]))).public.is_surely(value=False)


def test_a_flexible_server_says_in_its_network_whether_it_is_public() -> None:
    """Source: Azure docs, postgresql concepts-networking-public and -private."""
    kind = "Microsoft.DBforPostgreSQL/flexibleServers"
    shut = platform(kind, "pg", network={"publicNetworkAccess": "Disabled"})
    assert only(convert(shut)).public.is_surely(value=False)
    opened = platform(kind, "pg", network={"publicNetworkAccess": "Enabled"})
    assert not only(convert(opened)).default_access_allowed.known
    rule = {
        "id": f"{opened['id']}/firewallRules/r",
        "name": "r",
        "type": f"{kind}/firewallRules",
        "properties": {"startIpAddress": "52.0.0.1", "endIpAddress": "52.0.0.9"},
    }
    found = only(convert(opened, rule))
    assert found.default_access_allowed.is_surely(value=False)
    assert found.allowed_ranges
    subnet = {"delegatedSubnetResourceId": resource_id("virtualNetworks", "v")}
    assert not only(convert(platform(kind, "pg", network=subnet))).public.is_surely(
        value=False
    )


@pytest.mark.parametrize(
    ("kind", "stated", "host"),
    [
        ("Microsoft.EventGrid/topics", "endpoint", "x.west-1.eventgrid.azure.net"),
        ("Microsoft.Cache/redisEnterprise", "hostName", "x.west.redisenterprise"),
        ("Microsoft.Devices/IotHubs", "hostName", "x.azure-devices.net"),
        ("Microsoft.KeyVault/managedHSMs", "hsmUri", "x.managedhsm.azure.net"),
    ],
)
def test_services_with_a_firewall_that_is_not_read_are_not_taken_for_open(
    kind: str, stated: str, host: str
) -> None:
    """Source: Azure docs, private-endpoint-dns; their rules have other shapes."""
    found = only(convert(platform(kind, "x", **{stated: f"https://{host}/"})))
    assert found.host_names == (host,)
    assert not found.default_access_allowed.known
    shut = platform(kind, "x", **{stated: host, "publicNetworkAccess": "Disabled"})
    assert only(convert(shut)).public.is_surely(value=False)
