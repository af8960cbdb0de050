"""What AKS adds is derived again, from settings that changed and from none."""

from dataclasses import replace
from pathlib import Path

import pytest

import designs_by_hand as by_hand
from running_clusters import cluster, read
from seawall.ingest import load
from seawall.ingest.aks import anew
from seawall.model.cluster import OutboundType
from seawall.model.setting import Setting
from seawall.model.snapshot import Snapshot

ROOT = Path(__file__).parents[4]
STANDS: by_hand.Picked = {
    "network": "own",
    "addressing": "overlay",
    "dataplane": "azure",
    "engine": "none",
    "level": "none",
    "encryption": "none",
    "api_server": "public",
    "ranges": "none",
    "zone": "not-needed",
    "public_name": "off",
    "run_command": "on",
    "outbound": "loadBalancer",
    "firewall": "none",
    "images": "direct",
    "ingress": "none",
    "paas": "not-needed",
    "systems": "linux",
    "default_deny": "off",
}


@pytest.mark.parametrize(
    "example", ["baseline", "change", "contoso", "isolated", "open"]
)
def test_what_did_not_change_comes_back_equal(example: str) -> None:
    snapshot = load([ROOT / "examples" / example])
    assert anew(snapshot) == snapshot


@pytest.mark.parametrize(
    "changed",
    [
        {"network": "managed", "outbound": "managedNATGateway"},
        {"api_server": "private-link", "zone": "system"},
        {"api_server": "private-link", "zone": "custom", "public_name": "on"},
        {"api_server": "vnet-integration-private", "zone": "none"},
        {"outbound": "userDefinedRouting", "firewall": "standard"},
    ],
)
def test_so_does_what_was_predicted(changed: by_hand.Picked) -> None:
    snapshot = read(cluster(STANDS | changed))
    assert anew(snapshot) == snapshot


def test_without_a_cluster_nothing_is_derived() -> None:
    assert anew(Snapshot()) == Snapshot()


def test_a_load_balancer_for_the_way_out_comes_and_goes_with_its_type() -> None:
    snapshot = read(cluster(STANDS))
    assert snapshot.cluster is not None
    assert [it.name for it in snapshot.fabric.load_balancers] == ["kubernetes"]
    routed = Setting.stated(OutboundType.USER_DEFINED_ROUTING)
    gone = anew(replace(snapshot, cluster=replace(snapshot.cluster, outbound=routed)))
    assert gone.fabric.load_balancers == ()
    assert gone.cluster is not None
    back = anew(
        replace(gone, cluster=replace(gone.cluster, outbound=snapshot.cluster.outbound))
    )
    assert back.fabric.load_balancers == snapshot.fabric.load_balancers


def test_a_server_that_becomes_private_is_closed_to_the_internet() -> None:
    snapshot = read(cluster(STANDS))
    private = read(cluster(STANDS | {"api_server": "private-link", "zone": "system"}))
    assert snapshot.cluster is not None
    assert private.cluster is not None
    api = replace(private.cluster.api_server, name=None)
    closed = anew(replace(snapshot, cluster=replace(snapshot.cluster, api_server=api)))
    resource = next(it for it in closed.fabric.resources if it.kind == "api-server")
    assert resource.public.is_surely(value=False)
    assert [it.name for it in closed.fabric.private_endpoints] == ["kube-apiserver"]
    assert [it.name for it in closed.fabric.zones] == [
        "privatelink.westeurope.azmk8s.io"
    ]
