"""Plans of every version: what is there before and after, moved, let go, set aside."""

import pytest

from azure_builders import Json, at_level, configured, convert, plan, planned
from seawall.ingest import azure
from seawall.ingest.documents import AzurePart, ReadDocument
from seawall.model.diagnostic import InputError, Level
from seawall.model.origin import Origin
from seawall.model.snapshot import KubernetesObjects

NETWORK = "azurerm_virtual_network.main"
OLD: Json = {"name": "v", "address_space": ["10.0.0.0/16"], "id": "/x/v"}
NEW: Json = {"name": "v", "address_space": ["10.1.0.0/16"]}


def read(value: Json, *, before: bool = False) -> AzurePart:
    document = ReadDocument(value, Origin("plan.json"), "json")
    choices = azure.Choices(before=before)
    return azure.convert([document], KubernetesObjects(), choices=choices)


def change(actions: list[str], before: object, after: object, **more: object) -> Json:
    return {
        "address": NETWORK,
        "mode": "managed",
        "type": "azurerm_virtual_network",
        "name": "main",
        "change": {
            "actions": actions,
            "before": before,
            "after": after,
            "after_unknown": {},
        },
        **more,
    }


def with_changes(*changes: Json, **more: object) -> Json:
    return {
        "format_version": "1.2",
        "terraform_version": "1.9.0",
        "resource_changes": list(changes),
        **more,
    }


def spaces(part: AzurePart) -> list[str]:
    return [str(it) for net in part.fabric.networks for it in net.space]


def test_a_plan_has_two_sides() -> None:
    value = with_changes(change(["update"], OLD, NEW))
    assert spaces(read(value)) == ["10.1.0.0/16"]
    assert spaces(read(value, before=True)) == ["10.0.0.0/16"]


def test_what_is_made_is_not_there_before_and_what_is_deleted_not_after() -> None:
    made = with_changes(change(["create"], None, NEW))
    assert spaces(read(made, before=True)) == []
    deleted = with_changes(change(["delete"], OLD, None))
    assert spaces(read(deleted)) == []
    assert spaces(read(deleted, before=True)) == ["10.0.0.0/16"]


def test_the_state_in_a_plan_is_what_was_there() -> None:
    resource = planned(NETWORK, OLD)
    del resource["unknown"]
    prior = {"values": {"root_module": {"resources": [resource]}}}
    value = plan([planned(NETWORK, NEW)], prior_state=prior)
    assert spaces(read(value)) == ["10.1.0.0/16"]
    assert spaces(read(value, before=True)) == ["10.0.0.0/16"]


def test_what_is_forgotten_stays_where_it_is() -> None:
    value = with_changes(change(["forget"], OLD, None))
    assert spaces(read(value)) == ["10.0.0.0/16"]
    value["planned_values"] = {
        "root_module": {"resources": [{"address": "x.y", "type": "x", "name": "y"}]}
    }
    assert spaces(read(value)) == ["10.0.0.0/16"]


def test_an_object_set_aside_does_not_hide_what_replaces_it() -> None:
    group = "azurerm_network_security_group.a"
    subnet = planned(
        "azurerm_subnet.a",
        {"name": "a", "virtual_network_name": "v", "address_prefixes": ["10.1.0.0/24"]},
        {"route_table_id": True},
    )
    value = plan([planned(NETWORK, NEW), subnet], [configured(group)])
    changes = value["resource_changes"]
    assert isinstance(changes, list)
    aside = {
        **{key: subnet[key] for key in ("address", "type", "name", "mode")},
        "deposed": "abc",
        "change": {"actions": ["delete"], "before": {}, "after": None},
    }
    changes.append(aside)
    part = read(value)
    assert not part.fabric.subnets[0].route_table.known


def test_a_plan_that_is_not_whole_is_told() -> None:
    for more in (
        {"errored": True},
        {"complete": False},
        {"deferred_changes": [{}]},
        {"format_version": "2.0"},
    ):
        part = read({**with_changes(change(["create"], None, NEW)), **more})
        (told,) = at_level(part, Level.UNMODELLED)
        assert "does not say all" in told.what


def test_every_format_version_is_read() -> None:
    for version in ("0.1", "0.2", "1.0", "1.2"):
        value = {**plan([planned(NETWORK, NEW)]), "format_version": version}
        assert spaces(read(value)) == ["10.1.0.0/16"]
        assert not at_level(read(value), Level.UNMODELLED)


def test_an_old_state_is_refused_by_name() -> None:
    state: Json = {
        "version": 3,
        "terraform_version": "0.11.14",
        "serial": 1,
        "lineage": "x",
        "modules": [{"path": ["root"], "resources": {}}],
    }
    (told,) = at_level(convert(state), Level.UNMODELLED)
    assert "version 3" in told.what
    assert "show -json" in told.mend


def test_an_object_set_aside_in_a_state_is_gone() -> None:
    state: Json = {
        "version": 4,
        "terraform_version": "1.9.0",
        "serial": 1,
        "lineage": "x",
        "resources": [
            {
                "mode": "managed",
                "type": "azurerm_virtual_network",
                "name": "main",
                "instances": [
                    {"attributes": {**OLD, "id": "/y/w"}, "deposed": "0123"},
                    {"attributes": OLD},
                ],
            }
        ],
    }
    assert [it.id for it in convert(state).fabric.networks] == ["/x/v"]


def test_a_write_only_group_is_found_in_the_configuration() -> None:
    values: Json = {
        "name": "a",
        "virtual_network_name": "v",
        "address_prefixes": ["10.1.0.0/24"],
        "network_security_group_id_wo": None,
        "network_security_group_id_wo_version": 1,
    }
    group = planned("azurerm_network_security_group.g", {"name": "g"})
    subnet = planned("azurerm_subnet.a", values)
    references = ["azurerm_network_security_group.g.id"]
    tied = configured("azurerm_subnet.a", network_security_group_id_wo=references)
    part = read(plan([planned(NETWORK, NEW), group, subnet], [tied]))
    found = part.fabric.subnets[0].security_group
    assert found.is_surely("azurerm_network_security_group.g")
    alone = read(plan([planned(NETWORK, NEW), group, subnet]))
    assert not alone.fabric.subnets[0].security_group.known


def firewall_plan(*references: str) -> Json:
    subnet = planned(
        "azurerm_subnet.fw",
        {
            "name": "AzureFirewallSubnet",
            "virtual_network_name": "v",
            "address_prefixes": ["10.1.0.0/26"],
        },
    )
    firewall = planned(
        "azurerm_firewall.fw",
        {"name": "fw", "ip_configuration": [{"name": "one"}]},
        {"ip_configuration": [{"private_ip_address": True, "subnet_id": True}]},
    )
    table = planned("azurerm_route_table.rt", {"name": "rt"})
    route = planned(
        "azurerm_route.out",
        {
            "name": "out",
            "route_table_name": "rt",
            "address_prefix": "0.0.0.0/0",
            "next_hop_type": "VirtualAppliance",
        },
        {"next_hop_in_ip_address": True},
    )
    return plan(
        [planned(NETWORK, NEW), subnet, firewall, table, route],
        [
            configured(
                "azurerm_firewall.fw",
                ip_configuration=[
                    {"subnet_id": {"references": ["azurerm_subnet.fw.id"]}}
                ],
            )
            | {
                "expressions": {
                    "ip_configuration": [
                        {"subnet_id": {"references": ["azurerm_subnet.fw.id"]}}
                    ]
                }
            },
            configured("azurerm_route.out", next_hop_in_ip_address=list(references)),
        ],
    )


def test_a_planned_route_leads_to_the_planned_firewall() -> None:
    path = "azurerm_firewall.fw.ip_configuration[0].private_ip_address"
    part = read(firewall_plan(path, "azurerm_firewall.fw"))
    (firewall,) = part.fabric.firewalls
    (table,) = part.fabric.route_tables
    assert str(firewall.address) == "10.1.0.4"
    assert table.routes[0].appliance == firewall.address
    assert any(it.id == "firewall-address" for it in part.assumptions)


def test_a_planned_route_to_somewhere_else_does_not() -> None:
    part = read(firewall_plan("azurerm_lb.x.private_ip_address"))
    (table,) = part.fabric.route_tables
    assert table.routes[0].appliance is None


def test_an_element_picked_by_a_value_is_not_the_one_with_the_same_key() -> None:
    subnets = [
        planned(
            f'azurerm_subnet.s["{key}"]',
            {"name": key, "virtual_network_name": "v", "address_prefixes": [prefix]},
            index=key,
        )
        for key, prefix in (("a", "10.1.1.0/24"), ("b", "10.1.2.0/24"))
    ]
    group = planned("azurerm_network_security_group.g", {"name": "g"})
    tie = "azurerm_subnet_network_security_group_association.t"
    ties = [
        planned(
            f'{tie}["{key}"]',
            {},
            {"subnet_id": True, "network_security_group_id": True},
            index=key,
        )
        for key in ("a",)
    ]
    tied = configured(
        tie,
        subnet_id=["azurerm_subnet.s", "each.value"],
        network_security_group_id=["azurerm_network_security_group.g.id"],
    )
    part = read(plan([planned(NETWORK, NEW), *subnets, group, *ties], [tied]))
    assert not any(it.security_group.known for it in part.fabric.subnets)


def test_counted_copies_are_paired_only_where_there_are_as_many() -> None:
    tie = "azurerm_subnet_network_security_group_association.t"
    group = planned("azurerm_network_security_group.g", {"name": "g"})
    unknown: Json = {"subnet_id": True, "network_security_group_id": True}
    ties = [planned(f"{tie}[{at}]", {}, unknown, index=at) for at in range(2)]
    tied = configured(
        tie,
        subnet_id=["azurerm_subnet.s", "count.index"],
        network_security_group_id=["azurerm_network_security_group.g.id"],
    )
    for number, known in ((2, [True, True]), (3, [False, False, False])):
        subnets = [
            planned(
                f"azurerm_subnet.s[{at}]",
                {
                    "name": f"s{at}",
                    "virtual_network_name": "v",
                    "address_prefixes": [f"10.1.{at}.0/24"],
                },
                index=at,
            )
            for at in range(number)
        ]
        part = read(plan([planned(NETWORK, NEW), *subnets, group, *ties], [tied]))
        assert [it.security_group.known for it in part.fabric.subnets] == known


def test_what_a_plan_lists_no_change_of_was_there_before() -> None:
    kept = planned(NETWORK, OLD)
    value = plan([kept])
    value["resource_changes"] = []
    assert spaces(read(value, before=True)) == ["10.0.0.0/16"]
    del value["resource_changes"]
    with pytest.raises(InputError, match="what was there before it"):
        read(value, before=True)
