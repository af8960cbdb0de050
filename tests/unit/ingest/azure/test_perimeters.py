"""Network security perimeters: what is read of them, and what it means.

Source: Azure docs, network-security-perimeter-transition and -concepts.
"""

import json

import pytest

from azure_builders import (
    GROUP,
    Json,
    at_level,
    configured,
    convert,
    flattened,
    plan,
    planned,
    resource,
    resource_id,
)
from seawall.ingest.documents import AzurePart
from seawall.model.diagnostic import Level
from seawall.model.end import SubnetEnd
from seawall.model.perimeter import Perimeter
from seawall.model.snapshot import Snapshot
from ways import A, D, U, ask

NAT = "20.0.0.4"
"""The public address that packets leave with."""
HERE, ELSEWHERE = f"{NAT}/32", "20.9.0.0/16"
VAULT = f"{GROUP}/providers/Microsoft.KeyVault/vaults/kv"


def vault(own: str = ELSEWHERE, **properties: object) -> Json:
    rules = {"defaultAction": "Deny", "ipRules": [{"value": own}]}
    return {
        "id": VAULT,
        "name": "kv",
        "type": "Microsoft.KeyVault/vaults",
        "location": "westeurope",
        "properties": {"networkAcls": rules, **properties},
    }


def account() -> Json:
    kind = "Microsoft.Storage/storageAccounts"
    found = {**vault(publicNetworkAccess="Disabled"), "location": "northeurope"}
    return {**found, "id": f"{GROUP}/providers/{kind}/st", "name": "st", "type": kind}


def perimeter(*rules: Json) -> list[Json]:
    """Return a perimeter with a profile and its rules, each its own resource."""
    top = resource("networkSecurityPerimeters", "nsp")
    profile = resource("networkSecurityPerimeters/profiles", "nsp", "p")
    return [top, profile, *rules]


def rule(name: str = "r", direction: str = "Inbound", **properties: object) -> Json:
    kind = "networkSecurityPerimeters/profiles/accessRules"
    return resource(kind, "nsp", "p", name, direction=direction, **properties)


def association(mode: object = "Enforced", to: str = VAULT) -> Json:
    kind = "networkSecurityPerimeters/resourceAssociations"
    profile = resource_id("networkSecurityPerimeters/profiles", "nsp", "p")
    return resource(
        kind,
        "nsp",
        "a",
        accessMode=mode,
        privateLinkResource={"id": to},
        profile={"id": profile},
    )


def network(**subnet: object) -> list[Json]:
    """Return a network whose machines leave by one public address."""
    prefix = {"addressPrefix": "10.1.0.0/24"}
    gateway = {"id": resource_id("natGateways", "nat")}
    body = {"name": "s", "properties": {**prefix, "natGateway": gateway, **subnet}}
    space = {"addressPrefixes": ["10.1.0.0/16"]}
    address = {"id": resource_id("publicIPAddresses", "pip")}
    return [
        resource("virtualNetworks", "v", addressSpace=space, subnets=[body]),
        resource("natGateways", "nat", publicIpAddresses=[address]),
        resource("publicIPAddresses", "pip", ipAddress=NAT),
    ]


def only(part: AzurePart) -> Perimeter:
    (found,) = part.fabric.resources
    assert found.perimeter is not None
    return found.perimeter


def verdict(*records: Json, port: int = 443, **subnet: object) -> object:
    """Return what becomes of a packet from the network to the one resource."""
    fabric = convert([*network(**subnet), *records]).fabric
    (name, *_) = fabric.resources[0].host_names
    source = SubnetEnd(fabric.subnets[0].id)
    return ask(Snapshot(fabric=fabric), source, name, port)


@pytest.mark.parametrize(
    ("public", "mode", "by_own", "by_perimeter", "by_neither"),
    [
        ("Enabled", None, A, D, D),
        ("Enabled", "Learning", A, A, D),
        ("Enabled", "Enforced", D, A, D),
        ("Disabled", None, D, D, D),
        ("Disabled", "Learning", D, A, D),
        ("Disabled", "Enforced", D, A, D),
        ("SecuredByPerimeter", None, U, U, U),
        ("SecuredByPerimeter", "Learning", D, A, D),
        ("SecuredByPerimeter", "Enforced", D, A, D),
        ("Enabled", "Audit", U, A, D),
    ],
)
def test_a_perimeter_adds_to_or_replaces_what_a_resource_admits(
    public: str,
    mode: str | None,
    by_own: object,
    by_perimeter: object,
    by_neither: object,
) -> None:
    """Section 6.6, the table. Without its association a secured one is not known."""
    for own, outer, expected in (
        (HERE, ELSEWHERE, by_own),
        (ELSEWHERE, HERE, by_perimeter),
        (ELSEWHERE, ELSEWHERE, by_neither),
    ):
        around = perimeter(rule(addressPrefixes=[outer]))
        joined = [association(mode)] if mode else []
        found = verdict(vault(own, publicNetworkAccess=public), *around, *joined)
        assert found is expected, (own, outer)


def test_identities_of_subscriptions_may_be_anybody_s() -> None:
    subscriptions = [{"id": "/subscriptions/s"}]
    around = perimeter(rule(subscriptions=subscriptions), association())
    assert verdict(vault(), *around) is U
    out = perimeter(rule(direction="Outbound", fullyQualifiedDomainNames=["*"]))
    assert (
        verdict(vault(), *out, rule("in", addressPrefixes=[ELSEWHERE]), association())
        is D
    )


def test_other_perimeters_in_a_rule_let_no_packet_of_a_pod_in() -> None:
    """Members of perimeters are platform resources; no pod or machine is one."""
    others = [{"id": resource_id("networkSecurityPerimeters", "other")}]
    around = perimeter(rule(networkSecurityPerimeters=others), association())
    assert verdict(vault(), *around) is D


def test_tags_of_a_perimeter_count_for_vaults_only() -> None:
    """Source: Azure docs, configure-network-security-perimeter-service-tag."""
    around = perimeter(rule(serviceTags=["PowerPlatform"]))
    assert only(convert([vault(), *around, association()])).tags == ("PowerPlatform",)
    joined = association(to=str(account()["id"]))
    assert only(convert([account(), *around, joined])).tags == ()
    assert verdict(account(), *around, joined) is U


def test_an_account_in_a_perimeter_answers_https_only() -> None:
    """Source: Azure docs, storage-network-security-perimeter, limitations."""
    around = [*perimeter(rule(addressPrefixes=[HERE])), association("Learning")]
    around[-1] = association("Learning", to=str(account()["id"]))
    assert verdict(account(), *around) is A
    assert verdict(account(), *around, port=445) is D


def test_a_service_endpoint_is_no_address_that_a_perimeter_names() -> None:
    """Source: Azure docs, service-endpoint-standard-overview."""
    endpoint = {"serviceEndpoints": [{"service": "Microsoft.KeyVault"}]}
    named = perimeter(rule(addressPrefixes=[HERE]))
    assert verdict(vault(), *named, association(), **endpoint) is U
    bare = perimeter(rule(direction="Outbound"))
    assert verdict(vault(), *bare, association(), **endpoint) is D


def test_rules_that_are_not_in_the_input_may_admit_anybody() -> None:
    part = convert([vault(), *perimeter(), association()])
    assert "not given" in only(part).others
    assert any("`p`" in item.what for item in at_level(part, Level.ERROR))
    assert verdict(vault(), *perimeter(), association()) is U


@pytest.mark.parametrize(
    "bad",
    [
        association(mode="[parameters('mode')]"),
        association(mode="Sometimes"),
        association(to="[parameters('vault')]"),
    ],
)
def test_an_association_that_is_not_clear_settles_nothing(bad: Json) -> None:
    around = perimeter(rule(addressPrefixes=[ELSEWHERE]))
    assert verdict(vault(HERE), *around, bad) is U


@pytest.mark.parametrize(
    "bad",
    [
        rule(addressPrefixes=["not an address"]),
        rule(addressPrefixes="[parameters('x')]"),
        rule(direction="Sideways", addressPrefixes=[HERE]),
        rule(direction="[parameters('d')]", addressPrefixes=[HERE]),
        rule(subscriptions="[parameters('x')]"),
    ],
)
def test_a_rule_that_cannot_be_read_may_admit_anybody(bad: Json) -> None:
    assert verdict(vault(), *perimeter(bad), association()) is U


def test_a_resource_in_two_perimeters_is_in_one_that_is_not_known() -> None:
    other: Json = json.loads(json.dumps(association()).replace("/nsp", "/nsp2"))
    around = perimeter(rule(addressPrefixes=[HERE]))
    part = convert([vault(), *around, association(), other])
    assert not only(part).alone.known
    assert any(
        "several perimeters" in item.what for item in at_level(part, Level.ERROR)
    )


def test_a_kind_that_no_document_lists_is_not_known_to_obey() -> None:
    kind = "Microsoft.ContainerRegistry/registries"
    registry = {**vault(), "type": kind, "id": f"{GROUP}/providers/{kind}/acr"}
    around = perimeter(rule(addressPrefixes=[HERE]))
    joined = association(to=str(registry["id"]))
    assert verdict(registry, *around, joined) is U


def test_what_the_resource_reports_of_its_perimeter_is_read_too() -> None:
    """`az keyvault network-security-perimeter-configuration list`, and flattened."""
    for listed in ([HERE], [ELSEWHERE]):
        shown: Json = {
            "id": f"{VAULT}/networkSecurityPerimeterConfigurations/guid.a",
            "name": "guid.a",
            "type": "Microsoft.KeyVault/vaults/networkSecurityPerimeterConfigurations",
            "properties": {
                "networkSecurityPerimeter": {
                    "id": resource_id("networkSecurityPerimeters", "nsp")
                },
                "resourceAssociation": {"name": "a", "accessMode": "Enforced"},
                "profile": {
                    "name": "p",
                    "accessRules": [
                        {
                            "name": "r",
                            "properties": {
                                "direction": "Inbound",
                                "addressPrefixes": listed,
                            },
                        }
                    ],
                },
            },
        }
        for each in (shown, flattened(shown)):
            assert verdict(vault(), each) is (A if listed == [HERE] else D)


def test_a_perimeter_reads_alike_from_az_and_from_a_plan() -> None:
    """The three envelopes of section 10.1."""
    records = [vault(), *perimeter(rule(addressPrefixes=[HERE])), association()]
    found = only(convert([flattened(each) for each in records]))
    assert found.alone.is_surely(value=True)
    assert [str(item) for item in found.ranges] == [NAT]

    made = plan(
        [
            planned("azurerm_key_vault.kv", {"name": "kv"}),
            planned("azurerm_network_security_perimeter.n", {"name": "nsp"}),
            planned(
                "azurerm_network_security_perimeter_profile.p",
                {"name": "p"},
                {"network_security_perimeter_id": True},
            ),
            planned(
                "azurerm_network_security_perimeter_access_rule.r",
                {"name": "r", "direction": "Inbound", "address_prefixes": [HERE]},
                {"network_security_perimeter_profile_id": True},
            ),
            planned(
                "azurerm_network_security_perimeter_association.a",
                {"name": "a", "access_mode": "Enforced"},
                {"resource_id": True, "network_security_perimeter_profile_id": True},
            ),
        ],
        [
            configured("azurerm_key_vault.kv"),
            configured("azurerm_network_security_perimeter.n"),
            configured(
                "azurerm_network_security_perimeter_profile.p",
                network_security_perimeter_id=[
                    "azurerm_network_security_perimeter.n.id"
                ],
            ),
            configured(
                "azurerm_network_security_perimeter_access_rule.r",
                network_security_perimeter_profile_id=[
                    "azurerm_network_security_perimeter_profile.p.id"
                ],
            ),
            configured(
                "azurerm_network_security_perimeter_association.a",
                resource_id=["azurerm_key_vault.kv.id"],
                network_security_perimeter_profile_id=[
                    "azurerm_network_security_perimeter_profile.p.id"
                ],
            ),
        ],
    )
    planned_one = only(convert(made))
    assert planned_one.alone.is_surely(value=True)
    assert planned_one.ranges == found.ranges
    assert not planned_one.others
