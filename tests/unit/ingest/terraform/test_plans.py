"""Plans: what is known, what comes with the deployment, and how links are found."""

import pytest

from azure_builders import (
    Json,
    at_level,
    configured,
    convert,
    plan,
    planned,
    resource_id,
)
from seawall.ingest.documents import AzurePart
from seawall.model.dataplane import Feature
from seawall.model.diagnostic import Level
from seawall.model.network import Subnet
from seawall.model.setting import State
from seawall.model.upkeep import Addon

NETWORK = planned(
    "azurerm_virtual_network.main",
    {"name": "vnet", "resource_group_name": "rg", "address_space": ["10.0.0.0/16"]},
)
GROUP = planned(
    "azurerm_network_security_group.web",
    {"name": "nsg", "resource_group_name": "rg", "security_rule": []},
)
OTHER_GROUP = planned(
    "azurerm_network_security_group.other",
    {"name": "other", "resource_group_name": "rg", "security_rule": []},
)
ASSOCIATION = "azurerm_subnet_network_security_group_association.web"
LINK = planned(ASSOCIATION, {}, {"subnet_id": True, "network_security_group_id": True})


def subnet(address: str, name: str, index: object = None) -> Json:
    values: Json = {
        "name": name,
        "resource_group_name": "rg",
        "virtual_network_name": "vnet",
        "address_prefixes": ["10.0.1.0/24"],
    }
    return planned(address, values, index=index)


def subnets(part: AzurePart) -> dict[str, Subnet]:
    return {item.name: item for item in part.fabric.subnets}


def test_an_association_whose_ids_are_unknown_is_found_by_its_references() -> None:
    part = convert(
        plan(
            [NETWORK, GROUP, OTHER_GROUP, subnet("azurerm_subnet.a", "a"), LINK],
            [
                configured(
                    ASSOCIATION,
                    subnet_id=["azurerm_subnet.a.id", "azurerm_subnet.a"],
                    network_security_group_id=[
                        "azurerm_network_security_group.web.id",
                        "azurerm_network_security_group.web",
                    ],
                )
            ],
        )
    )
    found = subnets(part)["a"]
    assert found.id == "azurerm_subnet.a"
    assert found.network == "azurerm_virtual_network.main"
    assert found.security_group.is_surely("azurerm_network_security_group.web")
    assert not at_level(part, Level.ERROR)


def test_an_association_that_cannot_be_followed_leaves_every_subnet_unknown() -> None:
    part = convert(
        plan(
            [NETWORK, GROUP, subnet("azurerm_subnet.a", "a"), LINK],
            [configured(ASSOCIATION, subnet_id=["local.subnet"])],
        )
    )
    # One subnet only, and a local value: it can be no other.
    assert not subnets(part)["a"].security_group.known
    two = [subnet("azurerm_subnet.a", "a"), subnet("azurerm_subnet.b", "b")]
    part = convert(
        plan(
            [NETWORK, GROUP, *two, LINK],
            [configured(ASSOCIATION, subnet_id=["local.subnet", "azurerm_subnet.a"])],
        )
    )
    assert {item.security_group.known for item in part.fabric.subnets} == {False}


def test_without_an_association_a_subnet_has_no_group() -> None:
    part = convert(plan([NETWORK, subnet("azurerm_subnet.a", "a")]))
    found = subnets(part)["a"].security_group
    assert (found.state, found.value) == (State.DEFAULTED, None)


def test_a_group_that_is_one_of_several_is_unknown() -> None:
    part = convert(
        plan(
            [NETWORK, GROUP, OTHER_GROUP, subnet("azurerm_subnet.a", "a"), LINK],
            [
                configured(
                    ASSOCIATION,
                    subnet_id=["azurerm_subnet.a.id"],
                    network_security_group_id=[
                        "var.strict",
                        "azurerm_network_security_group.web.id",
                        "azurerm_network_security_group.other.id",
                    ],
                )
            ],
        )
    )
    found = subnets(part)["a"].security_group
    assert not found.known
    assert "one of" in found.why


def test_copies_are_tied_to_the_copy_with_their_key() -> None:
    copies = [
        item
        for key in ("a", "b")
        for item in (
            subnet(f'azurerm_subnet.this["{key}"]', key, index=key),
            planned(
                f'azurerm_network_security_group.this["{key}"]',
                {"name": f"nsg-{key}", "security_rule": []},
                index=key,
            ),
            planned(
                f'azurerm_subnet_network_security_group_association.this["{key}"]',
                {},
                {"subnet_id": True, "network_security_group_id": True},
                index=key,
            ),
        )
    ]
    part = convert(
        plan(
            [NETWORK, *copies],
            [
                configured(
                    "azurerm_subnet_network_security_group_association.this",
                    subnet_id=["azurerm_subnet.this", "each.key"],
                    network_security_group_id=[
                        "azurerm_network_security_group.this",
                        "each.key",
                    ],
                )
            ],
        )
    )
    assert {
        name: item.security_group.value for name, item in subnets(part).items()
    } == {key: f'azurerm_network_security_group.this["{key}"]' for key in ("a", "b")}


def test_a_named_copy_is_found_by_its_key() -> None:
    pair = [
        subnet('azurerm_subnet.this["a"]', "a", index="a"),
        subnet('azurerm_subnet.this["b"]', "b", index="b"),
    ]
    part = convert(
        plan(
            [NETWORK, GROUP, *pair, LINK],
            [
                configured(
                    ASSOCIATION,
                    subnet_id=['azurerm_subnet.this["b"].id', "azurerm_subnet.this"],
                    network_security_group_id=["azurerm_network_security_group.web.id"],
                )
            ],
        )
    )
    assert subnets(part)["a"].security_group.is_surely(None)
    assert subnets(part)["b"].security_group.value is not None


def test_links_lead_through_modules() -> None:
    whole = plan([], [])
    network = {
        "address": "module.network",
        "resources": [
            item | {"address": f"module.network.{item['address']}"}
            for item in (NETWORK, subnet("azurerm_subnet.nodes", "nodes"))
        ],
    }
    cluster = {
        "address": "module.aks",
        "resources": [
            {
                "address": "module.aks.azurerm_kubernetes_cluster.this",
                "mode": "managed",
                "type": "azurerm_kubernetes_cluster",
                "name": "this",
                "values": {
                    "name": "aks",
                    "location": "westeurope",
                    "default_node_pool": [{"name": "system"}],
                    "network_profile": [{"network_plugin": "azure"}],
                },
            }
        ],
    }
    whole["planned_values"] = {
        "root_module": {"resources": [], "child_modules": [network, cluster]}
    }
    whole["resource_changes"] = [
        {
            "address": "module.aks.azurerm_kubernetes_cluster.this",
            "change": {
                "after_unknown": {
                    "default_node_pool": [{"vnet_subnet_id": True}],
                    "network_profile": [{"network_policy": True}],
                }
            },
        }
    ]
    pool = {"vnet_subnet_id": {"references": ["var.subnet_id"]}}
    whole["configuration"] = {
        "root_module": {
            "module_calls": {
                "network": {
                    "module": {
                        "outputs": {
                            "nodes_id": {
                                "expression": {
                                    "references": ["azurerm_subnet.nodes.id"]
                                }
                            }
                        },
                        "resources": [configured("azurerm_subnet.nodes")],
                    }
                },
                "aks": {
                    "expressions": {
                        "subnet_id": {
                            "references": ["module.network.nodes_id", "module.network"]
                        }
                    },
                    "module": {
                        "resources": [
                            configured(
                                "azurerm_kubernetes_cluster.this",
                                default_node_pool=[pool],
                                network_profile=[{"network_plugin": {}}],
                            )
                            | {
                                "expressions": {
                                    "default_node_pool": [pool],
                                    "network_profile": [{"network_plugin": {}}],
                                }
                            }
                        ]
                    },
                },
            }
        }
    }
    part = convert(whole)
    assert part.cluster is not None
    (found,) = part.cluster.pools
    assert found.subnet.is_surely("module.network.azurerm_subnet.nodes")
    assert part.cluster.policy_engine.state is State.DEFAULTED


def test_a_value_that_the_configuration_sets_and_the_plan_hides_is_unknown() -> None:
    aks = planned(
        "azurerm_kubernetes_cluster.this",
        {
            "name": "aks",
            "default_node_pool": [{"name": "p"}],
            "network_profile": [{"network_plugin": "azure"}],
        },
        {"network_profile": [{"network_policy": True}]},
    )
    written = configured("azurerm_kubernetes_cluster.this")
    written["expressions"] = {
        "network_profile": [{"network_policy": {"references": ["data.x.y"]}}]
    }
    part = convert(plan([aks], [written]))
    assert part.cluster is not None
    assert part.cluster.policy_engine.state is State.UNKNOWN


def test_words_of_older_and_newer_providers_mean_the_same() -> None:
    old = planned(
        "azurerm_kubernetes_cluster.old",
        {
            "id": "/old",
            "name": "old",
            "api_server_authorized_ip_ranges": ["20.0.0.0/24"],
            "default_node_pool": [{"name": "p", "enable_node_public_ip": True}],
            "network_profile": [
                {"network_plugin": "azure", "ebpf_data_plane": "cilium"}
            ],
        },
        {"id": False},
    )
    new = planned(
        "azurerm_kubernetes_cluster.new",
        {
            "id": "/new",
            "name": "new",
            "api_server_access_profile": [{"authorized_ip_ranges": ["20.0.0.0/24"]}],
            "default_node_pool": [{"name": "p", "node_public_ip_enabled": True}],
            "network_profile": [
                {
                    "network_plugin": "azure",
                    "network_data_plane": "cilium",
                    "advanced_networking": [{"security_enabled": True}],
                }
            ],
        },
        {"id": False},
    )
    part = convert(plan([old, new]))
    assert part.cluster is not None
    features = {
        item.name: item.policy_features.value
        for item in (part.cluster, *part.other_clusters)
    }
    assert features == {"old": frozenset(), "new": frozenset({Feature.NAMES})}
    for found in (part.cluster, *part.other_clusters):
        assert found.api_server.authorized_ranges.value == ("20.0.0.0/24",)
        assert found.pools[0].node_public_addresses.is_surely(value=True)
        assert found.policy_engine.value is not None
        assert found.policy_engine.value.value == "cilium"


def test_blocks_that_turn_something_on_do_so_by_being_there() -> None:
    on = planned(
        "azurerm_kubernetes_cluster.on",
        {
            "id": "/on",
            "name": "on",
            "azure_policy_enabled": True,
            "bootstrap_profile": [{"artifact_source": "Cache"}],
            "cost_analysis_enabled": True,
            "default_node_pool": [
                {"name": "p", "os_sku": "AzureLinux", "vm_size": "Standard_NC6"}
            ],
            "http_proxy_config": [{"http_proxy": "http://x", "no_proxy": ["a.com"]}],
            "key_vault_secrets_provider": [{"secret_rotation_enabled": True}],
            "microsoft_defender": [{"log_analytics_workspace_id": "/w"}],
            "monitor_metrics": [{}],
            "oms_agent": [{"log_analytics_workspace_id": "/w"}],
            "service_mesh_profile": [{"mode": "Istio"}],
            "web_app_routing": [{"dns_zone_ids": []}],
            "workload_identity_enabled": True,
        },
        {"id": False},
    )
    extension = planned(
        "azurerm_kubernetes_cluster_extension.flux",
        {"id": "/x", "name": "flux", "cluster_id": "/on"},
        {"id": False},
    )
    found = convert(plan([on, extension])).cluster
    assert found is not None
    off = {Addon.APPLICATION_INSIGHTS, Addon.OPEN_SERVICE_MESH}
    for addon, is_on in found.upkeep.addons:
        assert is_on.is_surely(value=addon not in off), addon
    assert found.upkeep.cached_artifacts.is_surely(value=True)
    assert found.upkeep.http_proxy.is_surely(value=True)
    assert found.upkeep.unproxied == ("a.com",)
    assert found.pools[0].image.value == "azurelinux"
    assert found.pools[0].graphics.is_surely(value=True)


def test_truth_values_that_azure_turns_round_are_turned_round() -> None:
    part = convert(
        plan(
            [
                planned(
                    "azurerm_route_table.new",
                    {"name": "new", "bgp_route_propagation_enabled": False},
                ),
                planned(
                    "azurerm_route_table.old",
                    {"name": "old", "disable_bgp_route_propagation": True},
                ),
                NETWORK,
                subnet("azurerm_subnet.a", "a")
                | {
                    "values": {
                        "name": "a",
                        "virtual_network_name": "vnet",
                        "address_prefixes": ["10.0.1.0/24"],
                        "enforce_private_link_endpoint_network_policies": True,
                    }
                },
            ]
        )
    )
    assert [
        item.propagates_gateway_routes.value for item in part.fabric.route_tables
    ] == [False, False]
    assert subnets(part)["a"].endpoint_policies.is_surely("Disabled")
    assert subnets(part)["a"].default_outbound.is_surely(value=True)


def test_a_plan_without_planned_values_is_read_from_its_changes() -> None:
    whole = {
        "format_version": "0.1",
        "resource_changes": [
            {
                "address": "azurerm_virtual_network.main",
                "type": "azurerm_virtual_network",
                "name": "main",
                "mode": "managed",
                "change": {
                    "actions": ["create"],
                    "after": {"name": "v", "address_space": ["10.0.0.0/16"]},
                    "after_unknown": {"id": True},
                },
            },
            {
                "address": "azurerm_virtual_network.gone",
                "type": "azurerm_virtual_network",
                "name": "gone",
                "mode": "managed",
                "change": {"actions": ["delete"], "after": None},
            },
        ],
    }
    assert [item.name for item in convert(whole).fabric.networks] == ["v"]


def test_data_sources_are_read_from_the_state_before() -> None:
    network = resource_id("virtualNetworks", "shared")
    prior = {
        "values": {
            "root_module": {
                "resources": [
                    {
                        "address": "data.azurerm_virtual_network.shared",
                        "mode": "data",
                        "type": "azurerm_virtual_network",
                        "name": "shared",
                        "values": {
                            "id": network,
                            "name": "shared",
                            "address_space": ["10.9.0.0/16"],
                        },
                    }
                ]
            }
        }
    }
    part = convert(plan([], [], prior_state=prior))
    assert [item.id for item in part.fabric.networks] == [network.lower()]


def test_a_state_and_a_raw_state_read_alike() -> None:
    values = {
        "id": resource_id("virtualNetworks", "v"),
        "name": "v",
        "address_space": ["10.0.0.0/16"],
    }
    shown = {
        "format_version": "1.0",
        "values": {
            "root_module": {
                "resources": [
                    {
                        "address": "azurerm_virtual_network.v",
                        "mode": "managed",
                        "type": "azurerm_virtual_network",
                        "name": "v",
                        "values": values,
                    }
                ]
            }
        },
    }
    raw = {
        "version": 4,
        "terraform_version": "1.9.0",
        "lineage": "x",
        "resources": [
            {
                "mode": "managed",
                "type": "azurerm_virtual_network",
                "name": "v",
                "instances": [{"attributes": values}],
            }
        ],
    }
    first, second = convert(shown), convert(raw)
    assert first.kinds == second.kinds == {"0.json": "terraform-state"}
    assert [item.id for item in first.fabric.networks] == [
        item.id for item in second.fabric.networks
    ]


def test_secrets_of_a_state_are_not_kept() -> None:
    secret = "c2VjcmV0LXRva2Vu"  # noqa: S105  # what a state really holds
    aks = planned(
        "azurerm_kubernetes_cluster.this",
        {
            "name": "aks",
            "default_node_pool": [{"name": "p"}],
            "network_profile": [{"network_plugin": "azure"}],
            "kube_config": [{"password": secret}],
            "kube_admin_config_raw": secret,
        },
    )
    assert secret not in repr(convert(plan([aks])))


def test_every_value_points_at_its_place_in_the_plan() -> None:
    part = convert(plan([NETWORK, subnet("azurerm_subnet.a", "a")]))
    place = subnets(part)["a"].origin
    assert place.pointer == ("planned_values", "root_module", "resources", 1, "values")


def test_a_subnet_whose_network_cannot_be_told_is_reported() -> None:
    lost = planned(
        "azurerm_subnet.a",
        {"name": "a", "address_prefixes": ["10.0.1.0/24"]},
        {"virtual_network_name": True},
    )
    part = convert(plan([lost]))
    assert any("belongs to" in item.what for item in at_level(part, Level.ERROR))


def test_a_firewall_policy_is_tied_to_its_groups_and_its_firewall() -> None:
    policy = planned("azurerm_firewall_policy.hub", {"name": "hub", "dns": []})
    group = planned(
        "azurerm_firewall_policy_rule_collection_group.g",
        {
            "name": "g",
            "priority": 200,
            "network_rule_collection": [
                {
                    "name": "n",
                    "priority": 100,
                    "action": "Allow",
                    "rule": [
                        {
                            "name": "r",
                            "protocols": ["TCP"],
                            "source_addresses": ["*"],
                            "destination_addresses": ["20.0.0.1"],
                            "destination_ports": ["443"],
                        }
                    ],
                }
            ],
        },
        {"firewall_policy_id": True},
    )
    firewall = planned(
        "azurerm_firewall.hub",
        {
            "name": "fw",
            "ip_configuration": [{"name": "c"}],
        },
        {
            "firewall_policy_id": True,
            "ip_configuration": [{"private_ip_address": True, "subnet_id": True}],
        },
    )
    reference = ["azurerm_firewall_policy.hub.id", "azurerm_firewall_policy.hub"]
    part = convert(
        plan(
            [policy, group, firewall],
            [
                configured(
                    "azurerm_firewall_policy_rule_collection_group.g",
                    firewall_policy_id=reference,
                ),
                configured("azurerm_firewall.hub", firewall_policy_id=reference),
            ],
        )
    )
    (found,) = part.fabric.firewalls
    assert found.complete.is_surely(value=True)
    assert [item.order for item in found.collections] == [(0, 200, 100)]
    assert found.address is None


def test_resources_in_azures_own_words_are_read_as_such() -> None:
    own = planned(
        "azapi_resource.vnet",
        {
            "type": "Microsoft.Network/virtualNetworks@2024-05-01",
            "name": "v",
            "location": "westeurope",
            "body": {
                "properties": {"addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}}
            },
        },
    )
    (found,) = convert(plan([own])).fabric.networks
    assert [str(item) for item in found.space] == ["10.0.0.0/16"]


def test_a_normalised_file_is_refused_by_name() -> None:
    part = convert({"azurerm_virtual_network": [{"id": "x", "config": {}}]})
    (found,) = at_level(part, Level.UNMODELLED)
    assert "Terrascan" in found.what


def test_an_endpoint_is_tied_to_its_vault_and_its_zone_before_they_exist() -> None:
    vault = planned("azurerm_key_vault.v", {"name": "kv", "network_acls": []})
    zone = planned(
        "azurerm_private_dns_zone.z", {"name": "privatelink.vaultcore.azure.net"}
    )
    endpoint = planned(
        "azurerm_private_endpoint.e",
        {
            "name": "pe",
            "private_service_connection": [
                {"name": "c", "subresource_names": ["vault"]}
            ],
            "private_dns_zone_group": [{"name": "g", "private_dns_zone_ids": [None]}],
        },
        {
            "private_service_connection": [{"private_connection_resource_id": True}],
            "private_dns_zone_group": [{"private_dns_zone_ids": [True]}],
        },
    )
    written = configured("azurerm_private_endpoint.e")
    written["expressions"] = {
        "private_service_connection": [
            {
                "private_connection_resource_id": {
                    "references": ["azurerm_key_vault.v.id"]
                }
            }
        ],
        "private_dns_zone_group": [
            {"private_dns_zone_ids": {"references": ["azurerm_private_dns_zone.z.id"]}}
        ],
    }
    part = convert(plan([vault, zone, endpoint], [written]))
    (found,) = part.fabric.private_endpoints
    assert found.target == "azurerm_key_vault.v"
    assert found.zones == ("azurerm_private_dns_zone.z",)
    (read,) = part.fabric.zones
    assert [item.name for item in read.records] == ["kv"]
    assert read.complete.known
    lost = convert(plan([vault, zone, endpoint], [configured("azurerm_route.x")]))
    assert not lost.fabric.zones[0].complete.known


def test_an_interface_of_a_plan_forwards_only_if_told_to() -> None:
    def interface(name: str, **told: object) -> Json:
        return planned(
            f"azurerm_network_interface.{name}",
            {
                "name": name,
                "resource_group_name": "rg",
                "ip_configuration": [{"name": "ip", "private_ip_address": "10.0.1.9"}],
                **told,
            },
        )

    part = convert(
        plan(
            [
                NETWORK,
                interface("new", ip_forwarding_enabled=True),
                interface("old", enable_ip_forwarding=True),
                interface("plain"),
            ]
        )
    )
    found = {item.name: item.forwards.value for item in part.fabric.interfaces}
    assert found == {"new": True, "old": True, "plain": False}


def with_provisioner(kind: str, **expressions: object) -> Json:
    written = configured("null_resource.more")
    return {**written, "provisioners": [{"type": kind, "expressions": expressions}]}


@pytest.mark.parametrize(
    ("kind", "expressions", "wanted"),
    [
        ("local-exec", {"command": {"constant_value": "az network nsg delete"}}, False),
        ("remote-exec", {"inline": {"constant_value": ["az stack create"]}}, False),
        ("local-exec", {"command": {"references": ["var.x"]}}, False),
        ("local-exec", {"command": {"constant_value": "echo done"}}, True),
        ("file", {"destination": {"constant_value": "az stack create"}}, True),
    ],
)
def test_a_command_in_a_plan_leaves_open_what_it_may_change(
    kind: str, expressions: Json, *, wanted: bool
) -> None:
    """Source: Terraform docs, JSON Output Format, Configuration Representation."""
    resources = [NETWORK, GROUP, planned("null_resource.more", {})]
    written = plan(resources, [with_provisioner(kind, **expressions)])
    (group,) = convert(written).fabric.security_groups
    assert all(rule.is_default for rule in group.rules) is wanted


def refers(*addresses: str) -> Json:
    """Return an expression that a plan keeps no text of."""
    listed = [it for each in addresses for it in (each, each.rpartition(".")[0])]
    return {"references": listed}


def opened_groups(part: AzurePart) -> set[str]:
    """Return which of the two groups may have more rules than are known."""
    groups = (it for it in part.fabric.security_groups if it.name in {"nsg", "other"})
    return {it.name for it in groups if not all(rule.is_default for rule in it.rules)}


WEB, CLUSTER_NAME = (f"{GROUP['address']}.name", "azurerm_kubernetes_cluster.aks.name")
HOME = "azurerm_resource_group.rg.name"
SHELL = {"constant_value": "./open.sh"}


@pytest.mark.parametrize(
    ("expressions", "opened"),
    [
        ({"command": refers(WEB)}, {"nsg"}),
        ({"command": refers(WEB, HOME)}, {"nsg"}),
        ({"command": refers(CLUSTER_NAME, HOME)}, set()),
        ({"command": refers(HOME)}, {"nsg", "other"}),
        ({"command": refers("local.x.y", CLUSTER_NAME)}, {"nsg", "other"}),
        ({"command": refers(f"{CLUSTER_NAME[:-5]}.subnet_id")}, {"nsg", "other"}),
        ({"command": refers("data.azurerm_subnet.x.id", WEB)}, {"nsg", "other"}),
        ({"command": refers(CLUSTER_NAME, "var.group.x")}, {"other"}),
        ({"command": refers(CLUSTER_NAME, "var.run.x")}, {"nsg", "other"}),
        ({"command": SHELL, "environment": refers(WEB)}, {"nsg"}),
        ({"command": SHELL, "environment": refers(HOME)}, set()),
        ({"command": SHELL, "environment": refers("local.x.y")}, {"nsg", "other"}),
        ({"command": SHELL, "interpreter": refers("var.shell.x")}, {"nsg", "other"}),
        ({"command": SHELL, "interpreter": refers(CLUSTER_NAME)}, set()),
    ],
)
def test_a_text_that_a_plan_does_not_keep_opens_what_it_refers_to(
    expressions: Json, opened: set[str]
) -> None:
    """Source: Terraform docs, JSON Output Format, Expression Representation."""
    cluster = planned("azurerm_kubernetes_cluster.aks", {"name": "aks"})
    more = planned("null_resource.more", {})
    home = planned("azurerm_resource_group.rg", {"name": "rg"})
    resources = [NETWORK, GROUP, OTHER_GROUP, cluster, home, more]
    written = plan(resources, [with_provisioner("local-exec", **expressions)])
    values = {"group": "other", "run": "az network nsg delete", "shell": "bash"}
    written["variables"] = {name: {"value": it} for name, it in values.items()}
    part = convert(written)
    assert opened_groups(part) == opened
    told = [it for it in at_level(part, Level.UNMODELLED) if "is not run" in it.what]
    assert all("instead of the plan" in it.mend for it in told)
    assert told or not opened - {"other"}


def test_a_module_is_handed_what_its_command_refers_to() -> None:
    more = planned("module.m.null_resource.more", {})
    written = plan([NETWORK, GROUP, OTHER_GROUP], [])
    written["planned_values"]["root_module"]["child_modules"] = [
        {"address": "module.m", "resources": [more]}
    ]
    del written["resource_changes"]
    inner = with_provisioner("local-exec", command=refers("var.name.x"))
    written["configuration"]["root_module"]["module_calls"] = {
        "m": {"expressions": {"name": refers(WEB)}, "module": {"resources": [inner]}}
    }
    assert opened_groups(convert(written)) == {"nsg"}


def test_a_command_of_what_is_there_already_is_not_run_again() -> None:
    run = {"command": {"constant_value": "az network nsg delete"}}
    resources = [NETWORK, GROUP, planned("null_resource.more", {})]
    written = plan(resources, [with_provisioner("local-exec", **run)])
    for change in written["resource_changes"]:
        change["change"]["actions"] = ["no-op"]
    (group,) = convert(written).fabric.security_groups
    assert all(rule.is_default for rule in group.rules)


SECRET = {"properties": {"securityRules": []}}


@pytest.mark.parametrize(
    ("expressions", "more", "wanted"),
    [
        ({}, {}, True),
        ({"sensitive_body": {"constant_value": SECRET}}, {}, False),
        ({"sensitive_body": {"references": ["var.x"]}}, {}, False),
        ({"sensitive_body": {}}, {}, False),
        ({"sensitive_body": {"constant_value": {"tags": {}}}}, {}, True),
        ({}, {"sensitive_body_version": {"properties.securityRules": "1"}}, False),
    ],
)
def test_what_a_plan_keeps_no_value_of_is_not_known(
    expressions: Json, more: Json, *, wanted: bool
) -> None:
    """Source: Azure/terraform-provider-azapi, docs/resources/resource."""
    values = {
        "type": "Microsoft.Network/networkSecurityGroups@2024-05-01",
        "name": "nsg",
        "parent_id": "/subscriptions/s/resourceGroups/rg",
        "body": {"properties": {}},
        "sensitive_body": None,
        **more,
    }
    made = planned("azapi_resource.nsg", values)
    written = plan([made], [configured("azapi_resource.nsg", **expressions)])
    (group,) = convert(written).fabric.security_groups
    assert all(rule.is_default for rule in group.rules) is wanted
