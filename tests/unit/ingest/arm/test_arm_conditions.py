"""What may not be there leaves open what rests on it, in the model as in answers."""

from pathlib import Path
from typing import Any

from arm_templates import parameter_file, required, snapshot, template
from seawall.model.setting import State

VNET = "Microsoft.Network/virtualNetworks"
ZONE = "Microsoft.Network/privateDnsZones"
ENDPOINT = "Microsoft.Network/privateEndpoints"
VAULT = "Microsoft.KeyVault/vaults"
MAYBE = {"condition": "[parameters('maybe')]"}
FLAG = required("maybe", kind="bool")


def resource(kind: str, name: str, /, **properties: Any) -> dict[str, Any]:
    return {"type": kind, "name": name, "properties": properties}


def id_of(kind: str, name: str) -> dict[str, str]:
    return {"id": f"[resourceId('{kind}', '{name}')]"}


def network(name: str, space: str) -> dict[str, Any]:
    return resource(VNET, name, addressSpace={"addressPrefixes": [space]})


def test_a_peering_in_doubt_is_there_and_not_sure(tmp_path: Path) -> None:
    half = resource(
        f"{VNET}/virtualNetworkPeerings",
        "a/to-b",
        remoteVirtualNetwork=id_of(VNET, "b"),
    )
    both = (network("a", "10.1.0.0/16"), network("b", "10.2.0.0/16"))
    read = snapshot(tmp_path, main=template(half | MAYBE, *both, parameters=FLAG))

    (peering,) = read.fabric.peerings
    assert peering.remote == read.fabric.networks[1].id
    assert not peering.is_sure
    assert "--set maybe=" in peering.deployed.why


def endpoint() -> dict[str, Any]:
    connection = {"privateLinkServiceId": id_of(VAULT, "kv")["id"], "groupIds": ["v"]}
    return resource(
        ENDPOINT,
        "pe",
        privateLinkServiceConnections=[{"name": "c", "properties": connection}],
    )


def group() -> dict[str, Any]:
    zone = {"privateDnsZoneId": id_of(ZONE, "privatelink.vaultcore.azure.net")["id"]}
    return resource(
        f"{ENDPOINT}/privateDnsZoneGroups",
        "pe/default",
        privateDnsZoneConfigs=[{"name": "z", "properties": zone}],
    )


ZONED = (resource(VAULT, "kv"), resource(ZONE, "privatelink.vaultcore.azure.net"))


def test_an_endpoint_in_doubt_leaves_open_whether_it_carries_and_what_it_names(
    tmp_path: Path,
) -> None:
    doubtful = (group() | MAYBE, endpoint() | MAYBE)
    read = snapshot(tmp_path, main=template(*doubtful, *ZONED, parameters=FLAG))

    (found,) = read.fabric.private_endpoints
    assert found.target is not None
    assert "--set maybe=" in found.approved.why
    assert not read.fabric.zones[0].complete.known


def test_names_that_may_be_written_into_a_zone_leave_it_open(tmp_path: Path) -> None:
    doubtful = (group() | MAYBE, endpoint())
    read = snapshot(tmp_path, main=template(*doubtful, *ZONED, parameters=FLAG))

    assert read.fabric.private_endpoints[0].approved.known
    assert not read.fabric.zones[0].complete.known


def test_a_link_in_doubt_leaves_its_zone_open(tmp_path: Path) -> None:
    link = resource(
        f"{ZONE}/virtualNetworkLinks",
        "privatelink.vaultcore.azure.net/l",
        virtualNetwork=id_of(VNET, "a"),
    )
    main_template = template(
        link | MAYBE, network("a", "10.1.0.0/16"), *ZONED, parameters=FLAG
    )
    read = snapshot(tmp_path, main=main_template)

    assert not read.fabric.zones[0].complete.known


def test_what_a_parameter_file_lists_is_told_by_its_lines(tmp_path: Path) -> None:
    kind = "Microsoft.Network/networkSecurityGroups"
    main_template = template(
        resource(kind, "g", securityRules="[parameters('rules')]"),
        parameters=required("rules", kind="array"),
    )
    rule = {"name": "r", "properties": {"priority": 100, "access": "Allow"}}
    values = parameter_file(rules=[rule])
    read = snapshot(tmp_path, main=main_template, main__parameters=values)

    (found,) = read.fabric.security_groups
    assert found.rules[0].origin.path.endswith("main.parameters.json")
    assert found.rules[0].origin.line is not None


def with_subnet(**more: Any) -> dict[str, Any]:
    inside = {"name": "s", "properties": {"addressPrefix": "10.1.0.0/24", **more}}
    return resource(
        VNET, "v", addressSpace={"addressPrefixes": ["10.1.0.0/16"]}, subnets=[inside]
    )


def test_a_subnet_that_may_be_declared_again_keeps_only_what_both_say(
    tmp_path: Path,
) -> None:
    group = resource("Microsoft.Network/networkSecurityGroups", "g")
    again = resource(
        f"{VNET}/subnets",
        "v/s",
        addressPrefix="10.1.0.0/24",
        networkSecurityGroup=id_of("Microsoft.Network/networkSecurityGroups", "g"),
    )
    main = template(group, with_subnet(), again | MAYBE, parameters=FLAG)
    read = snapshot(tmp_path, main=main)

    (subnet,) = read.fabric.subnets
    assert [str(it) for it in subnet.prefixes] == ["10.1.0.0/24"]
    assert "--set maybe=" in subnet.security_group.why
    assert subnet.route_table.state is State.DEFAULTED


def test_a_network_that_may_be_declared_again_with_other_subnets_shows_none(
    tmp_path: Path,
) -> None:
    group = resource("Microsoft.Network/networkSecurityGroups", "g")
    tied = id_of("Microsoft.Network/networkSecurityGroups", "g")
    again = with_subnet(networkSecurityGroup=tied)
    main = template(group, with_subnet(), again | MAYBE, parameters=FLAG)
    read = snapshot(tmp_path, main=main)

    assert not read.fabric.subnets
    assert any("not all `subnets` of `v`" in it.what for it in read.diagnostics)
