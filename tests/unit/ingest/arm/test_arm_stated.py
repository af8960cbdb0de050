"""What is known of resources before they are deployed: what is stated, and ids."""

from pathlib import Path
from typing import Any

import pytest

from arm_templates import snapshot, template
from bicep_sources import bicep_records, body

GROUP = "/subscriptions/{subscription}/resourceGroups/{resource-group}/providers/"
AKS = GROUP + "Microsoft.Network/virtualNetworks/hub/subnets/aks"

NETWORK = """
var wanted = [
  { name: 'aks', prefix: '10.0.0.0/24' }
  { name: 'pe', prefix: '10.0.1.0/24' }
]
resource vnet 'Microsoft.Network/virtualNetworks@2024-05-01' = {
  name: 'hub'
  properties: {
    addressSpace: { addressPrefixes: [ '10.0.0.0/16' ] }
    subnets: [for it in wanted: {
      name: it.name
      properties: { addressPrefix: it.prefix }
    }]
  }
  resource aks 'subnets' existing = { name: 'aks' }
}
"""


def told_by(expression: str, network: str = NETWORK) -> tuple[Any, list[str]]:
    """Return what a resource is told by an expression, and what is assumed."""
    found, notes = bicep_records(
        f"""{network}
resource table 'Microsoft.Network/routeTables@2024-05-01' = {{
  name: 'table'
  properties: {{ told: {expression} }}
}}
"""
    )
    told = body(found["microsoft.network/routetables/table"])["properties"]["told"]
    return told, [it.id for it in notes.assumptions]


@pytest.mark.parametrize(
    "expression",
    [
        "first(filter(vnet.properties.subnets, s => s.name == 'aks')).id",
        "filter(vnet.properties.subnets, s => s.name == 'aks')[0].id",
        "vnet::aks.id",
        "toObject(vnet.properties.subnets, s => s.name, s => s.id).aks",
        "toObject(vnet.properties.subnets, s => '${s.name}', s => s.id)['aks']",
        "toObject(vnet.properties.subnets, s => s.name)['aks'].id",
        "'${vnet.properties.subnets[0].?id ?? ''}'",
        "reference(vnet.id, '2024-05-01').subnets[0].id",
        "map(vnet.properties.subnets, s => s.id)[0]",
        "take(vnet.properties.subnets, 1)[0].id",
        "vnet.properties.subnets[0].id",
    ],
)
def test_the_id_of_a_subnet_in_its_network_is_known_beforehand(expression: str) -> None:
    assert told_by(expression)[0] == AKS


@pytest.mark.parametrize(
    ("expression", "rests_on"),
    [
        ("vnet.properties.subnets[0].id", ["order-as-declared"]),
        ("first(vnet.properties.subnets).id", ["order-as-declared"]),
        ("map(vnet.properties.subnets, s => s.id)[0]", ["order-as-declared"]),
        ("first(filter(vnet.properties.subnets, s => s.name == 'aks')).id", []),
        ("vnet::aks.id", []),
        ("toObject(vnet.properties.subnets, s => s.name, s => s.id).aks", []),
    ],
)
def test_what_is_taken_by_its_place_rests_on_the_order_as_declared(
    expression: str, rests_on: list[str]
) -> None:
    _, assumed = told_by(expression)

    assert assumed == rests_on


@pytest.mark.parametrize(
    "expression",
    [
        "vnet.properties.subnets[2].id",
        "last(vnet.properties.subnets).id",
        "vnet.properties.subnets[0].properties.provisioningState",
        "vnet.properties.subnets[0].etag",
        "string(length(vnet.properties.subnets))",
        "filter(vnet.properties.subnets, s => s.name == 'none')[0].id",
        "toObject(vnet.properties.subnets, s => s.name, s => s.id).none",
        "toObject(vnet.properties.subnets, s => replace(s.name, 'x', ''), s => 1).aks",
        "string(length(toObject(vnet.properties.subnets, s => s.name, s => s.id)))",
    ],
)
def test_what_the_platform_may_add_stays_unknown(expression: str) -> None:
    assert told_by(expression)[0] == "?"


def test_an_existing_subnet_has_what_its_network_states_of_it() -> None:
    assert told_by("vnet::aks.properties.addressPrefix")[0] == "10.0.0.0/24"
    assert told_by("vnet::aks.properties.purpose")[0] == "?"


def test_a_network_that_may_not_be_deployed_tells_nothing_of_an_existing_subnet() -> (
    None
):
    doubtful = NETWORK.replace("= {\n  name: 'hub'", "= if (has) {\n  name: 'hub'")
    expression = "vnet::aks.properties.addressPrefix"

    assert told_by(expression, "param has bool\n" + doubtful)[0] == "?"


def test_parts_of_balancers_have_ids_of_their_own() -> None:
    balancer = """
resource lb 'Microsoft.Network/loadBalancers@2024-05-01' = {
  name: 'lb'
  properties: { frontendIPConfigurations: [ { name: 'front', properties: {} } ] }
}
"""
    told, _ = told_by("lb.properties.frontendIPConfigurations[0].id", balancer)

    front = "Microsoft.Network/loadBalancers/lb/frontendIPConfigurations/front"
    assert told == GROUP + front


def test_a_list_whose_elements_have_no_ids_gives_them_none() -> None:
    told, _ = told_by("vnet.properties.addressSpace.addressPrefixes[0]")
    assert told == "10.0.0.0/16"
    assert told_by("vnet.properties.addressSpace.id")[0] == "?"


def test_a_pool_stands_in_the_subnet_that_a_template_refers_to(tmp_path: Path) -> None:
    subnet = (
        "[reference(resourceId('Microsoft.Network/virtualNetworks', 'hub')"
        ", '2024-05-01').subnets[0].id]"
    )
    main = template(
        {
            "type": "Microsoft.Network/virtualNetworks",
            "apiVersion": "2024-05-01",
            "name": "hub",
            "properties": {
                "addressSpace": {"addressPrefixes": ["10.0.0.0/16"]},
                "subnets": [
                    {"name": "aks", "properties": {"addressPrefix": "10.0.0.0/24"}}
                ],
            },
        },
        {
            "type": "Microsoft.ContainerService/managedClusters",
            "apiVersion": "2024-09-01",
            "name": "aks",
            "properties": {
                "agentPoolProfiles": [{"name": "main", "vnetSubnetID": subnet}],
                "networkProfile": {"networkPlugin": "azure"},
            },
        },
    )
    read = snapshot(tmp_path, main=main)

    assert read.cluster is not None
    (pool,) = read.cluster.pools
    assert pool.subnet.value.endswith("/virtualnetworks/hub/subnets/aks")
    assert not [it for it in read.assumptions if it.id == "order-as-declared"]
