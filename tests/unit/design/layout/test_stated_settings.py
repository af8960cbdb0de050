"""What isolates is stated in so many words, and left to no default."""

from collections.abc import Mapping
from typing import Any

import pytest

from designs import DESIGNS, FIREWALLED, choices, laid_out, needs, ranges
from seawall.design.options import Encryption, Ingress, PaasAccess, PrivateZone
from seawall.design.requirements.needs import (
    Desk,
    Egress,
    Entry,
    Operator,
    PaasService,
    Scale,
    ServiceAccess,
    ServiceKind,
    WayIn,
)
from seawall.emit.terraform import terraform
from seawall.emit.tree import Deployment, Resource, without_notes
from strategies_design import SPOKE

SUBNETS = "virtualNetworks/subnets"


def built(name: str) -> Deployment:
    wanted, chosen = DESIGNS[name]
    return laid_out(needs(**wanted), choices(**chosen))


def said(item: Resource, *path: str) -> Any:
    """Return what a resource says at a path below its properties."""
    found: Any = without_notes(item.body["properties"])
    for key in path:
        assert isinstance(found, Mapping)
        found = found.get(key)
    return found


@pytest.mark.parametrize("name", DESIGNS)
def test_subnets_have_no_way_out_of_their_own(name: str) -> None:
    for item in built(name).resources:
        if item.type.endswith(SUBNETS):
            assert said(item, "defaultOutboundAccess") is False
            guarded = item.symbol == "endpointsSubnet"
            word = "NetworkSecurityGroupEnabled" if guarded else "Disabled"
            assert said(item, "privateEndpointNetworkPolicies") == word
            word = "Disabled" if item.symbol == "privateLinkSubnet" else "Enabled"
            assert said(item, "privateLinkServiceNetworkPolicies") == word


@pytest.mark.parametrize("name", DESIGNS)
def test_nodes_are_closed_and_local_accounts_off(name: str) -> None:
    cluster = built(name).resource("cluster")
    assert said(cluster, "disableLocalAccounts") is True
    assert said(cluster, "aadProfile", "enableAzureRBAC") is True
    pools: Any = said(cluster, "agentPoolProfiles")
    assert pools
    for pool in pools:
        assert pool["enableNodePublicIP"] is False
        if pool["osType"] == "Linux":
            assert pool["securityProfile"] == {"sshAccess": "Disabled"}
        if pool["enableAutoScaling"]:
            assert pool["minCount"] <= pool["count"] <= pool["maxCount"]
    most = sum(pool.get("maxCount", pool["count"]) for pool in pools)
    assert most == DESIGNS[name][0].get("scale", needs().scale).nodes


def test_the_group_of_aks_is_locked_unless_its_zone_must_be_linked() -> None:
    path = ("nodeResourceGroupProfile", "restrictionLevel")
    assert said(built("own network").resource("cluster"), *path) == "Unrestricted"
    assert said(built("operators by VPN").resource("cluster"), *path) == "ReadOnly"


def test_encryption_and_policies_are_on_or_off_in_words() -> None:
    path = ("networkProfile", "advancedNetworking")
    off = said(built("own network").resource("cluster"), *path)
    assert off == {
        "enabled": False,
        "observability": {"enabled": False},
        "security": {"enabled": False},
    }
    both = said(built("layer seven and encryption").resource("cluster"), *path)
    assert both["security"]["advancedNetworkPolicies"] == "L7"
    assert both["security"]["transitEncryption"] == {"type": "WireGuard"}
    alone = laid_out(needs(), choices(encryption=Encryption.WIREGUARD))
    found = said(alone.resource("cluster"), *path, "security")
    assert found["advancedNetworkPolicies"] == "None"


def test_answers_to_those_of_a_gateway_leave_by_its_routes() -> None:
    path = ("disableBgpRoutePropagation",)
    assert said(built("names by a firewall").resource("routes"), *path) is True
    behind = built("operators by VPN and a firewall")
    assert said(behind.resource("routes"), *path) is False
    assert said(behind.resource("hubPeering"), "allowGatewayTransit") is True
    assert said(behind.resource("peering"), "useRemoteGateways") is True
    assert "vpnGateway" in behind.resource("peering").needs


def test_the_cluster_takes_what_the_hub_hands_on_and_not_the_other_way() -> None:
    found = built("names by a firewall")
    assert said(found.resource("peering"), "allowForwardedTraffic") is True
    assert said(found.resource("hubPeering"), "allowForwardedTraffic") is False


def test_a_firewall_denies_what_is_known_to_be_bad_and_lists_one_group_at_a_time() -> (
    None
):
    found = built("clients by the firewall")
    assert said(found.resource("firewallPolicy"), "threatIntelMode") == "Deny"
    groups = ["incomingRules", "requiredRules", "askedRules"]
    assert [found.resource(it).needs for it in groups] == [
        (),
        *((it,) for it in groups[:2]),
    ]
    assert set(found.resource("firewall").needs) == set(groups)
    premium = built("a premium firewall").resource("firewallPolicy")
    assert said(premium, "intrusionDetection", "mode") == "Deny"


def test_gateways_for_applications_prevent_and_bastion_tunnels() -> None:
    gateway = built("a gateway with a firewall for applications")
    policy = gateway.resource("wafPolicy")
    assert said(policy, "policySettings") == {"state": "Enabled", "mode": "Prevention"}
    desk = (Operator("admins", Desk.BASTION),)
    bastion = laid_out(needs(operators=desk), choices()).resource("bastion")
    assert said(bastion, "enableTunneling") is True


def test_a_resolver_answers_at_an_address_of_its_subnet() -> None:
    found = built("operators by VPN")
    (configuration,) = said(found.resource("resolverInbound"), "ipConfigurations")
    first, _, last = configuration["privateIpAddress"].rpartition(".")
    subnet = said(found.resource("resolverSubnet"), "addressPrefix")
    start, _, rest = subnet.partition("/")[0].rpartition(".")
    assert (first, int(last)) == (start, int(rest) + 4)


ZONES = {
    ServiceKind.KEY_VAULT: ("vault", "privatelink.vaultcore.azure.net"),
    ServiceKind.STORAGE: ("blob", "privatelink.blob.core.windows.net"),
    ServiceKind.REGISTRY: ("registry", "privatelink.azurecr.io"),
    ServiceKind.SQL: ("sqlServer", "privatelink.database.windows.net"),
    ServiceKind.COSMOS: ("Sql", "privatelink.documents.azure.com"),
}
"""Source: Azure docs, private-endpoint-dns, read 2026-11."""


@pytest.mark.parametrize("kind", ServiceKind)
@pytest.mark.parametrize("access", [it for it in ServiceAccess if it.value != "any"])
def test_services_are_open_to_whom_was_said(
    kind: ServiceKind, access: ServiceAccess
) -> None:
    service = PaasService(kind, "shop7", access)
    found = laid_out(
        needs(services=(service,)), choices(paas=PaasAccess.PRIVATE_ENDPOINT)
    )
    (item,) = [it for it in found.resources if it.name == "shop7"]
    private = access is ServiceAccess.PRIVATE
    word = "Disabled" if private else "Enabled"
    assert said(item, "publicNetworkAccess") == word
    lists = said(item, "networkAcls")
    if lists is not None:
        public = access is ServiceAccess.PUBLIC
        assert lists["defaultAction"] == ("Allow" if public else "Deny")
        named = access is ServiceAccess.SERVICE_ENDPOINT
        assert bool(lists["virtualNetworkRules"]) is named
    ends = [it for it in found.resources if it.type.endswith("privateEndpoints")]
    zones = [it.name for it in found.resources if it.type.endswith("privateDnsZones")]
    assert bool(ends) is private
    group, zone = ZONES[kind]
    assert zones == ([zone] if private else [])
    for end in ends:
        (connection,) = said(end, "privateLinkServiceConnections")
        assert connection["properties"]["groupIds"] == (group,)


def test_the_zone_of_an_api_server_is_named_by_how_it_is_reached() -> None:
    linked = built("private-link with a zone").resource("apiServerZone")
    assert linked.name == "privatelink.westeurope.azmk8s.io"
    inside = built("vnet-integration-private with a zone").resource("apiServerZone")
    assert inside.name == "private.westeurope.azmk8s.io"


def test_the_registry_of_an_isolated_cluster_keeps_what_aks_asks_for() -> None:
    found = built("isolated")
    assert said(found.resource("registryCache")) == {
        "sourceRepository": "mcr.microsoft.com/*",
        "targetRepository": "aks-managed-repository/*",
    }
    assert said(found.resource("registry"), "publicNetworkAccess") == "Disabled"
    assert found.resource("registry").body["sku"] == {"name": "Premium"}


def test_nothing_of_a_firewall_passes_where_nothing_may_leave() -> None:
    found = laid_out(needs(egress=Egress.NONE), choices(**FIREWALLED))
    (collection,) = said(found.resource("askedRules"), "ruleCollections")
    assert collection["action"] == {"type": "Deny"}
    (rule,) = collection["rules"]
    assert rule["targetFqdns"] == ("*",)


def test_a_database_that_is_public_admits_everybody_and_no_other_does() -> None:
    def rules(access: ServiceAccess) -> list[Any]:
        service = PaasService(ServiceKind.SQL, "sql-shop", access)
        found = laid_out(
            needs(services=(service,)), choices(paas=PaasAccess.PRIVATE_ENDPOINT)
        )
        return [said(it) for it in found.resources if it.type.endswith("firewallRules")]

    assert rules(ServiceAccess.PUBLIC) == [
        {"startIpAddress": "0.0.0.0", "endIpAddress": "255.255.255.255"}  # noqa: S104
    ]
    assert rules(ServiceAccess.PRIVATE) == []
    assert rules(ServiceAccess.SERVICE_ENDPOINT) == []


def test_a_service_endpoint_is_there_for_who_asks_beside_private_endpoints() -> None:
    services = (
        PaasService(ServiceKind.SQL, "sql-shop", ServiceAccess.SERVICE_ENDPOINT),
        PaasService(ServiceKind.STORAGE, "stshop", ServiceAccess.PRIVATE),
    )
    found = laid_out(
        needs(services=services), choices(paas=PaasAccess.PRIVATE_ENDPOINT)
    )
    listed = said(found.resource("nodesSubnet"), "serviceEndpoints")
    assert listed == ({"service": "Microsoft.Sql"},)


def test_a_firewall_lets_services_pass_that_are_used_at_public_addresses() -> None:
    services = (
        PaasService(ServiceKind.REGISTRY, "crshop", ServiceAccess.PUBLIC),
        PaasService(ServiceKind.SQL, "sql-shop", ServiceAccess.PUBLIC),
        PaasService(ServiceKind.STORAGE, "stshop", ServiceAccess.PRIVATE),
    )
    found = laid_out(
        needs(egress=Egress.NAMES, services=services),
        choices(**FIREWALLED, paas=PaasAccess.PRIVATE_ENDPOINT),
    )
    rules = {
        rule["name"]: rule
        for collection in said(found.resource("askedRules"), "ruleCollections")
        for rule in collection["rules"]
    }
    assert set(rules) == {
        "crshop-azurecr-io",
        "crshop-westeurope-data-azurecr-io",
        "sql-shop-database-windows-net-1433",
        "rest",
    }
    assert rules["sql-shop-database-windows-net-1433"]["destinationPorts"] == ("1433",)
    policy = found.resource("firewallPolicy")
    assert said(policy, "dnsSettings")["enableProxy"] is True
    registry = next(it for it in found.resources if it.name == "crshop")
    assert said(registry, "dataEndpointEnabled") is True


def test_nodes_may_pull_from_every_registry_that_they_use() -> None:
    registry = PaasService(ServiceKind.REGISTRY, "crshop", ServiceAccess.PRIVATE)
    found = laid_out(
        needs(services=(registry,)), choices(paas=PaasAccess.PRIVATE_ENDPOINT)
    )
    grants = {it.scope: it for it in found.resources if "roleAssign" in it.type}
    assert said(grants["registryCrshop"], "roleDefinitionId").title == "AcrPull"
    assert grants["kubeletIdentity"].symbol == "kubeletGrant"
    profile = said(found.resource("cluster"), "identityProfile")
    assert profile["kubeletidentity"]["resourceId"].symbol == "kubeletIdentity"


def test_two_operators_of_one_network_have_one_peering() -> None:
    peer = SPOKE.replace("spoke", "peer")
    some = (
        Operator("admins", Desk.PEERING, ranges("172.20.0.0/24"), peer),
        Operator("builds", Desk.PEERING, ranges("172.20.1.0/24"), peer.upper()),
    )
    wanted, chosen = DESIGNS["private-link with a zone"]
    found = laid_out(needs(**{**wanted, "operators": some}), choices(**chosen))
    theirs = [it for it in found.resources if it.symbol.startswith("operatorsPeering")]
    assert [it.name for it in theirs] == ["peer-to-admins"]
    links = [it.name for it in found.resources if "virtualNetworkLinks" in it.type]
    assert len(links) == len(set(links))
    assert "to-builds" not in links


def test_a_tunnel_of_bastion_is_not_locked_out() -> None:
    def level(desk: Desk) -> Any:
        found = laid_out(
            needs(operators=(Operator("admins", desk),)),
            choices(zone=PrivateZone.CUSTOM),
        )
        profile = said(found.resource("cluster"), "nodeResourceGroupProfile")
        return profile["restrictionLevel"]

    assert level(Desk.BASTION) == "Unrestricted"
    assert level(Desk.PIPELINE) == "ReadOnly"


def test_what_listens_for_one_name_comes_before_what_listens_for_any() -> None:
    entries = (
        Entry(WayIn.PUBLIC_WAF, "web", 8080),
        Entry(WayIn.PUBLIC_WAF, "api", 8080, host="api.example.com"),
    )
    found = laid_out(
        needs(entries=entries), choices(ingress=Ingress.APPLICATION_GATEWAY)
    )
    rules = {
        rule["name"]: rule["properties"]["priority"]
        for rule in said(found.resource("gateway"), "requestRoutingRules")
    }
    assert rules["api-2"] < rules["web-1"]


def test_terraform_asks_storage_for_nothing_that_needs_keys() -> None:
    def versions(kind: ServiceKind) -> str:
        service = PaasService(kind, "shop7", ServiceAccess.PRIVATE)
        found = laid_out(
            needs(services=(service,)), choices(paas=PaasAccess.PRIVATE_ENDPOINT)
        )
        return terraform(found)["versions.tf"]

    assert "storage_use_azuread = true" in versions(ServiceKind.STORAGE)
    assert "data_plane_available = false" in versions(ServiceKind.STORAGE)
    assert "storage" not in versions(ServiceKind.KEY_VAULT)


def test_nodes_are_spread_over_the_zones_that_were_named() -> None:
    def spread(*zones: int) -> list[Any]:
        found = laid_out(needs(scale=Scale(zones=zones)), choices())
        pools: Any = said(found.resource("cluster"), "agentPoolProfiles")
        return [pool.get("availabilityZones") for pool in pools]

    assert set(spread(1, 3)) == {("1", "3")}
    assert set(spread()) == {None}
