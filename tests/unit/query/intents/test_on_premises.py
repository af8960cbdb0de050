"""What lies on premises, as an end of an intent, is no pod of the cluster."""

from pathlib import Path

from test_judging_intents import HOLDS, NETWORK, judged, pod

from reading import read
from seawall.engine.path import PathModel
from seawall.model.end import OnPremisesEnd


def test_addresses_of_pods_of_an_overlay_are_not_on_premises(tmp_path: Path) -> None:
    text = "- name: a\n  forbid: {from: pods, to: onprem}"
    found = judged(tmp_path, text, NETWORK, pod("web"), engine="calico")
    assert found.standing is HOLDS


def test_the_other_private_addresses_outside_networks_are(tmp_path: Path) -> None:
    model = PathModel.build(read(tmp_path, NETWORK))
    space = model.asking.addresses(OnPremisesEnd())
    assert space & model.atlas.elsewhere
    assert not space & model.atlas.pod_space
