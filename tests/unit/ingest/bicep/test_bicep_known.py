"""Verified modules are read by name and version, with what holds without a parameter."""

# ruff: noqa: E501  (lines of Bicep are not broken)

from pathlib import Path

import pytest

from arm_templates import said
from bicep_sources import bicep_records, bicep_snapshot, body
from seawall.ingest.bicep.called import arguments_of
from seawall.ingest.bicep.known import catalogue
from seawall.ingest.bicep.language.declarations import Module, Parameter
from seawall.ingest.bicep.registry import named
from seawall.ingest.resource import Change
from seawall.model.cluster import Cluster
from seawall.model.dataplane import PolicyEngine
from seawall.model.diagnostic import Level
from seawall.model.setting import State

CLUSTER = """
param engine string = 'calico'
resource net 'Microsoft.Network/virtualNetworks@2024-05-01' existing = {
  name: 'hub'

  resource nodes 'subnets' existing = {
    name: 'nodes'
  }
}
module aks 'br/public:avm/res/container-service/managed-cluster:VERSION' = {
  name: 'aks'
  params: {
    name: 'aks'
    networkPlugin: 'azure'
    networkPolicy: engine
    primaryAgentPoolProfiles: [
      {
        name: 'system'
        vnetSubnetResourceId: net::nodes.id
      }
    ]
    agentPools: [ { name: 'user', maxPods: 40 } ]
    lock: { kind: 'None' }
    MORE
  }
}
output id string = aks.outputs.resourceId
"""


def cluster(folder: Path, version: str, more: str = "") -> Cluster:
    text = CLUSTER.replace("VERSION", version).replace("MORE", more)
    found = bicep_snapshot(folder, main__bicep=text)
    assert found.cluster is not None
    return found.cluster


@pytest.mark.parametrize("version", ["0.5.3", "0.8.3", "0.11.1", "0.12.0", "0.14.0"])
def test_a_cluster_is_what_the_call_and_the_module_say(
    tmp_path: Path, version: str
) -> None:
    found = cluster(tmp_path, version)
    assert found.policy_engine.is_surely(PolicyEngine.CALICO)
    assert found.policy_engine.state is State.STATED
    assert str(found.policy_engine.origin).endswith("main.bicep:15")
    assert [it.name for it in found.pools] == ["system", "user"]
    assert found.outbound.state is State.DEFAULTED
    assert "the default of the module avm/res/container-service" in found.outbound.why
    assert str(found.outbound.origin).endswith("main.bicep:10")
    pool = found.pools[0]
    assert pool.subnet.known
    assert str(pool.subnet.origin).endswith("main.bicep:19")


def test_parameters_have_the_names_of_their_version(tmp_path: Path) -> None:
    old = cluster(tmp_path, "0.11.0", "enablePrivateCluster: true")
    assert old.api_server is not None
    assert old.api_server.private.is_surely(value=True)
    new = cluster(
        tmp_path, "0.12.0", "apiServerAccessProfile: { enablePrivateCluster: true }"
    )
    assert new.api_server is not None
    assert new.api_server.private.is_surely(value=True)
    assert str(new.api_server.private.origin).endswith("main.bicep:24")


@pytest.mark.parametrize(
    "version, more, what",
    [
        ("0.3.0", "", "version 0.3.0 of the module `aks` is not known by name"),
        ("9.0.0", "", "version 9.0.0 of the module `aks` is not known by name"),
        ("latest", "", "version latest of the module `aks` is not known by name"),
        (
            "0.12.0",
            "enablePrivateCluster: true",
            "a parameter of the module `aks` is not known: `enablePrivateCluster`",
        ),
        (
            "0.9.0",
            "netwrkPolicy: 'x'",
            "a parameter of the module `aks` is not known: `netwrkPolicy`",
        ),
    ],
)
def test_what_is_not_known_of_a_module_leaves_it_unread(
    version: str, more: str, what: str
) -> None:
    text = CLUSTER.replace("VERSION", version).replace("MORE", more)
    found, notes = bicep_records(text)
    # The subnet that it is handed may be tied to anything.
    assert {type(it) for it in found.values()} == {Change}
    assert what in [it.what for it in notes.diagnostics]
    assert "what the deployment `aks` makes is not known" in said(notes)


def test_the_reading_by_name_is_an_assumption_and_says_what_is_passed_over() -> None:
    _, notes = bicep_records(CLUSTER.replace("VERSION", "0.9.0").replace("MORE", ""))
    (assumed,) = [it for it in notes.assumptions if it.id == "module-by-name"]
    assert "versions 0.8.2 up to before 0.10.0" in assumed.text
    told = [it.what for it in notes.diagnostics if it.level is Level.NOTE]
    assert "parameters of the module `aks` that are not read: `lock`" in told


def test_a_network_ties_its_subnets_to_what_it_is_handed() -> None:
    found, notes = bicep_records("""
module group 'br/public:avm/res/network/network-security-group:0.5.1' = {
  params: {
    name: 'web'
    securityRules: [
      { name: 'a', properties: { access: 'Deny', direction: 'Inbound', priority: 100, protocol: '*', destinationPortRanges: [ '22' ] } }
    ]
  }
}
module table 'br/public:avm/res/network/route-table:0.4.1' = {
  params: { name: 'table', routes: [ { name: 'r', properties: { addressPrefix: '0.0.0.0/0', nextHopType: 'None' } } ] }
}
module net 'br/public:avm/res/network/virtual-network:0.7.0' = {
  params: {
    name: 'hub'
    addressPrefixes: [ '10.0.0.0/16' ]
    subnets: [
      {
        name: 'nodes'
        addressPrefix: '10.0.0.0/24'
        networkSecurityGroupResourceId: group.outputs.resourceId
        routeTableResourceId: table.outputs.resourceId
      }
    ]
    peerings: [
      {
        remoteVirtualNetworkResourceId: '/subscriptions/5/resourceGroups/far/providers/Microsoft.Network/virtualNetworks/other'
        remotePeeringEnabled: true
      }
    ]
  }
}
""")
    assert not said(notes)
    group = found["microsoft.network/networksecuritygroups/web"]
    rule = body(group)["properties"]["securityRules"][0]["properties"]
    assert rule["destinationPortRanges"] == ["22"]
    assert rule["sourceAddressPrefix"] == ""
    subnet = found["microsoft.network/virtualnetworks/subnets/nodes"]
    properties = body(subnet)["properties"]
    assert properties["networkSecurityGroup"]["id"].lower() == group.id
    assert (
        str(subnet.body.walk("properties", "addressPrefix").origin) == "main.bicep:20"
    )
    peerings = [it for it in found.values() if it.type.endswith("peerings")]
    assert {it.parent.rpartition("/")[2] for it in peerings} == {"hub", "other"}


def test_a_pattern_is_made_of_the_module_that_it_calls(tmp_path: Path) -> None:
    found = bicep_snapshot(
        tmp_path,
        main__bicep="module m 'br:registry.example/bicep/avm/ptn/azd/aks-automatic-cluster:0.3.0' = {\n"
        "  params: { name: 'auto' }\n}\n",
    )
    assert found.cluster is not None
    assert found.cluster.name == "auto"
    assert str(found.cluster.origin).endswith("main.bicep:1")
    assert "avm/ptn/azd/aks-automatic-cluster" in found.cluster.outbound.why


def test_the_same_call_twice_makes_two(tmp_path: Path) -> None:
    text = "module NAME 'br/public:avm/res/network/network-security-group:0.5.1' = {\n  params: { name: 'NAME' }\n}\n"
    found = bicep_snapshot(
        tmp_path, main__bicep=text.replace("NAME", "a") + text.replace("NAME", "b")
    )
    assert {it.name for it in found.fabric.security_groups} == {"a", "b"}


@pytest.mark.parametrize("item", catalogue(), ids=lambda it: f"{it.source} {it.range}")
def test_each_description_reads_and_has_all_that_it_needs(item: object) -> None:
    from seawall.ingest.bicep.known import Known  # noqa: PLC0415

    assert isinstance(item, Known)
    file = item.described()
    assert file.faults == ()
    names = {it.name for it in file.declarations if isinstance(it, Parameter)}
    assert item.facts.keys() <= names
    own = {name for name in names if name.startswith("since")}
    assert own <= item.facts.keys()
    assert not names & item.aside
    for module in (it for it in file.declarations if isinstance(it, Module)):
        assert arguments_of(module.value)
    assert item.first < item.end
    assert named(f"br/public:{item.source}:1.0.0") is not None


def test_ranges_of_versions_do_not_overlap() -> None:
    for item in catalogue():
        others = [it for it in catalogue() if it.source == item.source and it != item]
        assert all(it.end <= item.first or item.end <= it.first for it in others)


def test_an_endpoint_writes_into_the_zone_that_it_is_handed() -> None:
    found, notes = bicep_records("""
module zone 'br/public:avm/res/network/private-dns-zone:0.7.1' = {
  params: {
    name: 'privatelink.vaultcore.azure.net'
    virtualNetworkLinks: [ { virtualNetworkResourceId: '/subscriptions/5/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/hub' } ]
    a: [ { name: 'kv', aRecords: [ { ipv4Address: '10.0.0.4' } ] } ]
  }
}
module endpoint 'br/public:avm/res/network/private-endpoint:0.11.0' = {
  params: {
    name: 'pe'
    subnetResourceId: '/subscriptions/5/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/hub/subnets/pe'
    privateLinkServiceConnections: [
      { name: 'c', properties: { groupIds: [ 'vault' ], privateLinkServiceId: '/subscriptions/5/resourceGroups/g/providers/Microsoft.KeyVault/vaults/kv' } }
    ]
    privateDnsZoneGroup: { privateDnsZoneGroupConfigs: [ { privateDnsZoneResourceId: zone.outputs.resourceId } ] }
  }
}
""")
    assert not said(notes)
    zone = found["microsoft.network/privatednszones/privatelink.vaultcore.azure.net"]
    groups = found["microsoft.network/privateendpoints/privatednszonegroups/default"]
    (config,) = body(groups)["properties"]["privateDnsZoneConfigs"]
    assert config["properties"]["privateDnsZoneId"].lower() == zone.id
    link = found["microsoft.network/privatednszones/virtualnetworklinks/hub-vnetlink"]
    assert link.parent == zone.id
    assert "microsoft.network/privatednszones/a/kv" in found


def test_a_gateway_has_the_addresses_that_it_makes_and_those_it_is_handed() -> None:
    found, _ = bicep_records("""
module address 'br/public:avm/res/network/public-ip-address:0.9.0' = { params: { name: 'own' } }
module nat 'br/public:avm/res/network/nat-gateway:2.0.1' = {
  params: {
    name: 'nat'
    availabilityZone: -1
    publicIPAddresses: [ { name: 'made' } ]
    publicIpResourceIds: [ address.outputs.resourceId ]
  }
}
""")
    listed = body(found["microsoft.network/natgateways/nat"])["properties"]
    ids = [it["id"].lower() for it in listed["publicIpAddresses"]]
    assert ids == [
        found["microsoft.network/publicipaddresses/made"].id,
        found["microsoft.network/publicipaddresses/own"].id,
    ]


def test_what_a_module_sets_in_a_part_that_it_is_handed_is_its_default(
    tmp_path: Path,
) -> None:
    (pool, _) = cluster(tmp_path, "0.9.0").pools
    assert pool.windows.state is State.DEFAULTED
    assert "the default of the module" in pool.windows.why
    assert str(pool.windows.origin).endswith("main.bicep:16")


NETWORK = """
module net 'br/public:avm/res/network/virtual-network:0.7.0' = {
  params: {
    name: 'net'
    addressPrefixes: [ '10.0.0.0/16' ]
    subnets: [
      {
        name: 'nodes'
        addressPrefix: '10.0.0.0/24'
        KEY
      }
    ]
    tags: { addressPrefx: 'x' }
  }
}
"""


@pytest.mark.parametrize(
    ("key", "near"),
    [
        ("networkSecurityGroupResurceId: 'x'", "networkSecurityGroupResourceId"),
        ("routeTableResource: 'x'", "routeTableResourceId"),
        ("natGatewayResource: 'x'", "natGatewayResourceId"),
    ],
)
def test_a_misspelt_key_of_a_parameter_is_told_at_its_line_and_changes_something(
    key: str, near: str
) -> None:
    found, notes = bicep_records(NETWORK.replace("KEY", key))
    told = [it for it in notes.diagnostics if it.what.startswith(f"`{key[:12]}")]

    assert {type(it) for it in found.values()} == {Change}
    assert [it.mend.split("?")[0] for it in told] == [f"did you mean `{near}`"]
    assert [str(it.origin) for it in told] == ["main.bicep:10"]


@pytest.mark.parametrize(
    "key",
    ["NetworkSecurityGroupResourceID: 'x'", "roleAssignments: []", "delegation: 'x'"],
)
def test_a_key_that_the_module_knows_or_that_is_like_none_is_not_told(key: str) -> None:
    found, notes = bicep_records(NETWORK.replace("KEY", key))

    assert not [it for it in notes.diagnostics if "did you mean" in it.mend]
    assert len(found) == 2


def test_a_misspelt_parameter_is_told_at_its_line_with_the_nearest_name() -> None:
    _, notes = bicep_records(NETWORK.replace("subnets:", "subnet:").replace("KEY", ""))
    (told,) = [it for it in notes.diagnostics if "a parameter of" in it.what]

    assert str(told.origin) == "main.bicep:6"
    assert told.mend.startswith("did you mean `subnets`?")
