"""What network managers connect without peerings."""

from azure_builders import at_level, resource, resource_id
from seawall.ingest import azure
from seawall.ingest.documents import AzurePart, ReadDocument
from seawall.model.diagnostic import Level
from seawall.model.network import Peering
from seawall.model.origin import Origin
from seawall.model.snapshot import KubernetesObjects

Json = dict[str, object]
GROUP = "networkManagers/networkGroups"


def network(name: str, space: str, region: str = "westeurope", **more: object) -> Json:
    found = resource(
        "virtualNetworks",
        name,
        addressSpace={"addressPrefixes": [space]},
        subnets=[{"name": f"{name}-s", "properties": {"addressPrefix": space}}],
        **more,
    )
    return found | {"location": region}


def id_of(name: str) -> str:
    return resource_id("virtualNetworks", name).lower()


def member(name: str) -> Json:
    kind = f"{GROUP}/staticMembers"
    target = resource_id("virtualNetworks", name)
    return resource(kind, "m", "g", name, resourceId=target)


def configuration(topology: str, *hubs: str, **group: object) -> Json:
    return resource(
        "networkManagers/connectivityConfigurations",
        "m",
        "conf",
        connectivityTopology=topology,
        hubs=[{"resourceId": resource_id("virtualNetworks", name)} for name in hubs],
        appliesToGroups=[{"networkGroupId": resource_id(GROUP, "m", "g"), **group}],
    )


A, B, C = (network(name, f"10.{i}.0.0/16") for i, name in enumerate("abc"))


def convert(*listed: Json, **files: object) -> AzurePart:
    documents = [ReadDocument(list(listed), Origin("net.json"))]
    documents += [
        ReadDocument(value, Origin(f"{name}.json")) for name, value in files.items()
    ]
    return azure.convert(documents, KubernetesObjects())


def pairs(found: tuple[Peering, ...]) -> set[tuple[str, str]]:
    return {(item.network[-1], item.remote[-1]) for item in found}


def test_a_mesh_connects_each_two_members_if_it_is_deployed() -> None:
    part = convert(A, B, C, member("a"), member("b"), configuration("Mesh"))
    assert pairs(part.fabric.peerings) == {("a", "b"), ("b", "a")}
    assert all(item.group == "conf" for item in part.fabric.peerings)
    assert not any(item.is_sure for item in part.fabric.peerings)
    told = [item for item in at_level(part, Level.UNMODELLED) if "conf" in item.what]
    assert "show-effective-route-table" in told[0].mend


def test_a_hub_is_connected_to_its_spokes_and_these_only_directly_if_told_to() -> None:
    listed = (A, B, C, member("b"), member("c"))
    alone = configuration("HubAndSpoke", "a", groupConnectivity="None")
    plain = convert(*listed, alone)
    assert pairs(plain.fabric.peerings) == {
        ("a", "b"),
        ("b", "a"),
        ("a", "c"),
        ("c", "a"),
    }
    direct = configuration("HubAndSpoke", "a", groupConnectivity="DirectlyConnected")
    both = pairs(convert(*listed, direct).fabric.peerings)
    assert ("b", "c") in both
    assert len(both) == 6


def test_a_spoke_may_use_the_gateway_of_its_hub() -> None:
    conf = configuration(
        "HubAndSpoke", "a", groupConnectivity="None", useHubGateway="True"
    )
    part = convert(A, B, member("b"), conf)
    spoke = next(each for each in part.fabric.peerings if each.network == id_of("b"))
    assert spoke.uses_remote_gateways.may_be(value=True)
    assert not spoke.uses_remote_gateways.known


def test_a_group_without_listed_members_may_hold_any_network() -> None:
    part = convert(A, B, configuration("Mesh"))
    assert pairs(part.fabric.peerings) == {("a", "b"), ("b", "a")}
    assert "which networks" in part.fabric.peerings[0].deployed.why


def test_a_mesh_stays_in_its_region_unless_it_is_global() -> None:
    far = network("b", "10.1.0.0/16", region="eastus")
    listed = (A, far, member("a"), member("b"))
    assert not convert(*listed, configuration("Mesh")).fabric.peerings
    wide = configuration("Mesh", isGlobal="True")
    assert convert(*listed, wide).fabric.peerings


def test_two_networks_that_are_peered_are_left_to_their_peering() -> None:
    peering = {
        "name": "p",
        "properties": {
            "remoteVirtualNetwork": {"id": resource_id("virtualNetworks", "b")}
        },
    }
    own = network("a", "10.0.0.0/16", virtualNetworkPeerings=[peering])
    part = convert(own, B, member("a"), member("b"), configuration("Mesh"))
    assert [item.group for item in part.fabric.peerings] == [""]


def test_effective_routes_show_that_a_group_is_in_force() -> None:
    routes = {
        "value": [
            {
                "addressPrefix": ["10.1.0.0/16"],
                "nextHopType": "ConnectedGroup",
                "nextHopIpAddress": [],
                "source": "Default",
                "state": "Active",
            }
        ]
    }
    files: dict[str, object] = {"a-s": routes}
    part = convert(A, B, member("a"), member("b"), configuration("Mesh"), **files)
    assert all(item.is_sure for item in part.fabric.peerings)


def test_a_topology_that_cannot_be_read_may_be_either() -> None:
    part = convert(A, B, member("a"), member("b"), configuration("Star"))
    assert at_level(part, Level.ERROR)
    assert pairs(part.fabric.peerings) == {("a", "b"), ("b", "a")}
    assert not any(item.is_sure for item in part.fabric.peerings)


def status(*names: str, region: str = "westeurope") -> Json:
    kind = "networkManagers/connectivityConfigurations"
    row = {
        "region": region,
        "deploymentStatus": "Deployed",
        "deploymentType": "Connectivity",
        "configurationIds": [resource_id(kind, "m", name) for name in names],
    }
    return {"value": [row]}


def test_a_deployment_tells_whether_a_mesh_connects() -> None:
    """Source: Azure docs, concept-deployments."""
    listed = (A, B, member("a"), member("b"), configuration("Mesh"))
    for given, expected in (
        (status("conf"), {True}),
        (status("conf", region="northeurope"), {False}),
        (status("other"), set()),
    ):
        part = convert(*listed, deployed=given)
        assert {item.is_sure for item in part.fabric.peerings} == expected
    of_group = convert(*listed[:2], configuration("Mesh"), deployed=status("conf"))
    assert not any(item.is_sure for item in of_group.fabric.peerings)
