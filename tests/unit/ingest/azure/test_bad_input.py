"""Nothing that stands in an Azure document makes the reader fall over."""

import copy
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azure_builders import (
    Json,
    cluster,
    configured,
    document,
    plan,
    planned,
    resource,
    resource_id,
    rule,
)
from seawall.ingest import azure
from seawall.ingest.azure.records.values import prefix
from seawall.ingest.notes import Notes
from seawall.ingest.resource import Field
from seawall.model.diagnostic import Level
from seawall.model.origin import Origin
from seawall.model.snapshot import KubernetesObjects

NETWORK = resource_id("virtualNetworks", "v")
EXAMPLE = Path(__file__).parents[4] / "examples" / "contoso" / "plan.json"
CORPORA = Path(__file__).parents[5] / "shared" / "corpora"

LIVE: list[Json] = [
    cluster(
        apiServerAccessProfile={"authorizedIPRanges": ["20.0.0.0/8"]},
        nodeResourceGroup="mc",
    ),
    resource(
        "virtualNetworks",
        "v",
        addressSpace={"addressPrefixes": ["10.0.0.0/16"]},
        dhcpOptions={"dnsServers": ["10.0.0.4"]},
        subnets=[
            {
                "name": "s",
                "properties": {
                    "addressPrefix": "10.0.1.0/24",
                    "routeTable": {"id": resource_id("routeTables", "t")},
                    "serviceEndpoints": [{"service": "Microsoft.Storage"}],
                },
            }
        ],
        virtualNetworkPeerings=[
            {"name": "p", "properties": {"remoteVirtualNetwork": {"id": NETWORK}}}
        ],
    ),
    resource("networkSecurityGroups", "g", securityRules=[rule("a"), rule("b")]),
    resource(
        "routeTables",
        "t",
        routes=[{"name": "r", "addressPrefix": "0.0.0.0/0", "nextHopType": "None"}],
    ),
    resource(
        "firewallPolicies/ruleCollectionGroups",
        "p",
        "g",
        priority=1,
        ruleCollections=[
            {
                "name": "c",
                "priority": 1,
                "action": {"type": "Allow"},
                "rules": [
                    {
                        "ruleType": "NetworkRule",
                        "ipProtocols": ["TCP"],
                        "sourceAddresses": ["*"],
                        "destinationAddresses": ["*"],
                        "destinationPorts": ["1-2"],
                    }
                ],
            }
        ],
    ),
    resource("firewallPolicies", "p"),
    resource(
        "azureFirewalls",
        "f",
        firewallPolicy={"id": resource_id("firewallPolicies", "p")},
        ipConfigurations=[{"properties": {"privateIPAddress": "10.0.0.4"}}],
    ),
    resource(
        "privateEndpoints",
        "e",
        privateLinkServiceConnections=[{"properties": {"groupIds": ["vault"]}}],
    ),
    resource("privateDnsZones", "z.example", numberOfRecordSets=1),
    resource(
        "loadBalancers",
        "l",
        frontendIPConfigurations=[{"name": "f", "privateIPAddress": "10.0.0.9"}],
        loadBalancingRules=[{"name": "r", "frontendPort": 1, "protocol": "Tcp"}],
    ),
]
PLANNED = plan(
    [
        planned(
            "azurerm_virtual_network.v",
            {"name": "v", "address_space": ["10.0.0.0/16"]},
        ),
        planned(
            "azurerm_subnet.s",
            {"name": "s", "address_prefixes": ["10.0.0.0/24"], "delegation": []},
            {"virtual_network_name": True},
        ),
        planned(
            "azurerm_kubernetes_cluster.c",
            {
                "name": "c",
                "default_node_pool": [{"name": "p"}],
                "network_profile": [{"network_plugin": "azure"}],
            },
            {"default_node_pool": [{"vnet_subnet_id": True}]},
        ),
    ],
    [
        configured(
            "azurerm_subnet.s", virtual_network_name=["azurerm_virtual_network.v"]
        )
    ],
)

JUNK = st.sampled_from(
    [
        None,
        True,
        -1,
        10**30,
        1.5,
        "",
        "*",
        "[resourceId('x')]",
        "<FILL ME IN>",
        "10.0.0.1/8",
        "::/0",
        "é\x00",
        [],
        [None],
        [[]],
        ["x", 1],
        {},
        {"id": None},
        {"id": 7, "name": ["n"], "properties": "p"},
        {"properties": {"properties": {}}},
    ]
)


def places(
    value: object, path: tuple[str | int, ...] = ()
) -> list[tuple[str | int, ...]]:
    found = [path] if path else []
    if isinstance(value, dict):
        for key, item in value.items():
            found += places(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            found += places(item, (*path, index))
    return found


def replaced(value: object, path: tuple[str | int, ...], junk: object) -> object:
    whole = copy.deepcopy(value)
    here = whole
    for key in path[:-1]:
        here = here[key]  # type: ignore[index]
    here[path[-1]] = junk  # type: ignore[index]
    return whole


def survives(value: object) -> None:
    if azure.claims(value):
        part = azure.convert([document(value)], KubernetesObjects())
        for item in part.diagnostics:
            assert item.what
            assert item.mend


@given(st.data())
def test_junk_anywhere_in_live_resources_is_survived(data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(places(LIVE)))
    survives(replaced(LIVE, path, data.draw(JUNK)))


@given(st.data())
def test_junk_anywhere_in_a_plan_is_survived(data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(places(PLANNED)))
    survives(replaced(PLANNED, path, data.draw(JUNK)))


@given(st.data())
def test_junk_anywhere_in_the_example_plan_is_survived(data: st.DataObject) -> None:
    whole = json.loads(EXAMPLE.read_text(encoding="utf-8"))
    path = data.draw(st.sampled_from(places(whole)))
    survives(replaced(whole, path, data.draw(JUNK)))


def test_the_order_of_documents_makes_no_difference() -> None:
    documents = [document(item, f"{index}.json") for index, item in enumerate(LIVE)]
    there = azure.convert(documents, KubernetesObjects())
    back = azure.convert(documents[::-1], KubernetesObjects())
    assert there == back


RECORDED = sorted(
    path
    for folder in ("az-json", "tfplan")
    for path in (CORPORA / folder).rglob("*")
    if path.suffix in {".json", ".tfstate"}
)


@pytest.mark.corpora
@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.name)
def test_recorded_files_are_claimed_and_read(path: Path) -> None:
    value = json.loads(path.read_text(encoding="utf-8-sig"))
    assert azure.claims(value)
    part = azure.convert([document(value)], KubernetesObjects())
    assert all(item.level in Level for item in part.diagnostics)


@pytest.mark.parametrize("written", ["07.240.4.0/12", "010.0.0.1/8", "10.0.0.1/08"])
def test_an_address_with_zeros_before_it_is_read_and_its_bits_are_told(
    written: str,
) -> None:
    notes = Notes()
    found = prefix(Field(written, Origin("a.json")), notes)

    assert found is not None
    assert [it.what for it in notes.diagnostics] == [
        f"`{written}` has bits set below its prefix length"
    ]
