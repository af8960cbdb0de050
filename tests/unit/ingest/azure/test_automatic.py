"""Automatic clusters have what the platform gives them where nobody states it."""

from azure_builders import cluster, convert
from seawall.model.cluster import Addressing, OutboundType
from seawall.model.dataplane import PolicyEngine
from seawall.model.setting import State

AUTOMATIC = {"name": "Automatic", "tier": "Standard"}


def test_an_automatic_cluster_runs_cilium_over_an_overlay_by_default() -> None:
    body = cluster(networkProfile=None, agentPoolProfiles=[{"name": "system"}])
    found = convert(body | {"sku": AUTOMATIC}).cluster

    assert found is not None
    assert found.addressing.is_surely(Addressing.OVERLAY)
    assert found.policy_engine.is_surely(PolicyEngine.CILIUM)
    assert found.policy_engine.state is State.DEFAULTED
    assert found.outbound.is_surely(OutboundType.MANAGED_NAT_GATEWAY)
    assert found.api_server.vnet_integration.is_surely(value=True)


def test_what_is_stated_of_an_automatic_cluster_holds() -> None:
    pool = {"name": "system", "vnetSubnetID": "/subscriptions/s/x"}
    body = cluster(
        networkProfile={"networkDataplane": "cilium", "outboundType": "loadBalancer"},
        agentPoolProfiles=[pool],
        apiServerAccessProfile={"enableVnetIntegration": False},
    )
    found = convert(body | {"sku": AUTOMATIC}).cluster

    assert found is not None
    assert found.policy_engine.state is State.STATED
    assert found.outbound.state is State.STATED
    assert found.api_server.vnet_integration.is_surely(value=False)


def test_pools_that_are_not_seen_leave_pod_addresses_and_the_network_unknown() -> None:
    body = cluster(
        networkProfile={"networkPlugin": "azure"},
        agentPoolProfiles=[{"name": "a"}, "[parameters('pool')]"],
    )
    part = convert(body)

    assert part.cluster is not None
    assert [pool.name for pool in part.cluster.pools] == ["a", "unknown"]
    assert not part.cluster.addressing.known
    assert not part.fabric.subnets
