"""Network managers: security admin rules and the networks that they apply to."""

from typing import Any

import pytest

from azure_builders import at_level, convert, plan, planned, resource, resource_id
from seawall.ingest.documents import AzurePart
from seawall.model.address import AddressRange
from seawall.model.admin import AdminAccess, AdminCollection
from seawall.model.diagnostic import Level
from seawall.model.filter import ServiceTag, UnreadableTerm
from seawall.model.policy import Direction

Json = dict[str, Any]

CONFIGURATION = "networkManagers/securityAdminConfigurations"
COLLECTION = f"{CONFIGURATION}/ruleCollections"
MEMBER = "networkManagers/networkGroups/staticMembers"


def vnet(name: str, **properties: object) -> Json:
    space = {"addressPrefixes": ["10.1.0.0/16"]}
    return resource("virtualNetworks", name, addressSpace=space, **properties)


def manager(**scopes: object) -> Json:
    return resource(
        "networkManagers",
        "m",
        networkManagerScopes=scopes or {"subscriptions": ["/subscriptions/s"]},
        networkManagerScopeAccesses=["SecurityAdmin"],
    )


def group(name: str = "g") -> Json:
    return resource("networkManagers/networkGroups", "m", name)


def member(network: str, of: str = "g") -> Json:
    target = resource_id("virtualNetworks", network)
    return resource(MEMBER, "m", of, f"{network}-in-{of}", resourceId=target)


def configuration(*intent: str) -> Json:
    return resource(
        CONFIGURATION, "m", "c", applyOnNetworkIntentPolicyBasedServices=list(intent)
    )


def collection(*groups: str) -> Json:
    listed = [
        {"networkGroupId": resource_id("networkManagers/networkGroups", "m", each)}
        for each in groups or ("g",)
    ]
    return resource(COLLECTION, "m", "c", "rc", appliesToGroups=listed)


def admin_rule(name: str = "r", **changes: object) -> Json:
    plain: Json = {
        "access": "Deny",
        "direction": "Inbound",
        "priority": 10,
        "protocol": "Tcp",
        "sources": [{"addressPrefix": "Internet", "addressPrefixType": "ServiceTag"}],
        "destinations": [{"addressPrefix": "*", "addressPrefixType": "IPPrefix"}],
        "sourcePortRanges": ["0-65535"],
        "destinationPortRanges": ["22", "3389"],
    }
    found = resource(f"{COLLECTION}/rules", "m", "c", "rc", name, **(plain | changes))
    return found | {"kind": "Custom"}


def status(
    *configurations: str, done: str = "Deployed", region: str = "westeurope"
) -> Json:
    return {
        "value": [
            {
                "commitTime": "2026-01-01T00:00:00Z",
                "region": region,
                "deploymentStatus": done,
                "deploymentType": "SecurityAdmin",
                "configurationIds": [
                    resource_id(CONFIGURATION, "m", each) for each in configurations
                ],
            }
        ]
    }


WHOLE = (manager(), group(), member("a"), configuration(), collection(), admin_rule())


def rules(part: AzurePart) -> AdminCollection:
    (found,) = part.fabric.admin_rules
    return found


def name_of(network: str) -> str:
    return resource_id("virtualNetworks", network).lower()


def test_a_rule_is_read_as_it_is_written() -> None:
    (found,) = rules(convert(vnet("a"), *WHOLE, status("c"))).rules
    assert found.access is AdminAccess.DENY
    assert found.direction is Direction.INGRESS
    assert (found.priority, found.protocol) == (10, 6)
    assert found.sources == (ServiceTag("Internet"),)
    assert [str(item) for item in found.destination_ports or ()] == ["22", "3389"]


def test_a_deployed_configuration_applies_to_the_listed_members_alone() -> None:
    part = convert(vnet("a"), vnet("b"), *WHOLE, status("c"))
    found = rules(part)
    assert found.networks == (name_of("a"),)
    assert found.maybe == ()
    assert "network-groups-as-listed" in [item.id for item in part.assumptions]
    assert at_level(part, Level.UNMODELLED) == []


def test_without_a_deployment_status_it_may_apply_and_that_is_said() -> None:
    part = convert(vnet("a"), vnet("b"), *WHOLE)
    found = rules(part)
    assert (found.networks, found.maybe) == ((), (name_of("a"),))
    assert "where `c` is deployed is not in the input" in found.why
    (told,) = at_level(part, Level.UNMODELLED)
    assert "list-deploy-status" in told.mend


def test_a_group_without_listed_members_may_hold_every_network() -> None:
    parts = [item for item in WHOLE if "staticMembers" not in str(item["type"])]
    found = rules(convert(vnet("a"), vnet("b"), *parts, status("c")))
    assert found.maybe == (name_of("a"), name_of("b"))
    assert "which networks" in found.why


@pytest.mark.parametrize(
    ("deployed", "expected"),
    [
        (status("c"), "sure"),
        (status("other"), "not"),
        (status("c", done="Deploying"), "maybe"),
        (status("c", region="northeurope"), "maybe"),
    ],
)
def test_a_deployment_counts_in_its_region_and_replaces_the_one_before(
    deployed: Json, expected: str
) -> None:
    found = convert(vnet("a"), *WHOLE, deployed).fabric.admin_rules
    seen = "not"
    if found:
        seen = "sure" if found[0].networks else "maybe"
    assert seen == expected


DATABRICKS = {
    "name": "d",
    "properties": {
        "addressPrefix": "10.1.0.0/24",
        "delegations": [
            {"properties": {"serviceName": "Microsoft.Databricks/workspaces"}}
        ],
    },
}


@pytest.mark.parametrize(
    ("intent", "sure", "maybe", "kept"),
    [
        ((), 0, 0, 0),
        (("None",), 0, 0, 0),
        (("AllowRulesOnly",), 1, 0, 1),
        (("All",), 0, 1, 2),
    ],
)
def test_networks_of_some_services_keep_out_admin_rules(
    intent: tuple[str, ...], sure: int, maybe: int, kept: int
) -> None:
    allow = admin_rule("ok", access="AlwaysAllow", priority=11)
    parts = [item for item in WHOLE if item["name"] != "c"]
    network = vnet("a", subnets=[DATABRICKS])
    found = convert(
        network, *parts, configuration(*intent), allow, status("c")
    ).fabric.admin_rules
    assert sum(len(item.networks) for item in found) == sure
    assert sum(len(item.maybe) for item in found) == maybe
    assert sum(len(item.rules) for item in found) == kept


def test_the_higher_scope_has_the_lower_rank() -> None:
    lower = rules(convert(vnet("a"), *WHOLE))
    above = manager(managementGroups=["/providers/Microsoft.Management/x"])
    higher = rules(convert(vnet("a"), above, *WHOLE[1:]))
    assert higher.rank < lower.rank


def test_a_group_as_a_source_is_the_space_of_its_members() -> None:
    of_group = {
        "addressPrefix": resource_id("networkManagers/networkGroups", "m", "g"),
        "addressPrefixType": "NetworkGroup",
    }
    rule = admin_rule(sources=[of_group])
    (found,) = rules(convert(vnet("a"), *WHOLE[:-1], rule)).rules
    assert found.sources == (AddressRange.parse("10.1.0.0/16"),)
    (found,) = rules(convert(*WHOLE[:2], *WHOLE[3:-1], rule, vnet("a"))).rules
    assert isinstance(found.sources[0], UnreadableTerm)


@pytest.mark.parametrize(
    "changes",
    [
        {"access": "Perhaps"},
        {"priority": "first"},
        {"direction": None},
        {"access": 5, "direction": [], "priority": {}},
    ],
)
def test_a_rule_that_is_not_whole_may_match_anything(changes: Json) -> None:
    part = convert(vnet("a"), *WHOLE[:-1], admin_rule(**changes))
    found = rules(part)
    assert all(isinstance(rule.sources[0], UnreadableTerm) for rule in found.rules)
    assert at_level(part, Level.ERROR)


@pytest.mark.parametrize("bad", [None, 5, "x", [], [None], {"a": 1}])
def test_bad_values_are_told_and_never_end_the_reading(bad: object) -> None:
    rule = admin_rule(
        sources=bad, destinations=bad, sourcePortRanges=bad, destinationPortRanges=bad
    )
    parts = (
        resource(COLLECTION, "m", "c", "rc", appliesToGroups=bad),
        resource(MEMBER, "m", "g", "x", resourceId=bad),
        resource(CONFIGURATION, "m", "c", applyOnNetworkIntentPolicyBasedServices=bad),
        resource("networkManagers", "m", networkManagerScopes=bad),
    )
    found = convert(vnet("a"), group(), rule, *parts)
    assert bool(found.fabric.admin_rules) is (bad != [])
    assert all(item.networks == () for item in found.fabric.admin_rules)


def test_a_manager_without_its_rules_is_told() -> None:
    (told,) = at_level(convert(vnet("a"), manager()), Level.UNMODELLED)
    assert "admin rules of the network manager `m` are not in the input" in told.what


@pytest.mark.parametrize(
    ("given", "held"),
    [
        ((manager(),), True),
        ((manager(), configuration()), True),
        ((manager(), group(), member("a"), configuration(), collection()), True),
        ((manager(subscriptions=["/subscriptions/other"]),), False),
        ((manager(managementGroups=["/providers/x"]),), True),
    ],
)
def test_rules_that_nobody_has_seen_may_do_anything_in_their_scope(
    given: tuple[Json, ...], *, held: bool
) -> None:
    """Source: Azure docs, concept-security-admins, concept-network-manager-scope."""
    part = convert(vnet("a"), *given, status("c"))
    found = part.fabric.admin_rules
    assert bool(found) is held
    for each in found:
        assert (each.networks, each.maybe) == ((), (name_of("a"),))
        assert {rule.access for rule in each.rules} == {
            AdminAccess.DENY,
            AdminAccess.ALWAYS_ALLOW,
        }
        assert {rule.direction for rule in each.rules} == set(Direction)
    assert bool(at_level(part, Level.UNMODELLED)) is held


def test_a_manager_that_secures_nothing_has_no_rules() -> None:
    idle = manager()
    idle["properties"]["networkManagerScopeAccesses"] = ["Connectivity"]
    part = convert(vnet("a"), idle)
    assert part.fabric.admin_rules == ()
    assert at_level(part, Level.UNMODELLED) == []


def test_rules_of_a_collection_that_is_not_given_still_count() -> None:
    effective = admin_rule()
    effective["ruleCollectionAppliesToGroups"] = [
        {"networkGroupId": resource_id("networkManagers/networkGroups", "m", "g")}
    ]
    found = rules(convert(vnet("a"), group(), member("a"), {"value": [effective]}))
    assert found.maybe == (name_of("a"),)
    assert [rule.name for rule in found.rules] == ["r"]


def test_terraform_says_the_same() -> None:
    at = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network"
    m, g = f"{at}/networkManagers/m", f"{at}/networkManagers/m/networkGroups/g"
    c = f"{m}/securityAdminConfigurations/c"
    found = convert(
        plan(
            [
                planned(
                    "azurerm_virtual_network.a",
                    {
                        "name": "a",
                        "id": name_of("a"),
                        "location": "West Europe",
                        "resource_group_name": "rg",
                        "address_space": ["10.1.0.0/16"],
                    },
                ),
                planned(
                    "azurerm_network_manager.m",
                    {
                        "name": "m",
                        "id": m,
                        "scope": [{"subscription_ids": ["/subscriptions/s"]}],
                        "scope_accesses": ["SecurityAdmin"],
                    },
                ),
                planned(
                    "azurerm_network_manager_network_group.g",
                    {"name": "g", "id": g, "network_manager_id": m},
                ),
                planned(
                    "azurerm_network_manager_static_member.a",
                    {
                        "name": "a",
                        "id": f"{g}/staticMembers/a",
                        "network_group_id": g,
                        "target_virtual_network_id": name_of("a"),
                    },
                ),
                planned(
                    "azurerm_network_manager_security_admin_configuration.c",
                    {"name": "c", "id": c, "network_manager_id": m},
                ),
                planned(
                    "azurerm_network_manager_admin_rule_collection.rc",
                    {
                        "name": "rc",
                        "id": f"{c}/ruleCollections/rc",
                        "security_admin_configuration_id": c,
                        "network_group_ids": [g],
                    },
                ),
                planned(
                    "azurerm_network_manager_admin_rule.r",
                    {
                        "name": "r",
                        "id": f"{c}/ruleCollections/rc/rules/r",
                        "admin_rule_collection_id": f"{c}/ruleCollections/rc",
                        "action": "AlwaysAllow",
                        "direction": "Outbound",
                        "priority": 7,
                        "protocol": "Any",
                        "source": [
                            {"address_prefix": "*", "address_prefix_type": "IPPrefix"}
                        ],
                        "destination": [
                            {
                                "address_prefix": "Storage",
                                "address_prefix_type": "ServiceTag",
                            }
                        ],
                        "source_port_ranges": ["0-65535"],
                        "destination_port_ranges": ["443"],
                    },
                ),
                planned(
                    "azurerm_network_manager_deployment.d",
                    {
                        "id": f"{m}/commit|westeurope|SecurityAdmin",
                        "network_manager_id": m,
                        "location": "West Europe",
                        "scope_access": "SecurityAdmin",
                        "configuration_ids": [c],
                    },
                ),
            ]
        )
    )
    only = rules(found)
    assert only.networks == (name_of("a"),)
    (rule,) = only.rules
    assert rule.access is AdminAccess.ALWAYS_ALLOW
    assert rule.direction is Direction.EGRESS
    assert rule.destinations == (ServiceTag("Storage"),)
