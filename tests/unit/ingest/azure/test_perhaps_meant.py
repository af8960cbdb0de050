"""Networks that an id names in a group which the template does not say of its own.

Source: Azure docs, deploy-to-resource-group: where a template lands is said when it is
deployed, not in it.
"""

from pathlib import Path

import pytest

from arm_templates import snapshot, template
from seawall.model.end import NameEnd, SubnetEnd
from seawall.model.packet import PortRange, Protocol
from seawall.model.snapshot import Snapshot
from seawall.model.trace import Verdict
from seawall.query.ask import Asked, ask
from seawall.query.case import Case
from seawall.query.words.port import PortText

NETWORK = "Microsoft.Network/virtualNetworks"
HUB_RG = "/subscriptions/0/resourceGroups/rg-hub/providers"
STATED = f"{HUB_RG}/{NETWORK}/hub"
OTHER = f"{HUB_RG}/{NETWORK}/other"
HTTPS = PortText(Protocol.TCP, PortRange(443, 443))


def network(name: str, block: str, *peerings: object) -> dict[str, object]:
    subnet = {"name": "s", "properties": {"addressPrefix": block}}
    return {
        "type": NETWORK,
        "apiVersion": "2024-05-01",
        "name": name,
        "properties": {
            "addressSpace": {"addressPrefixes": [block]},
            "subnets": [subnet],
            "virtualNetworkPeerings": list(peerings),
        },
    }


def peering(remote: str) -> dict[str, object]:
    return {
        "name": "to-hub",
        "properties": {
            "remoteVirtualNetwork": {"id": remote},
            "allowVirtualNetworkAccess": True,
        },
    }


def read(folder: Path, remote: str) -> Snapshot:
    hub = network("hub", "10.0.0.0/16")
    spoke = network("spoke", "10.1.0.0/16", peering(remote))
    asked = {"remote": {"type": "string"}}
    return snapshot(folder, hub=template(hub), spoke=template(spoke, parameters=asked))


def verdict(found: Snapshot, source: str, target: str) -> Verdict:
    return asked(found, source, target).verdict


def asked(found: Snapshot, source: str, target: str) -> Asked:
    ends = {item.network.rpartition("/")[2]: item.id for item in found.fabric.subnets}
    frm, to = SubnetEnd(ends[source]), SubnetEnd(ends[target])
    return ask(Case(found), frm, to, HTTPS)


def test_a_peering_may_be_with_the_network_that_its_id_may_mean(tmp_path: Path) -> None:
    found = read(tmp_path, STATED)

    assert verdict(found, "spoke", "hub") is Verdict.UNKNOWN
    doubtful = [each for each in found.fabric.peerings if not each.is_sure]
    assert [each.remote.rpartition("/")[2] for each in doubtful] == ["hub"]
    (blocker,) = asked(found, "spoke", "hub").blockers
    assert "the peering `to-hub` may be with `hub`, or another" in blocker.says


def test_a_peering_with_a_network_of_another_name_is_with_none_here(
    tmp_path: Path,
) -> None:
    found = read(tmp_path, OTHER)

    assert verdict(found, "spoke", "hub") is Verdict.DENIED
    assert all(each.is_sure for each in found.fabric.peerings)


def test_a_peering_with_nobody_knows_what_may_be_with_any_network(
    tmp_path: Path,
) -> None:
    found = read(tmp_path, "[parameters('remote')]")

    assert verdict(found, "spoke", "hub") is Verdict.UNKNOWN


def test_a_peering_with_a_network_of_the_input_is_with_that_one(tmp_path: Path) -> None:
    found = read(tmp_path, f"[resourceId('{NETWORK}', 'hub')]")

    assert all(each.is_sure for each in found.fabric.peerings)


@pytest.mark.parametrize(
    ("linked", "wanted"), [(STATED, Verdict.UNKNOWN), (OTHER, Verdict.ALLOWED)]
)
def test_a_zone_may_be_linked_to_the_network_that_its_id_may_mean(
    linked: str, wanted: Verdict, tmp_path: Path
) -> None:
    """The zone has no such name: whoever sees it is told that there is none."""
    zone = {
        "type": "Microsoft.Network/privateDnsZones",
        "apiVersion": "2024-06-01",
        "name": "example.com",
        "location": "global",
    }
    link = {
        "type": "Microsoft.Network/privateDnsZones/virtualNetworkLinks",
        "apiVersion": "2024-06-01",
        "name": "example.com/hub",
        "properties": {"virtualNetwork": {"id": linked}, "registrationEnabled": False},
    }
    hub = network("hub", "10.0.0.0/16")
    hub["properties"]["subnets"][0]["properties"]["defaultOutboundAccess"] = True  # type: ignore[index]
    found = snapshot(tmp_path, main=template(hub, zone, link))
    (subnet,) = found.fabric.subnets

    end = NameEnd("www.example.com")
    assert ask(Case(found), SubnetEnd(subnet.id), end, HTTPS).verdict is wanted
