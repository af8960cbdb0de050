"""Every tool's envelope around the same resource reads alike."""

import json
from pathlib import Path

import pytest

from azure_builders import (
    at_level,
    cluster,
    convert,
    document,
    flattened,
    resource,
    resource_id,
    rule,
)
from seawall.ingest import azure, load
from seawall.ingest.resource import Field
from seawall.model.diagnostic import Level
from seawall.model.origin import Origin
from seawall.model.snapshot import KubernetesObjects

GROUP = resource("networkSecurityGroups", "web", securityRules=[rule("https")])
SHOUTED = {
    "ID": str(GROUP["id"]).upper(),
    "NAME": "web",
    "TYPE": "MICROSOFT.NETWORK/NETWORKSECURITYGROUPS",
    "PROPERTIES": {
        "SECURITYRULES": [
            {
                "NAME": "https",
                "PROPERTIES": {
                    key.upper(): value for key, value in rule()["properties"].items()
                },
            }
        ]
    },
}
FLAT = flattened(GROUP) | {
    "securityRules": [flattened(rule("https") | {"id": "x"})],
    "defaultSecurityRules": [],
}


@pytest.mark.parametrize(
    "envelope",
    [
        GROUP,
        [GROUP],
        {"value": [GROUP]},
        {"data": [GROUP], "count": 1},
        {"apiVersion": "management.azure.com/v1", "kind": "Group", "data": GROUP},
        {"parameters": {}, "responses": {"200": {"body": GROUP}}},
        FLAT,
        [FLAT],
        SHOUTED,
        {key: value for key, value in GROUP.items() if key != "type"},
        GROUP | {"id": f"{GROUP['id']}/"},
        [GROUP | {"properties": json.dumps(GROUP["properties"])}],
        {"data": [GROUP | {"properties": json.dumps(GROUP["properties"])}]},
    ],
)
def test_a_resource_reads_alike_in_every_envelope(envelope: object) -> None:
    groups = convert(envelope).fabric.security_groups
    assert [group.id for group in groups] == [str(GROUP["id"]).lower()]
    (https,) = (item for item in groups[0].rules if not item.is_default)
    assert (https.name, https.priority, https.protocol) == ("https", 100, 6)
    assert len(groups[0].rules) == 7


def test_a_request_body_without_id_is_known_by_what_only_a_cluster_has() -> None:
    body = {
        "location": "westus2",
        "properties": {
            "dnsPrefix": "shop",
            "agentPoolProfiles": [{"name": "p"}],
            "networkProfile": {"networkPlugin": "kubenet"},
        },
    }
    part = convert(body)
    assert part.cluster is not None
    assert part.cluster.name == "shop"


def test_an_export_with_children_in_resources_gives_the_children_too() -> None:
    subnet_id = resource_id("virtualNetworks/subnets", "v", "s")
    part = convert(
        [
            {
                "ResourceId": resource_id("virtualNetworks", "v"),
                "ResourceName": "v",
                "ResourceType": "Microsoft.Network/virtualNetworks",
                "Properties": {"addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}},
                "resources": [
                    {
                        "ResourceId": subnet_id,
                        "ResourceName": "s",
                        "ResourceType": "Microsoft.Network/virtualNetworks/subnets",
                        "Properties": {"addressPrefix": "10.0.1.0/24"},
                    }
                ],
            }
        ]
    )
    assert [subnet.id for subnet in part.fabric.subnets] == [subnet_id.lower()]


@pytest.mark.parametrize(
    "value",
    [
        {},
        [],
        None,
        "text",
        {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}},
        {"apiVersion": "v1", "kind": "List", "items": []},
        {"data": {"key": "value"}},
        {"value": 3},
        {"replicas": 2, "type": "ClusterIP"},
    ],
)
def test_what_is_not_azure_is_not_claimed(value: object) -> None:
    assert not azure.claims(value)


def test_a_resource_of_a_template_without_a_name_is_told_and_not_half_read() -> None:
    template = {
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/"
        "deploymentTemplate.json#",
        "contentVersion": "1.0.0.0",
        "resources": {"vnet": {"type": "Microsoft.Network/virtualNetworks"}},
    }
    part = convert(template)
    assert not part.fabric.networks
    (found,) = at_level(part, Level.ERROR)
    assert "no name" in found.what
    assert part.kinds == {"0.json": "arm-template"}


def test_lists_of_effective_routes_are_not_taken_for_routes() -> None:
    part = convert({"value": [{"nextHopType": "Internet", "source": "Default"}]})
    assert not part.fabric.route_tables
    assert part.kinds == {"0.json": "ignored"}


def test_effective_rules_without_a_group_make_none() -> None:
    part = convert({"value": [{"effectiveSecurityRules": [{"name": "r"}]}]})
    assert not part.fabric.security_groups


def test_the_kind_of_each_file_is_told() -> None:
    assert convert(GROUP).kinds == {"0.json": "azure"}


def test_a_resource_that_is_described_twice_differently_is_reported() -> None:
    other = resource("networkSecurityGroups", "web", securityRules=[])
    part = convert(GROUP, other)
    assert len(part.fabric.security_groups) == 1
    assert any("a second time" in item.what for item in at_level(part, Level.ERROR))


def test_a_resource_that_is_listed_twice_alike_is_one() -> None:
    part = convert(GROUP, [GROUP])
    assert len(part.fabric.security_groups) == 1
    assert not at_level(part, Level.ERROR)


def test_one_of_several_clusters_can_be_chosen() -> None:
    other = cluster() | {"name": "second", "id": str(cluster()["id"]) + "2"}
    documents = [document([cluster(), other])]
    part = azure.convert(documents, KubernetesObjects(), cluster_name="Second")
    assert part.cluster is not None
    assert part.cluster.name == "second"
    assert [item.name for item in part.other_clusters] == ["aks"]


def test_types_that_change_reachability_are_named_and_others_only_counted() -> None:
    part = convert(
        [
            resource("networkManagers", "avnm"),
            resource("networkWatchers", "watcher"),
        ]
    )
    (unmodelled,) = at_level(part, Level.UNMODELLED)
    assert "`avnm`" in unmodelled.what
    (note,) = at_level(part, Level.NOTE)
    assert note.what.startswith("1 resource")


def test_an_export_that_looks_like_a_kubernetes_object_is_still_azure(
    tmp_path: Path,
) -> None:
    wrapped = {
        "apiVersion": "management.azure.com/v1",
        "kind": "ClusterDescribe",
        "metadata": {"name": "aks"},
        "data": cluster(),
    }
    (tmp_path / "aks.json").write_text(json.dumps(wrapped), encoding="utf-8")
    snapshot = load([tmp_path])
    assert snapshot.cluster is not None
    assert [item.kind for item in snapshot.inputs] == ["azure"]


def test_what_is_in_an_object_that_is_an_expression_is_not_known() -> None:
    hidden = Field({"networkProfile": "[variables('net')]"}, Origin("cluster.json"))
    found = hidden.walk("networkProfile", "outboundType")
    assert "variables('net')" in found.unresolved
    assert not found.left_to_service
