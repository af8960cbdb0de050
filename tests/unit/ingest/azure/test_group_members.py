"""Application security groups: who is a member, and who may be.

Source: Azure docs, application-security-groups and private-endpoint-overview; AKS docs,
use-node-public-ips.
"""

from dataclasses import replace

import pytest

import fabrics as fab
from azure_builders import cluster, convert, plan, planned, resource, resource_id
from fabrics import ALLOW, DENY, IN, known
from seawall.engine.path import PathModel
from seawall.flowspace import FlowSet
from seawall.model.end import AddressEnd, SubnetEnd
from seawall.model.filter import ApplicationGroup
from seawall.model.setting import State
from seawall.model.snapshot import Fabric
from seawall.model.trace import Verdict

ASG = {"id": resource_id("applicationSecurityGroups", "web")}
ID = str(ASG["id"]).lower()
SUBNET = {"id": resource_id("virtualNetworks/subnets", "v", "s")}
NETWORK = resource(
    "virtualNetworks",
    "v",
    addressSpace={"addressPrefixes": ["10.1.0.0/16"]},
    subnets=[
        {
            "id": SUBNET["id"],
            "name": "s",
            "properties": {"addressPrefix": "10.1.0.0/24"},
        }
    ],
)
PLAIN_NIC = resource(
    "networkInterfaces",
    "n",
    ipConfigurations=[
        {"name": "a", "properties": {"privateIPAddress": "10.1.0.9", "subnet": SUBNET}}
    ],
)


def endpoint(**changes: object) -> dict[str, object]:
    plain: dict[str, object] = {
        "subnet": SUBNET,
        "applicationSecurityGroups": [ASG],
        "customDnsConfigs": [{"fqdn": "x", "ipAddresses": ["10.1.0.4"]}],
        "privateLinkServiceConnections": [
            {"name": "c", "properties": {"privateLinkServiceId": "/x/y"}}
        ],
    }
    return resource("privateEndpoints", "pe", **(plain | changes))


def test_a_private_endpoint_is_a_member_with_its_address() -> None:
    found = convert(NETWORK, PLAIN_NIC, endpoint()).fabric.application_groups
    assert found.value == ((ID, "10.1.0.4"),)


def test_a_private_endpoint_without_an_address_leaves_the_members_unknown() -> None:
    part = convert(NETWORK, PLAIN_NIC, endpoint(customDnsConfigs=[]))
    assert part.fabric.application_groups.state is State.UNKNOWN


def test_machines_of_a_scale_set_may_be_anywhere_in_their_subnet() -> None:
    inner = {"name": "i", "subnet": SUBNET, "applicationSecurityGroups": [ASG]}
    profile = {"networkInterfaceConfigurations": [{"ipConfigurations": [inner]}]}
    scale_set = {
        "id": "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Compute/"
        "virtualMachineScaleSets/vmss",
        "name": "vmss",
        "type": "Microsoft.Compute/virtualMachineScaleSets",
        "properties": {"virtualMachineProfile": {"networkProfile": profile}},
    }
    part = convert(NETWORK, PLAIN_NIC, scale_set)
    assert part.fabric.application_groups.known
    assert part.fabric.possible_members == ((ID, fab.cidr("10.1.0.0/24")),)


@pytest.mark.parametrize(
    ("subnet", "expected"),
    [(SUBNET["id"], ("10.1.0.0/24",)), (None, ("0.0.0.0/0", "::/0"))],
)
def test_nodes_of_a_pool_may_be_anywhere_in_its_subnet(
    subnet: str | None, expected: tuple[str, ...]
) -> None:
    pool = {
        "name": "system",
        "vnetSubnetID": subnet,
        "networkProfile": {"applicationSecurityGroups": [ASG["id"]]},
    }
    part = convert(NETWORK, PLAIN_NIC, cluster(agentPoolProfiles=[pool]))
    assert part.fabric.possible_members == tuple((ID, fab.cidr(x)) for x in expected)


def test_terraform_ties_groups_to_endpoints_and_pools() -> None:
    part = convert(
        plan(
            [
                planned(
                    "azurerm_private_endpoint.pe",
                    {"name": "pe", "id": resource_id("privateEndpoints", "pe")},
                ),
                planned(
                    "azurerm_private_endpoint_application_security_group_association.a",
                    {
                        "private_endpoint_id": resource_id("privateEndpoints", "pe"),
                        "application_security_group_id": ASG["id"],
                    },
                ),
                planned(
                    "azurerm_network_interface.n",
                    {"name": "n", "id": resource_id("networkInterfaces", "n")},
                ),
                planned(
                    "azurerm_kubernetes_cluster.aks",
                    {
                        "name": "aks",
                        "default_node_pool": [
                            {
                                "name": "system",
                                "node_network_profile": [
                                    {"application_security_group_ids": [ASG["id"]]}
                                ],
                            }
                        ],
                    },
                ),
            ]
        )
    )
    # The endpoint has no address yet, so that who is a member is not known.
    assert part.fabric.application_groups.state is State.UNKNOWN
    assert {group for group, _ in part.fabric.possible_members} == {ID}


def test_a_rule_for_a_group_matches_members_surely_and_machines_perhaps() -> None:
    members = (("asg", "10.1.0.9"),)
    to_group = replace(
        fab.rule("web", 100, IN, ALLOW), destinations=(ApplicationGroup("asg"),)
    )
    fabric = Fabric(
        networks=(fab.network("net", "10.1.0.0/16"),),
        subnets=(
            fab.subnet("s", "net", "10.1.0.0/24", security_group=known("nsg")),
            fab.subnet("t", "net", "10.1.1.0/24"),
        ),
        security_groups=(fab.group("nsg", to_group, fab.rule("no", 200, IN, DENY)),),
        application_groups=known(members),
        possible_members=(("asg", fab.cidr("10.1.0.16/28")),),
    )
    model = PathModel.build(fab.snapshot(fabric))
    https = FlowSet.box(protocols=[(6, 6)], destination_ports=[(443, 443)])
    for text, expected in (
        ("10.1.0.9", Verdict.ALLOWED),
        ("10.1.0.17", Verdict.UNKNOWN),
        ("10.1.0.40", Verdict.DENIED),
    ):
        end = AddressEnd((fab.cidr(text),))
        answer = model.partition(SubnetEnd("t"), end, services=https)
        assert answer.partition.verdict() is expected, text
