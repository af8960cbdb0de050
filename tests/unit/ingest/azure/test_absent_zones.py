"""Private DNS zones that are named, and are not in the input.

Source: Azure docs, private-endpoint-dns; docs/semantics/path.md, Q3: a zone that may
answer and is not in the input leaves the name unknown.
"""

import fabrics as fab
from azure_builders import Json, convert, resource, resource_id
from seawall.engine.path import Answers, PathModel
from seawall.engine.path.dns.resolution import Resolution
from seawall.model.snapshot import Snapshot
from seawall.reference.name import resolve

NAME = "privatelink.vaultcore.azure.net"
ZONE = resource_id("privateDnsZones", NAME)
NET = resource_id("virtualNetworks", "v")
HUB = resource_id("virtualNetworks", "hub")
VAULT: Json = {
    "id": "/subscriptions/s/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv",
    "name": "kv",
    "type": "Microsoft.KeyVault/vaults",
    "location": "westeurope",
    "properties": {"publicNetworkAccess": "Disabled"},
}


def network(name: str, prefix: str) -> Json:
    subnet = {"name": "s", "properties": {"addressPrefix": prefix}}
    return resource(
        "virtualNetworks",
        name,
        addressSpace={"addressPrefixes": [prefix]},
        subnets=[subnet],
    )


def endpoint(zone: object, target: object = VAULT["id"]) -> Json:
    configuration = {"name": "z", "properties": {"privateDnsZoneId": zone}}
    group = {
        "name": "g",
        "properties": {"privateDnsZoneConfigs": [configuration]},
    }
    connection = {
        "name": "c",
        "properties": {
            "privateLinkServiceId": target,
            "groupIds": ["vault"],
            "privateLinkServiceConnectionState": {"status": "Approved"},
        },
    }
    return resource(
        "privateEndpoints",
        "pe",
        subnet={"id": resource_id("virtualNetworks/subnets", "v", "s")},
        privateLinkServiceConnections=[connection],
        ipConfigurations=[
            {"name": "i", "properties": {"privateIPAddress": "10.0.1.5"}}
        ],
        privateDnsZoneGroups=[group],
    )


def link(network_id: str) -> Json:
    return {
        "id": f"{ZONE}/virtualNetworkLinks/l",
        "name": "l",
        "type": "Microsoft.Network/privateDnsZones/virtualNetworkLinks",
        "properties": {"virtualNetwork": {"id": network_id}},
    }


def found(*items: Json, asked: str = NET) -> Resolution:
    """Return what both meanings say of the vault's name."""
    nets = [network("v", "10.0.1.0/24"), network("hub", "10.1.0.0/24")]
    fabric = convert([*nets, *items]).fabric
    shot: Snapshot = fab.snapshot(fabric, None)
    ours = PathModel.build(shot).resolve("kv.vault.azure.net", asked.lower())
    theirs = resolve(shot, asked.lower(), "kv.vault.azure.net")
    if ours.answer is Answers.PRIVATE:
        assert [str(it) for it in theirs.addresses] == [str(ours.addresses)]
    else:
        assert theirs.kind == ours.answer.name.lower()
    return ours


def test_a_zone_that_is_named_and_not_given_may_answer() -> None:
    answer = found(VAULT, endpoint(ZONE))
    assert answer.answer is Answers.UNKNOWN
    assert NAME in answer.says


def test_a_link_that_stands_by_itself_tells_who_asks_the_zone() -> None:
    answer = found(VAULT, endpoint(ZONE), link(NET))
    assert answer.answer is Answers.PRIVATE
    assert str(answer.addresses) == "10.0.1.5"
    other = found(VAULT, endpoint(ZONE), link(NET), asked=HUB)
    assert other.answer is Answers.UNKNOWN


def test_a_group_whose_zone_is_not_known_writes_into_the_usual_one() -> None:
    answer = found(VAULT, endpoint("[parameters('zone')]"))
    assert answer.answer is Answers.UNKNOWN
    assert NAME in answer.says


def test_a_resource_of_elsewhere_has_the_usual_zone_of_its_kind() -> None:
    foreign = str(VAULT["id"]).replace("/rg/", "/other/")
    assert found(endpoint("[parameters('zone')]", foreign)).answer is Answers.UNKNOWN


def test_a_zone_in_the_input_holds_as_it_stands() -> None:
    given = resource(
        "privateDnsZones", NAME, numberOfRecordSets=2, numberOfVirtualNetworkLinks=0
    )
    answer = found(VAULT, endpoint(given["id"]), given)
    assert answer.answer is Answers.PUBLIC


def test_that_nobody_names_a_zone_is_taken_for_granted() -> None:
    plain = endpoint(ZONE)
    properties = plain["properties"]
    assert isinstance(properties, dict)
    del properties["privateDnsZoneGroups"]
    assert found(VAULT, plain).answer is Answers.PUBLIC
    part = convert([VAULT, plain, network("v", "10.0.1.0/24")])
    assert [NAME in it.text for it in part.assumptions if "zone" in it.id] == [True]
