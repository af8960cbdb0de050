"""A required flow is answered for every packet, not for one of them."""

from pathlib import Path

import pytest
from test_endpoints_past_routes import FIREWALL, NODES, ROUTED
from test_judging_intents import HOLDS, NETWORK, UNKNOWN, VIOLATED, judged
from test_ways_into_intents import BALANCED, PODS

from seawall.query.intents.verdict import Standing

CLIENTS = "- require: {from: %s, to: 'service:shop/web', ports: 80}"
ROUTE = """    - name: straight
      properties: {addressPrefix: %s, nextHopType: Internet}
"""


@pytest.mark.parametrize(
    ("clients", "straight", "wanted"),
    [
        ("198.51.100.0/24", "", VIOLATED),
        ("198.51.100.0/24", "198.51.100.0/24", HOLDS),
        ("198.51.100.0/24", "198.51.100.0/25", VIOLATED),
        ("198.51.100.0/24", "198.51.100.8/29", VIOLATED),
        ("198.51.100.0/24", "198.51.101.0/24", VIOLATED),
        ("198.51.100.128/25", "198.51.100.0/25", VIOLATED),
    ],
)
def test_a_reply_that_a_route_leads_astray_for_some_clients_is_lost(
    tmp_path: Path, clients: str, straight: str, wanted: Standing
) -> None:
    network = NETWORK.replace(NODES, ROUTED) + FIREWALL
    if straight:
        network = network.replace("  routes:\n", f"  routes:\n{ROUTE % straight}")
    inputs = (network, PODS + BALANCED)
    found = judged(tmp_path, CLIENTS % clients, *inputs, engine="calico")
    assert found.standing is wanted
    for breach in found.breaches:
        assert "the reply is lost" in breach.says


def test_a_reply_of_some_clients_by_an_unknown_appliance_leaves_it_open(
    tmp_path: Path,
) -> None:
    hop = "nextHopType: VirtualAppliance, nextHopIpAddress: 10.9.9.9"
    away = (ROUTE % "198.51.100.64/26").replace("nextHopType: Internet", hop)
    routes = f"  routes:\n{ROUTE % '198.51.100.0/24'}{away}"
    network = NETWORK.replace(NODES, ROUTED) + FIREWALL.replace("  routes:\n", routes)
    inputs = (network.replace("    - name: straight", "    - name: other", 1),)
    found = judged(
        tmp_path,
        CLIENTS % "198.51.100.0/24",
        *inputs,
        PODS + BALANCED,
        engine="calico",
    )
    assert found.standing is UNKNOWN


def test_an_exception_excuses_the_clients_whose_replies_are_lost(
    tmp_path: Path,
) -> None:
    network = NETWORK.replace(NODES, ROUTED) + FIREWALL
    network = network.replace("  routes:\n", f"  routes:\n{ROUTE % '198.51.100.0/25'}")
    text = CLIENTS % "198.51.100.0/24" + "\n  except: {from: %s, reason: r}"
    for spared, wanted in (
        ("198.51.100.128/25", HOLDS),
        ("198.51.100.192/26", VIOLATED),
    ):
        inputs = (network, PODS + BALANCED)
        found = judged(tmp_path, text % spared, *inputs, engine="calico")
        assert (found.standing, found.idle) == (wanted, ())
