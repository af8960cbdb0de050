"""What lies on premises, as an end of an intent, is no pod of the cluster."""

from pathlib import Path

from test_judging_intents import HOLDS, NETWORK, judged, pod

import fabrics as fab
from reading import read
from seawall.engine.path import PathModel, Space
from seawall.model.end import OnPremisesEnd
from seawall.model.network import NetworkGateway
from seawall.model.snapshot import Fabric, Snapshot


def test_addresses_of_pods_of_an_overlay_are_not_on_premises(tmp_path: Path) -> None:
    text = "- name: a\n  forbid: {from: pods, to: onprem}"
    found = judged(tmp_path, text, NETWORK, pod("web"), engine="calico")
    assert found.standing is HOLDS


def test_the_other_private_addresses_outside_networks_are(tmp_path: Path) -> None:
    model = PathModel.build(read(tmp_path, NETWORK))
    space = model.asking.addresses(OnPremisesEnd())
    assert space & model.atlas.elsewhere
    assert not space & model.atlas.pod_space


def test_what_sums_up_the_own_network_and_its_peers_does_not_lead_there() -> None:
    """Source: Azure docs, virtual-networks-udr-overview."""
    gateway = NetworkGateway("gw", "gw", "net", (fab.cidr("10.0.0.0/8"),), fab.HERE)
    fabric = Fabric(
        networks=(
            fab.network("net", "10.1.0.0/16"),
            fab.network("peer", "10.2.0.0/16"),
            fab.network("far", "10.3.0.0/16"),
        ),
        peerings=fab.peered("net", "peer"),
        gateways=(gateway,),
    )
    space = PathModel.build(Snapshot(fabric=fabric)).asking.addresses(OnPremisesEnd())
    held = [fab.cidr(each) for each in ("10.1.0.0/16", "10.2.0.0/16")]
    assert not space & Space.of(held)
    assert space & Space.of([fab.cidr("10.3.0.0/16")])
    assert space & Space.of([fab.cidr("10.200.0.0/16")])
